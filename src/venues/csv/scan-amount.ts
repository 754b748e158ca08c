/** What the last successful `scanAmount` read. */
export const scannedAmount = { mantissa: 0, digits: 0 };

const ZERO = 48;
const POINT = 46;
const LONGEST = 15; // so many digits are exact as a double

/**
 * Reads a plain decimal out of a cell whose end is not known yet: the fast twin of `readDecimal`. Needless zeros are
 * taken off, as `readDecimal` does, so that an amount is the same however it is written.
 * @returns where the number ends; −1 when the general reader must look
 */
export function scanAmount(bytes: Uint8Array, start: number): number {
  let at = start;
  const sign = bytes[at];
  if (sign === 45 || sign === 43) at += 1;
  const first = at;
  let mantissa = 0;
  let digit = bytes[at]! ^ ZERO; // 0 to 9 for a digit, more for any other byte
  while (digit <= 9) {
    mantissa = mantissa * 10 + digit;
    at += 1;
    digit = bytes[at]! ^ ZERO;
  }
  let count = at - first;
  let digits = 0;
  if (bytes[at] === POINT) {
    at += 1;
    const point = at;
    digit = bytes[at]! ^ ZERO;
    while (digit <= 9) {
      mantissa = mantissa * 10 + digit;
      at += 1;
      digit = bytes[at]! ^ ZERO;
    }
    digits = at - point;
    count += digits;
  }
  if (count === 0 || count > LONGEST) return -1;
  if (mantissa === 0) digits = 0;
  else {
    while (digits > 0 && bytes[at - 1] === ZERO && mantissa % 10 === 0) {
      mantissa /= 10;
      digits -= 1;
    }
    if (sign === 45) mantissa = -mantissa;
  }
  scannedAmount.mantissa = mantissa;
  scannedAmount.digits = digits;
  return at;
}
