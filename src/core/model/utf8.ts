/** UTF-8 of a text. Written out because the core has no TextEncoder: it knows no platform. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return Uint8Array.from(bytes);
}

/** Text of UTF-8 bytes that `encodeUtf8` or a decoder that has checked them wrote. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  if (end - start <= SHORT && isAscii(bytes, start, end)) return String.fromCharCode.apply(undefined, bytes.subarray(start, end) as unknown as number[]);
  for (let at = start; at < end; ) {
    const b = bytes[at]!;
    if (b < 0x80) {
      text += String.fromCharCode(b);
      at += 1;
    } else if (b < 0xe0) {
      text += String.fromCharCode(((b & 31) << 6) | (bytes[at + 1]! & 63));
      at += 2;
    } else if (b < 0xf0) {
      text += String.fromCharCode(((b & 15) << 12) | ((bytes[at + 1]! & 63) << 6) | (bytes[at + 2]! & 63));
      at += 3;
    } else {
      text += String.fromCodePoint(((b & 7) << 18) | ((bytes[at + 1]! & 63) << 12) | ((bytes[at + 2]! & 63) << 6) | (bytes[at + 3]! & 63));
      at += 4;
    }
  }
  return text;
}

/** Longest text handed over as arguments of one call. */
const SHORT = 256;

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at]! >= 0x80) return false;
  return true;
}
