import fs from "node:fs";
import { assert } from "../core/num/index.ts";
import type { Block, Section } from "../core/model/index.ts";
import type { BehindOptions } from "./blocks-behind.ts";
import { BlockCache, blockFrom } from "./block-cache.ts";
import { createFolder, readFully, realDisk, writeFully, type Disk } from "./disk.ts";
import { JournalCorrupt, JournalWriteFailed } from "./errors.ts";
import { hashOf, NO_HASH } from "./format.ts";
import type { Journal, Progress } from "./journal.ts";
import { createSegment, isAway, journalFolder, listSegments, openSegment, removeUnnamedSegments, sizeOf, type Segment } from "./segment-files.ts";
import { BlockThread, type AheadChunk } from "./block-thread.ts";
import { lastAtOrBefore } from "./search.ts";
import { SegmentReader } from "./segment-reader.ts";
import { SegmentWriter, type OpenEnd } from "./segment-writer.ts";
import { readDurableMark } from "./durable-mark.ts";
import { cutShort, describeTorn, keepTorn, readTail, type Tail, type Torn } from "./tail.ts";
import { WriterLock } from "./writer-lock.ts";

const SEGMENT_BYTES = 64 * 1024 * 1024;
/** Bytes that are written again at once. */
const AGAIN_BYTES = 1024 * 1024;
/** Where so many bytes are to be read, a second thread reads ahead. */
const AHEAD_FROM = 48 * 1024 * 1024;
/** The end of a journal without a segment. */
const NOTHING = { end: 0, nextSeq: 1 } as const;

export interface FileJournalOptions {
  readonly write: boolean;
  readonly lock?: WriterLock; // held by the caller, who releases it; without one, writing takes and releases its own
  readonly segmentBytes?: number; // a segment is full at so many
  readonly reserveBytes?: number; // written ahead as zeros, for one who syncs often; none
  readonly disk?: Disk; // for tests
  readonly ahead?: { readonly fromBytes: number; readonly program?: URL }; // from so many bytes on a second thread reads ahead; 48 MB
}

/** What opening found. */
export interface OpenReport {
  readonly segments: number;
  readonly entries: number; // the last entry's number
  readonly torn: (Torn & { readonly keptAs: string | undefined; readonly message: string }) | undefined; // the last write was not finished, or the end is missing
}

/**
 * The journal in segment files (see format.ts), in the folder `journal` of a data folder.
 *
 * Opening finds the end: it looks at the headers of the last segment and reads what may not have been on disk yet. All else
 * is checked as it is read: every block's checksum, every entry's number, and that each segment goes on where the one
 * before ended. The hash chain is checked by `verifyJournal`.
 */
export class FileJournal implements Journal {
  readonly #folder: string;
  readonly #cache = new BlockCache();
  #segments: Segment[];
  #writer: SegmentWriter | undefined;
  #tail: { end: number; nextSeq: number }; // of the last segment, while there is no writer
  #ownLock: WriterLock | undefined;
  #lock: WriterLock | undefined;
  #report: OpenReport;
  readonly #aheadFrom: number;
  readonly #aheadProgram: URL | undefined;

  private constructor(folder: string, { ahead }: Pick<FileJournalOptions, "ahead"> = {}) {
    this.#folder = folder;
    this.#aheadFrom = ahead?.fromBytes ?? AHEAD_FROM;
    this.#aheadProgram = ahead?.program;
    this.#segments = listSegments(folder);
    this.#tail = NOTHING;
    this.#report = { segments: 0, entries: 0, torn: undefined };
  }

  /**
   * Opens the journal of a data folder. For writing it creates what is missing, cuts a torn last write off and holds the
   * lock. For reading it never writes, and a folder without a journal is an empty journal.
   * @throws JournalCorrupt, JournalLocked
   */
  static open(dataDir: string, options: FileJournalOptions): FileJournal {
    if (!options.write) return FileJournal.#read(dataDir, options);
    createFolder(dataDir);
    const own = options.lock === undefined ? WriterLock.acquire(dataDir) : undefined;
    try {
      return FileJournal.#write(dataDir, options, own);
    } catch (error) {
      own?.release();
      throw error;
    }
  }

