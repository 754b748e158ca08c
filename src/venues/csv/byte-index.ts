const SEED = 0x811c9dc5 | 0;
const PRIME = 0x01000193;
const LONGEST_NAME = 256;
/** No entry. */
export const ABSENT = -1;

/** What the last `scanName` found: the hash of the name's bytes. */
export const scannedName = { hash: 0 };

/** For every byte, whether a name goes on with it: 1 for printable ASCII but the quote and the separator. */
export function nameBytes(separator: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 32 && byte <= 126 && byte !== 34 && byte !== separator ? 1 : 0));
}

/**
 * Finds the end of a name in an unquoted cell and hashes it on the way (FNV-1a).
 * @returns where it ends; −1 when the general reader must look: spaces around it, or too long. What is not printable
 *   ASCII ends it too, and is no end of a cell.
 */
export function scanName(bytes: Uint8Array, start: number, goesOn: Uint8Array): number {
  let at = start;
  let hash = SEED;
  for (let byte = bytes[at]!; goesOn[byte] === 1; byte = bytes[at]!) {
    hash = Math.imul(hash ^ byte, PRIME);
    at += 1;
  }
  if (at > start && (bytes[start] === 32 || bytes[at - 1] === 32 || at - start > LONGEST_NAME)) return -1;
  scannedName.hash = hash;
  return at;
}

/** The hash that `scanName` makes, of any bytes. */
export function hashOf(bytes: Uint8Array): number {
  return bytes.reduce((hash, byte) => Math.imul(hash ^ byte, PRIME), SEED);
}

/** `scanName` that copies instead of hashing. */
export function copyName(bytes: Uint8Array, start: number, goesOn: Uint8Array, into: Uint8Array, offset: number): number {
  let at = start;
  let to = offset;
  for (let byte = bytes[at]!; goesOn[byte] === 1; byte = bytes[at]!) {
    into[to] = byte;
    to += 1;
    at += 1;
  }
  return bytes[start] === 32 || bytes[at - 1] === 32 || at - start > LONGEST_NAME ? -1 : at;
}

/** Numbers for short texts that come again and again, found by their bytes and without making a string. */
export class ByteIndex {
  #slots = new Int32Array(64); // 1 + entry, 0 for free; never more than half full
  #hashes = new Int32Array(32);
  #ends = new Int32Array(32); // entry k is arena[ends[k−1] … ends[k])
  #numbers = new Int32Array(32);
  #count = 0;
  #arena = new Uint8Array(1024);
  #last = -1; // the entry found last

  /** Where the text that was found last ends, if it stands at `start` again; −1 if it does not. */
  again(bytes: Uint8Array, start: number, goesOn: Uint8Array): number {
    if (this.#last < 0) return -1;
    const arena = this.#arena;
    const end = this.#ends[this.#last]!;
    let at = start;
    for (let i = this.#start(this.#last); i < end; i += 1, at += 1) {
      const byte = bytes[at]!;
      if (arena[i] !== byte || goesOn[byte] !== 1) return -1; // it may have been found in another format, where a comma is text
    }
    return goesOn[bytes[at]!] === 1 ? -1 : at;
  }
  /** The number found last. */
  get lastNumber(): number {
    return this.#numbers[this.#last]!;
  }

  /** The number of bytes[from … to) with that hash, `ABSENT` when it has none. */
  find(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot]! - 1;
      if (entry < 0) return ABSENT;
      if (this.#hashes[entry] === hash && this.#equals(entry, bytes, from, to)) {
        this.#last = entry;
        return this.#numbers[entry]!;
      }
    }
  }

  /** Gives a text that was not found its number; by default they count up from 0. */
  set(bytes: Uint8Array, from: number, to: number, hash: number, number = this.#count): void {
    if (this.#count === this.#hashes.length) this.#grow();
    const start = this.#start(this.#count);
    while (start + to - from > this.#arena.length) this.#arena = larger(this.#arena, (n) => new Uint8Array(n));
    this.#arena.set(bytes.subarray(from, to), start);
    this.#hashes[this.#count] = hash;
    this.#ends[this.#count] = start + to - from;
    this.#numbers[this.#count] = number;
    this.#count += 1;
    this.#place(this.#count - 1);
  }

  #start(entry: number): number {
    return entry === 0 ? 0 : this.#ends[entry - 1]!;
  }

  #equals(entry: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.#start(entry);
    if (this.#ends[entry]! - start !== to - from) return false;
    const arena = this.#arena;
    for (let i = start, j = from; j < to; i += 1, j += 1) if (arena[i] !== bytes[j]) return false;
    return true;
  }

  #place(entry: number): void {
    const mask = this.#slots.length - 1;
    const hash = this.#hashes[entry]!;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry + 1;
  }

  #grow(): void {
    this.#hashes = larger(this.#hashes, (n) => new Int32Array(n));
    this.#ends = larger(this.#ends, (n) => new Int32Array(n));
    this.#numbers = larger(this.#numbers, (n) => new Int32Array(n));
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let entry = 0; entry < this.#count; entry += 1) this.#place(entry);
  }
}

/** Numbers for triples of numbers. */
export class TripleIndex {
  #slots = new Int32Array(4 * 64); // a, b, c, 1 + number; 0 for free
  #count = 0;

  find(a: number, b: number, c: number): number {
    return this.#slots[this.#slot(a, b, c) + 3]! - 1;
  }

  set(a: number, b: number, c: number, number: number): void {
    if (this.#count * 8 >= this.#slots.length) this.#grow();
    this.#count += 1;
    this.#slots.set([a, b, c, number + 1], this.#slot(a, b, c));
  }

  #slot(a: number, b: number, c: number): number {
    const slots = this.#slots;
    const mask = slots.length / 4 - 1;
    const hash = Math.imul(Math.imul(Math.imul(a + 1, 0x9e3779b1) ^ b, 0x85ebca6b) ^ c, 0xc2b2ae35);
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * 4;
      if (slots[at + 3] === 0 || (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c)) return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 4) if (old[at + 3] !== 0) this.#slots.set(old.subarray(at, at + 4), this.#slot(old[at]!, old[at + 1]!, old[at + 2]!));
  }
}

function larger<Column extends Int32Array | Uint8Array>(column: Column, make: (length: number) => Column): Column {
  const twice = make(column.length * 2);
  twice.set(column);
  return twice;
}
