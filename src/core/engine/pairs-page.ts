import type { Book, Moment } from "../book/index.ts";
import { pricesByMarks, summaryOf, viewOf, type PairBook, type PairPrices, type PairState, type PairSummary, type PairView } from "../pairs/index.ts";

/** A book and its pairs. */
export interface PairsOf {
  readonly book: Book;
  readonly pairs: PairBook;
}
/** Which pairs to tell of. */
export interface PairFilter {
  readonly status?: string | undefined;
  readonly account?: string | undefined; // filled in it
  readonly accounts?: ReadonlySet<string> | undefined; // filled in no other
}

/** Pairs that something was filled of, in the order in which they were first heard of, from a place on. */
export function pairsPage(of: PairsOf, moment: Moment, filter: PairFilter, { after, limit }: { readonly after: number; readonly limit: number }): { readonly pairs: readonly PairView[]; readonly next: number | null } {
  const prices = pricesOf(of.book, moment);
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
export function pairView(of: PairsOf, moment: Moment, pairId: string, accounts?: ReadonlySet<string>): PairView | undefined {
  const pair = of.pairs.pair(pairId);
  return pair === undefined || !isOfAccounts(of.pairs, pairId, accounts) ? undefined : viewOf(pair, { nowNs: moment.nowNs, prices: pricesOf(of.book, moment), confirmed: of.pairs.confirmed(pairId) });
}

/** All pairs together. */
export function pairsSummary(of: PairsOf, moment: Moment, filter: PairFilter): PairSummary {
  return summaryOf(wanted(of.pairs, filter), pricesOf(of.book, moment));
}

/** Whether a pair was filled in these accounts alone. */
export function isOfAccounts(pairs: PairBook, pairId: string, accounts: ReadonlySet<string> | undefined): boolean {
  return accounts === undefined || [...pairs.accountsOf(pairId)].every((account) => accounts.has(account));
}

function* wanted(pairs: PairBook, filter: PairFilter): Iterable<PairState> {
  for (const pair of pairs.pairs()) if (isOf(pairs, pair, filter)) yield pair;
}

function isOf(pairs: PairBook, pair: PairState, { status, account, accounts }: PairFilter): boolean {
  if (pair.legs.length === 0 || (status !== undefined && pair.status !== status)) return false;
  return isOfAccounts(pairs, pair.pairId, accounts) && (account === undefined || pairs.accountsOf(pair.pairId).has(account));
}

function pricesOf(book: Book, { nowNs, maxAgeNs }: Moment): PairPrices {
  return pricesByMarks((venue, market) => {
    const mark = book.marks.at(venue, market);
    return mark === undefined || (maxAgeNs !== undefined && nowNs - mark.timeNs > maxAgeNs) ? undefined : mark.price;
  });
}
