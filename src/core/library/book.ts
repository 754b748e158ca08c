import { followerOf, markOf, PNL_KEYS, PNL_VIEWS, pnlBy, positionOf, positionsOf, type Book as Rows, type Moment, type NetRow, type PnlView, type PositionFilter, type PositionView } from "../book/index.ts";
import { Engine, fold, HistoryObserver, isEventProblem, MemoryStore, misfitOf, otherColumnsWarning, pairsPage, pairsSummary, pairView, readEvent, touchedBy, touchedOf, type FillObserver, type FoldOptions, type HistoryRow, type PairFilter, type Touched } from "../engine/index.ts";
import { aheadWarning, dayOf, Directory, FillColumns, formatTime, isRowProblem, nameProblem, netKey, readFillRow, readInstrument, readMark, rowsAhead, type Mark, type TextProblem } from "../model/index.ts";
import { formatDecimal } from "../num/index.ts";
import type { PairFact, PairSummary, PairView } from "../pairs/index.ts";
import type { OrderAnswer, RiskView } from "../risk/index.ts";
import { AttributionFold, FillLook, readAttributionKeys, type Attribution } from "../performance/index.ts";
import { answerOf, BatchTally, pairAnswerOf, refusalOf, unreadable, type Answer, type BatchAnswer } from "./answers.ts";
import { FillBatch, type FillArrays } from "./fill-batch.ts";
import { EVENT_FIELDS, FILL_FIELDS, INSTRUMENT_FIELDS, MARK_FIELDS, ORDER_FIELDS, PAIR_FIELDS, type NewEvent, type NewFill, type NewInstrument, type NewMark, type NewOrder, type NewPairFill } from "./input.ts";
import { Listeners, type Listener, type PositionKey } from "./listeners.ts";
import { NameNumbers } from "./name-numbers.ts";
import type { BookOptions, HistoryFilter, PnlOptions } from "./options.ts";
import { limitChanges, RiskSide, type NewLimits, type RiskQuestion } from "./risk-side.ts";
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
  #risk: RiskSide | undefined;

  constructor({ currency = "USD", marksMaxAge, now, onListenerError, pairFees }: BookOptions) {
    const problem = typeof currency === "string" ? nameProblem(currency) : `is ${said(currency)}`;
    if (problem !== undefined) throw new TypeError(`currency: ${JSON.stringify(currency)} ${problem}`);
    if (marksMaxAge !== undefined && !(typeof marksMaxAge === "number" && marksMaxAge >= 0 && Number.isFinite(marksMaxAge))) throw new TypeError(`marksMaxAge: ${said(marksMaxAge)} is no number of seconds`);
    if (typeof now !== "function") throw new TypeError("now: takes a function that says the time");
    this.#now = now;
    this.#currency = currency;
    this.#maxAgeNs = marksMaxAge === undefined ? undefined : BigInt(Math.round(marksMaxAge * 1000)) * 1_000_000n;
    this.#listeners = new Listeners(onListenerError);
    this.#engine = new Engine(this.#store, { currency, marksMaxAgeNs: this.#maxAgeNs, pairFees });
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
    if (decision!.is === "news") this.#tell({ symbols: [read.symbol], rates: true }, before, true);
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
    const { accepted, seqs, refused, differing } = this.#engine.bookFills(columns, this.#source, nowNs);
    if (refused.length > 0) return refusalOf(refused[0]!);
    if (accepted.count === 0) return { status: "duplicate", seq: seqs[0]!, ...(differing.length === 0 ? {} : { warning: otherColumnsWarning(seqs[0]!) }) };
    this.#tell({ routes: [accepted.route[0]!] }, undefined, isBefore(read.fill.time.ns, nowNs));
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
      if (this.#listeners.isEmpty && this.#risk === undefined) continue;
      for (let i = 0; i < decision.accepted.count; i += 1) routes.add(decision.accepted.route[i]!);
    }
    answer.end(this.seq);
    if (answer.accepted > 0) this.#tell({ routes }, undefined, true);
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
    if (decision!.is === "news") this.#tell(touchedBy(report, this.#engine.known.renames.length > 0), before, true);
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
    const book = this.#folded({ watcher: folding.watcher }, new FillLook(rates, {}, (fill) => folding.take(fill)));
    return folding.result(book, this.#moment(), currency);
  }

  /** A row for each fill with the position after it, in the order of the book's entries. */
  history({ from, to, ...filter }: HistoryFilter = {}): HistoryRow[] {
    const rows: HistoryRow[] = [];
    const times = { fromNs: from === undefined ? undefined : nanoseconds(from, "from"), toNs: to === undefined ? undefined : nanoseconds(to, "to") };
    fold(() => this.#store.blocks(), this.#foldOptions(), new HistoryObserver({ ...filter, ...times }, (row) => rows.push(row) > 0));
    return rows;
  }

  /** Takes daily closes, which risk is computed from. One for a day that has one takes its place. Returns how many were new. @throws TypeError for a close or a date that is none */
  closes(symbol: string, closes: readonly (readonly [date: string | Date, close: string | number])[]): number {
    const days = closes.map(([date]) => dayOf(nanoseconds(date, "date")));
    const [decisions] = this.#engine.price([{ symbol, days, closes: closes.map(([, close]) => String(close)) }], this.#nowNs());
    const bad = decisions!.findIndex((one) => typeof one === "object");
    if (bad >= 0) throw new TypeError(`closes: ${symbol}, ${String(closes[bad]![0])}: ${(decisions![bad] as { readonly why: string }).why}`);
    return decisions!.filter((one) => one === "news").length;
  }

  /** Sets the limits that are named; the others stay. Where none were ever set the plan's defaults count. */
  setLimits(limits: NewLimits): Answer {
    const changes = limitChanges(limits);
    if ("reason" in changes) return unreadable(changes);
    const nowNs = this.#nowNs();
    const [decision] = this.#engine.take([{ type: "limit", id: "", timeNs: nowNs, by: "request", changes }], nowNs);
    return answerOf(decision!, this.seq);
  }

  /** Opens the breaker by hand, or closes it: while it is open, `check` lets only orders through that make a position smaller. */
  breaker(act: "trip" | "reset", why: string, who = "program"): Answer {
    const nowNs = this.#nowNs();
    const [decision] = this.#engine.take([act === "trip" ? { type: "trip", id: "", timeNs: nowNs, by: "hand", who, why } : { type: "release", id: "", timeNs: nowNs, to: "closed", who, why }], nowNs);
    return answerOf(decision!, this.seq);
  }

  /** Takes a fill of a pair over Kalshi and Polymarket: a row with both legs, a fill of one venue, or any other fact of a pair. Each is booked whole or not at all. */
  recordPairFill(fill: NewPairFill | PairFact): Answer {
    const [decision] = this.#engine.pair(["time" in fill ? fill : textsOf(fill, PAIR_FIELDS)], this.#nowNs());
    return pairAnswerOf(decision!, this.seq);
  }

  /** A pair with all its figures: as `fillbook pairs --json` shows it. Undefined when nothing is known of it. */
  pair(pairId: string): PairView | undefined {
    return pairView(this.#engine, this.#moment(), pairId);
  }

  /** All pairs that something was filled of, in the order in which they were first heard of. */
  pairs(filter: Pick<PairFilter, "status" | "account"> = {}): PairView[] {
    return [...pairsPage(this.#engine, this.#moment(), filter, { after: 0, limit: Number.POSITIVE_INFINITY }).pairs];
  }

  /** All pairs together. */
  pairsSummary(): PairSummary {
    return pairsSummary(this.#engine, this.#moment(), {});
  }

  /** Asks that a pair be closed: it is closing until nothing of it is held. Asked again, nothing changes. */
  closePair(pairId: string, by = "program"): Answer {
    const ns = this.#nowNs();
    if (this.#engine.pairs.pair(pairId)?.isCloseAsked === true) return { status: "duplicate", seq: this.seq };
    const [decision] = this.#engine.pair([{ type: "pair_close_asked", pairId, id: `${ns}`, time: { ns, unit: "ns" }, by }], ns);
    return pairAnswerOf(decision!, this.seq);
  }

  /** VaR, shortfall, drawdown, concentration and correlation, beside their limits: as `fillbook risk --json` shows them. */
  risk(question: RiskQuestion = {}): RiskView {
    return this.#riskSide().view(question, { ...this.#moment(), withoutLots: true });
  }

  /** What an order would make of the book, and every limit that it would breach. Nothing is booked. A price that is left out is the mark. */
  check(order: NewOrder): Answer | OrderAnswer {
    const { nowNs, ...rest } = this.#moment();
    const texts = textsOf(order, ORDER_FIELDS);
    const mark = markOf(this.#engine.book.marks, texts["venue"] ?? "", texts["symbol"] ?? "", { nowNs, ...rest });
    const read = readFillRow({ ...texts, id: "order", account: texts["account"] || "default", price: texts["price"] ?? (mark && formatDecimal(mark.price)), timestamp: formatTime(nowNs) }, { signed: false, autoId: false });
    if (isRowProblem(read)) return unreadable(read);
    const misfit = misfitOf(read.fill, this.#engine.book.instruments.of(read.fill.venue, read.fill.symbol));
    if (misfit !== undefined) return { status: "refused", seq: null, code: misfit.code, reason: misfit.why };
    return this.#riskSide().check({ fill: read.fill, ordersLastMinute: undefined, probes: 0, unknown: "refuse" }, { nowNs, ...rest, withoutLots: true });
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

  #riskSide(): RiskSide {
    return (this.#risk ??= new RiskSide(this.#engine, () => this.#store.blocks(), this.#foldOptions(), this.#currency));
  }

  #tell(touched: Touched, before?: Map<string, PositionKey>, isPast = false): void {
    this.#risk?.touch(before === undefined ? touched : { all: true }, isPast);
    if (this.#listeners.isEmpty) return;
    const moment = this.#moment();
    const { book } = this.#engine;
    for (const net of before === undefined ? [] : book.nets()) before!.delete(positionKey(net));
    const positions = Array.from(touchedOf(book, touched), (net) => positionOf(book, net, moment));
    this.#listeners.tell({ seq: this.seq, positions, removed: [...(before?.values() ?? [])] });
  }
}

const DAY_NS = 86_400_000_000_000n;

/** Whether a time is of a day before today. */
function isBefore(timeNs: bigint, nowNs: bigint): boolean {
  return timeNs < nowNs - (nowNs % DAY_NS);
}

function positionKey({ account, symbol, instrument }: NetRow): string {
  return `${account}\u0000${symbol}\u0000${netKey(instrument)}`;
}
