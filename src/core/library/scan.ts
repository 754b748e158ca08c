import { daysInMonth, epochSeconds } from "../model/index.ts";

/** What the last successful `scanNumber` read: value = mantissa ÷ 10^digits, without needless zeros. */
export const scannedNumber = { mantissa: 0, digits: 0 };
/** What the last successful scan of a time read: nanoseconds = high × 2^32 + low; `unit` counts into TIME_UNITS. */
export const scannedMoment = { high: 0, low: 0, unit: 0 };

const POINT = 46;
const MINUS = 45;
const LONGEST = 15; // so many digits are exact as a double
const BILLION = 1_000_000_000;
const SCALE = [1, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1]; // ns of a fraction's last digit
const day = { key: -1, seconds: 0 }; // fills of one day come together

/** Reads plain decimal text of at most 15 digits: the fast twin of `readDecimal`. False when that one must look. */
export function scanNumber(text: string): boolean {
  const { length } = text;
  const first = text.charCodeAt(0) === MINUS ? 1 : 0;
  if (length - first > LONGEST + 1) return false;
  let mantissa = 0;
  let count = 0;
  let point = -1;
  for (let at = first; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === POINT && point === -1) {
      point = at;
      continue;
    }
    if (code < 48 || code > 57) return false;
    mantissa = mantissa * 10 + code - 48;
    count += 1;
  }
  if (count === 0 || count > LONGEST) return false;
  setNumber(first === 1 ? -mantissa : mantissa, point === -1 ? 0 : length - point - 1);
  return true;
}

/** Takes an integer that counts 10^-digits. False for what is none, or too large for a double. */
export function scanInteger(integer: number, digits: number): boolean {
  if (!Number.isSafeInteger(integer)) return false;
  setNumber(integer, digits);
  return true;
}

function setNumber(integer: number, decimals: number): void {
  let mantissa = integer;
  let digits = decimals;
  if (mantissa === 0) {
    mantissa = 0; // never −0
    digits = 0;
  }
  while (digits > 0 && mantissa % 10 === 0) {
    mantissa /= 10;
    digits -= 1;
  }
  scannedNumber.mantissa = mantissa;
  scannedNumber.digits = digits;
}

/** Reads `YYYY-MM-DDTHH:MM:SS[.f…]Z`, or with a space: the fast twin of `readTime`. False when that one must look. */
export function scanMoment(text: string): boolean {
  const { length } = text;
  const t = text.charCodeAt(10);
  if (length < 20 || length > 30 || text.charCodeAt(length - 1) !== 90 || (t !== 84 && t !== 32)) return false;
  if (text.charCodeAt(4) !== MINUS || text.charCodeAt(7) !== MINUS || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return false;
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const date = two(text, 8);
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  if (!(year >= 1971 && year <= 2200 && month >= 1 && month <= 12 && date >= 1 && date <= 31 && hour <= 23 && minute <= 59 && second <= 59)) return false;
  const digits = length - 21;
  let fraction = 0;
  if (length > 20) {
    if (text.charCodeAt(19) !== POINT || digits < 1) return false;
    for (let at = 20; at < length - 1; at += 1) {
      const digit = text.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) return false;
      fraction = fraction * 10 + digit;
    }
  }
  const key = (year * 16 + month) * 32 + date;
  if (key !== day.key) {
    if (date > daysInMonth(year, month)) return false;
    day.key = key;
    day.seconds = epochSeconds(year, month, date, 0, 0, 0);
  }
  setMoment(day.seconds + hour * 3600 + minute * 60 + second, length > 20 ? fraction * SCALE[digits]! : 0);
  scannedMoment.unit = length === 20 ? 0 : digits <= 3 ? 1 : digits <= 6 ? 2 : 3;
  return true;
}

/** Takes an integer epoch after 1973 whose unit its size tells, as `readTime` does. False for any other number. */
export function scanEpoch(epoch: number): boolean {
  if (!Number.isSafeInteger(epoch) || epoch < 100_000_000) return false; // eight digits may be a date
  const unit = epoch < 100_000_000_000 ? 0 : epoch < 100_000_000_000_000 ? 1 : 2;
  const aSecond = 1000 ** unit;
  const seconds = Math.floor(epoch / aSecond);
  if (seconds >= 9_000_000_000) return false; // late years are left to the general reader
  setMoment(seconds, (epoch - seconds * aSecond) * SCALE[unit * 3]!);
  scannedMoment.unit = unit;
  return true;
}

/** The low 32 bits come from 32-bit arithmetic, exactly; what is left is a multiple of 2^32, so rounding finds it. */
function setMoment(seconds: number, nanoseconds: number): void {
  const low = (Math.imul(seconds | 0, BILLION) + nanoseconds) >>> 0;
  scannedMoment.low = low;
  scannedMoment.high = Math.round((seconds * BILLION + nanoseconds - low) / 4_294_967_296);
}

function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}
