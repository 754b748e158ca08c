/**
 * What the last successful scan read. One object for all scans, so that reading a million numbers
 * allocates nothing; take the fields before the next scan.
 */
export const scanned = { mantissa: 0, digits: 0 };

const ZERO = 48;
const MINUS = 45;
const PLUS = 43;
const POINT = 46;

/**
 * Reads a plain decimal out of ASCII bytes: the fast twin of `readDecimal`, for the numbers nearly all files hold.
 * @returns true with `scanned` set when the bytes are `[+-]digits[.digits]` with at most 15 digits, so that the
 *   mantissa is exact as a double; false when the general reader must look (exponents, more digits, anything odd).
 */
export function scanDecimal(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  const sign = bytes[at];
  if (sign === MINUS || sign === PLUS) at += 1;
  if (end - at > 16 || at >= end) return false;
  let mantissa = 0;
  let point = -1;
  const first = at;
  for (; at < end; at += 1) {
    const digit = bytes[at]! - ZERO;
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
    else if (digit === POINT - ZERO && point < 0) point = at;
    else return false;
  }
  const count = end - first - (point < 0 ? 0 : 1);
  if (count === 0 || count > 15) return false;
  scanned.mantissa = sign === MINUS && mantissa !== 0 ? -mantissa : mantissa;
  scanned.digits = point < 0 ? 0 : end - point - 1;
  return true;
}
