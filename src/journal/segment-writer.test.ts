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
    ...realDisk,
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
    write: (fd, bytes, offset, length, position) => (length > 32 && calls.push(`write ${fd}`), realDisk.write(fd, bytes, offset, length, position)), // but for the mark
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

test("what was cut for want of space is gone for good before anything is written in its place", () => {
  const { disk, state } = breakable();
  const calls: string[] = [];
  const watched: Disk = { ...disk, sync: (fd) => (calls.push("sync"), disk.sync(fd)), truncate: (fd, length) => (calls.push("truncate"), disk.truncate(fd, length)) };
  const scribe = new Scribe(FileJournal.open(temporaryFolder(), { write: true, disk: watched }));
  calls.length = 0;
  Object.assign(state, { writable: 100, fail: { write: error("ENOSPC") } });
  expect(failure(() => scribe.append(fillsOf("a"))).code).toBe("no_space");
  expect(calls).toEqual(["truncate", "sync"]);
  scribe.journal.close();
});

test("a folder that does not sync leaves a new segment unknown, also for want of space; a restart goes on in it", () => {
  const folder = temporaryFolder();
  let isFull = false;
  const disk: Disk = {
    ...realDisk,
    syncFolder: (path) => {
      if (isFull) throw error("ENOSPC");
      realDisk.syncFolder(path);
    },
  };
  const scribe = new Scribe(FileJournal.open(folder, { write: true, disk, segmentBytes: 300 }));
  const blocks = scribe.appendAll([fillsOf("a")]);
  isFull = true;
  expect(failure(() => scribe.append(fillsOf("b"))).code).toBe("unknown");
  isFull = false;
  scribe.journal.close();
  const again = new Scribe(FileJournal.open(folder, { write: true, disk, segmentBytes: 300 }));
  blocks.push(...again.appendAll([fillsOf("c", 2)]));
  expect(readAll(again.journal)).toEqual(blocks);
  again.journal.close();
  expect(verifyJournal(folder)).toMatchObject({ segments: 2, entries: 3 });
});

/** Fails the writes of the mark alone, which is 32 bytes long. */
const markless = (cause: Error, state: { fails: boolean }): Disk => ({
  ...realDisk,
  write: (fd, bytes, offset, length, position) => {
    if (state.fails && length === 32) throw cause;
    return realDisk.write(fd, bytes, offset, length, position);
  },
});

test("a mark that finds no space keeps what it said; one that cannot be written stops the writing", () => {
  const folder = temporaryFolder();
  const state = { fails: false };
  for (const code of ["ENOSPC", "EIO"]) {
    const scribe = new Scribe(FileJournal.open(folder, { write: true, disk: markless(error(code), state) }));
    const said = fs.readFileSync(join(folder, "durable"), "utf8");
    state.fails = true;
    scribe.append(fillsOf(code));
    if (code === "ENOSPC") scribe.journal.sync();
    else {
      expect(failure(() => scribe.journal.sync())).toMatchObject({ code: "unknown", message: expect.stringMatching(/could not note .* entries up to 2 are on disk .*EIO/) as string });
      expect(failure(() => scribe.append(fillsOf("more"))).code).toBe("unknown");
    }
    expect(fs.readFileSync(join(folder, "durable"), "utf8")).toBe(said);
    state.fails = false;
    scribe.journal.close();
  }
  expect(verifyJournal(folder)).toMatchObject({ entries: 2, torn: undefined });
});

test("a start on a disk that fails says which file, and the next one on a sound disk finds all", () => {
  const folder = temporaryFolder();
  const { disk, state } = breakable();
  const scribe = new Scribe(FileJournal.open(folder, { write: true, disk }));
  const blocks = scribe.appendAll([fillsOf("a")]);
  scribe.journal.close();
  state.fail = { sync: error("EIO") };
  expect(failure(() => FileJournal.open(folder, { write: true, disk })).message).toMatch(/could not make the end of .*00001\.fbj durable \(EIO.*start again/);
  state.fail = {};
  const again = FileJournal.open(folder, { write: true, disk });
  expect(readAll(again)).toEqual(blocks);
  again.close();
});
