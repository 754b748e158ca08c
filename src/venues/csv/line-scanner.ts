import { LONGEST_ROW } from "./csv-scanner.ts";
import type { ElementTaker } from "./json-scanner.ts";
import { Pending } from "./pending.ts";

const LF = 10;
const OPEN_OBJECT = 123;

/** Splits NDJSON: every line that is not blank is an element, so that a broken one harms no other. */
export class LineScanner {
  readonly #taker: ElementTaker;
  readonly #longest: number;
  readonly #pending = new Pending();
  #line = 1;
  #skipping = false; // inside the rest of a line that is too long

  constructor(taker: ElementTaker, longest = LONGEST_ROW) {
    this.#taker = taker;
    this.#longest = longest;
  }

  /** Takes the next bytes; they may be overwritten afterwards. */
  push(chunk: Uint8Array): void {
    const pending = this.#pending;
    const looked = pending.length; // no line ends before
    pending.add(chunk);
    const cut = looked > 0 && !pending.bytes.subarray(looked, pending.length).includes(LF);
    pending.keepFrom(cut ? 0 : this.#lines(pending.bytes, pending.length));
    if (pending.length > this.#longest || this.#skipping) {
      this.#give(pending.all);
      pending.length = 0;
      this.#skipping = true;
    }
  }

  finish(cut?: string): void {
    if (cut !== undefined) this.#taker.broken(this.#line, cut, this.#pending.all);
    else this.#give(this.#pending.all);
  }

  /** Gives all whole lines and says where the first unfinished one starts. */
  #lines(bytes: Uint8Array, length: number): number {
    let at = 0;
    while (at < length) {
      if (bytes[at] === OPEN_OBJECT && !this.#skipping) {
        const next = this.#taker.fastElement?.(bytes, at, this.#line) ?? -1;
        if (next >= 0) {
          this.#line += 1;
          at = next;
          continue;
        }
      }
      const end = bytes.subarray(at, length).indexOf(LF);
      if (end < 0) return at;
      this.#give(bytes.subarray(at, at + end));
      this.#skipping = false;
      this.#line += 1;
      at += end + 1;
    }
    return length;
  }

  #give(line: Uint8Array): void {
    if (this.#skipping || line.every((byte) => byte <= 32)) return;
    if (line.length > this.#longest) this.#taker.broken(this.#line, `longer than ${this.#longest} bytes`, line, true);
    else this.#taker.element(line, this.#line);
  }
}
