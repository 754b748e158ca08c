import { writeFully, type Disk } from "./disk.ts";
import { hashOf, MAX_BLOCK, sealBlock } from "./format.ts";

/** Where blocks go once their content stands: sums, hash and write are left, and can be done elsewhere. */
export interface BlockOut {
  /** Bytes to make the next block in, at least so many. */
  room(length: number): Uint8Array;
  /** Seals the block that stands in the room and writes it to a file; may return before that is done. */
  write(file: number, length: number, position: number): void;
  /** Returns the hash of the last block, once all are written. */
  settle(): Uint8Array;
  /** Lets go of what it holds; nothing is written any more. */
  close(): void;
}

/** Does it at once, in this thread. */
export class BlocksHere implements BlockOut {
  readonly #disk: Disk;
  #lastHash: Uint8Array;
  #scratch = new Uint8Array(0);

  constructor(disk: Disk, lastHash: Uint8Array) {
    this.#disk = disk;
    this.#lastHash = lastHash;
  }

  room(length: number): Uint8Array {
    if (length > this.#scratch.length) this.#scratch = new Uint8Array(Math.max(length, LEAST_ROOM, Math.min(this.#scratch.length * 2, MAX_BLOCK)));
    return this.#scratch;
  }

  write(file: number, length: number, position: number): void {
    const block = this.#scratch.subarray(0, length);
    sealBlock(block, this.#lastHash);
    writeFully(this.#disk, file, block, length, position);
    this.#lastHash = hashOf(block);
  }

  settle(): Uint8Array {
    return this.#lastHash;
  }

  close(): void {}
}

const LEAST_ROOM = 1024 * 1024;
