import { assert } from "../num/index.ts";

/** Where full tables of identities go: sorted runs on disk, or nowhere. */
export interface SpilledIdentities {
  /** How many it holds from the start. */
  readonly count: number;
  add(fingerprints: Uint32Array, seqs: Float64Array, count: number): void;
  find(a: number, b: number, c: number, d: number): readonly number[];
}

const START = 1 << 12;
/** Most identities held in memory before they are spilled: 24 bytes each and 2^23 places of 4 bytes are 185 MB. */
const IDENTITIES_IN_MEMORY = 6_291_456;
const IDENTITY_BYTES = 24; // beside its place
/** Where a sum goes that nobody wants: without it the reading ahead would be optimised away. */
const unread = new Int32Array(1);

/**
 * Which fills are known: 128-bit fingerprints with their seqs, in the order they came, and an open-addressing table of
 * their numbers, at most 3/4 full. A place of it holds an identity's number and as many bits of its fingerprint as there
 * is room for, so that a new fill is nearly always told by one look at 4 bytes. Memory is bounded where there is
 * somewhere to spill to.
 *
 * A fingerprint is given as four words of an array, from `at` on.
 */
export class Identities {
  #places = new Int32Array(START); // 1 + number in the low bits, the second word's high bits above; 0: free
  #words = new Uint32Array(START * 4);
  #seqs = new Float64Array(START);
  #count = 0;
  #total = 0;
  readonly #spilled: SpilledIdentities | undefined;
  readonly #most: number;

  constructor(spilled?: SpilledIdentities, most = IDENTITIES_IN_MEMORY) {
    this.#spilled = spilled;
    this.#most = most;
    this.#total = spilled?.count ?? 0;
  }

  /** How many are known in all. */
  get count(): number {
    return this.#total;
  }

  /** Bytes in use of the tables in memory: they may have up to twice the room, of which the system gives only what was written to. */
  get bytes(): number {
    return this.#places.byteLength + this.#count * IDENTITY_BYTES;
  }

  /** The first seq with this fingerprint that `isIt` confirms, or 0. */
  find(f: Uint32Array, at: number, isIt: (seq: number) => boolean): number {
    const found = this.#look(f, at, isIt);
    return found < 0 ? this.#findSpilled(f, at, isIt) : this.#seqs[found]!;
  }

  /** What `find` says; when that is 0, the fingerprint is known from now on, with `seq`. */
  findOrAdd(f: Uint32Array, at: number, seq: number, isIt: (seq: number) => boolean): number {
    this.#makeRoom();
    const found = this.#look(f, at, isIt);
    if (found >= 0) return this.#seqs[found]!;
    const spilled = this.#findSpilled(f, at, isIt);
    if (spilled === 0) this.#put(f, at, seq, ~found);
    return spilled;
  }

