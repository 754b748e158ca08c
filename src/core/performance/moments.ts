import { correlation, mean, sum, type Numbers } from "../num/index.ts";
import { estimate, present, type Estimate } from "./estimate.ts";

/** What deviations are taken from: the mean, or a number. */
export type Target = number | "mean";

/**
 * Semivariance: the mean square of what lies below a target.
 * @param ddof what is taken from n
 * @example semiVariance([1, 3], 0, 2) // => 0.5
 */
export function semiVariance(values: Numbers, ddof = 1, target: Target = 0): Estimate {
  const all = present(values);
  if (all.length <= ddof) return "too_few";
  const centre = target === "mean" ? mean(all)! : target;
  return estimate(sum(all.map((value) => Math.min(value - centre, 0) ** 2)) / (all.length - ddof));
}

/**
 * The mean distance from a target.
 * @example meanAbsoluteDeviation([1, 3], "mean") // => 1
 */
export function meanAbsoluteDeviation(values: Numbers, target: Target = 0): Estimate {
  const all = present(values);
  if (all.length === 0) return "too_few";
  const centre = target === "mean" ? mean(all)! : target;
  return estimate(sum(all.map((value) => Math.abs(value - centre))) / all.length);
}

/**
 * Gini's mean difference: the mean distance of two different values.
 * @example giniMeanDifference([1, 2, 4]) // => 2
 */
export function giniMeanDifference(values: Numbers): Estimate {
  const sorted = present(values).sort();
  const n = sorted.length;
  if (n < 2) return "too_few";
  return estimate((2 * sum(sorted.map((value, i) => (2 * (i + 1) - n - 1) * value))) / (n * (n - 1)));
}

/**
 * A partial moment: the mean of the distance beyond a target, on one side, to a power.
 * @example partialMoment([1, 3], "lower", 1, 2) // => 0.5
 */
export function partialMoment(values: Numbers, side: "lower" | "upper", order: number, target: number): Estimate {
  const all = present(values);
  if (all.length === 0) return "too_few";
  return estimate(sum(all.map((value) => Math.max(side === "lower" ? target - value : value - target, 0) ** order)) / all.length);
}

/**
 * The correlation of a row with itself, `lag` places later.
 * @example autocorrelation([1, 2, 3, 4], 1) // => 1
 */
export function autocorrelation(returns: Numbers, lag: number): Estimate {
  const all = present(returns);
  if (all.length <= lag + 1) return "too_few";
  return estimate(correlation(all.subarray(lag), all.subarray(0, all.length - lag)), "zero_variance");
}

/**
 * The variance of a row whose squared deviations were added up on the way (Welford 1962): m2 ÷ (n − ddof), 0 of too few.
 * @example varianceOfSums(8, 3, 1) // => 4
 */
export function varianceOfSums(m2: number, count: number, ddof: number): number {
  return count <= ddof ? 0 : m2 / (count - ddof);
}
