import { sum, type Numbers } from "../num/index.ts";
import { estimate, present, type Estimate } from "./estimate.ts";

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
