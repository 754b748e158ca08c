import { addDecimals, divideHalfEven, tenTo, trimmed, zero, type Decimal } from "../num/index.ts";
import { minus, negated, plus, type Known } from "./amounts.ts";
import type { Book } from "./book.ts";
import { converted, markOf, type Moment, type Rate } from "./rates.ts";
import type { BookRow, VenueRow } from "./rows.ts";
import { foreignWorth } from "./side-money.ts";
import type { RowChange, RowWatcher } from "./transitions.ts";
import { isVenueRow } from "./trip-view.ts";
import { valueAt } from "./value.ts";

export const DAY_NS = 86_400_000_000_000n;
const SPLIT_DIGITS = 18;
const AFTER_CUT = 0.5;

/** The book at the end of a period, in the reporting currency. Undefined where a mark or a rate is missing. */
export interface EquityPoint {
  readonly beginNs: bigint; // of the period
  readonly endNs: bigint; // the moment that it is valued at
  readonly pnl: Known; // net, since the beginning: realized + unrealized − fees + funding
  readonly capital: Known; // all that was put in so far, less what was taken out
  readonly flow: Known; // what of that was put in during this period
  readonly inKind: Known; // what of the capital came as something else than cash: it stays at what it was worth then
  readonly equity: Known; // capital + pnl; undefined also while there is no capital
  readonly unknown: readonly string[]; // symbols without a mark, currencies without a rate
}
/** What rows held and had brought at a moment, in the reporting currency. Undefined where a mark or a rate is missing. */
export interface Holding {
  readonly pnl: Known; // net, since the beginning
  readonly held: Known; // worth of what is held, short < 0
}
export interface EquityOptions {
  readonly currency: string;
  readonly accounts?: ReadonlySet<string> | undefined; // only these
  readonly untilNs: bigint; // the last period ends here
  readonly maxAgeNs?: bigint | undefined; // an older mark values nothing
}

interface Change {
  quantity: Decimal; // in today's units
  cash: Decimal; // received > 0, in the settle currency
  flow: Decimal; // worth of what was moved in
}
interface Foreign {
  readonly period: number;
  readonly currency: string;
  readonly amount: Decimal; // received > 0
  readonly timeNs: bigint;
}
interface RowPeriods {
  readonly row: VenueRow;
  readonly changes: Map<number, Change>;
  readonly foreign: Foreign[]; // fees and funding that only a mark of their time values
}
interface CapitalFlow {
  readonly period: number;
  readonly currency: string;
  readonly amount: Decimal;
}

/**
 * Equity period by period, by the facts' own times. P&L is what was received, less what was paid, plus what is held at its
 * mark: that adds up in any order, so facts may come in any. All prices are exact; the sum at the last period is the book's net
 * P&L (after a split whose quotient does not end, up to 1e-18 of a unit).
 */
export class EquityPeriods implements RowWatcher {
  readonly #periodNs: bigint;
  readonly #cutNs: bigint | undefined;
  readonly #rows = new Map<VenueRow, RowPeriods>();
  readonly #capital = new Map<string, CapitalFlow[]>(); // by account

  /** @param cutNs a moment within a period makes two of it: up to the moment before, which then has a point of its own, and from it on */
  constructor(periodNs = DAY_NS, cutNs?: bigint) {
    this.#periodNs = periodNs;
    this.#cutNs = cutNs === undefined || cutNs % periodNs === 0n ? undefined : cutNs;
  }

