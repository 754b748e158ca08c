import { abs, addDecimals, compareDecimals, formatDecimal, leastOf, negatedDecimal, subtractDecimals, zero, type Decimal } from "../num/index.ts";
import { unitNs, type Instant } from "../model/index.ts";
import { PairBook } from "./book.ts";
import { fillKey, type PairFact, type PairFillAmended, type PairFilled, type PairFillRef, type PairMarket, type PairSide, type PairVenue } from "./fact.ts";
import { withScheduleFee } from "./fees.ts";
import { factsOf, placesOf, sideOf } from "./from-venue.ts";
import { ownFees } from "./paired-row.ts";
import type { PairFees } from "./record.ts";
import type { VenueFill, VenuePosition, VenueResolution, VenueSettlement } from "./venue-report.ts";

/** What one venue says of one account. What is left out was not asked. */
export interface VenueAccount {
  readonly venue: PairVenue;
  readonly account: string;
  readonly asked: Instant; // when
  readonly fills?: readonly VenueFill[] | undefined;
  readonly fillsSinceNs?: bigint | undefined; // they are all there are from this time on; undefined: some may be missing
  readonly positions?: readonly VenuePosition[] | undefined; // all that are not 0, but for what the venue leaves out as dust
  readonly settlements?: readonly VenueSettlement[] | undefined;
  readonly resolutions?: readonly VenueResolution[] | undefined;
  readonly fees?: PairFees | undefined; // how the fee of a fill is computed that is offered, and whose venue told none
}

export type DifferenceCause = "missing_fill" | "unknown_fill" | "failed_fill" | "content" | "fee" | "netting" | "settlement" | "dust" | "quantity";

/** Where the book and a venue differ. */
export interface Difference {
  readonly cause: DifferenceCause;
  readonly market: string;
  readonly pairId: string | null; // null: of no pair, or of several
  readonly why: string;
  readonly mends: readonly PairFact[]; // what would end it; offered, never applied
}

const ONE: Decimal = { mantissa: 1n, digits: 0 };

/**
 * Compares the book with a venue, account by account: of the book counts what this account filled, and pairs that nobody filled yet. Fills come first, then results; what is
 * held is compared with the book as it would be with all that mended, so that one missing fill is told once.
 */
export function reconcile(all: PairBook, told: VenueAccount): Difference[] {
  const book = ofAccount(all, told.account);
  const own = ownFills(book, told);
  const known = new Map(own.map((fill) => [fillKey(fill), fill]));
  const ofFills = [...(told.fills ?? []).flatMap((fill) => fillDifference(book, told, fill, fill.id === "" ? own.find((one) => sameTrade(one, fill)) : known.get(fillKey(fill)))), ...unknownFills(own, told)];
  const mended = withMends(book, ofFills);
  const ofResults = resultDifferences(mended, told);
  return [...ofFills, ...ofResults, ...positionDifferences(withMends(mended, ofResults), told)];
}

/** The book as one account made it. A pair that several filled has this one's fills, and all that was said of its markets. */
function ofAccount(all: PairBook, account: string): PairBook {
  const book = new PairBook();
  const isOwn = (fact: PairFact): boolean => (fact.type === "pair_filled" ? fact.account === account : !("fill" in fact) || fact.fill.account === account);
  for (const { pairId } of all.pairs()) {
    const accounts = all.accountsOf(pairId);
    if (accounts.size > 0 && !accounts.has(account)) continue;
    for (const fact of all.factsOf(pairId)) if (isOwn(fact)) book.step(fact);
  }
  return book;
}

function withMends(book: PairBook, differences: readonly Difference[]): PairBook {
  const copy = new PairBook();
  for (const { pairId } of book.pairs()) for (const fact of book.factsOf(pairId)) copy.step(fact);
  for (const { mends } of differences) for (const fact of mends) copy.take(fact);
  return copy;
}

function ownFills(book: PairBook, { venue, account }: VenueAccount): PairFilled[] {
  return [...book.pairs()].flatMap(({ pairId }) => book.fillsOf(pairId)).filter((fill) => fill.venue === venue && fill.account === account);
}

