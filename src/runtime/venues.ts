import { FeedUptime, pnlWithin, VenueTally, type VenuesView } from "../core/performance/index.ts";
import { FileJournal, type OpenReport } from "../journal/index.ts";
import { PeriodsBy } from "./periods-by.ts";
import { readSpan, type SpanQuestion } from "./span.ts";

export interface VenuesQuestion extends SpanQuestion {
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
  const { fromNs, historySize } = question;
  const { whole, toNs, currency, convert, equity, again } = readSpan(question);
  const tally = new VenueTally(convert, historySize);
  const periods = new PeriodsBy(({ venue }) => venue, fromNs);
  const uptime = new FeedUptime(question.marksEveryNs);
  const book = again(periods, (execution) => {
    tally.take(execution);
    uptime.filled(execution.fill.venue, execution.timeNs);
  });
  const pnl = new Map([...periods.all].map(([venue, of]) => [venue, pnlWithin(of.curve(book, equity), fromNs)]));
  for (const { venue, prices } of book.marks.all().series) {
    if (venue !== "") for (const { timeNs } of prices) if (timeNs <= toNs && (fromNs === undefined || timeNs >= fromNs)) uptime.marked(venue, timeNs);
  }
  const types = new Map([...book.nets()].flatMap(({ venues }) => venues.map((row) => [row.venue, book.venueTypeOf(row)] as const)));
  return { seq: whole.seq, report: whole.report, view: tally.view(currency, { rejects: rejectsOf(question, whole.seq, toNs), pnl, uptime: (venue) => uptime.of(venue, toNs), typeOf: (venue) => types.get(venue) ?? "unknown" }) };
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
