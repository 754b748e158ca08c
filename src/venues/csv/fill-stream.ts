import { FillColumns, type Directory } from "../../core/model/index.ts";
import { FastObject } from "./fast-object.ts";
import { isRowProblem, readFillRow } from "./fill-row.ts";
import { isNoRow, readJsonFill, withConstants } from "./json-fill.ts";
import { JsonScanner, type ElementTaker } from "./json-scanner.ts";
import { layoutOfJson, type FillLayout } from "./layout.ts";
import { LineScanner } from "./line-scanner.ts";
import { rawText } from "./refused.ts";

export interface FillStreamOptions {
  readonly format: "ndjson" | "json"; // json: one fill, a list of them, or {fills: [ … ]}
  readonly account?: string | undefined; // for fills that name none; else "default"
  readonly ignoreExtra?: boolean | undefined; // whether keys may stand there that no fill has
}

/** A row of a stream that was not taken, and why. */
export interface RefusedFill {
  readonly index: number; // of the row in the body, counted from 0
  readonly column?: string; // the column at fault, where it is one
  readonly reason: string;
  readonly raw: string; // at most 4 KiB of the row as it came
}

/** Where the fills of a stream go. */
export interface FillStreamSink {
  /** Takes a batch; row i is that of `indexes[i]` in the body. Both are the taker's from now on: see `recycle`. */
  fills(fills: FillColumns, indexes: Uint32Array): void;
  refused(row: RefusedFill): void;
}

/** Why a body is not what it says it is. */
export interface BodyProblem {
  readonly problem: string;
  readonly at: { readonly index: number; readonly line: number }; // the row, counted from 0, and its line, from 1
  readonly isTooLong: boolean; // the row is longer than is read, and nothing else is wrong
}

const BATCH_ROWS = 8192;
/** A first piece shorter than this is likely all there is. */
const SMALL_PIECE = 16 * 1024;
const SHORT_ROW = 96;
/** Columns that wait to be filled again, by whatever stream: to make them anew costs as much as to read some hundred rows. */
const free: FillColumns[] = [];
const MOST_FREE = 8;
const LONGEST_TEXTS = 1 << 20;

/**
 * Reads fills out of a body of NDJSON or JSON that comes in pieces, with little memory. A row that is no fill is refused
 * and the rest goes on. In NDJSON a line that is no JSON is such a row; a JSON body that is no JSON somewhere is no body,
 * which `finish` says: whoever wants all of it or nothing books nothing before.
 * @example
 * const stream = new FillStream(directory, { format: "ndjson" }, { fills: (fills, indexes) => book(fills, indexes), refused: (row) => list.push(row) });
 * for await (const bytes of request) stream.push(bytes);
 * const end = stream.finish();
 */
export class FillStream {
  readonly #directory: Directory;
  readonly #options: FillStreamOptions;
  readonly #sink: FillStreamSink;
  readonly #layout: FillLayout;
  readonly #scanner: LineScanner | JsonScanner;
  readonly #fast: FastObject;
  #fills = new FillColumns(0);
  #indexes = new Uint32Array(0);
  #rows = 0;
  #objects = 0; // rows that were JSON
  #notJson: BodyProblem | undefined; // the first row that was none

  constructor(directory: Directory, options: FillStreamOptions, sink: FillStreamSink) {
    this.#directory = directory;
    this.#options = options;
    this.#sink = sink;
    this.#layout = layoutOfJson({ account: options.account }, "the body");
    this.#fast = new FastObject(this.#layout, this.#fills, directory, { lines: options.format === "ndjson", extras: options.ignoreExtra === true });
    const taker: ElementTaker = {
      fastElement: (bytes, start) => this.#fastElement(bytes, start),
      element: (bytes, line) => this.#element(bytes, line),
      broken: (line, reason, raw, isTooLong) => this.#broken(line, reason, raw, isTooLong),
      irregular: (line, reason) => this.#noJson(line, reason),
    };
    this.#scanner = options.format === "json" ? new JsonScanner(taker, "fills") : new LineScanner(taker);
  }

  /** Takes the next bytes, cut anywhere; they may be overwritten afterwards. */
  push(bytes: Uint8Array): void {
    if (this.#fills.capacity === 0) this.#begin(bytes.length < SMALL_PIECE ? 1 + Math.ceil(bytes.length / SHORT_ROW) : BATCH_ROWS);
    this.#scanner.push(bytes);
  }

  /** Gives on what is gathered, even if no batch is full. */
  flush(): void {
    if (this.#fills.count === 0) return;
    const give = this.#taken();
    this.#begin(BATCH_ROWS);
    give();
  }

  /** Takes back columns that a sink has done with: some stream fills them again. */
  recycle(columns: FillColumns): void {
    if (columns.capacity !== BATCH_ROWS || columns.texts.length > LONGEST_TEXTS || free.length >= MOST_FREE) return;
    columns.clear();
    free.push(columns);
  }

  /** Ends the body and gives on what is left: how many rows there were, refused ones too, or why it is no such body. */
  finish(): { readonly rows: number } | BodyProblem {
    this.#scanner.finish();
    if (this.#fills.count > 0) this.#taken()();
    else this.recycle(this.#fills);
    const isJson = this.#options.format === "json" ? this.#notJson === undefined : this.#notJson === undefined || this.#objects > 0;
    return isJson ? { rows: this.#rows } : this.#notJson!;
  }

  #fastElement(bytes: Uint8Array, start: number): number {
    const end = this.#fast.read(bytes, start);
    if (end < 0) return end;
    this.#objects += 1;
    this.#added();
    return end;
  }

  #element(bytes: Uint8Array, line: number): void {
    const read = readJsonFill(bytes, this.#layout, this.#options.ignoreExtra === true);
    if (isNoRow(read)) {
      if (read.isJson) this.#objects += 1;
      else this.#noJson(line, read.reason);
      return this.#refuse(read, bytes);
    }
    this.#objects += 1;
    const row = readFillRow(withConstants(read.texts, this.#layout), this.#layout);
    if (isRowProblem(row)) return this.#refuse(row, bytes);
    this.#fills.push(row.fill, this.#directory);
    this.#fast.learn(read.texts);
    this.#added();
  }

  #broken(line: number, reason: string, raw: Uint8Array, isTooLong?: boolean): void {
    this.#noJson(line, reason, isTooLong);
    if (this.#options.format === "ndjson") this.#refuse({ reason }, raw);
  }

  #noJson(line: number, problem: string, isTooLong = false): void {
    this.#notJson ??= { problem, at: { index: this.#rows, line }, isTooLong };
  }

  #added(): void {
    const { count, capacity } = this.#fills;
    this.#indexes[count - 1] = this.#rows;
    this.#rows += 1;
    if (count === capacity) this.flush();
  }

  #refuse({ column, reason }: { readonly column?: string; readonly reason: string }, raw: Uint8Array): void {
    this.#sink.refused({ index: this.#rows, ...(column === undefined ? {} : { column }), reason, raw: rawText(raw) });
    this.#rows += 1;
  }

  /** The batch that was gathered, to be given on once there is room for the next row. */
  #taken(): () => void {
    const fills = this.#fills;
    const indexes = this.#indexes.subarray(0, fills.count);
    return () => this.#sink.fills(fills, indexes);
  }

  /** Begins a batch. */
  #begin(capacity: number): void {
    this.#fills = (capacity === BATCH_ROWS ? free.pop() : undefined) ?? new FillColumns(capacity);
    this.#indexes = new Uint32Array(this.#fills.capacity);
    this.#fast.fills = this.#fills;
  }
}
