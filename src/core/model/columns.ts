import { assert, trimmed, type Decimal } from "../num/index.ts";
import type { Directory } from "./directory.ts";
import type { Fill, FillNotes } from "./fill.ts";
import { decodeNotes, encodeNotes } from "./notes.ts";
import { TIME_UNITS, type Instant } from "./time.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";
import { LIQUIDITIES, VENUE_TYPES, type VenueType } from "./venue.ts";

/** Columns that are the same in every directory's numbers. */
const FIGURES = ["quantity", "price", "fee", "timeHigh", "timeLow", "traits", "quantityDigits", "priceDigits", "feeDigits"] as const;
/** Fewer rows are copied one by one: views of nine columns cost more. */
const FEW_ROWS = 16;

/** Amounts too long for a double. */
export interface WideFill {
  readonly quantity: bigint;
  readonly price: bigint;
  readonly fee: bigint;
}

const UNIT_BITS = 0b11;
const LIQUIDITY_SHIFT = 2;
export const VENUE_TYPE_SHIFT = 4;
const EXACT = 2 ** 53;

/**
 * Many fills, a column a field: the one shape in which fills travel from a decoder through the journal into the
 * positions. A row is one fill. Amounts are integers (`quantity / 10^quantityDigits`) with the fewest digits that state them; a row with an amount at or beyond
 * 2^53 holds NaN in `quantity` and its integers in `wide`. Route and name numbers are those of one `Directory`.
 */
export class FillColumns {
  count = 0;
  quantity: Float64Array; // signed: bought > 0, sold < 0
  price: Float64Array;
  fee: Float64Array; // paid > 0
  timeHigh: Int32Array; // nanoseconds since 1970 = high × 2^32 + low
  timeLow: Uint32Array;
  route: Int32Array;
  feeCurrency: Int32Array; // a name's number; −1: the quote currency
  strategy: Int32Array; // −1: none
  signal: Int32Array;
  idEnd: Uint32Array; // row i's id is texts[noteEnd[i−1] … idEnd[i]), its notes texts[idEnd[i] … noteEnd[i])
  noteEnd: Uint32Array;
  traits: Uint16Array; // time unit, liquidity, venue type: see `traitsOf`
  quantityDigits: Uint8Array;
  priceDigits: Uint8Array;
  feeDigits: Uint8Array;
  texts: Uint8Array; // UTF-8
  readonly wide = new Map<number, WideFill>();

  constructor(capacity: number, textCapacity = capacity * 24) {
    this.quantity = new Float64Array(capacity);
    this.price = new Float64Array(capacity);
    this.fee = new Float64Array(capacity);
    this.timeHigh = new Int32Array(capacity);
    this.timeLow = new Uint32Array(capacity);
    this.route = new Int32Array(capacity);
    this.feeCurrency = new Int32Array(capacity);
    this.strategy = new Int32Array(capacity);
    this.signal = new Int32Array(capacity);
    this.idEnd = new Uint32Array(capacity);
    this.noteEnd = new Uint32Array(capacity);
    this.traits = new Uint16Array(capacity);
    this.quantityDigits = new Uint8Array(capacity);
    this.priceDigits = new Uint8Array(capacity);
    this.feeDigits = new Uint8Array(capacity);
    this.texts = new Uint8Array(textCapacity);
  }

  get capacity(): number {
    return this.quantity.length;
  }
  get textLength(): number {
    return this.count === 0 ? 0 : this.noteEnd[this.count - 1]!;
  }
  idStart(row: number): number {
    return row === 0 ? 0 : this.noteEnd[row - 1]!;
  }
  timeNs(row: number): bigint {
    return (BigInt(this.timeHigh[row]!) << 32n) | BigInt(this.timeLow[row]!);
  }
  clear(): void {
    this.count = 0;
    this.wide.clear();
  }

  /** Makes room for `bytes` more of text. */
  reserveText(bytes: number): void {
    const needed = this.textLength + bytes;
    if (needed <= this.texts.length) return;
    const larger = new Uint8Array(Math.max(needed, this.texts.length * 2));
    larger.set(this.texts);
    this.texts = larger;
  }

