/** A small seeded generator (sfc32, Chris Doty-Humphrey): the same numbers from the same seed on every machine. */
export class Random {
  readonly #state: Int32Array;

  constructor(seed: number) {
    this.#state = Int32Array.of(seed, seed ^ 0x9e3779b9, 0x243f6a88, 1);
    for (let i = 0; i < 16; i += 1) this.bits();
  }

  /** 32 random bits, 0 … 2^32 − 1. */
  bits(): number {
    const s = this.#state;
    const sum = (s[0]! + s[1]! + s[3]!) | 0;
    s[3] = s[3]! + 1;
    s[0] = s[1]! ^ (s[1]! >>> 9);
    s[1] = s[2]! + (s[2]! << 3);
    s[2] = ((s[2]! << 21) | (s[2]! >>> 11)) + sum;
    return sum >>> 0;
  }

  /** In [0, 1). */
  fraction(): number {
    return this.bits() / 2 ** 32;
  }

  /** A whole number, 0 … end − 1, for end up to 2^53. */
  below(end: number): number {
    return Math.floor(((this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)) * 2 ** -53 * end);
  }

  /** A whole number, least … most. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(of: number): boolean {
    return this.fraction() < of;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
}
