/** Numbers in a row, plain or typed. */
export type Numbers = ArrayLike<number>;

/**
 * The sum, with what rounding lost carried along (Neumaier 1974): it does not depend on the order of magnitude of the terms.
 * @example sum([1e16, 1, -1e16]) // => 1
 */
export function sum(values: Numbers): number {
  return sumOf(values.length, (i) => values[i]!);
}

/** The same of computed terms. */
function sumOf(length: number, term: (i: number) => number): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < length; i += 1) {
    const value = term(i);
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/**
 * The arithmetic mean; `undefined` of nothing.
 * @example mean([1, 2, 6]) // => 3
 */
export function mean(values: Numbers): number | undefined {
  return values.length === 0 ? undefined : sum(values) / values.length;
}

/**
 * The mean of `(value − centre)^power` over `n − ddof`; `undefined` where there are not more than `ddof` values.
 * @param centre what deviations are taken from; by default the mean
 */
export function centralMoment(values: Numbers, power: number, ddof = 0, centre = mean(values)): number | undefined {
  if (centre === undefined || values.length <= ddof) return undefined;
  const squares = power === 2; // by far the most frequent
  return sumOf(values.length, (i) => (squares ? (values[i]! - centre) * (values[i]! - centre) : (values[i]! - centre) ** power)) / (values.length - ddof);
}

/**
 * The variance, by default of a sample (n − 1). Two passes: a large common part takes no digits away.
 * @param ddof what is taken from n: 1 for a sample, 0 for a whole population
 * @example variance([1000000004, 1000000007, 1000000013, 1000000016]) // => 30
 */
export function variance(values: Numbers, ddof = 1): number | undefined {
  return centralMoment(values, 2, ddof);
}

/**
 * The standard deviation, by default of a sample (n − 1).
 * @example deviation([1, 3], 0) // => 1
 */
export function deviation(values: Numbers, ddof = 1): number | undefined {
  const found = variance(values, ddof);
  return found === undefined ? undefined : Math.sqrt(found);
}

/**
 * The covariance of two rows of one length, by default of a sample (n − 1).
 * @example covariance([1, 2, 3], [2, 4, 6]) // => 2
 */
export function covariance(a: Numbers, b: Numbers, ddof = 1): number | undefined {
  const [meanA, meanB] = [mean(a), mean(b)];
  if (meanA === undefined || meanB === undefined || a.length <= ddof) return undefined;
  return sumOf(a.length, (i) => (a[i]! - meanA) * (b[i]! - meanB)) / (a.length - ddof);
}

/**
 * Pearson's correlation, within −1 … 1; `undefined` where one of the two never varies.
 * @example correlation([1, 2, 3], [3, 2, 1]) // => -1
 */
export function correlation(a: Numbers, b: Numbers): number | undefined {
  const [both, ofA, ofB] = [covariance(a, b, 0), variance(a, 0), variance(b, 0)];
  if (both === undefined || !(ofA! > 0) || !(ofB! > 0)) return undefined;
  return Math.max(-1, Math.min(1, both / Math.sqrt(ofA!) / Math.sqrt(ofB!)));
}

/**
 * Skewness, of the population (biased) or corrected for a sample; `undefined` where values never vary or are too few.
 * @example skewness([0, 0, 0, 1], "population")?.toFixed(6) // => "1.154701"
 */
export function skewness(values: Numbers, of: "population" | "sample" = "population"): number | undefined {
  const second = centralMoment(values, 2);
  const n = values.length;
  if (second === undefined || !(second > 0) || n < (of === "sample" ? 3 : 2)) return undefined;
  const biased = centralMoment(values, 3)! / second ** 1.5;
  return of === "population" ? biased : (biased * Math.sqrt(n * (n - 1))) / (n - 2);
}

/**
 * Excess kurtosis (0 for a normal distribution), of the population (biased) or corrected for a sample.
 * @example excessKurtosis([-1, 1, -1, 1]) // => -2
 */
export function excessKurtosis(values: Numbers, of: "population" | "sample" = "population"): number | undefined {
  const second = centralMoment(values, 2);
  const n = values.length;
  if (second === undefined || !(second > 0) || n < (of === "sample" ? 4 : 2)) return undefined;
  const raw = centralMoment(values, 4)! / second ** 2;
  return of === "population" ? raw - 3 : ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * raw - 3 * (n - 1));
}
