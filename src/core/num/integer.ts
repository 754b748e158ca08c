import { assert } from "./assert.ts";

const POWERS: bigint[] = Array.from({ length: 128 }, (_, n) => 10n ** BigInt(n));

/** 10^n as a bigint, n ≥ 0. */
export function tenTo(n: number): bigint {
  assert(n >= 0 && Number.isInteger(n), "a power of ten has a whole exponent of at least 0");
  return POWERS[n] ?? 10n ** BigInt(n);
}

/** The magnitude of an integer. */
export function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/**
 * `numerator ÷ denominator` to the nearest integer, a half to the even neighbour.
 * @example divideHalfEven(5n, 2n) // => 2n
 * @example divideHalfEven(7n, 2n) // => 4n
 * @example divideHalfEven(-5n, 2n) // => -2n
 */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  assert(denominator !== 0n, "a divisor is not 0");
  const negative = numerator < 0n !== denominator < 0n;
  const n = abs(numerator);
  const d = abs(denominator);
  let quotient = n / d;
  const twice = 2n * (n - quotient * d);
  if (twice > d || (twice === d && (quotient & 1n) === 1n)) quotient += 1n;
  return negative ? -quotient : quotient;
}

/**
 * An integer at `from` decimals, stated at `to` decimals. Exact when `to ≥ from`; otherwise half-even.
 * @example rescale(15n, 1, 3) // => 1500n
 */
export function rescale(value: bigint, from: number, to: number): bigint {
  return to >= from ? value * tenTo(to - from) : divideHalfEven(value, tenTo(from - to));
}
