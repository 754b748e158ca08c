import { abs, compareDecimals, divideDecimals, multiplyDecimals, roundDecimal, subtractDecimals, zero, type Decimal } from "../num/index.ts";
import type { Instant } from "../model/index.ts";
import type { PairFact, PairFillRef, PairMarket, PairSettled, PairSide, PairVenue, Payout } from "./fact.ts";
import type { PairState } from "./state.ts";
import type { VenueFill, VenueReport, VenueResolution, VenueSettlement } from "./venue-report.ts";

/** Why nothing that a venue said can be made a fact of a pair. */
export interface NotOfAPair {
  readonly problem: "unknown_market" | "ambiguous_market" | "unknown_token" | "no_id";
  readonly why: string;
}

const HUNDRED: Decimal = { mantissa: 100n, digits: 0 };
const PAYOUT_DIGITS = 12;

/**
 * What a venue said, as facts of the pairs that hold the market; none for positions and orders, which are only compared.
 * @param pairs all that are known
 * @param heard the time of what brings none of its own
 */
export function factsOf(report: VenueReport, pairs: Iterable<PairState>, heard: Instant): readonly PairFact[] | NotOfAPair {
  switch (report.is) {
    case "fill":
      return factsOfFill(report.fill, pairs);
    case "settlement":
      return settlementFacts(report.settlement, pairs, heard);
    case "resolution":
      return resolutionFacts(report.resolution, pairs, heard);
    case "position":
    case "order":
    case "unreadable":
      return [];
  }
}

/** The pairs that hold a market, with its place in each. */
export function placesOf(pairs: Iterable<PairState>, venue: PairVenue, market: string): { readonly pair: PairState; readonly market: PairMarket }[] {
  return [...pairs].flatMap((pair) => pair.markets.filter((one) => one.venue === venue && one.market === market).map((one) => ({ pair, market: one })));
}

function factsOfFill(fill: VenueFill, pairs: Iterable<PairState>): readonly PairFact[] | NotOfAPair {
  if (fill.id === "") return { problem: "no_id", why: `a trade in ${fill.market} has no id on this channel: read it from one that gives its id` };
  const places = placesOf(pairs, fill.venue, fill.market);
  const place = places[0];
  if (place === undefined) return { problem: "unknown_market", why: `no pair holds ${fill.market} of ${fill.venue}: define one with it` };
  if (places.length > 1) return { problem: "ambiguous_market", why: `${fill.market} is in the pairs ${places.map(({ pair }) => pair.pairId).join(", ")}: say which one fill ${fill.id} is of` };
  const { pairId } = place.pair;
  const { account, venue, market, id, time } = fill;
  const ref: PairFillRef = { account, venue, market, id };
  if (fill.status === "failed") return [{ type: "pair_voided", pairId, id: "failed", time, fill: ref, why: "the venue says that it failed" }];
  const side = fill.side ?? sideOf(fill.token, place.market);
  if (side === undefined) return { problem: "unknown_token", why: `the pair ${pairId} does not say which outcome of ${market} the token ${fill.token ?? ""} is: define its yesToken and noToken` };
  const isFinal = fill.status === "final";
  const { action, quantity, priceCents, feeCents, role, orderId } = fill;
  const filled: PairFact = { type: "pair_filled", pairId, id, time, account, venue, market, side, action, quantity, priceCents, grossCents: undefined, feeCents, feeIsComputed: false, feeShares: zero, role, isFinal, orderId };
  return isFinal && venue === "polymarket" ? [filled, { type: "pair_confirmed", pairId, id: "final", time, fill: ref }] : [filled];
}

/** The outcome that a token is, as the pair's definition says it. */
export function sideOf(token: string | undefined, { yesToken, noToken }: PairMarket): PairSide | undefined {
  return token === undefined ? undefined : token === yesToken ? "yes" : token === noToken ? "no" : undefined;
}

