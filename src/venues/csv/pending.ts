/** Zero bytes behind what is read: a scanner that looks a little further meets no digit, letter or quote. */
export const SLACK = 64;

/** Bytes that came in pieces and wait to be read, one after the other and in memory that is used again. */
export class Pending {
  bytes = new Uint8Array(SLACK); // those that wait are the first `length`
  length = 0;

  /** What waits, without what stands behind it. */
  get all(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  add(piece: Uint8Array): void {
    const length = this.length + piece.length;
    if (length + SLACK > this.bytes.length) {
      const larger = new Uint8Array(length + (length >> 2) + SLACK);
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(piece, this.length);
    this.bytes.fill(0, length, length + SLACK);
    this.length = length;
  }

  /** Forgets what stands before `from`. */
  keepFrom(from: number): void {
    if (from === 0) return;
    this.bytes.copyWithin(0, from, this.length);
    this.length -= from;
  }
}