  static #read(dataDir: string, options: FileJournalOptions): FileJournal {
    const onDisk = readDurableMark(journalFolder(dataDir)); // before the segments are listed: a writer may add some meanwhile
    const journal = new FileJournal(journalFolder(dataDir), options);
    const torn = journal.#readEnd(onDisk);
    journal.#report = reportOf(journal.#segments.length, journal.nextSeq, torn, undefined);
    return journal;
  }

  static #write(dataDir: string, options: FileJournalOptions, own: WriterLock | undefined): FileJournal {
    const folder = journalFolder(dataDir);
    createFolder(folder);
    removeUnnamedSegments(folder);
    const journal = new FileJournal(folder, options);
    const disk = options.disk ?? realDisk;
    const { open, torn, keptAs } = openEnd(folder, journal.#segments, disk);
    if (journal.#segments.length === 0) journal.#segments.push(open.segment);
    journal.#writer = new SegmentWriter(open, {
      folder,
      disk,
      segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
      reserveBytes: options.reserveBytes ?? 0,
      onSegment: (segment) => journal.#segments.push(segment),
    });
    journal.#ownLock = own;
    journal.#lock = own ?? options.lock;
    journal.#report = reportOf(journal.#segments.length, open.nextSeq, torn, keptAs);
    return journal;
  }

  get openReport(): OpenReport {
    return this.#report;
  }
  get nextSeq(): number {
    return this.#writer?.nextSeq ?? this.#tail.nextSeq;
  }

  /** The last entry on disk, as far as this writer knows. */
  get durableThrough(): number {
    return this.#writer?.durableThrough ?? 0;
  }
  /** The lock that this writer took. */
  get lock(): WriterLock | undefined {
    return this.#lock;
  }

  /** @param later the block may wait for the next `write` or `sync`, to be written together with others */
  append(sections: readonly Section[], timeNs: bigint, later = false): Block {
    assert(this.#writer !== undefined, "only a journal opened for writing is appended to");
    this.#lock?.check();
    const firstSeq = this.nextSeq;
    const count = this.#writer.append(sections, timeNs, later);
    return { firstSeq, count, timeNs, sections };
  }

  /** Writes what waits: all that was appended can be read from the file then. */
  write(): void {
    if (this.#writer?.hasWaiting !== true) return;
    this.#lock?.check();
    this.#writer.write();
  }

  /** Says that much will be appended: a second thread seals and writes it (see `SegmentWriter.writeBehind`). */
  writeBehind(options?: BehindOptions): void {
    this.#writer?.writeBehind(options);
  }

  sync(): void {
    this.#writer?.sync();
  }

  /** As `sync`, beside the program: resolved once all that was appended before the call is on disk. Nothing may be appended meanwhile. */
  async syncLater(): Promise<void> {
    await this.#writer?.syncLater();
  }

  /** For a reader: takes in what a writer has added since. Returns `nextSeq`. */
  refresh(): number {
    if (this.#writer === undefined) {
      const known = new Map(this.#segments.map((segment) => [segment.path, segment]));
      this.#segments = listSegments(this.#folder).map((segment) => known.get(segment.path) ?? segment);
      this.#readEnd();
    }
    return this.nextSeq;
  }

  /** @param aheadFrom where so many bytes are to be read, a second thread reads ahead */
  *blocks(fromSeq = 1, onProgress?: Progress, aheadFrom = this.#aheadFrom): Iterable<Block> {
    this.write();
    const endSeq = this.nextSeq;
    const from = Math.max(fromSeq, 1);
    if (from >= endSeq) return;
    const segments = this.#segments.slice(this.#segmentIndex(from)).filter((segment) => segment.firstSeq < endSeq);
    const parts = segments.map((segment) => ({ path: segment.path, end: this.#endOf(segment) ?? sizeOf(segment) }));
    const total = parts.reduce((sum, { end }) => sum + end, 0);
    const ahead = total - (segments[0]?.index.stretchOf(from).start ?? 0) < aheadFrom ? undefined : BlockThread.open(parts, this.#aheadProgram);
    let before = 0;
    try {
      for (const [i, segment] of segments.entries()) {
        const stop = segments[i + 1]?.firstSeq ?? endSeq;
        before += yield* this.#segmentBlocks(segment, from, stop, (bytes) => onProgress?.(before + bytes, total), ahead && ((position) => ahead.take(i, position)));
      }
    } finally {
      ahead?.close();
    }
  }

  blockOf(seq: number): Block {
    assert(seq >= 1 && seq < this.nextSeq, `entry ${seq} has been appended`);
    this.write();
    const segment = this.#segments[this.#segmentIndex(seq)]!;
    return this.#cache.blockOf(seq, segment, (fd) => this.#endOf(segment) ?? fs.fstatSync(fd).size);
  }

  /** Where blocks start that hold entries up to one, of each segment, as far as it was read: so that another reader finds them at once. */
  startsUpTo(seq: number): number[][] {
    return this.#segments.filter(({ firstSeq }) => firstSeq <= seq).map(({ index }) => index.startsUpTo(seq));
  }

  /** Takes over what `startsUpTo` gave for this journal. */
  restoreStarts(starts: readonly (readonly number[])[]): void {
    const segments = new Map(this.#segments.map((segment) => [segment.firstSeq, segment]));
    for (const of of starts) segments.get(of[0]!)?.index.restore(of);
  }

  /** The hash of the block that ends with an entry; undefined where none does, or where it does not read. It stands for all before it. */
  hashAt(seq: number): Uint8Array | undefined {
    this.write();
    if (seq < 1 || seq >= this.nextSeq) return undefined;
    const segment = this.#segments[this.#segmentIndex(seq)]!;
    if (segment.archived?.is.lastSeq === seq) return Buffer.from(segment.archived.is.chainHash, "hex");
    const { fd } = openSegment(segment, "r");
    try {
      const reader = new SegmentReader(fd, { ...segment.index.stretchOf(seq), end: this.#endOf(segment) ?? fs.fstatSync(fd).size });
      while (reader.next()) if (reader.nextSeq > seq) return reader.nextSeq === seq + 1 ? hashOf(reader.block) : undefined;
      return undefined;
    } finally {
      fs.closeSync(fd);
    }
  }

  /** The last entry of archived segments that are not there now; 0 when all can be read. */
  get awayThrough(): number {
    return Math.max(0, ...this.#segments.map((segment) => (isAway(segment) ? segment.archived!.is.lastSeq : 0)));
  }

  /** For what reads the journal from its beginning. @throws SegmentAway */
  mustBeWhole(): void {
    for (const segment of this.#segments) if (segment.archived !== undefined) sizeOf(segment);
  }

  close(): void {
    this.#writer?.close();
    this.#ownLock?.release();
    this.#ownLock = undefined;
  }

  /** The blocks of one segment that hold entries from `fromSeq` on and before `stopSeq`, which it must reach. Returns its size. */
  *#segmentBlocks(segment: Segment, fromSeq: number, stopSeq: number, onProgress: (bytes: number) => void, ahead?: (position: number) => AheadChunk | undefined): Generator<Block, number> {
    const { fd } = openSegment(segment, "r");
    try {
      const end = this.#endOf(segment) ?? fs.fstatSync(fd).size;
      const { start, firstSeq } = segment.index.stretchOf(fromSeq);
      const reader = new SegmentReader(fd, { start, firstSeq, end }, undefined, ahead);
      while (reader.nextSeq < stopSeq && reader.next()) {
        const { header } = reader;
        segment.index.passed(header.firstSeq, header.count, reader.offset, reader.end);
        if (header.firstSeq + header.count > fromSeq) yield blockFrom(header, reader.bytes, reader.view, reader.at);
        onProgress(reader.end);
      }
      mustReach(reader, segment, stopSeq);
      return end;
    } finally {
      fs.closeSync(fd);
    }
  }

  /** How much of a segment is whole, where that is not simply its size: in the last one. */
  #endOf(segment: Segment): number | undefined {
    return segment === this.#segments.at(-1) ? (this.#writer?.end ?? this.#tail.end) : undefined;
  }

  #readEnd(onDisk = 0): Torn | undefined {
    const last = this.#segments.at(-1);
    if (last === undefined) return cutShort(this.#folder, NOTHING, onDisk);
    const { fd } = openSegment(last, "r");
    try {
      const { end, nextSeq, torn } = readTail(last, fd, onDisk);
      this.#tail = { end, nextSeq };
      return torn;
    } finally {
      fs.closeSync(fd);
    }
  }

  /** The index of the segment that holds an entry. */
  #segmentIndex(seq: number): number {
    const index = lastAtOrBefore(seq, this.#segments.length, (i) => this.#segments[i]!.firstSeq);
    const first = this.#segments[0]!;
    if (first.firstSeq <= seq) return index;
    throw new JournalCorrupt(first.path, { offset: 0, seq, what: "first segment", expected: `one that holds entry ${seq}`, found: `one that starts with ${first.firstSeq}` });
  }
}

/**
 * Opens the last segment for writing, or creates the first. What it holds counts as durable from here on, so it is made
 * so: a program that was killed may have named the segment without the folder knowing it for good, and after a failed
 * sync a system can answer reads with bytes that it will never write unless they are given to it again.
 */
function openEnd(folder: string, segments: readonly Segment[], disk: Disk): { open: OpenEnd; torn: Torn | undefined; keptAs: string | undefined } {
  const onDisk = readDurableMark(folder);
  const last = segments.at(-1);
  if (last === undefined) {
    const { segment, fd } = createSegment(folder, { firstSeq: 1, previousHash: NO_HASH }, disk);
    return { open: { segment, fd, end: segment.index.coveredEnd, nextSeq: 1, lastHash: NO_HASH }, torn: cutShort(folder, NOTHING, onDisk), keptAs: undefined };
  }
  const { fd, header } = openSegment(last, "r+", disk);
  try {
    const { end, nextSeq, lastBlock, unproven, torn } = readTail(last, fd, onDisk);
    const keptAs = torn === undefined || torn.bytes === 0 ? undefined : keepTorn(torn, fd, disk);
    disk.truncate(fd, end); // a torn write, or space that was reserved and never written to
    writeAgain(fd, unproven, end, disk);
    disk.sync(fd);
    disk.syncFolder(folder);
    const lastHash = lastBlock === undefined ? header.previousHash : hashAt(fd, lastBlock);
    return { open: { segment: last, fd, end, nextSeq, lastHash }, torn, keptAs };
  } catch (error) {
    fs.closeSync(fd);
    if (error instanceof JournalCorrupt || error instanceof JournalWriteFailed) throw error;
    throw new JournalWriteFailed("unknown", `could not make the end of ${last.path} durable (${(error as Error).message}). Nothing was taken from it: see to the disk, then start again.`, error);
  }
}

function writeAgain(fd: number, start: number, end: number, disk: Disk): void {
  const chunk = new Uint8Array(Math.min(AGAIN_BYTES, end - start));
  for (let at = start; at < end; at += chunk.length) {
    const length = readFully(fd, chunk, 0, Math.min(chunk.length, end - at), at);
    writeFully(disk, fd, chunk, length, at);
  }
}

function hashAt(fd: number, block: NonNullable<Tail["lastBlock"]>): Uint8Array {
  const bytes = new Uint8Array(block.length);
  readFully(fd, bytes, 0, block.length, block.offset);
  return hashOf(bytes);
}

/** A segment ends where the next one begins. */
function mustReach(reader: SegmentReader, segment: Segment, stopSeq: number): void {
  if (reader.damage !== undefined) throw new JournalCorrupt(segment.path, reader.damage);
  if (reader.nextSeq === stopSeq) return;
  const found = reader.nextSeq < stopSeq ? "the end of the segment" : `a block that goes on to entry ${reader.nextSeq - 1}`;
  throw new JournalCorrupt(segment.path, { offset: reader.end, seq: Math.min(reader.nextSeq, stopSeq), what: "next block", expected: `entries up to ${stopSeq - 1}`, found });
}

function reportOf(segments: number, nextSeq: number, torn: Torn | undefined, keptAs: string | undefined): OpenReport {
  return { segments, entries: nextSeq - 1, torn: torn && { ...torn, keptAs, message: describeTorn(torn, keptAs) } };
}
