import fs from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { columnsOf } from "../../test/acts.ts";
import { plainFill, temporaryFolder } from "../../test/journal-kit.ts";
import { positionsOf } from "../core/book/index.ts";
import { finished } from "../core/num/index.ts";
import { HistoryObserver, type EventReport, type HistoryRow } from "../core/engine/index.ts";
import { Directory, type Fill } from "../core/model/index.ts";
import { FileJournal, listSnapshots, realDisk, snapshotFolder, verifyJournal, WriterLock, type ArchiveChoice, type Disk } from "../journal/index.ts";
import { archiveJournal, checkSnapshots, Ledger, readBook, Service, stateHash } from "./index.ts";

let second = 0;
const clock = { nowNs: () => 1_700_000_000_000_000_000n + BigInt((second += 1)) * 1_000_000_000n };
const options = (dataDir: string) => ({ dataDir, currency: "USD", clock, segmentBytes: 1_400 });

function withLedger<T>(dataDir: string, look: (ledger: Ledger) => T): T {
  const ledger = finished(Ledger.recover(options(dataDir)));
  try {
    return look(ledger);
  } finally {
    ledger.close();
  }
}

function post(ledger: Ledger, fills: readonly Fill[]): [accepted: number, duplicates: number] {
  const source = new Directory();
  const { accepted, duplicates } = ledger.bookFills(columnsOf(fills, source), source);
  ledger.sync();
  return [accepted.count, duplicates];
}

const fill = (id: string, units = 15n): Fill => ({ ...plainFill(id), quantity: { mantissa: units, digits: 1 } });
const bust = (id: string): EventReport => ({ type: "bust", id: "", timeNs: 1n, fill: { account: "default", venue: "kraken", symbol: "BTC/USD", id } });

/** A journal of several segments, and what it tells. */
function written(): { readonly dataDir: string; readonly to: string; readonly before: ReturnType<typeof toldBy> } {
  const folder = temporaryFolder();
  const dataDir = join(folder, "data");
  more(dataDir, 0, 40);
  expect(here(dataDir).length).toBeGreaterThan(5);
  return { dataDir, to: join(folder, "far", "archive"), before: toldBy(dataDir) };
}

function more(dataDir: string, from: number, to: number): void {
  withLedger(dataDir, (ledger) => {
    for (let n = from; n < to; n += 1) expect(post(ledger, [fill(`f${n}`, n % 3 === 0 ? -20n : 15n)])).toEqual([1, 0]);
  });
}

/** Everything that a journal is read for from its beginning. */
function toldBy(dataDir: string) {
  const history: HistoryRow[] = [];
  readBook(dataDir, {}, new HistoryObserver({}, (row) => history.push(row) > 0));
  const { book, known, risk, pairs, seq } = readBook(dataDir, { untilSeq: Number.MAX_SAFE_INTEGER });
  const { headHash, entries } = verifyJournal(dataDir);
  return { history, positions: positionsOf(book, { nowNs: 0n }), hash: stateHash({ book, known, risk, pairs, seq }), headHash, entries };
}

function archive(dataDir: string, to: string, choice: ArchiveChoice = { keep: 1 }, disk?: Disk) {
  return archiveJournal({ dataDir, to, choice, clock, ...(disk === undefined ? {} : { disk }) });
}

const segments = (folder: string): string[] => (fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith(".fbj")).sort() : []);
const here = (dataDir: string): string[] => segments(join(dataDir, "journal"));

