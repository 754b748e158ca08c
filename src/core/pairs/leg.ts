import { abs, addDecimals, compareDecimals, divideDecimals, multiplyDecimals, negatedDecimal, subtractDecimals, zero, type Decimal } from "../num/index.ts";
import type { PairMarket, PairSide, PairVenue } from "./fact.ts";

/** So many contracts and what they cost. All three have one sign: below 0 where more was given away than was held. */
export interface Held {
  readonly quantity: Decimal;
  readonly grossCents: Decimal; // paid without fees
  readonly feesCents: Decimal;
}

/** What is held of one outcome of one market. */
export interface Leg {
  readonly venue: PairVenue;
  readonly market: string;
  readonly venueSide: PairSide;
  readonly side: PairSide; // of the pair
  readonly open: Held;
  readonly netted: Held; // paired off by Kalshi against the other outcome: paid already, 100 cents a set
  readonly settled: Decimal; // contracts that were paid out at the market's end
  readonly fills: number;
  readonly feesPaidCents: Decimal; // over the leg's life, in cash
  readonly feeShares: Decimal; // taken in contracts, over its life
}

export const NOTHING: Held = { quantity: zero, grossCents: zero, feesCents: zero };
const HUNDRED: Decimal = { mantissa: 100n, digits: 0 };
/** Decimals of a cent that a release keeps at least; what is rounded away stays in the cost. */
const RELEASE_DIGITS = 8;

export function emptyLeg(venue: PairVenue, market: string, venueSide: PairSide, orientation: PairMarket["orientation"]): Leg {
  return { venue, market, venueSide, side: orientation === "same" ? venueSide : otherSide(venueSide), open: NOTHING, netted: NOTHING, settled: zero, fills: 0, feesPaidCents: zero, feeShares: zero };
}

export function otherSide(side: PairSide): PairSide {
  return side === "yes" ? "no" : "yes";
}

/** What was held with what was added. */
export function sumHeld(a: Held, b: Held): Held {
  return { quantity: addDecimals(a.quantity, b.quantity), grossCents: addDecimals(a.grossCents, b.grossCents), feesCents: addDecimals(a.feesCents, b.feesCents) };
}

/** Price and fees together. */
export function costOf({ grossCents, feesCents }: Held): Decimal {
  return addDecimals(grossCents, feesCents);
}

/** 100 cents a contract. */
export function fullPayout(quantity: Decimal): Decimal {
  return multiplyDecimals(quantity, HUNDRED);
}

/**
 * Takes `quantity` out of what is held, at its average cost. Released = round-half-even(cost × quantity ÷ held) at the
 * cost's own decimals, 8 of a cent at least; the remainder stays, so nothing is made or lost.
 * @param quantity signed as what is held, and no more of it
 */
export function release(held: Held, quantity: Decimal): { readonly released: Held; readonly left: Held } {
  const isAll = compareDecimals(held.quantity, quantity) === 0;
  const share = (amount: Decimal): Decimal => (isAll ? amount : divideDecimals(multiplyDecimals(amount, quantity), held.quantity, Math.max(amount.digits, RELEASE_DIGITS), "half_even"));
  const released: Held = { quantity, grossCents: share(held.grossCents), feesCents: share(held.feesCents) };
  return { released, left: sumHeld(held, { quantity: negatedDecimal(released.quantity), grossCents: negatedDecimal(released.grossCents), feesCents: negatedDecimal(released.feesCents) }) };
}

/**
 * What is held after a trade of the same contracts: it closes what is held the other way, the rest opens.
 * @param traded bought: all above 0 (a rebate: fees below); sold: quantity and gross below 0, fees still paid > 0
 * @returns realizedCents: proceeds less cost of what was closed, fees of both included
 */
export function trade(held: Held, traded: Held): { readonly held: Held; readonly realizedCents: Decimal } {
  if (held.quantity.mantissa * traded.quantity.mantissa >= 0n) {
    // what is opened short has its fees on the other side of the ledger: they are still a cost
    return traded.quantity.mantissa >= 0n ? { held: sumHeld(held, traded), realizedCents: zero } : { held: sumHeld(held, { ...traded, feesCents: zero }), realizedCents: negatedDecimal(traded.feesCents) };
  }
  const closesAll = compareMagnitudes(held.quantity, traded.quantity) <= 0;
  const closed = closesAll ? held.quantity : negatedDecimal(traded.quantity);
  const { released, left } = release(held, closed);
  const { released: closing, left: opening } = release(traded, negatedDecimal(closed));
  const realizedCents = subtractDecimals(negatedDecimal(addDecimals(closing.grossCents, closing.feesCents)), costOf(released));
  if (opening.quantity.mantissa === 0n) return { held: left, realizedCents };
  const opened = trade(left, opening);
  return { held: opened.held, realizedCents: addDecimals(realizedCents, opened.realizedCents) };
}

function compareMagnitudes(a: Decimal, b: Decimal): number {
  return compareDecimals({ mantissa: abs(a.mantissa), digits: a.digits }, { mantissa: abs(b.mantissa), digits: b.digits });
}
