import { createHash } from "node:crypto";
import fs from "node:fs";
import type { ArchivedSegment } from "./archived.ts";
import { readFully } from "./disk.ts";
import { readDurableMark } from "./durable-mark.ts";
import { JournalCorrupt } from "./errors.ts";
import { BLOCK_HEADER, HASH_BYTES, hashOf, NO_HASH, previousHashAt, SEGMENT_HEADER } from "./format.ts";
import type { Progress } from "./journal.ts";
import { readSections } from "./sections.ts";
import { isAway, journalFolder, listSegments, openSegment, sizeOf, type Segment } from "./segment-files.ts";
import { SegmentReader } from "./segment-reader.ts";
import { cutShort, readTail, type Torn } from "./tail.ts";

/** What a journal was found to hold, every checksum and the whole chain of hashes being right. */
export interface Verified {
  readonly segments: number; // read
  readonly archived: number; // of them, read where they were moved to; each is the file that was moved, by its SHA-256
  readonly away: readonly AwaySegment[]; // were moved away, and are not there: what they hold was not checked
  readonly blocks: number;
  readonly entries: number; // read; the last one's number unless older segments were moved away
  readonly bytes: number;
  readonly headHash: string; // of the last block, in hex: it stands for all before it
  readonly torn: Torn | undefined; // an unfinished last write: a crash, or a writer at work; or entries that had been on disk are gone
}

export interface AwaySegment extends Pick<ArchivedSegment, "name" | "firstSeq" | "lastSeq" | "bytes" | "sha256"> {
  readonly path: string; // where it should be
}

/** Reads the whole journal of a data folder and checks all of it. Never writes. @throws JournalCorrupt, ArchiveUnusable */
export function verifyJournal(dataDir: string, onProgress?: Progress): Verified {
  const folder = journalFolder(dataDir);
  const onDisk = readDurableMark(folder); // before the segments are listed: a writer may add some meanwhile
  const segments = listSegments(folder);
  const away: AwaySegment[] = [];
  const there = new Set(segments.filter((segment) => !isAway(segment)));
  const total = [...there].reduce((sum, segment) => sum + sizeOf(segment), 0);
  const sum = { blocks: 0, entries: 0, bytes: 0 };
  let head: Head | undefined;
  let torn = segments.length === 0 ? cutShort(folder, { end: 0, nextSeq: 1 }, onDisk) : undefined;
  for (const [i, segment] of segments.entries()) {
    if (!there.has(segment)) {
      const { name, firstSeq, lastSeq, bytes, sha256, chainHash } = segment.archived!.is;
      if (head !== undefined && firstSeq !== head.nextSeq) throw wrongStart(segment, head);
      away.push({ name, firstSeq, lastSeq, bytes, sha256, path: segment.path });
      head = { nextSeq: lastSeq + 1, hash: Buffer.from(chainHash, "hex") };
      continue;
    }
    const { fd, header } = openSegment(segment, "r");
    try {
      head ??= { nextSeq: segment.firstSeq, hash: header.previousHash };
      mustContinue(segment, header.previousHash, head);
      const tail = i < segments.length - 1 ? { end: fs.fstatSync(fd).size, torn: undefined } : readTail(segment, fd, onDisk);
      torn = tail.torn;
      head = verifySegment(segment, fd, tail.end, head, (entries, bytes) => {
        sum.blocks += 1;
        sum.entries += entries;
        onProgress?.(sum.bytes + bytes, total);
      });
      if (segment.archived !== undefined) mustBeAsArchived(segment, segment.archived.is, head);
      sum.bytes += tail.end;
    } finally {
      fs.closeSync(fd);
    }
  }
  return { segments: there.size, archived: [...there].filter(({ archived }) => archived !== undefined).length, away, ...sum, headHash: Buffer.from(head?.hash ?? NO_HASH).toString("hex"), torn };
}

/** The end of what was verified so far. */
export interface Head {
  readonly nextSeq: number;
  readonly hash: Uint8Array;
}

/** Checks the header of a segment against the end of the one before. */
export function mustContinue(segment: Segment, previousHash: Uint8Array, head: Head): void {
  const at = { offset: 0, seq: head.nextSeq };
  if (segment.firstSeq !== head.nextSeq) throw wrongStart(segment, head);
  if (segment.firstSeq === 1 && !same(previousHash, NO_HASH)) throw new JournalCorrupt(segment.path, { ...at, what: "hash before the first block", expected: short(NO_HASH), found: short(previousHash) });
  if (!same(previousHash, head.hash)) throw new JournalCorrupt(segment.path, { ...at, what: "hash of the block before", expected: short(head.hash), found: short(previousHash) });
}

function wrongStart({ path, firstSeq }: Segment, { nextSeq }: Head): JournalCorrupt {
  return new JournalCorrupt(path, { offset: 0, seq: nextSeq, what: "first entry of the segment", expected: `${nextSeq}`, found: `${firstSeq}` });
}

/** An archived segment must be what was moved, to the byte. */
function mustBeAsArchived({ path, firstSeq }: Segment, { lastSeq, sha256, chainHash }: ArchivedSegment, end: Head): void {
  const wrong = (what: string, expected: string, found: string) => new JournalCorrupt(path, { offset: 0, seq: firstSeq, what, expected, found });
  if (end.nextSeq !== lastSeq + 1) throw wrong("last entry of the archived segment", `${lastSeq}`, `${end.nextSeq - 1}`);
  if (Buffer.from(end.hash).toString("hex") !== chainHash) throw wrong("hash of the archived segment's last block", short(Buffer.from(chainHash, "hex")), short(end.hash));
  const found = digestOfFile(path);
  if (found !== sha256) throw wrong("SHA-256 of the archived segment", sha256, found);
}

/** The SHA-256 of a file, in hex. */
export function digestOfFile(path: string): string {
  const hash = createHash("sha256");
  const bytes = new Uint8Array(1024 * 1024);
  const fd = fs.openSync(path, "r");
  try {
    for (let at = 0; ; ) {
      const length = readFully(fd, bytes, 0, bytes.length, at);
      if (length === 0) return hash.digest("hex");
      hash.update(bytes.subarray(0, length));
      at += length;
    }
  } finally {
    fs.closeSync(fd);
  }
}

/** Checks every block of a segment, from where the one before ended. */
export function verifySegment(segment: Segment, fd: number, end: number, head: Head, onBlock: (entries: number, end: number) => void): Head {
  const reader = new SegmentReader(fd, { start: SEGMENT_HEADER, firstSeq: head.nextSeq, end });
  let hash = head.hash;
  while (reader.next()) {
    const at = { offset: reader.offset, seq: reader.header.firstSeq };
    const previous = previousHashAt(reader.bytes, reader.at);
    if (!same(previous, hash)) throw new JournalCorrupt(segment.path, { ...at, what: "hash of the block before", expected: short(hash), found: short(previous) });
    readSections(reader.bytes, reader.view, reader.at + BLOCK_HEADER, reader.header.sectionCount);
    hash = hashOf(reader.block);
    onBlock(reader.header.count, reader.end);
  }
  if (reader.damage !== undefined) throw new JournalCorrupt(segment.path, reader.damage);
  return { nextSeq: reader.nextSeq, hash };
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < HASH_BYTES; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

function short(hash: Uint8Array): string {
  return `${Buffer.from(hash.subarray(0, 8)).toString("hex")}…`;
}
