import fs from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { fillsOf, readAll, Scribe, temporaryFolder, type ReadableBlock } from "../../test/journal-kit.ts";
import { realDisk, type Disk } from "./disk.ts";
import { FileJournal, JournalCorrupt, verifyJournal } from "./index.ts";

const FIRST = "journal/00000000000000000001.fbj";

/** A closed journal of some blocks, in one segment. */
function written(syncEach: boolean, ...counts: number[]): { folder: string; path: string; blocks: ReadableBlock[]; starts: number[]; bytes: Buffer } {
  const folder = temporaryFolder();
  const scribe = new Scribe(FileJournal.open(folder, { write: true }));
  const path = join(folder, FIRST);
  const starts: number[] = [];
  const blocks = counts.map((count, i) => {
    starts.push(fs.statSync(path).size);
    const block = scribe.append(fillsOf(`b${i}`, count));
    if (syncEach) scribe.journal.sync();
    return block;
  });
  scribe.journal.close();
  return { folder, path, blocks, starts, bytes: fs.readFileSync(path) };
}

test("cut at every byte of its last block, a journal recovers to what was before, and goes on", () => {
  const { folder, path, blocks, starts, bytes } = written(true, 1, 2, 1);
  const start = starts[2]!;
  for (let size = start; size < bytes.length; size += 1) {
    fs.writeFileSync(path, bytes.subarray(0, size));
    const reader = FileJournal.open(folder, { write: false });
    expect(reader.openReport.torn).toMatchObject({ offset: start, lost: 1 });
    expect(reader.openReport.torn?.keptAs).toBeUndefined();
    expect(readAll(reader)).toEqual(blocks.slice(0, 2));
    expect(fs.statSync(path).size).toBe(size);

    const journal = FileJournal.open(folder, { write: true });
    const { torn } = journal.openReport;
    expect(torn?.bytes).toBe(size - start);
    expect(torn?.message).toContain("One more entry had been on disk");
    if (size > start) expect(fs.readFileSync(torn!.keptAs!)).toEqual(bytes.subarray(start, size));
    else expect(torn!.keptAs).toBeUndefined();
    const more = new Scribe(journal).appendAll([fillsOf("more")]);
    journal.close();
    expect(verifyJournal(folder)).toMatchObject({ blocks: 3, entries: 4, torn: undefined });
    expect(readAll(FileJournal.open(folder, { write: false }))).toEqual([...blocks.slice(0, 2), ...more]);
  }
});

test("cut between two blocks, or without its last segments, a journal says how many entries it had, to whoever opens or verifies it", () => {
  const folder = temporaryFolder();
  const scribe = new Scribe(FileJournal.open(folder, { write: true, segmentBytes: 560 }));
  for (const id of ["a", "b", "c", "d"]) scribe.appendAll([fillsOf(id, 2)]);
  scribe.journal.close();
  const files = fs.readdirSync(join(folder, "journal")).sort().map((name) => join(folder, "journal", name));
  expect(files.length).toBeGreaterThan(2);
  const found = () => [verifyJournal(folder).torn, FileJournal.open(folder, { write: false }).openReport.torn];
  expect(found()).toEqual([undefined, undefined]);
  for (const file of files.slice(1).reverse()) {
    fs.rmSync(file);
    const { entries, torn } = verifyJournal(folder);
    expect(torn).toMatchObject({ bytes: 0, lost: 8 - entries });
    expect(found()[1]).toMatchObject({ ...torn, keptAs: undefined, message: expect.stringMatching(/ends before entry \d+ .*more entries had been on disk/) as string });
  }
  fs.rmSync(join(folder, "journal"), { recursive: true });
  for (const torn of found()) expect(torn).toMatchObject({ segment: join(folder, "journal"), bytes: 0, lost: 8 });

  const writer = FileJournal.open(folder, { write: true });
  expect(writer.openReport).toMatchObject({ entries: 0, torn: { lost: 8, keptAs: undefined } });
  writer.close();
  expect(found()).toEqual([undefined, undefined]); // said once to whoever may write
});

