import { formatTimeAs, readTime } from "../model/index.ts";

/** A time: ISO 8601 text, a `Date`, nanoseconds since 1970 as a bigint, or an integer epoch in s, ms, µs or ns, told by its size. */
export type Time = string | Date | bigint | number;

/** The time a bigint, a `Date` or a text says, in nanoseconds. @throws TypeError for what is none */
export function nanoseconds(time: Time, what: string): bigint {
  if (typeof time === "bigint") return time;
  const text = timeText(time, what);
  const read = readTime(text);
  if ("problem" in read) throw new TypeError(`${what}: ${read.why}`);
  return read.ns;
}

/** The text of a time, at the unit it was given in. */
export function timeText(time: unknown, what: string): string {
  if (typeof time === "string") return time;
  if (typeof time === "bigint") return formatTimeAs(time, "ns");
  if (typeof time === "number" && Number.isSafeInteger(time)) return `${time}`;
  if (time instanceof Date && !Number.isNaN(time.getTime())) return time.toISOString();
  throw new TypeError(`${what}: ${said(time)} is no time: give ISO 8601 text, a Date, nanoseconds as a bigint, or an integer epoch`);
}

/** How the fields of an object become texts by column: which are times, which may be integers or a boolean. */
export interface Fields {
  readonly what: string; // for messages
  readonly texts: readonly string[];
  readonly times?: readonly string[];
  readonly numbers?: readonly string[]; // plain numbers that are estimates, or integers
  readonly booleans?: readonly string[];
}

/**
 * The values of an object as texts by column, in snake_case, without spaces around them. Values that are no text where text is due are a
 * mistake of the program, not of the data: a TypeError that names the field.
 */
export function textsOf(object: unknown, fields: Fields): Record<string, string> {
  const { what, texts, times = [], numbers = [], booleans = [] } = fields;
  if (typeof object !== "object" || object === null) throw new TypeError(`${what}: takes an object, not ${said(object)}`);
  const result: Record<string, string> = {};
  for (const [field, value] of Object.entries(object) as [string, unknown][]) {
    if (value === undefined || value === null) continue;
    const place = `${what}: ${field}`;
    if (times.includes(field)) result[column(field)] = timeText(value, place).trim();
    else if (texts.includes(field) && typeof value === "string") result[column(field)] = value.trim();
    else if (numbers.includes(field) && (typeof value === "string" || typeof value === "number")) result[column(field)] = `${value}`.trim();
    else if (booleans.includes(field) && typeof value === "boolean") result[column(field)] = `${value}`;
    else throw new TypeError(known(fields, field) ? `${place} is ${said(value)}: ${mend(field)}` : `${what}: there is no field ${field}; there are ${all(fields).join(", ")}`);
  }
  return result;
}

/** `fee_currency` → `feeCurrency`: the field that a column stands for. */
export function fieldOf(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

const columns = new Map<string, string>();
function column(field: string): string {
  let name = columns.get(field);
  if (name === undefined) columns.set(field, (name = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)));
  return name;
}

function all({ texts, times = [], numbers = [], booleans = [] }: Fields): string[] {
  return [...texts, ...times, ...numbers, ...booleans];
}

function known(fields: Fields, field: string): boolean {
  return all(fields).includes(field);
}

const MAKERS: Readonly<Record<string, string>> = { price: "price", quantity: "quantity", amount: "amount", fee: "amount", cost: "amount", arrivalPrice: "price" };

function mend(field: string): string {
  const maker = MAKERS[field];
  return maker === undefined ? "write text" : `write ${maker}("…") with its exact decimal text`;
}

/** A value as it is named in a message. */
export function said(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return `the ${typeof value} ${value}`;
  if (value === null || value === undefined) return `${value}`;
  return Array.isArray(value) ? "an array" : value instanceof Date ? "a Date" : `a value of type ${typeof value}`;
}
