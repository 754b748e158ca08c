import { everyDay, exchangeDays, rests, type Calendar, type PriceSeries } from "./calendar.ts";

/** Simple: `p1 ÷ p0 − 1`, which adds up over positions. Log: `ln(p1 ÷ p0)`, which adds up over time. */
export type ReturnKind = "simple" | "log";

/** What a symbol lacks. */
export interface Missing {
  readonly count: number; // of returns: those it lacks in the window, or at the end; for one that is left out, those it has
  /**
   * `no_prices`, `too_few` and `stale`: the symbol is left out. `ended`: it lacks the last days, and listwise no window reaches beyond it.
   * `listed_late` and `gaps`: days are left out (listwise), or its cells are NaN (pairwise).
   */
  readonly reason: "no_prices" | "too_few" | "stale" | "ended" | "listed_late" | "gaps";
}

/** Returns of several symbols over the same days, oldest first. */
export interface ReturnsMatrix {
  readonly symbols: readonly string[];
  readonly days: Int32Array; // the UTC day on which each return ends
  readonly columns: readonly Float64Array[]; // of each symbol; 0.01 is 1 %; NaN where it has none, which only `pairwise` leaves
  readonly missing: ReadonlyMap<string, Missing>; // symbols that lack nothing do not stand here
  readonly carried: ReadonlyMap<string, number>; // days of the window on which a series that rests kept its close
  readonly calendar: Calendar;
  readonly kind: ReturnKind;
}

export interface ReturnsOptions {
  readonly lookbackDays?: number; // returns at most; 252
  readonly calendar?: Calendar; // exchange_days
  /** `listwise`: the last days on which all symbols have a return. `pairwise`: the last days, with NaN where one has none. */
  readonly missing?: "listwise" | "pairwise";
  readonly kind?: ReturnKind; // simple
  readonly untilDay?: number; // nothing later is looked at
  readonly leastDays?: number; // a symbol with fewer returns than these (60, or lookbackDays where that is less) is left out
  readonly maxAgeDays?: number; // one whose last close is so many days older than the newest is left out; by default none is
}

const LOOKBACK_DAYS = 252;
const LEAST_DAYS = 60;

/**
 * Joint returns of several symbols, of venues that close and of venues that do not. Nothing is filled: what is missing is told by name and count.
 * @example [...jointReturns([{ symbol: "A", days: Int32Array.of(0, 1, 4), closes: Float64Array.of(10, 11, 22) }], { leastDays: 1 }).columns[0]].map((r) => r.toFixed(2)) // => ["0.10", "1.00"]
 */
export function jointReturns(series: readonly PriceSeries[], options: ReturnsOptions = {}): ReturnsMatrix {
  const { lookbackDays = LOOKBACK_DAYS, calendar = "exchange_days", missing: rule = "listwise", kind = "simple", untilDay = Infinity, maxAgeDays = Infinity } = options;
  const leastDays = options.leastDays ?? Math.min(LEAST_DAYS, lookbackDays);
  const missing = new Map<string, Missing>();
  const known = series.map((one) => upTo(one, untilDay));
  const trading = exchangeDays(known);
  const days = calendar === "exchange_days" ? trading : everyDay(known);
  const newest = Math.max(...known.map((one) => one.days.at(-1) ?? -Infinity));
  const rows: Row[] = [];
  for (const one of known) {
    const row = returnsOn(one, days, calendar === "every_day" && rests(one) ? trading : undefined, kind);
    const reason = one.days.length === 0 ? "no_prices" : row.count < leastDays ? "too_few" : newest - one.days.at(-1)! > maxAgeDays ? "stale" : undefined;
    if (reason === undefined) rows.push(row);
    else missing.set(one.symbol, { count: row.count, reason });
  }
  const chosen = rule === "listwise" ? jointRows(rows, days.length, lookbackDays) : lastRows(rows, days.length, lookbackDays);
  const carried = new Map<string, number>();
  const end = chosen.at(-1);
  const begin = end === undefined ? undefined : Math.max(1, Math.min(chosen[0]!, end - lookbackDays + 1));
  for (const row of rows) {
    const lacking = begin === undefined ? days.length - 1 - row.count : countOf(begin, end!, (at) => Number.isNaN(row.values[at]!));
    const late = begin === undefined || row.first > begin - 1;
    const ended = days.length - 1 - row.last;
    if (ended > 0) missing.set(row.symbol, { count: ended, reason: "ended" });
    else if (lacking > 0) missing.set(row.symbol, { count: lacking, reason: late ? "listed_late" : "gaps" });
    const kept = chosen.filter((at) => row.carried[at] === 1).length;
    if (kept > 0) carried.set(row.symbol, kept);
  }
  return {
    symbols: rows.map(({ symbol }) => symbol),
    days: Int32Array.from(chosen, (at) => days[at]!),
    columns: rows.map(({ values }) => Float64Array.from(chosen, (at) => values[at]!)),
    missing, carried, calendar, kind,
  };
}

