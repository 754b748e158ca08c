import { assert } from "./assert.ts";
import type { Numbers } from "./statistics.ts";

/**
 * The rank, from 1, of the order statistic at a tail probability: `ceil(tail·n − 1e-9)`, at least 1. The tail itself is given: of a
 * confidence, `(1 − 0.8)·10` is 1.9999999999999996, one rank off.
 * @example tailRank(252, 0.05) // => 13
 * @example tailRank(20, 0.05) // => 1
 */
export function tailRank(count: number, tail: number): number {
  return Math.min(count, Math.max(1, Math.ceil(tail * count - 1e-9)));
}

/**
 * The value of the given rank (1 is the smallest), by selection: O(n). `scratch` is reordered: values below the rank stand before it.
 * Hoare's quickselect with the median of three; ties and sorted input cost nothing extra.
 * @example select(Float64Array.of(3, 1, 2), 2) // => 2
 */
export function select(scratch: Float64Array, rank: number): number {
  assert(rank >= 1 && rank <= scratch.length, "a rank lies within the values");
  const k = rank - 1;
  let low = 0;
  let high = scratch.length - 1;
  while (high > low) {
    const pivot = medianOfThree(scratch[low]!, scratch[(low + high) >> 1]!, scratch[high]!);
    let i = low;
    let j = high;
    while (i <= j) {
      while (scratch[i]! < pivot) i += 1;
      while (scratch[j]! > pivot) j -= 1;
      if (i > j) break;
      const value = scratch[i]!;
      scratch[i] = scratch[j]!;
      scratch[j] = value;
      i += 1;
      j -= 1;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break; // between the two parts stands the pivot alone
  }
  return scratch[k]!;
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/** Where a quantile lies: between two order statistics, `part` of the way from the lower to the upper. */
export interface QuantilePlace {
  readonly lower: number; // rank, from 1
  readonly upper: number;
  readonly part: number; // 0 ≤ part < 1
}

/**
 * Where the linear quantile lies (Hyndman & Fan 1996). Type 7 is what NumPy, R and Excel take by default; type 8 is unbiased for the median.
 * @example linearPlace(5, 0.5) // => { lower: 3, upper: 3, part: 0 }
 */
export function linearPlace(count: number, probability: number, type: 7 | 8 = 7): QuantilePlace {
  const at = type === 7 ? 1 + (count - 1) * probability : (count + 1 / 3) * probability + 1 / 3;
  const place = Math.max(1, Math.min(count, at));
  const nearest = Math.round(place);
  if (Math.abs(place - nearest) < 1e-9) return { lower: nearest, upper: nearest, part: 0 };
  return { lower: Math.floor(place), upper: Math.ceil(place), part: place - Math.floor(place) };
}

/**
 * The linear quantile; `undefined` of nothing. The caller's row stays as it is.
 * @example quantile([4, 1, 2, 3], 0.5) // => 2.5
 */
export function quantile(values: Numbers, probability: number, type: 7 | 8 = 7): number | undefined {
  if (values.length === 0) return undefined;
  const { lower, upper, part } = linearPlace(values.length, probability, type);
  const scratch = Float64Array.from(values);
  const high = select(scratch, upper);
  if (part === 0) return high;
  const low = select(scratch.subarray(0, upper - 1), lower);
  return low + (high - low) * part;
}

/**
 * The order statistic at a tail probability, counted from the smallest; `undefined` of nothing. The caller's row stays as it is.
 * @example orderStatistic([5, 3, 4, 1, 2], 0.25) // => 2
 */
export function orderStatistic(values: Numbers, tail: number): number | undefined {
  return values.length === 0 ? undefined : select(Float64Array.from(values), tailRank(values.length, tail));
}
