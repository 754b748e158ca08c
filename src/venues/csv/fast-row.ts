import { scanDecimal, scanned } from "../../core/num/index.ts";
import type { FillColumns } from "../../core/model/index.ts";
import { ByteIndex } from "./byte-index.ts";
import type { CsvRow } from "./csv-scanner.ts";
import type { FillColumn } from "./fill-row.ts";
import type { FillLayout } from "./layout.ts";
import { scanTime, scannedTime } from "./scan-time.ts";

const BUY = [98, 117, 121];
const SELL = [115, 101, 108, 108];
const NOTES: readonly FillColumn[] = ["order_id", "arrival_price", "slippage", "latency_ms", "execution_score"];
const BETWEEN_NOTES = 0x1f;
const LONGEST_NAME = 256;
/** Constants that only choose the route, which is looked up anyway. */
const HARMLESS: readonly FillColumn[] = ["account", "venue", "symbol"];

/**
 * Reads the rows nearly all files are made of straight from bytes into columns: no text, no bigint, no object is made.
 * Whatever is out of the ordinary it leaves to `readFillRow`, and learns the names that row brought.
 */
export class FastRow {
  /** Whether a layout lets rows be read this way at all. */
  readonly possible: boolean;
  readonly #columns: FillColumns;
  readonly #signed: boolean;
  readonly #routes = new ByteIndex();
  readonly #names = new ByteIndex();
  readonly #venueTypes = new ByteIndex();
  readonly #liquidities = new ByteIndex();
  readonly #cells: number;
  readonly #at: Record<FillColumn, number>;
  readonly #notes: readonly number[]; // the cells of NOTES, none if the file has none of them
  /** Place in the export of the row last read, if its file has a `seq` column. */
  seq = 0;

