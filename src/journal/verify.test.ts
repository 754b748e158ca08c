import { createHash } from "node:crypto";
import fs from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fillsOf, readAll, Scribe, temporaryFolder, type Batch, type ReadableBlock } from "../../test/journal-kit.ts";
import { encodeBlockHeader, encodeSegmentHeader, sealBlock } from "./format.ts";
import { FileJournal, JournalCorrupt, verifyJournal } from "./index.ts";

const facts: Batch = { timeNs: 7n, entries: [{ facts: [{ type: "configured", currency: "EUR" }] }] };

/** A small journal of three segments. */
function written(): { folder: string; files: string[]; blocks: ReadableBlock[] } {
  const folder = temporaryFolder();
  const scribe = new Scribe(FileJournal.open(folder, { write: true, segmentBytes: 560 }));
  const blocks = [fillsOf("a"), facts, fillsOf("b", 2), fillsOf("c"), facts].flatMap((batch) => scribe.appendAll([batch]));
  scribe.journal.close();
  const files = fs.readdirSync(join(folder, "journal")).sort().map((name) => join(folder, "journal", name));
  expect(files).toHaveLength(3);
  return { folder, files, blocks };
}

test("what verify reports", () => {
  const { folder, files } = written();
  const bytes = files.reduce((sum, file) => sum + fs.statSync(file).size, 0);
  const last = fs.readFileSync(files[2]!).subarray(64);
  const seen: [number, number][] = [];
  const verified = verifyJournal(folder, (done, total) => seen.push([done, total]));
  expect(verified).toMatchObject({ segments: 3, blocks: 5, entries: 6, bytes, torn: undefined });
  const lastBlock = lastBlockOf(last);
  expect(verified.headHash).toBe(createHash("blake2b512").update(lastBlock).digest("hex").slice(0, 64));
  expect(seen.at(-1)).toEqual([bytes, bytes]);
  expect(verifyJournal(temporaryFolder())).toEqual({ segments: 0, archived: 0, away: [], blocks: 0, entries: 0, bytes: 0, headHash: "00".repeat(32), torn: undefined });
});

test("every single wrong bit is found, by verify and by opening and reading", () => {
  const { folder, files, blocks } = written();
  const missed: string[] = [];
  let flipped = 0;
  for (const [i, file] of files.entries()) {
    const bytes = fs.readFileSync(file);
    const fd = fs.openSync(file, "r+");
    const flip = (bit: number): void => {
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      fs.writeSync(fd, bytes, bit >> 3, 1, bit >> 3);
    };
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      flip(bit);
      if (!isCorrupt(() => verifyJournal(folder)) || !isCorrupt(() => readAll(FileJournal.open(folder, { write: false })))) missed.push(`bit ${bit} of segment ${i + 1}`);
      flipped += 1;
      flip(bit);
    }
    fs.closeSync(fd);
  }
  expect(missed).toEqual([]);
  expect(flipped).toBeGreaterThan(9_000);
  expect(readAll(FileJournal.open(folder, { write: false }))).toEqual(blocks);
});

test("a segment that is missing, cut at a block or stands twice is found", () => {
  const { folder, files } = written();
  const away = `${files[1]!}.away`;
  fs.renameSync(files[1]!, away);
  expect(() => verifyJournal(folder)).toThrow("first entry of the segment was");
  expect(() => readAll(FileJournal.open(folder, { write: false }))).toThrow(JournalCorrupt);
  fs.renameSync(away, files[1]!);

  const middle = fs.readFileSync(files[1]!);
  fs.writeFileSync(files[1]!, middle.subarray(0, 64));
  expect(() => verifyJournal(folder)).toThrow(JournalCorrupt);
  expect(() => readAll(FileJournal.open(folder, { write: false }))).toThrow("expected entries up to");
  expect(() => FileJournal.open(folder, { write: false }).blockOf(3)).toThrow(JournalCorrupt);
  fs.writeFileSync(files[1]!, middle);

  fs.copyFileSync(files[1]!, join(folder, "journal", "00000000000000000009.fbj"));
  expect(() => FileJournal.open(folder, { write: true })).toThrow("expected 9, as the file is named");
});

test("without its oldest segments a journal verifies from where it begins, and reads no further back", () => {
  const { folder, files, blocks } = written();
  fs.rmSync(files[0]!);
  const first = Number(files[1]!.slice(-24, -4));
  expect(verifyJournal(folder)).toMatchObject({ segments: 2, entries: 7 - first });
  const journal = FileJournal.open(folder, { write: false });
  expect(Array.from(journal.blocks(first), (block) => block.firstSeq)).toEqual(blocks.map((b) => b.firstSeq).filter((seq) => seq >= first));
  expect(() => [...journal.blocks()]).toThrow("first segment");
  expect(() => journal.blockOf(1)).toThrow("first segment");
});

test("a block that was replaced, its checksums made right, breaks the chain", () => {
  const { folder, files } = written();
  const bytes = fs.readFileSync(files[0]!);
  const block = bytes.subarray(64, 64 + bytes.readUInt32LE(72));
  block[block.indexOf("kraken")] = 0x4b;
  const previous = Buffer.from(block.subarray(48, 80));
  encodeBlockHeader(block, { length: block.length, count: 1, firstSeq: 1, timeNs: block.readBigInt64LE(24), durableThrough: 0, sectionCount: 1 });
  sealBlock(block, previous);
  fs.writeFileSync(files[0]!, bytes);
  expect(readAll(FileJournal.open(folder, { write: false }))).toHaveLength(5);
  expect(() => verifyJournal(folder)).toThrow("hash of the block before");
});

test("a segment header that names another hash breaks the chain", () => {
  const { folder, files } = written();
  const bytes = fs.readFileSync(files[1]!);
  bytes.set(encodeSegmentHeader({ firstSeq: Number(files[1]!.slice(-24, -4)), previousHash: new Uint8Array(32).fill(7) }));
  fs.writeFileSync(files[1]!, bytes);
  expect(() => verifyJournal(folder)).toThrow("hash of the block before was 0707070707070707…");
});

function isCorrupt(read: () => unknown): boolean {
  try {
    read();
    return false;
  } catch (error) {
    return error instanceof JournalCorrupt;
  }
}

function lastBlockOf(blocks: Buffer): Buffer {
  const length = blocks.readUInt32LE(8);
  return length === blocks.length ? blocks : lastBlockOf(blocks.subarray(length));
}
