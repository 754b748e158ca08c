import { isVenueRow, Trips, TripSums, tripView, type BookRow, type Trip, type TripTotals, type TripView } from "../../core/book/index.ts";
import { readBook } from "../../runtime/index.ts";
import { contextOf, countOption, mustBeThere, timeOption, type CommonOptions } from "../context.ts";
import { noteTorn, progressOf } from "../progress.ts";
import { JsonList } from "../json-list.ts";
import { note, shownAge, shownAmount, shownName, table, type Column } from "../table.ts";

export interface TripsOptions extends CommonOptions {
  readonly account?: string;
  readonly venue?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: string;
}

const SHOWN = 1_000;

/** `fillbook trips`: closed round trips in the order in which they closed, and what all of them add up to. */
export async function trips(symbol: string | undefined, options: TripsOptions): Promise<number> {
  const context = await contextOf(options);
  mustBeThere(context.dataDir);
  const { account, venue } = options;
  const limit = countOption("limit", options.limit, 1) ?? (context.json ? Number.POSITIVE_INFINITY : SHOWN);
  const fromNs = timeOption("from", options.from);
  const toNs = timeOption("to", options.to);
  const { currency, marksMaxAgeNs } = context.config;
  const folding = { currency, marksMaxAgeNs };
  const whole = readBook(context.dataDir, folding, undefined, progressOf(context, "reading the journal"));
  noteTorn(context, whole.report);

  const last: TripView[] = []; // those that wait until all are counted
  const list = context.json ? new JsonList(context, {}, "trips") : undefined;
  const sums = new TripSums();
  let count = 0;
  const isWanted = (row: BookRow) => (account === undefined || row.account === account) && (venue === undefined ? row.isNet : isVenueRow(row) && row.venue === venue);
  const watcher = new Trips(whole.book.rates, isWanted, (trip: Trip) => {
    if ((symbol !== undefined && trip.row.symbol !== symbol) || (fromNs !== undefined && trip.closedNs < fromNs) || (toNs !== undefined && trip.closedNs > toNs)) return;
    sums.add(trip);
    count += 1;
    if (list !== undefined && limit === Number.POSITIVE_INFINITY) return list.add(tripView(trip));
    last.push(tripView(trip));
    if (last.length >= 2 * limit) last.splice(0, last.length - limit);
  });
  readBook(context.dataDir, { ...folding, watcher, untilSeq: whole.seq }, undefined, progressOf(context, "following the trips"));

  const shown = last.slice(-limit);
  const totals = sums.totals();
  if (list === undefined) context.print(count === 0 ? nothing(whole.seq, symbol, options) : shownTrips(shown, totals, count));
  else {
    for (const trip of shown) list.add(trip);
    list.end({ totals });
  }
  return 0;
}

function nothing(seq: number, symbol: string | undefined, { account, venue, from, to }: TripsOptions): string {
  if (seq === 0) return "The book is empty. Import fills with: fillbook import FILE";
  const isNarrowed = [symbol, account, venue, from, to].some((option) => option !== undefined);
  return isNarrowed ? "No closed trip matches. All of them: fillbook trips" : "No position has been closed yet. What is open: fillbook positions";
}

const columns: readonly Column<TripView>[] = [
  { title: "closed", of: ({ closedAt }) => closedAt.slice(2, 16).replace("T", " ") },
  { title: "symbol", of: ({ symbol }) => shownName(symbol, 12) },
  { title: "", of: ({ direction }) => direction },
  { title: "held", of: ({ durationSeconds }) => shownAge(durationSeconds), right: true },
  { title: "quantity", of: ({ quantity }) => shownAmount(quantity, 8), right: true },
  { title: "entry", of: ({ entryPrice }) => shownAmount(entryPrice, 8), right: true },
  { title: "exit", of: ({ exitPrice }) => shownAmount(exitPrice, 8), right: true },
  { title: "net", of: ({ netPnl }) => shownAmount(netPnl, 9), right: true, signed: true },
];

function shownTrips(rows: readonly TripView[], totals: readonly TripTotals[], count: number): string {
  const isOfSeveral = new Set(rows.map(({ account }) => account)).size > 1;
  const held = columns.findIndex(({ title }) => title === "held");
  const shown = isOfSeveral ? columns.with(held, { title: "account", of: ({ account }) => shownName(account, 8) }) : columns;
  const isUnknown = totals.some(({ netPnl }) => netPnl === null);
  return [
    table(shown, rows),
    "",
    ...totals.flatMap(linesOf),
    ...(count > rows.length ? [note(`the last ${rows.length.toLocaleString("en-US")} of ${count.toLocaleString("en-US")}; more with --limit N`)] : []),
    ...(isUnknown ? [note("– unknown: a fee in another currency has no mark that values it: fillbook marks FILE")] : []),
  ].join("\n");
}

function linesOf({ currency, trips: count, winners, losers, zero, grossPnl, fees, funding, netPnl, best, worst, average }: TripTotals): string[] {
  const sum = (name: string, amount: string | null) => `${name} ${shownAmount(amount, 10)}`;
  const won = winners === null ? "" : `: ${winners} won, ${losers} lost${zero === 0 ? "" : `, ${zero} at zero`}`;
  return [
    `${count.toLocaleString("en-US")} ${count === 1 ? "trip" : "trips"}${won}; in ${currency}:`,
    [sum("gross", grossPnl), sum("fees", fees), ...(funding === "0" ? [] : [sum("funding", funding)]), sum("net", netPnl)].join("   "),
    [sum("best", best), sum("worst", worst), sum("average", average)].join("   "),
  ];
}