function fillDifference(book: PairBook, told: VenueAccount, fill: VenueFill, known: PairFilled | undefined): Difference[] {
  const { venue, market, account, time, feeCents, quantity, priceCents } = fill;
  if (known === undefined) {
    if (fill.status === "failed") return [];
    const facts = factsOf({ is: "fill", fill }, book.pairs(), told.asked);
    const mends = "problem" in facts ? [] : facts.map((fact) => withOwnFee(book, fact, told.fees));
    return [{ cause: "missing_fill", market, pairId: mends[0]?.pairId ?? null, why: `${venue} knows ${describe(fill)}, the book does not${"problem" in facts ? `; ${facts.why}` : ""}`, mends }];
  }
  const { pairId } = known;
  const ref: PairFillRef = { account, venue, market, id: known.id };
  if (fill.status === "failed") return [{ cause: "failed_fill", market, pairId, why: `${venue} says that ${describe(fill)} failed, and the book holds it`, mends: [{ type: "pair_voided", pairId, id: "failed", time, fill: ref, why: "the venue says that it failed" }] }];
  const amended = (changes: Partial<PairFillAmended>): PairFillAmended => ({ type: "pair_fill_amended", pairId, id: `asked ${told.asked.ns}`, time: told.asked, fill: ref, quantity: undefined, priceCents: undefined, feeCents: undefined, ...changes });
  const isSame = compareDecimals(known.quantity, quantity) === 0 && compareDecimals(known.priceCents, priceCents) === 0;
  if (!isSame) {
    return [{ cause: "content", market, pairId, why: `${venue} knows ${describe(fill)}, the book ${formatDecimal(known.quantity)} at ${formatDecimal(known.priceCents)} cents`, mends: [amended({ quantity, priceCents, feeCents })] }];
  }
  const isFee = feeCents !== undefined && (known.feeCents === undefined || compareDecimals(known.feeCents, feeCents) !== 0);
  return isFee ? [{ cause: "fee", market, pairId, why: `${venue} charged ${formatDecimal(feeCents)} cents for fill ${known.id}, the book has ${known.feeCents === undefined ? "no fee" : formatDecimal(known.feeCents)}`, mends: [amended({ feeCents })] }] : [];
}

/** Polymarket tells no fee of a fill: it is offered with that of the schedule. */
function withOwnFee(book: PairBook, fact: PairFact, { feesOf, ...terms }: PairFees = {}): PairFact {
  if (fact.type !== "pair_filled" || fact.feeCents !== undefined) return fact;
  return withScheduleFee(fact, feesOf?.(fact.venue, fact.market) ?? ownFees(fact, book.pair(fact.pairId)?.markets ?? []), terms, book.earlierOf(fact));
}

function sameTrade(one: PairFilled, fill: VenueFill): boolean {
  const coarser = unitNs(one.time.unit) > unitNs(fill.time.unit) ? unitNs(one.time.unit) : unitNs(fill.time.unit);
  return one.market === fill.market && one.action === fill.action && compareDecimals(one.quantity, fill.quantity) === 0 && compareDecimals(one.priceCents, fill.priceCents) === 0 && one.time.ns / coarser === fill.time.ns / coarser;
}

function unknownFills(own: readonly PairFilled[], told: VenueAccount): Difference[] {
  const { fills, fillsSinceNs, venue } = told;
  if (fills === undefined || fillsSinceNs === undefined) return [];
  const known = new Set(fills.map(fillKey));
  return own
    .filter((fill) => fill.time.ns >= fillsSinceNs && !known.has(fillKey(fill)) && !fills.some((one) => one.id === "" && sameTrade(fill, one)))
    .map(({ pairId, market, id, account, quantity, priceCents, action }) => ({
      cause: "unknown_fill", market, pairId, why: `the book holds fill ${id}, ${action} ${formatDecimal(quantity)} at ${formatDecimal(priceCents)} cents, and ${venue} does not know it`,
      mends: [{ type: "pair_voided", pairId, id: `asked ${told.asked.ns}`, time: told.asked, fill: { account, venue, market, id }, why: `${venue} does not know it` }],
    }));
}

function resultDifferences(book: PairBook, told: VenueAccount): Difference[] {
  const reports = [...(told.settlements ?? []).map((settlement) => ({ is: "settlement" as const, settlement, market: settlement.market })), ...(told.resolutions ?? []).map((resolution) => ({ is: "resolution" as const, resolution, market: resolution.market }))];
  return reports.flatMap((report): Difference[] => {
    const facts = factsOf(report, book.pairs(), told.asked);
    if ("problem" in facts) return facts.problem === "unknown_market" ? [] : [{ cause: "settlement", market: report.market, pairId: null, why: facts.why, mends: [] }];
    return facts.filter((fact) => !isBooked(book, fact)).map((fact) => ({ cause: "settlement", market: report.market, pairId: fact.pairId, why: `${told.venue} has ended ${report.market}, and the book does not have it so`, mends: [fact] }));
  });
}

function isBooked(book: PairBook, fact: PairFact): boolean {
  if (fact.type !== "pair_settled" && fact.type !== "pair_market_ended") return false;
  const known = book.pair(fact.pairId)?.results.find(({ venue, market }) => venue === fact.venue && market === fact.market);
  if (fact.type === "pair_market_ended") return known !== undefined;
  const [booked, paid] = [known?.settled, fact.payout];
  const isSamePayout = booked?.payout.is === "cents" && paid.is === "cents" && compareDecimals(booked.payout.cents, paid.cents) === 0;
  const isSameRevenue = booked?.revenueCents === undefined || fact.revenueCents === undefined || compareDecimals(booked.revenueCents, fact.revenueCents) === 0;
  return booked?.stage === fact.stage && isSamePayout && isSameRevenue;
}

interface Gap {
  readonly side: PairSide;
  readonly more: Decimal; // what the venue has more than the book
  readonly isListed: boolean;
}

