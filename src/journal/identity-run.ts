import fs from "node:fs";
import { dirname } from "node:path";
import { BloomFilter } from "./bloom.ts";
import { readFully, realDisk, syncFolder, writeFully } from "./disk.ts";
import { fingerprintOrder } from "./fingerprint-order.ts";
import { lastAtOrBefore } from "./search.ts";

/** Words of a record: the fingerprint's four, then the seq as a double in two. */
const WORDS = 6;
const RECORD = WORDS * 4;
/** Records between two fences: one read of 3 KiB answers a question. */
const STRIDE = 128;
const BATCH = 64 * 1024; // records encoded at once

/**
 * One immutable file of fingerprints in ascending order, each with its seq. In memory stay a Bloom filter, 1.5 bytes a
 * fingerprint, and the first word of every 128th. Native byte order: the file does not outlive its process.
 */
export class IdentityRun {
  readonly #fd: number;
  readonly #count: number;
  readonly #bloom: BloomFilter;
  readonly #fences: Uint32Array; // first words of records 0, STRIDE, 2 STRIDE, …
  readonly #page = new Uint32Array(STRIDE * WORDS);
  readonly #pageBytes = new Uint8Array(this.#page.buffer);
  readonly #seq = new Float64Array(1);
  readonly #seqWords = new Uint32Array(this.#seq.buffer);
  reads = 0; // pages read so far: for tests and metrics

  private constructor(fd: number, count: number, bloom: BloomFilter, fences: Uint32Array) {
    this.#fd = fd;
    this.#count = count;
    this.#bloom = bloom;
    this.#fences = fences;
  }

  /** Sorts fingerprints, writes them to a new file and syncs it. */
  static write(path: string, fingerprints: Uint32Array, seqs: Float64Array, count: number): IdentityRun {
    const order = fingerprintOrder(fingerprints, count);
    const bloom = new BloomFilter(count);
    const fences = Uint32Array.from({ length: Math.ceil(count / STRIDE) }, (_, fence) => fingerprints[order[fence * STRIDE]! * 4]!);
    for (let i = 0; i < count; i += 1) bloom.add(fingerprints[i * 4 + 1]!, fingerprints[i * 4 + 2]!, fingerprints[i * 4 + 3]!);
    const fd = fs.openSync(path, "wx+");
    try {
      writeRecords(fd, order, fingerprints, new Uint32Array(seqs.buffer, seqs.byteOffset, count * 2));
      fs.fdatasyncSync(fd);
      syncFolder(dirname(path));
    } catch (error) {
      fs.closeSync(fd);
      fs.rmSync(path, { force: true });
      throw error;
    }
    return new IdentityRun(fd, count, bloom, fences);
  }

  /** False: no fingerprint with these words is here. Looks at memory only. */
  mayHave(b: number, c: number, d: number): boolean {
    return this.#bloom.mayHave(b, c, d);
  }

  /** Adds the seqs of a fingerprint to `found`, reading a page or two. */
  find(a: number, b: number, c: number, d: number, found: number[]): void {
    // Equal fingerprints may begin in the page before the first fence that equals theirs.
    const first = lastAtOrBefore(a - 1, this.#fences.length, (i) => this.#fences[i]!);
    for (let page = first; page < this.#fences.length && this.#fences[page]! <= a; page += 1) this.#findIn(page, a, b, c, d, found);
  }

  close(): void {
    fs.closeSync(this.#fd);
  }

  #findIn(page: number, a: number, b: number, c: number, d: number, found: number[]): void {
    const words = this.#page;
    const records = Math.min(STRIDE, this.#count - page * STRIDE);
    readFully(this.#fd, this.#pageBytes, 0, records * RECORD, page * STRIDE * RECORD);
    this.reads += 1;
    const first = lastAtOrBefore(a - 1, records, (i) => words[i * WORDS]!);
    for (let at = first * WORDS; at < records * WORDS && words[at]! <= a; at += WORDS) {
      if (words[at] !== a || words[at + 1] !== b || words[at + 2] !== c || words[at + 3] !== d) continue;
      this.#seqWords[0] = words[at + 4]!;
      this.#seqWords[1] = words[at + 5]!;
      found.push(this.#seq[0]!);
    }
  }
}

function writeRecords(fd: number, order: Uint32Array, fingerprints: Uint32Array, seqWords: Uint32Array): void {
  const batch = new Uint32Array(Math.min(BATCH, order.length) * WORDS);
  const bytes = new Uint8Array(batch.buffer);
  for (let start = 0; start < order.length; start += BATCH) {
    const records = Math.min(BATCH, order.length - start);
    for (let i = 0, at = 0; i < records; i += 1, at += WORDS) {
      const item = order[start + i]!;
      for (let word = 0; word < 4; word += 1) batch[at + word] = fingerprints[item * 4 + word]!;
      batch[at + 4] = seqWords[item * 2]!;
      batch[at + 5] = seqWords[item * 2 + 1]!;
    }
    writeFully(realDisk, fd, bytes, records * RECORD, start * RECORD);
  }
}
