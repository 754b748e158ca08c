import fs from "node:fs";
import { dirname } from "node:path";
import { BloomFilter } from "./bloom.ts";
import { readFully, realDisk, syncFolder, writeFully } from "./disk.ts";
import { sortedRecords, WORDS } from "./identity-sort.ts";
import { lastAtOrBefore } from "./search.ts";

const RECORD = WORDS * 4;
/** Records between two fences: one read of 3 KiB answers a question. */
const STRIDE = 128;

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
    const bloom = new BloomFilter(count);
    const fences = new Uint32Array(Math.ceil(count / STRIDE));
    const fd = fs.openSync(path, "wx+");
    try {
      let written = 0;
      for (const records of sortedRecords(fingerprints, seqs, count)) {
        writeFully(realDisk, fd, new Uint8Array(records.buffer), records.byteLength, written * RECORD);
        for (let at = 0; at < records.length; at += WORDS, written += 1) {
          bloom.add(records[at + 1]!, records[at + 2]!, records[at + 3]!);
          if (written % STRIDE === 0) fences[written / STRIDE] = records[at]!;
        }
      }
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
