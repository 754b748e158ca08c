import { formatDecimal } from "../num/index.ts";
import { nameProblem, normalPairFact, shown } from "../model/index.ts";
import { withFeesAnew } from "./amended-fees.ts";
import type { PairBook } from "./book.ts";
import type { PairFact } from "./fact.ts";
import { readPairFact } from "./fact-texts.ts";
import { isForeignPair, mayReport } from "./own.ts";
import { readPairedFill, type PairedOptions } from "./paired-row.ts";
import { readSingleFill } from "./single-fill.ts";
import type { PairState } from "./state.ts";
import { NotOfPairs, type PairColumn, type PairedProblem, type PairTexts } from "./text-row.ts";

/** What is reported of pairs: a fact, or a row of texts, which is read by what is known of its pair then. */
export type PairReport = PairFact | PairTexts;
export type PairFees = Pick<PairedOptions, "feesOf" | "schedules" | "gridOf">;

/** What became of a report: it is booked whole, or not at all. */
export type PairDecision =
  | { readonly is: "news"; readonly facts: readonly PairFact[]; readonly warning?: string }
  | { readonly is: "known"; readonly facts: readonly PairFact[] } // facts: empty
  | { readonly is: "refused"; readonly facts: readonly PairFact[]; readonly code: string; readonly field?: PairColumn; readonly why: string };

/** A fact that was booked, and how its pair stood before. */
export interface BookedFact {
  readonly fact: PairFact;
  readonly before: PairState | undefined;
}

/**
 * Judges a report and books what is news of it: all of it or, where any of it is refused, nothing. A repeat of a fill that knows the
 * venue's own fee, which was not known, books that fee.
 * @param booked is given what was booked, in its order, for whoever has to take it back
 * @param accounts for which whoever reports it may act; undefined: all. Anything else is refused, and says nothing of what is known
 */
export function recordPairs(book: PairBook, report: PairReport, fees: PairFees = {}, booked: BookedFact[] = [], accounts?: ReadonlySet<string>): PairDecision {
  if (accounts !== undefined && isForeignPair(book, isFact(report) ? report.pairId : (report.pair_id ?? "").trim(), accounts)) return forbidden(accounts);
  const facts = factsOfReport(book, report, fees);
  if ("reason" in facts) return { is: "refused", facts: [], code: "unreadable", field: facts.column, why: facts.reason };
  const mine: BookedFact[] = [];
  let warning: string | undefined;
  for (const one of facts) {
    const fact = normalPairFact(one);
    if (accounts !== undefined && !mayReport(book, fact, accounts)) {
      takeBack(book, mine);
      return forbidden(accounts);
    }
    const verdict = nameProblemOf(fact) ?? book.judge(fact);
    if (verdict.is === "refused") {
      takeBack(book, mine);
      return { is: "refused", facts: [], code: verdict.code, why: verdict.why };
    }
    const told = verdict.is === "new" ? verdict.fact : verdict.mends;
    if (told === undefined) continue;
    const news = normalPairFact(withFeesAnew(book, told, fees));
    if (verdict.is === "duplicate") warning = `the fill was known without its venue's fee: ${formatDecimal(verdict.mends!.feeCents!)} cents are booked now`;
    mine.push({ fact: news, before: book.pair(news.pairId) });
    book.step(news);
  }
  booked.push(...mine);
  if (mine.length === 0) return { is: "known", facts: [] };
  return { is: "news", facts: mine.map(({ fact }) => fact), ...(warning === undefined ? {} : { warning }) };
}

function forbidden(accounts: ReadonlySet<string>): PairDecision {
  return { is: "refused", facts: [], code: "forbidden_account", why: `it is not of ${[...accounts].map((name) => JSON.stringify(name)).join(", ")}; a fill or a definition names one of them as its account` };
}

/** Takes out again what was booked last. */
export function takeBack(book: PairBook, booked: BookedFact[]): void {
  for (let last = booked.pop(); last !== undefined; last = booked.pop()) book.unstep(last.fact, last.before);
}

/** The facts that a report is read as. */
export function factsOfReport(book: PairBook, report: PairReport, fees: PairFees): readonly PairFact[] | PairedProblem {
  if (isFact(report)) return [report];
  try {
    if ((report.type ?? "") !== "") return [readPairFact(report)];
    const options: PairedOptions = { ...fees, pair: book.pair((report.pair_id ?? "").trim()), earlierOf: (fill) => book.earlierOf(fill) };
    return isOfOneVenue(report) ? [readSingleFill(report, options)] : readPairedFill(report, options);
  } catch (error) {
    if (error instanceof NotOfPairs) return { column: error.column, reason: error.message };
    throw error;
  }
}

/** Whether a row is a fill of one venue: both legs stand in columns of their own. */
function isOfOneVenue({ venue, kalshi_quantity, polymarket_quantity }: PairTexts): boolean {
  return (venue ?? "") !== "" && (kalshi_quantity ?? "") === "" && (polymarket_quantity ?? "") === "";
}

function isFact(report: PairReport): report is PairFact {
  return "pairId" in report;
}

/** What is kept must be such that it can be shown, and read again. */
function nameProblemOf(fact: PairFact): { readonly is: "refused"; readonly code: string; readonly why: string } | undefined {
  const fill = "fill" in fact ? fact.fill : fact.type === "pair_filled" ? fact : undefined;
  const names: readonly (readonly [string, string | undefined])[] = [["pair_id", fact.pairId], ["id", fact.id], ["account", fill?.account ?? (fact.type === "pair_defined" ? fact.account : undefined)], ["fill", fill?.id], ["market", ("market" in fact ? fact.market : fill?.market) || undefined], ["by", "by" in fact ? fact.by : undefined]];
  for (const [field, name] of names) {
    const problem = name === undefined ? undefined : nameProblem(name);
    if (problem !== undefined) return { is: "refused", code: "bad_name", why: `${field} ${shown(name!)} ${problem}` };
  }
  return undefined;
}
