/**
 * The layout of an identity run, format 1: fingerprints of fills in ascending order, each with its entry. Little-endian.
 *
 * Header, 64 bytes:
 *   0  8  magic "fbiden\r\n"
 *   8  4  format version, 1
 *  12  4  0
 *  16  8  fingerprints
 *  24  8  the first entry it covers
 *  32  8  the last entry it covers
 *  40  4  crc32 of the index
 *  44 16  0
 *  60  4  crc32 of bytes 0 to 59
 *
 * Then the fingerprints, 24 bytes each: four 32-bit words, the most significant first, and the entry as a double.
 * Then the index: of every page of 128 fingerprints the first word and the crc32; then the words of a Bloom filter
 * (bloom.ts). A start reads header and index, 1.6 bytes a fingerprint; a page is checked when it is asked.
 */
import fs from "node:fs";
import { dirname } from "node:path";
import { BloomFilter } from "./bloom.ts";
import { readFully, realDisk, syncFolder, writeFully, type Disk } from "./disk.ts";
import { SnapshotDamaged } from "./errors.ts";
import { crcOf, hex, viewOf } from "./format.ts";
import { WORDS } from "./identity-sort.ts";
import { lastAtOrBefore } from "./search.ts";

const VERSION = 1;
const HEADER = 64;
const RECORD = WORDS * 4;
/** Fingerprints between two fences: one read of 3 KiB answers a question. */
const STRIDE = 128;
const PAGE = STRIDE * RECORD;
const MAGIC = Uint8Array.from([0x66, 0x62, 0x69, 0x64, 0x65, 0x6e, 0x0d, 0x0a]);
/** Pages that are read or written at once. */
const PAGES_AT_ONCE = 256;

/** What a run covers. */
export interface RunRange {
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/**
 * One immutable file of fingerprints in ascending order, each with its seq. In memory stay a Bloom filter, 1.5 bytes a
 * fingerprint, and the first word and checksum of every 128th.
 */
export class IdentityRun {
  readonly path: string;
  readonly range: RunRange;
  readonly count: number;
  /** Checksum of the index, which holds those of all pages: it stands for the whole run. */
  readonly checksum: number;
  reads = 0; // pages read so far: for tests and metrics
  readonly #fd: number;
  readonly #bloom: BloomFilter;
  readonly #pages: Uint32Array; // of each page its first word, its crc32
  readonly #page = new Uint32Array(STRIDE * WORDS);
  readonly #pageBytes = new Uint8Array(this.#page.buffer);
  readonly #seq = new Float64Array(1);
  readonly #seqWords = new Uint32Array(this.#seq.buffer);

  private constructor(path: string, fd: number, { count, checksum, firstSeq, lastSeq }: Head, bloom: BloomFilter, pages: Uint32Array) {
    this.path = path;
    this.range = { firstSeq, lastSeq };
    this.count = count;
    this.checksum = checksum;
    this.#fd = fd;
    this.#bloom = bloom;
    this.#pages = pages;
  }

  /**
   * Writes records in ascending order to a file, which has its name only once it is on disk in full.
   * @param count how many there are
   */
  static write(path: string, records: Iterable<Uint32Array>, count: number, range: RunRange, disk: Disk = realDisk): IdentityRun {
    const unnamed = `${path}.new`;
    const fd = fs.openSync(unnamed, "w+");
    try {
      const bloom = new BloomFilter(count);
      const pages = writePages(fd, records, count, bloom, disk);
      const index = indexBytes(pages, bloom);
      writeFully(disk, fd, index, index.length, HEADER + count * RECORD);
      const head = { count, ...range, checksum: crcOf(index, 0, index.length) };
      writeFully(disk, fd, encodeHead(head), HEADER, 0);
      disk.sync(fd);
      fs.renameSync(unnamed, path);
      syncFolder(dirname(path));
      return new IdentityRun(path, fd, head, bloom, pages);
    } catch (error) {
      fs.closeSync(fd);
      fs.rmSync(unnamed, { force: true });
      throw error;
    }
  }