  constructor(layout: FillLayout, columns: FillColumns) {
    const at = (column: FillColumn) => layout.from.get(column) ?? -1;
    this.#columns = columns;
    this.#signed = layout.signed;
    this.#cells = layout.cells;
    this.#at = {
      id: at("id"), venue: at("venue"), symbol: at("symbol"), side: at("side"), quantity: at("quantity"), price: at("price"),
      timestamp: at("timestamp"), account: at("account"), venue_type: at("venue_type"), order_id: at("order_id"), fee: at("fee"),
      fee_currency: at("fee_currency"), liquidity: at("liquidity"), signal_id: at("signal_id"), strategy: at("strategy"),
      arrival_price: at("arrival_price"), slippage: at("slippage"), latency_ms: at("latency_ms"), execution_score: at("execution_score"), seq: at("seq"),
    };
    this.#notes = NOTES.some((column) => layout.from.has(column)) ? NOTES.map(at) : [];
    const constants = [...layout.constants.keys()].filter((column) => !layout.from.has(column));
    this.possible = !layout.autoId && constants.every((column) => HARMLESS.includes(column));
  }

  /** Adds the row to the columns. False, with nothing added, when the plain reader must look. */
  read(row: CsvRow): boolean {
    if (row.doubled || row.cells !== this.#cells) return false;
    const { bytes, from, to } = row;
    const fills = this.#columns;
    const at = this.#at;
    const n = fills.count;

    if (!scanDecimal(bytes, from[at.quantity]!, to[at.quantity]!) || scanned.mantissa === 0) return false;
    trimZeros(bytes[to[at.quantity]! - 1]!);
    fills.quantityDigits[n] = scanned.digits;
    if (this.#signed) fills.quantity[n] = scanned.mantissa;
    else {
      if (scanned.mantissa < 0) return false;
      const length = to[at.side]! - from[at.side]!;
      if (length === 3 && spells(bytes, from[at.side]!, BUY)) fills.quantity[n] = scanned.mantissa;
      else if (length === 4 && spells(bytes, from[at.side]!, SELL)) fills.quantity[n] = -scanned.mantissa;
      else return false;
    }

    if (!scanDecimal(bytes, from[at.price]!, to[at.price]!)) return false;
    trimZeros(bytes[to[at.price]! - 1]!);
    fills.price[n] = scanned.mantissa;
    fills.priceDigits[n] = scanned.digits;

    fills.fee[n] = 0;
    fills.feeDigits[n] = 0;
    if (at.fee >= 0 && from[at.fee]! < to[at.fee]!) {
      if (!scanDecimal(bytes, from[at.fee]!, to[at.fee]!)) return false;
      trimZeros(bytes[to[at.fee]! - 1]!);
      fills.fee[n] = scanned.mantissa;
      fills.feeDigits[n] = scanned.digits;
    }

    if (!scanTime(bytes, from[at.timestamp]!, to[at.timestamp]!)) return false;
    fills.timeHigh[n] = scannedTime.high;
    fills.timeLow[n] = scannedTime.low;

    const route = this.#route(row);
    const feeCurrency = known(this.#names, row, at.fee_currency, -1);
    const strategy = known(this.#names, row, at.strategy, -1);
    const signal = known(this.#names, row, at.signal_id, -1);
    const liquidity = known(this.#liquidities, row, at.liquidity, 0);
    const venueType = known(this.#venueTypes, row, at.venue_type, 0);
    if (route === undefined || feeCurrency === undefined || strategy === undefined || signal === undefined || liquidity === undefined || venueType === undefined) return false;
    fills.route[n] = route;
    fills.feeCurrency[n] = feeCurrency;
    fills.strategy[n] = strategy;
    fills.signal[n] = signal;
    fills.traits[n] = scannedTime.unit | (liquidity << 2) | (venueType << 4);

    if (at.seq >= 0 && !this.#readSeq(row)) return false;
    return this.#texts(row, n);
  }

  /** Keeps the names of a row that the plain reader has just added as the last one. */
  learn(row: CsvRow): void {
    if (row.doubled) return;
    const fills = this.#columns;
    const n = fills.count - 1;
    const at = this.#at;
    if (this.#route(row) === undefined && this.#routeKey(row)) this.#routes.set(fills.route[n]!);
    keep(this.#names, row, at.fee_currency, fills.feeCurrency[n]!);
    keep(this.#names, row, at.strategy, fills.strategy[n]!);
    keep(this.#names, row, at.signal_id, fills.signal[n]!);
    keep(this.#liquidities, row, at.liquidity, (fills.traits[n]! >> 2) & 0b11);
    keep(this.#venueTypes, row, at.venue_type, fills.traits[n]! >> 4);
  }

  #routeKey(row: CsvRow): boolean {
    const { account, venue, symbol } = this.#at;
    const routes = this.#routes;
    routes.start();
    return part(routes, row, account) && part(routes, row, venue) && part(routes, row, symbol);
  }

  #route(row: CsvRow): number | undefined {
    return this.#routeKey(row) ? this.#routes.find() : undefined;
  }

  #readSeq({ bytes, from, to }: CsvRow): boolean {
    const start = from[this.#at.seq]!;
    const end = to[this.#at.seq]!;
    if (!scanDecimal(bytes, start, end) || scanned.digits !== 0 || bytes[start]! < 48 || bytes[end - 1] === 46) return false;
    this.seq = scanned.mantissa;
    return true;
  }

  /** Copies id and notes; the row counts only once both are good. */
  #texts(row: CsvRow, n: number): boolean {
    const fills = this.#columns;
    const { from, to } = row;
    const { id } = this.#at;
    let room = to[id]! - from[id]! + 4;
    for (const cell of this.#notes) if (cell >= 0) room += to[cell]! - from[cell]!;
    if (from[id] === to[id] || room > 4096) return false;
    fills.reserveText(room);
    let end = copyPlain(row, id, fills.texts, fills.textLength);
    if (end < 0) return false;
    fills.idEnd[n] = end;
    const notes = this.#notes;
    if (notes.length > 0 && notes.some((cell) => cell >= 0 && from[cell]! < to[cell]!)) {
      for (let k = 0; k < notes.length; k += 1) {
        const cell = notes[k]!;
        if (k > 0) fills.texts[end++] = BETWEEN_NOTES;
        if (cell < 0 || from[cell] === to[cell]) continue;
        if (k > 0 && !scanDecimal(row.bytes, from[cell]!, to[cell]!)) return false;
        end = copyPlain(row, cell, fills.texts, end);
        if (end < 0) return false;
      }
    }
    fills.noteEnd[n] = end;
    fills.count = n + 1;
    return true;
  }
}

/** `1.50` is 15 with one digit, as `readDecimal` has it: the same amount is the same columns, however it is written. */
function trimZeros(last: number): void {
  if (scanned.mantissa === 0) scanned.digits = 0;
  if (last !== 48) return;
  while (scanned.digits > 0 && scanned.mantissa % 10 === 0) {
    scanned.mantissa /= 10;
    scanned.digits -= 1;
  }
}

function spells(bytes: Uint8Array, from: number, word: readonly number[]): boolean {
  for (let i = 0; i < word.length; i += 1) if ((bytes[from + i]! | 32) !== word[i]) return false;
  return true;
}

function part(index: ByteIndex, { bytes, from, to }: CsvRow, cell: number): boolean {
  return cell < 0 ? index.append(bytes, 0, 0) : index.append(bytes, from[cell]!, to[cell]!);
}

/** The number of a cell's text, `none` for an empty one, `undefined` for one not seen yet. */
function known(index: ByteIndex, { bytes, from, to }: CsvRow, cell: number, none: number): number | undefined {
  if (cell < 0 || from[cell] === to[cell]) return none;
  index.start();
  return index.append(bytes, from[cell]!, to[cell]!) ? index.find() : undefined;
}

function keep(index: ByteIndex, { bytes, from, to }: CsvRow, cell: number, number: number): void {
  if (cell < 0 || from[cell] === to[cell]) return;
  index.start();
  if (index.append(bytes, from[cell]!, to[cell]!) && index.find() === undefined) index.set(number);
}

/** Copies a cell of printable ASCII without spaces around it; −1 for any other. */
function copyPlain({ bytes, from, to }: CsvRow, cell: number, into: Uint8Array, offset: number): number {
  const start = from[cell]!;
  const end = to[cell]!;
  if (end - start > LONGEST_NAME || bytes[start] === 32 || bytes[end - 1] === 32) return -1;
  let at = offset;
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i]!;
    if (byte < 32 || byte > 126) return -1;
    into[at] = byte;
    at += 1;
  }
  return at;
}
