import type { Directory, FillColumns } from "../../core/model/index.ts";
import { ABSENT, copyName, scanName } from "./byte-index.ts";
import { FastNames, FIRST_NAME, NAMED } from "./fast-names.ts";
import { FILL_COLUMNS, type FillColumn, type FillTexts } from "./fill-row.ts";
import type { FillLayout } from "./layout.ts";
import { scanAmount, scannedAmount } from "./scan-amount.ts";
import { scanTime, scannedTime } from "./scan-time.ts";

const POINT = 46;
const ZERO = 48;
const BETWEEN_NOTES = 0x1f;
/** The texts of a row take less: an id and five notes of at most 257 bytes each. */
const TEXT_ROOM = 2048;
const NOTES: readonly FillColumn[] = ["arrival_price", "slippage", "latency_ms", "execution_score", "order_id"]; // in the order of `encodeNotes`
/** Constants that only choose the route, which is looked up anyway. */
const HARMLESS: readonly FillColumn[] = NAMED.slice(0, FIRST_NAME);

/** What a cell is, as a number to switch on: of what is neither a name nor a note, its place in FILL_COLUMNS. */
const QUANTITY = FILL_COLUMNS.indexOf("quantity");
const PRICE = FILL_COLUMNS.indexOf("price");
const FEE = FILL_COLUMNS.indexOf("fee");
const SIDE = FILL_COLUMNS.indexOf("side");
const TIME = FILL_COLUMNS.indexOf("timestamp");
const ID = FILL_COLUMNS.indexOf("id");
const FIRST_NAMED = 100; // FIRST_NAMED + k: NAMED[k]
const ACCOUNT = FIRST_NAMED;
const FIRST_NOTE = 200; // FIRST_NOTE + k: NOTES[k]
const ORDER_ID = FIRST_NOTE + NOTES.length - 1; // the only note that is no number
/** A cell that is passed over. */
export const IGNORED = 300;

/** The kind of a cell that holds this column. */
export function kindOf(column: FillColumn): number {
  if (NAMED.includes(column)) return FIRST_NAMED + NAMED.indexOf(column);
  if (NOTES.includes(column)) return FIRST_NOTE + NOTES.indexOf(column);
  return FILL_COLUMNS.indexOf(column);
}

/** Whether rows of a layout can be read from bytes: what they say is not made, nor told by a constant that says more than where they go. */
export function canBeFast(layout: FillLayout): boolean {
  return !layout.autoId && !layout.feeTurned && [...layout.constants.keys()].every((column) => HARMLESS.includes(column) || layout.from.has(column));
}

/** The numbers of NAMED where a row says none: those of constants that choose the route. */
export function constantNumbers(layout: FillLayout, names: FastNames): Int32Array {
  return Int32Array.from(NAMED, (column, k) => (HARMLESS.includes(column) ? names.partNumber(k, (layout.constants.get(column) ?? "").trim()) : ABSENT));
}

/**
 * Puts the values of a row, as they stand in bytes, into columns: no text, no bigint, no object is made, but for a name
 * or route that comes for the first time. Whatever is out of the ordinary is not taken: then the plain reader must look.
 * What the row's format is, those know who call this: `begin`, then `value` or `empty` cell by cell, then `end`.
 */
export class FastCells {
  /** Place in the export of the row last read, if it has a `seq`. */
  seq = 0;
  /** Where rows are added; there is room for one at least. */
  fills: FillColumns;
  readonly #names: FastNames;
  readonly #signed: boolean;
  readonly #otherwise: Int32Array; // the numbers of NAMED where the row says none
  readonly #found = new Int32Array(NAMED.length); // the numbers of this row's names
  readonly #noteFrom = new Int32Array(NOTES.length);
  readonly #noteTo = new Int32Array(NOTES.length);
  #row = 0;
  #side = 0;
  #idEnd = 0;
  #noted = false;

  constructor(layout: FillLayout, fills: FillColumns, directory: Directory) {
    this.fills = fills;
    this.#names = FastNames.of(directory);
    this.#signed = layout.signed;
    this.#otherwise = constantNumbers(layout, this.#names);
  }

