/**
 * Integers of 128 bits, as two of 64: the lower half is what a function returns, the upper one stands in `high` until the next.
 */

/** The upper half of the last result. */
export let high: i64 = 0;

const TWO62: f64 = 4611686018427387904;
const TWO64: f64 = TWO62 * 4;

/** An integer of 128 bits as a double, at most two roundings off. */
export function double(low: i64, upper: i64): f64 {
  return upper === low >> 63 ? <f64>low : <f64>upper * TWO64 + <f64>(<u64>low);
}

/** A double that is an integer below 2^126, or is made one, in 128 bits. */
export function integer(value: f64): i64 {
  const size = abs(value);
  if (size < TWO62) {
    const low = <i64>value;
    high = low >> 63;
    return low;
  }
  const upper = floor(size / TWO64);
  const low = <i64>(<u64>(size - upper * TWO64));
  high = <i64>upper;
  return value < 0 ? minus(0, 0, low, high) : low;
}

export function plus(a: i64, aHigh: i64, b: i64, bHigh: i64): i64 {
  const sum = a + b;
  high = aHigh + bHigh + i64(<u64>sum < <u64>a);
  return sum;
}

export function minus(a: i64, aHigh: i64, b: i64, bHigh: i64): i64 {
  high = aHigh - bHigh - i64(<u64>a < <u64>b);
  return a - b;
}

/** a × b. */
export function times(a: i64, b: i64): i64 {
  const aLow = <u64>a & 0xffff_ffff;
  const aUpper = <u64>a >> 32;
  const bLow = <u64>b & 0xffff_ffff;
  const bUpper = <u64>b >> 32;
  const middle = aUpper * bLow + ((aLow * bLow) >> 32);
  const other = aLow * bUpper + (middle & 0xffff_ffff);
  // As if both were unsigned; then what that has added too much is taken.
  high = <i64>(aUpper * bUpper + (middle >> 32) + (other >> 32)) - ((a >> 63) & b) - ((b >> 63) & a);
  return a * b;
}

/** (aHigh, a) × b modulo 2^128. */
export function timesWide(a: i64, aHigh: i64, b: i64): i64 {
  const low = times(a, b); // with a as a signed number
  high += (aHigh + <i64>(<u64>a >> 63)) * b;
  return low;
}