test("a reader that lists the segments before a writer adds some does not take what came then for lost", () => {
  const folder = temporaryFolder();
  const scribe = new Scribe(FileJournal.open(folder, { write: true, segmentBytes: 560 }));
  const list = fs.readdirSync.bind(fs);
  let isNext = true;
  vi.spyOn(fs, "readdirSync").mockImplementation((...of: Parameters<typeof list>) => {
    const names = list(...of);
    if (isNext) {
      isNext = false;
      for (const id of ["a", "b", "c"]) scribe.appendAll([fillsOf(id, 2)]);
      scribe.journal.sync();
    }
    return names;
  });
  expect(FileJournal.open(folder, { write: false }).openReport.torn).toBeUndefined();
  isNext = true;
  expect(verifyJournal(folder).torn).toBeUndefined();
  vi.restoreAllMocks();
  scribe.journal.close();
});

test("sectors that were not written and read as zeros are a torn write", () => {
  const { folder, path, blocks, starts, bytes } = written(true, 1, 40);
  for (let sector = Math.ceil(starts[1]! / 512) * 512; sector < bytes.length; sector += 512) {
    const torn = Buffer.from(bytes);
    torn.fill(0, sector, Math.min(bytes.length, sector + 512));
    fs.writeFileSync(path, torn);
    fs.writeFileSync(`${folder}/durable`, "4\n"); // the sync of the last block is known to have covered it
    expect(() => FileJournal.open(folder, { write: true })).toThrow(JournalCorrupt);
    fs.rmSync(`${folder}/durable`);
    const journal = FileJournal.open(folder, { write: true });
    expect(journal.openReport.torn?.offset).toBe(starts[1]);
    expect(readAll(journal)).toEqual(blocks.slice(0, 1));
    journal.close();
  }
});

test("space that was reserved and never written to is no news", () => {
  const { folder, path, blocks, bytes } = written(true, 1, 2);
  fs.writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(5000)]));
  const journal = FileJournal.open(folder, { write: true, segmentBytes: bytes.length + 100 });
  expect(journal.openReport.torn).toBeUndefined();
  const more = new Scribe(journal).appendAll([fillsOf("in a segment of its own")]);
  expect(readAll(journal)).toEqual([...blocks, ...more]);
  journal.close();
  expect(verifyJournal(folder)).toMatchObject({ segments: 2, blocks: 3 });
});

test("a lost block that no sync covered is torn, with all behind it, although the next one is whole", () => {
  const { folder, path, blocks, starts, bytes } = written(false, 1, 40, 2);
  bytes.fill(0, Math.ceil(starts[1]! / 512) * 512, starts[2]! - (starts[2]! % 512));
  fs.writeFileSync(path, bytes);
  const journal = FileJournal.open(folder, { write: true });
  expect(journal.openReport.torn).toMatchObject({ offset: starts[1], bytes: bytes.length - starts[1]! });
  expect(readAll(journal)).toEqual(blocks.slice(0, 1));
  journal.close();
});

test("the same loss is damage when a later block proves that a sync had covered it", () => {
  const { folder, path, starts, bytes } = written(true, 1, 40, 2);
  bytes.fill(0, Math.ceil(starts[1]! / 512) * 512, starts[2]! - (starts[2]! % 512));
  fs.writeFileSync(path, bytes);
  for (const write of [false, true]) expect(() => opened(folder, write)).toThrow(JournalCorrupt);
  expect(fs.readFileSync(path)).toEqual(bytes);
});

/** Opens a journal and reads it, as every start does. */
function opened(folder: string, write: boolean): void {
  const journal = FileJournal.open(folder, { write });
  try {
    readAll(journal);
  } finally {
    journal.close();
  }
}

test("blocks that were on disk are found by their headers alone, however many stand in a window, and read as ever", () => {
  for (const count of [1, 300]) {
    const { folder, path, blocks, starts, bytes } = written(true, ...Array.from({ length: 12 }, () => count));
    const journal = FileJournal.open(folder, { write: false });
    expect(journal.nextSeq).toBe(12 * count + 1);
    expect(readAll(journal)).toEqual(blocks);
    expect(journal.blockOf(3 * count + 1).firstSeq).toBe(3 * count + 1);
    bytes[starts[5]! + 90]! ^= 1;
    fs.writeFileSync(path, bytes);
    for (const write of [false, true]) expect(() => opened(folder, write)).toThrow(`entry ${5 * count + 1}: body checksum`);
  }
});

