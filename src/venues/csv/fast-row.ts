import type { Directory, FillColumns } from "../../core/model/index.ts";
import { nameBytes } from "./byte-index.ts";
import { canBeFast, FastCells, IGNORED, kindOf } from "./fast-cells.ts";
import type { FillTexts } from "./fill-row.ts";
import type { FillLayout } from "./layout.ts";

const LF = 10;
const CR = 13;
/** Bytes that must be left after a row's start: no cell that is read here reaches further. */
export const FAST_ROOM = 8192;
const MOST_CELLS = 28; // of at most 257 bytes each

/**
 * Reads the CSV rows nearly all files are made of, in one pass over the bytes: see `FastCells`. Whatever is out of the
 * ordinary it leaves to `readFillRow`, and learns the words of that row.
 */
export class FastRow {
  /** Whether a layout lets rows be read this way at all. */
  readonly possible: boolean;
  readonly #cells: FastCells;
  readonly #separator: number;
  readonly #goesOn: Uint8Array;
  readonly #kinds: Int32Array; // of each cell of the file

  constructor(layout: FillLayout, fills: FillColumns, separator: number, directory: Directory) {
    this.#cells = new FastCells(layout, fills, directory);
    this.#separator = separator;
    this.#goesOn = nameBytes(separator);
    this.#kinds = new Int32Array(layout.cells).fill(IGNORED);
    for (const [column, cell] of layout.from) this.#kinds[cell] = kindOf(column);
    const once = new Set(layout.from.values()).size === layout.from.size;
    this.possible = canBeFast(layout) && once && layout.cells <= MOST_CELLS;
  }

  /** Where rows are added from now on. */
  set fills(fills: FillColumns) {
    this.#cells.fills = fills;
  }
  /** Place in the export of the row last read, if its file has a `seq` column. */
  get seq(): number {
    return this.#cells.seq;
  }

  /**
   * Adds the row that starts at `start` to the columns; `FAST_ROOM` bytes must follow.
   * @returns where the next row starts; −1, with nothing added, when the plain reader must look
   */
  read(bytes: Uint8Array, start: number): number {
    const kinds = this.#kinds;
    const cells = this.#cells;
    const separator = this.#separator;
    const goesOn = this.#goesOn;
    const last = kinds.length - 1;
    cells.begin();
    let at = start;
    for (let cell = 0; cell <= last; cell += 1) {
      const kind = kinds[cell]!;
      const first = bytes[at]!;
      if (first === separator || first === LF || first === CR) {
        if (!cells.empty(kind)) return -1;
      } else {
        at = cells.value(kind, bytes, at, goesOn);
        if (at < 0) return -1;
      }
      if (cell < last) {
        if (bytes[at] !== separator) return -1;
      } else {
        if (bytes[at] === CR) at += 1;
        if (bytes[at] !== LF) return -1;
      }
      at += 1;
    }
    return cells.end(bytes) ? at : -1;
  }

  /** Keeps the words of a row that the plain reader has just added as the last one. */
  learn(texts: FillTexts): void {
    this.#cells.learn(texts);
  }
}
