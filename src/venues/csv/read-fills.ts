import { TIME_UNITS, type Directory, type FillColumns, type TimeUnit } from "../../core/model/index.ts";
import { AutoIds } from "./auto-id.ts";
import { cellText } from "./cell.ts";
import type { ColumnMap } from "./column-map.ts";
import type { CsvRow } from "./csv-scanner.ts";
import { FastObject } from "./fast-object.ts";
import { FAST_ROOM, FastRows } from "./fast-rows.ts";
import { FillBatch } from "./fill-batch.ts";
import { isRowProblem, readFillRow, type FillColumn, type FillTexts } from "./fill-row.ts";
import type { FileFormat } from "./format.ts";
import { InputError } from "./input-error.ts";
import { isNoRow, readJsonFill, withConstants } from "./json-fill.ts";
import { layoutOfHeader, layoutOfJson, unknownName, type FillLayout } from "./layout.ts";
import type { StripTaker, Strips } from "./read-ahead.ts";
import { readRows, type RowTaker } from "./read-rows.ts";
import { rawText, type RefusedRow } from "./refused.ts";
import { scannedTime } from "./scan-time.ts";
import { takenOver, type Strip, type StripTask } from "./strip.ts";
import { UnitsSeen, type UnitsState } from "./units.ts";

export interface ReadFillsOptions {
  readonly format?: FileFormat | "auto";
  readonly map?: ColumnMap | undefined;
  readonly account?: string | undefined; // for rows that name none; else "default"
  readonly venue?: string | undefined; // for a file without a venue column
  readonly ignoreExtra?: boolean | undefined;
  readonly onProgress?: ((bytesRead: number, bytesTotal: number) => void) | undefined; // bytes of the file, packed or not
  readonly strips?: Strips; // for tests
}

/** Where fills and refusals go. */
export interface FillSink {
  /** All of it is the taker's from then on. @param seqs only of a file that has them */
  fills(fills: FillColumns, lines: Uint32Array, seqs: Float64Array | undefined): void;
  refused(row: RefusedRow): void;
}

export interface FileReport {
  readonly rows: number; // accepted
  readonly refused: number;
  readonly units: readonly TimeUnit[]; // of time, as seen
  readonly warnings: readonly string[];
}

const BATCH_ROWS = 8192;

/**
 * Reads the fills of a file: CSV, JSON or NDJSON, each also as gzip, in one pass and with little memory. A row that is
 * no fill is refused and the rest goes on; a file that cannot be read at all throws `InputError`, also after batches
 * were given, so book nothing before it returns.
 * @example
 * const report = await readFills("fills.csv", directory, {}, {
 *   fills: (columns, lines, seqs) => spool.add(columns, 0, lines, seqs),
 *   refused: (row) => refusedFile.add(row),
 * });
 */
export async function readFills(path: string, directory: Directory, options: ReadFillsOptions, sink: FillSink): Promise<FileReport> {
  const reader = new FillReader(path, directory, options, sink);
  const warnings = await readRows(path, { format: options.format, listKey: "fills", onProgress: options.onProgress, strips: options.strips }, reader);
  return reader.finish(warnings);
}

/** Turns rows into fills. */
export class FillReader implements RowTaker, StripTaker {
  readonly #path: string;
  readonly #directory: Directory;
  readonly #options: ReadFillsOptions;
  readonly #sink: FillSink;
  readonly #batch: FillBatch;
  readonly #units = new UnitsSeen();
  readonly #ids = new AutoIds();
  #layout: FillLayout | undefined;
  #fast: FastRows | undefined;
  #fastObject: FastObject | undefined;
  #cells: readonly (readonly [FillColumn, number])[] = [];
  fastRoom = 0;
  fastEnd = 0;
  stripHead: Pick<StripTask, "header" | "separator" | "options"> | undefined;
  #separator = 0;
  #started = false;
  #rows = 0;
  #refused = 0;

  constructor(path: string, directory: Directory, options: ReadFillsOptions, sink: FillSink) {
    this.#path = path;
    this.#directory = directory;
    this.#options = options;
    this.#sink = sink;
    this.#batch = new FillBatch(BATCH_ROWS, (fills, lines, seqs) => sink.fills(fills, lines, seqs));
  }

