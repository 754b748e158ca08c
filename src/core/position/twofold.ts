/**
 * Exact integers up to 2^103 as a pair of doubles: `hi` is the double nearest to the value, `lo` the exact rest, 0 below
 * 2^53. The wider path of the hot loop: no allocation, no bigint. Dekker (1971), "A floating-point technique for
 * extending the available precision"; Knuth, TAOCP 2, 4.2.2.
 */
const TWO53 = 2 ** 53;
const BASE = 2 ** 52;
const SPLIT = 2 ** 27 + 1;

/** Results of the last operation: hi, lo, and a remainder. */
export const result = new Float64Array(3);

/** result[0] + result[1] = a × b exactly; |a|, |b| < 2^53, product < 2^106. */
export function multiply(a: number, b: number): void {
  const product = a * b;
  let t = SPLIT * a;
  const aHigh = t - (t - a);
  const aLow = a - aHigh;
  t = SPLIT * b;
  const bHigh = t - (t - b);
  const bLow = b - bHigh;
  result[0] = product;
  result[1] = aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

/** his[at] + los[at] += hi + lo. */
export function addTo(his: Float64Array, los: Float64Array, at: number, hi: number, lo: number): void {
  const a = his[at]!;
  const sum = a + hi;
  const b = sum - a;
  const error = a - (sum - b) + (hi - b);
  const rest = los[at]! + lo + error;
  const high = sum + rest;
  his[at] = high;
  los[at] = rest - (high - sum);
}

/** floor(a × b ÷ q), its remainder in result[2]; 0 ≤ a < 2^53, 0 ≤ b, 0 < q < 2^51, quotient < 2^53. */
function divide(a: number, b: number, q: number): number {
  const product = a * b;
  let quotient: number;
  let remainder: number;
  if (product <= TWO53) {
    quotient = Math.floor(product / q);
    remainder = product - quotient * q;
  } else {
    multiply(a, b);
    const hi = result[0]!;
    const lo = result[1]!;
    quotient = Math.floor(hi / q);
    multiply(quotient, q);
    remainder = hi - result[0]! + (lo - result[1]!);
  }
  while (remainder < 0) {
    remainder += q;
    quotient -= 1;
  }
  while (remainder >= q) {
    remainder -= q;
    quotient += 1;
  }
  result[2] = remainder;
  return quotient;
}

/** result[0] + result[1] = round_half_even((hi + lo) × k ÷ q); hi + lo ≥ 0, 0 < k < q < 2^51. Long division in base 2^52. */
export function multiplyDivide(hi: number, lo: number, k: number, q: number): void {
  let c1 = Math.floor(hi / BASE);
  let c0 = hi - c1 * BASE + lo;
  if (c0 < 0) {
    c0 += BASE;
    c1 -= 1;
  } else if (c0 >= BASE) {
    c0 -= BASE;
    c1 += 1;
  }
  const upper = divide(c1, k, q);
  const upperRest = result[2]!;
  const middle = divide(upperRest, BASE, q);
  const middleRest = result[2]!;
  const lower = divide(c0, k, q);
  let low = middle + lower;
  let rest = middleRest + result[2]!;
  if (rest >= q) {
    rest -= q;
    low += 1;
  }
  const over = rest - (q - rest);
  if (over > 0 || (over === 0 && low % 2 === 1)) low += 1;
  const high = upper * BASE;
  const sum = high + low;
  result[0] = sum;
  result[1] = low - (sum - high);
}
