import { normalDensity, normalQuantile, sum } from "../num/index.ts";
import { pnlOf, type CornishFisherDomain, type Estimate, type Holdings, type VarConventions } from "./estimate.ts";
import { tailProbability } from "./tail.ts";

/** Mean, deviation, skewness and excess kurtosis of the horizon: of independent days, by days, √days, 1/√days and 1/days. */
export interface CornishFisherMoments {
  readonly mean: number;
  readonly deviation: number;
  readonly skewness: number;
  readonly excessKurtosis: number;
}

/** Quantile and tail mean of the expansion in units of the deviation: `constant + S·bySkewness + K·byKurtosis + S²·bySquare`. */
interface Expansion {
  readonly constant: number;
  readonly bySkewness: number;
  readonly byKurtosis: number;
  readonly bySquare: number;
}

function quantileExpansion(z: number): Expansion {
  return { constant: z, bySkewness: (z * z - 1) / 6, byKurtosis: (z ** 3 - 3 * z) / 24, bySquare: -(2 * z ** 3 - 5 * z) / 36 };
}

/** The mean of the expansion below its quantile (Boudt, Peterson & Croux 2008): each Hermite polynomial integrates to one of the next lower degree. */
function tailExpansion(z: number, tail: number): Expansion {
  const factor = -normalDensity(z) / tail;
  return { constant: factor, bySkewness: (factor * z) / 6, byKurtosis: (factor * (z * z - 1)) / 24, bySquare: (-factor * (2 * z * z - 1)) / 36 };
}

function expanded({ constant, bySkewness, byKurtosis, bySquare }: Expansion, skewness: number, excessKurtosis: number): number {
  return constant + skewness * bySkewness + excessKurtosis * byKurtosis + skewness * skewness * bySquare;
}

/**
 * Modified VaR and shortfall of given moments (Cornish & Fisher 1937, to the fourth moment), and whether the expansion is a quantile function there.
 * @param tail the tail probability, such as 0.05
 * @example cornishFisher({ mean: 0, deviation: 1, skewness: 0, excessKurtosis: 0 }, 0.05).var.toFixed(6) // => "1.644854"
 * @example cornishFisher({ mean: 0, deviation: 1, skewness: -1, excessKurtosis: 9 }, 0.05).domain.everywhere // => false
 */
export function cornishFisher({ mean, deviation, skewness, excessKurtosis }: CornishFisherMoments, tail: number): { readonly var: number; readonly expectedShortfall: number; readonly domain: CornishFisherDomain } {
  const z = normalQuantile(tail);
  return {
    var: -(mean + deviation * expanded(quantileExpansion(z), skewness, excessKurtosis)),
    expectedShortfall: -(mean + deviation * expanded(tailExpansion(z, tail), skewness, excessKurtosis)),
    domain: domainOf(skewness, excessKurtosis, z),
  };
}

const FAR_TAIL = normalQuantile(1e-4);

/** The slope of the expansion is `a·z² + b·z + c`: a quantile function rises, so it may not be negative. */
function domainOf(skewness: number, excessKurtosis: number, z: number): CornishFisherDomain {
  const a = excessKurtosis / 8 - (skewness * skewness) / 6;
  const b = skewness / 3;
  const c = 1 - excessKurtosis / 8 + (5 * skewness * skewness) / 36;
  const slope = (at: number) => (a * at + b) * at + c;
  const [low, high] = [Math.min(z, FAR_TAIL), z];
  const vertex = a > 0 ? -b / (2 * a) : low;
  const least = Math.min(slope(low), slope(high), slope(Math.max(low, Math.min(high, vertex))));
  return { skewness, excessKurtosis, everywhere: a > 0 ? b * b <= 4 * a * c : a === 0 && b === 0, inTail: least >= 0 };
}

/**
 * Cornish–Fisher VaR of a portfolio: mean, deviation (n − 1), skewness and kurtosis (of the population) of the P&L of joint returns. The slopes
 * come from co-moments, so that components add up.
 */
export function cornishFisherEstimate(holdings: Holdings, { confidence, horizonDays, ddof }: VarConventions): Estimate | undefined {
  const { columns, length } = holdings;
  if (length <= Math.max(1, ddof)) return undefined;
  const pnl = pnlOf(holdings);
  const mean = sum(pnl) / length;
  const centred = pnl.map((value) => value - mean);
  const spread = Math.sqrt(sum(centred.map((value) => value * value)) / length);
  const units = spread > 0 ? centred.map((value) => value / spread) : centred; // in units of the deviation: no power of them is too small or too large for a double
  const squares = units.map((value) => value * value);
  const cubes = units.map((value) => value ** 3);
  const correction = Math.sqrt(length / (length - ddof));
  const skew = sum(cubes) / length;
  const raw = spread > 0 ? sum(squares.map((value) => value * value)) / length : 3;
  const [rootDays, tail] = [Math.sqrt(horizonDays), tailProbability(confidence)];
  const z = normalQuantile(tail);
  const deviation = spread * correction;
  const [skewness, excessKurtosis] = [skew / rootDays, (raw - 3) / horizonDays];
  const slopesOf = (position: number) => {
    const column = columns[position]!;
    const columnMean = sum(column) / length;
    if (!(spread > 0)) return { mean: columnMean, deviation: 0, skewness: 0, excessKurtosis: 0 };
    const along = (power: Float64Array) => sum(column.map((value, t) => (value - columnMean) * power[t]!)) / length;
    const ofSpread = along(units);
    return {
      mean: columnMean,
      deviation: correction * ofSpread,
      skewness: (3 * (along(squares) - skew * ofSpread)) / spread / rootDays,
      excessKurtosis: (4 * (along(cubes) - raw * ofSpread)) / spread / horizonDays,
    };
  };
  const figure = (of: Expansion) => ({
    value: -(horizonDays * mean + rootDays * deviation * expanded(of, skewness, excessKurtosis)),
    slope: (position: number) => {
      const slopes = slopesOf(position);
      const ofExpansion = slopes.skewness * (of.bySkewness + 2 * skewness * of.bySquare) + slopes.excessKurtosis * of.byKurtosis;
      return -(horizonDays * slopes.mean + rootDays * (slopes.deviation * expanded(of, skewness, excessKurtosis) + deviation * ofExpansion));
    },
  });
  return { var: figure(quantileExpansion(z)), expectedShortfall: figure(tailExpansion(z, tail)), domain: domainOf(skewness, excessKurtosis, z) };
}
