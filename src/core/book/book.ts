import { assert, scaled, type Decimal } from "../num/index.ts";
import { Directory, netKey, VENUE_TYPE_SHIFT, VENUE_TYPES, type FillColumns, type Instrument, type Mark, type VenueType } from "../model/index.ts";
import { applyDisposal, applyFills, applyTrade, PositionTable, valueOf, type Scale } from "../position/index.ts";
import { OtherFees, worth } from "./fees.ts";
import { Instruments } from "./instruments.ts";
import { Marks } from "./marks.ts";
import { Rates } from "./rates.ts";

/** A row of the book: one venue's, or the net one over venues that count alike. */
export interface BookRow {
  readonly row: number; // in the position table
  readonly account: string;
  readonly symbol: string;
  readonly instrument: Instrument; // of a net row: that of its first venue
  readonly fees: OtherFees;
}
export interface VenueRow extends BookRow {
  readonly venue: string;
  readonly route: number;
}
export interface NetRow extends BookRow {
  readonly venues: VenueRow[]; // in the order they came
}

export interface BookOptions {
  readonly currency?: string; // quote of symbols that name none
  readonly marksMaxAgeNs?: bigint | undefined; // older marks value nothing
  readonly readable?: boolean; // every fill by the readable reference: slow, for checking the hot path against
}

/**
 * All positions: by account, venue and symbol, and net over venues at once. A fold: it is handed decided facts in the
 * order of the journal, and no clock.
 */
export class Book {
  readonly directory = new Directory();
  readonly instruments: Instruments;
  readonly marks = new Marks();
  readonly rates: Rates;
  readonly table = new PositionTable();
  readonly marksMaxAgeNs: bigint | undefined;
  readonly #readable: boolean;
  readonly #nets = new Map<string, NetRow>(); // account, symbol, what nets together
  readonly #venueRows: VenueRow[] = []; // by route
  readonly #netRows: NetRow[] = []; // by route
  readonly #byRow: BookRow[] = []; // by row of the table
  #rowsOfRoutes = new Int32Array(0); // venue row, net row of each route
  #venueTypes = new Uint8Array(0); // by route: the last one its fills stated
  #opened = new Uint8Array(0); // by route: 1 once it has a fill
  readonly #unnamed = new Map<string, number[]>(); // rows by settle currency, as long as no fill has named it
  #names = 0; // of the directory that have been looked at

  constructor(options: BookOptions = {}) {
    this.instruments = new Instruments(options.currency ?? "USD");
    this.rates = new Rates(this.instruments, this.marks);
    this.marksMaxAgeNs = options.marksMaxAgeNs;
    this.#readable = options.readable ?? false;
  }

