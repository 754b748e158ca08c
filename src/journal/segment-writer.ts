import fs from "node:fs";
import { assert } from "../core/num/index.ts";
import type { Section } from "../core/model/index.ts";
import { BlocksBehind, type BehindOptions } from "./blocks-behind.ts";
import { isNoSpace, writeFully, type Disk } from "./disk.ts";
import { DurableMark } from "./durable-mark.ts";
import { JournalWriteFailed } from "./errors.ts";
import { BLOCK_HEADER, encodeBlockHeader, hashOf, MAX_BLOCK, sealBlock, SEGMENT_HEADER } from "./format.ts";
import { countEntries } from "./journal.ts";
import { prepareSections, writeSections, type PreparedSections } from "./sections.ts";
import { createSegment, type Segment } from "./segment-files.ts";

/** The open end of the journal: where the next block goes and what it continues. */
export interface OpenEnd {
  readonly segment: Segment;
  readonly fd: number; // open for writing; the writer closes it
  readonly end: number;
  readonly nextSeq: number;
  readonly lastHash: Uint8Array;
}

/** Bytes that wait to be written, at most: then they are written whoever says otherwise. */
const MOST_WAITING = 64 * 1024 * 1024;

/** Zeros are written ahead where so many times what is written at once is reserved. */
const RESERVE_FROM = 16;
/** More zeros than this would keep the sync that they share waiting. */
const RESERVE_AT_ONCE = 64 * 1024;

/** A block that is encoded and not written yet; it stands at `start` of the waiting bytes. */
interface WaitingBlock {
  readonly firstSeq: number;
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

export interface SegmentWriterOptions {
  readonly folder: string;
  readonly disk: Disk;
  readonly segmentBytes: number; // a segment is full at so many
  readonly reserveBytes: number; // written ahead as zeros: a sync is quicker where the file does not grow; 0: none
  readonly onSegment: (segment: Segment) => void;
}

/** A block that is about to be appended. */
interface NewBlock {
  readonly prepared: PreparedSections;
  readonly length: number; // with its header
  readonly count: number;
  readonly timeNs: bigint;
}

/**
 * Writes blocks at the end of the last segment, and begins new segments. A block is written as it is appended, or waits
 * for `write`, which takes all that waits in one call. After a failed write the writer either stands exactly where it
 * stood before (no space: what waited before still waits) or writes nothing more: what the disk holds then is unknown
 * until it is read again.
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
  #writtenSeq: number; // the last entry that was written
  #durableThrough: number;
  #lastHash: Uint8Array;
  #scratch = new Uint8Array(1024 * 1024);
  #waiting: WaitingBlock[] = [];
  #waitingBytes = 0;
  #behind: BlocksBehind | undefined;
  readonly #reserveBytes: number;
  #reservedEnd: number; // zeros stand from `#end` to here
  #isSyncing = false;
  #broken: string | undefined;

  constructor(open: OpenEnd, options: SegmentWriterOptions) {
    this.#folder = options.folder;
    this.#disk = options.disk;
    this.#segmentBytes = options.segmentBytes;
    this.#onSegment = options.onSegment;
    this.#segment = open.segment;
    this.#fd = open.fd;
    this.#end = open.end;
    this.#reserveBytes = options.reserveBytes;
    this.#reservedEnd = open.end;
    this.#nextSeq = open.nextSeq;
    this.#writtenSeq = open.nextSeq - 1;
    this.#durableThrough = open.nextSeq - 1;
    this.#lastHash = open.lastHash;
    this.#mark = new DurableMark(this.#folder, this.#disk);
    this.#mark.set(this.#durableThrough);
  }

  get nextSeq(): number {
    return this.#nextSeq;
  }
  /** Where what is written of the last segment ends. */
  get end(): number {
    return this.#end;
  }
  /** Whether anything appended may not be in the file yet. */
  get hasWaiting(): boolean {
    return this.#waiting.length > 0 || this.#behind !== undefined;
  }
  /** The last entry on disk. */
  get durableThrough(): number {
    return this.#durableThrough;
  }

  /**
   * Has blocks sealed and written by a second thread from now on, for as long as this writer lives. What fails there is told by
   * a later call, and then nothing more is written. All is in the file once `write` or `sync` has returned.
   */
  writeBehind(options?: BehindOptions): void {
    this.write();
    this.#behind ??= BlocksBehind.open(this.#lastHash, this.#disk, options);
  }

