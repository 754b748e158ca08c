import { nameProblem, readTime } from "../../core/model/index.ts";
import { cellText } from "./cell.ts";
import type { CsvRow } from "./csv-scanner.ts";
import type { FileFormat } from "./format.ts";
import { InputError, shown } from "./input-error.ts";
import { PriceColumn, type PriceRun } from "./price-history.ts";
import { readRows, type RowTaker } from "./read-rows.ts";
import { rawText, type RefusedRow } from "./refused.ts";

/** What a file of prices holds. */
export interface PriceFile {
  readonly form: "wide" | "long";
  readonly series: readonly PriceRun[]; // in the order of the file; a symbol without any price is left out
  readonly prices: number;
  readonly refused: number; // rows and cells that were not taken
  readonly warnings: readonly string[];
}

const DATE_NAMES: readonly string[] = ["date", "day", "time", "timestamp", "datetime", ""]; // a table without a name for its index leaves it empty
const PRICE = /^(?=[^e]*[1-9])\d{0,18}(?:\.\d{0,40})?(?:e[+-]?\d{1,2})?$/i;

/**
 * Reads daily closes from CSV, plain or gzipped, `,` or `;` between cells: wide (`date,SYM1,SYM2,…`, an empty cell is no price) or long
 * (`date,symbol,close`, other columns are passed over). A day is a UTC day; of several times of one day the last one is its close.
 * A row or a cell that says no price goes to `refused`, and the others are taken. Texts of closes stay as they are written.
 * Throws `InputError` (file:line:column) for a file that cannot be read at all.
 * As in `const { series } = await readPrices("closes.csv", (row) => problems.push(row))`.
 */
export async function readPrices(path: string, refused: (row: RefusedRow) => void): Promise<PriceFile> {
  const reader = new PriceReader(path, refused);
  const warnings = await readRows(path, {}, reader);
  return reader.file(warnings);
}

/** Where a cell of the header puts its column. */
type Use = "date" | "symbol" | "close" | "unused" | PriceColumn;

class PriceReader implements RowTaker {
  readonly #path: string;
  readonly #refused: (row: RefusedRow) => void;
  readonly #columns = new Map<string, PriceColumn>();
  #names: readonly string[] | undefined;
  #uses: readonly Use[] = [];
  #long = false;
  #refusals = 0;

  constructor(path: string, refused: (row: RefusedRow) => void) {
    this.#path = path;
    this.#refused = refused;
  }

  begin(format: FileFormat): void {
    if (format !== "csv") throw new InputError(`${this.#path}:1:1`, "is JSON", "write prices as CSV: date,SYMBOL,… or date,symbol,close");
  }

