import type { Book } from "../core/book/index.ts";
import { HistoryObserver, type BookedFill, type FillObserver, type FoldState, type HistoryRow } from "../core/engine/index.ts";
import { formatTime } from "../core/model/index.ts";
import { copyLine, jsonOf } from "./copy-text.ts";
import { netId } from "./position-rows.ts";
import { uuidOf } from "./uuid.ts";

export const HISTORY_COLUMNS = [
  "id", "position_id", "seq", "fill_id", "account", "venue", "venue_type", "symbol", "action", "quantity", "price", "fee", "fee_currency", "timestamp", "time_exact",
  "realized_pnl", "unrealized_pnl", "late", "revision", "signal_id", "strategy", "position_after", "venue_position_after", "created_at",
] as const;
export const PERFORMANCE_COLUMNS = [
  "id", "seq", "account", "symbol", "signal_id", "venue", "strategy", "quantity", "price", "slippage", "latency_ms", "execution_score", "pnl", "currency", "fee", "fee_currency", "timestamp", "created_at",
] as const;

/** Rows of fills as COPY reads them. */
export interface FillText {
  readonly history: string; // trader_position_history
  readonly performance: string; // trader_performance
}

/** Makes the rows of fills as they are booked, as COPY reads them. */
export class FillRows implements FillObserver {
  readonly isDone = false;
  #history: string[] = [];
  #performance: string[] = [];
  /** The journal's time of the block at hand. */
  createdAt = "";
  readonly #wanted: (route: number, seq: number) => boolean;
  readonly #inner: HistoryObserver;
  #row: HistoryRow | undefined;

  /** @param wanted whether a fill of a route is to have rows */
  constructor(wanted: (route: number, seq: number) => boolean) {
    this.#wanted = wanted;
    this.#inner = new HistoryObserver({}, (row) => {
      this.#row = row;
      return true;
    });
  }

  /** Rows that wait. */
  get count(): number {
    return this.#history.length;
  }

  /** Takes out those that wait. */
  *take(): Iterable<FillText> {
    if (this.#history.length === 0) return;
    const text = { history: this.#history.join(""), performance: this.#performance.join("") };
    this.#history = [];
    this.#performance = [];
    yield text;
  }

  wants(_book: Book, { fills, row, seq }: BookedFill): boolean {
    return this.#wanted(fills.route[row]!, seq);
  }

  before(book: Book, fill: BookedFill): void {
    this.#inner.before(book, fill);
  }

  after(book: Book, fill: BookedFill, known: FoldState["known"]): void {
    this.#inner.after(book, fill, known);
    const { seq, id, timestamp, account, venue, venueType, symbol, action, quantity, price, fee, feeCurrency, realizedPnl, late, revision, signalId, strategy, positionAfter, venuePositionAfter } = this.#row!;
    const booked = fill.amended ?? fill.fills.read(fill.row, book.directory);
    const at = formatTime(booked.time.ns);
    const position = netId(book.netRowOf(fill.fills.route[fill.row]!));
    const of = `${seq}`;
    this.#history.push(copyLine([
      uuidOf("fill", of), position, seq, id, account, venue, venueType, symbol, action, quantity, price, fee, feeCurrency, at, timestamp,
      realizedPnl, positionAfter.unrealizedPnl, late, revision, signalId, strategy, jsonOf(positionAfter), jsonOf(venuePositionAfter), this.createdAt,
    ]));
    const signed = action === "sell" ? `-${quantity}` : quantity;
    this.#performance.push(copyLine([
      uuidOf("execution", of), seq, account, symbol, signalId, venue, strategy, signed, price, booked.slippage ?? null, booked.latencyMs ?? null, booked.executionScore ?? null,
      realizedPnl, positionAfter.currency, fee, feeCurrency, at, this.createdAt,
    ]));
  }
}
