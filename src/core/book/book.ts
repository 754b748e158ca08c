import { assert, MoneyBag, trimmed, type Decimal } from "../num/index.ts";
import { Directory, netKey, VENUE_TYPE_SHIFT, VENUE_TYPES, type Capital, type CostMethod, type Fill, type FillColumns, type Instrument, type Mark, type VenueType } from "../model/index.ts";
import { applyFills, FewRows, Lots, PositionTable, type Place, type Scale } from "../position/index.ts";
import { Instruments } from "./instruments.ts";
import { Marks } from "./marks.ts";
import { Rates } from "./rates.ts";
import type { RouteFilter } from "./book-events.ts";
import { emptyNetRow, emptyVenueRow, type BookRow, type NetRow, type VenueRow } from "./rows.ts";
import type { SavedRows } from "./saved-rows.ts";
import { SideMoney } from "./side-money.ts";
import { Transitions, type BookedTrade, type RowWatcher } from "./transitions.ts";

/** So many fills at a time by machine code are worth entering it for. */
const WORTHWHILE = 64;
const MOST_SLOW_RUN = 512;

export interface BookOptions {
  readonly currency?: string; // quote of symbols that name none
  readonly marksMaxAgeNs?: bigint | undefined; // older marks value nothing
  readonly readable?: boolean; // every fill by the readable reference: slow, for checking the hot path against
  readonly watcher?: RowWatcher | undefined; // follows every row; one that does not take fills itself makes each go the readable way
  readonly pricedBy?: Pick<Book, "instruments" | "marks" | "rates"> | undefined; // another book whose instruments and marks these are
}

/**
 * All positions: by account, venue and symbol, and net over venues at once. A fold: it is handed decided facts in the
 * order of the journal, and no clock.
 */
export class Book {
  readonly directory = new Directory();
  readonly instruments: Instruments;
  readonly marks: Marks;
  readonly rates: Rates;
  readonly table = new PositionTable();
  readonly transitions = new Transitions(this.table);
  readonly capital = new Map<string, MoneyBag>(); // by account
  readonly marksMaxAgeNs: bigint | undefined;
  readonly #methods = new Map<string, CostMethod>(); // of accounts that do not count at average cost
  readonly #readable: boolean;
  readonly #filler: RowWatcher | undefined; // the watcher, where it takes plain fills itself
  readonly #nets = new Map<string, NetRow>(); // account, symbol, what nets together
  readonly #venueRows: VenueRow[] = []; // by route
  readonly #netRows: NetRow[] = []; // by route
  readonly #byRow: BookRow[] = []; // by row of the table
  #rowsOfRoutes = new Int32Array(0); // venue row, net row of each route
  #oneRow = new Int32Array(0); // in the shape of #rowsOfRoutes, with the row that takes some fills alone
  #venueTypes = new Uint8Array(0); // by route: the last one its fills stated
  #opened = new Uint8Array(0); // by route: 1 once it has a fill
  readonly #unnamed = new Map<string, number[]>(); // rows by settle currency, as long as no fill has named it
  #slowRun = 1; // fills that go the slow way at once where the quick one stopped
  #names = 0; // of the directory that have been looked at

  constructor(options: BookOptions = {}) {
    this.instruments = options.pricedBy?.instruments ?? new Instruments(options.currency ?? "USD");
    this.marks = options.pricedBy?.marks ?? new Marks();
    this.rates = options.pricedBy?.rates ?? new Rates(this.instruments, this.marks);
    this.marksMaxAgeNs = options.marksMaxAgeNs;
    this.#filler = options.readable !== true && options.watcher?.filled !== undefined ? options.watcher : undefined;
    this.#readable = options.readable ?? (options.watcher !== undefined && this.#filler === undefined);
    this.transitions.watcher = options.watcher;
  }