test("a wrong byte in a last block that was written in full is damage, not a torn write", () => {
  const { folder, path, starts, bytes } = written(true, 1, 1);
  bytes[starts[1]! + 100]! ^= 1;
  fs.writeFileSync(path, bytes);
  expect(() => FileJournal.open(folder, { write: true })).toThrow(/^entry 2: body checksum was [0-9a-f]{8}, expected [0-9a-f]{8} \(.*fbj at byte \d+\)\. Entries up to 1 are readable\. To go on: .*truncate/);
  expect(fs.readFileSync(path)).toEqual(bytes);
});

test("a block that stands twice is damage", () => {
  const { folder, path, starts, bytes } = written(true, 1, 2);
  fs.writeFileSync(path, Buffer.concat([bytes, bytes.subarray(starts[1])]));
  for (const write of [false, true]) expect(() => FileJournal.open(folder, { write })).toThrow("entry 4: first entry of the block was 2, expected 4");
});

test("two tears at one place keep both remains", () => {
  const { folder, path, starts, bytes } = written(true, 1, 2);
  const keep = (size: number): string => {
    fs.writeFileSync(path, bytes.subarray(0, size));
    const journal = FileJournal.open(folder, { write: true });
    journal.close();
    return journal.openReport.torn!.keptAs!;
  };
  const [one, two] = [keep(starts[1]! + 9), keep(starts[1]! + 90)];
  expect(one).not.toBe(two);
  expect([one, two].map((kept) => fs.statSync(kept).size)).toEqual([9, 90]);
});

test("a start writes again what no sync is known to have covered, and no more: a system may hold it as written after a failed sync", () => {
  const { folder, path, starts, bytes } = written(true, 1, 2, 3, 1);
  const again = (durable: number): number[] => {
    fs.writeFileSync(`${folder}/durable`, `${durable}\n`);
    const writes: number[] = [];
    const calls: string[] = [];
    const disk: Disk = {
      ...realDisk,
      write: (fd, chunk, offset, length, position) => (length > 32 && writes.push(position, position + length), calls.push("write"), realDisk.write(fd, chunk, offset, length, position)),
      sync: (fd) => (calls.push("sync"), realDisk.sync(fd)),
      syncFolder: (of) => (calls.push("folder"), realDisk.syncFolder(of)),
    };
    FileJournal.open(folder, { write: true, disk }).close();
    expect(calls.slice(-3)).toEqual(["sync", "folder", "write"]); // the mark comes last
    return writes;
  };
  expect(again(7)).toEqual([]);
  expect(again(6)).toEqual([starts[3], bytes.length]);
  expect(again(4)).toEqual([starts[2], bytes.length]);
  expect(again(0)).toEqual([starts[0], bytes.length]);
  expect(fs.readFileSync(path)).toEqual(bytes);
});

test("without space to keep a torn write the start stops, says so, and changes nothing", () => {
  const { folder, path, starts, bytes } = written(true, 1, 2);
  fs.writeFileSync(path, bytes.subarray(0, starts[1]! + 100));
  const disk: Disk = {
    ...realDisk,
    write: (fd, chunk, offset, length, position) => {
      if (length > 60) throw Object.assign(new Error("ENOSPC: of the test"), { code: "ENOSPC" });
      return realDisk.write(fd, chunk, offset, length, position);
    },
  };
  expect(() => FileJournal.open(folder, { write: true, disk })).toThrow(/no space left to keep 100 bytes of an unfinished write as .*\.torn\. Nothing was changed/);
  expect(fs.readdirSync(`${folder}/journal`)).toHaveLength(1);
  expect(fs.readFileSync(path)).toEqual(bytes.subarray(0, starts[1]! + 100));
  const journal = FileJournal.open(folder, { write: true });
  expect(journal.openReport.torn?.bytes).toBe(100);
  journal.close();
});
