import { daysInMonth, epochSeconds } from "../../core/model/index.ts";

/** What the last successful `scanTime` read: nanoseconds = high × 2^32 + low; `unit` counts into TIME_UNITS. */
export const scannedTime = { high: 0, low: 0, unit: 0, epoch: false };

const ZERO = 48;
const NINE = 57;
const DASH = 45;
const COLON = 58;
const BILLION = 1_000_000_000;
const SCALE = [1, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1]; // ns of a fraction's last digit
const LATEST = 9_214_646_400; // years are left to the general reader from here on: 2262
const day = { key: -1, seconds: 0 }; // fills of one day come together

/**
 * Reads a time whose end is not known yet: the fast twin of `readTime` for the two forms nearly all files hold,
 * `YYYY-MM-DDTHH:MM:SS[.f…]Z` (or with a space, or +00:00) and a positive integer epoch.
 * @returns where it ends, with `scannedTime` set; −1 when the general reader must look
 */
export function scanTime(bytes: Uint8Array, start: number): number {
  return bytes[start + 4] === DASH ? scanIso(bytes, start) : scanEpoch(bytes, start);
}

function scanIso(bytes: Uint8Array, start: number): number {
  const t = bytes[start + 10]; // "T" or " "
  if (bytes[start + 7] !== DASH || (t !== 84 && t !== 32) || bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return -1;
  const year = two(bytes, start) * 100 + two(bytes, start + 2);
  const month = two(bytes, start + 5);
  const date = two(bytes, start + 8);
  const hour = two(bytes, start + 11);
  const minute = two(bytes, start + 14);
  const second = two(bytes, start + 17);
  if (year < 1900 || year > 2200 || month < 1 || month > 12 || date < 1 || date > 31 || hour > 23 || minute > 59 || second > 59) return -1;
  let cursor = start + 19;
  let fraction = 0;
  let digits = 0;
  if (bytes[cursor] === 46) {
    cursor += 1;
    for (let digit = bytes[cursor]! ^ ZERO; digit <= 9; digit = bytes[cursor]! ^ ZERO) {
      fraction = fraction * 10 + digit;
      cursor += 1;
    }
    digits = cursor - start - 20;
    if (digits === 0 || digits > 9) return -1;
  }
  if (bytes[cursor] === 90) cursor += 1;
  else if (isPlusZero(bytes, cursor)) cursor += 6;
  else return -1;
  const key = (year * 16 + month) * 32 + date;
  if (key !== day.key) {
    if (date > daysInMonth(year, month)) return -1;
    day.key = key;
    day.seconds = epochSeconds(year, month, date, 0, 0, 0);
  }
  set(day.seconds + hour * 3600 + minute * 60 + second, fraction * SCALE[digits]!);
  scannedTime.unit = digits === 0 ? 0 : digits <= 3 ? 1 : digits <= 6 ? 2 : 3;
  scannedTime.epoch = false;
  return cursor;
}

/** 11 digits or fewer are seconds, 14 milliseconds, 17 microseconds: as `readTime` tells them by size. */
function scanEpoch(bytes: Uint8Array, start: number): number {
  let end = start;
  while (bytes[end]! >= ZERO && bytes[end]! <= NINE) end += 1;
  const count = end - start;
  if (count < 9 || count > 19 || bytes[start] === ZERO) return -1; // eight digits may be a date: the general reader knows
  const unit = count <= 11 ? 0 : count <= 14 ? 1 : count <= 17 ? 2 : 3;
  const seconds = digitsOf(bytes, start, end - unit * 3);
  if (seconds >= LATEST) return -1;
  set(seconds, unit === 0 ? 0 : digitsOf(bytes, end - unit * 3, end) * SCALE[unit * 3]!);
  scannedTime.unit = unit;
  scannedTime.epoch = true;
  return end;
}

/** The low 32 bits come from 32-bit arithmetic, exactly; what is left is a multiple of 2^32, so rounding finds it. */
function set(seconds: number, nanoseconds: number): void {
  const low = (Math.imul(seconds | 0, BILLION) + nanoseconds) >>> 0;
  scannedTime.low = low;
  scannedTime.high = Math.round((seconds * BILLION + nanoseconds - low) / 4_294_967_296);
}

function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! ^ ZERO; // 0 to 9 for a digit, more for any other byte
  const ones = bytes[at + 1]! ^ ZERO;
  return tens <= 9 && ones <= 9 ? tens * 10 + ones : 1_000_000;
}

function digitsOf(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) value = value * 10 + bytes[at]! - ZERO;
  return value;
}

function isPlusZero(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 43 && bytes[at + 1] === ZERO && bytes[at + 2] === ZERO && bytes[at + 3] === COLON && bytes[at + 4] === ZERO && bytes[at + 5] === ZERO;
}
