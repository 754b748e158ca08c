import type { Numbers } from "../num/index.ts";

/** How much of the whole stands in one place. */
export interface Concentration {
  readonly shares: readonly number[]; // |value| ÷ Σ|value|, in the order given; they add up to 1
  readonly largest: number;
  readonly index: number; // whose share is the largest
  readonly hhi: number; // Herfindahl–Hirschman: Σ share²; 1 ÷ n where all are equal, 1 for one
  readonly effective: number; // 1 ÷ HHI: as many equal positions would be as concentrated
}

/**
 * Concentration of exposures, whatever they are grouped by (position, venue, currency, account); short ones count by their size. `undefined` where
 * all are 0.
 * @example concentrationOf([30, -10])?.hhi // => 0.625
 */
export function concentrationOf(exposures: Numbers): Concentration | undefined {
  const sizes = Array.from(exposures, Math.abs);
  const total = sizes.reduce((whole, size) => whole + size, 0);
  if (!(total > 0)) return undefined;
  const shares = sizes.map((size) => size / total);
  const largest = Math.max(...shares);
  const hhi = shares.reduce((whole, share) => whole + share * share, 0);
  return { shares, largest, index: shares.indexOf(largest), hhi, effective: 1 / hhi };
}

/**
 * HHI of one side between 0 (all equal) and 1 (one alone): `(n·Σ share² − 1) ÷ (n − 1)`. `undefined` for fewer than three values.
 * @example normalisedHhi([1, 1, 2]) // => 0.0625
 */
export function normalisedHhi(values: Numbers): number | undefined {
  const n = values.length;
  if (n <= 2) return undefined;
  const total = Array.from(values).reduce((whole, value) => whole + value, 0);
  const squares = Array.from(values).reduce((whole, value) => whole + (value / total) ** 2, 0);
  return (n * squares - 1) / (n - 1);
}

/**
 * How much positions move together as they are held: the mean correlation over pairs, each by the product of its two exposures, divided by the sum of the sizes of these
 * products. 1: all is one bet; 0: independent; −1: a perfect hedge. The plan divides by the square of the total instead, and takes
 * short positions as long: so two equal positions that always move together come to 0.5, a limit of 0.8 is never reached by fewer than five,
 * and a hedge counts as a risk. `undefined` for fewer than two positions.
 * @param correlationOf of two positions; `undefined` where it is unknown: such pairs are left out
 * @param signs "held" by default; "long" takes short positions as long ones, as the plan does
 * @example correlationRisk([100, 100], () => 1) // => 1
 * @example correlationRisk([100, -100], () => 1) // => -1
 */
export function correlationRisk(exposures: Numbers, correlationOf: (a: number, b: number) => number | undefined, signs: "held" | "long" = "held"): number | undefined {
  let total = 0;
  let weights = 0;
  for (let i = 0; i < exposures.length; i += 1) {
    if (exposures[i] === 0) continue;
    for (let j = 0; j < i; j += 1) {
      const product = exposures[i]! * exposures[j]!;
      const correlation = product === 0 ? undefined : correlationOf(i, j);
      if (correlation === undefined) continue;
      weights += Math.abs(product);
      total += (signs === "held" ? product : Math.abs(product)) * correlation;
    }
  }
  return weights > 0 ? total / weights : undefined;
}

/** The plan's own figure: `Σ wᵢ·wⱼ·ρᵢⱼ` over ordered pairs, wᵢ of the total of sizes. Kept to be compared with. */
export function planCorrelationRisk(values: Numbers, correlation: readonly (readonly number[])[]): number {
  const sizes = Array.from(values, Math.abs);
  const total = sizes.reduce((whole, size) => whole + size, 0);
  let risk = 0;
  for (let i = 0; i < sizes.length; i += 1) for (let j = 0; j < sizes.length; j += 1) if (i !== j) risk += (sizes[i]! / total) * (sizes[j]! / total) * correlation[i]![j]!;
  return risk;
}

/** Positions beside the value of the whole, cash included: the largest and the middle one of each side. `undefined` where a side has none. */
export interface SideConcentration {
  readonly largestLong: number | undefined;
  readonly medianLong: number | undefined;
  readonly medianShort: number | undefined; // < 0
  readonly largestShort: number | undefined; // < 0
}

/** @example sideConcentration([1, -2, -13], 15).largestShort // => -13 */
export function sideConcentration(values: Numbers, cash: number): SideConcentration {
  const total = Array.from(values).reduce((whole, value) => whole + value, cash);
  const shares = Array.from(values, (value) => value / total).sort((a, b) => a - b);
  const [longs, shorts] = [shares.filter((share) => share > 0), shares.filter((share) => share < 0)];
  return { largestLong: longs.at(-1), medianLong: median(longs), medianShort: median(shorts), largestShort: shorts[0] };
}

function median(sorted: readonly number[]): number | undefined {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : sorted.length === 0 ? undefined : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
