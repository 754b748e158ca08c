import fs from "node:fs";
import type { Block } from "../core/model/index.ts";
import { JournalCorrupt } from "./errors.ts";
import { BLOCK_HEADER, type BlockHeader } from "./format.ts";
import { lastAtOrBefore } from "./search.ts";
import { readSections } from "./sections.ts";
import { openSegment, type Segment } from "./segment-files.ts";
import { SegmentReader } from "./segment-reader.ts";

/** Bytes of decoded neighbourhoods that are kept: repeats from several files each walk through their own. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** Neighbouring blocks, read and checked together, decoded when asked for. Their bytes are theirs alone. */
interface Stretch {
  readonly endSeq: number; // the entry behind them
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly blocks: readonly { readonly header: BlockHeader; readonly at: number }[];
  readonly decoded: (Block | undefined)[];
}

/** Random access: finds, reads and checks the neighbourhood of an entry, and keeps the last few. */
export class BlockCache {
  #stretches: Stretch[] = []; // the last used comes first

  /** The block of an entry that stands in `segment`, of which the first `end` bytes are whole. */
  blockOf(seq: number, segment: Segment, end: (fd: number) => number): Block {
    const stretch = this.#stretches.find((s) => seq >= s.blocks[0]!.header.firstSeq && seq < s.endSeq) ?? readStretch(seq, segment, end);
    if (stretch !== this.#stretches[0]) this.#use(stretch);
    const index = lastAtOrBefore(seq, stretch.blocks.length, (i) => stretch.blocks[i]!.header.firstSeq);
    return (stretch.decoded[index] ??= decode(stretch, index));
  }

  #use(stretch: Stretch): void {
    let bytes = 0;
    this.#stretches = [stretch, ...this.#stretches.filter((s) => s !== stretch)].filter((s, i) => (bytes += s.bytes.length) <= KEPT_BYTES || i === 0);
  }
}

/** A block at hand in a buffer, with its sections as views. */
export function blockFrom(header: BlockHeader, bytes: Uint8Array, view: DataView, at: number): Block {
  const { firstSeq, count, timeNs, sectionCount } = header;
  return { firstSeq, count, timeNs, sections: readSections(bytes, view, at + BLOCK_HEADER, sectionCount) };
}

function decode({ blocks, bytes, view }: Stretch, index: number): Block {
  const { header, at } = blocks[index]!;
  return blockFrom(header, bytes, view, at);
}

function readStretch(seq: number, segment: Segment, end: (fd: number) => number): Stretch {
  const { fd } = openSegment(segment, "r");
  try {
    coverEntry(seq, segment, fd, end(fd));
    const range = segment.index.stretchOf(seq);
    const reader = new SegmentReader(fd, range, range.end - range.start); // all in one buffer, which is never filled anew
    const blocks: Stretch["blocks"][number][] = [];
    while (reader.next()) blocks.push({ header: reader.header, at: reader.at });
    if (reader.damage !== undefined) throw new JournalCorrupt(segment.path, reader.damage);
    return { endSeq: reader.nextSeq, bytes: reader.bytes, view: reader.view, blocks, decoded: [] };
  } finally {
    fs.closeSync(fd);
  }
}

/** Walks a segment that no one has read yet, up to the entry, so that its index covers it. */
function coverEntry(seq: number, segment: Segment, fd: number, end: number): void {
  const { index } = segment;
  if (seq < index.coveredSeq) return;
  const reader = new SegmentReader(fd, { start: index.coveredEnd, firstSeq: index.coveredSeq, end });
  while (index.coveredSeq <= seq && reader.next()) index.passed(reader.header.firstSeq, reader.header.count, reader.offset, reader.end);
  if (index.coveredSeq > seq) return;
  const missing = { offset: reader.end, seq: reader.nextSeq, what: "end of the segment", expected: `entry ${seq}`, found: "nothing more" };
  throw new JournalCorrupt(segment.path, reader.damage ?? missing);
}
