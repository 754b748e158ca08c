import fs from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { root } from "./files.ts";
import { fillsOf, readAll, Scribe, temporaryFolder, type Batch } from "./journal-kit.ts";
import { BlocksBehind } from "../src/journal/blocks-behind.ts";
import { realDisk } from "../src/journal/disk.ts";
import { NO_HASH, SEGMENT_HEADER } from "../src/journal/format.ts";
import { FileJournal, JournalWriteFailed, verifyJournal } from "../src/journal/index.ts";
import { createSegment } from "../src/journal/segment-files.ts";
import { SegmentWriter } from "../src/journal/segment-writer.ts";

const worker = pathToFileURL(join(root, "dist/src/journal/blocks-behind-worker.js"));
const missing = pathToFileURL(join(root, "dist/src/journal/there-is-none.js"));
/** Where there is a disk that is always full. */
const onLinux = test.skipIf(!fs.existsSync("/dev/full"));
/** More blocks than there are slots, one too long for a slot, several segments. */
const batches: readonly Batch[] = Array.from({ length: 90 }, (_, n) => fillsOf(`f${n}`, n === 40 ? 30_000 : 1 + n * 20));

/** What stands in the segments after some appends, with the names of the files. */
function written(folder: string, begin: (journal: FileJournal) => void): string[] {
  const journal = FileJournal.open(folder, { write: true, segmentBytes: 1_000_000 });
  begin(journal);
  const scribe = new Scribe(journal);
  for (const [n, batch] of batches.entries()) {
    scribe.append(batch);
    if (n % 30 === 29) journal.sync();
    if (n === 50) expect(journal.blockOf(journal.nextSeq - 1).count).toBe(batch.entries.flatMap((of) => ("fills" in of ? of.fills : [])).length);
  }
  journal.sync();
  journal.close();
  return segmentsOf(folder);
}

function segmentsOf(folder: string): string[] {
  return fs.readdirSync(join(folder, "journal")).sort().map((name) => `${name} ${fs.readFileSync(join(folder, "journal", name)).toString("base64")}`);
}

test("a journal that a second thread writes is, byte for byte, the one that this thread writes", () => {
  const [here, behind] = [temporaryFolder(), temporaryFolder()];
  const alone = written(here, () => undefined);
  const together = written(behind, (journal) => journal.writeBehind({ program: worker }));
  expect(alone.length).toBeGreaterThan(3);
  expect(together).toEqual(alone);
  expect(verifyJournal(behind).entries).toBe(verifyJournal(here).entries);
});

test("where the thread does not start, all is written here", () => {
  const alone = written(temporaryFolder(), () => undefined);
  expect(written(temporaryFolder(), (journal) => journal.writeBehind({ program: missing, patienceMs: 20 }))).toEqual(alone);
});

test("what was appended is in the file once the journal is closed, also without a sync, and is read back before", () => {
  const folder = temporaryFolder();
  const journal = FileJournal.open(folder, { write: true });
  journal.writeBehind({ program: worker });
  const scribe = new Scribe(journal);
  const blocks = batches.slice(0, 20).map((batch) => scribe.append(batch));
  expect(readAll(journal)).toEqual(blocks);
  journal.close();
  expect(readAll(FileJournal.open(folder, { write: false }))).toEqual(blocks);
});

onLinux("a write that fails in the second thread is told by the next call, and nothing is written after it", () => {
  const full = fs.openSync("/dev/full", "r+");
  onTestFinished(() => fs.closeSync(full));
  const path = join(temporaryFolder(), "file");
  const whole = fs.openSync(path, "w+");
  onTestFinished(() => fs.closeSync(whole));
  const out = BlocksBehind.open(NO_HASH, realDisk, { program: worker })!;
  out.room(200);
  out.write(full, 200, 0);
  expect(() => out.settle()).toThrow(/200 bytes at 0.*ENOSPC/);
  expect(() => out.room(200)).toThrow(/ENOSPC/);
  out.write(whole, 200, 0);
  out.close();
  expect(fs.statSync(path).size).toBe(0);
});

onLinux("a writer whose thread failed says so, and takes no more", () => {
  const folder = join(temporaryFolder(), "journal");
  fs.mkdirSync(folder);
  const { segment, fd } = createSegment(folder, { firstSeq: 1, previousHash: NO_HASH }, realDisk);
  fs.closeSync(fd);
  const open = { segment, fd: fs.openSync("/dev/full", "r+"), end: SEGMENT_HEADER, nextSeq: 1, lastHash: NO_HASH };
  const writer = new SegmentWriter(open, { folder, disk: realDisk, segmentBytes: 1_000_000, reserveBytes: 0, onSegment: () => undefined });
  writer.writeBehind({ program: worker });
  const sections = [{ kind: "facts", facts: [{ type: "configured", currency: "USD" }] }] as const;
  writer.append(sections, 0n);
  expect(() => writer.sync()).toThrow(JournalWriteFailed);
  expect(() => writer.append(sections, 0n)).toThrow(/takes no writes: could not write all up to entry 1/);
  writer.close();
});