  /** Net rows with a fill, in the order they were opened. */
  *nets(): IterableIterator<NetRow> {
    for (const net of this.#nets.values()) if (this.table.trades(net.row) > 0) yield net;
  }
  venueRowOf(route: number): VenueRow {
    return this.#venueRows[route]!;
  }
  netRowOf(route: number): NetRow {
    return this.#netRows[route]!;
  }
  venueTypeOf(row: VenueRow): VenueType {
    return VENUE_TYPES[this.#venueTypes[row.route]!]!;
  }

  /** Whether fills have been booked in an instrument that this definition would change: then all must be folded again. */
  changesBooked(definition: Instrument): boolean {
    if (sameInstrument(this.instruments.definition(definition.venue, definition.symbol), definition)) return false;
    return this.#venueRows.some((row) => row.symbol === definition.symbol && (definition.venue === "" ? this.instruments.definition(row.venue, row.symbol) === undefined : row.venue === definition.venue));
  }

  define(instrument: Instrument): void {
    this.instruments.define(instrument);
    this.rates.reindex();
  }

  /** Sets the currency that symbols are quoted in that name none. */
  configure(currency: string): void {
    this.instruments.configure(currency);
    this.rates.reindex();
  }

  mark(mark: Mark): void {
    this.marks.add(mark);
  }

  /** Books fills [from, to) in order; their routes and names are numbers of this book's directory. */
  apply(fills: FillColumns, from = 0, to = fills.count): void {
    this.#addRoutes();
    const { route: routes, traits } = fills;
    let start = from;
    for (let next = from; start < to; start = next) {
      next = this.#nextUnopened(routes, traits, start, to);
      this.#applyRun(fills, start, next);
      if (next === to) return;
      this.#opened[routes[next]!] = 1;
      this.#widenNet(routes[next]!);
    }
  }

  /** The first of fills [from, to) whose route has none yet; notes the venue types of those before. */
  #nextUnopened(routes: Int32Array, traits: Uint16Array, from: number, to: number): number {
    const types = this.#venueTypes;
    const opened = this.#opened;
    for (let i = from; i < to; i += 1) {
      const route = routes[i]!;
      if (opened[route] !== 1) return i;
      const type = traits[i]! >> VENUE_TYPE_SHIFT;
      if (type !== 0) types[route] = type;
    }
    return to;
  }

  #applyRun(fills: FillColumns, from: number, to: number): void {
    if (from === to) return;
    if (this.#readable) this.#applyAllReadably(fills, from, to);
    else applyFills(this.table, fills, this.#rowsOfRoutes, from, to, (fill, row) => this.#widenedFor(fills, fill, row) || this.#applyReadably(fills, fill, row));
  }

  /** A net row takes the digits of a venue with that venue's first fill: not sooner, so that no other fill's rounding hangs on how fills were batched. */
  #widenNet(route: number): void {
    const { quantityDigits = 0, priceDigits = 0 } = this.#venueRows[route]!.instrument;
    this.#widened(this.#netRows[route]!.row, quantityDigits, priceDigits);
  }

  #applyAllReadably(fills: FillColumns, from: number, to: number): void {
    for (let i = from; i < to; i += 1) {
      this.#applyReadably(fills, i, this.#venueRows[fills.route[i]!]!.row);
      this.#applyReadably(fills, i, this.#netRows[fills.route[i]!]!.row);
    }
  }

