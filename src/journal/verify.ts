import fs from "node:fs";
import { JournalCorrupt } from "./errors.ts";
import { BLOCK_HEADER, HASH_BYTES, hashOf, NO_HASH, previousHashAt, SEGMENT_HEADER } from "./format.ts";
import type { Progress } from "./journal.ts";
import { readSections } from "./sections.ts";
import { journalFolder, listSegments, openSegment, type Segment } from "./segment-files.ts";
import { SegmentReader } from "./segment-reader.ts";
import { readTail, type Torn } from "./tail.ts";

/** What a journal was found to hold, every checksum and the whole chain of hashes being right. */
export interface Verified {
  readonly segments: number;
  readonly blocks: number;
  readonly entries: number; // read; the last one's number unless older segments were moved away
  readonly bytes: number;
  readonly headHash: string; // of the last block, in hex: it stands for all before it
  readonly torn: Torn | undefined; // an unfinished last write: a crash, or a writer at work
}

/** Reads the whole journal of a data folder and checks all of it. Never writes. @throws JournalCorrupt */
export function verifyJournal(dataDir: string, onProgress?: Progress): Verified {
  const segments = listSegments(journalFolder(dataDir));
  const total = segments.reduce((sum, segment) => sum + fs.statSync(segment.path).size, 0);
  const sum = { blocks: 0, entries: 0, bytes: 0 };
  let head: Head | undefined;
  let torn: Torn | undefined;
  for (const [i, segment] of segments.entries()) {
    const { fd, header } = openSegment(segment, "r");
    try {
      head ??= { nextSeq: segment.firstSeq, hash: header.previousHash };
      mustContinue(segment, header.previousHash, head);
      const tail = i < segments.length - 1 ? { end: fs.fstatSync(fd).size, torn: undefined } : readTail(segment, fd);
      torn = tail.torn;
      head = verifySegment(segment, fd, tail.end, head, (entries, bytes) => {
        sum.blocks += 1;
        sum.entries += entries;
        onProgress?.(sum.bytes + bytes, total);
      });
      sum.bytes += tail.end;
    } finally {
      fs.closeSync(fd);
    }
  }
  return { segments: segments.length, ...sum, headHash: Buffer.from(head?.hash ?? NO_HASH).toString("hex"), torn };
}

/** The end of what was verified so far. */
interface Head {
  readonly nextSeq: number;
  readonly hash: Uint8Array;
}

function mustContinue(segment: Segment, previousHash: Uint8Array, head: Head): void {
  const at = { offset: 0, seq: head.nextSeq };
  if (segment.firstSeq !== head.nextSeq) throw new JournalCorrupt(segment.path, { ...at, what: "first entry of the segment", expected: `${head.nextSeq}`, found: `${segment.firstSeq}` });
  if (segment.firstSeq === 1 && !same(previousHash, NO_HASH)) throw new JournalCorrupt(segment.path, { ...at, what: "hash before the first block", expected: short(NO_HASH), found: short(previousHash) });
  if (!same(previousHash, head.hash)) throw new JournalCorrupt(segment.path, { ...at, what: "hash of the block before", expected: short(head.hash), found: short(previousHash) });
}

function verifySegment(segment: Segment, fd: number, end: number, head: Head, onBlock: (entries: number, end: number) => void): Head {
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
