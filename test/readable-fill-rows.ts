import type { Book } from "../src/core/book/index.ts";
import { HistoryObserver, type BookedFill, type FillObserver, type FoldState, type HistoryRow } from "../src/core/engine/index.ts";
import { formatTime } from "../src/core/model/index.ts";
import { ExecutionObserver, type Execution } from "../src/core/performance/index.ts";
import { copyText, jsonOf } from "../src/store/copy-text.ts";
import { netId } from "../src/store/position-rows.ts";
import { uuidOf } from "../src/store/uuid.ts";

/** Rows of fills as COPY reads them, by way of the objects that `fillbook history` shows, and of the executions that the library tells: what `FillRows` is held equal to. */
export class ReadableFillRows implements FillObserver {
  readonly isDone = false;
  readonly history: string[] = [];
  readonly performance: string[] = [];
  createdAt = "";
  #execution: Execution | undefined;
  #executions: ExecutionObserver | undefined;
  #row: HistoryRow | undefined;
  readonly #inner = new HistoryObserver({}, (row) => {
    this.#row = row;
    return true;
  });

  wants(): boolean {
    return true;
  }

  before(book: Book, fill: BookedFill): void {
    this.#inner.before(book, fill);
    this.#executions ??= new ExecutionObserver(book.rates, {}, (execution) => void (this.#execution = execution));
    this.#executions.before(book, fill);
  }

  after(book: Book, fill: BookedFill, known: FoldState["known"]): void {
    this.#inner.after(book, fill, known);
    this.#executions!.after(book, fill);
    const { slippage, score } = this.#execution!;
    const { seq, id, timestamp, account, venue, venueType, symbol, action, quantity, price, fee, feeCurrency, realizedPnl, late, revision, signalId, strategy, positionAfter, venuePositionAfter } = this.#row!;
    const booked = fill.amended ?? fill.fills.read(fill.row, book.directory);
    const at = formatTime(booked.time.ns);
    const position = netId(book.netRowOf(fill.fills.route[fill.row]!));
    this.history.push(lineOf([
      uuidOf("fill", `${seq}`), position, seq, id, account, venue, venueType, symbol, action, quantity, price, fee, feeCurrency, at, timestamp,
      realizedPnl, positionAfter.unrealizedPnl, late, revision, signalId, strategy, jsonOf(positionAfter), jsonOf(venuePositionAfter), this.createdAt,
    ]));
    this.performance.push(lineOf([
      uuidOf("execution", `${seq}`), seq, account, symbol, signalId, venue, strategy, action === "sell" ? `-${quantity}` : quantity, price, booked.slippage ?? slippage?.basisPoints ?? null, booked.latencyMs ?? null, booked.executionScore ?? score?.value ?? null,
      realizedPnl, positionAfter.currency, fee, feeCurrency, at, this.createdAt,
    ]));
  }
}

function lineOf(values: readonly (string | number | boolean | null)[]): string {
  return `${values.map((value) => copyText(value === null ? null : `${value}`)).join("\t")}\n`;
}