  add(f: Uint32Array, at: number, seq: number): void {
    this.#makeRoom();
    const mask = this.#places.length - 1;
    let place = f[at]! & mask;
    while (this.#places[place] !== 0) place = (place + 1) & mask;
    this.#put(f, at, seq, place);
  }

  /**
   * Forgets all that was added since there were `total`. False, with nothing forgotten, when some of it is spilled already.
   * The last one put into a chain of places is the end of that chain, so in the opposite order each can simply go.
   */
  forgetSince(total: number): boolean {
    const least = this.#count - (this.#total - total);
    if (least < 0) return false;
    const mask = this.#places.length - 1;
    while (this.#count > least) {
      const number = this.#count - 1;
      let place = this.#words[number * 4]! & mask;
      while ((this.#places[place]! & mask) !== number + 1) place = (place + 1) & mask;
      this.#places[place] = 0;
      this.#count = number;
      this.#total -= 1;
    }
    return true;
  }

  /** Looks at the places of `count` fingerprints that are about to be asked for, so that their cache misses overlap. */
  touch(fingerprints: Uint32Array, count: number): void {
    const places = this.#places;
    const mask = places.length - 1;
    let touched = 0;
    for (let at = 0; at < count * 4; at += 4) touched ^= places[fingerprints[at]! & mask]!;
    unread[0] = touched;
  }

  /** Makes room for so many more at once, where they will be kept in memory. */
  reserve(more: number): void {
    const count = Math.min(this.#count + more, Math.max(this.#most, this.#count));
    if (count > this.#seqs.length) this.#growColumns(count);
    let places = this.#places.length;
    while (count * 4 > places * 3) places *= 2;
    if (places > this.#places.length) this.#growPlaces(places);
  }

  /** The number of the one that `isIt` confirms; else ~place, where the fingerprint would go. */
  #look(f: Uint32Array, at: number, isIt: (seq: number) => boolean): number {
    const places = this.#places;
    const mask = places.length - 1;
    const tag = f[at + 1]! & ~mask;
    let place = f[at]! & mask;
    for (let held = places[place]!; held !== 0; held = places[place]!) {
      if ((held & ~mask) === tag && this.#isAt((held & mask) - 1, f, at) && isIt(this.#seqs[(held & mask) - 1]!)) return (held & mask) - 1;
      place = (place + 1) & mask;
    }
    return ~place;
  }

  #isAt(number: number, f: Uint32Array, at: number): boolean {
    const words = this.#words;
    const w = number * 4;
    return words[w] === f[at] && words[w + 1] === f[at + 1] && words[w + 2] === f[at + 2] && words[w + 3] === f[at + 3];
  }

  #findSpilled(f: Uint32Array, at: number, isIt: (seq: number) => boolean): number {
    if (this.#total === this.#count) return 0;
    return this.#spilled!.find(f[at]!, f[at + 1]!, f[at + 2]!, f[at + 3]!).find(isIt) ?? 0;
  }

  #put(f: Uint32Array, at: number, seq: number, place: number): void {
    assert(seq > 0, "seqs count from 1");
    const words = this.#words;
    const number = this.#count;
    const w = number * 4;
    words[w] = f[at]!;
    words[w + 1] = f[at + 1]!;
    words[w + 2] = f[at + 2]!;
    words[w + 3] = f[at + 3]!;
    this.#seqs[number] = seq;
    this.#places[place] = (f[at + 1]! & ~(this.#places.length - 1)) | (number + 1);
    this.#count = number + 1;
    this.#total += 1;
  }

  /** Room for one more. */
  #makeRoom(): void {
    if (this.#count < this.#seqs.length && (this.#count + 1) * 4 <= this.#places.length * 3) return;
    if (this.#spilled !== undefined && this.#count >= this.#most) return this.#spill();
    if (this.#count === this.#seqs.length) this.#growColumns(this.#spilled === undefined ? this.#count * 2 : Math.min(this.#count * 2, this.#most));
    if ((this.#count + 1) * 4 > this.#places.length * 3) this.#growPlaces(this.#places.length * 2);
  }

  #growColumns(length: number): void {
    const words = new Uint32Array(length * 4);
    const seqs = new Float64Array(length);
    words.set(this.#words.subarray(0, this.#count * 4));
    seqs.set(this.#seqs.subarray(0, this.#count));
    this.#words = words;
    this.#seqs = seqs;
  }

  #growPlaces(length: number): void {
    const words = this.#words;
    const places = new Int32Array(length);
    const mask = length - 1;
    for (let number = 0; number < this.#count; number += 1) {
      let place = words[number * 4]! & mask;
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = (words[number * 4 + 1]! & ~mask) | (number + 1);
    }
    this.#places = places;
  }

  #spill(): void {
    const count = this.#count;
    this.#places.fill(0);
    this.#count = 0;
    this.#spilled!.add(this.#words, this.#seqs, count); // when it throws, these are no longer known: the decider is done with
  }
}
