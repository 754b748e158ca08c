import { hash } from "node:crypto";
import { formatDecimal } from "../../core/num/index.ts";
import type { Fill } from "../../core/model/index.ts";

/**
 * Ids for fills that came without: made from what was traded where and when, and the fill's number among equal ones of
 * its file, so that the same file again has the same ids. How the file writes its numbers does not matter; fees and tags
 * are left out, so that a map which takes one column more does not book everything a second time.
 */
export class AutoIds {
  readonly #seen = new Occurrences();

  /** The id of the next fill of the file. */
  next(fill: Fill): string {
    const content = [fill.account, fill.venue, fill.symbol, fill.time.ns, formatDecimal(fill.quantity), formatDecimal(fill.price)];
    const digest = hash("sha256", content.join("\u0000"), "hex").slice(0, 32);
    return `auto-${digest}-${this.#seen.count(digest)}`;
  }
}

/** Counts how often each 128-bit key came, in typed arrays: about 40 bytes a key. */
class Occurrences {
  #keys = new Uint32Array(4 * 1024);
  #counts = new Uint32Array(1024);
  #used = 0;

  count(hex: string): number {
    if (this.#used * 2 >= this.#counts.length) this.#grow();
    const key = Uint32Array.from({ length: 4 }, (_, i) => Number.parseInt(hex.slice(i * 8, i * 8 + 8), 16));
    const slot = this.#slot(key);
    if (this.#counts[slot] === 0) {
      this.#keys.set(key, slot * 4);
      this.#used += 1;
    }
    this.#counts[slot]! += 1;
    return this.#counts[slot]!;
  }

  #slot(key: Uint32Array): number {
    const mask = this.#counts.length - 1;
    let slot = key[0]! & mask;
    while (this.#counts[slot] !== 0 && !key.every((word, i) => this.#keys[slot * 4 + i] === word)) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [keys, counts] = [this.#keys, this.#counts];
    this.#keys = new Uint32Array(keys.length * 2);
    this.#counts = new Uint32Array(counts.length * 2);
    for (let old = 0; old < counts.length; old += 1) {
      if (counts[old] === 0) continue;
      const key = keys.subarray(old * 4, old * 4 + 4);
      const slot = this.#slot(key);
      this.#keys.set(key, slot * 4);
      this.#counts[slot] = counts[old]!;
    }
  }
}
