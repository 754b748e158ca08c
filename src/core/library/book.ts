import { followerOf, PNL_KEYS, PNL_VIEWS, pnlBy, positionOf, positionsOf, type Book as Rows, type Moment, type NetRow, type PnlView, type PositionFilter, type PositionView } from "../book/index.ts";
import { Engine, fold, HistoryObserver, isEventProblem, MemoryStore, readEvent, touchedBy, touchedOf, type FillObserver, type FoldOptions, type HistoryRow, type Touched } from "../engine/index.ts";
import { aheadWarning, Directory, FillColumns, formatTime, isRowProblem, nameProblem, netKey, readFillRow, readInstrument, readMark, rowsAhead, type Mark, type TextProblem } from "../model/index.ts";
import { AttributionFold, ExecutionObserver, readAttributionKeys, type Attribution } from "../performance/index.ts";
import { answerOf, BatchTally, refusalOf, unreadable, type Answer, type BatchAnswer } from "./answers.ts";
import { FillBatch, type FillArrays } from "./fill-batch.ts";
import { EVENT_FIELDS, FILL_FIELDS, INSTRUMENT_FIELDS, MARK_FIELDS, type NewEvent, type NewFill, type NewInstrument, type NewMark } from "./input.ts";
import { Listeners, type Listener, type PositionKey } from "./listeners.ts";
import { NameNumbers } from "./name-numbers.ts";
import type { BookOptions, HistoryFilter, PnlOptions } from "./options.ts";
import { nanoseconds, said, textsOf, type Time } from "./texts.ts";

/** Fills of a batch that are decided and booked at once. */
const ROWS_AT_ONCE = 16_384;

/**
 * The position book inside a program: what the command does with a journal on disk, here in memory. Whatever is told
 * is decided as there: the same fill again is a duplicate, contradictions and what cannot be read are refused with a
 * reason. A value of the wrong type is a `TypeError`.
 */
export class Book {
  readonly #engine: Engine;
  readonly #store = new MemoryStore();
  readonly #now: BookOptions["now"];
  readonly #currency: string;
  readonly #maxAgeNs: bigint | undefined;
  readonly #listeners: Listeners;
  readonly #live = new Map<string, Mark>(); // by venue and symbol
  readonly #source = new Directory();
  readonly #numbers = new NameNumbers(this.#source);
  readonly #one = new FillColumns(1);
  #rows: FillColumns | undefined;

  constructor({ currency = "USD", marksMaxAge, now, onListenerError }: BookOptions) {
    const problem = typeof currency === "string" ? nameProblem(currency) : `is ${said(currency)}`;
    if (problem !== undefined) throw new TypeError(`currency: ${JSON.stringify(currency)} ${problem}`);
    if (marksMaxAge !== undefined && !(typeof marksMaxAge === "number" && marksMaxAge >= 0 && Number.isFinite(marksMaxAge))) throw new TypeError(`marksMaxAge: ${said(marksMaxAge)} is no number of seconds`);
    if (typeof now !== "function") throw new TypeError("now: takes a function that says the time");
    this.#now = now;
    this.#currency = currency;
    this.#maxAgeNs = marksMaxAge === undefined ? undefined : BigInt(Math.round(marksMaxAge * 1000)) * 1_000_000n;
    this.#listeners = new Listeners(onListenerError);
    this.#engine = new Engine(this.#store, { currency, marksMaxAgeNs: this.#maxAgeNs });
  }

  /** The last entry; 0 for an empty book. */
  get seq(): number {
    return this.#engine.seq;
  }

