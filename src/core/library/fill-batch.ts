import { formatScaled } from "../num/index.ts";
import { isRowProblem, LIQUIDITIES, readFillRow, traitsOf, VENUE_TYPES, type Directory, type FillColumns, type FillTexts, type Liquidity, type TextProblem, type VenueType } from "../model/index.ts";
import type { Amount, AmountColumn, Column, Price, PriceColumn, Quantity, QuantityColumn } from "./amounts.ts";
import { UNREADABLE, type NameNumbers } from "./name-numbers.ts";
import { scanEpoch, scanInteger, scanMoment, scannedMoment, scannedNumber, scanNumber } from "./scan.ts";
import { said, timeText, type Time } from "./texts.ts";

/** One value for all fills, or one for each. */
export type Each<T> = T | readonly T[];

/** Many fills, an array a field: as long as `id`, or one value for all. */
export interface FillArrays {
  readonly id: readonly string[];
  readonly venue: Each<string>;
  readonly symbol: Each<string>;
  readonly side?: Each<"buy" | "sell"> | undefined; // left out: a negative quantity is sold
  readonly quantity: QuantityColumn | readonly Quantity[];
  readonly price: PriceColumn | readonly Price[];
  readonly timestamp: readonly Time[] | Float64Array | BigInt64Array; // integer epochs; nanoseconds
  readonly account?: Each<string> | undefined;
  readonly fee?: AmountColumn | readonly Amount[] | undefined;
  readonly feeCurrency?: Each<string> | undefined;
  readonly venueType?: Each<VenueType> | undefined;
  readonly liquidity?: Each<Liquidity> | undefined;
  readonly strategy?: Each<string> | undefined;
  readonly signalId?: Each<string> | undefined;
}

const NAMES = ["account", "venue", "symbol", "side", "feeCurrency", "venueType", "liquidity", "strategy", "signalId"] as const;
const FIELDS: readonly string[] = ["id", "quantity", "price", "timestamp", "fee", ...NAMES];
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const LAST_NS_HIGH = 2 ** 31 - 2 ** 24; // years near the ends of what 64 bits hold are left to the general reader

/** A batch of fills as arrays: checked as a whole when it is made, then read row by row. */
export class FillBatch {
  readonly count: number;
  readonly #of: FillArrays;
  readonly #quantity: Column<"quantity">;
  readonly #price: Column<"price">;
  readonly #fee: Column<"amount"> | undefined;
  readonly #halves: Int32Array | undefined; // of times in nanoseconds
  readonly #numbers: NameNumbers;
  readonly #directory: Directory;

