import { parse } from "lossless-json";
import { formatDecimal, isProblem, readDecimal, type Decimal } from "../../core/num/index.ts";
import { nameProblem, readTime } from "../../core/model/index.ts";
import { CHECKSUM_KINDS, type ChecksumKind, type LadderChecksum, type LadderMessage, type Level } from "../../core/market/index.ts";
import { textOf } from "./cell.ts";
import { shown } from "./input-error.ts";
import { nearest, snakeCase } from "./names.ts";

/** Why an object is no ladder message: the key at fault, if one is, and why. */
export interface BookProblem {
  readonly column?: string;
  readonly reason: string;
  readonly unread?: LadderMessage; // says of which ladder something was said that is not known, where that can be read
}

const KEYS = ["type", "venue", "symbol", "timestamp", "sequence", "first_sequence", "previous_sequence", "bids", "asks", "checksum", "depth", "funding"] as const;
type Key = (typeof KEYS)[number];
const REQUIRED: readonly Key[] = ["type", "venue", "symbol", "timestamp"];
const NS_A_US = 1_000n;

/** A refusal on its way out of the depths of an object. */
class Refused extends Error {
  readonly problem: BookProblem;

  constructor(reason: string, column?: string) {
    super(reason);
    this.problem = column === undefined ? { reason } : { column, reason };
  }
}

/**
 * Reads one ladder message: `{"type": "snapshot" | "update", "venue", "symbol", "timestamp", "bids": [["price", "quantity"], …], "asks",
 * "sequence"?, "firstSequence"?, "previousSequence"?, "checksum"?: {"kind", "value"}, "depth"?, "funding"?: {"rate", "intervalHours"}}`. A level may be an object
 * `{price, quantity}`. No amount goes through a float, and decimals count as they are written.
 */
export function readBookMessage(bytes: Uint8Array): LadderMessage | BookProblem {
  let object: object | undefined;
  try {
    object = objectOf(bytes);
    return messageOf(valuesOf(object));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const unread = object === undefined ? undefined : unreadOf(object, error.message);
    return unread === undefined ? error.problem : { ...error.problem, unread };
  }
}

/** What a message that cannot be read says of its ladder: that it is not known any more. */
function unreadOf(object: object, why: string): LadderMessage | undefined {
  const named = (wanted: Key) => Object.entries(object).find(([name]) => snakeCase(name) === wanted)?.[1] as unknown;
  const [venue, symbol] = [named("venue"), named("symbol")];
  if (typeof venue !== "string" || typeof symbol !== "string" || nameProblem(venue.trim()) !== undefined || nameProblem(symbol.trim()) !== undefined) return undefined;
  return { type: "update", venue: venue.trim(), symbol: symbol.trim(), timeUs: 0, bids: [], asks: [], unread: why };
}

/** Whether reading a message failed. */
export function isBookProblem(read: LadderMessage | BookProblem): read is BookProblem {
  return "reason" in read;
}

function objectOf(bytes: Uint8Array): object {
  const text = textOf(bytes, 0, bytes.length);
  if (text === undefined) throw new Refused("is not UTF-8");
  let value: unknown;
  try {
    value = parse(text, undefined, { parseNumber: (digits) => digits, onDuplicateKey: ({ key }) => { throw new SyntaxError(`the key "${key}" stands twice`); } });
  } catch (error) {
    throw new Refused(`is not JSON: ${error instanceof RangeError ? "too deeply nested" : (error as Error).message}`);
  }
  if (!isObject(value)) throw new Refused('is not an object: write {"type": "snapshot", …}');
  return value;
}

function valuesOf(object: object): ReadonlyMap<Key, unknown> {
  const values = new Map<Key, unknown>();
  for (const [name, of] of Object.entries(object) as [string, unknown][]) {
    const key = KEYS.find((one) => one === snakeCase(name));
    if (key === undefined) {
      const meant = nearest(name, KEYS);
      throw new Refused(`unknown key ${shown(name)}${meant === undefined ? "" : `: did you mean ${shown(meant)}?`}`);
    }
    if (of !== null) values.set(key, of);
  }
  const missing = REQUIRED.find((key) => !values.has(key));
  if (missing !== undefined) throw new Refused("is missing", missing);
  return values;
}

function messageOf(values: ReadonlyMap<Key, unknown>): LadderMessage {
  const type = textIn(values, "type");
  if (type !== "snapshot" && type !== "update") throw new Refused(`is ${shown(type)}: write snapshot or update`, "type");
  const time = readTime(textIn(values, "timestamp"));
  if ("problem" in time) throw new Refused(time.why, "timestamp");
  const written = { price: 0, quantity: 0 };
  const bids = levelsIn(values, "bids", written);
  const asks = levelsIn(values, "asks", written);
  const sequence = numberIn(values, "sequence");
  const firstSequence = numberIn(values, "first_sequence");
  const previousSequence = numberIn(values, "previous_sequence");
  const depth = numberIn(values, "depth");
  if (sequence === undefined && (firstSequence ?? previousSequence) !== undefined) throw new Refused("is missing: other numbers refer to it", "sequence");
  if (depth === 0) throw new Refused("is 0: a ladder has at least one level a side", "depth");
  const checksum = checksumIn(values);
  const funding = fundingIn(values);
  return {
    type, venue: nameIn(values, "venue"), symbol: nameIn(values, "symbol"), timeUs: Number(time.ns / NS_A_US), bids, asks, digits: written,
    ...(sequence === undefined ? {} : { sequence }), ...(firstSequence === undefined ? {} : { firstSequence }), ...(previousSequence === undefined ? {} : { previousSequence }),
    ...(checksum === undefined ? {} : { checksum }), ...(depth === undefined ? {} : { depth }), ...(funding === undefined ? {} : { funding }),
  };
}