  /** Says what is traded. Without a definition a symbol is spot, quoted as its name tells (`ETH/EUR`), else in the book's currency. */
  define(instrument: NewInstrument): Answer {
    const texts = textsOf(instrument, INSTRUMENT_FIELDS);
    if (!texts["quote"]) return unreadable({ column: "quote", reason: texts["quote"] === undefined ? "is missing" : "is empty" });
    const read = readInstrument(texts);
    if ("reason" in read) return unreadable(read);
    const before = this.#keys();
    const [decision] = this.#engine.define([read], this.#nowNs());
    for (const mark of this.#live.values()) this.#engine.book.marks.setLive(mark); // the book may have been folded anew
    if (decision!.is === "news") this.#tell({ symbols: [read.symbol], rates: true }, before);
    return answerOf(decision!, this.seq);
  }

  /** Books one fill. */
  apply(fill: NewFill): Answer {
    const texts = textsOf(fill, FILL_FIELDS);
    const read = readFillRow({ ...texts, account: texts["account"] || "default" }, { signed: false, autoId: false });
    if (isRowProblem(read)) return unreadable(read);
    const columns = this.#one;
    columns.clear();
    columns.push(read.fill, this.#source);
    const nowNs = this.#nowNs();
    const { accepted, seqs, refused } = this.#engine.bookFills(columns, this.#source, nowNs);
    if (refused.length > 0) return refusalOf(refused[0]!);
    if (accepted.count === 0) return { status: "duplicate", seq: seqs[0]! };
    if (!this.#listeners.isEmpty) this.#tell({ routes: [accepted.route[0]!] });
    const warning = aheadWarning(read.fill.time.ns, nowNs);
    return { status: "accepted", seq: seqs[0]!, ...(warning === undefined ? {} : { warning }) };
  }

  /** Books many fills, the fast way: an array a field. Each row is decided as `apply` would; a refused one keeps no other from being booked. */
  applyColumns(fills: FillArrays): BatchAnswer {
    const batch = new FillBatch(fills, this.#source, this.#numbers);
    const nowNs = this.#nowNs();
    const columns = (this.#rows ??= new FillColumns(ROWS_AT_ONCE));
    const rowOf = new Uint32Array(Math.min(ROWS_AT_ONCE, batch.count));
    const answer = new BatchTally(batch.count);
    if (batch.count > ROWS_AT_ONCE) this.#engine.expect(batch.count);
    const routes = new Set<number>();
    for (let row = 0; row < batch.count; ) {
      columns.clear();
      for (; row < batch.count && columns.count < ROWS_AT_ONCE; row += 1) {
        rowOf[columns.count] = row;
        const problem = batch.read(row, columns);
        if (problem !== undefined) answer.refuse(row, unreadable(problem));
      }
      const firstSeq = Math.max(this.seq, 1) + 1; // the first entry of all says the currency
      const decision = this.#engine.bookFills(columns, this.#source, nowNs);
      answer.add(decision, rowOf, firstSeq);
      answer.ahead += rowsAhead(decision.accepted, nowNs).length;
      if (this.#listeners.isEmpty) continue;
      for (let i = 0; i < decision.accepted.count; i += 1) routes.add(decision.accepted.route[i]!);
    }
    answer.end(this.seq);
    if (answer.accepted > 0) this.#tell({ routes });
    return answer;
  }

  /** Takes a mark of record: of each symbol and minute the last one is kept. */
  mark(mark: NewMark): Answer {
    const nowNs = this.#nowNs();
    const read = this.#readMark(mark, nowNs);
    if ("reason" in read) return unreadable(read);
    const isNews = this.#engine.mark([read], nowNs) > 0;
    if (isNews) this.#tell({ symbols: [read.symbol], rates: true });
    return { status: isNews ? "accepted" : "duplicate", seq: this.seq };
  }

  /** Sets a live mark: it values, but is no entry, and the next one of its venue and symbol takes its place. */
  setLive(mark: NewMark): Answer {
    const read = this.#readMark(mark, this.#nowNs());
    if ("reason" in read) return unreadable(read);
    this.#live.set(`${read.venue}\u0000${read.symbol}`, read);
    this.#engine.book.marks.setLive(read);
    this.#tell({ symbols: [read.symbol], rates: true });
    return { status: "accepted", seq: this.seq };
  }

  /** Takes anything else that happened: funding, a deposit, a split, a bust, the cost method of an account. */
  event(event: NewEvent): Answer {
    const nowNs = this.#nowNs();
    const report = readEvent(textsOf(event, EVENT_FIELDS), nowNs);
    if (isEventProblem(report)) return unreadable(report);
    const before = this.#keys();
    const [decision] = this.#engine.take([report], nowNs);
    if (decision!.is === "news") this.#tell(touchedBy(report, this.#engine.known.renames.length > 0), before);
    return answerOf(decision!, this.seq);
  }

  /** Net positions with their venues, open ones first: as `fillbook positions --json` shows them. `at`: by the fills and marks whose own time is not later. */
  positions({ at, ...filter }: PositionFilter & { readonly at?: Time | undefined } = {}): PositionView[] {
    if (at === undefined) return positionsOf(this.#engine.book, this.#moment(), filter);
    const atNs = nanoseconds(at, "at");
    return positionsOf(this.#folded({ atNs }), { atNs, nowNs: atNs, maxAgeNs: this.#maxAgeNs }, filter);
  }

  /** One net position; the open one, where venues settle a symbol in several currencies. Undefined when nothing was booked there. */
  position(account: string, symbol: string): PositionView | undefined {
    return this.positions({ account, symbol })[0];
  }

  /** Realized, unrealized, fees, funding and net by account, venue, symbol, strategy or signal, in one currency: as `fillbook pnl` shows them. */
  pnl({ by = "symbol", currency, view = "gross" }: PnlOptions = {}): PnlView {
    if (!PNL_KEYS.includes(by)) throw new TypeError(`by: ${said(by)} is none of ${PNL_KEYS.join(", ")}`);
    if (!PNL_VIEWS.includes(view)) throw new TypeError(`view: ${said(view)} is none of ${PNL_VIEWS.join(", ")}`);
    const follower = followerOf(view, by, this.#engine.book.rates);
    const book = follower === undefined ? this.#engine.book : this.#folded({ watcher: follower });
    return pnlBy(book, by, this.#moment(), currency, view, follower);
  }

  /** What each group made, adding up exactly to the net total: by signal, venue, strategy, symbol, account, or two of them ("signal,venue"). As `fillbook attribution` shows it. */
  attribution({ by = "signal", currency }: { readonly by?: string | undefined; readonly currency?: string | undefined } = {}): Attribution {
    const keys = readAttributionKeys(by);
    if (typeof keys === "string") throw new TypeError(`by: ${said(by)}: ${keys}`);
    const { rates } = this.#engine.book;
    const folding = new AttributionFold(keys, rates);
    const book = this.#folded({ watcher: folding.watcher }, new ExecutionObserver(rates, {}, (execution) => folding.take(execution)));
    return folding.result(book, this.#moment(), currency);
  }

  /** A row for each fill with the position after it, in the order of the book's entries. */
  history({ from, to, ...filter }: HistoryFilter = {}): HistoryRow[] {
    const rows: HistoryRow[] = [];
    const times = { fromNs: from === undefined ? undefined : nanoseconds(from, "from"), toNs: to === undefined ? undefined : nanoseconds(to, "to") };
    fold(() => this.#store.blocks(), this.#foldOptions(), new HistoryObserver({ ...filter, ...times }, (row) => rows.push(row) > 0));
    return rows;
  }

  /** Has a listener told of every change, after it is booked. Returns what ends that. */
  subscribe(listener: Listener): () => void {
    if (typeof listener !== "function") throw new TypeError(`subscribe: takes a function, not ${said(listener)}`);
    return this.#listeners.add(listener);
  }

  #readMark(mark: NewMark, nowNs: bigint): Mark | TextProblem {
    const texts = textsOf(mark, MARK_FIELDS);
    return readMark({ ...texts, timestamp: texts["timestamp"] ?? formatTime(nowNs) }, nowNs);
  }

  #nowNs(): bigint {
    return nanoseconds(this.#now(), "now");
  }

  #moment(): Moment {
    return { nowNs: this.#nowNs(), maxAgeNs: this.#maxAgeNs };
  }

  #foldOptions(): { readonly currency: string; readonly marksMaxAgeNs: bigint | undefined } {
    return { currency: this.#currency, marksMaxAgeNs: this.#maxAgeNs };
  }

  /** The book folded from its entries once more, with the live marks. */
  #folded(options: Pick<FoldOptions, "atNs" | "watcher">, observer?: FillObserver): Rows {
    const { book } = fold(() => this.#store.blocks(), { ...this.#foldOptions(), ...options }, observer);
    for (const mark of this.#live.values()) book.marks.setLive(mark);
    return book;
  }

  /** Account, symbol and currency of every position, if somebody is listening. */
  #keys(): Map<string, PositionKey> | undefined {
    if (this.#listeners.isEmpty) return undefined;
    return new Map([...this.#engine.book.nets()].map((net) => [positionKey(net), { account: net.account, symbol: net.symbol, currency: net.instrument.settle }]));
  }

  #tell(touched: Touched, before?: Map<string, PositionKey>): void {
    if (this.#listeners.isEmpty) return;
    const moment = this.#moment();
    const { book } = this.#engine;
    for (const net of before === undefined ? [] : book.nets()) before!.delete(positionKey(net));
    const positions = Array.from(touchedOf(book, touched), (net) => positionOf(book, net, moment));
    this.#listeners.tell({ seq: this.seq, positions, removed: [...(before?.values() ?? [])] });
  }
}

function positionKey({ account, symbol, instrument }: NetRow): string {
  return `${account}\u0000${symbol}\u0000${netKey(instrument)}`;
}
