/**
 * What stands at the end of the last segment when it does not read: a write that a crash cut short, or damage?
 *
 * A torn write was never on disk in full: its file ends early, or a sector of it was not yet written, or not to its end, and reads as
 * zeros (segments only grow, and space is reserved by writing zeros, so there is nothing else to read). And nothing behind it was written later than its sync: each
 * block states the last entry known to be on disk when it was written, so a whole block further on that names this
 * entry or a later one proves that what we miss had been safe once; so does the mark of the last sync. Everything else is damage, and stops the start:
 * dropping it could drop what was acknowledged.
 */
import fs from "node:fs";
import { basename, dirname } from "node:path";
import { isNoSpace, readFully, writeFully, type Disk } from "./disk.ts";
import { JournalCorrupt, JournalWriteFailed, type Damage } from "./errors.ts";
import { readDurableMark } from "./durable-mark.ts";
import { BLOCK_HEADER, decodeBlockHeader, isHeaderProblem, viewOf } from "./format.ts";
import type { Segment } from "./segment-files.ts";
import { SegmentReader } from "./segment-reader.ts";

const SECTOR = 512;
/** Read at once where only headers are wanted: small beside large blocks, and many small blocks at a time. */
const WINDOW = 64 * 1024;

/** The end of what is whole in the last segment. */
export interface Tail {
  readonly end: number;
  readonly nextSeq: number;
  readonly lastBlock: { readonly offset: number; readonly length: number } | undefined; // none was read
  readonly unproven: number; // where blocks start of which nothing says that they are on disk
  readonly torn: Torn | undefined;
}
/** A write that is not whole, or an end that is missing. */
export interface Torn {
  readonly segment: string; // path; of the folder where no segment is left
  readonly offset: number;
  readonly bytes: number; // from there to the end of the file; 0 when blocks are whole up to it, and entries behind them are lost
  readonly why: string;
  readonly lost: number; // entries that had been on disk: the file was cut after they were acknowledged
}

/**
 * Reads the last segment from where its index ends. Of blocks that are known to be on disk only the headers are looked at,
 * but for the last of them: what they hold is checked by whoever reads it, which a start does from its snapshot on. Throws
 * `JournalCorrupt` on damage. Beside a writer, what is read twice may be two things: so damage is what stays as it was when all of it is read again.
 * @param onDisk the last entry that was on disk before it was known that this segment is the last; 0 when nobody asks what is lost
 */
export function readTail(segment: Segment, fd: number, onDisk = 0): Tail {
  const seen: Seen = { lastBlock: undefined, unproven: undefined };
  let before: JournalCorrupt | undefined;
  for (;;) {
    try {
      return readOn(segment, fd, seen, onDisk);
    } catch (error) {
      if (!(error instanceof JournalCorrupt) || error.message === before?.message) throw error;
      before = error;
    }
  }
}

/** What was found of whole blocks, however often it is read on behind them. */
interface Seen {
  lastBlock: Tail["lastBlock"];
  unproven: number | undefined;
}

function readOn(segment: Segment, fd: number, seen: Seen, onDisk: number): Tail {
  const { index } = segment;
  const size = fs.fstatSync(fd).size;
  const durable = readDurableMark(dirname(segment.path));
  seen.lastBlock = passDurable(segment, fd, size, durable) ?? seen.lastBlock;
  const reader = new SegmentReader(fd, { start: index.coveredEnd, firstSeq: index.coveredSeq, end: size });
  while (reader.next()) {
    const { firstSeq, count, length } = reader.header;
    index.passed(firstSeq, count, reader.offset, reader.end);
    seen.lastBlock = { offset: reader.offset, length };
    if (firstSeq + count - 1 > durable) seen.unproven ??= reader.offset;
  }
  const end = { end: reader.end, nextSeq: reader.nextSeq, lastBlock: seen.lastBlock, unproven: seen.unproven ?? reader.end };
  if (reader.damage === undefined) return { ...end, torn: cutShort(segment.path, end, onDisk) };
  const rest = new Uint8Array(size - reader.end);
  const bytes = rest.subarray(0, readFully(fd, rest, 0, rest.length, reader.end));
  if (!looksTorn(bytes, reader.end, reader.damage, durable)) throw new JournalCorrupt(segment.path, reader.damage);
  if (bytes.every((byte) => byte === 0)) return { ...end, torn: cutShort(segment.path, end, onDisk) }; // space that was never written to
  const { what, expected, found } = reader.damage;
  const lost = Math.max(0, durable - reader.nextSeq + 1);
  return { ...end, torn: { segment: segment.path, offset: reader.end, bytes: bytes.length, why: `${what} was ${found}, expected ${expected}`, lost } };
}

/** Where whole blocks end before an entry that was on disk: the file was cut between two blocks, or files behind it were taken away. */
export function cutShort(path: string, { end, nextSeq }: Pick<Tail, "end" | "nextSeq">, onDisk: number): Torn | undefined {
  if (onDisk < nextSeq) return undefined;
  return { segment: path, offset: end, bytes: 0, why: `it ends before entry ${nextSeq}`, lost: onDisk - nextSeq + 1 };
}

