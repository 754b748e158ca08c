import { abs, formatDecimal, rescale, tenTo, trimmed, zero, type Decimal } from "../num/index.ts";
import { changedOverrides, DEFAULT_LIMITS, formatTime, LIMIT_NAMES, nameProblem, netKey, sameLimits, type Event, type Fill, type FillIdentity, type LimitOverrides, type Limits, type Moved, type Renamed, type Split } from "../model/index.ts";
import { digitsAfterSplit, markOf, valueAt, type Book, type VenueRow } from "../book/index.ts";
import { misfitOf } from "./decide.ts";
import { amended, type EventReport } from "./event-report.ts";
import { decideRisk } from "./decide-risk.ts";
import type { Foreknowledge } from "./foreknowledge.ts";
import type { RiskState } from "./risk-state.ts";
import { contentDifference, notesDiffer } from "./same-fill.ts";

/** What a cost may have before its point and after it, like every amount that is read. */
const MOST_DIGITS = 18;

/** What an event comes to. */
export type EventDecision =
  | { readonly is: "news"; readonly fact: Event; readonly warning?: string | undefined }
  | { readonly is: "known" }
  | { readonly is: "refused"; readonly code: string; readonly field?: string; readonly why: string };

/** What decides an event beside the book. */
export interface EventContext {
  readonly book: Book;
  readonly known: Foreknowledge;
  readonly risk: RiskState;
  /** The seq of a booked fill, 0 for an unknown one. */
  readonly find: (identity: FillIdentity) => number;
  /** A booked fill as it was first booked. */
  readonly fillAt: (seq: number) => Fill;
}

/** Decides an event whose identity is new. What is decided cannot fail to be booked. */
export function decideEvent(report: EventReport, context: EventContext): EventDecision {
  const { book } = context;
  switch (report.type) {
    case "bust":
    case "amend":
      return decideCorrection(report, context);
    case "chosen":
      return book.methodOf(report.account) === report.method ? { is: "known" } : { is: "news", fact: report };
    case "limited":
    case "breached":
    case "tripped":
    case "reset":
    case "probed":
      return { is: "news", fact: report };
    case "breach":
    case "trip":
    case "release":
    case "probe":
      return decideRisk(report, context.risk);
    case "limit":
      return decideLimit(report, context.known);
    case "capital":
      return report.amount.mantissa === 0n ? refused("empty_amount", "an amount of 0 moves nothing", "amount") : { is: "news", fact: report };
    case "funded":
      return { is: "news", fact: report.currency === "" ? { ...report, currency: book.instruments.of(report.venue, report.symbol).settle } : report };
    case "moved":
      return decideMove(report, book);
    case "split":
      return decideSplit(report, book);
    case "renamed":
      return decideRename(report, book);
    case "settled": {
      const rows = usedRows(book, report.symbol).filter((row) => (report.account === "" || row.account === report.account) && (report.venue === "" || row.venue === report.venue));
      if (rows.length === 0) return unknownSymbol(report.symbol);
      if (rows.some(({ instrument }) => instrument.inverse) && report.price.mantissa <= 0n) return refused("impossible_price", `${report.symbol} is an inverse contract: a price of ${formatDecimal(report.price)} gives it no value`, "price");
      return { is: "news", fact: report, warning: lateWarning(book, rows, report.timeNs + 1n, `the settlement of ${report.symbol}`) };
    }
  }
}

function decideCorrection(report: Extract<EventReport, { type: "bust" | "amend" }>, { book, known, find, fillAt }: EventContext): EventDecision {
  const { account, venue, symbol, id } = report.fill;
  const seq = find(report.fill);
  if (seq === 0) return refused("unknown_fill", `no fill ${id} of ${symbol} on ${venue} in account ${account} is booked: check account, venue, symbol and fill`, "fill");
  const standing = known.of(seq);
  if (standing?.type === "busted") return refused("already_busted", `fill ${id} was busted before, at ${formatTime(standing.timeNs)}`, "fill");
  const { timeNs } = report;
  if (report.type === "bust") return { is: "news", fact: { type: "busted", id: report.id, timeNs, fill: { account, venue, symbol, id }, seq } };
  const was = standing?.fill ?? fillAt(seq);
  const fill = amended(was, report.changes);
  const instrument = book.instruments.of(venue, symbol);
  if (contentDifference(was, fill, instrument.quote) === undefined && was.time.ns === fill.time.ns && !notesDiffer(was, fill)) return { is: "known" };
  const misfit = misfitOf(fill, instrument);
  if (misfit !== undefined) return refused(misfit.code, misfit.why, "field" in misfit ? misfit.field : undefined);
  return { is: "news", fact: { type: "amended", id: report.id, timeNs, fill, seq } };
}

/**
 * Limits that are set now. The configuration has its say when it says something else than it did before, so that what a
 * request has set since stays in force until then. They are later than all limits before them, whatever the clock does.
 */
function decideLimit({ by, changes, overrides: changed = {}, areAll = false, timeNs }: Extract<EventReport, { type: "limit" }>, known: Foreknowledge): EventDecision {
  const last = known.limitsOf();
  const before = known.limitsInForce();
  const limits: Limits = Object.fromEntries(LIMIT_NAMES.flatMap((name) => {
    const value = changes[name] ?? before.limits[name] ?? "none";
    return value === "none" ? [] : [[name, value]];
  }));
  const overrides: LimitOverrides = changedOverrides(areAll ? {} : before.overrides, changed);
  const saidBefore = by === "configuration" ? (known.limitsOf(by)?.fact ?? { limits: DEFAULT_LIMITS }) : before;
  if (sameLimits({ limits, overrides }, saidBefore)) return { is: "known" };
  return { is: "news", fact: { type: "limited", id: "", timeNs: last === undefined || last.fact.timeNs < timeNs ? timeNs : last.fact.timeNs + 1n, by, limits, ...(Object.keys(overrides).length === 0 ? {} : { overrides }) } };
}

