import { divideHalfEven, tenTo, type Decimal } from "../num/index.ts";

/** Least decimals of money, and the decimals of an inverse contract's base values. */
const LEAST_MONEY_DIGITS = 8;
const INVERSE_DIGITS = 18;

/** How a row of the book counts: what its integers mean. */
export interface Scale {
  readonly quantityDigits: number;
  readonly priceDigits: number;
  readonly multiplier: Decimal; // > 0
  readonly inverse: boolean;
}

/** Decimals of a row's money: price + quantity + multiplier digits, at least 8; 18 for inverse contracts. */
export function moneyDigits(scale: Scale): number {
  if (scale.inverse) return INVERSE_DIGITS;
  return Math.max(scale.priceDigits + scale.quantityDigits + scale.multiplier.digits, LEAST_MONEY_DIGITS);
}

/** Money of one quantity unit at one price unit, as an integer at `moneyDigits`: linear rows only. */
export function unitFactor(scale: Scale): bigint {
  return scale.multiplier.mantissa * tenTo(moneyDigits(scale) - scale.priceDigits - scale.quantityDigits - scale.multiplier.digits);
}

/**
 * What `quantity` at `price` is worth, as an integer at `moneyDigits`, signed like the quantity. Linear values are exact;
 * an inverse one (multiplier × quantity ÷ price, in the base currency) is rounded once, half-even.
 */
export function valueOf(scale: Scale, quantity: bigint, price: bigint): bigint {
  if (!scale.inverse) return quantity * price * unitFactor(scale);
  const { multiplier, priceDigits, quantityDigits } = scale;
  return divideHalfEven(multiplier.mantissa * quantity * tenTo(INVERSE_DIGITS + priceDigits), price * tenTo(quantityDigits + multiplier.digits));
}

/** The price of an inverse contract as an exact fraction of cost and quantity units, signed like the quantity: `valueOf` rounds. */
export function inverseUnit({ multiplier, priceDigits, quantityDigits }: Scale, quantity: bigint, price: bigint): { readonly cost: bigint; readonly quantity: bigint } {
  const sign = quantity < 0n ? -1n : 1n;
  return { cost: sign * multiplier.mantissa * tenTo(INVERSE_DIGITS + priceDigits), quantity: sign * price * tenTo(quantityDigits + multiplier.digits) };
}
