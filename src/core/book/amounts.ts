import { addDecimals, formatDecimal, type Decimal } from "../num/index.ts";

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

/** As shown: exact text, null for what is not known. */
export function text(value: Known): string | null {
  return value === undefined ? null : formatDecimal(value);
}
