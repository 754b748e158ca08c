/**
 * Why a figure is undefined. too_few: fewer observations than it needs; zero_variance: what it divides by never varies; no_losses: nothing was lost;
 * no_capital: nobody said what was put in; not_applicable: the formula has no value here; missing: a mark, a rate or a price is.
 */
export type Reason = "too_few" | "zero_variance" | "no_losses" | "no_capital" | "not_applicable" | "missing" | "no_benchmark";

/** A statistic, or why there is none. Never NaN or infinite. */
export type Estimate = number | Reason;

/** A number that is one; what a formula makes of impossible input is not applicable. */
export function estimate(value: number | undefined, otherwise: Reason = "not_applicable"): Estimate {
  return value === undefined || !Number.isFinite(value) ? otherwise : value;
}

/** Goes on with a figure, where there is one. (Not called `then`: a module that exports one is taken for a promise.) */
export function carried(value: Estimate, next: (value: number) => number | undefined): Estimate {
  return typeof value === "number" ? estimate(next(value)) : value;
}

const NO_VARIANCE = 1e-15;

/**
 * Whether a deviation is no more than what rounding makes of returns that never vary.
 * @example isFlat(1e-18, 0.01) // => true
 */
export function isFlat(spread: number, average: number): boolean {
  return spread <= NO_VARIANCE * Math.max(1, Math.abs(average));
}

/** Values without those that are missing (NaN). */
export function present(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).filter((value) => !Number.isNaN(value));
}

/** Two rows without the places at which one is missing. */
export function presentPairs(a: ArrayLike<number>, b: ArrayLike<number>): readonly [Float64Array, Float64Array] {
  const both = Array.from(a, (value, i) => [value, b[i]!] as const).filter(([x, y]) => !Number.isNaN(x) && !Number.isNaN(y));
  return [Float64Array.from(both, ([x]) => x), Float64Array.from(both, ([, y]) => y)];
}

/** Values with 0 for those that are missing (NaN). */
export function zeroForMissing(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, (value) => (Number.isNaN(value) ? 0 : value));
}