  /** Net rows that something has happened to, in the order they were opened. */
  *nets(): IterableIterator<NetRow> {
    for (const net of this.#nets.values()) if (this.isUsed(net)) yield net;
  }
  isUsed(row: BookRow): boolean {
    return row.hasEvent || this.table.trades(row.row) > 0;
  }
  /** Venue rows of a symbol, used or not. */
  venueRows(symbol: string): VenueRow[] {
    this.#addRoutes();
    return this.#venueRows.filter((row) => row.symbol === symbol);
  }
  quantityOf(row: BookRow): Decimal {
    return trimmed(this.table.read(row.row).quantity, this.table.scale(row.row).quantityDigits);
  }
  methodOf(account: string): CostMethod {
    return this.#methods.get(account) ?? "average";
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

  /** Whether something has been booked in an account. */
  hasBooked(account: string): boolean {
    return this.#venueRows.some((row) => row.account === account && this.isUsed(row));
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

  /** Takes a mark of record. @param everyNs the interval that it stands for */
  mark(mark: Mark, everyNs?: bigint): void {
    this.marks.add(mark, everyNs);
  }

  /** Cash that came into an account, or left it. A watcher is told where it is said when. */
  fund({ account, currency, amount, timeNs }: Pick<Capital, "account" | "currency" | "amount"> & Partial<Pick<Capital, "timeNs">>): void {
    if (timeNs !== undefined) this.transitions.watcher?.capital?.(account, currency, amount, timeNs);
    this.capitalOf(account).add(currency, amount);
  }

  /** An account's capital, from now on known: all that was put in and taken out again is 0, which is not the same as nothing told. */
  capitalOf(account: string): MoneyBag {
    let bag = this.capital.get(account);
    if (bag === undefined) this.capital.set(account, (bag = new MoneyBag()));
    return bag;
  }

  /** Sets the cost method of an account. Its rows are emptied: all their facts must be booked again. */
  choose(account: string, method: CostMethod): void {
    if (method === "average") this.#methods.delete(account);
    else this.#methods.set(account, method);
    this.#addRoutes();
    this.emptyRows(this.venueRowsWhere((route) => route.account === account));
  }

  /** The venue rows of routes that a filter lets through. */
  venueRowsWhere(wanted: RouteFilter): VenueRow[] {
    this.#addRoutes();
    return this.#venueRows.filter(wanted);
  }

  /** Empties venue rows and their net rows, so that their facts can be booked again: give all venues of a symbol. */
  emptyRows(rows: readonly VenueRow[]): void {
    for (const row of rows) {
      this.#opened[row.route] = 0;
      this.#venueTypes[row.route] = 0;
      this.empty(row);
      this.empty(this.#netRows[row.route]!);
    }
  }

  /** What venue rows and their net rows hold now. */
  save(venues: readonly VenueRow[]): SavedRows {
    const rows = [...new Set<BookRow>(venues.flatMap((row) => [row, this.#netRows[row.route]!]))].map((of) => ({
      of, position: this.table.save(of.row), fees: of.fees.copy(), funding: of.funding?.copy(), lots: of.lots?.copy(), hasEvent: of.hasEvent,
    }));
    const weight = rows.reduce((sum, { fees, funding, lots }) => sum + fees.foreignCount + (funding?.foreignCount ?? 0) + (lots?.count ?? 0), 0);
    return { rows, weight, routes: venues.map(({ route }) => ({ route, opened: this.#opened[route]!, venueType: this.#venueTypes[route]! })) };
  }

  /** Puts rows back to what they held: all, or the wanted ones. Rows of the same routes that came later must be emptied first. */
  restore({ rows, routes }: SavedRows, wanted: (row: BookRow) => boolean = () => true): void {
    for (const { of, position, fees, funding, lots, hasEvent } of rows) {
      if (!wanted(of)) continue;
      of.fees = fees.copy();
      of.funding = funding?.copy();
      of.lots = lots?.copy();
      of.hasEvent = hasEvent;
      this.table.restore(of.row, position);
    }
    for (const { route, opened, venueType } of routes) {
      if (!wanted(this.#venueRows[route]!)) continue;
      this.#opened[route] = opened;
      this.#venueTypes[route] = venueType;
    }
  }

  /** Whether a route has had a fact, and the number of the venue type that its fills stated last. */
  routeState(route: number): readonly [opened: number, venueType: number] {
    return [this.#opened[route]!, this.#venueTypes[route]!];
  }
  /** A route that states no venue type of its own takes another's. */
  takeVenueType(from: number, into: number): void {
    if (this.#venueTypes[into] === 0) this.#venueTypes[into] = this.#venueTypes[from]!;
  }
  setRouteState(route: number, opened: number, venueType: number): void {
    this.#addRoutes();
    this.#opened[route] = opened;
    this.#venueTypes[route] = venueType;
  }

  isOpen(route: number): boolean {
    return this.#opened[route] === 1;
  }

  /** Gives a net row of one venue what that venue's row holds: it has seen the same facts. */
  copyToNet(row: VenueRow): void {
    const net = this.#netRows[row.route]!;
    assert(net.venues.length === 1, "a net row of several venues is a fold of its own");
    net.fees = row.fees.copy();
    net.funding = row.funding?.copy();
    net.lots = row.lots?.copy();
    net.hasEvent = row.hasEvent;
    this.table.restore(net.row, this.table.save(row.row));
  }

  /** Makes a row what it was before its first fact. */
  empty(row: BookRow): void {
    row.fees = new SideMoney();
    row.funding = undefined;
    row.hasEvent = false;
    this.#begin(row);
    if (row.isNet) for (const { route } of (row as NetRow).venues) this.#opened[route] = 0;
  }

  /** How many fills are older than the last one that their net position has seen. */
  countLate(fills: FillColumns): number {
    const { count, route, timeHigh, timeLow } = fills;
    const rows = this.#rowsOfRoutes;
    const known = this.#venueRows.length;
    let late = 0;
    for (let i = 0; i < count; i += 1) {
      if (route[i]! < known && this.table.isBefore(rows[2 * route[i]! + 1]!, timeHigh[i]!, timeLow[i]!)) late += 1;
    }
    return late;
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
      this.#open(routes[next]!);
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

  /** Books one fill in its readable form: one that was amended. Its route is known. @param netOnly leaves its venue as it is */
  applyFill(fill: Fill, netOnly = false): void {
    this.#addRoutes();
    const route = this.directory.routeNumber(fill.account, fill.venue, fill.symbol);
    const type = VENUE_TYPES.indexOf(fill.venueType);
    if (type > 0 && !netOnly) this.#venueTypes[route] = type;
    this.open(route);
    const row = this.#venueRows[route]!;
    const { instrument } = row;
    const { id, venue, quantity, price, fee, strategy, signalId } = fill;
    const timeNs = fill.time.ns;
    const trade: BookedTrade = { quantity, price, fee, timeNs, feeCurrency: fill.feeCurrency || instrument.quote, origin: () => ({ id, venue, timeNs, strategy, signalId }) };
    if (!netOnly) this.transitions.trade(row, instrument, trade);
    this.transitions.trade(this.#netRows[route]!, instrument, trade);
  }

  /** Makes the net row of a route count in the digits of its venue from its first fact on: not sooner, so that no other fact's rounding hangs on how fills were batched. */
  open(route: number): void {
    this.#addRoutes();
    if (this.#opened[route] !== 1) this.#open(route);
  }

  #open(route: number): void {
    this.#opened[route] = 1;
    const { quantityDigits = 0, priceDigits = 0 } = this.#venueRows[route]!.instrument;
    this.transitions.widened(this.#netRows[route]!, quantityDigits, priceDigits);
  }

  /** The rows of venues and their net rows, as places for picked fills. */
  placesOf(rows: readonly VenueRow[]): readonly Place[] {
    return rows.map(({ route, row }) => ({ route, venueRow: row, netRow: this.#netRows[route]!.row }));
  }

  /**
   * Books fills `picks[0 … count)` in their order: the quick way for many fills of few rows.
   * @param places of all their routes @param only they are all of this venue: its net row is left out, and `copyToNet` must follow
   */
  applyPicked(places: readonly Place[], fills: FillColumns, picks: Int32Array, count: number, only?: VenueRow): void {
    this.#addRoutes();
    const slowly = (from: number, to: number) => {
      if (only !== undefined) this.#applyToRow(only.row, fills, picks.subarray(from, to));
      else for (const [first, end] of runsOf(picks, from, to)) this.#applyRun(fills, first, end);
    };
    let start = 0;
    for (let next = 0; start < count; start = next) {
      next = this.#nextUnopenedPick(fills, picks, start, count);
      this.#applyPicks(places, fills, picks, start, next, slowly);
      if (next === count) return;
      this.#open(fills.route[picks[next]!]!);
    }
  }

  /**
   * Books fills `picks[0 … count)` in the net row of a venue and, those of the venue, in its own: other venues stay as they are.
   * All their routes are open. Returns how many had to go a slow way. @param places of all their routes; but of this venue: without a venue row
   */
  applyBeside(own: VenueRow, places: readonly Place[], fills: FillColumns, picks: Int32Array, count: number): number {
    const slow = this.#applyPicks(places, fills, picks, 0, count, (from, to) => {
      const some = picks.subarray(from, to);
      this.#applyToRow(this.#netRows[own.route]!.row, fills, some);
      this.#applyToRow(own.row, fills, some.filter((fill) => fills.route[fill] === own.route));
    });
    this.#noteVenueType(own.route, fills, picks, count);
    return slow;
  }

  /** Books picked fills by machine code, and `slowly` those that it leaves. Returns how many those were. */
  #applyPicks(places: readonly Place[], fills: FillColumns, picks: Int32Array, from: number, to: number, slowly: (from: number, to: number) => void): number {
    let slow = 0;
    for (let at = from; at < to; ) {
      const done = this.#readable || this.#filler !== undefined ? 0 : (FewRows.shared()?.apply(this.table, places, fills, picks, at, to) ?? 0);
      at += done;
      if (at === to) break;
      this.#slowRun = done > WORTHWHILE ? 1 : Math.min(MOST_SLOW_RUN, this.#slowRun * 2); // so that trying in vain costs little
      const end = Math.min(to, at + this.#slowRun);
      slowly(at, end);
      slow += end - at;
      at = end;
    }
    return slow;
  }

  /** Books picked fills in one row, the ordinary way. */
  #applyToRow(row: number, fills: FillColumns, picks: Int32Array): void {
    if (this.#oneRow.length < this.#rowsOfRoutes.length) this.#oneRow = new Int32Array(this.#rowsOfRoutes.length);
    for (const fill of picks) this.#oneRow[2 * fills.route[fill]!] = row;
    for (const [first, end] of runsOf(picks, 0, picks.length)) {
      if (this.#readable) for (let fill = first; fill < end; fill += 1) this.#applyReadably(fills, fill, row);
      else applyFills(this.table, fills, this.#oneRow, first, end, (fill) => this.#widenedFor(fills, fill, row) || this.#applyReadably(fills, fill, row), true);
    }
  }

  /** Notes the venue type that the last of picked fills stated which is on a route and states one. */
  #noteVenueType(of: number, { route, traits }: FillColumns, picks: Int32Array, count: number): void {
    for (let step = count - 1; step >= 0; step -= 1) {
      const fill = picks[step]!;
      const type = traits[fill]! >> VENUE_TYPE_SHIFT;
      if (type === 0 || route[fill] !== of) continue;
      this.#venueTypes[of] = type;
      return;
    }
  }

  /** The same for picked fills. */
  #nextUnopenedPick({ route: routes, traits }: FillColumns, picks: Int32Array, from: number, to: number): number {
    const types = this.#venueTypes;
    const opened = this.#opened;
    for (let step = from; step < to; step += 1) {
      const fill = picks[step]!;
      const route = routes[fill]!;
      if (opened[route] !== 1) return step;
      const type = traits[fill]! >> VENUE_TYPE_SHIFT;
      if (type !== 0) types[route] = type;
    }
    return to;
  }

  #applyRun(fills: FillColumns, from: number, to: number): void {
    if (from === to) return;
    if (this.#readable) for (let half = from * 2; half < to * 2; half += 1) this.#applyReadably(fills, half >> 1, this.#rowsOfRoutes[fills.route[half >> 1]! * 2 + (half & 1)]!);
    else {
      this.transitions.isQuiet = this.#filler !== undefined;
      applyFills(this.table, fills, this.#rowsOfRoutes, from, to, (fill, row) => this.#widenedFor(fills, fill, row) || this.#applyReadably(fills, fill, row));
      this.transitions.isQuiet = false;
      this.#filler?.filled?.(this, fills, from, to);
    }
  }

  /** Whether a row had to be made finer for a fill: then the quick way may do after all. */
  #widenedFor(fills: FillColumns, fill: number, row: number): boolean {
    const before = this.table.scale(row);
    return this.transitions.widened(this.#byRow[row]!, fills.quantityDigits[fill]!, fills.priceDigits[fill]!) !== before;
  }

  /** The reference transition: any fill, any row. False: it is applied. */
  #applyReadably(fills: FillColumns, fill: number, row: number): false {
    const { instrument, venue } = this.#venueRows[fills.route[fill]!]!;
    const number = fills.feeCurrency[fill]!;
    const timeNs = fills.timeNs(fill);
    this.transitions.trade(this.#byRow[row]!, instrument, {
      quantity: fills.quantityOf(fill),
      price: fills.priceOf(fill),
      fee: fills.feeOf(fill),
      feeCurrency: number === -1 ? instrument.quote : this.directory.name(number),
      timeNs,
      origin: () => ({ id: fills.idOf(fill), venue, timeNs, strategy: this.directory.name(fills.strategy[fill]!), signalId: this.directory.name(fills.signal[fill]!) }),
    });
    return false;
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
    const row: VenueRow = emptyVenueRow({ row: this.#newRow(instrument, false), account, symbol, instrument }, venue, route);
    this.#register(row);
    const key = `${account}\u0000${symbol}\u0000${netKey(instrument)}`;
    let net = this.#nets.get(key);
    if (net === undefined) {
      net = emptyNetRow({ row: this.#newRow(instrument, true), account, symbol, instrument });
      this.#register(net);
      this.#nets.set(key, net);
    }
    net.venues.push(row);
    this.#venueRows.push(row);
    this.#netRows.push(net);
    this.#rowsOfRoutes[route * 2] = row.row;
    this.#rowsOfRoutes[route * 2 + 1] = net.row;
  }

  #newRow(instrument: Instrument, isNet: boolean): number {
    return this.table.add(firstScale(instrument, isNet), instrument.quote === instrument.settle);
  }

  /** Gives a row its first digits, and lots where its account keeps them. */
  #begin(row: BookRow): void {
    const method = this.methodOf(row.account);
    row.lots = method === "average" ? undefined : new Lots(method, row.instrument.inverse);
    this.table.reset(row.row, firstScale(row.instrument, row.isNet), row.lots !== undefined);
  }

  #register(row: BookRow): void {
    this.#byRow.push(row);
    if (this.#methods.has(row.account)) this.#begin(row);
    const { settle } = row.instrument;
    const number = this.directory.findName(settle);
    if (number !== undefined) return this.table.setSettle(row.row, number);
    const unnamed = this.#unnamed.get(settle);
    if (unnamed === undefined) this.#unnamed.set(settle, [row.row]);
    else unnamed.push(row.row);
  }
}

/** Picks [from, to) as runs of fills that stand side by side: the first, and the one behind the last. */
function* runsOf(picks: Int32Array, from: number, to: number): Iterable<readonly [first: number, end: number]> {
  for (let run = from, end = from; run < to; run = end) {
    while (end < to && picks[end]! - picks[run]! === end - run) end += 1;
    yield [picks[run]!, picks[end - 1]! + 1];
  }
}

function grown<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** A venue row counts in its instrument's digits; a net row takes those of each venue with its first fact. */
function firstScale({ quantityDigits = 0, priceDigits = 0, multiplier, inverse }: Instrument, isNet: boolean): Scale {
  return { quantityDigits: isNet ? 0 : quantityDigits, priceDigits: isNet ? 0 : priceDigits, multiplier, inverse };
}

function sameInstrument(a: Instrument | undefined, b: Instrument): boolean {
  return a !== undefined && netKey(a) === netKey(b) && a.base === b.base && a.priceDigits === b.priceDigits && a.quantityDigits === b.quantityDigits;
}
