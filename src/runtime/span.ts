import { commonCurrency, PnlSums, type Book, type EquityOptions, type RowWatcher } from "../core/book/index.ts";
import { ExecutionObserver, type Convert, type Execution } from "../core/performance/index.ts";
import { formatTime } from "../core/model/index.ts";
import type { JournalQuestion } from "./attribution.ts";
import { readBook, type BookRead } from "./ledger.ts";

export interface SpanQuestion extends JournalQuestion {
  readonly fromNs: bigint | undefined; // else since the beginning
  readonly toNs: bigint | undefined; // facts whose own time is not later; else all, valued now
}

/** The book at the end of a span. It is read twice, for what a fee in a third currency is worth, a later mark may say. */
export interface SpanRead {
  readonly whole: BookRead;
  readonly toNs: bigint;
  readonly currency: string; // reported in
  readonly convert: Convert; // by the rates at the end of the span
  readonly equity: EquityOptions; // what curves of it are asked with
  /** Folds the same entries again. @param each is told the executions of the span */
  readonly again: (watcher: RowWatcher | undefined, each: (execution: Execution) => void) => Book;
}

export function readSpan(question: SpanQuestion): SpanRead {
  const { dataDir, marksMaxAgeNs, accounts, onProgress, fromNs, live = [] } = question;
  const options = { currency: question.currency, marksMaxAgeNs, atNs: question.toNs };
  const whole = readBook(dataDir, options, undefined, onProgress);
  for (const mark of live) whole.book.marks.setLive(mark);
  const toNs = question.toNs ?? question.nowNs;
  const currency = question.reported ?? commonCurrency(whole.book, accounts);
  const sums = new PnlSums(whole.book, { atNs: toNs, nowNs: toNs }, currency);
  return {
    whole, toNs, currency,
    convert: (amount, from) => sums.convert(amount, from)?.amount,
    equity: { currency, accounts, untilNs: toNs, maxAgeNs: marksMaxAgeNs },
    again: (watcher, each) => {
      const { book } = readBook(dataDir, { ...options, watcher, untilSeq: whole.seq }, new ExecutionObserver(whole.book.rates, { accounts, fromNs, toNs }, each), onProgress);
      for (const mark of live) book.marks.setLive(mark);
      return book;
    },
  };
}

/**
 * Why two times are no span; undefined where they are one.
 * @param nowNs where it ends, if nothing is said
 * @example spanProblem(10n, 20n, 30n) // => undefined
 */
export function spanProblem(fromNs: bigint | undefined, toNs: bigint | undefined, nowNs: bigint): string | undefined {
  if (fromNs === undefined || fromNs <= (toNs ?? nowNs)) return undefined;
  return `${formatTime(fromNs)} is later than ${toNs === undefined ? "now" : formatTime(toNs)}, where the span would end`;
}