  /** Adds a fill in its readable form. */
  push(fill: Fill, directory: Directory): void {
    const row = this.count;
    assert(row < this.capacity, "a fill is added only while there is room");
    const { time } = fill;
    this.setAmounts(row, fill);
    this.timeHigh[row] = Number(time.ns >> 32n);
    this.timeLow[row] = Number(time.ns & 0xffff_ffffn);
    this.route[row] = directory.routeNumber(fill.account, fill.venue, fill.symbol);
    this.feeCurrency[row] = directory.nameNumber(fill.feeCurrency);
    this.strategy[row] = directory.nameNumber(fill.strategy);
    this.signal[row] = directory.nameNumber(fill.signalId);
    this.traits[row] = traitsOf(time, fill);
    this.#pushTexts(row, encodeUtf8(fill.id), encodeNotes(fill));
    this.count = row + 1;
  }

  /** Sets the amounts of a row, without needless zeros: as doubles, or beside the columns when one is too long for that. */
  setAmounts(row: number, amounts: Pick<Fill, "quantity" | "price" | "fee">): void {
    const quantity = normal(amounts.quantity);
    const price = normal(amounts.price);
    const fee = normal(amounts.fee);
    this.quantityDigits[row] = quantity.digits;
    this.priceDigits[row] = price.digits;
    this.feeDigits[row] = fee.digits;
    const [q, p, f] = [Number(quantity.mantissa), Number(price.mantissa), Number(fee.mantissa)];
    const narrow = Math.abs(q) < EXACT && Math.abs(p) < EXACT && Math.abs(f) < EXACT;
    this.quantity[row] = narrow ? q : Number.NaN;
    this.price[row] = narrow ? p : Number.NaN;
    this.fee[row] = narrow ? f : Number.NaN;
    if (narrow) this.wide.delete(row);
    else this.wide.set(row, { quantity: quantity.mantissa, price: price.mantissa, fee: fee.mantissa });
  }

  /** Copies one row of `from` to the end; route and names may be given anew, since another directory numbers them otherwise. */
  copyRow(from: FillColumns, row: number, route = from.route[row]!, feeCurrency = from.feeCurrency[row]!, strategy = from.strategy[row]!, signal = from.signal[row]!): void {
    const to = this.count;
    assert(to < this.capacity, "a row is copied only while there is room");
    this.quantity[to] = from.quantity[row]!;
    this.price[to] = from.price[row]!;
    this.fee[to] = from.fee[row]!;
    this.timeHigh[to] = from.timeHigh[row]!;
    this.timeLow[to] = from.timeLow[row]!;
    this.route[to] = route;
    this.feeCurrency[to] = feeCurrency;
    this.strategy[to] = strategy;
    this.signal[to] = signal;
    this.traits[to] = from.traits[row]!;
    this.quantityDigits[to] = from.quantityDigits[row]!;
    this.priceDigits[to] = from.priceDigits[row]!;
    this.feeDigits[to] = from.feeDigits[row]!;
    const wide = from.wide.get(row);
    if (wide !== undefined) this.wide.set(to, wide);
    const start = from.idStart(row);
    const length = from.noteEnd[row]! - start;
    this.reserveText(length);
    const at = this.textLength;
    for (let i = 0; i < length; i += 1) this.texts[at + i] = from.texts[start + i]!;
    this.idEnd[to] = at + from.idEnd[row]! - start;
    this.noteEnd[to] = at + length;
    this.count = to + 1;
  }

  /** Copies rows [start, end) of `from` to the end, in numbers of another directory: what `copyRow` does, column by column. */
  copyRows(from: FillColumns, start: number, end: number, numbers: { route(number: number): number; name(number: number): number }): void {
    const to = this.count;
    const count = end - start;
    assert(to + count <= this.capacity, "rows are copied only while there is room");
    if (count === 0) return;
    if (count < FEW_ROWS) for (let row = start, at = to; row < end; row += 1, at += 1) this.#copyFigures(from, row, at);
    else for (const column of FIGURES) this[column].set(from[column].subarray(start, end), to);
    const textStart = from.idStart(start);
    const textEnd = from.noteEnd[end - 1]!;
    this.reserveText(textEnd - textStart);
    const shift = this.textLength - textStart;
    this.texts.set(from.texts.subarray(textStart, textEnd), textStart + shift);
    for (let row = start, at = to; row < end; row += 1, at += 1) {
      this.route[at] = numbers.route(from.route[row]!);
      this.feeCurrency[at] = numbers.name(from.feeCurrency[row]!);
      this.strategy[at] = numbers.name(from.strategy[row]!);
      this.signal[at] = numbers.name(from.signal[row]!);
      this.idEnd[at] = from.idEnd[row]! + shift;
      this.noteEnd[at] = from.noteEnd[row]! + shift;
      if (from.wide.size > 0 && from.wide.has(row)) this.wide.set(at, from.wide.get(row)!);
    }
    this.count = to + count;
  }

