import { linearPlace, select, tailRank } from "../num/index.ts";

/** How a quantile of scenarios is taken: an order statistic, which names its scenario, or linear between two (type 7). */
export type QuantileKind = "order_statistic" | "linear";
/** Fractional: the worst share of exactly the tail, its last scenario in part (Rockafellar & Uryasev). Tail mean: all scenarios not better than the order statistic. */
export type ShortfallKind = "fractional" | "tail_mean";

/** Scenarios with their weights, which add up to 1. */
export interface Weighted {
  readonly scenarios: readonly number[]; // indices, the worst first
  readonly weights: readonly number[];
}

/** The scenarios that VaR and expected shortfall are made of. */
export interface Tail {
  readonly quantile: Weighted;
  readonly shortfall: Weighted;
}

/**
 * Which scenarios make the tail. Among equal ones the earlier counts as the worse, so the answer never depends on how they were sorted.
 * @param pnl of each scenario, losses negative
 * @example tailOf([-1, -3, 2, -2], 0.5).quantile // => { scenarios: [3], weights: [1] }
 */
export function tailOf(pnl: ArrayLike<number>, tail: number, quantile: QuantileKind = "order_statistic", shortfall: ShortfallKind = "fractional"): Tail {
  const count = pnl.length;
  const rank = tailRank(count, tail);
  const place = quantile === "linear" ? linearPlace(count, tail) : { lower: rank, upper: rank, part: 0 };
  const needed = Math.max(rank, place.upper);
  const bound = select(Float64Array.from(pnl), needed);
  const worst: number[] = [];
  for (let i = 0; i < count; i += 1) if (pnl[i]! <= bound) worst.push(i);
  worst.sort((a, b) => pnl[a]! - pnl[b]! || a - b);
  return {
    quantile: place.part === 0 ? { scenarios: [worst[place.lower - 1]!], weights: [1] } : { scenarios: [worst[place.lower - 1]!, worst[place.upper - 1]!], weights: [1 - place.part, place.part] },
    shortfall: shortfall === "fractional" ? fractional(worst, tail * count) : allUpTo(worst, pnl, pnl[worst[rank - 1]!]!),
  };
}

function fractional(worst: readonly number[], mass: number): Weighted {
  const whole = Math.floor(mass + 1e-12);
  const rest = mass - whole > 1e-12 ? mass - whole : 0;
  if (whole === 0) return { scenarios: [worst[0]!], weights: [1] };
  const scenarios = worst.slice(0, whole + (rest > 0 ? 1 : 0));
  const total = whole + (scenarios.length > whole ? rest : 0);
  return { scenarios, weights: scenarios.map((_, i) => (i < whole ? 1 : rest) / total) };
}

function allUpTo(worst: readonly number[], pnl: ArrayLike<number>, bound: number): Weighted {
  const scenarios = worst.filter((scenario) => pnl[scenario]! <= bound);
  return { scenarios, weights: scenarios.map(() => 1 / scenarios.length) };
}

/** What the scenarios say on average, of any figure that each of them has. */
export function weightedOf({ scenarios, weights }: Weighted, figure: (scenario: number) => number): number {
  let total = 0;
  for (let i = 0; i < scenarios.length; i += 1) total += weights[i]! * figure(scenarios[i]!);
  return total;
}

/**
 * The tail probability of a confidence, without what the subtraction adds: 1 − 0.95 is 0.050000000000000044.
 * @example tailProbability(0.95) // => 0.05
 */
export function tailProbability(confidence: number): number {
  return Math.round((1 - confidence) * 1e12) / 1e12;
}
