import fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyActs, columnsOf, lived, liveOn, type Act } from "../../test/acts.ts";
import { plainFill, temporaryFolder } from "../../test/journal-kit.ts";
import { finished } from "../core/num/index.ts";
import { Directory, type Fill } from "../core/model/index.ts";
import { FileJournal, listSnapshots, readSnapshot, realDisk, runPath, snapshotFolder, snapshotPath, writeSnapshot, type Disk } from "../journal/index.ts";
import { Ledger, stateHash } from "./index.ts";
import { openRuns } from "./snapshot-identities.ts";
import { snapshotUpTo } from "./snapshots.ts";

const clock = { nowNs: () => 1_700_000_000_000_000_000n };
const recover = (dataDir: string, disk?: Disk) => finished(Ledger.recover({ dataDir, currency: "USD", clock, ...(disk === undefined ? {} : { disk }) }));

function withLedger<T>(dataDir: string, look: (ledger: Ledger) => T, disk?: Disk): T {
  const ledger = recover(dataDir, disk);
  try {
    return look(ledger);
  } finally {
    ledger.close();
  }
}

/** Lives in a data folder. Returns the last entry of each block. */
function livedIn(dataDir: string, acts: readonly Act[]): number[] {
  const journal = FileJournal.open(dataDir, { write: true });
  try {
    lived(acts, journal);
    journal.sync();
    return [...journal.blocks()].map(({ firstSeq, count }) => firstSeq + count - 1);
  } finally {
    journal.close();
  }
}

/** What a folder's book is, and what becomes of it when the same is told again and then something else. */
function futureOf(dataDir: string, again: readonly Act[], more: readonly Act[]) {
  return withLedger(dataDir, (ledger) => {
    const now = stateHash(ledger.folded);
    liveOn(ledger, again);
    const repeated = stateHash(ledger.folded);
    liveOn(ledger, more);
    return { now, repeated, later: stateHash(ledger.folded), seq: ledger.seq };
  });
}

test("a book from a snapshot and its tail is the book from the whole journal, and decides as it does", () => {
  let used = 0;
  let foldedAnew = 0;
  fc.assert(
    fc.property(anyActs, anyActs, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), (acts, more, picks) => {
      const folder = temporaryFolder();
      const [dataDir, other] = [join(folder, "a"), join(folder, "b")];
      const ends = livedIn(dataDir, acts);
      for (const end of new Set(picks.map((pick) => ends[pick % ends.length]!).sort((a, b) => a - b))) {
        const { stateHash: hash } = snapshotUpTo(dataDir, end);
        expect(readSnapshot(dataDir, end).stateHash).toBe(hash);
      }
      fs.cpSync(dataDir, other, { recursive: true });
      fs.rmSync(snapshotFolder(other), { recursive: true });
      withLedger(dataDir, ({ recovered }) => {
        expect(recovered.notes).toEqual([]);
        if (recovered.snapshotSeq > 0) used += 1;
        else foldedAnew += 1;
      });
      expect(futureOf(dataDir, acts, more)).toEqual(futureOf(other, acts, more));
      fs.rmSync(folder, { recursive: true });
    }),
    { numRuns: 60 },
  );
  expect(used).toBeGreaterThan(10);
  expect(foldedAnew).toBeGreaterThan(5);
});

test("a snapshot of the running book is the one that its journal tells of", () => {
  fc.assert(
    fc.property(anyActs, (acts) => {
      const dataDir = temporaryFolder();
      const [live, told] = withLedger(dataDir, (ledger) => {
        liveOn(ledger, acts);
        ledger.sync();
        const written = finished(ledger.snapshot());
        const bytes = fs.readFileSync(snapshotPath(dataDir, ledger.seq));
        fs.rmSync(snapshotFolder(dataDir), { recursive: true });
        snapshotUpTo(dataDir, ledger.seq);
        expect(written.stateHash).toBe(stateHash(ledger.folded));
        return [bytes, fs.readFileSync(snapshotPath(dataDir, ledger.seq))];
      });
      expect(Buffer.compare(live, told)).toBe(0);
    }),
    { numRuns: 60 },
  );
});

const fills = (...ids: string[]): Fill[] => ids.map(plainFill);
function post(ledger: Ledger, ...ids: string[]): [accepted: number, duplicates: number] {
  const source = new Directory();
  const { accepted, duplicates } = ledger.bookFills(columnsOf(fills(...ids), source), source);
  return [accepted.count, duplicates];
}