  row(row: CsvRow): void {
    if (this.#names === undefined) return this.#readHeader(row);
    const raw = row.bytes.subarray(row.begin, row.end);
    if (row.cells !== this.#names.length) {
      if (row.cells === 1 && cellText(row, 0)?.trim() === "") return; // a blank line
      return this.#refuse(row.line, undefined, `has ${row.cells} ${row.cells === 1 ? "cell" : "cells"} where the header has ${this.#names.length}`, raw);
    }
    const text = (cell: number) => cellText(row, cell)?.trim() ?? "\ufffd"; // what is no UTF-8 is no time and no price either
    const time = readTime(text(this.#uses.indexOf("date")));
    if ("problem" in time) return this.#refuse(row.line, this.#names[this.#uses.indexOf("date")], time.why, raw);
    if (this.#long) return this.#takeLong(row, text, time.ns, raw);
    for (let cell = 0; cell < row.cells; cell += 1) {
      const column = this.#uses[cell]!;
      if (column instanceof PriceColumn) this.#take(column, time.ns, text(cell), row.line, raw, column.symbol);
    }
  }

  element(): void {
    // only called for JSON, which `begin` refuses
  }

  broken(line: number, reason: string, raw: Uint8Array): void {
    if (this.#names === undefined) throw new InputError(`${this.#path}:${line}:1`, `the header cannot be read: ${reason}`, "mend the first line");
    this.#refuse(line, undefined, reason, raw);
  }

  file(warnings: readonly string[]): PriceFile {
    const series = [...this.#columns.values()].filter((column) => column.count > 0).map((column) => column.run());
    const unused = (this.#names ?? []).filter((_, cell) => this.#uses[cell] === "unused");
    const without = [...this.#columns.values()].filter((column) => column.count === 0).map((column) => column.symbol);
    return {
      form: this.#long ? "long" : "wide",
      series,
      prices: series.reduce((sum, { days }) => sum + days.length, 0),
      refused: this.#refusals,
      warnings: [
        ...warnings,
        ...(unused.length > 0 ? [`columns that are not read: ${unused.join(", ")}`] : []),
        ...(without.length > 0 ? [`no price of ${without.join(", ")}`] : []),
      ],
    };
  }

  #takeLong(row: CsvRow, text: (cell: number) => string, timeNs: bigint, raw: Uint8Array): void {
    const symbol = text(this.#uses.indexOf("symbol"));
    const unnamed = nameProblem(symbol);
    if (unnamed !== undefined) return this.#refuse(row.line, "symbol", unnamed, raw);
    this.#take(this.#column(symbol), timeNs, text(this.#uses.indexOf("close")), row.line, raw, "close");
  }

  #take(column: PriceColumn, timeNs: bigint, price: string, line: number, raw: Uint8Array, name: string): void {
    if (price === "") return;
    const problem = PRICE.test(price) ? column.take(timeNs, price, line) : priceProblem(price);
    if (problem !== undefined) this.#refuse(line, name, problem, raw);
  }

  #column(symbol: string): PriceColumn {
    let column = this.#columns.get(symbol);
    if (column === undefined) this.#columns.set(symbol, (column = new PriceColumn(symbol)));
    return column;
  }

  #readHeader(row: CsvRow): void {
    const place = (cell: number) => `${this.#path}:${row.line}:${row.from[cell]! - row.begin + 1}`;
    const names: string[] = [];
    for (let cell = 0; cell < row.cells; cell += 1) {
      const name = cellText(row, cell)?.trim();
      if (name === undefined) throw new InputError(place(cell), "is not UTF-8 text", "save the file as UTF-8");
      if (names.includes(name)) throw new InputError(place(cell), `the column ${shown(name)} stands twice`, "remove or rename one of them");
      names.push(name);
    }
    const lower = names.map((name) => name.toLowerCase());
    const date = lower.findIndex((name) => DATE_NAMES.includes(name));
    if (date < 0) throw new InputError(place(0), "no column is called date", "write date,SYMBOL,… or date,symbol,close in the first line, the header");
    this.#long = lower.includes("symbol");
    if (this.#long && !lower.includes("close")) throw new InputError(place(0), 'the column "close" is missing', "write date,symbol,close in the first line, the header");
    const close = lower.indexOf("close"); // LOW and OPEN are shares, too
    if (!this.#long && close >= 0) throw new InputError(place(close), `${shown(names[close]!)} is no symbol`, 'add a column "symbol", or name the column of closes by its symbol');
    if (names.length < 2) throw new InputError(place(0), "no symbol stands in the header", "write date,SYMBOL,… or date,symbol,close");
    this.#names = names;
    this.#uses = names.map((name, cell) => {
      if (cell === date) return "date";
      if (this.#long) return lower[cell] === "symbol" || lower[cell] === "close" ? lower[cell] : "unused";
      const unnamed = nameProblem(name);
      if (unnamed !== undefined) throw new InputError(place(cell), `the name of a symbol ${unnamed}`, "name the column by its symbol");
      return this.#column(name);
    });
  }

  #refuse(line: number, column: string | undefined, reason: string, raw: Uint8Array): void {
    this.#refusals += 1;
    this.#refused({ line, ...(column === undefined ? {} : { column }), reason, raw: rawText(raw) });
  }
}

function priceProblem(text: string): string {
  const what = shown(text.slice(0, 40));
  if (/^[+-]?(?:[\d.]+)(?:e[+-]?\d+)?$/i.test(text) && !(Number(text) > 0)) return `${what} is not above 0: a return over it has no meaning; leave the cell empty where there is no price`;
  return `${what} is not a price: write digits and a point, like 1000.5, and leave the cell empty where there is none`;
}
