import { normalQuantile } from "./normal.ts";

/**
 * Standard normal numbers that a seed and a stream number determine, the same on every machine: uniform ones of sfc32 (Chris Doty-Humphrey,
 * PractRand) through the inverse distribution function. A stream of each scenario can be drawn again by itself.
 * @example new NormalRandom(7, 3).next() === new NormalRandom(7, 3).next() // => true
 */
export class NormalRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, stream = 0) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 4_294_967_296) | 0;
    this.#c = stream | 0;
    for (let i = 0; i < 15; i += 1) this.#bits();
  }

  /** The next number, never infinite. */
  next(): number {
    const high = this.#bits() >>> 5;
    const low = this.#bits() >>> 6;
    return normalQuantile((high * 67_108_864 + low + 0.5) / 9_007_199_254_740_992);
  }

  #bits(): number {
    const bits = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + bits) | 0;
    return bits;
  }
}