/** A folder with 500 fills and an event, and a snapshot after most of them. */
function withSnapshot(known = 300): { dataDir: string; hash: string; seq: number } {
  const dataDir = temporaryFolder();
  const ids = Array.from({ length: 500 }, (_, i) => `f${i}`);
  return withLedger(dataDir, (ledger) => {
    post(ledger, ...ids.slice(0, known));
    ledger.take([{ type: "capital", id: "c1", timeNs: 1n, account: "default", currency: "USD", amount: { mantissa: 5n, digits: 0 } }]);
    ledger.sync();
    const { seq } = finished(ledger.snapshot());
    post(ledger, ...ids.slice(known));
    ledger.sync();
    return { dataDir, hash: stateHash(ledger.folded), seq };
  });
}

/** Opens a folder, and again when a damaged file was found only while deciding. */
function mustBeWhole(dataDir: string, hash: string): Ledger["recovered"] {
  return withLedger(dataDir, (ledger) => {
    expect(stateHash(ledger.folded)).toBe(hash);
    expect(post(ledger, "f0", "f150", "f299", "f300", "f499")).toEqual([0, 5]);
    expect(ledger.take([{ type: "capital", id: "c1", timeNs: 1n, account: "default", currency: "USD", amount: { mantissa: 5n, digits: 0 } }])).toEqual([{ is: "known" }]);
    return ledger.recovered;
  });
}

test("wherever writing a snapshot is cut off, the next start has the same book", () => {
  const { dataDir, seq } = withSnapshot();
  const folder = temporaryFolder();
  let cuts = 0;
  const cut = () => fs.cpSync(snapshotFolder(dataDir), join(folder, `${(cuts += 1)}`), { recursive: true });
  const disk: Disk = {
    ...realDisk,
    write: (fd, bytes, offset, length, position) => {
      const half = realDisk.write(fd, bytes, offset, length >> 1, position);
      cut();
      return half === 0 ? realDisk.write(fd, bytes, offset, length, position) : half;
    },
    sync: (fd) => {
      cut();
      realDisk.sync(fd);
    },
  };
  const hash = withLedger(dataDir, (ledger) => {
    const steps = ledger.snapshot();
    for (let step = steps.next(); step.done !== true; step = steps.next()) cut();
    cut();
    return stateHash(ledger.folded);
  }, disk);
  const found = new Set<number>();
  for (let n = 1; n <= cuts; n += 1) {
    fs.rmSync(snapshotFolder(dataDir), { recursive: true });
    fs.cpSync(join(folder, `${n}`), snapshotFolder(dataDir), { recursive: true });
    const recovered = mustBeWhole(dataDir, hash);
    expect(recovered.notes).toEqual([]);
    found.add(recovered.snapshotSeq);
  }
  expect(cuts).toBeGreaterThan(20);
  expect([...found]).toEqual([seq, 502]);
});

test("every flipped bit of a snapshot is found, in its identities at the latest when they are asked", () => {
  const { dataDir, hash, seq } = withSnapshot(20);
  const [run] = readSnapshot(dataDir, seq).runs;
  const paths = [snapshotPath(dataDir, seq), runPath(dataDir, run!)];
  for (const path of paths) {
    const whole = fs.readFileSync(path);
    const file = fs.openSync(path, "r+");
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      fs.writeSync(file, Uint8Array.of(whole[bit >> 3]! ^ (1 << (bit & 7))), 0, 1, bit >> 3);
      expect(problemWith(dataDir, seq), `bit ${bit} of ${path}`).toBe("SnapshotDamaged");
      fs.writeSync(file, whole, bit >> 3, 1, bit >> 3);
      if (fs.existsSync(`${path}.damaged`)) fs.renameSync(`${path}.damaged`, path);
    }
    fs.closeSync(file);
    fs.writeFileSync(path, whole.subarray(0, whole.length - 1));
    expect(mustBeWhole(dataDir, hash)).toMatchObject({ snapshotSeq: 0, notes: [expect.stringMatching(/is left aside: .* bytes long/)] });
    fs.rmSync(path);
    expect(mustBeWhole(dataDir, hash)).toMatchObject({ snapshotSeq: 0, notes: path.endsWith("fbi") ? [expect.stringMatching(/is left aside: ENOENT/)] : [] });
    fs.writeFileSync(path, whole);
    expect(mustBeWhole(dataDir, hash)).toEqual({ snapshotSeq: seq, notes: [] });
  }
});

