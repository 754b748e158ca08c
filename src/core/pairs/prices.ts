import { addDecimals, compareDecimals, leastOf, multiplyDecimals, subtractDecimals, zero, type Decimal } from "../num/index.ts";
import type { Leg } from "./leg.ts";
import { costOf } from "./leg.ts";
import type { PairMarket } from "./fact.ts";
import type { PairState } from "./state.ts";

const HUNDRED: Decimal = { mantissa: 100n, digits: 0 };

/** So many contracts are wanted, or offered, at a price. */
export interface PairLevel {
  readonly priceCents: Decimal;
  readonly quantity: Decimal;
}

/** What is known of prices now, by the leg that they would value, and the pair's definition of its market. */
export interface PairPrices {
  readonly markOf?: ((leg: Leg, market?: PairMarket) => Decimal | undefined) | undefined; // cents of one contract of the leg
  readonly bidsOf?: ((leg: Leg, market?: PairMarket) => readonly PairLevel[] | undefined) | undefined; // best first
  readonly exitFeeOf?: ((leg: Leg, level: PairLevel) => Decimal) | undefined; // cents, for selling so many at that price
}

/**
 * Prices by marks in dollars: of the leg's own token, by the token's id; else of its market's YES, by the market's id, whose NO is worth the rest; else what the other token leaves.
 * @param markAt of a venue and a market or token; undefined where there is none, or it is too old
 */
export function pricesByMarks(markAt: (venue: string, symbol: string) => Decimal | undefined): PairPrices {
  return {
    markOf: ({ venue, market, venueSide }, { yesToken, noToken } = { venue, market, orientation: "same" }) => {
      const at = (symbol: string | undefined) => (symbol === undefined ? undefined : markAt(venue, symbol));
      const [own, other] = venueSide === "yes" ? [yesToken, noToken] : [noToken, yesToken];
      const ofToken = at(own);
      if (ofToken !== undefined) return dollarsToCents(ofToken);
      const ofYes = at(market);
      if (ofYes !== undefined) return venueSide === "yes" ? dollarsToCents(ofYes) : restOf(dollarsToCents(ofYes));
      const ofOther = at(other);
      return ofOther && restOf(dollarsToCents(ofOther));
    },
  };
}

/** @example dollarsToCents({ mantissa: 45n, digits: 2 }) // => { mantissa: 45n, digits: 0 } */
export function dollarsToCents(dollars: Decimal): Decimal {
  return multiplyDecimals(dollars, HUNDRED);
}

/** What the other outcome is worth. @example restOf({ mantissa: 45n, digits: 0 }) // => { mantissa: 55n, digits: 0 } */
export function restOf(cents: Decimal): Decimal {
  return subtractDecimals(HUNDRED, cents);
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
export function unrealizedAtMarks({ legs, markets }: PairState, { markOf }: PairPrices): Decimal | undefined {
  return sumOver(legs, (leg) => {
    const mark = markOf?.(leg, marketOf(markets, leg));
    return mark && multiplyDecimals(leg.open.quantity, mark);
  });
}

/** The same when all of it is sold now, into the bids, after the fees of selling; undefined where the bids do not take it all. */
export function unrealizedAtBids({ legs, markets }: PairState, { bidsOf, exitFeeOf }: PairPrices): Decimal | undefined {
  return sumOver(legs, (leg) => {
    const bids = leg.open.quantity.mantissa > 0n ? bidsOf?.(leg, marketOf(markets, leg)) : undefined;
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

function marketOf(markets: readonly PairMarket[], { venue, market }: Leg): PairMarket | undefined {
  return markets.find((one) => one.venue === venue && one.market === market);
}
