/**
 * Numbers for short byte strings that come again and again, found without making a string. A key is put together with
 * `start` and `append`, then looked up with `find`; a key that is not there can be given its number with `set`.
 */
export class ByteIndex {
  #slots = new Int32Array(256); // 1 + entry, 0 for free
  #hashes = new Int32Array(128);
  #ends = new Int32Array(128); // entry k is arena[ends[k−1] … ends[k])
  #numbers = new Int32Array(128);
  #count = 0;
  #arena = new Uint8Array(4096);
  #key = new Uint8Array(4096);
  #length = 0;
  #hash = 0;

  /** Begins a key. */
  start(): void {
    this.#length = 0;
    this.#hash = 0x811c9dc5 | 0;
  }

  /** Adds a part to the key; false if it cannot be looked up: too long, not plain ASCII, or with spaces around it. */
  append(bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from > 256 || this.#length + 257 > this.#key.length) return false;
    const key = this.#key;
    let length = this.#length;
    let hash = this.#hash;
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at]!;
      if (byte < 32 || byte > 126) return false;
      key[length] = byte;
      length += 1;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    if (to > from && (bytes[from] === 32 || bytes[to - 1] === 32)) return false;
    key[length] = 0; // parts never run together
    this.#hash = Math.imul(hash, 0x01000193);
    this.#length = length + 1;
    return true;
  }

  /** The number of the key, `undefined` when it has none. */
  find(): number | undefined {
    const mask = this.#slots.length - 1;
    const hash = this.#hash;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot]! - 1;
      if (entry < 0) return undefined;
      if (this.#hashes[entry] === hash && this.#equals(entry)) return this.#numbers[entry];
    }
  }

  /** Gives the key that was not found its number. */
  set(number: number): void {
    if (this.#count === this.#hashes.length) this.#grow();
    const from = this.#count === 0 ? 0 : this.#ends[this.#count - 1]!;
    if (from + this.#length > this.#arena.length) this.#arena = larger(this.#arena, (n) => new Uint8Array(n));
    this.#arena.set(this.#key.subarray(0, this.#length), from);
    this.#hashes[this.#count] = this.#hash;
    this.#ends[this.#count] = from + this.#length;
    this.#numbers[this.#count] = number;
    this.#count += 1;
    this.#place(this.#count - 1);
  }

  #equals(entry: number): boolean {
    const from = entry === 0 ? 0 : this.#ends[entry - 1]!;
    const length = this.#length;
    if (this.#ends[entry]! - from !== length) return false;
    for (let i = 0; i < length; i += 1) if (this.#arena[from + i] !== this.#key[i]) return false;
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

function larger<Column extends Int32Array | Uint8Array>(column: Column, make: (length: number) => Column): Column {
  const twice = make(column.length * 2);
  twice.set(column);
  return twice;
}
