import { abs, divideHalfEven, rescale, tenTo } from "./integer.ts";

/** An exact decimal number: `mantissa ÷ 10^digits`, with no needless trailing zero. */
export interface Decimal {
  readonly mantissa: bigint;
  readonly digits: number;
}

/** Why a text is no amount. `why` is a sentence for the person who sent it. */
export interface NumberProblem {
  readonly problem: "not_a_number" | "too_precise" | "too_large";
  readonly why: string;
}

/** Most digits an amount may have before its point, and after it. */
const MAX_DIGITS = 18;
/** Longest text read as a number: 18 + 18 digits with sign, point and exponent fit easily. */
const MAX_TEXT = 64;
const SHAPE = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

export const zero: Decimal = { mantissa: 0n, digits: 0 };

/** Whether reading failed. */
export function isProblem(read: object): read is NumberProblem {
  return "problem" in read;
}

/**
 * Reads a decimal exactly: never through a float, never rounded. Plain or exponent form.
 * @returns the number, or why it is none: `NaN`, `1,000`, `1e400`, more than 18 digits on a side of the point.
 * @example readDecimal("-0.50") // => { mantissa: -5n, digits: 1 }
 * @example readDecimal("1e-7") // => { mantissa: 1n, digits: 7 }
 * @example readDecimal("1,000") // => { problem: "not_a_number", why: "\"1,000\" is not a plain number: write it without thousands separators, like 1000.5" }
 */
export function readDecimal(text: string): Decimal | NumberProblem {
  const parts = text.length <= MAX_TEXT ? SHAPE.exec(text) : null;
  const whole = parts?.[2] ?? "";
  const fraction = parts?.[3] ?? "";
  if (parts === null || whole.length + fraction.length === 0) return notANumber(text);
  const exponent = Number(parts[4] ?? "0");
  return sized(trimmed(BigInt(parts[1] + whole + fraction), fraction.length - exponent), text);
}

/** The same value with the fewest decimals; `digits` may be given negative (a power of ten to multiply by). */
export function trimmed(mantissa: bigint, digits: number): Decimal {
  if (mantissa === 0n) return zero;
  const small = Number(mantissa);
  if (Number.isSafeInteger(small) && digits >= 0) return trimmedSmall(small, mantissa, digits);
  let m = mantissa;
  let d = digits;
  while (d > 0 && m % 10n === 0n) {
    m /= 10n;
    d -= 1;
  }
  if (d < 0 && d >= -2 * MAX_DIGITS) {
    m *= tenTo(-d);
    d = 0;
  }
  return { mantissa: m, digits: d };
}

/** The same without a division of bigints. */
function trimmedSmall(small: number, mantissa: bigint, digits: number): Decimal {
  let m = small;
  let d = digits;
  for (; d > 0 && m % 10 === 0; d -= 1) m /= 10;
  return { mantissa: d === digits ? mantissa : BigInt(m), digits: d };
}

/**
 * The integer that stands for `value` at `digits` decimals, or `undefined` when it has more.
 * @example scaled({ mantissa: 15n, digits: 1 }, 3) // => 1500n
 */
export function scaled(value: Decimal, digits: number): bigint | undefined {
  return value.digits > digits ? undefined : value.mantissa * tenTo(digits - value.digits);
}

/**
 * Exact text of `mantissa ÷ 10^digits`, without needless zeros.
 * @example formatScaled(-1500n, 3) // => "-1.5"
 * @example formatScaled(0n, 8) // => "0"
 */
export function formatScaled(mantissa: bigint, digits: number): string {
  const small = Number(mantissa);
  if (Number.isSafeInteger(small)) return formatSmall(small, digits);
  if (digits === 0) return mantissa.toString();
  const text = abs(mantissa).toString().padStart(digits + 1, "0");
  const point = text.length - digits;
  let end = text.length;
  while (end > point && text.charCodeAt(end - 1) === 48) end -= 1;
  const shown = end === point ? text.slice(0, point) : `${text.slice(0, point)}.${text.slice(point, end)}`;
  return mantissa < 0n ? `-${shown}` : shown;
}

/** The same for an integer that is exact as a number. */
export function formatSmall(mantissa: number, digits: number): string {
  if (mantissa === 0) return "0";
  const sign = mantissa < 0 ? "-" : "";
  const text = `${Math.abs(mantissa)}`;
  const point = text.length - digits; // where there is one
  let end = text.length;
  while (end > point && end > 0 && text.charCodeAt(end - 1) === 48) end -= 1;
  if (end === point) return sign + text.slice(0, point);
  return point > 0 ? `${sign}${text.slice(0, point)}.${text.slice(point, end)}` : `${sign}0.${"0".repeat(-point)}${text.slice(0, end)}`;
}