  begin(format: FileFormat, separator: number): void {
    this.#separator = separator;
    if (format === "csv") return;
    this.#layout = layoutOfJson(this.#options, this.#path);
    const fast = new FastObject(this.#layout, this.#batch.fills, this.#directory, { lines: format === "ndjson", extras: this.#extras });
    if (fast.possible) this.#fastObject = fast;
  }

  fastRows(bytes: Uint8Array, start: number, line: number): number {
    const fast = this.#fast!;
    const before = this.#batch.fills.count;
    this.fastEnd = fast.read(bytes, start, line, this.#units);
    const rows = this.#batch.fills.count - before;
    if (rows === 0) return 0;
    this.#rows += rows;
    this.#batch.addedRows(rows, line, fast.seqs);
    if (this.#batch.isFull) this.#flush();
    return rows;
  }

  fastElement(bytes: Uint8Array, start: number, line: number): number {
    const fast = this.#fastObject;
    if (fast === undefined || !this.#started) return -1; // the first row says what all have
    const end = fast.read(bytes, start);
    if (end >= 0) this.#fastAdded(line, fast.seq);
    return end;
  }

  row(row: CsvRow): void {
    if (this.#layout === undefined) this.#header(row);
    else this.#plainRow(row, this.#layout);
  }

  element(bytes: Uint8Array, line: number): void {
    const layout = this.#layout!;
    const read = readJsonFill(bytes, layout, this.#extras);
    if (isNoRow(read)) {
      if (read.unknownKey !== undefined && !this.#started) throw unknownName(read.unknownKey, [...layout.keys.values()].map(([key]) => key!), `${this.#path}:${line}:1`, "key");
      return this.#refuse(line, read.column, read.reason, bytes);
    }
    const { texts } = read;
    if (!this.#started) {
      this.#batch.withSeq = texts.seq !== undefined;
      if (this.#fastObject !== undefined) this.#fastObject.wantsSeq = this.#batch.withSeq;
    } else if (this.#batch.withSeq !== (texts.seq !== undefined)) {
      return this.#refuse(line, "seq", this.#batch.withSeq ? "is missing, though rows before have one" : "stands here, though rows before have none", bytes);
    }
    this.#started = true;
    if (this.#take(withConstants(texts, layout), layout, line, bytes)) this.#fastObject?.learn(texts);
    if (this.#batch.isFull) this.#flush();
  }

  broken(line: number, reason: string, raw: Uint8Array): void {
    if (this.#layout === undefined) throw new InputError(`${this.#path}:${line}:1`, `the header cannot be read: ${reason}`, "mend the first line");
    this.#refuse(line, undefined, reason, raw);
  }

  takeStrip(strip: Strip, linesBefore: number): void {
    this.#flush();
    for (const { fills, lines, seqs } of takenOver(strip, this.#directory, linesBefore)) {
      this.#rows += fills.count;
      this.#sink.fills(fills, lines, seqs);
    }
    for (const row of strip.refused) this.#sink.refused({ ...row, line: row.line + linesBefore });
    this.#refused += strip.refused.length;
    this.#units.seeAll(strip.units, linesBefore);
  }

  /** Gives on what is left, and says which units of time there were. */
  endStrip(): UnitsState {
    this.#flush();
    return this.#units.state;
  }

  finish(warnings: readonly string[]): FileReport {
    this.#flush();
    const units = this.#units.warning;
    return { rows: this.#rows, refused: this.#refused, units: this.#units.units, warnings: units === undefined ? warnings : [...warnings, units] };
  }

  #flush(): void {
    this.#batch.flush();
    if (this.#fast !== undefined) this.#fast.fills = this.#batch.fills;
    if (this.#fastObject !== undefined) this.#fastObject.fills = this.#batch.fills;
  }

  #header(row: CsvRow): void {
    const place = (cell: number) => `${this.#path}:${row.line}:${(row.from[cell] ?? row.begin) - row.begin + 1}`;
    const names = Array.from({ length: row.cells }, (_, cell) => {
      const name = cellText(row, cell);
      if (name === undefined) throw new InputError(place(cell), "is not UTF-8 text", "save the file as UTF-8");
      return name;
    });
    this.#layout = layoutOfHeader(names, this.#options, place);
    this.#cells = [...this.#layout.from];
    const fast = new FastRows(this.#layout, this.#batch.fills, this.#separator, this.#directory);
    if (fast.possible) {
      this.#fast = fast;
      this.fastRoom = FAST_ROOM;
      const { map, account, venue, ignoreExtra } = this.#options;
      this.stripHead = { header: row.bytes.slice(row.begin, row.end), separator: this.#separator, options: { map, account, venue, ignoreExtra } };
    }
    this.#batch.withSeq = this.#layout.from.has("seq");
  }

  #plainRow(row: CsvRow, layout: FillLayout): void {
    const raw = row.bytes.subarray(row.begin, row.end);
    if (row.cells !== layout.cells) {
      if (row.cells === 1 && cellText(row, 0)?.trim() === "") return; // a blank line
      return this.#refuse(row.line, undefined, `has ${row.cells} ${row.cells === 1 ? "cell" : "cells"} where the header has ${layout.cells}`, raw);
    }
    const texts: { [column in FillColumn]?: string } = {};
    for (const [column, cell] of this.#cells) {
      const text = cellText(row, cell);
      if (text === undefined) return this.#refuse(row.line, column, "is not UTF-8", raw);
      texts[column] = text;
    }
    if (this.#take(withConstants(texts, layout), layout, row.line, raw)) this.#fast?.learn(texts);
    if (this.#batch.isFull) this.#flush();
  }

  /** Whether objects may have keys that no fill has. */
  get #extras(): boolean {
    return this.#options.map !== undefined || this.#options.ignoreExtra === true;
  }

  #fastAdded(line: number, seq: number): void {
    this.#units.see(scannedTime.unit, scannedTime.epoch, line);
    this.#rows += 1;
    this.#batch.added(line, seq);
    if (this.#batch.isFull) this.#flush();
  }

  /** Reads a row in the plain way; true if it was taken. */
  #take(texts: FillTexts, layout: FillLayout, line: number, raw: Uint8Array): boolean {
    const read = readFillRow(texts, layout);
    if (isRowProblem(read)) {
      this.#refuse(line, read.column, read.reason, raw);
      return false;
    }
    const fill = layout.autoId ? { ...read.fill, id: this.#ids.next(read.fill) } : read.fill;
    this.#batch.fills.push(fill, this.#directory);
    this.#units.see(TIME_UNITS.indexOf(fill.time.unit), /^[+-]?\d+$/.test(texts.timestamp!.trim()), line);
    this.#rows += 1;
    this.#batch.added(line, read.seq ?? 0);
    return true;
  }

  #refuse(line: number, column: FillColumn | undefined, reason: string, raw: Uint8Array): void {
    this.#refused += 1;
    this.#sink.refused({ line, ...(column === undefined ? {} : { column }), reason, raw: rawText(raw) });
  }
}
