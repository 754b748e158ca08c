import type { ArbType, PairFact, PairFillRef } from "../model/index.ts";

export type { ArbType, PairCloseAsked, PairConfirmed, PairDefined, PairFact, PairFillAmended, PairFilled, PairFillRef, PairMarket, PairMarketEnded, PairMerged, PairOrderFee, PairRebated, PairRedeemed, PairSettled, PairSide, PairSplit, PairVenue, PairVoided, Payout } from "../model/index.ts";
export const ARB_TYPES: readonly ArbType[] = ["poly_yes_kalshi_no", "kalshi_yes_poly_no", "kalshi_only", "poly_only"];

/** The name of a fill, across pairs. */
export function fillKey({ account, venue, market, id }: PairFillRef): string {
  return JSON.stringify([account, venue, market, id]);
}

/** What makes a fact this one and no other: the same again is a repeat. A fill is one fill whatever pair it is said to be of. */
export function factKey(fact: PairFact): string {
  switch (fact.type) {
    case "pair_filled":
      return `pair_filled ${fillKey(fact)}`;
    case "pair_confirmed":
    case "pair_voided":
    case "pair_fill_amended":
      return `${fact.type} ${fillKey(fact.fill)} ${fact.id}`;
    case "pair_defined":
    case "pair_close_asked":
    case "pair_close_withdrawn":
      return `${fact.type} ${JSON.stringify([fact.pairId, fact.id])}`;
    case "pair_rebated":
    case "pair_merged":
    case "pair_split":
    case "pair_redeemed":
    case "pair_settled":
    case "pair_market_ended":
      return `${fact.type} ${JSON.stringify([fact.pairId, fact.venue, fact.market, fact.id])}`;
  }
}
