import fs from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fillsOf, readAll, Scribe, temporaryFolder } from "../../test/journal-kit.ts";
import { realDisk, type Disk } from "./disk.ts";
import { FileJournal, JournalWriteFailed, verifyJournal } from "./index.ts";

interface Failing {
  write?: Error;
  sync?: Error;
  truncate?: Error;
}

/** A disk that a test breaks: what stands in `fail` is thrown by the call of that name, after `writable` bytes were written. */
function breakable(): { disk: Disk; state: { writable: number; fail: Failing } } {
  const state = { writable: Number.POSITIVE_INFINITY, fail: {} as Failing };
  const disk: Disk = {
    write: (fd, bytes, offset, length, position) => {
      if (state.fail.write === undefined) return realDisk.write(fd, bytes, offset, length, position);
      if (state.writable === 0) throw state.fail.write;
      const written = realDisk.write(fd, bytes, offset, Math.min(length, state.writable), position);
      state.writable -= written;
      return written;
    },
    sync: (fd) => {
      if (state.fail.sync !== undefined) throw state.fail.sync;
      realDisk.sync(fd);
    },
    syncLater: (fd) => (state.fail.sync === undefined ? realDisk.syncLater(fd) : Promise.reject(state.fail.sync)),
    truncate: (fd, length) => {
      if (state.fail.truncate !== undefined) throw state.fail.truncate;
      realDisk.truncate(fd, length);
    },
  };
  return { disk, state };
}

const error = (code: string): Error => Object.assign(new Error(`${code}: of the test`), { code });
const failure = (run: () => unknown): JournalWriteFailed => {
  try {
    run();
  } catch (caught) {
    expect(caught).toBeInstanceOf(JournalWriteFailed);
    return caught as JournalWriteFailed;
  }
  throw new Error("it did not fail");
};

test("without space the unfinished block is cut, and writing goes on once there is space", () => {
  const folder = temporaryFolder();
  const { disk, state } = breakable();
  const scribe = new Scribe(FileJournal.open(folder, { write: true, disk }));
  const blocks = scribe.appendAll([fillsOf("a")]);
  const path = join(folder, "journal/00000000000000000001.fbj");
  const size = fs.statSync(path).size;
  for (const writable of [0, 1, 79, 80, 100]) {
    state.writable = writable;
    state.fail.write = error("ENOSPC");
    expect(failure(() => scribe.append(fillsOf("b"))).code).toBe("no_space");
    expect(fs.statSync(path).size).toBe(size);
    expect(scribe.journal.nextSeq).toBe(2);
  }
  delete state.fail.write;
  blocks.push(...scribe.appendAll([fillsOf("c", 2)]));
  expect(readAll(scribe.journal)).toEqual(blocks);
  scribe.journal.close();
  expect(verifyJournal(folder)).toMatchObject({ entries: 3, torn: undefined });
});

test("a disk that takes one byte a call still gets whole blocks", () => {
  const folder = temporaryFolder();
  const disk: Disk = { ...realDisk, write: (fd, bytes, offset, _length, position) => realDisk.write(fd, bytes, offset, 1, position) };
  const scribe = new Scribe(FileJournal.open(folder, { write: true, disk }));
  const blocks = scribe.appendAll([fillsOf("a"), fillsOf("b", 2)]);
  expect(readAll(scribe.journal)).toEqual(blocks);
  scribe.journal.close();
});

test("no space for a new segment: nothing is written, and it begins once there is space", () => {
  const folder = temporaryFolder();
  const { disk, state } = breakable();
  const scribe = new Scribe(FileJournal.open(folder, { write: true, disk, segmentBytes: 300 }));
  const blocks = scribe.appendAll([fillsOf("a")]);
  state.writable = 10;
  state.fail.write = error("ENOSPC");
  expect(failure(() => scribe.append(fillsOf("b"))).code).toBe("no_space");
  expect(fs.readdirSync(join(folder, "journal"))).toHaveLength(1);
  delete state.fail.write;
  blocks.push(...scribe.appendAll([fillsOf("c", 2)]));
  expect(fs.readdirSync(join(folder, "journal"))).toHaveLength(2);
  expect(readAll(scribe.journal)).toEqual(blocks);
  scribe.journal.close();
  expect(verifyJournal(folder)).toMatchObject({ segments: 2, entries: 3 });
});

const fatal: [what: string, fail: Failing, run: (scribe: Scribe) => unknown, says: RegExp][] = [
  ["a write error", { write: error("EIO") }, (scribe) => scribe.append(fillsOf("b")), /could not write \d+ bytes to .*EIO/],
  ["no space, and a cut that fails", { write: error("ENOSPC"), truncate: error("EIO") }, (scribe) => scribe.append(fillsOf("b")), /could not cut an unfinished block/],
  ["a sync that fails", { sync: error("EIO") }, (scribe) => (scribe.append(fillsOf("b")), scribe.journal.sync()), /whether entries 2 to 2 are on disk is unknown/],
  ["a sync that finds no space", { sync: error("ENOSPC") }, (scribe) => (scribe.append(fillsOf("b")), scribe.journal.sync()), /is unknown/],
];

test.each(fatal)("after %s the journal takes no writes, answers reads, and recovers by a restart", (_what, fail, run, says) => {
  const folder = temporaryFolder();
  const { disk, state } = breakable();
  const scribe = new Scribe(FileJournal.open(folder, { write: true, disk }));
  const blocks = scribe.appendAll([fillsOf("a")]);
  Object.assign(state, { fail, writable: 30 });
  const first = failure(() => run(scribe));
  expect(first.code).toBe("unknown");
  expect(first.message).toMatch(says);
  Object.assign(state, { fail: {} });
  expect(failure(() => scribe.append(fillsOf("c"))).message).toMatch(/takes no writes: .*Start again/);
  expect(failure(() => scribe.journal.sync()).code).toBe("unknown");
  expect(readAll(scribe.journal).slice(0, 1)).toEqual(blocks);
  scribe.journal.close();
  const again = FileJournal.open(folder, { write: true });
  expect(readAll(again).slice(0, 1)).toEqual(blocks);
  new Scribe(again).appendAll([fillsOf("d")]);
  again.close();
  verifyJournal(folder);
});

test("a sync with nothing new does not touch the disk", () => {
  const { disk, state } = breakable();
  const scribe = new Scribe(FileJournal.open(temporaryFolder(), { write: true, disk }));
  scribe.appendAll([fillsOf("a")]);
  state.fail.sync = error("EIO");
  scribe.journal.sync();
  scribe.journal.close();
});

test("a segment is synced in full before the next one begins", () => {
  const calls: string[] = [];
  const disk: Disk = {
    ...realDisk,
    write: (fd, ...rest) => (calls.push(`write ${fd}`), realDisk.write(fd, ...rest)),
    sync: (fd) => (calls.push(`sync ${fd}`), realDisk.sync(fd)),
  };
  const scribe = new Scribe(FileJournal.open(temporaryFolder(), { write: true, disk, segmentBytes: 600 }));
  calls.length = 0;
  for (let n = 0; n < 8; n += 1) scribe.append(fillsOf(`f${n}`));
  scribe.journal.close();
  const files = calls.map((call) => call.split(" ")[1]!);
  const changes = calls.flatMap((_, at) => (at > 0 && files[at] !== files[at - 1] && calls[at]!.startsWith("write") ? [calls[at - 1]!.split(" ")[0]!] : []));
  expect(changes).toEqual(["sync", "sync", "sync"]);
});
