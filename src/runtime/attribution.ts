import { AttributionFold, ExecutionObserver, type Attribution, type AttributionKeys } from "../core/performance/index.ts";
import type { Mark } from "../core/model/index.ts";
import type { OpenReport, Progress } from "../journal/index.ts";
import { readBook } from "./ledger.ts";

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
export interface AttributionRead {
  readonly seq: number;
  readonly report: OpenReport;
  readonly attribution: Attribution;
}

/** Attribution of the journal of a data folder. It is read twice: what a fee in a third currency is worth, a later mark may say. */
export function readAttribution(question: JournalQuestion, keys: AttributionKeys): AttributionRead {
  const { dataDir, currency, marksMaxAgeNs, nowNs, atNs, live = [], accounts, reported, onProgress } = question;
  const whole = readBook(dataDir, { currency, marksMaxAgeNs, atNs }, undefined, onProgress);
  const folded = new AttributionFold(keys, whole.book.rates);
  const observer = new ExecutionObserver(whole.book.rates, { accounts }, (execution) => folded.take(execution));
  const { book } = readBook(dataDir, { currency, marksMaxAgeNs, atNs, watcher: folded.watcher, untilSeq: whole.seq }, observer, onProgress);
  for (const mark of live) book.marks.setLive(mark);
  return { seq: whole.seq, report: whole.report, attribution: folded.result(book, { atNs, nowNs: atNs ?? nowNs, maxAgeNs: marksMaxAgeNs }, reported, accounts) };
}
