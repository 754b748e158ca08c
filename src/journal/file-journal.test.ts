import fs from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fillsOf, readAll, Scribe, temporaryFolder } from "../../test/journal-kit.ts";
import { FileJournal, JournalLocked, WriterLock } from "./index.ts";

test("a reader follows a writer, across segments", () => {
  const folder = temporaryFolder();
  const scribe = new Scribe(FileJournal.open(folder, { write: true, segmentBytes: 600 }));
  const reader = FileJournal.open(folder, { write: false });
  expect(reader.nextSeq).toBe(1);
  const blocks = [];
  for (let n = 0; n < 12; n += 1) {
    blocks.push(scribe.append(fillsOf(`f${n}`, 1 + (n % 3))));
    expect(reader.refresh()).toBe(scribe.journal.nextSeq);
    expect(readAll(reader)).toEqual(blocks);
    expect(reader.blockOf(reader.nextSeq - 1).firstSeq).toBe(blocks.at(-1)!.firstSeq);
  }
  scribe.journal.close();
  reader.close();
});

test("reading writes nothing, not even a folder, and finds an empty journal where there is none", () => {
  const folder = join(temporaryFolder(), "none");
  const journal = FileJournal.open(folder, { write: false });
  expect(journal.nextSeq).toBe(1);
  expect([...journal.blocks()]).toEqual([]);
  expect(() => journal.append([], 0n)).toThrow("only a journal opened for writing");
  expect(journal.openReport).toEqual({ segments: 0, entries: 0, torn: undefined });
  expect(fs.existsSync(folder)).toBe(false);
});

test("one writer: it holds the lock until it closes, and refuses to write once the lock is not its own", () => {
  const folder = temporaryFolder();
  const scribe = new Scribe(FileJournal.open(folder, { write: true }));
  scribe.appendAll([fillsOf("a")]);
  expect(() => FileJournal.open(folder, { write: true })).toThrow(JournalLocked);
  fs.rmSync(join(folder, "lock"));
  const thief = FileJournal.open(folder, { write: true });
  expect(() => scribe.append(fillsOf("b"))).toThrow("is no longer ours");
  scribe.journal.close();
  new Scribe(thief).appendAll([fillsOf("c")]);
  thief.close();
  expect(fs.existsSync(join(folder, "lock"))).toBe(false);
});

test("a lock that the caller holds is used, and left to him", () => {
  const folder = temporaryFolder();
  const lock = WriterLock.acquire(folder);
  const journal = FileJournal.open(folder, { write: true, lock });
  new Scribe(journal).appendAll([fillsOf("a")]);
  journal.close();
  lock.check();
  lock.release();
});

test("damage leaves no lock behind", () => {
  const folder = temporaryFolder();
  FileJournal.open(folder, { write: true }).close();
  fs.writeFileSync(join(folder, "journal/00000000000000000001.fbj"), "not a journal");
  expect(() => FileJournal.open(folder, { write: true })).toThrow("segment header was 13, expected 64 bytes");
  expect(fs.existsSync(join(folder, "lock"))).toBe(false);
});

test("what a crash left of a segment that was being created goes away", () => {
  const folder = temporaryFolder();
  const scribe = new Scribe(FileJournal.open(folder, { write: true }));
  const blocks = scribe.appendAll([fillsOf("a")]);
  scribe.journal.close();
  fs.writeFileSync(join(folder, "journal/00000000000000000002.fbj.new"), "fbj");
  const journal = FileJournal.open(folder, { write: true });
  expect(fs.readdirSync(join(folder, "journal"))).toEqual(["00000000000000000001.fbj"]);
  expect(readAll(journal)).toEqual(blocks);
  journal.close();
});
