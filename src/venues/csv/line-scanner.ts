import { joined } from "./bytes.ts";
import { LONGEST_ROW } from "./csv-scanner.ts";
import type { ElementTaker } from "./json-scanner.ts";

const LF = 10;

/** Splits NDJSON: every line that is not blank is an element, so that a broken one harms no other. */
export class LineScanner {
  readonly #taker: ElementTaker;
  readonly #longest: number;
  #rest: Uint8Array = new Uint8Array(0);
  #line = 1;
  #skipping = false; // inside the rest of a line that is too long

  constructor(taker: ElementTaker, longest = LONGEST_ROW) {
    this.#taker = taker;
    this.#longest = longest;
  }

  push(chunk: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk);
    let at = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, at)) {
      this.#give(bytes.subarray(at, end));
      this.#skipping = false;
      this.#line += 1;
      at = end + 1;
    }
    this.#rest = this.#skipping ? new Uint8Array(0) : joined(bytes.subarray(at));
    if (this.#rest.length > this.#longest) {
      this.#give(this.#rest);
      this.#rest = new Uint8Array(0);
      this.#skipping = true;
    }
  }

  finish(cut?: string): void {
    if (cut !== undefined) this.#taker.broken(this.#line, cut, this.#rest);
    else this.#give(this.#rest);
  }

  #give(line: Uint8Array): void {
    if (this.#skipping || line.every((byte) => byte <= 32)) return;
    if (line.length > this.#longest) this.#taker.broken(this.#line, `longer than ${this.#longest} bytes`, line);
    else this.#taker.element(line, this.#line);
  }
}
