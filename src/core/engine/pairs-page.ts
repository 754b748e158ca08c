import type { Book, Moment } from "../book/index.ts";
import type { Decimal } from "../num/index.ts";
import { bidsOfLadders, checkedFees, isForeignPair, pairAdvice, pricesByMarks, summaryOf, viewOf, type FeeCheck, type PairAdvice, type PairBook, type PairFees, type PairPrices, type PairQuotes, type PairState, type PairSummary, type PairView } from "../pairs/index.ts";

/** A book and its pairs. */
export interface PairsOf {
  readonly book: Book;
  readonly pairs: PairBook;
}
/** Ladders that are known now, which only a running service holds, and how fees of selling into them are computed. */
type Ladders = Pick<PairQuotes, "ladderOf" | "fees">;
/** Which pairs to tell of. */
export interface PairFilter {
  readonly status?: string | undefined;
  readonly account?: string | undefined; // of it, and perhaps of others
  readonly accounts?: ReadonlySet<string> | undefined; // of no other
}

/** Pairs that something was filled of, in the order in which they were first heard of, from a place on. */
export function pairsPage(of: PairsOf, moment: Moment, filter: PairFilter, { after, limit }: { readonly after: number; readonly limit: number }, ladders?: Ladders): { readonly pairs: readonly PairView[]; readonly next: number | null } {
  const prices = pricesOf(of.book, moment, ladders);
  const views: PairView[] = [];
  let at = 0;
  for (const pair of of.pairs.pairs()) {
    if (!isOf(of.pairs, pair, filter)) continue;
    at += 1;
    if (at <= after) continue;
    if (views.length === limit) return { pairs: views, next: at - 1 };
    views.push(viewOf(pair, { nowNs: moment.nowNs, prices, confirmed: of.pairs.confirmed(pair.pairId) }));
  }
  return { pairs: views, next: null };
}

/** One pair; undefined where nothing is known of it, or it is not for who asks. */
export function pairView(of: PairsOf, moment: Moment, pairId: string, accounts?: ReadonlySet<string>, ladders?: Ladders): PairView | undefined {
  const pair = of.pairs.pair(pairId);
  return pair === undefined || !isOfAccounts(of.pairs, pairId, accounts) ? undefined : viewOf(pair, { nowNs: moment.nowNs, prices: pricesOf(of.book, moment, ladders), confirmed: of.pairs.confirmed(pairId) });
}

/** All pairs together. */
export function pairsSummary(of: PairsOf, moment: Moment, filter: PairFilter): PairSummary {
  return summaryOf(wanted(of.pairs, filter), pricesOf(of.book, moment));
}

/** Whether a pair is of these accounts alone; one that is nobody's is not. */
export function isOfAccounts(pairs: PairBook, pairId: string, accounts: ReadonlySet<string> | undefined): boolean {
  return accounts === undefined || (pairs.accountsOf(pairId).size > 0 && !isForeignPair(pairs, pairId, accounts));
}

function* wanted(pairs: PairBook, filter: PairFilter): Iterable<PairState> {
  for (const pair of pairs.pairs()) if (isOf(pairs, pair, filter)) yield pair;
}

function isOf(pairs: PairBook, pair: PairState, { status, account, accounts }: PairFilter): boolean {
  if (pair.legs.length === 0 || (status !== undefined && pair.status !== status)) return false;
  return isOfAccounts(pairs, pair.pairId, accounts) && (account === undefined || pairs.accountsOf(pair.pairId).has(account));
}

function pricesOf(book: Book, moment: Moment, ladders?: Ladders): PairPrices {
  return { ...pricesByMarks(markAt(book, moment)), ...(ladders?.ladderOf === undefined ? {} : bidsOfLadders(ladders.ladderOf, { ns: moment.nowNs, unit: "ns" }, ladders.fees)) };
}

function markAt(book: Book, { nowNs, maxAgeNs }: Moment): (venue: string, symbol: string) => Decimal | undefined {
  return (venue, symbol) => {
    const mark = book.marks.at(venue, symbol);
    return mark === undefined || (maxAgeNs !== undefined && nowNs - mark.timeNs > maxAgeNs) ? undefined : mark.price;
  };
}

/** What to do about one pair; undefined where nothing is known of it, or it is not for who asks. */
export function adviceOf(of: PairsOf, moment: Moment, pairId: string, quotes: PairQuotes, accounts?: ReadonlySet<string>): PairAdvice | undefined {
  const pair = of.pairs.pair(pairId);
  if (pair === undefined || !isOfAccounts(of.pairs, pairId, accounts)) return undefined;
  const [account, ...others] = of.pairs.accountsOf(pairId);
  return pairAdvice(pair, { markAt: markAt(of.book, moment), ...(others.length > 0 ? {} : { account }), ...quotes }, { ns: moment.nowNs, unit: "ns" });
}

/** What to do about every pair of which something is unhedged, and no venue has decided. */
export function advices(of: PairsOf, moment: Moment, filter: PairFilter, quotes: PairQuotes): PairAdvice[] {
  return [...wanted(of.pairs, filter)].flatMap(({ pairId }) => {
    const advice = adviceOf(of, moment, pairId, quotes);
    return advice === undefined || advice.advice === null ? [] : [advice];
  });
}

/** The fills of pairs whose venue charged otherwise than the schedules say, and how many of those that told their fee could be checked. */
export function feeChecks(of: PairsOf, filter: PairFilter, fees: PairFees = {}): FeeCheck {
  const found = [...wanted(of.pairs, filter)].map(({ pairId, markets }) => {
    const fills = of.pairs.fillsOf(pairId).filter(({ account }) => filter.account === undefined || filter.account === account);
    return checkedFees(fills, ({ venue, market }) => fees.feesOf?.(venue, market) ?? markets.find((one) => one.venue === venue && one.market === market)?.fees, fees);
  });
  return { checked: sumOf(found.map(({ checked }) => checked)), unknown: sumOf(found.map(({ unknown }) => unknown)), differences: found.flatMap(({ differences }) => differences) };
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