test("what was archived is read from where it went: fold, history, verify and the next fills are as before", () => {
  const { dataDir, to, before } = written();
  const all = here(dataDir);
  const { moved, snapshotSeq } = archive(dataDir, to);
  expect(moved.map(({ name }) => name)).toEqual(all.slice(0, -1));
  expect(here(dataDir)).toEqual(all.slice(-1));
  expect(segments(to)).toEqual(all.slice(0, -1));
  expect(fs.statSync(to).mode & 0o777).toBe(0o700);
  expect(snapshotSeq).toBe(before.entries);
  expect(listSnapshots(dataDir)).toEqual([snapshotSeq]);
  expect(toldBy(dataDir)).toEqual(before);
  expect(verifyJournal(dataDir)).toMatchObject({ segments: all.length, archived: all.length - 1, away: [], entries: before.entries });
  expect(checkSnapshots(dataDir, "USD")).toMatchObject([{ seq: snapshotSeq, problem: undefined }]);
  withLedger(dataDir, (ledger) => {
    expect(ledger.recovered).toEqual({ snapshotSeq, notes: [] });
    expect(post(ledger, [fill("f1"), fill("new")])).toEqual([1, 1]);
    expect(() => archive(dataDir, to)).toThrow(/writes to this folder/);
  });
});

test("it goes on later: the list grows, and a choice says which segments go", () => {
  const { dataDir, to } = written();
  const all = here(dataDir);
  expect(archive(dataDir, to, { keep: all.length }).moved).toEqual([]);
  expect(archive(dataDir, to, { keep: 3 }).moved).toHaveLength(all.length - 3);
  expect(here(dataDir)).toEqual(all.slice(-3));
  expect(archive(dataDir, to, { beforeNs: 0n }).moved).toEqual([]);
  more(dataDir, 40, 60);
  const now = toldBy(dataDir);
  const elsewhere = `${to}-2`;
  const later = archive(dataDir, elsewhere, { beforeNs: clock.nowNs() }).moved;
  expect(later.length).toBeGreaterThan(3);
  expect(segments(elsewhere)).toEqual(later.map(({ name }) => name));
  expect(here(dataDir)).toHaveLength(1);
  expect(toldBy(dataDir)).toEqual(now);
  const listed = JSON.parse(fs.readFileSync(join(dataDir, "journal/archived.json"), "utf8")) as { segments: { name: string; lastSeq: number; firstSeq: number }[] };
  expect(listed.segments.map(({ firstSeq }) => firstSeq).slice(1)).toEqual(listed.segments.map(({ lastSeq }) => lastSeq + 1).slice(0, -1));
});

test("an archive of which the times of blocks decide takes no segment with a later block", () => {
  const { dataDir, to } = written();
  const journal = FileJournal.open(dataDir, { write: false });
  const times = [...journal.blocks()].map(({ firstSeq, timeNs }) => [firstSeq, timeNs] as const);
  const [, middle] = times[20]!;
  const { moved } = archive(dataDir, to, { beforeNs: middle });
  expect(moved.length).toBeGreaterThan(1);
  const last = moved.at(-1)!.lastSeq;
  for (const [seq, time] of times) if (seq <= last) expect(time < middle).toBe(true);
  expect(times.filter(([seq, time]) => seq > last && time < middle).length).toBeLessThan(times.filter(([seq]) => seq > last).length);
});

test("a relative path is found again when data folder and archive move together", () => {
  const { to, before } = written();
  const cwd = process.cwd();
  process.chdir(join(to, "../.."));
  try {
    archive("data", "far/archive");
  } finally {
    process.chdir(cwd);
  }
  const parent = join(temporaryFolder(), "elsewhere");
  fs.cpSync(join(to, "../.."), parent, { recursive: true });
  fs.rmSync(to, { recursive: true });
  expect(toldBy(join(parent, "data"))).toEqual(before);
});