  /** Begins a row. */
  begin(): void {
    const fills = this.fills;
    fills.reserveText(TEXT_ROOM);
    this.#row = fills.count;
    this.#side = this.#signed ? 1 : 0;
    this.#idEnd = fills.textLength;
    this.#noted = false;
    for (let k = 0; k < NAMED.length; k += 1) this.#found[k] = this.#otherwise[k]!;
    fills.fee[this.#row] = 0;
    fills.feeDigits[this.#row] = 0;
  }

  /** Whether a cell of this kind may be empty. */
  empty(kind: number): boolean {
    return kind === FEE || kind === ACCOUNT || kind >= FIRST_NAMED + FIRST_NAME;
  }

  /**
   * Reads the value that starts at `start`, which is not empty.
   * @param goesOn for every byte, whether a text goes on with it
   * @returns where it ends, which the caller holds against the end of the cell; −1 when the plain reader must look
   */
  value(kind: number, bytes: Uint8Array, start: number, goesOn: Uint8Array): number {
    const fills = this.fills;
    const row = this.#row;
    let at = start;
    if (kind >= FIRST_NOTE) {
      at = scanName(bytes, at, goesOn);
      if (at <= start) return -1;
      if (kind < IGNORED) {
        if (kind < ORDER_ID && scanAmount(bytes, start) !== at) return -1;
        this.#note(kind - FIRST_NOTE, start, at);
      }
    } else if (kind >= FIRST_NAMED) {
      at = this.#names.read(kind - FIRST_NAMED, bytes, at, goesOn);
      this.#found[kind - FIRST_NAMED] = this.#names.number;
    } else if (kind === ID) {
      at = copyName(bytes, at, goesOn, fills.texts, this.#idEnd);
      if (at <= start) return -1;
      this.#idEnd += at - start;
    } else if (kind === SIDE) {
      this.#side = sideOf(bytes, at);
      at += this.#side > 0 ? 3 : 4;
    } else if (kind === TIME) {
      at = scanTime(bytes, at);
      if (at < 0) return -1;
      fills.timeHigh[row] = scannedTime.high;
      fills.timeLow[row] = scannedTime.low;
    } else {
      at = scanAmount(bytes, at);
      if (at < 0) return -1;
      const { mantissa, digits } = scannedAmount;
      if (kind === QUANTITY) {
        fills.quantity[row] = mantissa;
        fills.quantityDigits[row] = digits;
      } else if (kind === PRICE) {
        fills.price[row] = mantissa;
        fills.priceDigits[row] = digits;
      } else if (kind === FEE) {
        fills.fee[row] = mantissa;
        fills.feeDigits[row] = digits;
      } else {
        if (bytes[start]! < ZERO || bytes.subarray(start, at).includes(POINT)) return -1;
        this.seq = mantissa;
      }
    }
    return at;
  }

  /** Ends a row whose required cells were all read, and adds it; false when the plain reader must look. */
  end(bytes: Uint8Array): boolean {
    const fills = this.fills;
    const row = this.#row;
    const found = this.#found;
    const quantity = fills.quantity[row]!;
    const side = this.#side;
    if (side === 0 || quantity === 0 || (quantity < 0 && !this.#signed)) return false;
    const route = this.#names.route(found[0]!, found[1]!, found[2]!);
    if (route === ABSENT) return false;
    if (side < 0) fills.quantity[row] = -quantity;
    fills.route[row] = route;
    fills.feeCurrency[row] = found[3]!;
    fills.strategy[row] = found[4]!;
    fills.signal[row] = found[5]!;
    fills.traits[row] = scannedTime.unit | (Math.max(found[6]!, 0) << 2) | (Math.max(found[7]!, 0) << 4);
    fills.idEnd[row] = this.#idEnd;
    fills.noteEnd[row] = this.#noted ? this.#copyNotes(bytes, this.#idEnd) : this.#idEnd;
    fills.count = row + 1;
    return true;
  }

  /** Keeps the words of a row that the plain reader has just added as the last one. */
  learn(texts: FillTexts): void {
    this.#names.learn(texts, this.fills.traits[this.fills.count - 1]!);
  }

  #note(k: number, from: number, to: number): void {
    if (!this.#noted) {
      this.#noteFrom.fill(0);
      this.#noteTo.fill(0);
    }
    this.#noted = true;
    this.#noteFrom[k] = from;
    this.#noteTo[k] = to;
  }

  #copyNotes(bytes: Uint8Array, offset: number): number {
    const { texts } = this.fills;
    let end = offset;
    for (let k = 0; k < NOTES.length; k += 1) {
      if (k > 0) texts[end++] = BETWEEN_NOTES;
      for (let at = this.#noteFrom[k]!; at < this.#noteTo[k]!; at += 1) texts[end++] = bytes[at]!;
    }
    return end;
  }
}

/** 1 for buy, −1 for sell, 0 for neither. */
function sideOf(bytes: Uint8Array, at: number): number {
  const first = bytes[at]! | 32;
  if (first === 98) return (bytes[at + 1]! | 32) === 117 && (bytes[at + 2]! | 32) === 121 ? 1 : 0;
  return first === 115 && (bytes[at + 1]! | 32) === 101 && (bytes[at + 2]! | 32) === 108 && (bytes[at + 3]! | 32) === 108 ? -1 : 0;
}