/** The decimal that `formatDecimal` wrote, of any length. */
export function decimalOf(text: string): Decimal {
  const point = text.indexOf(".");
  return point < 0 ? { mantissa: BigInt(text), digits: 0 } : { mantissa: BigInt(text.slice(0, point) + text.slice(point + 1)), digits: text.length - point - 1 };
}

/** Exact text of a decimal. */
export function formatDecimal(value: Decimal): string {
  return formatScaled(value.mantissa, value.digits);
}

/**
 * `numerator ÷ denominator` as text with `significant` digits, half-even: how an average price is shown.
 * @example formatRatio(2n, 3n, 12) // => "0.666666666667"
 */
export function formatRatio(numerator: bigint, denominator: bigint, significant: number): string {
  if (numerator === 0n) return "0";
  const n = abs(numerator);
  const d = abs(denominator);
  const magnitude = n.toString().length - d.toString().length; // the quotient lies in [10^(magnitude-1), 10^(magnitude+1))
  const below = magnitude >= 0 ? n < d * tenTo(magnitude) : n * tenTo(-magnitude) < d;
  const digits = significant - (below ? magnitude : magnitude + 1);
  const quotient = digits >= 0 ? divideHalfEven(n * tenTo(digits), d) : divideHalfEven(n, d * tenTo(-digits)) * tenTo(-digits);
  const text = formatScaled(quotient, Math.max(digits, 0));
  return numerator < 0n === denominator < 0n ? text : `-${text}`;
}

/** Powers of ten that are exact doubles. */
const EXACT_POWERS = Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));
/** Significant digits that doubles can be trusted with, and how near to a half a rounding is not left to them: two roundings are off by 3e-4 at most. */
const PLAIN_SIGNIFICANT = 12;
const NEAR_HALF = 1e-3;

/**
 * `formatRatio(numerator × 10^up, denominator, 12)` of integers that are exact as numbers; undefined where doubles do not tell how it is rounded.
 * @example formatQuotient(2, 3, 2) // => "66.6666666667"
 */
export function formatQuotient(numerator: number, denominator: number, up: number): string | undefined {
  if (numerator === 0) return "0";
  const quotient = Math.abs(numerator / denominator);
  const digits = PLAIN_SIGNIFICANT - 1 - Math.floor(Math.log10(quotient)); // of the quotient alone
  if (!(Math.abs(digits) < EXACT_POWERS.length)) return undefined;
  const shifted = digits >= 0 ? quotient * EXACT_POWERS[digits]! : quotient / EXACT_POWERS[-digits]!;
  const whole = Math.floor(shifted);
  const part = shifted - whole;
  const shown = digits - up;
  if (Math.abs(part - 0.5) < NEAR_HALF || whole < 1e11 || whole >= 1e12 - 1 || shown < 0) return undefined;
  const text = formatSmall(part > 0.5 ? whole + 1 : whole, shown);
  return numerator < 0 === denominator < 0 ? text : `-${text}`;
}

/** `a + b`, exactly. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const digits = Math.max(a.digits, b.digits);
  return trimmed(rescale(a.mantissa, a.digits, digits) + rescale(b.mantissa, b.digits, digits), digits);
}

/** `a × b`, exactly. */
export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return trimmed(a.mantissa * b.mantissa, a.digits + b.digits);
}

function sized(value: Decimal, text: string): Decimal | NumberProblem {
  if (value.digits > MAX_DIGITS) {
    return { problem: "too_precise", why: `"${text}" has ${value.digits} decimals; at most ${MAX_DIGITS} are kept, and none is ever rounded away` };
  }
  const whole = abs(value.mantissa).toString().length - value.digits;
  if (value.digits < 0 || whole > MAX_DIGITS) {
    return { problem: "too_large", why: `"${text}" has ${whole} digits before the point; at most ${MAX_DIGITS} fit` };
  }
  return value;
}

function notANumber(text: string): NumberProblem {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  if (text.length > MAX_TEXT) return { problem: "not_a_number", why: `"${shown}" has ${text.length} characters: no amount is longer than ${MAX_TEXT}` };
  const hint = /^[+-]?\d{1,3}([,_' ]\d{3})+(\.\d+)?$/.test(text) ? "write it without thousands separators, like 1000.5" : "write digits and a point, like 1000.5";
  return { problem: "not_a_number", why: `"${shown}" is not a plain number: ${hint}` };
}
