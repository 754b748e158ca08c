/** Twelve bits a fingerprint, seven of them set: about one miss in 150 is taken for a hit. */
const BITS_EACH = 12;
const BLOCK_WORDS = 16; // 512 bits: one cache line, so a question costs one access to memory

/**
 * A blocked Bloom filter (Putze, Sanders, Singler 2007) over 128-bit fingerprints: says no only of what was never added.
 * The fingerprint's words are random, so they serve as the hashes: `b` chooses the block, `c` and `d` seven bits in it.
 */
export class BloomFilter {
  /** All that it remembers. */
  readonly words: Uint32Array;
  readonly #blocks: number;

  constructor(capacity: number, words: Uint32Array = new Uint32Array(BloomFilter.wordsFor(capacity))) {
    this.words = words;
    this.#blocks = words.length / BLOCK_WORDS;
  }

  /** One that is as another was, whose words these are. */
  static of(words: Uint32Array): BloomFilter {
    return new BloomFilter(0, words);
  }

  /** How many words a filter for so many fingerprints has. */
  static wordsFor(capacity: number): number {
    return Math.max(1, Math.ceil((capacity * BITS_EACH) / (BLOCK_WORDS * 32))) * BLOCK_WORDS;
  }

  add(b: number, c: number, d: number): void {
    const { words } = this;
    const at = this.#blockOf(b);
    words[at + ((c >>> 5) & 15)]! |= 1 << (c & 31);
    words[at + ((c >>> 14) & 15)]! |= 1 << ((c >>> 9) & 31);
    words[at + ((c >>> 23) & 15)]! |= 1 << ((c >>> 18) & 31);
    words[at + ((d >>> 5) & 15)]! |= 1 << (d & 31);
    words[at + ((d >>> 14) & 15)]! |= 1 << ((d >>> 9) & 31);
    words[at + ((d >>> 23) & 15)]! |= 1 << ((d >>> 18) & 31);
    words[at + (d >>> 28)]! |= 1 << (c >>> 27);
  }

  /** False: it was never added. */
  mayHave(b: number, c: number, d: number): boolean {
    const { words } = this;
    const at = this.#blockOf(b);
    return (
      ((words[at + ((c >>> 5) & 15)]! >>> (c & 31)) &
        (words[at + ((c >>> 14) & 15)]! >>> ((c >>> 9) & 31)) &
        (words[at + ((c >>> 23) & 15)]! >>> ((c >>> 18) & 31)) &
        (words[at + ((d >>> 5) & 15)]! >>> (d & 31)) &
        (words[at + ((d >>> 14) & 15)]! >>> ((d >>> 9) & 31)) &
        (words[at + ((d >>> 23) & 15)]! >>> ((d >>> 18) & 31)) &
        (words[at + (d >>> 28)]! >>> (c >>> 27)) &
        1) ===
      1
    );
  }

  /** The first word of the block that `b` chooses, all being equally likely. */
  #blockOf(b: number): number {
    return Math.floor(((b >>> 0) / 2 ** 32) * this.#blocks) * BLOCK_WORDS;
  }
}
