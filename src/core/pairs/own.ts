import type { PairBook } from "./book.ts";
import type { PairFact } from "./fact.ts";

/** Whether a pair is of other accounts than these. One that is nobody's, or not known, is not. */
export function isForeignPair(book: PairBook, pairId: string, accounts: ReadonlySet<string>): boolean {
  return [...book.accountsOf(pairId)].some((account) => !accounts.has(account));
}

/**
 * Whether who acts for some accounts alone may report a fact. Of pairs that are theirs he may report all; he makes a pair theirs by filling it, or by
 * defining one that is not known yet with one of them as its account. A pair that somebody defined for nobody he may fill, and no more.
 */
export function mayReport(book: PairBook, fact: PairFact, accounts: ReadonlySet<string>): boolean {
  if (isForeignPair(book, fact.pairId, accounts)) return false;
  if (fact.type === "pair_filled") return accounts.has(fact.account);
  const isTheirs = book.accountsOf(fact.pairId).size > 0;
  const isUnknown = book.pair(fact.pairId) === undefined;
  if (fact.type === "pair_defined") return (isTheirs || isUnknown) && fact.account !== undefined && accounts.has(fact.account);
  return isTheirs || (isUnknown && fact.type !== "pair_split"); // of what is not known all else is refused anyway; a split would begin it
}
