import { addDecimals, formatDecimal, subtractDecimals, zero, type Decimal } from "../num/index.ts";
import { figuresOf } from "./figures.ts";
import { unrealizedAtMarks, type PairPrices } from "./prices.ts";
import type { PairState } from "./state.ts";

/** All pairs together, as JSON: cents as decimal text. */
export interface PairSummary {
  readonly totalPositions: number; // open + closed
  readonly openPositions: number; // all that are not closed: closing and expired ones, too
  readonly closingPositions: number;
  readonly expiredPositions: number;
  readonly closedPositions: number;
  readonly guaranteedProfitCents: string; // of pairs that are not closed, without what is realized already
  readonly realizedPnlCents: string; // of all pairs, as booked so far
  readonly unrealizedPnlCents: string | null; // null: a pair that holds something has no mark
  readonly unhedgedPositions: number; // pairs whose sides are unequal in what they hold
  readonly feesCents: string; // paid, of all pairs
  readonly capitalLockedCents: string;
}

export function summaryOf(pairs: Iterable<PairState>, prices: PairPrices = {}): PairSummary {
  const count = { all: 0, closing: 0, expired: 0, closed: 0, unhedged: 0 };
  let [guaranteed, realized, fees, capital] = [zero, zero, zero, zero];
  let unrealized: Decimal | undefined = zero;
  for (const pair of pairs) {
    const figures = figuresOf(pair);
    const { status } = pair;
    count.all += 1;
    if (status !== "open") count[status] += 1;
    if (status !== "closed" && figures.unhedgedQuantity.mantissa !== 0n) count.unhedged += 1;
    if (status !== "closed") guaranteed = addDecimals(guaranteed, subtractDecimals(figures.guaranteedCents, figures.nettedCents));
    realized = addDecimals(realized, figures.realizedCents);
    fees = pair.legs.map((leg) => leg.feesPaidCents).reduce(addDecimals, fees);
    capital = addDecimals(capital, figures.capitalCents);
    const own = unrealizedAtMarks(pair, prices);
    unrealized = own && unrealized && addDecimals(unrealized, own);
  }
  return {
    totalPositions: count.all, openPositions: count.all - count.closed, closingPositions: count.closing, expiredPositions: count.expired, closedPositions: count.closed,
    guaranteedProfitCents: formatDecimal(guaranteed), realizedPnlCents: formatDecimal(realized), unrealizedPnlCents: unrealized === undefined ? null : formatDecimal(unrealized),
    unhedgedPositions: count.unhedged, feesCents: formatDecimal(fees), capitalLockedCents: formatDecimal(capital),
  };
}
