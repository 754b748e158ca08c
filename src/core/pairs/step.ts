import { addDecimals, compareDecimals, leastOf, multiplyDecimals, negatedDecimal, roundDecimal, subtractDecimals, zero, type Decimal } from "../num/index.ts";
import type { PairFact, PairFilled, PairMerged, PairRedeemed, PairSettled, PairSide, PairSplit, PairVenue, Payout } from "./fact.ts";
import { costOf, fullPayout, NOTHING, otherSide, release, sumHeld, trade, type Held, type Leg } from "./leg.ts";
import { legOf, marketNamed, withLegs, type MarketResult, type PairState, type Realized } from "./state.ts";
import { withStatus } from "./status.ts";

const HALF: Decimal = { mantissa: 50n, digits: 0 };
const HUNDRED: Decimal = { mantissa: 100n, digits: 0 };
/** Decimals of a cent that Polymarket pays: USDC has six. Kalshi pays a result between 0 and 100 in whole cents. */
const USDC_DIGITS = 4;

/**
 * The pair after one more fact. It cannot fail. Facts that say that earlier ones were wrong change nothing here: `foldPair` reads
 * them beforehand.
 */
export function stepPair(pair: PairState, fact: PairFact): PairState {
  const next = booked(pair, fact);
  return withStatus(pair, { ...next, lastNs: fact.time.ns > pair.lastNs ? fact.time.ns : pair.lastNs }, fact);
}

function booked(pair: PairState, fact: PairFact): PairState {
  switch (fact.type) {
    case "pair_defined":
      return { ...pair, arbType: fact.arbType, markets: fact.markets, isDefined: true };
    case "pair_filled":
      return afterFill(pair, fact);
    case "pair_split":
      return afterSplit(pair, fact);
    case "pair_merged":
      return afterMerge(pair, fact);
    case "pair_redeemed":
      return afterRedemption(pair, fact);
    case "pair_settled":
      return afterResult(pair, fact);
    case "pair_market_ended":
      return withResult(pair, fact.venue, marketNamed(pair, fact.venue, fact.market), { isEnded: true });
    case "pair_rebated":
      return withRealized(pair, "rebates", fact.amountCents);
    case "pair_close_asked":
      return { ...pair, isCloseAsked: true };
    case "pair_close_withdrawn":
      return { ...pair, isCloseAsked: false };
    case "pair_confirmed":
    case "pair_voided":
    case "pair_fill_amended":
      return pair;
  }
}

function afterFill(pair: PairState, fill: PairFilled): PairState {
  const { venue, side, action, time } = fill;
  const market = marketNamed(pair, venue, fill.market);
  const known = pair.markets.some((one) => one.venue === venue && one.market === market);
  const seen: PairState = {
    ...pair, markets: known ? pair.markets : [...pair.markets, { venue, market, orientation: "same" }], isUnwinding: action === "sell",
    openedAtNs: pair.openedAtNs === undefined || time.ns < pair.openedAtNs ? time.ns : pair.openedAtNs,
  };
  const gross = fill.grossCents ?? multiplyDecimals(fill.quantity, fill.priceCents);
  const feeCents = fill.feeCents ?? zero;
  const leg = legOf(seen, venue, market, side);
  const counted: Leg = { ...leg, fills: leg.fills + 1, feesPaidCents: addDecimals(leg.feesPaidCents, feeCents), feeShares: addDecimals(leg.feeShares, fill.feeShares) };
  const traded: Held = { quantity: fill.quantity, grossCents: gross, feesCents: feeCents };
  if (action === "buy") return netted(withTrade(seen, counted, { ...traded, quantity: subtractDecimals(fill.quantity, fill.feeShares) }), market);
  if (venue === "polymarket") return withTrade(seen, counted, sold(traded));
  // on Kalshi, to sell what one does not hold is to buy the other outcome
  const held = leg.open.quantity.mantissa > 0n ? leg.open.quantity : zero;
  const { released: own, left: rest } = release(traded, leastOf(fill.quantity, held));
  const reduced = own.quantity.mantissa === 0n ? withLegs(seen, counted) : withTrade(seen, counted, sold(own));
  if (rest.quantity.mantissa === 0n) return reduced;
  const bought: Held = { ...rest, grossCents: subtractDecimals(fullPayout(rest.quantity), rest.grossCents) };
  return netted(withTrade(reduced, legOf(reduced, venue, market, otherSide(side)), bought), market);
}

function sold({ quantity, grossCents, feesCents }: Held): Held {
  return { quantity: negatedDecimal(quantity), grossCents: negatedDecimal(grossCents), feesCents };
}

function withTrade(pair: PairState, leg: Leg, traded: Held): PairState {
  const { held, realizedCents } = trade(leg.open, traded);
  return withRealized(withLegs(pair, { ...leg, open: held }), "sold", realizedCents);
}