  changed({ row, cause, quantity, value, fee, timeNs }: RowChange): void {
    if (!isVenueRow(row)) return;
    const of = this.#rowOf(row);
    const change = this.#changeOf(of, timeNs);
    change.quantity = addDecimals(change.quantity, quantity);
    change.cash = addDecimals(change.cash, row.instrument.inverse ? value : negated(value));
    if (cause === "moved") change.flow = addDecimals(change.flow, value);
    if (fee === undefined) return;
    if (fee.worth !== undefined) change.cash = addDecimals(change.cash, negated(fee.worth));
    else of.foreign.push({ period: this.#periodOf(timeNs), currency: fee.currency, amount: negated(fee.amount), timeNs });
  }

  split(row: BookRow, over: bigint, under: bigint): void {
    const of = isVenueRow(row) ? this.#rows.get(row) : undefined;
    for (const change of of?.changes.values() ?? []) change.quantity = restated(change.quantity, over, under);
  }

  funded(row: BookRow, currency: string, amount: Decimal, timeNs: bigint): void {
    if (!isVenueRow(row)) return;
    const of = this.#rowOf(row);
    const change = this.#changeOf(of, timeNs);
    if (currency === row.instrument.settle) change.cash = addDecimals(change.cash, amount);
    else of.foreign.push({ period: this.#periodOf(timeNs), currency, amount, timeNs });
  }

  /** What is held goes on under the new name; the cash of the past stays under the old one. */
  renamed(from: BookRow, to: BookRow, timeNs: bigint): void {
    if (!isVenueRow(from) || !isVenueRow(to)) return;
    const old = this.#rowOf(from);
    const held = [...old.changes.values()].reduce((sum, { quantity }) => addDecimals(sum, quantity), zero);
    const out = this.#changeOf(old, timeNs);
    out.quantity = addDecimals(out.quantity, negated(held));
    const into = this.#changeOf(this.#rowOf(to), timeNs);
    into.quantity = addDecimals(into.quantity, held);
  }

  capital(account: string, currency: string, amount: Decimal, timeNs: bigint): void {
    let flows = this.#capital.get(account);
    if (flows === undefined) this.#capital.set(account, (flows = []));
    flows.push({ period: this.#periodOf(timeNs), currency, amount });
  }

  /** Accounts that something happened in, in the order of their names. */
  accounts(): string[] {
    return [...new Set([...this.#capital.keys(), ...Array.from(this.#rows.keys(), ({ account }) => account)])].sort();
  }

  /**
   * A point for each period in which something happened or was marked, a rate that turns an amount into `currency` too, from the first on, oldest first.
   * @param book the finished one, whose marks and rates value all of them
   */
  curve(book: Book, { currency, accounts, untilNs, maxAgeNs }: EquityOptions): EquityPoint[] {
    const rows = [...this.#rows.values()].filter(({ row }) => accounts?.has(row.account) !== false).map((of) => new RowSweep(book, of));
    const flows = [...this.#capital].filter(([account]) => accounts?.has(account) !== false).flatMap(([, all]) => all);
    const flowsOf = grouped(flows);
    const put = new Map<string, Decimal>(); // capital so far, by currency
    let inKind: Known = zero; // in the reporting currency, as it was worth when it came
    let hasCapital = false;
    return this.#periods(book, rows, flows, currency, this.#periodOf(untilNs)).map((period): EquityPoint => {
      const { beginNs, lastNs } = this.#boundsOf(period);
      const endNs = lastNs < untilNs ? lastNs : untilNs;
      const moment: Moment = { atNs: endNs, nowNs: endNs, maxAgeNs, ofRecord: false };
      const rates = new RatesAt(book, currency, moment);
      let pnl: Known = zero;
      let moved: Known = zero;
      const unknown = new Set<string>();
      for (const row of rows) {
        const worth = row.at(period, moment);
        if (worth === undefined) unknown.add(row.symbol);
        pnl = plus(pnl, rates.turn(worth, row.settle));
        moved = plus(moved, rates.turn(row.flow, row.settle));
        if (row.flow.mantissa !== 0n) hasCapital = true;
      }
      let cash: Known = zero;
      for (const flow of flowsOf.get(period) ?? []) {
        hasCapital = true;
        put.set(flow.currency, addDecimals(put.get(flow.currency) ?? zero, flow.amount));
        cash = plus(cash, rates.turn(flow.amount, flow.currency));
      }
      inKind = plus(inKind, moved);
      const capital = [...put].reduce<Known>((sum, [of, amount]) => plus(sum, rates.turn(amount, of)), inKind);
      for (const from of rates.missing) unknown.add(from);
      return { beginNs, endNs, pnl, capital, flow: plus(cash, moved), inKind, equity: hasCapital ? plus(capital, pnl) : undefined, unknown: [...unknown].sort() };
    });
  }

  /** What was held, and had been brought, at the ends of some periods; `endsNs` as points of a curve tell them, oldest first. */
  holdings(book: Book, { currency, accounts, maxAgeNs }: Omit<EquityOptions, "untilNs">, endsNs: readonly bigint[]): Holding[] {
    const rows = [...this.#rows.values()].filter(({ row }) => accounts?.has(row.account) !== false).map((of) => new RowSweep(book, of));
    const asked = new Map(endsNs.map((endNs) => [this.#periodOf(endNs), endNs]));
    const periods = [...new Set([...asked.keys(), ...rows.flatMap((row) => [...row.periods()])])].sort((a, b) => a - b);
    const found: Holding[] = [];
    for (const period of periods) {
      const endNs = asked.get(period);
      const moment: Moment = { atNs: endNs ?? 0n, nowNs: endNs ?? 0n, maxAgeNs };
      const rates = new RatesAt(book, currency, moment);
      let [pnl, held]: Known[] = [zero, zero];
      for (const row of rows) {
        const worth = row.at(period, moment);
        pnl = plus(pnl, rates.turn(worth, row.settle));
        held = plus(held, rates.turn(row.held, row.settle));
      }
      if (endNs !== undefined) found.push({ pnl, held });
    }
    return found;
  }

  #periods(book: Book, rows: readonly RowSweep[], flows: readonly CapitalFlow[], to: string, last: number): number[] {
    const periods = new Set(flows.map(({ period }) => period));
    for (const row of rows) for (const period of row.periods()) periods.add(period);
    const first = [...periods].reduce((least, period) => Math.min(least, period), Number.POSITIVE_INFINITY);
    const symbols = new Set(rows.map(({ symbol }) => symbol));
    const currencies = new Set([...rows.map(({ settle }) => settle), ...flows.map(({ currency }) => currency)]);
    const rates = new Set([...currencies].flatMap((from) => (from === to ? [] : book.rates.between(from, to).map(({ venue, symbol }) => `${venue}\u0000${symbol}`))));
    for (const { venue, symbol, prices } of book.marks.all().series) {
      if (symbols.has(symbol) || rates.has(`${venue}\u0000${symbol}`)) for (const { timeNs } of prices) if (this.#periodOf(timeNs) > first) periods.add(this.#periodOf(timeNs));
    }
    const cut = this.#cutNs === undefined ? undefined : this.#periodOf(this.#cutNs - 1n);
    if (cut !== undefined && cut > first) periods.add(cut);
    return [...periods].filter((period) => period <= last).sort((a, b) => a - b);
  }

  #rowOf(row: VenueRow): RowPeriods {
    let of = this.#rows.get(row);
    if (of === undefined) this.#rows.set(row, (of = { row, changes: new Map(), foreign: [] }));
    return of;
  }

  #changeOf({ changes }: RowPeriods, timeNs: bigint): Change {
    const period = this.#periodOf(timeNs);
    let change = changes.get(period);
    if (change === undefined) changes.set(period, (change = { quantity: zero, cash: zero, flow: zero }));
    return change;
  }

  /** Periods are counted from 1970 on; what is after the cut within one is half a period later. */
  #periodOf(timeNs: bigint): number {
    const whole = this.#wholeOf(timeNs);
    return this.#cutNs !== undefined && timeNs >= this.#cutNs && whole === this.#wholeOf(this.#cutNs) ? whole + AFTER_CUT : whole;
  }

  #wholeOf(timeNs: bigint): number {
    const rest = timeNs % this.#periodNs;
    return Number((timeNs - (rest < 0n ? rest + this.#periodNs : rest)) / this.#periodNs);
  }

  #boundsOf(period: number): { readonly beginNs: bigint; readonly lastNs: bigint } {
    const whole = Math.floor(period);
    const [beginNs, cutNs] = [BigInt(whole) * this.#periodNs, this.#cutNs];
    if (cutNs === undefined || whole !== this.#wholeOf(cutNs)) return { beginNs, lastNs: beginNs + this.#periodNs - 1n };
    return whole === period ? { beginNs, lastNs: cutNs - 1n } : { beginNs: cutNs, lastNs: beginNs + this.#periodNs - 1n };
  }
}

/** One row on its way through the periods. */
class RowSweep {
  readonly symbol: string;
  readonly settle: string;
  flow: Decimal = zero; // of the period last asked for
  held: Known = zero; // what was held at its end is worth, short < 0
  readonly #book: Book;
  readonly #of: RowPeriods;
  readonly #foreign: ReadonlyMap<number, readonly Foreign[]>;
  #quantity: Decimal = zero;
  #cash: Known = zero;

  constructor(book: Book, of: RowPeriods) {
    this.symbol = of.row.symbol;
    this.settle = of.row.instrument.settle;
    this.#book = book;
    this.#of = of;
    this.#foreign = grouped(of.foreign);
  }

  /** Those in which something happened. */
  *periods(): Iterable<number> {
    yield* this.#of.changes.keys();
    yield* this.#foreign.keys();
  }

  /** Net P&L at the end of a period, in the settle currency. Periods are asked for in their order. */
  at(period: number, moment: Moment): Known {
    const change = this.#of.changes.get(period);
    this.flow = change?.flow ?? zero;
    if (change !== undefined) {
      this.#quantity = addDecimals(this.#quantity, change.quantity);
      this.#cash = plus(this.#cash, change.cash);
    }
    for (const foreign of this.#foreign.get(period) ?? []) this.#cash = plus(this.#cash, foreignWorth(foreign, this.settle, this.#book.rates));
    this.held = zero;
    if (this.#quantity.mantissa === 0n) return this.#cash;
    this.held = undefined;
    const { row } = this.#of;
    const mark = markOf(this.#book.marks, row.venue, row.symbol, moment);
    const price = mark && this.#book.marks.sinceSplits(row.symbol, mark, row.instrument.inverse);
    if (price === undefined || (row.instrument.inverse && price.mantissa === 0n)) return undefined;
    const value = valueAt(row.instrument, this.#quantity, price);
    this.held = value;
    return row.instrument.inverse ? minus(this.#cash, value) : plus(this.#cash, value);
  }
}

/** Rates of one moment, each looked up once. */
class RatesAt {
  readonly missing = new Set<string>();
  readonly #found = new Map<string, Rate | undefined>();
  readonly #book: Book;
  readonly #to: string;
  readonly #moment: Moment;

  constructor(book: Book, to: string, moment: Moment) {
    this.#book = book;
    this.#to = to;
    this.#moment = moment;
  }

  turn(amount: Known, from: string): Known {
    if (amount === undefined || amount.mantissa === 0n || from === this.#to) return amount;
    if (!this.#found.has(from)) this.#found.set(from, this.#book.rates.rate(from, this.#to, this.#moment));
    const rate = this.#found.get(from);
    if (rate === undefined) this.missing.add(from);
    return converted(amount, rate);
  }
}

function grouped<T extends { readonly period: number }>(all: readonly T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const one of all) {
    const group = groups.get(one.period);
    if (group === undefined) groups.set(one.period, [one]);
    else group.push(one);
  }
  return groups;
}

function restated({ mantissa, digits }: Decimal, over: bigint, under: bigint): Decimal {
  const spare = Math.max(0, SPLIT_DIGITS - digits);
  return trimmed(divideHalfEven(mantissa * tenTo(spare) * over, under), digits + spare);
}
