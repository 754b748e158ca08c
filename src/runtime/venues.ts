import { commonCurrency, PnlSums } from "../core/book/index.ts";
import { ExecutionObserver, FeedUptime, pnlWithin, VenueTally, type Convert, type VenuesView } from "../core/performance/index.ts";
import { FileJournal, type OpenReport } from "../journal/index.ts";
import type { JournalQuestion } from "./attribution.ts";
import { readBook } from "./ledger.ts";
import { PeriodsBy } from "./periods-by.ts";

export interface VenuesQuestion extends JournalQuestion {
  readonly fromNs: bigint | undefined;
  readonly toNs: bigint | undefined;
  readonly marksEveryNs?: bigint | undefined; // the interval of marks of record; a minute
  readonly historySize: number; // values of each venue that percentiles are computed from
}
export interface VenuesRead {
  readonly seq: number;
  readonly report: OpenReport;
  readonly view: VenuesView;
}

/** How each venue did over a span, from the journal of a data folder. */
export function readVenues(question: VenuesQuestion): VenuesRead {
  const { dataDir, marksMaxAgeNs, accounts, onProgress, fromNs, historySize, live = [] } = question;
  const options = { currency: question.currency, marksMaxAgeNs };
  const whole = readBook(dataDir, options, undefined, onProgress);
  for (const mark of live) whole.book.marks.setLive(mark);
  const toNs = question.toNs ?? question.nowNs;
  const currency = question.reported ?? commonCurrency(whole.book, accounts);
  const sums = new PnlSums(whole.book, { atNs: toNs, nowNs: toNs }, currency);
  const convert: Convert = (amount, from) => sums.convert(amount, from)?.amount;
  const tally = new VenueTally(convert, historySize);
  const periods = new PeriodsBy(({ venue }) => venue);
  const uptime = new FeedUptime(question.marksEveryNs);
  const observer = new ExecutionObserver(whole.book.rates, { accounts, fromNs, toNs }, (execution) => {
    tally.take(execution);
    uptime.filled(execution.fill.venue, execution.timeNs);
  });
  const { book } = readBook(dataDir, { ...options, watcher: periods, untilSeq: whole.seq }, observer, onProgress);
  for (const mark of live) book.marks.setLive(mark);
  const pnl = new Map([...periods.all].map(([venue, of]) => [venue, pnlWithin(of.curve(book, { currency, accounts, untilNs: toNs, maxAgeNs: marksMaxAgeNs }), fromNs)]));
  for (const { venue, prices } of book.marks.all().series) {
    if (venue !== "") for (const { timeNs } of prices) if (timeNs <= toNs && (fromNs === undefined || timeNs >= fromNs)) uptime.marked(venue, timeNs);
  }
  return { seq: whole.seq, report: whole.report, view: tally.view(currency, rejectsOf(question, whole.seq, toNs), pnl, (venue) => uptime.of(venue, toNs)) };
}

/** Refused reports by venue, by the journal's time. */
function rejectsOf({ dataDir, fromNs, accounts }: VenuesQuestion, untilSeq: number, toNs: bigint): ReadonlyMap<string, number> {
  const rejects = new Map<string, number>();
  const journal = FileJournal.open(dataDir, { write: false });
  try {
    for (const { firstSeq, timeNs, sections } of journal.blocks(1)) {
      if (firstSeq > untilSeq) break;
      if (timeNs > toNs || (fromNs !== undefined && timeNs < fromNs)) continue;
      for (const section of sections) {
        if (section.kind !== "facts") continue;
        for (const fact of section.facts) if (fact.type === "refused" && accounts?.has(fact.identity.account) !== false) rejects.set(fact.identity.venue, (rejects.get(fact.identity.venue) ?? 0) + 1);
      }
    }
  } finally {
    journal.close();
  }
  return rejects;
}
