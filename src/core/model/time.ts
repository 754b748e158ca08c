/** The unit a time was written in: two venues' copies of one fill are compared at the coarser one. */
export type TimeUnit = "s" | "ms" | "us" | "ns";
export const TIME_UNITS: readonly TimeUnit[] = ["s", "ms", "us", "ns"];
const UNIT_NS: readonly bigint[] = [1_000_000_000n, 1_000_000n, 1_000n, 1n];

/** An instant: nanoseconds since 1970 UTC, and the unit it was written in. */
export interface Instant {
  readonly ns: bigint;
  readonly unit: TimeUnit;
}
export interface TimeProblem {
  readonly problem: "not_a_time";
  readonly why: string;
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/i;
/** A sign and the 19 digits of the longest epoch that is kept: more are not even converted, however many come. */
const MAX_EPOCH = 20;
const SECONDS_A_DAY = 86_400;
const NS_A_SECOND = 1e9;
/** Times are kept in 64 bits of nanoseconds: the years 1678 to 2261. */
const FIRST_YEAR = 1678;
const LAST_YEAR = 2261;

/** Nanoseconds in one unit. */
export function unitNs(unit: TimeUnit): bigint {
  return UNIT_NS[TIME_UNITS.indexOf(unit)]!;
}

/**
 * The last whole `step` not later than `ns`, also before 1970.
 * @example floorTo(-1n, 60n) // => -60n
 */
export function floorTo(ns: bigint, step: bigint): bigint {
  return ns - (((ns % step) + step) % step);
}

/**
 * Reads ISO 8601 (no zone means UTC; a date alone is its midnight) or an integer epoch whose unit its size tells.
 * @example readTime("2024-02-29T12:00:00.5Z") // => { ns: 1709208000500000000n, unit: "ms" }
 * @example readTime("1709208000") // => { ns: 1709208000000000000n, unit: "s" }
 * @example readTime("2023-02-29") // => { problem: "not_a_time", why: "\"2023-02-29\" names a day that does not exist" }
 */
export function readTime(text: string): Instant | TimeProblem {
  if (/^[+-]?\d+$/.test(text)) return readEpoch(text);
  const parts = ISO.exec(text);
  if (parts === null) return bad(text, "is neither ISO 8601 (2024-01-31T12:00:00Z) nor an integer epoch");
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((i) => Number(parts[i] ?? "0")) as [number, number, number, number, number, number];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return bad(text, "names a day that does not exist");
  if (hour > 23 || minute > 59 || second > 59) return bad(text, "names a time of day that does not exist");
  if (year < FIRST_YEAR || year > LAST_YEAR) return bad(text, `lies outside the years ${FIRST_YEAR} to ${LAST_YEAR}`);
  const offset = zoneSeconds(parts[8]);
  if (offset === undefined) return bad(text, "names a time zone that does not exist");
  const fraction = parts[7] ?? "";
  const seconds = daysFromCivil(year, month, day) * SECONDS_A_DAY + hour * 3600 + minute * 60 + second - offset;
  return { ns: BigInt(seconds) * UNIT_NS[0]! + BigInt(fraction.padEnd(9, "0")), unit: TIME_UNITS[Math.ceil(fraction.length / 3)]! };
}

/**
 * ISO 8601 text in UTC with the fewest decimals.
 * @example formatTime(1709208000500000000n) // => "2024-02-29T12:00:00.5Z"
 */
export function formatTime(ns: bigint): string {
  const toZero = ns / UNIT_NS[0]!;
  let fraction = Number(ns - toZero * UNIT_NS[0]!);
  let whole = Number(toZero);
  if (fraction < 0) {
    fraction += NS_A_SECOND;
    whole -= 1;
  }
  const days = Math.floor(whole / SECONDS_A_DAY);
  const ofDay = whole - days * SECONDS_A_DAY;
  const time = `${dateText(days)}T${two(Math.floor(ofDay / 3600))}:${two(Math.floor(ofDay / 60) % 60)}:${two(ofDay % 60)}`;
  if (fraction === 0) return `${time}Z`;
  let digits = 9;
  let shown = fraction;
  for (; shown % 10 === 0; digits -= 1) shown /= 10;
  return `${time}.${`${shown}`.padStart(digits, "0")}Z`;
}

/** The date that was asked for last: times come day by day. */
let latest = { days: Number.NaN, text: "" };

function dateText(days: number): string {
  if (latest.days !== days) latest = { days, text: civilDate(days) };
  return latest.text;
}

/** The Gregorian date of a day since 1970-01-01 (Hinnant, civil_from_days). */
function civilDate(days: number): string {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153); // months from March on
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${`${year}`.padStart(4, "0")}-${two(month)}-${two(dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1)}`;
}

function two(n: number): string {
  return n < 10 ? `0${n}` : `${n}`;
}

/**
 * A time as it was written: at its unit, so that reading it again gives the same instant and the same unit.
 * @example formatTimeAs(1709208000500000000n, "us") // => "2024-02-29T12:00:00.500000Z"
 */
export function formatTimeAs(ns: bigint, unit: TimeUnit): string {
  const decimals = TIME_UNITS.indexOf(unit) * 3;
  const text = formatTime(ns);
  const point = text.indexOf(".");
  const [whole, fraction] = point < 0 ? [text.slice(0, -1), ""] : [text.slice(0, point), text.slice(point + 1, -1)];
  return decimals === 0 ? `${whole}Z` : `${whole}.${fraction.padEnd(decimals, "0").slice(0, decimals)}Z`;
}

/** Whole seconds since 1970 of a UTC date and time of day that exist. */
export function epochSeconds(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  return daysFromCivil(year, month, day) * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
}

/** Days in a month of the Gregorian calendar. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01 (H. Hinnant, "chrono-compatible low-level date algorithms", days_from_civil). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

function readEpoch(text: string): Instant | TimeProblem {
  if (text.length > MAX_EPOCH) return bad(text, `lies outside the years ${FIRST_YEAR} to ${LAST_YEAR}`);
  const value = BigInt(text);
  const size = value < 0n ? -value : value;
  if (looksLikeDate(text)) return bad(text, `looks like a date, not an epoch: write ${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`);
  const unit = size < 100_000_000_000n ? 0 : size < 100_000_000_000_000n ? 1 : size < 100_000_000_000_000_000n ? 2 : 3;
  const ns = value * UNIT_NS[unit]!;
  if (ns >= 9_214_646_400_000_000_000n || ns < -9_214_560_000_000_000_000n) return bad(text, `lies outside the years ${FIRST_YEAR} to ${LAST_YEAR}`);
  return { ns, unit: TIME_UNITS[unit]! };
}

/** 20240131 would silently be read as a day in 1970. */
function looksLikeDate(text: string): boolean {
  if (text.length !== 8) return false;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(4, 6));
  const day = Number(text.slice(6));
  return year >= 1900 && year <= 2200 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

function zoneSeconds(zone: string | undefined): number | undefined {
  if (zone === undefined || /^(z|utc)$/i.test(zone)) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(":", "") || "0");
  if (hours > 15 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60);
}

function bad(text: string, why: string): TimeProblem {
  return { problem: "not_a_time", why: `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}" ${why}` };
}