/** Kalshi pairs YES off with NO of the same market at once and pays 100 cents a set. */
function netted(pair: PairState, market: string): PairState {
  const [yes, no] = [legOf(pair, "kalshi", market, "yes"), legOf(pair, "kalshi", market, "no")];
  const sets = leastOf(yes.open.quantity, no.open.quantity);
  if (sets.mantissa <= 0n) return pair;
  const [fromYes, fromNo] = [release(yes.open, sets), release(no.open, sets)];
  const legs = [{ ...yes, open: fromYes.left, netted: sumHeld(yes.netted, fromYes.released) }, { ...no, open: fromNo.left, netted: sumHeld(no.netted, fromNo.released) }];
  return withRealized(withLegs(pair, ...legs), "netted", subtractDecimals(fullPayout(sets), addDecimals(costOf(fromYes.released), costOf(fromNo.released))));
}

function afterSplit(pair: PairState, { venue, market: named, quantity, time }: PairSplit): PairState {
  const market = marketNamed(pair, venue, named);
  const half: Held = { quantity, grossCents: multiplyDecimals(quantity, HALF), feesCents: zero };
  const yes = withTrade(pair, legOf(pair, venue, market, "yes"), half);
  return { ...withTrade(yes, legOf(yes, venue, market, "no"), half), openedAtNs: pair.openedAtNs ?? time.ns };
}

function afterMerge(pair: PairState, { venue, market: named, quantity }: PairMerged): PairState {
  const market = marketNamed(pair, venue, named);
  // each outcome gives up its cost; what the set pays is counted once, with YES
  const given = (grossCents: Decimal): Held => ({ quantity: negatedDecimal(quantity), grossCents: negatedDecimal(grossCents), feesCents: zero });
  const before = pair.realized.sold;
  const yes = withTrade(pair, legOf(pair, venue, market, "yes"), given(fullPayout(quantity)));
  const both = withTrade(yes, legOf(yes, venue, market, "no"), given(zero));
  const gained = subtractDecimals(both.realized.sold, before);
  return withRealized({ ...both, realized: { ...both.realized, sold: before } }, "merged", gained);
}

function afterRedemption(pair: PairState, { venue, market: named, side, quantity, payoutCents }: PairRedeemed): PairState {
  const market = marketNamed(pair, venue, named);
  if (pair.results.some((one) => one.venue === venue && one.market === market && one.settled?.stage === "final")) {
    return { ...pair, claimableCents: subtractDecimals(pair.claimableCents, payoutCents) };
  }
  const leg = legOf(pair, venue, market, side);
  const { held, realizedCents } = trade(leg.open, { quantity: negatedDecimal(quantity), grossCents: negatedDecimal(payoutCents), feesCents: zero });
  return withRealized(withLegs(pair, { ...leg, open: held, settled: addDecimals(leg.settled, quantity) }), "settled", realizedCents);
}

function afterResult(pair: PairState, fact: PairSettled): PairState {
  const market = marketNamed(pair, fact.venue, fact.market);
  const known = withResult(pair, fact.venue, market, { settled: fact });
  if (fact.stage !== "final") return known;
  const legs = pair.legs.filter((leg) => leg.venue === fact.venue && leg.market === market);
  const open = legs.map((leg) => leg.open).reduce(sumHeld, NOTHING);
  const paid = fact.revenueCents ?? settlementCents(legs, fact);
  const paidOut = withLegs(known, ...legs.map((leg) => ({ ...leg, open: NOTHING, settled: addDecimals(leg.settled, leg.open.quantity) })));
  const claimableCents = fact.venue === "polymarket" ? addDecimals(pair.claimableCents, paid) : pair.claimableCents;
  return withRealized({ ...paidOut, claimableCents }, "settled", subtractDecimals(paid, costOf(open)));
}

function withResult(pair: PairState, venue: PairVenue, market: string, change: Partial<MarketResult>): PairState {
  const isOf = (one: MarketResult): boolean => one.venue === venue && one.market === market;
  const known = pair.results.find(isOf) ?? { venue, market, isEnded: false, settled: undefined };
  return { ...pair, results: [...pair.results.filter((one) => !isOf(one)), { ...known, ...change }] };
}

/** What a venue pays for the contracts that are held: Kalshi in whole cents where the result lies between 0 and 100, Polymarket in millionths of a USDC. */
function settlementCents(legs: readonly Leg[], { venue, payout }: Pick<PairSettled, "venue" | "payout">): Decimal {
  const exact = legs.map((leg) => payoffCents(leg, payout, leg.venueSide)).reduce(addDecimals, zero);
  if (venue === "polymarket") return roundDecimal(exact, USDC_DIGITS, "floor");
  const isPlain = payout.is === "refund" || payout.cents.mantissa === 0n || compareDecimals(payout.cents, HUNDRED) === 0;
  return isPlain ? exact : roundDecimal(exact, 0, "floor");
}

/** What the open contracts of a leg are paid, to the last digit. `side`: the leg's in the frame that the payout is told in. */
export function payoffCents(leg: Leg, payout: Payout, side: PairSide): Decimal {
  if (payout.is === "refund") return leg.open.grossCents;
  return multiplyDecimals(leg.open.quantity, side === "yes" ? payout.cents : subtractDecimals(HUNDRED, payout.cents));
}

function withRealized(pair: PairState, from: keyof Realized, cents: Decimal): PairState {
  return cents.mantissa === 0n ? pair : { ...pair, realized: { ...pair.realized, [from]: addDecimals(pair.realized[from], cents) } };
}
