import { commonCurrency, watchAll } from "../core/book/index.ts";
import { AttributionFold, attributionWithin, FillLook, type Attribution, type AttributionKeys } from "../core/performance/index.ts";
import type { Mark } from "../core/model/index.ts";
import type { OpenReport, Progress } from "../journal/index.ts";
import { readBook, type BookRead } from "./ledger.ts";

/** Where a journal is, how it is read, and what of it is asked for. */
export interface JournalQuestion {
  readonly dataDir: string;
  readonly currency: string; // of the book
  readonly marksMaxAgeNs: bigint | undefined;
  readonly nowNs: bigint;
  readonly atNs?: bigint | undefined; // as of a time: facts whose own time is not later
  readonly live?: readonly Mark[]; // marks that are not of record
  readonly accounts?: ReadonlySet<string> | undefined; // only these
  readonly reported?: string | undefined; // currency to report in
  readonly onProgress?: Progress;
}
export interface AttributionQuestion extends JournalQuestion {
  readonly fromNs?: bigint | undefined; // what was made from then on; else since the beginning
}
export interface AttributionsRead {
  readonly seq: number;
  readonly report: OpenReport;
  readonly attributions: readonly Attribution[]; // of each of the keys asked for
}

/**
 * Attribution of the journal of a data folder, by several keys at once. It is read twice: what a fee in a third currency is worth, a later mark may
 * say; and once more, up to the beginning of the span, where there is one.
 */
export function readAttributions(question: AttributionQuestion, all: readonly AttributionKeys[]): AttributionsRead {
  const { dataDir, currency, marksMaxAgeNs, nowNs, atNs, fromNs, live = [], accounts, reported, onProgress } = question;
  const whole = readBook(dataDir, { currency, marksMaxAgeNs, atNs }, undefined, onProgress);
  for (const mark of live) whole.book.marks.setLive(mark);
  const into = reported ?? commonCurrency(whole.book, accounts);
  const ending = folded({ ...question, reported: into }, all, whole, atNs, atNs ?? nowNs);
  if (fromNs === undefined) return { seq: whole.seq, report: whole.report, attributions: ending };
  const beginning = folded({ ...question, reported: into, fromNs: undefined, live: [] }, all, whole, fromNs - 1n, fromNs - 1n);
  return { seq: whole.seq, report: whole.report, attributions: ending.map((end, i) => attributionWithin(beginning[i]!, end)) };
}

/** As of a time. Fills count from `fromNs` on, P&L since the beginning. */
function folded({ dataDir, currency, marksMaxAgeNs, fromNs, live = [], accounts, reported, onProgress }: AttributionQuestion, all: readonly AttributionKeys[], whole: BookRead, atNs: bigint | undefined, nowNs: bigint): Attribution[] {
  const folds = all.map((keys) => new AttributionFold(keys, whole.book.rates));
  const watcher = watchAll(folds.map((fold) => fold.watcher));
  const observer = new FillLook(whole.book.rates, { accounts, fromNs }, (fill) => {
    for (const fold of folds) fold.take(fill);
  });
  const { book } = readBook(dataDir, { currency, marksMaxAgeNs, atNs, watcher, untilSeq: whole.seq }, observer, onProgress);
  for (const mark of live) book.marks.setLive(mark);
  return folds.map((fold) => fold.result(book, { atNs, nowNs, maxAgeNs: marksMaxAgeNs }, reported, accounts));
}