  /**
   * Opens a run that was written before.
   * @param expected what it was when it was written
   * @throws SnapshotDamaged when its header or index is, or it is another; Error when there is none
   */
  static open(path: string, expected: { readonly count: number; readonly checksum: number }): IdentityRun {
    const fd = fs.openSync(path, "r");
    try {
      const header = new Uint8Array(HEADER);
      const head = decodeHead(path, header.subarray(0, readFully(fd, header, 0, HEADER, 0)));
      if (head.count !== expected.count || head.checksum !== expected.checksum) throw new SnapshotDamaged(path, "it is not the run that the snapshot was written with");
      const [pageWords, bloomWords] = [Math.ceil(head.count / STRIDE) * 2, BloomFilter.wordsFor(head.count)];
      const at = HEADER + head.count * RECORD;
      const words = new Uint32Array(pageWords + bloomWords);
      const index = new Uint8Array(words.buffer);
      const { size } = fs.fstatSync(fd);
      if (size !== at + index.length) throw new SnapshotDamaged(path, `it is ${size} bytes long, expected ${at + index.length}`);
      readFully(fd, index, 0, index.length, at);
      mustMatch(path, "index checksum", crcOf(index, 0, index.length), head.checksum);
      return new IdentityRun(path, fd, head, BloomFilter.of(words.subarray(pageWords)), words.subarray(0, pageWords));
    } catch (error) {
      fs.closeSync(fd);
      throw error;
    }
  }

  /** False: no fingerprint with these words is here. Looks at memory only. */
  mayHave(b: number, c: number, d: number): boolean {
    return this.#bloom.mayHave(b, c, d);
  }

