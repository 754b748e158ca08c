import { assert } from "./assert.ts";
import { addDecimals, trimmed, type Decimal } from "./decimal.ts";
import { abs, divideHalfEven, tenTo } from "./integer.ts";

/** Which neighbour a number between two takes: the greater, the smaller, or the nearer; a half goes to the even one, or away from 0. */
export type Rounding = "ceiling" | "floor" | "half_even" | "half_up";

/** `a − b`, exactly. */
export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  return addDecimals(a, negatedDecimal(b));
}

/** `−a`. */
export function negatedDecimal(a: Decimal): Decimal {
  return { mantissa: -a.mantissa, digits: a.digits };
}

/** Below 0 where a < b, above 0 where a > b, 0 where they are equal. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const { mantissa } = subtractDecimals(a, b);
  return mantissa < 0n ? -1 : mantissa > 0n ? 1 : 0;
}

/** The smaller of two. */
export function leastOf(a: Decimal, b: Decimal): Decimal {
  return compareDecimals(a, b) <= 0 ? a : b;
}

/** The greater of two. */
export function greatestOf(a: Decimal, b: Decimal): Decimal {
  return compareDecimals(a, b) >= 0 ? a : b;
}

/**
 * `a ÷ b` at `digits` decimals.
 * @param b never 0
 * @example divideDecimals({ mantissa: 2n, digits: 0 }, { mantissa: 3n, digits: 0 }, 4, "floor") // => { mantissa: 6666n, digits: 4 }
 */
export function divideDecimals(a: Decimal, b: Decimal, digits: number, rounding: Rounding): Decimal {
  const shift = digits + b.digits - a.digits;
  const over = shift >= 0 ? a.mantissa * tenTo(shift) : a.mantissa;
  const under = shift >= 0 ? b.mantissa : b.mantissa * tenTo(-shift);
  return trimmed(divideRounded(over, under, rounding), digits);
}

/**
 * A number at no more than `digits` decimals.
 * @example roundDecimal({ mantissa: -5n, digits: 1 }, 0, "floor") // => { mantissa: -1n, digits: 0 }
 */
export function roundDecimal(value: Decimal, digits: number, rounding: Rounding): Decimal {
  return value.digits <= digits ? value : trimmed(divideRounded(value.mantissa, tenTo(value.digits - digits), rounding), digits);
}

function divideRounded(over: bigint, under: bigint, rounding: Rounding): bigint {
  assert(under !== 0n, "a divisor is not 0");
  if (rounding === "half_even") return divideHalfEven(over, under);
  const isNegative = over < 0n !== under < 0n;
  const [n, d] = [abs(over), abs(under)];
  const whole = n / d;
  const rest = n - whole * d;
  const isAway = rounding === "half_up" ? 2n * rest >= d : rest > 0n && (rounding === "ceiling") !== isNegative;
  const magnitude = isAway ? whole + 1n : whole;
  return isNegative ? -magnitude : magnitude;
}
