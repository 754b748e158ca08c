import { addDecimals, divideHalfEven, formatDecimal, rescale, tenTo, trimmed, zero, type Decimal } from "../num/index.ts";

/** Decimals of a share, unless the amount itself has more. */
const SHARE_DIGITS = 18;

/** An exact amount, or undefined where it is not known: whatever an unknown enters is unknown. */
export type Known = Decimal | undefined;

export function plus(a: Known, b: Known): Known {
  return a === undefined || b === undefined ? undefined : addDecimals(a, b);
}

export function minus(a: Known, b: Known): Known {
  return plus(a, b && negated(b));
}

export function negated(value: Decimal): Decimal {
  return { mantissa: -value.mantissa, digits: value.digits };
}

export function magnitude(value: Decimal): Decimal {
  return value.mantissa < 0n ? negated(value) : value;
}

export function isMore(a: Decimal, b: Decimal): boolean {
  return addDecimals(a, negated(b)).mantissa > 0n;
}

/** `part ÷ whole` of an amount, rounded half-even. What is left of the amount is the other share. */
export function shareOf(amount: Known, part: Decimal, whole: Decimal): Known {
  if (part.mantissa === 0n) return zero;
  if (amount === undefined) return undefined;
  const digits = Math.max(SHARE_DIGITS, amount.digits);
  const over = amount.mantissa * part.mantissa * tenTo(digits - amount.digits + whole.digits);
  return trimmed(divideHalfEven(over, whole.mantissa * tenTo(part.digits)), digits);
}

/** An amount divided by weights of one sign: each share rounded half-even, the last one what is left, so that they add up. */
export function allocated(amount: Known, weights: readonly bigint[]): Known[] {
  if (amount === undefined) return weights.map(() => undefined);
  const digits = Math.max(SHARE_DIGITS, amount.digits);
  return allocatedUnits(rescale(amount.mantissa, amount.digits, digits), weights).map((share) => trimmed(share, digits));
}

/** The same with integers. Where nothing weighs anything the last one has it all. */
function allocatedUnits(amount: bigint, weights: readonly bigint[]): bigint[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  let left = amount;
  return weights.map((weight, i) => {
    const share = i === weights.length - 1 ? left : whole === 0n ? 0n : divideHalfEven(amount * weight, whole);
    left -= share;
    return share;
  });
}

/** As shown: exact text, null for what is not known. */
export function text(value: Known): string | null {
  return value === undefined ? null : formatDecimal(value);
}
