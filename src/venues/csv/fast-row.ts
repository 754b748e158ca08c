import { nameProblem, type Directory, type FillColumns } from "../../core/model/index.ts";
import { ABSENT, ByteIndex, copyName, nameBytes, scanName, scannedName, TripleIndex } from "./byte-index.ts";
import type { CsvRow } from "./csv-scanner.ts";
import { FILL_COLUMNS, type FillColumn } from "./fill-row.ts";
import type { FillLayout } from "./layout.ts";
import { scanAmount, scannedAmount } from "./scan-amount.ts";
import { scanTime, scannedTime } from "./scan-time.ts";

const LF = 10;
const CR = 13;
const POINT = 46;
const ZERO = 48;
const BETWEEN_NOTES = 0x1f;
/** Bytes that must be left after a row's start: no cell that is read here reaches further. */
export const FAST_ROOM = 8192;
const MOST_CELLS = 28; // of at most 257 bytes each
const NOTES: readonly FillColumn[] = ["arrival_price", "slippage", "latency_ms", "execution_score", "order_id"]; // in the order of `encodeNotes`
const NAMED: readonly FillColumn[] = ["account", "venue", "symbol", "fee_currency", "strategy", "signal_id", "liquidity", "venue_type"];
/** NAMED before this are the parts of a route; from here on they are names of the directory. */
const FIRST_NAME = 3;
/** NAMED from here on are words of a closed list, which only the plain reader knows. */
const FIRST_WORD = 6;
/** Constants that only choose the route, which is looked up anyway. */
const HARMLESS: readonly FillColumn[] = NAMED.slice(0, FIRST_NAME);

/** What a cell of the file is, as a number to switch on. */
const QUANTITY = FILL_COLUMNS.indexOf("quantity");
const PRICE = FILL_COLUMNS.indexOf("price");
const FEE = FILL_COLUMNS.indexOf("fee");
const SIDE = FILL_COLUMNS.indexOf("side");
const TIME = FILL_COLUMNS.indexOf("timestamp");
const ID = FILL_COLUMNS.indexOf("id");
const FIRST_NAMED = 100; // FIRST_NAMED + k: NAMED[k]
const FIRST_NOTE = 200; // FIRST_NOTE + k: NOTES[k]
const ORDER_ID = FIRST_NOTE + NOTES.length - 1; // the only note that is no number
const IGNORED = 300;

/**
 * Reads the rows nearly all files are made of from bytes into columns, in one pass over the bytes: no text, no bigint,
 * no object is made, but for a name or route that comes for the first time. Whatever is out of the ordinary it leaves to
 * `readFillRow`, and learns the words of that row.
 */
export class FastRow {
  /** Whether a layout lets rows be read this way at all. */
  readonly possible: boolean;
  /** Place in the export of the row last read, if its file has a `seq` column. */
  seq = 0;
  /** Where rows are added. */
  fills: FillColumns;
  readonly #directory: Directory;
  readonly #separator: number;
  readonly #goesOn: Uint8Array;
  readonly #signed: boolean;
  readonly #kinds: Int32Array; // of each cell of the file
  readonly #cellOf: readonly number[]; // of each of NAMED, −1 for none
  readonly #names = NAMED.map(() => new ByteIndex());
  readonly #routes = new TripleIndex();
  readonly #routeTexts: string[][] = HARMLESS.map(() => []); // of the parts of routes, by their numbers
  readonly #otherwise: readonly (string | undefined)[]; // the parts of a route where the row names none
  readonly #found = new Int32Array(NAMED.length); // the numbers of this row's names
  readonly #noteFrom = new Int32Array(NOTES.length);
  readonly #noteTo = new Int32Array(NOTES.length);

