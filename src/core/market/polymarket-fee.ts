import { compareDecimals, multiplyDecimals, roundDecimal, subtractDecimals, zero, type Decimal } from "../num/index.ts";

/** How a Polymarket fee is computed and taken. */
export interface PolymarketTerms {
  readonly rate: Decimal;
  readonly exponent: number; // of p × (1 − p); 1 or 2
  readonly timesPrice: boolean; // whether the value traded, C × p, is what the rate applies to
  readonly digits: number; // decimals of a USDC
  readonly buyerPaysIn: "usdc" | "shares";
}

/** What a fill cost: one of the two, the other is 0. */
export interface PolymarketFee {
  readonly usdc: Decimal;
  readonly shares: Decimal; // taken out of what was bought
}

const ONE: Decimal = { mantissa: 1n, digits: 0 };
/** Decimals of a share on chain. */
const SHARE_DIGITS = 6;

/**
 * The taker's fee in USDC: C × rate × p × (1 − p), rounded to the nearest step; below one step nothing is charged.
 * @param price of a share in USDC, 0 to 1
 * @see docs.polymarket.com/trading/fees
 * @example polymarketFee({ mantissa: 100n, digits: 0 }, { mantissa: 47n, digits: 2 }, { rate: { mantissa: 5n, digits: 2 }, exponent: 1, timesPrice: false, digits: 5, buyerPaysIn: "usdc" }, "buy").usdc // => { mantissa: 12455n, digits: 4 }
 */
export function polymarketFee(shares: Decimal, price: Decimal, terms: PolymarketTerms, action: "buy" | "sell"): PolymarketFee {
  const { rate, exponent, timesPrice, digits, buyerPaysIn } = terms;
  const other = subtractDecimals(ONE, price);
  if (action === "buy" && buyerPaysIn === "shares") {
    // the fee in USDC ÷ p: with one p less, no division is left
    const prices = timesPrice ? Array.from({ length: exponent }, () => [price, other]).flat() : [other, ...Array.from({ length: exponent - 1 }, () => [price, other]).flat()];
    return { usdc: zero, shares: roundDecimal(prices.reduce(multiplyDecimals, multiplyDecimals(shares, rate)), SHARE_DIGITS, "half_up") };
  }
  const prices = [...Array.from({ length: exponent }, () => [price, other]).flat(), ...(timesPrice ? [price] : [])];
  const exact = prices.reduce(multiplyDecimals, multiplyDecimals(shares, rate));
  const step: Decimal = { mantissa: 1n, digits };
  return { usdc: compareDecimals(exact, step) < 0 ? zero : roundDecimal(exact, digits, "half_up"), shares: zero };
}
