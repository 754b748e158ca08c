import { encodeUtf8 } from "../model/index.ts";

const QUOTE = 0x22;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
/** Digits are taken nine at a time: so many fit an integer of a machine word. */
const GROUP = 1e9;
const GROUP_DIGITS = 9;

/** JSON as bytes of UTF-8, put together piece by piece in one place that is used again. */
export class JsonBytes {
  bytes: Uint8Array;
  length = 0;
  readonly #digits = new Uint8Array(64); // of the number that is written, the last one at the end

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Begins anew, in the same place. */
  clear(): void {
    this.length = 0;
  }

  text(text: string): void {
    this.#room(text.length);
    const { bytes } = this;
    let at = this.length;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return this.#encoded(text);
      bytes[at] = code;
      at += 1;
    }
    this.length = at;
  }

  /** The first `length` of some bytes. */
  copy(source: Uint8Array, length = source.length): void {
    this.#room(length);
    const { bytes } = this;
    let at = this.length;
    for (let i = 0; i < length; i += 1, at += 1) bytes[at] = source[i]!;
    this.length = at;
  }

  /** Once more what was written from `from` to `to`. */
  again(from: number, to: number): void {
    this.#room(to - from);
    this.bytes.copyWithin(this.length, from, to);
    this.length += to - from;
  }

  /** The text of `formatSmall` between quotes: `mantissa ÷ 10^digits`, an exact integer, without needless zeros. */
  amount(mantissa: number, digits: number): void {
    this.#room(this.#digits.length + 4);
    const { bytes } = this;
    const first = this.#take(Math.abs(mantissa), digits);
    const scratch = this.#digits;
    const point = scratch.length - digits;
    let end = scratch.length;
    while (end > point && scratch[end - 1] === ZERO) end -= 1;
    let at = this.length;
    bytes[at++] = QUOTE;
    if (mantissa < 0) bytes[at++] = MINUS;
    for (let i = first; i < point; i += 1) bytes[at++] = scratch[i]!;
    if (end > point) {
      bytes[at++] = POINT;
      for (let i = point; i < end; i += 1) bytes[at++] = scratch[i]!;
    }
    bytes[at++] = QUOTE;
    this.length = at;
  }

  /** Puts the digits of an integer where they are taken from, more of them than there are behind the point, and says where the first is. */
  #take(integer: number, digits: number): number {
    const scratch = this.#digits;
    const before = scratch.length - digits - 1; // there is a digit before the point, be it 0
    let at = scratch.length;
    for (let rest = integer; rest > 0; ) {
      const higher = Math.floor(rest / GROUP);
      let group = (rest - higher * GROUP) | 0;
      rest = higher;
      for (let i = 0; i < GROUP_DIGITS && (group > 0 || rest > 0); i += 1) {
        const tenth = (group / 10) | 0;
        at -= 1;
        scratch[at] = ZERO + group - tenth * 10;
        group = tenth;
      }
    }
    while (at > before) {
      at -= 1;
      scratch[at] = ZERO;
    }
    return at;
  }

  #encoded(text: string): void {
    this.copy(encodeUtf8(text));
  }

  #room(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const before = this.bytes;
    this.bytes = new Uint8Array(Math.max(2 * before.length, this.length + more));
    this.bytes.set(before.subarray(0, this.length));
  }
}