function positionDifferences(book: PairBook, told: VenueAccount): Difference[] {
  const { positions, venue } = told;
  if (positions === undefined) return [];
  const markets = new Set([...book.pairs()].flatMap((pair) => pair.markets).filter((one) => one.venue === venue).map(({ market }) => market));
  const strangers = positions.filter(({ market, quantity }) => !markets.has(market) && quantity.mantissa !== 0n).map(({ market, quantity }): Difference => ({ cause: "quantity", market, pairId: null, why: `${venue} holds ${formatDecimal(quantity)} in ${market}, which is in no pair`, mends: [] }));
  return [...strangers, ...[...markets].flatMap((market) => marketDifferences(book, told, market, positions.filter((one) => one.market === market)))];
}

function marketDifferences(book: PairBook, told: VenueAccount, market: string, listed: readonly VenuePosition[]): Difference[] {
  const places = placesOf(book.pairs(), told.venue, market);
  const isSettled = places.every(({ pair }) => pair.results.some((one) => one.venue === told.venue && one.market === market && one.settled?.stage === "final"));
  if (isSettled && told.venue === "polymarket") return []; // listed until somebody redeems it
  const pairId = places.length === 1 ? places[0]!.pair.pairId : null;
  const held = (side: PairSide): Decimal => places.flatMap(({ pair }) => pair.legs).filter((leg) => leg.venue === told.venue && leg.market === market && leg.venueSide === side).map((leg) => leg.open.quantity).reduce(addDecimals, zero);
  const gaps = told.venue === "kalshi" ? [kalshiGap(listed, subtractDecimals(held("yes"), held("no")))] : (["yes", "no"] as const).map((side) => tokenGap(listed, side, held(side), places[0]!.market));
  const [a, b] = gaps;
  const common = b === undefined ? zero : commonSets(a!.more, b.more);
  const isDropped = isBelowOne(common) && gaps.some(({ isListed }) => !isListed); // rows under one share are left out: nothing was merged
  const sets = isDropped ? zero : common;
  const rest = gaps.map((gap) => ({ ...gap, more: subtractDecimals(gap.more, sets) }));
  const size = formatDecimal({ mantissa: abs(sets.mantissa), digits: sets.digits });
  const head = { pairId: pairId ?? "", id: `asked ${told.asked.ns}`, time: told.asked, venue: told.venue, market, quantity: { mantissa: abs(sets.mantissa), digits: sets.digits } };
  const netted: Difference[] = sets.mantissa === 0n ? [] : [{
    cause: "netting", market, pairId, why: `${told.venue} has ${size} sets of YES and NO ${sets.mantissa < 0n ? "less: they were merged" : "more: they were split"}`,
    mends: pairId === null ? [] : [{ ...head, type: sets.mantissa < 0n ? "pair_merged" : "pair_split" }],
  }];
  return [...netted, ...rest.filter(({ more }) => more.mantissa !== 0n).map(({ side, more, isListed }): Difference => {
    const isDust = told.venue === "polymarket" && isBelowOne(more);
    const why = `${told.venue} holds ${formatDecimal({ mantissa: abs(more.mantissa), digits: more.digits })} ${side} ${more.mantissa > 0n ? "more" : "less"} than the book${isDust ? `, under one share${isListed ? "" : ": it leaves such rows out"}` : ""}`;
    return { cause: isDust ? "dust" : "quantity", market, pairId, why, mends: [] };
  })];
}

function isBelowOne({ mantissa, digits }: Decimal): boolean {
  return compareDecimals({ mantissa: abs(mantissa), digits }, ONE) < 0;
}

function kalshiGap(listed: readonly VenuePosition[], book: Decimal): Gap {
  return { side: "yes", more: subtractDecimals(listed.map(({ quantity }) => quantity).reduce(addDecimals, zero), book), isListed: listed.length > 0 };
}

function tokenGap(listed: readonly VenuePosition[], side: PairSide, book: Decimal, market: PairMarket): Gap {
  const own = listed.filter(({ token }) => sideOf(token, market) === side);
  return { side, more: subtractDecimals(own.map(({ quantity }) => quantity).reduce(addDecimals, zero), book), isListed: own.length > 0 };
}

/** What both sides are short of, or have too much of, alike; 0 where they differ in direction. */
function commonSets(a: Decimal, b: Decimal): Decimal {
  if (a.mantissa > 0n && b.mantissa > 0n) return leastOf(a, b);
  return a.mantissa < 0n && b.mantissa < 0n ? negatedDecimal(leastOf(negatedDecimal(a), negatedDecimal(b))) : zero;
}

function describe({ action, side, token, quantity, priceCents, id }: VenueFill): string {
  return `${id === "" ? "a trade without an id" : `fill ${id}`}, ${action} ${formatDecimal(quantity)} ${side ?? `of token ${(token ?? "").slice(0, 12)}`} at ${formatDecimal(priceCents)} cents`;
}
