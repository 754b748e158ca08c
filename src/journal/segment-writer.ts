import fs from "node:fs";
import { assert } from "../core/num/index.ts";
import type { Section } from "../core/model/index.ts";
import { BlocksBehind, type BehindOptions } from "./blocks-behind.ts";
import { BlocksHere, type BlockOut } from "./block-out.ts";
import { isNoSpace, type Disk } from "./disk.ts";
import { DurableMark } from "./durable-mark.ts";
import { JournalWriteFailed } from "./errors.ts";
import { BLOCK_HEADER, encodeBlockHeader, MAX_BLOCK, SEGMENT_HEADER } from "./format.ts";
import { countEntries } from "./journal.ts";
import { prepareSections, writeSections } from "./sections.ts";
import { createSegment, type Segment } from "./segment-files.ts";

/** The open end of the journal: where the next block goes and what it continues. */
export interface OpenEnd {
  readonly segment: Segment;
  readonly fd: number; // open for writing; the writer closes it
  readonly end: number;
  readonly nextSeq: number;
  readonly lastHash: Uint8Array;
}

/**
 * Writes blocks at the end of the last segment, and begins new segments. After a failed write it either stands exactly
 * where it stood before (no space) or writes nothing more: what the disk holds then is unknown until it is read again.
 */
export class SegmentWriter {
  readonly #mark: DurableMark;
  readonly #folder: string;
  readonly #disk: Disk;
  readonly #segmentBytes: number;
  readonly #onSegment: (segment: Segment) => void;
  #segment: Segment;
  #fd: number;
  #end: number;
  #nextSeq: number;
  #durableThrough: number;
  #out: BlockOut;
  #broken: string | undefined;

  constructor(open: OpenEnd, options: { folder: string; disk: Disk; segmentBytes: number; onSegment: (segment: Segment) => void }) {
    this.#folder = options.folder;
    this.#disk = options.disk;
    this.#segmentBytes = options.segmentBytes;
    this.#onSegment = options.onSegment;
    this.#segment = open.segment;
    this.#fd = open.fd;
    this.#end = open.end;
    this.#nextSeq = open.nextSeq;
    this.#durableThrough = open.nextSeq - 1;
    this.#out = new BlocksHere(options.disk, open.lastHash);
    this.#mark = new DurableMark(this.#folder);
    this.#mark.set(this.#durableThrough);
  }

  get nextSeq(): number {
    return this.#nextSeq;
  }
  /** Where the last segment ends. */
  get end(): number {
    return this.#end;
  }

  /**
   * Has blocks sealed and written by a second thread from now on, for as long as this writer lives. What fails there is told by
   * a later call, and then nothing more is written. All is in the file once `settle` or `sync` has returned.
   */
  writeBehind(options?: BehindOptions): void {
    this.#mustWork();
    if (this.#out instanceof BlocksBehind) return;
    this.#out = BlocksBehind.open(this.#out.settle(), this.#disk, options) ?? this.#out;
  }

  /** Writes one block. Returns how many entries it holds. */
  append(sections: readonly Section[], timeNs: bigint): number {
    this.#mustWork();
    const count = countEntries(sections);
    assert(count > 0, "a block holds at least one entry");
    const length = this.#encode(sections, count, timeNs);
    if (this.#end + length > this.#segmentBytes && this.#end > SEGMENT_HEADER) this.#rotate();
    this.#write(length);
    this.#segment.index.passed(this.#nextSeq, count, this.#end, this.#end + length);
    this.#end += length;
    this.#nextSeq += count;
    return count;
  }

  /** Returns once all that was appended can be read from the file. Gives the hash of the last block. */
  settle(): Uint8Array {
    try {
      return this.#out.settle();
    } catch (error) {
      throw this.#break(`could not write all up to entry ${this.#nextSeq - 1} to ${this.#segment.path}`, error);
    }
  }

  sync(): void {
    this.#mustWork();
    if (this.#durableThrough === this.#nextSeq - 1) return;
    this.settle();
    try {
      this.#disk.sync(this.#fd);
    } catch (error) {
      throw this.#break(`could not sync ${this.#segment.path}: whether entries ${this.#durableThrough + 1} to ${this.#nextSeq - 1} are on disk is unknown`, error);
    }
    this.#durableThrough = this.#nextSeq - 1;
    this.#mark.set(this.#durableThrough);
  }

  close(): void {
    if (this.#broken === "it is closed") return;
    this.#broken = "it is closed";
    this.#out.close();
    fs.closeSync(this.#fd);
    this.#mark.close();
  }

  /** Encodes a block where it is written from. Returns its length. */
  #encode(sections: readonly Section[], count: number, timeNs: bigint): number {
    const prepared = prepareSections(sections);
    const length = BLOCK_HEADER + prepared.bytes;
    assert(length <= MAX_BLOCK, "a block is smaller than 2 GiB");
    const room = this.#room(length);
    writeSections(prepared, room, BLOCK_HEADER);
    encodeBlockHeader(room, { length, count, firstSeq: this.#nextSeq, timeNs, durableThrough: this.#durableThrough, sectionCount: sections.length });
    return length;
  }

  #room(length: number): Uint8Array {
    try {
      return this.#out.room(length);
    } catch (error) {
      throw this.#break(`could not write all up to entry ${this.#nextSeq - 1} to ${this.#segment.path}`, error);
    }
  }

  #write(length: number): void {
    try {
      this.#out.write(this.#fd, length, this.#end);
    } catch (error) {
      this.#cutUnfinished();
      if (!isNoSpace(error)) throw this.#break(`could not write ${length} bytes to ${this.#segment.path}`, error);
      throw new JournalWriteFailed("no_space", `no space left for ${length} bytes in ${this.#segment.path}; nothing was written`, error);
    }
  }

  #cutUnfinished(): void {
    try {
      this.#disk.truncate(this.#fd, this.#end);
    } catch (error) {
      throw this.#break(`could not cut an unfinished block off ${this.#segment.path}`, error);
    }
  }

  /** All segments but the last are durable in full: only the last can end in a torn write. */
  #rotate(): void {
    this.sync();
    try {
      const { segment, fd } = createSegment(this.#folder, { firstSeq: this.#nextSeq, previousHash: this.settle() }, this.#disk);
      fs.closeSync(this.#fd);
      this.#segment = segment;
      this.#fd = fd;
      this.#end = SEGMENT_HEADER;
      this.#onSegment(segment);
    } catch (error) {
      throw error instanceof JournalWriteFailed ? error : this.#break(`could not begin a segment after ${this.#segment.path}`, error);
    }
  }

  #break(what: string, cause: unknown): JournalWriteFailed {
    this.#broken = what;
    return new JournalWriteFailed("unknown", `${what} (${(cause as Error).message}). The journal takes no more writes; start again to recover.`, cause);
  }

  #mustWork(): void {
    if (this.#broken !== undefined) throw new JournalWriteFailed("unknown", `the journal takes no writes: ${this.#broken}. Start again to recover.`);
  }
}
