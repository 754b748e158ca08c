import { assert } from "../num/index.ts";

/** Where full tables of identities go: sorted runs on disk, or nowhere. */
export interface SpilledIdentities {
  add(fingerprints: Uint32Array, seqs: Float64Array, count: number): void;
  find(a: number, b: number, c: number, d: number): readonly number[];
}

const START = 1 << 12;
/** Most identities held in memory before they are spilled: 2^23 places × 24 bytes at 3/4 full is 201 MB. */
const IDENTITIES_IN_MEMORY = 6_291_456;

/**
 * Which fills are known: 128-bit fingerprints with their seqs in an open-addressing table of typed arrays, 24 bytes a
 * place, at most 3/4 full. Memory is bounded where there is somewhere to spill to.
 */
export class Identities {
  #words = new Uint32Array(START * 4);
  #seqs = new Float64Array(START); // 0: free
  #count = 0;
  #total = 0;
  readonly #spilled: SpilledIdentities | undefined;
  readonly #most: number;

  constructor(spilled?: SpilledIdentities, most = IDENTITIES_IN_MEMORY) {
    this.#spilled = spilled;
    this.#most = most;
  }

  /** How many are known in all. */
  get count(): number {
    return this.#total;
  }

  /** The first seq with this fingerprint that `isIt` confirms, or 0. */
  find(f: Uint32Array, isIt: (seq: number) => boolean): number {
    const mask = this.#seqs.length - 1;
    for (let at = f[0]! & mask; this.#seqs[at] !== 0; at = (at + 1) & mask) {
      const w = at * 4;
      if (this.#words[w] === f[0] && this.#words[w + 1] === f[1] && this.#words[w + 2] === f[2] && this.#words[w + 3] === f[3] && isIt(this.#seqs[at]!)) return this.#seqs[at]!;
    }
    if (this.#total === this.#count) return 0;
    return this.#spilled!.find(f[0]!, f[1]!, f[2]!, f[3]!).find(isIt) ?? 0;
  }

  add(f: Uint32Array, seq: number): void {
    assert(seq > 0, "seqs count from 1");
    if ((this.#count + 1) * 4 > this.#seqs.length * 3) this.#makeRoom();
    this.#put(f, 0, seq);
    this.#count += 1;
    this.#total += 1;
  }

  /** Makes room for so many more at once, where they will be kept in memory. */
  reserve(more: number): void {
    let places = this.#seqs.length;
    while ((this.#count + more) * 4 > places * 3 && places * 3 < this.#most * 4) places *= 2;
    if (places > this.#seqs.length) this.#grow(places);
  }

  #put(from: Uint32Array, word: number, seq: number): void {
    const mask = this.#seqs.length - 1;
    let at = from[word]! & mask;
    while (this.#seqs[at] !== 0) at = (at + 1) & mask;
    for (let i = 0; i < 4; i += 1) this.#words[at * 4 + i] = from[word + i]!;
    this.#seqs[at] = seq;
  }

  #makeRoom(): void {
    const words = this.#words;
    const seqs = this.#seqs;
    if (this.#spilled !== undefined && this.#count >= this.#most) {
      this.#spill(words, seqs);
      return;
    }
    this.#grow(seqs.length * 2);
  }

  #grow(places: number): void {
    const words = this.#words;
    const seqs = this.#seqs;
    this.#words = new Uint32Array(places * 4);
    this.#seqs = new Float64Array(places);
    for (let i = 0; i < seqs.length; i += 1) if (seqs[i] !== 0) this.#put(words, i * 4, seqs[i]!);
  }

  #spill(words: Uint32Array, seqs: Float64Array): void {
    let n = 0;
    for (let i = 0; i < seqs.length; i += 1) {
      if (seqs[i] === 0) continue;
      words.copyWithin(n * 4, i * 4, i * 4 + 4);
      seqs[n] = seqs[i]!;
      n += 1;
    }
    this.#seqs = new Float64Array(seqs.length);
    this.#count = 0;
    this.#spilled!.add(words, seqs, n); // when it throws, these are no longer known: the decider is done with
  }
}