test("without its archive a start goes on from the snapshot; what needs it says which segment, where it was and how to go on", () => {
  const { dataDir, to, before } = written();
  const { moved, snapshotSeq } = archive(dataDir, to);
  const away = `${to}-away`;
  fs.renameSync(to, away);
  const [first] = moved;
  const needed = new RegExp(`entries 1 to ${first!.lastSeq} are needed, and their segment ${first!.name} is not at ${join(to, first!.name)}.* mount what holds it there, or copy it back into ${join(dataDir, "journal")}; its SHA-256 is ${first!.sha256}`);
  expect(() => toldBy(dataDir)).toThrow(needed);
  expect(stateHash(readBook(dataDir, {}))).toBe(before.hash);
  expect(verifyJournal(dataDir)).toMatchObject({ segments: 1, archived: 0, headHash: before.headHash, away: moved.map(({ name, firstSeq, lastSeq }) => ({ name, firstSeq, lastSeq, path: join(to, name) })) });
  withLedger(dataDir, (ledger) => {
    expect(ledger.recovered).toEqual({ snapshotSeq, notes: [] });
    expect(post(ledger, [fill("new")])).toEqual([1, 0]);
    expect(() => post(ledger, [fill("new2"), fill("f1")])).toThrow(needed);
    expect(post(ledger, [fill("new2")])).toEqual([1, 0]); // nothing of it was booked, nor taken for known
    expect(() => ledger.take([bust("new")])).toThrow(needed);
    expect(ledger.seq).toBe(snapshotSeq + 2);
  });
  withLedger(dataDir, ({ seq }) => expect(seq).toBe(snapshotSeq + 2));
  fs.renameSync(away, to);
  withLedger(dataDir, (ledger) => expect(post(ledger, [fill("f1"), fill("new"), fill("new2")])).toEqual([0, 3]));
});

test("an archive that was copied back is read from there, and may be moved again", () => {
  const { dataDir, to, before } = written();
  const { moved } = archive(dataDir, to);
  for (const { name } of moved) fs.copyFileSync(join(to, name), join(dataDir, "journal", name));
  fs.rmSync(to, { recursive: true });
  expect(toldBy(dataDir)).toEqual(before);
  expect(verifyJournal(dataDir)).toMatchObject({ archived: 0, away: [] });
  expect(archive(dataDir, to).moved).toHaveLength(moved.length);
  expect(toldBy(dataDir)).toEqual(before);
});

test("an archive that was changed is found: its size by whoever reads it, a bit of it by its reader or by verify", () => {
  const { dataDir, to } = written();
  const [first, middle] = archive(dataDir, to).moved;
  const path = join(to, middle!.name);
  const bytes = fs.readFileSync(path);
  fs.writeFileSync(path, bytes.subarray(0, bytes.length - 8));
  expect(() => toldBy(dataDir)).toThrow(/size of the archived segment was \d+, expected \d+ bytes/);
  expect(() => verifyJournal(dataDir)).toThrow(/size of the archived segment/);
  const flipped = Buffer.from(bytes);
  flipped[200]! ^= 1;
  fs.writeFileSync(path, flipped);
  expect(() => toldBy(dataDir)).toThrow(/checksum/);
  expect(() => verifyJournal(dataDir)).toThrow(/checksum/);
  fs.copyFileSync(join(to, first!.name), path);
  expect(() => verifyJournal(dataDir)).toThrow(/size|first entry/);
  fs.writeFileSync(path, bytes);
  const list = join(dataDir, "journal/archived.json");
  const text = fs.readFileSync(list, "utf8");
  for (const other of [text.replace(first!.sha256, "0".repeat(64)), text.slice(0, -9), "", "{}"]) {
    fs.writeFileSync(list, other);
    expect(() => verifyJournal(dataDir)).toThrow(/archived.json is not what fillbook archive wrote/);
    expect(() => withLedger(dataDir, () => undefined)).toThrow(/Put it back from a copy/);
  }
});

