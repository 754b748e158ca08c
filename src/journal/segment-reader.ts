import { readFully } from "./disk.ts";
import type { Damage } from "./errors.ts";
import type { AheadChunk } from "./block-thread.ts";
import { BLOCK_HEADER, crcOf, decodeBlockHeader, hex, isHeaderProblem, viewOf, type BlockHeader } from "./format.ts";

/** Small enough to stay in the processor's cache from the read through the checksum to the fold; larger was slower. */
const CHUNK = 1024 * 1024;

/** Where to read, and what should stand there. */
export interface Range {
  readonly start: number; // where a block starts
  readonly firstSeq: number; // its first entry
  readonly end: number; // read no further
}

/**
 * Walks the blocks of one open segment, checking each. One buffer is used again and again, a block is a range of it:
 * nothing is copied, and what was read is valid until the next step.
 */
export class SegmentReader {
  readonly #fd: number;
  readonly #end: number;
  readonly #ahead: ((position: number) => AheadChunk | undefined) | undefined;
  #own: Uint8Array; // the buffer that is filled here
  #chunk: Uint8Array; // that, or what another thread has read and checked
  #isChecked = false;
  #view: DataView;
  #chunkAt: number; // position in the file of the chunk's first byte, a multiple of 8
  #chunkEnd: number;
  #next: number; // position of the next block
  #nextSeq: number;
  #header: BlockHeader | undefined;
  #offset = 0;
  #damage: Damage | undefined;

  /** @param ahead gives what another thread has read from a position on, as long as it has */
  constructor(fd: number, range: Range, chunkBytes = CHUNK, ahead?: (position: number) => AheadChunk | undefined) {
    this.#fd = fd;
    this.#end = range.end;
    this.#ahead = ahead;
    this.#own = new Uint8Array(Math.max(BLOCK_HEADER, Math.min(chunkBytes, range.end - range.start)));
    this.#chunk = this.#own;
    this.#view = viewOf(this.#chunk);
    this.#chunkAt = range.start;
    this.#chunkEnd = range.start;
    this.#next = range.start;
    this.#nextSeq = range.firstSeq;
  }

  /** Steps to the next block. False at the end, and where something is wrong: then `damage` says what. */
  next(): boolean {
    this.#header = undefined;
    if (this.#damage !== undefined || this.#next === this.#end) return false;
    if (!this.#hold(BLOCK_HEADER)) return this.#wrong("block header", `${BLOCK_HEADER} bytes`, `${this.#end - this.#next}`);
    const header = decodeBlockHeader(this.#chunk, this.#view, this.#next - this.#chunkAt);
    if (isHeaderProblem(header)) return this.#wrong(header.what, header.expected, header.found);
    if (header.firstSeq !== this.#nextSeq) return this.#wrong("first entry of the block", `${this.#nextSeq}`, `${header.firstSeq}`);
    if (!this.#hold(header.length)) return this.#wrong("bytes left for the block", `${header.length}`, `${this.#end - this.#next}`);
    const at = this.#next - this.#chunkAt;
    const crc = this.#isChecked ? header.bodyCrc : crcOf(this.#chunk, at + BLOCK_HEADER, at + header.length);
    if (crc !== header.bodyCrc) return this.#wrong("body checksum", hex(header.bodyCrc), hex(crc));
    this.#header = header;
    this.#offset = this.#next;
    this.#next += header.length;
    this.#nextSeq += header.count;
    return true;
  }

  get damage(): Damage | undefined {
    return this.#damage;
  }
  /** The header of the block at hand. */
  get header(): BlockHeader {
    return this.#header!;
  }
  /** Where the block at hand starts, in the file. */
  get offset(): number {
    return this.#offset;
  }
  /** Where the next block starts, or should. */
  get end(): number {
    return this.#next;
  }
  /** The entry the next block starts with, or should. */
  get nextSeq(): number {
    return this.#nextSeq;
  }
  get bytes(): Uint8Array {
    return this.#chunk;
  }
  get view(): DataView {
    return this.#view;
  }
  /** Where the block at hand starts, in `bytes`. */
  get at(): number {
    return this.#offset - this.#chunkAt;
  }
  /** All bytes of the block at hand. */
  get block(): Uint8Array {
    return this.#chunk.subarray(this.at, this.at + this.header.length);
  }

  /** Makes sure that `length` bytes from the next block on are in the buffer. False when the range ends before. */
  #hold(length: number): boolean {
    if (this.#next + length <= this.#chunkEnd) return true;
    if (this.#next + length > this.#end) return false;
    this.#chunkAt = this.#next;
    const ahead = this.#ahead?.(this.#next);
    if (ahead !== undefined) {
      this.#chunk = ahead.bytes;
      this.#view = ahead.view;
      this.#chunkEnd = this.#next + ahead.length;
      this.#isChecked = true;
      return this.#next + length <= this.#chunkEnd;
    }
    if (length > this.#own.length) this.#own = new Uint8Array(length);
    if (this.#chunk !== this.#own) {
      this.#chunk = this.#own;
      this.#view = viewOf(this.#own);
      this.#isChecked = false;
    }
    this.#chunkEnd = this.#next + readFully(this.#fd, this.#chunk, 0, Math.min(this.#chunk.length, this.#end - this.#next), this.#next);
    return this.#next + length <= this.#chunkEnd;
  }

  #wrong(what: string, expected: string, found: string): false {
    this.#damage = { offset: this.#next, seq: this.#nextSeq, what, expected, found };
    return false;
  }
}