/** Passes blocks whose headers are right and that end before the last entry that was on disk. Returns the last of them. */
function passDurable({ index }: Segment, fd: number, size: number, durable: number): Tail["lastBlock"] {
  let last: Tail["lastBlock"];
  const window = new Uint8Array(WINDOW);
  const view = viewOf(window);
  let windowAt = index.coveredEnd;
  let read = readFully(fd, window, 0, WINDOW, windowAt);
  for (;;) {
    const offset = index.coveredEnd;
    if (offset + BLOCK_HEADER > windowAt + read) {
      windowAt = offset;
      read = readFully(fd, window, 0, WINDOW, windowAt);
      if (read < BLOCK_HEADER) return last;
    }
    const header = decodeBlockHeader(window, view, offset - windowAt);
    if (isHeaderProblem(header) || header.firstSeq !== index.coveredSeq || header.length < BLOCK_HEADER) return last;
    if (header.firstSeq + header.count > durable || offset + header.length > size) return last;
    index.passed(header.firstSeq, header.count, offset, offset + header.length);
    last = { offset, length: header.length };
  }
}

/** Keeps the bytes of a torn write beside the segment, before they are cut off. Returns the path. */
export function keepTorn(torn: Torn, fd: number, disk: Disk): string {
  const bytes = new Uint8Array(torn.bytes);
  readFully(fd, bytes, 0, torn.bytes, torn.offset);
  let path = `${torn.segment}.${torn.offset}.torn`;
  for (let n = 2; fs.existsSync(path); n += 1) path = `${torn.segment}.${torn.offset}-${n}.torn`;
  const kept = disk.open(path, "w+");
  try {
    writeFully(disk, kept, bytes, bytes.length, 0);
    disk.sync(kept);
    disk.syncFolder(dirname(path));
  } catch (error) {
    fs.rmSync(path);
    if (!isNoSpace(error)) throw error;
    throw new JournalWriteFailed("no_space", `no space left to keep ${torn.bytes} bytes of an unfinished write as ${path}. Nothing was changed: make room and start again.`, error);
  } finally {
    fs.closeSync(kept);
  }
  return path;
}

/** One sentence for the person who starts the program. */
export function describeTorn(torn: Torn, keptAs?: string): string {
  if (torn.bytes === 0) return `${torn.segment}: ${torn.why} (at byte ${torn.offset}). ${acknowledged(torn)}`;
  const kept = keptAs === undefined ? "It is ignored." : `It was cut off and kept as ${basename(keptAs)}.`;
  return `the last write to ${torn.segment} was not finished (${torn.bytes} bytes from byte ${torn.offset}: ${torn.why}). ${acknowledged(torn)} ${kept}`;
}

function acknowledged({ lost }: Torn): string {
  if (lost === 0) return "Nothing of it had been acknowledged.";
  return `${lost === 1 ? "One more entry" : `${lost} more entries`} had been on disk: the journal was cut since. Put it back from a copy, or import their files again.`;
}

/** `bytes` stand from `position` to the end of the file, and their first block does not read. */
function looksTorn(bytes: Uint8Array, position: number, damage: Damage, durable: number): boolean {
  if (bytes.length < BLOCK_HEADER) return true;
  const view = viewOf(bytes);
  const header = decodeBlockHeader(bytes, view, 0);
  if (!isHeaderProblem(header) && header.firstSeq !== damage.seq) return false; // whole, and in the wrong place
  const length = isHeaderProblem(header) ? BLOCK_HEADER : header.length;
  if (length > bytes.length) return true;
  if (damage.seq <= durable) return false;
  const block = bytes.subarray(0, length);
  return (hasUnwrittenSector(block, position) || endsUnwritten(block)) && !provenSafeLater(bytes, view, damage.seq);
}

/** Whether the end is missing: a write that took only part of its bytes stops anywhere in a sector, and where space was reserved zeros follow. */
function endsUnwritten(block: Uint8Array): boolean {
  return block.at(-1) === 0;
}

/** Whether a sector, or the part of one that belongs to the block, is all zeros. */
function hasUnwrittenSector(block: Uint8Array, position: number): boolean {
  for (let start = 0; start < block.length; ) {
    const end = Math.min(block.length, start + SECTOR - ((position + start) % SECTOR));
    if (block.subarray(start, end).every((byte) => byte === 0)) return true;
    start = end;
  }
  return false;
}

/** Whether a whole block header further on says that entry `seq` was on disk when it was written. */
function provenSafeLater(bytes: Uint8Array, view: DataView, seq: number): boolean {
  for (let at = 8; at + BLOCK_HEADER <= bytes.length; at += 8) {
    const header = decodeBlockHeader(bytes, view, at);
    if (!isHeaderProblem(header) && header.firstSeq > seq && header.durableThrough >= seq) return true;
  }
  return false;
}