/** The name of what is thrown when all of a snapshot and its runs is read. */
function problemWith(dataDir: string, seq: number): string | undefined {
  try {
    const runs = openRuns(dataDir, readSnapshot(dataDir, seq).runs);
    try {
      for (const run of runs) for (const _ of run.records());
    } finally {
      for (const run of runs) run.close();
    }
    return undefined;
  } catch (error) {
    return (error as Error).name;
  }
}

test("a damaged page of identities stops deciding, and the next start reads the journal", () => {
  const { dataDir, hash, seq } = withSnapshot();
  const path = runPath(dataDir, readSnapshot(dataDir, seq).runs[0]!);
  const bytes = fs.readFileSync(path);
  bytes[100]! ^= 1;
  fs.writeFileSync(path, bytes);
  withLedger(dataDir, (ledger) => {
    expect(ledger.recovered.snapshotSeq).toBe(seq);
    expect(() => post(ledger, ...Array.from({ length: 300 }, (_, i) => `f${i}`))).toThrow(/page 0 .* start again/);
  });
  expect(mustBeWhole(dataDir, hash)).toMatchObject({ snapshotSeq: 0, notes: [expect.stringMatching(/left aside/)] });
});

test("a snapshot of another journal is left aside, one of entries that are missing stops the start", () => {
  const { dataDir } = withSnapshot();
  const other = temporaryFolder();
  withLedger(other, (ledger) => void post(ledger, ...Array.from({ length: 400 }, (_, i) => `other${i}`)));
  fs.cpSync(snapshotFolder(dataDir), snapshotFolder(other), { recursive: true });
  withLedger(other, ({ recovered }) => expect(recovered).toEqual({ snapshotSeq: 0, notes: [expect.stringMatching(/made from another journal/)] }));
  const short = temporaryFolder();
  const journal = FileJournal.open(short, { write: true });
  journal.append([{ kind: "facts", facts: [{ type: "configured", currency: "USD" }] }], 0n);
  journal.close();
  fs.cpSync(snapshotFolder(dataDir), snapshotFolder(short), { recursive: true });
  expect(() => recover(short)).toThrow(/the journal ends with entry 1, but .* entry 302 was on disk: 301 acknowledged entries are missing.*put the journal back/);
  fs.rmSync(snapshotFolder(short), { recursive: true });
  withLedger(short, ({ seq }) => expect(seq).toBe(1));
});

test("a state that another Fillbook wrote is left aside, and the next snapshot is written all the same", () => {
  const { dataDir, hash, seq } = withSnapshot();
  const snapshot = readSnapshot(dataDir, seq);
  const [head, ...rest] = snapshot.stateLines();
  finished(writeSnapshot(dataDir, { ...snapshot, stateLines: [head!.replace(/"fillbookState":\d+/, '"fillbookState":99'), ...rest], factLines: snapshot.factLines() }, realDisk));
  expect(mustBeWhole(dataDir, hash)).toEqual({ snapshotSeq: 0, notes: [expect.stringMatching(/is left aside: a state of format 99 was written by another Fillbook/)] });
  expect(snapshotUpTo(dataDir, 502).stateHash).toBe(hash);
  expect(mustBeWhole(dataDir, hash)).toEqual({ snapshotSeq: 502, notes: [] });
});

test("two snapshots are kept, with the runs they need and no others, in few runs", () => {
  const dataDir = temporaryFolder();
  const posted: string[] = [];
  for (let n = 0; n < 12; n += 1) {
    const ids = Array.from({ length: 50 + n * 7 }, (_, i) => `${n}-${i}`);
    posted.push(...ids);
    withLedger(dataDir, (ledger) => {
      expect(post(ledger, ...ids, posted[0]!)[0]).toBe(ids.length);
      ledger.sync();
      finished(ledger.snapshot());
    });
  }
  const kept = listSnapshots(dataDir).map((seq) => readSnapshot(dataDir, seq));
  expect(kept).toHaveLength(2);
  for (const { runs } of kept) expect(runs.length).toBeLessThanOrEqual(6);
  const runs = new Set(kept.flatMap((snapshot) => snapshot.runs.map((run) => runPath(dataDir, run))));
  expect(new Set(fs.readdirSync(snapshotFolder(dataDir)).filter((name) => name.endsWith(".fbi")).map((name) => join(snapshotFolder(dataDir), name)))).toEqual(runs);
  expect(kept[0]!.runs.reduce((sum, { count }) => sum + count, 0)).toBe(posted.length);
  withLedger(dataDir, (ledger) => {
    expect(ledger.recovered.snapshotSeq).toBe(ledger.seq);
    expect(post(ledger, ...posted)).toEqual([0, posted.length]);
  });
});
