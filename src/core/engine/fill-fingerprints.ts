import type { FillColumns } from "../model/index.ts";
import type { Book } from "../book/index.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { RouteRules } from "./route-rules.ts";

/** Makes the fingerprints of a book's fills, for whoever keeps them outside of memory. */
export class FillFingerprints {
  readonly #rules: RouteRules;

  /** @param book whose directory numbers the fills' routes */
  constructor(book: Book) {
    this.#rules = new RouteRules(book);
  }

  /** Writes those of all rows, four words each, into `words` from `at` on. */
  write(fills: FillColumns, words: Uint32Array, at: number): void {
    this.#rules.update();
    const { seeds } = this.#rules;
    const { route, texts, idEnd } = fills;
    for (let row = 0; row < fills.count; row += 1) fingerprintOf(seeds, route[row]! * 4, texts, fills.idStart(row), idEnd[row]!, words, at + row * 4);
  }
}