  #copyFigures(from: FillColumns, row: number, to: number): void {
    this.quantity[to] = from.quantity[row]!;
    this.price[to] = from.price[row]!;
    this.fee[to] = from.fee[row]!;
    this.timeHigh[to] = from.timeHigh[row]!;
    this.timeLow[to] = from.timeLow[row]!;
    this.traits[to] = from.traits[row]!;
    this.quantityDigits[to] = from.quantityDigits[row]!;
    this.priceDigits[to] = from.priceDigits[row]!;
    this.feeDigits[to] = from.feeDigits[row]!;
  }

  quantityOf(row: number): Decimal {
    return amount(this.quantity[row]!, this.wide.get(row)?.quantity, this.quantityDigits[row]!);
  }
  priceOf(row: number): Decimal {
    return amount(this.price[row]!, this.wide.get(row)?.price, this.priceDigits[row]!);
  }
  feeOf(row: number): Decimal {
    return amount(this.fee[row]!, this.wide.get(row)?.fee, this.feeDigits[row]!);
  }
  idOf(row: number): string {
    return decodeUtf8(this.texts, this.idStart(row), this.idEnd[row]!);
  }
  timeOf(row: number): Instant {
    return { ns: this.timeNs(row), unit: TIME_UNITS[this.traits[row]! & UNIT_BITS]! };
  }

  notesOf(row: number): FillNotes {
    const [arrivalPrice, slippage, latencyMs, executionScore, orderId] = decodeNotes(this.texts, this.idEnd[row]!, this.noteEnd[row]!);
    return { orderId: orderId || undefined, arrivalPrice: arrivalPrice || undefined, slippage: slippage || undefined, latencyMs: latencyMs || undefined, executionScore: executionScore || undefined };
  }

  venueTypeOf(row: number): VenueType {
    return VENUE_TYPES[this.traits[row]! >> VENUE_TYPE_SHIFT]!;
  }

  /** One row in its readable form. */
  read(row: number, directory: Directory): Fill {
    const { account, venue, symbol } = directory.route(this.route[row]!);
    return {
      account,
      venue,
      symbol,
      id: this.idOf(row),
      quantity: this.quantityOf(row),
      price: this.priceOf(row),
      fee: this.feeOf(row),
      feeCurrency: directory.name(this.feeCurrency[row]!),
      time: this.timeOf(row),
      venueType: this.venueTypeOf(row),
      liquidity: LIQUIDITIES[(this.traits[row]! >> LIQUIDITY_SHIFT) & 0b11]!,
      strategy: directory.name(this.strategy[row]!),
      signalId: directory.name(this.signal[row]!),
      ...this.notesOf(row),
    };
  }

  #pushTexts(row: number, id: Uint8Array, notes: Uint8Array): void {
    this.reserveText(id.length + notes.length);
    const at = this.textLength;
    this.texts.set(id, at);
    this.texts.set(notes, at + id.length);
    this.idEnd[row] = at + id.length;
    this.noteEnd[row] = at + id.length + notes.length;
  }
}

/** The bits of a row's `traits`. */
export function traitsOf(time: Pick<Instant, "unit">, fill: Pick<Fill, "liquidity" | "venueType">): number {
  return TIME_UNITS.indexOf(time.unit) | (LIQUIDITIES.indexOf(fill.liquidity) << LIQUIDITY_SHIFT) | (VENUE_TYPES.indexOf(fill.venueType) << VENUE_TYPE_SHIFT);
}

function normal(value: Decimal): Decimal {
  return trimmed(value.mantissa, value.digits);
}

function amount(narrow: number, wide: bigint | undefined, digits: number): Decimal {
  return { mantissa: wide ?? BigInt(narrow), digits };
}