  /** @throws TypeError for columns that are none, or not of one length */
  constructor(of: FillArrays, directory: Directory, numbers: NameNumbers) {
    if (typeof of !== "object" || !Array.isArray(of.id)) throw new TypeError("a batch of fills: id takes an array of texts");
    this.count = of.id.length;
    this.#of = of;
    this.#directory = directory;
    this.#numbers = numbers;
    const unknown = Object.keys(of).find((field) => !FIELDS.includes(field));
    if (unknown !== undefined) throw new TypeError(`a batch of fills: there is no field ${unknown}; there are ${FIELDS.join(", ")}`);
    this.#quantity = columnOf(of.quantity, "quantity", "quantity", "quantities");
    this.#price = columnOf(of.price, "price", "price", "prices");
    this.#fee = of.fee === undefined ? undefined : columnOf(of.fee, "amount", "fee", "amounts");
    const { timestamp } = of;
    if (!Array.isArray(timestamp) && !(timestamp instanceof Float64Array) && !(timestamp instanceof BigInt64Array)) throw new TypeError("a batch of fills: timestamp takes an array of times, a Float64Array of integer epochs, or a BigInt64Array of nanoseconds");
    this.#halves = timestamp instanceof BigInt64Array ? new Int32Array(timestamp.buffer, timestamp.byteOffset, timestamp.length * 2) : undefined;
    for (const field of NAMES) {
      const value = of[field];
      if (Array.isArray(value)) this.#hasLength(field, value.length);
      else if (typeof value !== "string" && (value !== undefined || field === "venue" || field === "symbol")) throw new TypeError(`a batch of fills: ${field} is ${said(value)}: give a text for all fills, or an array of texts`);
    }
    for (const [field, column] of [["quantity", this.#quantity], ["price", this.#price], ["fee", this.#fee]] as const) if (column !== undefined) this.#hasLength(field, (column.texts ?? column.integers)!.length);
    this.#hasLength("timestamp", timestamp.length);
  }

  #hasLength(field: string, length: number): void {
    if (length !== this.count) throw new TypeError(`a batch of fills: ${field} has ${length} values, id has ${this.count}: give one for each fill`);
  }

  /** Adds a row to columns that have room, or says why it is no fill. */
  read(row: number, to: FillColumns): TextProblem | undefined {
    if (this.#readFast(row, to)) return undefined;
    const texts = this.#textsOf(row);
    if ("reason" in texts) return texts;
    const read = readFillRow(texts, { signed: this.#of.side === undefined, autoId: false });
    if (isRowProblem(read)) return read;
    to.push(read.fill, this.#directory);
    return undefined;
  }

  /** The ordinary row, straight into the columns. False when the plain reader must look at it. */
  #readFast(row: number, to: FillColumns): boolean {
    const { id, account, venue, symbol, side, feeCurrency, strategy, signalId, venueType, liquidity, timestamp } = this.#of;
    const at = to.count;
    const numbers = this.#numbers;
    const route = numbers.route(account === undefined ? "default" : valueAt(account, row), valueAt(venue, row), valueAt(symbol, row));
    const currency = feeCurrency === undefined ? -1 : numbers.name(valueAt(feeCurrency, row));
    const tag = strategy === undefined ? -1 : numbers.name(valueAt(strategy, row));
    const signal = signalId === undefined ? -1 : numbers.name(valueAt(signalId, row));
    if (route < 0 || currency === UNREADABLE || tag === UNREADABLE || signal === UNREADABLE) return false;
    const sign = side === undefined ? 0 : signOf(valueAt(side, row));
    if (Number.isNaN(sign) || !scanAt(this.#quantity, row) || scannedNumber.mantissa === 0 || (sign !== 0 && scannedNumber.mantissa < 0)) return false;
    to.quantity[at] = sign === 0 ? scannedNumber.mantissa : sign * scannedNumber.mantissa;
    to.quantityDigits[at] = scannedNumber.digits;
    if (!scanAt(this.#price, row)) return false;
    to.price[at] = scannedNumber.mantissa;
    to.priceDigits[at] = scannedNumber.digits;
    if (!(this.#fee === undefined ? scanInteger(0, 0) : scanAt(this.#fee, row))) return false;
    to.fee[at] = scannedNumber.mantissa;
    to.feeDigits[at] = scannedNumber.digits;
    if (this.#halves === undefined) {
      const time = timestamp[row];
      if (!(typeof time === "string" ? scanMoment(time) : typeof time === "number" && scanEpoch(time))) return false;
      to.timeHigh[at] = scannedMoment.high;
      to.timeLow[at] = scannedMoment.low;
    } else {
      const high = this.#halves[row * 2 + (IS_LITTLE_ENDIAN ? 1 : 0)]!;
      if (Math.abs(high) > LAST_NS_HIGH) return false;
      to.timeHigh[at] = high;
      to.timeLow[at] = this.#halves[row * 2 + (IS_LITTLE_ENDIAN ? 0 : 1)]!;
      scannedMoment.unit = 3;
    }
    const traits = traitsAt(valueAt(venueType ?? "unknown", row), valueAt(liquidity ?? "", row));
    if (traits < 0 || !pushId(id[row]!, to, at)) return false;
    to.traits[at] = traits | scannedMoment.unit; // the unit stands in the lowest bits
    to.route[at] = route;
    to.feeCurrency[at] = currency;
    to.strategy[at] = tag;
    to.signal[at] = signal;
    to.count = at + 1;
    return true;
  }

  #textsOf(row: number): FillTexts | TextProblem {
    const { id, account, venue, symbol, side, feeCurrency, strategy, signalId, venueType, liquidity, timestamp } = this.#of;
    const named = (values: Each<string> | undefined): string | undefined => (values === undefined ? undefined : valueAt(values, row));
    const of: Record<string, unknown> = {
      id: id[row], account: named(account), venue: named(venue), symbol: named(symbol), side: named(side), fee_currency: named(feeCurrency),
      strategy: named(strategy), signal_id: named(signalId), venue_type: named(venueType), liquidity: named(liquidity),
    };
    if (of["account"] === undefined || (typeof of["account"] === "string" && of["account"].trim() === "")) of["account"] = "default";
    for (const [column, amounts] of [["quantity", this.#quantity], ["price", this.#price], ["fee", this.#fee]] as const) {
      const integer = amounts?.integers?.[row];
      if (integer === undefined) of[column] = amounts?.texts?.[row];
      else if (Number.isSafeInteger(integer)) of[column] = formatScaled(BigInt(integer), amounts!.digits);
      else return { column, reason: `${integer} is no integer that a float holds exactly: give these as text` };
    }
    try {
      of["timestamp"] = timeText(timestamp[row], "timestamp");
    } catch (error) {
      return { column: "timestamp", reason: (error as Error).message.replace("timestamp: ", "") };
    }
    const wrong = Object.entries(of).find(([, value]) => value !== undefined && typeof value !== "string");
    return wrong === undefined ? of : { column: wrong[0], reason: `is ${said(wrong[1])}: write text` };
  }
}

function columnOf<Unit extends string>(of: Column<Unit> | readonly string[] | undefined, unit: Unit, field: string, maker: string): Column<Unit> {
  if (Array.isArray(of)) return { unit, texts: of as readonly string[], integers: undefined, digits: 0 };
  const column = of as Column<Unit> | undefined;
  if (column?.unit !== unit) throw new TypeError(`a batch of fills: ${field} is ${column?.unit === undefined ? said(of) : `a column of ${column.unit}`}: make it with ${maker}(…)`);
  return column;
}

function valueAt<T extends string>(of: Each<T>, row: number): T {
  return typeof of === "string" ? of : of[row]!;
}

function signOf(side: string): number {
  return side === "buy" ? 1 : side === "sell" ? -1 : Number.NaN;
}

function scanAt({ texts, integers, digits }: Column<string>, row: number): boolean {
  if (integers !== undefined) return scanInteger(integers[row]!, digits);
  const text: unknown = texts![row];
  return typeof text === "string" && scanNumber(text);
}

const known = { venueType: "unknown", liquidity: "", traits: traitsOf({ unit: "s" }, { venueType: "unknown", liquidity: "" }) }; // mostly the same again

function traitsAt(venueType: VenueType, liquidity: Liquidity): number {
  if (known.venueType === venueType && known.liquidity === liquidity) return known.traits;
  if (!VENUE_TYPES.includes(venueType) || !LIQUIDITIES.includes(liquidity)) return -1;
  known.venueType = venueType;
  known.liquidity = liquidity;
  return (known.traits = traitsOf({ unit: "s" }, { venueType, liquidity }));
}

const LONGEST_ID = 256;

/** Writes an id of plain ASCII as the text of a row. */
function pushId(id: unknown, to: FillColumns, at: number): boolean {
  if (typeof id !== "string" || id.length === 0 || id.length > LONGEST_ID) return false;
  to.reserveText(id.length);
  const { texts } = to;
  const start = to.idStart(at);
  for (let i = 0; i < id.length; i += 1) {
    const code = id.charCodeAt(i);
    if (code <= 32 || code >= 127) return false; // a space may stand at an end, where it is cut off
    texts[start + i] = code;
  }
  to.idEnd[at] = start + id.length;
  to.noteEnd[at] = start + id.length;
  return true;
}
