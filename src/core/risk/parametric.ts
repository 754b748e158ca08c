import { dot, matrixOf, multiply, normalDensity, normalQuantile, sum, type SquareMatrix } from "../num/index.ts";
import type { Moments } from "./covariance.ts";
import { pnlOf, VAR_CONVENTIONS, type Estimate, type Holdings, type VarConventions } from "./estimate.ts";
import { tailProbability } from "./tail.ts";
import { ewmaCovariances, ewmaVariances } from "./volatility.ts";

/** Mean and deviation of one day's P&L, and how both grow with each exposure. */
interface NormalPnl {
  readonly mean: number;
  readonly deviation: number;
  meanSlope(position: number): number;
  deviationSlope(position: number): number; // 0 where the deviation is 0: what does not vary has no direction
}

/**
 * Normal VaR: `z·σ·√h − μ·h`, and `σ·√h·φ(z)/tail − μ·h` beyond it. Out of joint returns σ is the deviation of their P&L, which is what
 * the covariance matrix gives (wᵀΣw), in O(N·T) and without a matrix.
 */
export function parametricEstimate(holdings: Holdings, conventions: VarConventions): Estimate | undefined {
  const { volatility } = conventions;
  const found = volatility === "ewma" ? ewmaPnl(holdings, conventions) : samplePnl(holdings, volatility === "sample", conventions.ddof);
  return found === undefined ? undefined : normalEstimate(found, conventions);
}

/** The same from moments, where returns are not joint: the covariance matrix as repaired. */
export function parametricFromMoments(exposures: ArrayLike<number>, { means, covariance, correlation }: Moments, conventions: VarConventions): Estimate {
  const found = fromCovariance(exposures, covariance, conventions.volatility === "sample" ? means : undefined);
  return { ...normalEstimate(found, conventions), repair: correlation.repair };
}

function fromCovariance(exposures: ArrayLike<number>, covariance: SquareMatrix, means?: ArrayLike<number>): NormalPnl {
  const products = multiply(covariance, exposures); // Σw
  const deviation = Math.sqrt(Math.max(0, dot(products, exposures)));
  return {
    mean: means === undefined ? 0 : dot(means, exposures),
    deviation,
    meanSlope: (position) => means?.[position] ?? 0,
    deviationSlope: (position) => (deviation > 0 ? products[position]! / deviation : 0),
  };
}

function normalEstimate(pnl: NormalPnl, { confidence, horizonDays }: VarConventions): Estimate {
  const tail = tailProbability(confidence);
  const z = -normalQuantile(tail);
  const root = Math.sqrt(horizonDays);
  const figure = (factor: number) => ({
    value: factor * root * pnl.deviation - horizonDays * pnl.mean,
    slope: (position: number) => factor * root * pnl.deviationSlope(position) - horizonDays * pnl.meanSlope(position),
  });
  return { var: figure(z), expectedShortfall: figure(normalDensity(z) / tail) };
}

function samplePnl(holdings: Holdings, withMean: boolean, ddof: number): NormalPnl | undefined {
  const { columns, length } = holdings;
  const over = withMean ? length - ddof : length;
  if (over <= 0) return undefined;
  const pnl = pnlOf(holdings);
  const mean = withMean ? sum(pnl) / length : 0;
  const centred = pnl.map((value) => value - mean);
  const deviation = Math.sqrt(dot(centred, centred) / over);
  return {
    mean, deviation,
    meanSlope: (position) => (withMean ? sum(columns[position]!) / length : 0),
    deviationSlope: (position) => (deviation > 0 ? dot(columns[position]!, centred) / over / deviation : 0),
  };
}

function ewmaPnl(holdings: Holdings, { lambda, seedReturns }: VarConventions): NormalPnl | undefined {
  const pnl = pnlOf(holdings);
  const variances = ewmaVariances(pnl, lambda, seedReturns);
  if (variances === undefined) return undefined;
  const deviation = Math.sqrt(variances.at(-1)!);
  return {
    mean: 0, deviation,
    meanSlope: () => 0,
    deviationSlope: (position) => (deviation > 0 ? ewmaCovariances(holdings.columns[position]!, pnl, lambda, seedReturns)!.at(-1)! / deviation : 0),
  };
}

/** What a covariance matrix says of weights or exposures. */
export interface CovarianceRisk {
  readonly variance: number; // wᵀΣw
  readonly deviation: number;
  readonly var: number; // z times the deviation: the mean is taken as 0
  readonly component: readonly number[]; // adds up to the VaR
}

/**
 * Parametric risk straight from a covariance matrix, given by rows.
 * @example covarianceRisk([3, 4], [[1, 0], [0, 1]], 0.95).variance // => 25
 */
export function covarianceRisk(exposures: ArrayLike<number>, covariance: readonly ArrayLike<number>[], confidence: number): CovarianceRisk {
  const pnl = fromCovariance(exposures, matrixOf(covariance));
  const { var: found } = normalEstimate(pnl, { ...VAR_CONVENTIONS, confidence });
  return { variance: pnl.deviation ** 2, deviation: pnl.deviation, var: found.value, component: Array.from(exposures, (exposure, i) => exposure * found.slope(i)) };
}