  /** Adds the seqs of a fingerprint to `found`, reading a page or two. @throws SnapshotDamaged */
  find(a: number, b: number, c: number, d: number, found: number[]): void {
    const count = this.#pages.length / 2;
    // Equal fingerprints may begin in the page before the first fence that equals theirs.
    const first = lastAtOrBefore(a - 1, count, (i) => this.#pages[i * 2]!);
    for (let page = first; page < count && this.#pages[page * 2]! <= a; page += 1) this.#findIn(page, a, b, c, d, found);
  }

  /** All records in ascending order, in pieces that the next one overwrites. @throws SnapshotDamaged */
  *records(): Iterable<Uint32Array> {
    const words = new Uint32Array(PAGES_AT_ONCE * STRIDE * WORDS);
    const bytes = new Uint8Array(words.buffer);
    for (let first = 0; first < this.#pages.length / 2; first += PAGES_AT_ONCE) {
      const count = Math.min(PAGES_AT_ONCE * STRIDE, this.count - first * STRIDE);
      readFully(this.#fd, bytes, 0, count * RECORD, HEADER + first * PAGE);
      for (let page = first, at = 0; at < count * RECORD; page += 1, at += PAGE) this.#check(page, bytes, at, Math.min(at + PAGE, count * RECORD));
      yield words.subarray(0, count * WORDS);
    }
  }

  close(): void {
    fs.closeSync(this.#fd);
  }

  #findIn(page: number, a: number, b: number, c: number, d: number, found: number[]): void {
    const words = this.#page;
    const records = Math.min(STRIDE, this.count - page * STRIDE);
    readFully(this.#fd, this.#pageBytes, 0, records * RECORD, HEADER + page * PAGE);
    this.#check(page, this.#pageBytes, 0, records * RECORD);
    this.reads += 1;
    const first = lastAtOrBefore(a - 1, records, (i) => words[i * WORDS]!);
    for (let at = first * WORDS; at < records * WORDS && words[at]! <= a; at += WORDS) {
      if (words[at] !== a || words[at + 1] !== b || words[at + 2] !== c || words[at + 3] !== d) continue;
      this.#seqWords[0] = words[at + 4]!;
      this.#seqWords[1] = words[at + 5]!;
      found.push(this.#seq[0]!);
    }
  }

  /** A page that is not what was written: the run is put aside, so that the next start does not trust it again. */
  #check(page: number, bytes: Uint8Array, start: number, end: number): void {
    const crc = crcOf(bytes, start, end);
    if (crc === this.#pages[page * 2 + 1]) return;
    const aside = `${this.path}.damaged`;
    try {
      fs.renameSync(this.path, aside);
    } catch {
      // it is gone already, or the folder cannot be written: then the next start finds the same
    }
    throw new SnapshotDamaged(this.path, `the checksum of page ${page} was ${hex(crc)}, expected ${hex(this.#pages[page * 2 + 1]!)}; it was put aside as ${aside}`);
  }
}

/** Records of two runs, which are in ascending order, in one order. */
export function* merged(one: Iterable<Uint32Array>, other: Iterable<Uint32Array>): Iterable<Uint32Array> {
  const [a, b] = [new Cursor(one), new Cursor(other)];
  const out = new Uint32Array(PAGES_AT_ONCE * STRIDE * WORDS);
  let used = 0;
  while (!a.isOver || !b.isOver) {
    const from = a.isOver ? b : b.isOver ? a : a.isBefore(b) ? a : b;
    for (let word = 0; word < WORDS; word += 1) out[used + word] = from.words[from.at + word]!;
    used += WORDS;
    from.step();
    if (used < out.length) continue;
    yield out;
    used = 0;
  }
  if (used > 0) yield out.subarray(0, used);
}

class Cursor {
  words: Uint32Array = new Uint32Array(0);
  at = 0;
  isOver = false;
  readonly #pieces: Iterator<Uint32Array>;

  constructor(pieces: Iterable<Uint32Array>) {
    this.#pieces = pieces[Symbol.iterator]();
    this.#next();
  }

  step(): void {
    this.at += WORDS;
    if (this.at === this.words.length) this.#next();
  }

  isBefore(other: Cursor): boolean {
    for (let word = 0; word < 4; word += 1) {
      const difference = this.words[this.at + word]! - other.words[other.at + word]!;
      if (difference !== 0) return difference < 0;
    }
    return true;
  }

  #next(): void {
    const piece = this.#pieces.next();
    this.isOver = piece.done === true;
    if (piece.done !== true) this.words = piece.value;
    this.at = 0;
  }
}

/** Writes the pages and fills the Bloom filter. Returns of each page the first word and the checksum. */
function writePages(fd: number, records: Iterable<Uint32Array>, count: number, bloom: BloomFilter, disk: Disk): Uint32Array {
  const pages = new Uint32Array(Math.ceil(count / STRIDE) * 2);
  const words = new Uint32Array(PAGES_AT_ONCE * STRIDE * WORDS);
  const bytes = new Uint8Array(words.buffer);
  let used = 0; // words
  let page = 0; // the next to be written
  const flush = () => {
    const first = page;
    for (let at = 0; at < used; at += STRIDE * WORDS, page += 1) {
      pages[page * 2] = words[at]!;
      pages[page * 2 + 1] = crcOf(bytes, at * 4, Math.min(at + STRIDE * WORDS, used) * 4);
    }
    writeFully(disk, fd, bytes, used * 4, HEADER + first * PAGE);
    used = 0;
  };
  for (const piece of records) {
    for (let at = 0; at < piece.length; at += WORDS) bloom.add(piece[at + 1]!, piece[at + 2]!, piece[at + 3]!);
    for (let from = 0; from < piece.length; ) {
      const part = piece.subarray(from, from + words.length - used);
      words.set(part, used);
      used += part.length;
      from += part.length;
      if (used === words.length) flush();
    }
  }
  if (used > 0) flush();
  return pages;
}

function indexBytes(pages: Uint32Array, bloom: BloomFilter): Uint8Array {
  const words = new Uint32Array(pages.length + bloom.words.length);
  words.set(pages);
  words.set(bloom.words, pages.length);
  return new Uint8Array(words.buffer);
}

interface Head extends RunRange {
  readonly count: number;
  readonly checksum: number;
}

function encodeHead({ count, firstSeq, lastSeq, checksum }: Head): Uint8Array {
  const bytes = new Uint8Array(HEADER);
  const view = viewOf(bytes);
  bytes.set(MAGIC);
  view.setUint32(8, VERSION, true);
  view.setBigUint64(16, BigInt(count), true);
  view.setBigUint64(24, BigInt(firstSeq), true);
  view.setBigUint64(32, BigInt(lastSeq), true);
  view.setUint32(40, checksum, true);
  view.setUint32(60, crcOf(bytes, 0, 60), true);
  return bytes;
}

function decodeHead(path: string, bytes: Uint8Array): Head {
  if (bytes.length < HEADER) throw new SnapshotDamaged(path, `it is ${bytes.length} bytes long, a header alone has ${HEADER}`);
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) throw new SnapshotDamaged(path, "it is no identity run");
  const view = viewOf(bytes);
  mustMatch(path, "header checksum", crcOf(bytes, 0, 60), view.getUint32(60, true));
  if (view.getUint32(8, true) !== VERSION) throw new SnapshotDamaged(path, `it is of format ${view.getUint32(8, true)}, this Fillbook reads ${VERSION}`);
  return { count: Number(view.getBigUint64(16, true)), firstSeq: Number(view.getBigUint64(24, true)), lastSeq: Number(view.getBigUint64(32, true)), checksum: view.getUint32(40, true) };
}

function mustMatch(path: string, what: string, found: number, expected: number): void {
  if (found !== expected) throw new SnapshotDamaged(path, `the ${what} was ${hex(found)}, expected ${hex(expected)}`);
}