function decideMove(report: Moved, book: Book): EventDecision {
  const { account, venue, symbol, quantity, cost, timeNs } = report;
  if (quantity.mantissa === 0n) return refused("empty_amount", "a quantity of 0 moves nothing", "quantity");
  if (cost !== undefined) return { is: "news", fact: report };
  if (quantity.mantissa < 0n) {
    const row = usedRows(book, symbol).find((one) => one.account === account && one.venue === venue);
    const held = row === undefined ? zero : book.quantityOf(row);
    if (isAtLeast(held, quantity)) return { is: "news", fact: report };
    return refused("not_held", `${formatDecimal(held)} ${symbol} is held on ${venue} in account ${account}: more cannot leave at its cost; book what is missing first, or state a cost`, "quantity");
  }
  const instrument = book.instruments.of(venue, symbol);
  const mark = markOf(book.marks, venue, symbol, { atNs: timeNs, nowNs: timeNs, maxAgeNs: book.marksMaxAgeNs, ofRecord: true });
  if (mark === undefined || (instrument.inverse && mark.price.mantissa === 0n)) return refused("no_cost", `no mark of ${symbol} tells what it was worth at ${formatTime(timeNs)}: state the cost (0 for a gift), or import marks first`, "cost");
  const worth = valueAt(instrument, quantity, book.marks.sinceSplits(symbol, mark, instrument.inverse));
  const kept = trimmed(rescale(worth.mantissa, worth.digits, MOST_DIGITS), MOST_DIGITS);
  if (abs(kept.mantissa) >= tenTo(MOST_DIGITS + kept.digits)) return refused("too_large", `${formatDecimal(quantity)} ${symbol} at ${formatDecimal(mark.price)} are worth more than ${MOST_DIGITS} digits hold: state the cost`, "cost");
  return { is: "news", fact: { ...report, cost: kept } };
}

function decideSplit(report: Split, book: Book): EventDecision {
  const { symbol, over, under, timeNs } = report;
  const rows = usedRows(book, symbol);
  if (rows.length === 0) return unknownSymbol(symbol);
  for (const row of rows) {
    const { mantissa, digits } = book.quantityOf(row);
    const after = digitsAfterSplit(mantissa, digits, over, under);
    if ((mantissa * over * 10n ** BigInt(after - digits)) % under !== 0n) {
      return refused("uneven_split", `${formatDecimal({ mantissa, digits })} ${symbol} on ${row.venue} in account ${row.account} do not come out even at ${over}:${under}: book the sale of the fraction first`, "ratio");
    }
  }
  return { is: "news", fact: report, warning: lateWarning(book, rows, timeNs, `a split of ${symbol}`) };
}

function decideRename(report: Renamed, book: Book): EventDecision {
  const { symbol, to, timeNs } = report;
  const problem = nameProblem(to);
  if (problem !== undefined) return refused("bad_name", `${JSON.stringify(to)} ${problem}`, "to");
  if (to === symbol) return refused("same_name", `${symbol} is its name already`, "to");
  const rows = usedRows(book, symbol);
  if (rows.length === 0) return unknownSymbol(symbol);
  const other = rows.find((row) => netKey(book.instruments.of(row.venue, to)) !== netKey(row.instrument));
  if (other !== undefined) return refused("other_instrument", `${to} on ${other.venue} counts otherwise than ${symbol} (kind, quote, settle, multiplier or inverse): define ${to} like ${symbol} first`, "to");
  return { is: "news", fact: report, warning: lateWarning(book, [...rows, ...usedRows(book, to)], timeNs, `the renaming of ${symbol}`) };
}

/** Journal order decides: an event that comes late counts for what was booked before it, whatever its time says. */
function lateWarning(book: Book, rows: readonly VenueRow[], timeNs: bigint, what: string): string | undefined {
  const late = rows.filter(({ row }) => book.table.read(row).lastNs >= timeNs);
  if (late.length === 0) return undefined;
  const where = late.map(({ account, venue, symbol }) => `${symbol} on ${venue} in account ${account}`).slice(0, 3).join(", ");
  return `${what} is dated ${formatTime(timeNs)}, and what is dated then or later is booked already (${where}${late.length > 3 ? ", …" : ""}): it counts as if it came after that. To have each in its place, import fills and events together into a new folder: fillbook import FILE --events FILE --data DIR`;
}

function usedRows(book: Book, symbol: string): VenueRow[] {
  return book.venueRows(symbol).filter((row) => book.isUsed(row));
}

function isAtLeast(held: Decimal, leaving: Decimal): boolean {
  return held.mantissa * 10n ** BigInt(leaving.digits) >= -leaving.mantissa * 10n ** BigInt(held.digits);
}

function unknownSymbol(symbol: string): EventDecision {
  return refused("unknown_symbol", `nothing is booked in ${symbol}: check the symbol`, "symbol");
}

function refused(code: string, why: string, field?: string): EventDecision {
  return { is: "refused", code, why, ...(field === undefined ? {} : { field }) };
}