  constructor(layout: FillLayout, fills: FillColumns, separator: number, directory: Directory) {
    this.fills = fills;
    this.#directory = directory;
    this.#separator = separator;
    this.#goesOn = nameBytes(separator);
    this.#signed = layout.signed;
    this.#cellOf = NAMED.map((column) => layout.from.get(column) ?? -1);
    this.#kinds = new Int32Array(layout.cells).fill(IGNORED);
    this.#otherwise = HARMLESS.map((column) => {
      const text = layout.from.has(column) && column !== "account" ? "" : (layout.constants.get(column) ?? "").trim();
      return nameProblem(text) === undefined ? text : undefined;
    });
    for (const [column, cell] of layout.from) this.#kinds[cell] = kindOf(column);
    const once = new Set(layout.from.values()).size === layout.from.size;
    const constants = [...layout.constants.keys()].filter((column) => !layout.from.has(column));
    this.possible = !layout.autoId && once && layout.cells <= MOST_CELLS && constants.every((column) => HARMLESS.includes(column));
  }

  /**
   * Adds the row that starts at `start` to the columns; `FAST_ROOM` bytes must follow.
   * @returns where the next row starts; −1, with nothing added, when the plain reader must look
   */
  read(bytes: Uint8Array, start: number): number {
    const fills = this.fills;
    const kinds = this.#kinds;
    const separator = this.#separator;
    const goesOn = this.#goesOn;
    const found = this.#found;
    const row = fills.count;
    const last = kinds.length - 1;
    fills.reserveText(FAST_ROOM);
    const textStart = fills.textLength;
    let idEnd = textStart;
    let side = this.#signed ? 1 : 0;
    let noted = false;
    for (let k = 0; k < found.length; k += 1) found[k] = ABSENT;
    fills.fee[row] = 0;
    fills.feeDigits[row] = 0;

    let at = start;
    for (let cell = 0; cell <= last; cell += 1) {
      const kind = kinds[cell]!;
      const first = bytes[at]!;
      const from = at;
      if (first === separator || first === LF || first === CR) {
        if (kind < FIRST_NAMED && kind !== FEE) return -1; // a required cell is empty
        if (kind >= FIRST_NOTE && kind < IGNORED) this.#noteTo[kind - FIRST_NOTE] = this.#noteFrom[kind - FIRST_NOTE] = at;
      } else if (kind >= FIRST_NAMED) {
        at = scanName(bytes, at, goesOn);
        if (at <= from) return -1;
        if (kind < FIRST_NOTE) {
          let number = this.#names[kind - FIRST_NAMED]!.find(bytes, from, at, scannedName.hash);
          if (number === ABSENT) {
            number = this.#newName(kind - FIRST_NAMED, bytes, from, at);
            if (number === ABSENT) return -1;
          }
          found[kind - FIRST_NAMED] = number;
        } else if (kind < IGNORED) {
          if (kind < ORDER_ID && scanAmount(bytes, from) !== at) return -1;
          noted = true;
          this.#noteFrom[kind - FIRST_NOTE] = from;
          this.#noteTo[kind - FIRST_NOTE] = at;
        }
      } else if (kind === ID) {
        at = copyName(bytes, at, goesOn, fills.texts, idEnd);
        if (at < 0) return -1;
        idEnd += at - from;
      } else if (kind === SIDE) {
        side = sideOf(bytes, at);
        at += side > 0 ? 3 : 4;
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
          if (first < ZERO || bytes.subarray(from, at).includes(POINT)) return -1;
          this.seq = mantissa;
        }
      }
      if (cell < last) {
        if (bytes[at] !== separator) return -1;
      } else {
        if (bytes[at] === CR) at += 1;
        if (bytes[at] !== LF) return -1;
      }
      at += 1;
    }

    const quantity = fills.quantity[row]!;
    if (side === 0 || quantity === 0 || (quantity < 0 && !this.#signed)) return -1;
    if (side < 0) fills.quantity[row] = -quantity;
    let route = this.#routes.find(found[0]!, found[1]!, found[2]!);
    if (route === ABSENT) {
      route = this.#newRoute();
      if (route === ABSENT) return -1;
    }
    fills.route[row] = route;
    fills.feeCurrency[row] = found[3]!;
    fills.strategy[row] = found[4]!;
    fills.signal[row] = found[5]!;
    fills.traits[row] = scannedTime.unit | (Math.max(found[6]!, 0) << 2) | (Math.max(found[7]!, 0) << 4);
    fills.idEnd[row] = idEnd;
    fills.noteEnd[row] = noted ? this.#copyNotes(bytes, idEnd) : idEnd;
    fills.count = row + 1;
    return at;
  }

  /** Keeps the words of a row that the plain reader has just added as the last one. */
  learn(row: CsvRow): void {
    const traits = this.fills.traits[this.fills.count - 1]!;
    [(traits >> 2) & 0b11, traits >> 4].forEach((number, k) => {
      const cell = this.#cellOf[FIRST_WORD + k]!;
      if (cell < 0 || row.from[cell] === row.to[cell]) return;
      const [from, to] = [row.from[cell]!, row.to[cell]!];
      const words = this.#names[FIRST_WORD + k]!;
      if (scanName(row.bytes, from, this.#goesOn) === to && words.find(row.bytes, from, to, scannedName.hash) === ABSENT) words.set(row.bytes, from, to, scannedName.hash, number);
    });
  }

  /** Numbers a name that `scanName` has just read: what it lets pass is printable, not empty and not too long, and so a name. */
  #newName(k: number, bytes: Uint8Array, from: number, to: number): number {
    if (k >= FIRST_WORD) return ABSENT;
    const text = String.fromCharCode(...bytes.subarray(from, to));
    const number = k < FIRST_NAME ? this.#routeTexts[k]!.push(text) - 1 : this.#directory.nameNumber(text);
    this.#names[k]!.set(bytes, from, to, scannedName.hash, number);
    return number;
  }

  /** Numbers the route that this row's names make; `ABSENT` where one is missing. */
  #newRoute(): number {
    const [account, venue, symbol] = this.#routeTexts.map((texts, k) => texts[this.#found[k]!] ?? this.#otherwise[k]);
    if (account === undefined || venue === undefined || symbol === undefined) return ABSENT;
    const route = this.#directory.routeNumber(account, venue, symbol);
    this.#routes.set(this.#found[0]!, this.#found[1]!, this.#found[2]!, route);
    return route;
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

function kindOf(column: FillColumn): number {
  if (NAMED.includes(column)) return FIRST_NAMED + NAMED.indexOf(column);
  if (NOTES.includes(column)) return FIRST_NOTE + NOTES.indexOf(column);
  return FILL_COLUMNS.indexOf(column);
}

/** 1 for buy, −1 for sell, 0 for neither. */
function sideOf(bytes: Uint8Array, at: number): number {
  const first = bytes[at]! | 32;
  if (first === 98) return (bytes[at + 1]! | 32) === 117 && (bytes[at + 2]! | 32) === 121 ? 1 : 0;
  return first === 115 && (bytes[at + 1]! | 32) === 101 && (bytes[at + 2]! | 32) === 108 && (bytes[at + 3]! | 32) === 108 ? -1 : 0;
}