test("wherever it is cut off or fails, nothing is lost, all is read as before, and the same call goes on", () => {
  const { dataDir, before } = written();
  const root = join(dataDir, "..");
  const images = temporaryFolder();
  let steps = 0;
  const step = <T>(ask: () => T): T => {
    fs.cpSync(root, join(images, `${(steps += 1)}`), { recursive: true });
    return ask();
  };
  const noting: Disk = {
    ...realDisk,
    write: (fd, bytes, offset, length, position) => step(() => realDisk.write(fd, bytes, offset, Math.max(1, length >> 1), position)),
    sync: (fd) => step(() => realDisk.sync(fd)),
    rename: (from, name) => step(() => realDisk.rename(from, name)),
    syncFolder: (path) => step(() => realDisk.syncFolder(path)),
  };
  fs.cpSync(root, join(images, "0"), { recursive: true });
  const cwd = process.cwd();
  onTestFinished(() => process.chdir(cwd));
  process.chdir(root);
  archive("data", "far/archive", { keep: 3 }, noting);
  expect(steps).toBeGreaterThan(30);
  const count = here(dataDir).length;
  const ways = new Set<number>();
  for (let n = 0; n <= steps; n += 1) {
    const image = join(images, `${n}`);
    const cut = join(image, "data");
    fs.rmSync(join(cut, "lock"), { force: true }); // its holder is dead in the story, not here
    expect(toldBy(cut)).toEqual(before);
    ways.add(here(cut).length);
    process.chdir(image);
    archive("data", "far/archive", { keep: 3 });
    expect(here(cut)).toHaveLength(count);
    expect(toldBy(cut)).toEqual(before);
    expect(verifyJournal(cut).archived).toBe(verifyJournal(dataDir).archived);
    expect(fs.readdirSync(join(cut, "journal")).filter((name) => name.endsWith(".new"))).toEqual([]);
    fs.rmSync(image, { recursive: true });
  }
  expect(ways.size).toBeGreaterThan(3);
});

test("where a step fails, it stops before it removes, and the lock is let go", () => {
  const { dataDir, to, before } = written();
  let asked = 0;
  let failAt = 0;
  const failing = <T>(ask: () => T): T => {
    asked += 1;
    if (asked === failAt) throw Object.assign(new Error("EIO: i/o error, write"), { code: "EIO", syscall: "write" });
    return ask();
  };
  const disk: Disk = {
    ...realDisk,
    open: (path, flags) => failing(() => realDisk.open(path, flags)),
    write: (fd, bytes, offset, length, position) => failing(() => realDisk.write(fd, bytes, offset, length, position)),
    sync: (fd) => failing(() => realDisk.sync(fd)),
    rename: (from, name) => failing(() => realDisk.rename(from, name)),
    syncFolder: (path) => failing(() => realDisk.syncFolder(path)),
  };
  for (failAt = 1; failAt < 200; failAt += 1) {
    asked = 0;
    const outcome = (() => {
      try {
        return archive(dataDir, to, { keep: 2 }, disk);
      } catch (error) {
        return error;
      }
    })();
    expect(toldBy(dataDir)).toEqual(before);
    expect(WriterLock.holder(dataDir)).toBeUndefined();
    if (!(outcome instanceof Error)) break;
    expect(outcome.message).toMatch(/EIO/);
  }
  expect(failAt).toBeGreaterThan(10);
  expect(here(dataDir)).toHaveLength(2);
});

test("damage in a segment, or in a copy, keeps it where it is", () => {
  const { dataDir, to } = written();
  const [first, middle] = here(dataDir);
  const path = join(dataDir, "journal", middle!);
  const bytes = fs.readFileSync(path);
  archive(dataDir, to, { keep: 999 });
  withLedger(dataDir, (ledger) => void finished(ledger.snapshot()));
  const flipped = Buffer.from(bytes);
  flipped[300]! ^= 1;
  fs.writeFileSync(path, flipped);
  expect(() => archive(dataDir, to)).toThrow(/checksum/);
  expect(segments(to)).toEqual([first]);
  fs.writeFileSync(path, bytes);
  const lying: Disk = { ...realDisk, write: (fd, out, offset, length, position) => realDisk.write(fd, length > 1_000 ? Buffer.from(out).fill(7, 500, 501) : out, offset, length, position) };
  expect(() => archive(dataDir, to, { keep: 1 }, lying)).toThrow(/checksum/);
  expect(here(dataDir)[0]).toBe(middle);
  fs.rmSync(join(to, middle!));
  archive(dataDir, to);
  expect(here(dataDir)).toHaveLength(1);
});

