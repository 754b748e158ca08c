import { assert } from "../num/index.ts";
import { FillColumns } from "./columns.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

/**
 * Fills as bytes, a column after the other, each aligned, so that reading is making views and copies nothing.
 * Little-endian. Layout: [count, textBytes, wideBytes, 0] as u32, then the columns in the order below, then texts, then
 * wide amounts as JSON `[[row, quantity, price, fee], …]`. The whole is padded to a multiple of 8.
 */
const HEAD = 16;
const PER_ROW = 3 * 8 + 8 * 4 + 2 + 3;

const pad8 = (n: number): number => (n + 7) & ~7;
/** Columns of 4-byte items start right after the doubles, those of 2 and of 1 after them: each stays aligned. */
const columnBytes = (count: number): number => pad8(count * PER_ROW);

/** Bytes that `encodeFills` will need. */
export function encodedFillsSize(fills: FillColumns): number {
  return pad8(HEAD + columnBytes(fills.count) + fills.textLength + wideBytes(fills).length);
}

/** Writes fills at `offset`, a multiple of 8. Returns the offset after them. */
export function encodeFills(fills: FillColumns, into: Uint8Array, offset: number): number {
  const wide = wideBytes(fills);
  const n = fills.count;
  const end = offset + pad8(HEAD + columnBytes(n) + fills.textLength + wide.length);
  assert(offset % 8 === 0 && end <= into.length, "fills are written aligned, where there is room");
  new Uint32Array(into.buffer, into.byteOffset + offset, 4).set([n, fills.textLength, wide.length, 0]);
  let at = offset + HEAD;
  for (const column of columnsOf(fills)) {
    into.set(new Uint8Array(column.buffer, column.byteOffset, n * column.BYTES_PER_ELEMENT), at);
    at += n * column.BYTES_PER_ELEMENT;
  }
  into.fill(0, at, offset + HEAD + columnBytes(n));
  at = offset + HEAD + columnBytes(n);
  into.set(fills.texts.subarray(0, fills.textLength), at);
  into.set(wide, at + fills.textLength);
  into.fill(0, at + fills.textLength + wide.length, end);
  return end;
}

/** Fills written by `encodeFills`, as views of `bytes`: valid as long as those are left alone. */
export function decodeFills(bytes: Uint8Array, offset: number): { fills: FillColumns; end: number } {
  const head = new Uint32Array(bytes.buffer, bytes.byteOffset + offset, 4);
  const [n, textBytes, wideLength] = [head[0]!, head[1]!, head[2]!];
  const fills = viewsOf(bytes, offset, n);
  fills.count = n;
  const textAt = offset + HEAD + columnBytes(n);
  fills.texts = bytes.subarray(textAt, textAt + textBytes);
  if (wideLength > 0) readWide(fills, decodeUtf8(bytes, textAt + textBytes, textAt + textBytes + wideLength));
  return { fills, end: offset + pad8(HEAD + columnBytes(n) + textBytes + wideLength) };
}

/** Empty columns that lie in memory as `encodeFills` would write them, so that a full batch need not be copied: see `bytesInPlace`. */
export function columnsInPlace(rows: number, textBytes: number): FillColumns {
  const bytes = new Uint8Array(pad8(HEAD + columnBytes(rows) + textBytes));
  const fills = viewsOf(bytes, 0, rows);
  fills.texts = bytes.subarray(HEAD + columnBytes(rows));
  return fills;
}

/** Full columns of `columnsInPlace` as `decodeFills` reads them, in the memory they have; undefined for others, and where a text or an amount has gone elsewhere. */
export function bytesInPlace(fills: FillColumns): Uint8Array<ArrayBuffer> | undefined {
  const buffer = fills.quantity.buffer as ArrayBuffer;
  if (fills.count !== fills.capacity || fills.quantity.byteOffset !== HEAD || fills.texts.buffer !== buffer || fills.wide.size > 0) return undefined;
  new Uint32Array(buffer, 0, 4).set([fills.count, fills.textLength, 0, 0]);
  return new Uint8Array(buffer);
}

/** The columns of `n` rows behind a head at `offset`. */
function viewsOf(bytes: Uint8Array, offset: number, n: number): FillColumns {
  const fills = new FillColumns(0);
  let at = bytes.byteOffset + offset + HEAD;
  const f64 = () => ((at += n * 8), new Float64Array(bytes.buffer, at - n * 8, n));
  const i32 = () => ((at += n * 4), new Int32Array(bytes.buffer, at - n * 4, n));
  const u32 = () => ((at += n * 4), new Uint32Array(bytes.buffer, at - n * 4, n));
  const u8 = () => ((at += n), new Uint8Array(bytes.buffer, at - n, n));
  fills.quantity = f64();
  fills.price = f64();
  fills.fee = f64();
  fills.timeHigh = i32();
  fills.timeLow = u32();
  fills.route = i32();
  fills.feeCurrency = i32();
  fills.strategy = i32();
  fills.signal = i32();
  fills.idEnd = u32();
  fills.noteEnd = u32();
  fills.traits = new Uint16Array(bytes.buffer, at, n);
  at += n * 2;
  fills.quantityDigits = u8();
  fills.priceDigits = u8();
  fills.feeDigits = u8();
  return fills;
}

function columnsOf(fills: FillColumns) {
  return [
    fills.quantity, fills.price, fills.fee, fills.timeHigh, fills.timeLow, fills.route, fills.feeCurrency, fills.strategy,
    fills.signal, fills.idEnd, fills.noteEnd, fills.traits, fills.quantityDigits, fills.priceDigits, fills.feeDigits,
  ];
}

function wideBytes(fills: FillColumns): Uint8Array {
  if (fills.wide.size === 0) return new Uint8Array(0);
  return encodeUtf8(JSON.stringify([...fills.wide].map(([row, w]) => [row, `${w.quantity}`, `${w.price}`, `${w.fee}`])));
}

function readWide(fills: FillColumns, json: string): void {
  for (const [row, quantity, price, fee] of JSON.parse(json) as [number, string, string, string][]) {
    fills.wide.set(row, { quantity: BigInt(quantity), price: BigInt(price), fee: BigInt(fee) });
  }
}
