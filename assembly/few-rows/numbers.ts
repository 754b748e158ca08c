/**
 * Integers that doubles hold, below 2^51, in words of 64 bits, and quotients of integers.
 */
import { TWO51 } from "./layout";

/** Adding it leaves an integer below 2^51 in the last bits of a double: conversions are slower, they ask whether it fits. */
export const ROUNDER: f64 = TWO51 * 3;
export const ROUNDER_BITS: i64 = 0x4338_0000_0000_0000;

// @ts-ignore: a decorator of AssemblyScript
@inline
export function whole(value: f64): i64 {
  return reinterpret<i64>(value + ROUNDER) - ROUNDER_BITS;
}

/** The same with so much too much as `wholeOf` takes off a sum of some. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function wholeAbove(value: f64): i64 {
  return reinterpret<i64>(value + ROUNDER);
}

/** The sum of so many, from the sum of `wholeAbove`. */
export function wholeOf(sum: i64, count: i32): i64 {
  return sum - ROUNDER_BITS * <i64>count;
}

/** The sum of so many, from the sums of two lanes. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function wholesOf(sums: v128, count: i32): i64 {
  return wholeOf(i64x2.extract_lane(sums, 0) + i64x2.extract_lane(sums, 1), count);
}

/** What to add to an estimate of a quotient: the remainder over the divisor, rounded half to even together with it. */
export function nearestOf(remainder: i64, by: i64, estimate: i64): i64 {
  let more = <i64>nearest(<f64>remainder / <f64>by);
  const twice = (remainder - more * by) << 1;
  const odd = ((estimate + more) & 1) !== 0;
  if (twice > by || (twice === by && odd)) more += 1;
  else if (twice < -by || (twice === -by && odd)) more -= 1;
  return more;
}
