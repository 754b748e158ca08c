import { addDecimals, compareDecimals, leastOf, multiplyDecimals, subtractDecimals, zero, type Decimal } from "../num/index.ts";
import type { Leg } from "./leg.ts";
import { costOf } from "./leg.ts";
import type { PairState } from "./state.ts";

const HUNDRED: Decimal = { mantissa: 100n, digits: 0 };

/** So many contracts are wanted, or offered, at a price. */
export interface PairLevel {
  readonly priceCents: Decimal;
  readonly quantity: Decimal;
}

/** What is known of prices now, by the leg that they would value. */
export interface PairPrices {
  readonly markOf?: ((leg: Leg) => Decimal | undefined) | undefined; // cents of one contract of the leg
  readonly bidsOf?: ((leg: Leg) => readonly PairLevel[] | undefined) | undefined; // best first
  readonly exitFeeOf?: ((leg: Leg, level: PairLevel) => Decimal) | undefined; // cents, for selling so many at that price
}

/**
 * Prices by marks of a market's YES, in dollars: its NO is worth the rest.
 * @param markAt of a venue and market; undefined where there is none, or it is too old
 */
export function pricesByMarks(markAt: (venue: string, market: string) => Decimal | undefined): PairPrices {
  return {
    markOf: ({ venue, market, venueSide }) => {
      const dollars = markAt(venue, market);
      if (dollars === undefined) return undefined;
      const cents = multiplyDecimals(dollars, HUNDRED);
      return venueSide === "yes" ? cents : subtractDecimals(HUNDRED, cents);
    },
  };
}

/** What taking a quantity from levels comes to. */
export interface Taken {
  readonly cents: Decimal;
  readonly feesCents: Decimal;
  readonly missing: Decimal; // contracts that the levels do not have
}

/** Takes a quantity from levels, best first. */
export function take(levels: readonly PairLevel[], quantity: Decimal, feeOf: (level: PairLevel) => Decimal = () => zero): Taken {
  let [cents, feesCents, missing] = [zero, zero, quantity];
  for (const { priceCents, quantity: offered } of levels) {
    if (missing.mantissa <= 0n) break;
    const part = leastOf(offered, missing);
    cents = addDecimals(cents, multiplyDecimals(part, priceCents));
    feesCents = addDecimals(feesCents, feeOf({ priceCents, quantity: part }));
    missing = subtractDecimals(missing, part);
  }
  return { cents, feesCents, missing };
}

/** P&L of what is held and not paid yet, at marks; undefined where a leg has none. */
export function unrealizedAtMarks({ legs }: PairState, { markOf }: PairPrices): Decimal | undefined {
  return sumOver(legs, (leg) => {
    const mark = markOf?.(leg);
    return mark && multiplyDecimals(leg.open.quantity, mark);
  });
}

/** The same when all of it is sold now, into the bids, after the fees of selling; undefined where the bids do not take it all. */
export function unrealizedAtBids({ legs }: PairState, { bidsOf, exitFeeOf }: PairPrices): Decimal | undefined {
  return sumOver(legs, (leg) => {
    const bids = leg.open.quantity.mantissa > 0n ? bidsOf?.(leg) : undefined;
    if (bids === undefined) return undefined;
    const { cents, feesCents, missing } = take(bids, leg.open.quantity, exitFeeOf && ((level) => exitFeeOf(leg, level)));
    return missing.mantissa > 0n ? undefined : subtractDecimals(cents, feesCents);
  });
}

function sumOver(legs: readonly Leg[], worthOf: (leg: Leg) => Decimal | undefined): Decimal | undefined {
  let total = zero;
  for (const leg of legs) {
    if (compareDecimals(leg.open.quantity, zero) === 0) continue;
    const worth = worthOf(leg);
    if (worth === undefined) return undefined;
    total = addDecimals(total, subtractDecimals(worth, costOf(leg.open)));
  }
  return total;
}
