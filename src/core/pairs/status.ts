import { addDecimals, compareDecimals, zero, type Decimal } from "../num/index.ts";
import type { PairFact, PairSide } from "./fact.ts";
import type { PairState, PairStatus, StatusCause } from "./state.ts";

/** What moves contracts. A late fill may bring back a pair that was closed. */
const MOVES: readonly StatusCause[] = ["filled", "sold", "netted", "merged", "redeemed"];

/** Every change of status there can be, and what may cause it. Besides, a correction leads wherever the facts lead: it says what was so all along. */
export const STATUS_CHANGES: Readonly<Record<PairStatus, Readonly<Partial<Record<PairStatus, readonly StatusCause[]>>>>> = {
  open: { closing: ["close_asked", "settled_in_part", ...MOVES], closed: ["settled", ...MOVES], expired: ["market_ended", ...MOVES] },
  closing: { open: ["close_withdrawn", ...MOVES], closed: ["settled", ...MOVES], expired: ["market_ended", ...MOVES] },
  expired: { open: MOVES, closing: ["settled_in_part", ...MOVES], closed: ["settled", ...MOVES] },
  closed: { open: MOVES, closing: MOVES, expired: MOVES },
};

/** The pair with the status that follows from it, and the change where there is one. */
export function withStatus(before: PairState, after: PairState, fact: PairFact): PairState {
  return withChange({ ...after, changes: before.changes }, before.status, statusOf(after), fact, causeOf);
}

/** The same after facts were read anew: the change is the correction's. */
export function withCorrectedStatus(before: PairState, after: PairState, fact: PairFact): PairState {
  return withChange({ ...after, changes: before.changes }, before.status, after.status, fact, () => "corrected");
}

function withChange(pair: PairState, from: PairStatus, to: PairStatus, fact: PairFact, cause: (fact: PairFact, to: PairStatus, pair: PairState) => StatusCause): PairState {
  if (from === to) return { ...pair, status: to };
  return { ...pair, status: to, changes: [...pair.changes, { from, to, cause: cause(fact, to, pair), timeNs: fact.time.ns, factId: fact.id }] };
}

/**
 * closed: something was held and nothing is. expired: a market that still holds contracts has ended without a final result. closing: a
 * close was asked for, one venue has settled and the other has not, or the last fill sold and left the sides unequal (an unwind runs).
 */
function statusOf(pair: PairState): PairStatus {
  const held = pair.legs.filter((leg) => leg.open.quantity.mantissa !== 0n);
  if (held.length === 0) return pair.legs.length === 0 ? (pair.isCloseAsked ? "closing" : "open") : "closed";
  const waiting = pair.results.filter(({ isEnded, settled }) => isEnded && settled?.stage !== "final");
  if (waiting.some(({ venue, market }) => held.some((leg) => leg.venue === venue && leg.market === market))) return "expired";
  const isSettledInPart = pair.results.some(({ settled }) => settled?.stage === "final");
  const isUnwinding = pair.isUnwinding && compareDecimals(openOf(pair, "yes"), openOf(pair, "no")) !== 0;
  return pair.isCloseAsked || isSettledInPart || isUnwinding ? "closing" : "open";
}

/** Contracts of one outcome of the pair that are held and not paid yet. */
function openOf(pair: PairState, side: PairSide): Decimal {
  return pair.legs.filter((leg) => leg.side === side).map((leg) => leg.open.quantity).reduce(addDecimals, zero);
}

function causeOf(fact: PairFact, to: PairStatus, pair: PairState): StatusCause {
  switch (fact.type) {
    case "pair_filled":
      if (to === "closed" && fact.venue === "kalshi" && pair.legs.some((leg) => leg.netted.quantity.mantissa > 0n)) return "netted";
      return fact.action === "sell" ? "sold" : "filled";
    case "pair_merged":
      return "merged";
    case "pair_redeemed":
      return "redeemed";
    case "pair_settled":
      return to === "closed" ? "settled" : "settled_in_part";
    case "pair_market_ended":
      return "market_ended";
    case "pair_close_asked":
      return "close_asked";
    case "pair_close_withdrawn":
      return "close_withdrawn";
    case "pair_split":
    case "pair_defined":
    case "pair_rebated":
    case "pair_confirmed":
    case "pair_voided":
    case "pair_fill_amended":
      return "filled";
  }
}