  /** Whether a row had to be made finer for a fill: then the quick way may do after all. */
  #widenedFor(fills: FillColumns, fill: number, row: number): boolean {
    const before = this.table.scale(row);
    return this.#widened(row, fills.quantityDigits[fill]!, fills.priceDigits[fill]!) !== before;
  }

  /** The reference transition: any fill, any row. False: it is applied. */
  #applyReadably(fills: FillColumns, fill: number, row: number): false {
    const { instrument } = this.#venueRows[fills.route[fill]!]!; // of the venue, for its net row too: venues may call the base otherwise
    const { fees } = this.#byRow[row]!;
    const quantity = fills.quantityOf(fill);
    const price = fills.priceOf(fill);
    const fee = fills.feeOf(fill);
    const feeNumber = fills.feeCurrency[fill]!;
    const feeCurrency = feeNumber === -1 ? instrument.quote : this.directory.name(feeNumber);
    const inKind = fee.mantissa !== 0n && instrument.kind === "spot" && feeCurrency === instrument.base && feeCurrency !== instrument.settle;
    const scale = this.#widened(row, Math.max(quantity.digits, inKind ? fee.digits : 0), price.digits);
    const timeNs = fills.timeNs(fill);
    const priceUnits = exact(price, scale.priceDigits);
    const value = (units: bigint) => valueOf(scale, units, priceUnits);

    const settled = feeCurrency === instrument.settle ? scaled(fee, this.table.moneyDigits(row)) : undefined;
    const units = exact(quantity, scale.quantityDigits);
    let position = applyTrade(this.table.read(row), { quantity: units, value: value(units), fee: settled ?? 0n, timeNs }, scale.inverse);
    if (inKind) {
      const disposed = -exact(fee, scale.quantityDigits);
      position = applyDisposal(position, disposed, value(disposed), timeNs);
      fees.addValued(feeCurrency, fee, worth(fee, price, instrument.multiplier));
    } else if (fee.mantissa !== 0n && settled === undefined) {
      if (feeCurrency === instrument.settle) fees.addValued(feeCurrency, fee, fee);
      else fees.addForeign({ currency: feeCurrency, amount: fee, timeNs });
    }
    this.table.write(row, position);
    return false;
  }

  /** The row's scale, made finer first where a fill needs it. */
  #widened(row: number, quantityDigits: number, priceDigits: number): Scale {
    const scale = this.table.scale(row);
    if (quantityDigits <= scale.quantityDigits && priceDigits <= scale.priceDigits) return scale;
    const wider = { ...scale, quantityDigits: Math.max(quantityDigits, scale.quantityDigits), priceDigits: Math.max(priceDigits, scale.priceDigits) };
    this.table.widen(row, wider);
    return wider;
  }

  /** Rows for routes that are new in the directory. The book itself never adds to it: the journal alone does. */
  #addRoutes(): void {
    const count = this.directory.routeCount;
    if (this.#rowsOfRoutes.length < count * 2) {
      this.#rowsOfRoutes = grown(this.#rowsOfRoutes, new Int32Array(Math.max(64, count * 4)));
      this.#venueTypes = grown(this.#venueTypes, new Uint8Array(Math.max(32, count * 2)));
      this.#opened = grown(this.#opened, new Uint8Array(Math.max(32, count * 2)));
    }
    for (let route = this.#venueRows.length; route < count; route += 1) this.#addRoute(route);
    for (; this.#names < this.directory.nameCount; this.#names += 1) this.#settleNamed(this.directory.name(this.#names), this.#names);
  }

  #settleNamed(currency: string, number: number): void {
    for (const row of this.#unnamed.get(currency) ?? []) this.table.setSettle(row, number);
    this.#unnamed.delete(currency);
  }

  #addRoute(route: number): void {
    const { account, venue, symbol } = this.directory.route(route);
    const instrument = this.instruments.of(venue, symbol);
    const scale: Scale = { quantityDigits: instrument.quantityDigits ?? 0, priceDigits: instrument.priceDigits ?? 0, multiplier: instrument.multiplier, inverse: instrument.inverse };
    const row: VenueRow = { row: this.table.add(scale, instrument.quote === instrument.settle), account, symbol, venue, route, instrument, fees: new OtherFees() };
    this.#register(row);
    const key = `${account}\u0000${symbol}\u0000${netKey(instrument)}`;
    let net = this.#nets.get(key);
    if (net === undefined) {
      net = { row: this.table.add({ ...scale, quantityDigits: 0, priceDigits: 0 }, instrument.quote === instrument.settle), account, symbol, instrument, fees: new OtherFees(), venues: [] };
      this.#register(net);
      this.#nets.set(key, net);
    }
    net.venues.push(row);
    this.#venueRows.push(row);
    this.#netRows.push(net);
    this.#rowsOfRoutes[route * 2] = row.row;
    this.#rowsOfRoutes[route * 2 + 1] = net.row;
  }

  #register(row: BookRow): void {
    this.#byRow.push(row);
    const { settle } = row.instrument;
    const number = this.directory.findName(settle);
    if (number !== undefined) return this.table.setSettle(row.row, number);
    const unnamed = this.#unnamed.get(settle);
    if (unnamed === undefined) this.#unnamed.set(settle, [row.row]);
    else unnamed.push(row.row);
  }
}

function grown<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function exact(value: Decimal, digits: number): bigint {
  const units = scaled(value, digits);
  assert(units !== undefined, "a decided fill fits the digits of its row");
  return units;
}

function sameInstrument(a: Instrument | undefined, b: Instrument): boolean {
  return a !== undefined && netKey(a) === netKey(b) && a.base === b.base && a.priceDigits === b.priceDigits && a.quantityDigits === b.quantityDigits;
}