/** Kalshi's settlement. What it paid counts where one pair holds the market; several are paid by the price of the result. */
function settlementFacts(settlement: VenueSettlement, pairs: Iterable<PairState>, heard: Instant): readonly PairFact[] | NotOfAPair {
  const { venue, market, revenueCents, result } = settlement;
  const places = placesOf(pairs, venue, market);
  if (places.length === 0) return { problem: "unknown_market", why: `no pair holds ${market} of ${venue}` };
  const cents = settledYesCents(settlement);
  const time = settlement.time ?? heard;
  return places.map(({ pair }): PairFact => {
    const head = { pairId: pair.pairId, id: `${result} ${revenueCents.mantissa}e-${revenueCents.digits}`, time, venue, market };
    if (cents === undefined) return { type: "pair_market_ended", ...head };
    return { type: "pair_settled", ...head, stage: "final", payout: { is: "cents", cents }, revenueCents: places.length === 1 ? revenueCents : undefined };
  });
}

/**
 * Cents that one YES was paid. The word of the result counts; for a result in between, the value that explains the revenue: Kalshi
 * has stated it of YES, and of the side that was held.
 * @returns undefined where nothing was held at the end and no value is told
 */
export function settledYesCents({ result, yesQuantity, noQuantity, revenueCents, valueCents }: VenueSettlement): Decimal | undefined {
  if (result === "yes") return HUNDRED;
  if (result === "no") return zero;
  const net = subtractDecimals(yesQuantity, noQuantity);
  if (net.mantissa === 0n) return valueCents !== undefined && compareDecimals(valueCents, HUNDRED) <= 0 && valueCents.mantissa >= 0n ? valueCents : undefined;
  const held: Decimal = { mantissa: abs(net.mantissa), digits: net.digits };
  const ofYes = (sideCents: Decimal): Decimal => (net.mantissa > 0n ? sideCents : subtractDecimals(HUNDRED, sideCents));
  const candidates = valueCents === undefined ? [] : [valueCents, subtractDecimals(HUNDRED, valueCents)];
  const fits = candidates.find((yes) => yes.mantissa >= 0n && compareDecimals(yes, HUNDRED) <= 0 && compareDecimals(roundDecimal(multiplyDecimals(held, ofYes(yes)), 0, "floor"), revenueCents) === 0);
  const each = divideDecimals(revenueCents, held, PAYOUT_DIGITS, "half_even");
  return fits ?? (compareDecimals(each, HUNDRED) <= 0 ? ofYes(each) : undefined);
}

function resolutionFacts({ venue, market, payouts, stage, time = undefined }: VenueResolution, pairs: Iterable<PairState>, heard: Instant): readonly PairFact[] | NotOfAPair {
  const places = placesOf(pairs, venue, market);
  if (places.length === 0) return { problem: "unknown_market", why: `no pair holds ${market} of ${venue}` };
  const facts = places.map(({ pair, market: own }): PairFact | undefined => {
    const head = { pairId: pair.pairId, time: time ?? heard, venue, market };
    if (payouts.length === 0) return { type: "pair_market_ended", ...head, id: "closed" };
    const cents = payouts.find(({ token }) => token === own.yesToken)?.cents ?? payouts.filter(({ token }) => token === own.noToken).map((no) => subtractDecimals(HUNDRED, no.cents))[0];
    return cents && settled({ ...head, id: `${stage} ${cents.mantissa}e-${cents.digits}` }, stage, { is: "cents", cents });
  });
  const unknown = facts.indexOf(undefined);
  if (unknown >= 0) return { problem: "unknown_token", why: `the pair ${places[unknown]!.pair.pairId} does not say which tokens of ${market} are YES and NO: define its yesToken and noToken` };
  return facts as PairFact[];
}

function settled(head: Pick<PairSettled, "pairId" | "id" | "time" | "venue" | "market">, stage: PairSettled["stage"], payout: Payout): PairSettled {
  return { type: "pair_settled", ...head, stage, payout, revenueCents: undefined };
}