function textIn(values: ReadonlyMap<Key, unknown>, key: Key): string {
  const value = values.get(key);
  if (typeof value !== "string") throw new Refused(`is ${kindOf(value)}, not a text`, key);
  return value.trim();
}

function nameIn(values: ReadonlyMap<Key, unknown>, key: Key): string {
  const name = textIn(values, key);
  const problem = nameProblem(name);
  if (problem !== undefined) throw new Refused(problem, key);
  return name;
}

function numberIn(values: ReadonlyMap<Key, unknown>, key: Key): number | undefined {
  return values.has(key) ? wholeNumber(values.get(key), key) : undefined;
}

function wholeNumber(value: unknown, key: string, from: 0 | "any" = 0): number {
  const text = typeof value === "string" ? value.trim() : kindOf(value);
  const number = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(number) || (from === 0 && number < 0)) throw new Refused(`is ${shown(text)}: write a whole number${from === 0 ? " of at least 0" : ""}, below 2^53`, key);
  return number;
}

function levelsIn(values: ReadonlyMap<Key, unknown>, key: "bids" | "asks", written: { price: number; quantity: number }): Level[] {
  const list = values.get(key) ?? [];
  if (!Array.isArray(list)) throw new Refused(`is ${kindOf(list)}, not a list of levels`, key);
  return (list as readonly unknown[]).map((level, at): Level => {
    const place = `${key}[${at}]`;
    const [price, quantity] = Array.isArray(level) ? (level as readonly unknown[]) : isObject(level) ? [level["price"], level["quantity"]] : [];
    return { price: amount(price, `${place} price`, (digits) => (written.price = Math.max(written.price, digits))), quantity: quantityOf(quantity, `${place} quantity`, written) };
  });
}

function quantityOf(value: unknown, place: string, written: { quantity: number }): Decimal {
  const quantity = amount(value, place, (digits) => (written.quantity = Math.max(written.quantity, digits)));
  if (quantity.mantissa < 0n) throw new Refused("is below 0: a level has a quantity of at least 0, and 0 takes it away", place);
  return quantity;
}

/** An amount, exactly; `see` is told the decimals that it is written with. */
function amount(value: unknown, place: string, see: (digits: number) => void): Decimal {
  if (typeof value !== "string") throw new Refused(value === undefined ? 'is missing: a level is ["price", "quantity"]' : `is ${kindOf(value)}, not a number`, place);
  const text = value.trim();
  const read = readDecimal(text);
  if (isProblem(read)) throw new Refused(read.why, place);
  const point = text.indexOf(".");
  see(point < 0 || /e/i.test(text) ? read.digits : Math.min(18, text.length - point - 1));
  return read;
}

function checksumIn(values: ReadonlyMap<Key, unknown>): LadderChecksum | undefined {
  const given = values.get("checksum");
  if (given === undefined) return undefined;
  if (!isObject(given)) throw new Refused(`is ${kindOf(given)}: write {"kind": "${CHECKSUM_KINDS.join('" | "')}", "value": …}`, "checksum");
  const kind = CHECKSUM_KINDS.find((one): one is ChecksumKind => one === given["kind"]);
  if (kind === undefined) throw new Refused(`is of a kind that is not known: write ${CHECKSUM_KINDS.join(" or ")}`, "checksum");
  const value = wholeNumber(given["value"], "checksum", "any");
  if (value < -(2 ** 31) || value >= 2 ** 32) throw new Refused("has more than 32 bits", "checksum");
  return { kind, value };
}

/** What a perpetual pays from the long to the short: an estimate of the venue, so a number. */
function fundingIn(values: ReadonlyMap<Key, unknown>): LadderMessage["funding"] {
  const given = values.get("funding");
  if (given === undefined) return undefined;
  const [rate, hours] = isObject(given) ? [numberOf(given["rate"]), numberOf(given["intervalHours"] ?? given["interval_hours"])] : [];
  if (rate === undefined || hours === undefined || Math.abs(rate) >= 1 || hours <= 0) throw new Refused('is none: write {"rate": "0.0001", "intervalHours": 8}, the share of the value that the long pay the short each time', "funding");
  return { rate, intervalHours: hours };
}

function numberOf(value: unknown): number | undefined {
  const read = typeof value === "string" ? readDecimal(value) : undefined;
  return read === undefined || isProblem(read) ? undefined : Number(formatDecimal(read));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  return value === undefined ? "missing" : value === null ? "null" : Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : typeof value === "string" ? shown(value) : typeof value;
}
