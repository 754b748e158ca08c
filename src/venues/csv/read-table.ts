import { cellText } from "./cell.ts";
import type { CsvRow } from "./csv-scanner.ts";
import type { FileFormat } from "./format.ts";
import { InputError, shown } from "./input-error.ts";
import { isJsonProblem, readJsonRow } from "./json-row.ts";
import { nearest, snakeCase } from "./names.ts";
import { readBody, type BodyFault } from "./read-body.ts";
import { readRows, type RowTaker } from "./read-rows.ts";
import { rawText, type RefusedRow } from "./refused.ts";

/** Which columns a table has. JSON may name them in camelCase. */
export interface TableShape {
  readonly columns: readonly string[] | "any"; // "any": whatever the header names, for tables whose columns are data
  readonly required?: readonly string[]; // must stand in the header, and no cell of theirs may be empty; by default none
  readonly listKey?: string; // JSON may be {listKey: [rows]}
  readonly ignoreExtra?: boolean;
}

export interface TableRow {
  readonly line: number;
  readonly values: Readonly<Record<string, string>>; // "" for an empty or missing cell; numbers as they are written
  readonly raw: string; // as it stands in the file
}

export interface TableSink {
  row(row: TableRow): void;
  refused(row: RefusedRow): void;
}

export interface TableReport {
  readonly rows: number;
  readonly refused: number;
  readonly columns: readonly string[]; // of the file, in its order; empty for JSON
  readonly warnings: readonly string[];
}

/**
 * Reads a small table (instruments, marks, prices, events) from CSV, JSON or NDJSON as exact text, row by row.
 * Throws `InputError` for a file that cannot be read at all.
 * As in `await readTable("marks.csv", { columns: ["venue", "symbol", "price", "timestamp"], required: ["symbol", "price"] }, sink)`.
 */
export async function readTable(path: string, shape: TableShape, sink: TableSink, format: FileFormat | "auto" = "auto"): Promise<TableReport> {
  const reader = new TableReader(path, shape, sink);
  const warnings = await readRows(path, { format, listKey: shape.listKey }, reader);
  return { ...reader.report(), warnings };
}

/** What a body of rows came to, or why it is no such body. */
export type BodyReport = Omit<TableReport, "warnings" | "columns"> | BodyFault;

/** The same out of a whole body of JSON or NDJSON. Nothing of a body that is no JSON may be taken: only the report tells. */
export function readTableBody(body: Uint8Array, format: "json" | "ndjson", shape: TableShape, sink: TableSink): BodyReport {
  const reader = new TableReader("the body", shape, sink);
  reader.begin(format);
  const fault = readBody(body, format, shape.listKey, reader);
  const { rows, refused } = reader.report();
  return fault ?? { rows, refused };
}

class TableReader implements RowTaker {
  readonly #path: string;
  readonly #shape: TableShape;
  readonly #sink: TableSink;
  #header: readonly string[] | undefined;
  #rows = 0;
  #refused = 0;

  constructor(path: string, shape: TableShape, sink: TableSink) {
    this.#path = path;
    this.#shape = shape;
    this.#sink = sink;
  }

  begin(format: FileFormat): void {
    if (format !== "csv") this.#header = [];
  }

  row(row: CsvRow): void {
    if (this.#header === undefined) {
      this.#header = this.#readHeader(row);
      return;
    }
    const raw = row.bytes.subarray(row.begin, row.end);
    if (row.cells !== this.#header.length) {
      if (row.cells === 1 && cellText(row, 0)?.trim() === "") return; // a blank line
      return this.#refuse(row.line, undefined, `has ${row.cells} ${row.cells === 1 ? "cell" : "cells"} where the header has ${this.#header.length}`, raw);
    }
    const values = Object.create(null) as Record<string, string>; // a column may be called "constructor"
    for (const [cell, name] of this.#header.entries()) {
      const text = cellText(row, cell);
      if (text === undefined) return this.#refuse(row.line, name, "is not UTF-8", raw);
      if (this.#knows(name)) values[name] = text.trim();
    }
    this.#give(row.line, values, raw);
  }

  element(bytes: Uint8Array, line: number): void {
    const read = readJsonRow(bytes);
    if (isJsonProblem(read)) return this.#refuse(line, undefined, read.reason, bytes);
    const values = Object.create(null) as Record<string, string>; // a column may be called "constructor"
    const seen = new Set<string>();
    for (const [key, text] of read) {
      const name = this.#shape.columns === "any" ? key : snakeCase(key);
      if (!this.#knows(name)) {
        if (this.#shape.ignoreExtra === true) continue;
        return this.#refuse(line, undefined, `unknown key ${shown(key)}${this.#meant(key)}`, bytes);
      }
      if (seen.has(name)) return this.#refuse(line, name, "stands twice", bytes);
      seen.add(name);
      if (typeof text === "string") values[name] = text.trim();
      else if (text.notText === "true" || text.notText === "false") values[name] = text.notText;
      else return this.#refuse(line, name, `is ${text.notText}, not a text or a number`, bytes);
    }
    this.#give(line, values, bytes);
  }

  broken(line: number, reason: string, raw: Uint8Array): void {
    if (this.#header === undefined) throw new InputError(`${this.#path}:${line}:1`, `the header cannot be read: ${reason}`, "mend the first line");
    this.#refuse(line, undefined, reason, raw);
  }

  report(): Omit<TableReport, "warnings"> {
    return { rows: this.#rows, refused: this.#refused, columns: this.#header ?? [] };
  }

  #readHeader(row: CsvRow): string[] {
    const place = (cell: number) => `${this.#path}:${row.line}:${row.from[cell]! - row.begin + 1}`;
    const names: string[] = [];
    for (let cell = 0; cell < row.cells; cell += 1) {
      const name = cellText(row, cell)?.trim();
      if (name === undefined) throw new InputError(place(cell), "is not UTF-8 text", "save the file as UTF-8");
      if (names.includes(name)) throw new InputError(place(cell), `the column ${shown(name)} stands twice`, "remove or rename one of them");
      if (!this.#knows(name) && this.#shape.ignoreExtra !== true) {
        throw new InputError(place(cell), `unknown column ${shown(name)}${this.#meant(name)}`, `the columns are ${this.#known().join(", ")}`);
      }
      names.push(name);
    }
    const missing = this.#shape.required?.find((column) => !names.includes(column));
    if (missing !== undefined) throw new InputError(place(0), `the column ${shown(missing)} is missing`, "add it to the first line, the header");
    return names;
  }

  #give(line: number, values: Readonly<Record<string, string>>, raw: Uint8Array): void {
    const missing = this.#shape.required?.find((column) => (values[column] ?? "") === "");
    if (missing !== undefined) return this.#refuse(line, missing, values[missing] === undefined ? "is missing" : "is empty", raw);
    this.#rows += 1;
    this.#sink.row({ line, values, raw: rawText(raw) });
  }

  #refuse(line: number, column: string | undefined, reason: string, raw: Uint8Array): void {
    this.#refused += 1;
    this.#sink.refused({ line, ...(column === undefined ? {} : { column }), reason, raw: rawText(raw) });
  }

  #known(): readonly string[] {
    return this.#shape.columns === "any" ? [] : this.#shape.columns;
  }

  #knows(name: string): boolean {
    return this.#shape.columns === "any" || this.#shape.columns.includes(name);
  }

  #meant(name: string): string {
    const meant = nearest(name, this.#known());
    return meant === undefined ? "" : `: did you mean ${shown(meant)}?`;
  }
}