  /**
   * Appends one block. Returns how many entries it holds. When it throws, the block is not appended.
   * @param later it may wait for the next `write`
   */
  append(sections: readonly Section[], timeNs: bigint, later = false): number {
    this.#mustWork();
    const count = countEntries(sections);
    assert(count > 0, "a block holds at least one entry");
    const prepared = prepareSections(sections);
    const length = BLOCK_HEADER + prepared.bytes;
    assert(length <= MAX_BLOCK, "a block is smaller than 2 GiB");
    const block = { prepared, length, count, timeNs };
    if (this.#waitingBytes > 0 && this.#waitingBytes + length > MOST_WAITING) this.write();
    const end = this.#end + this.#waitingBytes;
    if (end + length > this.#segmentBytes && end > SEGMENT_HEADER) {
      this.write();
      this.#rotate();
    }
    if (this.#behind !== undefined) this.#appendBehind(this.#behind, block);
    else this.#appendHere(block, later);
    return count;
  }

  /** Writes all that waits, in one call: what was appended can be read from the file then. */
  write(): void {
    this.#mustWork();
    if (this.#behind !== undefined) this.#settle(this.#behind);
    if (this.#waiting.length === 0) return;
    this.#reserve();
    try {
      writeFully(this.#disk, this.#fd, this.#scratch, this.#waitingBytes, this.#end);
    } catch (error) {
      this.#cutUnfinished();
      if (!isNoSpace(error)) throw this.#break(`could not write ${this.#waitingBytes} bytes to ${this.#segment.path}`, error);
      throw new JournalWriteFailed("no_space", `no space left for ${this.#waitingBytes} bytes in ${this.#segment.path}; nothing was written`, error);
    }
    for (const { firstSeq, count, start, end } of this.#waiting) this.#segment.index.passed(firstSeq, count, this.#end + start, this.#end + end);
    this.#end += this.#waitingBytes;
    this.#reservedEnd = Math.max(this.#reservedEnd, this.#end);
    this.#writtenSeq = this.#nextSeq - 1;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** Writes what waits, and returns once all is on disk. */
  sync(): void {
    assert(!this.#isSyncing, "one sync at a time");
    this.write();
    if (this.#durableThrough === this.#writtenSeq) return;
    try {
      this.#disk.sync(this.#fd);
    } catch (error) {
      throw this.#syncFailed(error);
    }
    this.#synced(this.#writtenSeq);
  }

  /** The same beside the program: resolved once all that was appended before the call is on disk. Nothing may be appended meanwhile. */
  async syncLater(): Promise<void> {
    assert(!this.#isSyncing, "one sync at a time");
    this.write();
    if (this.#durableThrough === this.#writtenSeq) return;
    const through = this.#writtenSeq;
    this.#isSyncing = true;
    try {
      await this.#disk.syncLater(this.#fd);
    } catch (error) {
      throw this.#syncFailed(error);
    } finally {
      this.#isSyncing = false;
    }
    this.#synced(through);
  }

  close(): void {
    if (this.#broken === "it is closed") return;
    assert(!this.#isSyncing, "a journal is closed once its sync is over");
    const wasBroken = this.#broken !== undefined;
    this.#broken = "it is closed";
    this.#behind?.close();
    if (!wasBroken) this.#giveBack();
    fs.closeSync(this.#fd);
    this.#mark.close();
  }

  /** Appends behind the waiting bytes; when it throws, the block is not there. */
  #appendHere(of: NewBlock, later: boolean): void {
    const before = { nextSeq: this.#nextSeq, lastHash: this.#lastHash };
    const start = this.#waitingBytes;
    const end = start + of.length;
    if (end > this.#scratch.length) {
      const grown = new Uint8Array(Math.max(end, Math.min(this.#scratch.length * 2, MAX_BLOCK)));
      grown.set(this.#scratch.subarray(0, start));
      this.#scratch = grown;
    }
    const block = this.#scratch.subarray(start, end);
    this.#encode(of, block);
    sealBlock(block, this.#lastHash);
    this.#waiting.push({ firstSeq: this.#nextSeq, count: of.count, start, end });
    this.#waitingBytes = end;
    this.#lastHash = hashOf(block);
    this.#nextSeq += of.count;
    if (later) return;
    try {
      this.write();
    } catch (error) {
      this.#waiting.pop();
      this.#waitingBytes = start;
      this.#lastHash = before.lastHash;
      this.#nextSeq = before.nextSeq;
      throw error;
    }
  }

  /** Hands a block to the second thread. */
  #appendBehind(behind: BlocksBehind, of: NewBlock): void {
    try {
      this.#encode(of, behind.room(of.length));
      behind.write(this.#fd, of.length, this.#end);
    } catch (error) {
      throw this.#break(`could not write all up to entry ${this.#nextSeq - 1} to ${this.#segment.path}`, error);
    }
    this.#segment.index.passed(this.#nextSeq, of.count, this.#end, this.#end + of.length);
    this.#end += of.length;
    this.#nextSeq += of.count;
    this.#writtenSeq = this.#nextSeq - 1;
  }

  #settle(behind: BlocksBehind): void {
    try {
      this.#lastHash = behind.settle();
    } catch (error) {
      throw this.#break(`could not write all up to entry ${this.#nextSeq - 1} to ${this.#segment.path}`, error);
    }
  }

  /** Encodes a block, all but what `sealBlock` adds. */
  #encode({ prepared, length, count, timeNs }: NewBlock, into: Uint8Array): void {
    writeSections(prepared, into, BLOCK_HEADER);
    encodeBlockHeader(into, { length, count, firstSeq: this.#nextSeq, timeNs, durableThrough: this.#durableThrough, sectionCount: prepared.sections.length });
  }

  /** Keeps zeros ahead, some more with each write while there are few, where what waits is small beside them. Without space it goes on without. */
  #reserve(): void {
    const end = this.#end + this.#waitingBytes;
    if (this.#reservedEnd - end >= this.#reserveBytes || this.#waitingBytes * RESERVE_FROM > this.#reserveBytes) return;
    const reservedEnd = Math.min(Math.max(end, this.#reservedEnd) + Math.min(RESERVE_AT_ONCE, this.#reserveBytes), this.#segmentBytes);
    if (reservedEnd <= Math.max(end, this.#reservedEnd)) return;
    try {
      writeFully(this.#disk, this.#fd, new Uint8Array(reservedEnd - this.#reservedEnd), reservedEnd - this.#reservedEnd, this.#reservedEnd);
      this.#reservedEnd = reservedEnd;
    } catch (error) {
      this.#cutUnfinished();
      if (!isNoSpace(error)) throw this.#break(`could not reserve space in ${this.#segment.path}`, error);
    }
  }

  /** Cuts off what was reserved and not used. A start would do it, too. */
  #giveBack(): void {
    if (this.#reservedEnd === this.#end) return;
    try {
      this.#disk.truncate(this.#fd, this.#end);
      this.#reservedEnd = this.#end;
    } catch {
      // the zeros are read as what they are
    }
  }

  /** For good: other blocks will stand in its place, and after a crash no sector may still hold what was cut. */
  #cutUnfinished(): void {
    try {
      this.#disk.truncate(this.#fd, this.#end);
      this.#disk.sync(this.#fd);
      this.#reservedEnd = this.#end;
    } catch (error) {
      throw this.#break(`could not cut an unfinished block off ${this.#segment.path}`, error);
    }
  }

  /** All segments but the last are durable in full: only the last can end in a torn write, or in space that was reserved. */
  #rotate(): void {
    this.sync();
    if (this.#reservedEnd > this.#end) this.#cutUnfinished();
    try {
      const { segment, fd } = createSegment(this.#folder, { firstSeq: this.#nextSeq, previousHash: this.#lastHash }, this.#disk);
      fs.closeSync(this.#fd);
      this.#segment = segment;
      this.#fd = fd;
      this.#end = SEGMENT_HEADER;
      this.#reservedEnd = SEGMENT_HEADER;
      this.#onSegment(segment);
    } catch (error) {
      throw error instanceof JournalWriteFailed ? error : this.#break(`could not begin a segment after ${this.#segment.path}`, error);
    }
  }

  #synced(through: number): void {
    this.#durableThrough = through;
    try {
      this.#mark.set(through);
    } catch (error) {
      throw this.#break(`could not note beside ${this.#folder} that entries up to ${through} are on disk`, error);
    }
  }

  #syncFailed(cause: unknown): JournalWriteFailed {
    return this.#break(`could not sync ${this.#segment.path}: whether entries ${this.#durableThrough + 1} to ${this.#writtenSeq} are on disk is unknown`, cause);
  }

  #break(what: string, cause: unknown): JournalWriteFailed {
    this.#broken = what;
    return new JournalWriteFailed("unknown", `${what} (${(cause as Error).message}). The journal takes no more writes; start again to recover.`, cause);
  }

  #mustWork(): void {
    if (this.#broken !== undefined) throw new JournalWriteFailed("unknown", `the journal takes no writes: ${this.#broken}. Start again to recover.`);
  }
}
