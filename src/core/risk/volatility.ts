import { mean, sum, variance, type Numbers } from "../num/index.ts";

/** RiskMetrics' weight of yesterday's variance. */
export const EWMA_LAMBDA = 0.94;
/** How many of the first returns tell the variance that exponential weighting starts with. */
const EWMA_SEED = 252;

/**
 * Exponentially weighted variances, forecast before each return and after the last: n + 1 of them. The first is the sample variance of the first `seed` returns,
 * then `σ² ← λ·σ² + (1 − λ)·r²` (J.P. Morgan, RiskMetrics, 1996). So the one at t uses no return at or after t once t ≥ seed.
 * `undefined` for fewer than two returns.
 */
export function ewmaVariances(returns: Numbers, lambda = EWMA_LAMBDA, seed = EWMA_SEED): Float64Array | undefined {
  return ewmaCovariances(returns, returns, lambda, seed);
}

/** The same of two rows: covariances. What is linear in each of them, so that a position's part of a portfolio's variance can be told. */
export function ewmaCovariances(a: Numbers, b: Numbers, lambda = EWMA_LAMBDA, seed = EWMA_SEED): Float64Array | undefined {
  const first = Math.min(seed, a.length);
  if (first < 2) return undefined;
  const [meanA, meanB] = [headMean(a, first), headMean(b, first)];
  let start = 0;
  for (let i = 0; i < first; i += 1) start += (a[i]! - meanA) * (b[i]! - meanB);
  const found = new Float64Array(a.length + 1);
  found[0] = start / (first - 1);
  for (let i = 0; i < a.length; i += 1) found[i + 1] = lambda * found[i]! + (1 - lambda) * a[i]! * b[i]!;
  return found;
}

function headMean(values: Numbers, count: number): number {
  return sum(Float64Array.from({ length: count }, (_, i) => values[i]!)) / count;
}

export interface VolatilityOptions {
  readonly estimator?: "sample" | "zero_mean" | "ewma"; // sample
  readonly ddof?: 0 | 1; // of the sample: n − 1 by default
  readonly periodsPerYear?: number; // 1: of one period. 252 for exchange days, 365 for venues that do not close
  readonly lambda?: number; // 0.94
  readonly seed?: number | "first_square"; // returns that start an EWMA (252), or the first return squared, as some do
}

/**
 * The volatility of returns: their deviation times √periodsPerYear. `zero_mean` takes returns as they are, over n; `ewma` is the forecast after the last one.
 * `undefined` for too few returns.
 * @example volatility([0.01, 0.03], { periodsPerYear: 252 })?.toFixed(6) // => "0.224499"
 * @example volatility([0.03, 0.04], { estimator: "zero_mean" })?.toFixed(6) // => "0.035355"
 */
export function volatility(returns: Numbers, options: VolatilityOptions = {}): number | undefined {
  const { estimator = "sample", ddof = 1, periodsPerYear = 1, lambda = EWMA_LAMBDA, seed = EWMA_SEED } = options;
  const found =
    estimator === "sample" ? variance(returns, ddof)
    : estimator === "zero_mean" ? mean(Float64Array.from(returns, (value) => value * value))
    : seed === "first_square" ? fromFirstSquare(returns, lambda)
    : ewmaVariances(returns, lambda, seed)?.at(-1);
  return found === undefined ? undefined : Math.sqrt(found * periodsPerYear);
}

function fromFirstSquare(returns: Numbers, lambda: number): number | undefined {
  if (returns.length === 0) return undefined;
  let found = returns[0]! ** 2;
  for (let i = 1; i < returns.length; i += 1) found = lambda * found + (1 - lambda) * returns[i]! ** 2;
  return found;
}