/** A matrix out of columns that are joint already, such as returns that somebody else has computed. */
export function matrixOfReturns(columns: readonly ArrayLike<number>[], symbols = columns.map((_, i) => `${i + 1}`)): ReturnsMatrix {
  const length = columns[0]?.length ?? 0;
  return {
    symbols, days: Int32Array.from({ length }, (_, i) => i), columns: columns.map((column) => Float64Array.from(column)),
    missing: new Map(), carried: new Map(), calendar: "exchange_days", kind: "simple",
  };
}

/** Returns of one symbol on all days of the calendar: the one at k leads from day k − 1 to day k. */
interface Row {
  readonly symbol: string;
  readonly values: Float64Array; // NaN where it has none; the first is always
  readonly carried: Uint8Array; // 1 where the close is that of an earlier day
  readonly first: number; // index of the first day with a close
  readonly last: number; // and of the last, on which a carried one counts
  readonly count: number;
}

/** @param open the days on which a resting series trades: between them its close is carried. */
function returnsOn({ symbol, days: own, closes }: PriceSeries, days: Int32Array, open: Int32Array | undefined, kind: ReturnKind): Row {
  const values = new Float64Array(days.length).fill(Number.NaN);
  const carried = new Uint8Array(days.length);
  let [at, openAt, count, first, last] = [0, 0, 0, days.length, -1];
  let before = Number.NaN;
  for (let k = 0; k < days.length; k += 1) {
    const day = days[k]!;
    while (at < own.length && own[at]! < day) at += 1;
    if (open !== undefined) while (openAt < open.length && open[openAt]! < day) openAt += 1;
    const here = at < own.length && own[at] === day;
    const closed = open !== undefined && open[openAt] !== day && at < own.length;
    if (!here && closed) carried[k] = 1;
    const price = here ? closes[at]! : closed ? before : Number.NaN;
    if (here && first === days.length) first = k;
    if (!Number.isNaN(price)) last = k;
    const value = kind === "simple" ? price / before - 1 : Math.log(price / before);
    values[k] = value;
    if (!Number.isNaN(value)) count += 1;
    before = price;
  }
  return { symbol, values, carried, first, last, count };
}

/** The last days on which all have a return. */
function jointRows(rows: readonly Row[], length: number, most: number): number[] {
  const found: number[] = [];
  if (rows.length === 0) return found;
  for (let at = length - 1; at >= 1 && found.length < most; at -= 1) if (rows.every(({ values }) => !Number.isNaN(values[at]!))) found.push(at);
  return found.reverse();
}

/** The last days on which any has a return, and those between. */
function lastRows(rows: readonly Row[], length: number, most: number): number[] {
  let end = length - 1;
  while (end >= 1 && rows.every(({ values }) => Number.isNaN(values[end]!))) end -= 1;
  const begin = Math.max(1, end - most + 1);
  return rows.length === 0 || end < 1 ? [] : Array.from({ length: end - begin + 1 }, (_, i) => begin + i);
}

function countOf(begin: number, end: number, holds: (at: number) => boolean): number {
  let count = 0;
  for (let at = begin; at <= end; at += 1) if (holds(at)) count += 1;
  return count;
}

function upTo(series: PriceSeries, untilDay: number): PriceSeries {
  let length = series.days.length;
  while (length > 0 && series.days[length - 1]! > untilDay) length -= 1;
  return length === series.days.length ? series : { symbol: series.symbol, days: series.days.subarray(0, length), closes: series.closes.subarray(0, length) };
}