test("it overwrites no other file, and never takes the journal's own for a copy", () => {
  const { dataDir, to } = written();
  const [first] = here(dataDir);
  fs.mkdirSync(to, { recursive: true });
  fs.writeFileSync(join(to, first!), "another journal's");
  expect(() => archive(dataDir, to)).toThrow(/is there already and is another file/);
  expect(fs.readFileSync(join(to, first!), "utf8")).toBe("another journal's");
  fs.rmSync(join(to, first!));
  fs.linkSync(join(dataDir, "journal", first!), join(to, first!));
  expect(() => archive(dataDir, to)).toThrow(/is the journal's own file/);
  fs.rmSync(join(to, first!));
  const link = `${to}-link`;
  fs.symlinkSync(join(dataDir, "journal"), link);
  for (const own of [join(dataDir, "journal"), join(dataDir, "journal", "old"), link, join(dataDir, "snapshots")]) expect(() => archive(dataDir, own)).toThrow(/Fillbook keeps that folder itself/);
  expect(here(dataDir)[0]).toBe(first);
});

test("a journal whose newest segments are gone does not go on at the end of its archive", () => {
  const { dataDir, to } = written();
  archive(dataDir, to);
  fs.rmSync(snapshotFolder(dataDir), { recursive: true });
  for (const name of here(dataDir)) fs.rmSync(join(dataDir, "journal", name));
  const kept = segments(to).map((name) => fs.readFileSync(join(to, name)));
  expect(() => withLedger(dataDir, () => undefined)).toThrow(/holds no segment after entry \d+/);
  expect(() => verifyJournal(dataDir)).toThrow(/what came later is missing/);
  expect(segments(to).map((name) => fs.readFileSync(join(to, name)))).toEqual(kept);
});

test("a fill that stands in an archived segment can be busted", () => {
  const { dataDir, to } = written();
  const other = join(temporaryFolder(), "other");
  fs.cpSync(dataDir, other, { recursive: true });
  archive(dataDir, to);
  const hashes = [dataDir, other].map((folder) => {
    const live = withLedger(folder, (ledger) => {
      expect(ledger.take([bust("f2")])).toMatchObject([{ is: "news" }]);
      ledger.sync();
      return stateHash(ledger.folded);
    });
    expect(toldBy(folder).hash).toBe(live);
    withLedger(folder, (ledger) => expect(stateHash(ledger.folded)).toBe(live));
    return live;
  });
  expect(hashes[0]).toBe(hashes[1]);
  const { snapshotSeq } = (more(dataDir, 60, 90), archive(dataDir, to)); // what the bust changed is in the new snapshot
  fs.renameSync(to, `${to}-away`);
  withLedger(dataDir, ({ recovered }) => expect(recovered).toEqual({ snapshotSeq, notes: [] }));
});

test("a service refuses only what asks for a segment that is away, and goes on", async () => {
  const { dataDir, to } = written();
  archive(dataDir, to);
  fs.renameSync(to, `${to}-away`);
  const fatal: Error[] = [];
  const service = Service.begin({ ...options(dataDir), onFatal: (error) => fatal.push(error) });
  await service.ready;
  const source = new Directory();
  const posted = await Promise.allSettled([[fill("n1")], [fill("f1")], [fill("n2")]].map((fills) => service.bookFills(columnsOf(fills, source), source)));
  expect(posted.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(posted[1]).toMatchObject({ reason: { name: "ServiceRefuses", code: "archived", message: expect.stringMatching(/copy it back/) as string } });
  await expect(service.take([bust("n1")])).rejects.toMatchObject({ code: "archived" });
  expect([service.state, fatal]).toEqual(["ready", []]);
  await service.stop();
  fs.renameSync(`${to}-away`, to);
  expect(toldBy(dataDir).history.map(({ id }) => id)).toEqual(expect.arrayContaining(["n1", "n2"]));
});
