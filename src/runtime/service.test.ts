import { existsSync, mkdtempSync, rmSync, writeSync, fdatasyncSync, ftruncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EventReport } from "../core/engine/index.ts";
import { Directory, FillColumns, type Fill } from "../core/model/index.ts";
import { zero } from "../core/num/index.ts";
import { realDisk } from "../journal/disk.ts";
import { verifyJournal, type Disk } from "../journal/index.ts";
import { FILL_ACCEPTED, FILL_DUPLICATE, FILL_REFUSED, readBook, Service, type Commit, type ServiceOptions } from "./index.ts";

let dataDir: string;
let service: Service;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "fillbook-service-"));
});
afterEach(async () => {
  await service.stop().catch(() => undefined);
  rmSync(dataDir, { recursive: true, force: true });
});

const source = new Directory();
const error = (code: string, syscall: string): Error => Object.assign(new Error(`${code}: of the test`), { code, syscall });

async function begin(options: Partial<ServiceOptions> = {}): Promise<Service> {
  service = Service.begin({ dataDir, currency: "USD", clock: { nowNs: () => 1_700_000_000_000_000_000n }, quickSyncMs: 0, ...options });
  await service.ready;
  return service;
}

function fill(id: string, price = 10n): Fill {
  return {
    account: "a", venue: "x", symbol: "S", id, quantity: { mantissa: 1n, digits: 0 }, price: { mantissa: price, digits: 0 }, fee: zero, feeCurrency: "",
    time: { ns: 1n, unit: "ns" }, venueType: "unknown", liquidity: "", strategy: "", signalId: "",
  };
}

function columnsOf(...fills: Fill[]): FillColumns {
  const columns = new FillColumns(fills.length);
  for (const one of fills) columns.push(one, source);
  return columns;
}

const post = async (...ids: string[]) => (await service.bookFills(columnsOf(...ids.map((id) => fill(id))), source)).statuses.join();
const postBuffered = async (...ids: string[]) => (await service.bookFills(columnsOf(...ids.map((id) => fill(id))), source, "buffered")).statuses.join();

/** A disk whose syncs are held, and whose calls can be made to fail. */
function held(): { disk: Disk; syncs: (() => void)[]; writes: number; fail: { write?: Error; sync?: Error } } {
  const state = { syncs: [] as (() => void)[], writes: 0, fail: {} as { write?: Error; sync?: Error } };
  const disk: Disk = {
    ...realDisk,
    write: (fd, bytes, offset, length, position) => {
      if (state.fail.write !== undefined) throw state.fail.write;
      if (length > 32 && bytes[offset] !== 0) state.writes += 1; // blocks: the mark beside the journal is shorter, space is reserved as zeros
      return writeSync(fd, bytes, offset, length, position);
    },
    sync: fdatasyncSync,
    syncLater: (fd) => new Promise((done, failed) => state.syncs.push(() => {
      if (state.fail.sync !== undefined) return failed(state.fail.sync);
      fdatasyncSync(fd);
      done();
    })),
    truncate: ftruncateSync,
  };
  return Object.assign(state, { disk });
}

const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((done) => setTimeout(done, 1));
};

test("what waits together is one block, one write and one sync, and is answered only then", async () => {
  const state = held();
  const { disk, syncs } = state;
  await begin({ disk });
  const answers: string[] = [];
  const writesBefore = state.writes;
  for (const ids of [["1", "2"], ["2", "3"], ["4"]]) void post(...ids).then((answer) => answers.push(answer));
  await until(() => syncs.length === 1);
  expect(answers).toEqual([]);
  expect(service.seq).toBe(0);
  const read = service.read((ledger) => ledger.seq);
  void post("5").then((answer) => answers.push(answer));
  syncs[0]!();
  expect(await read).toBe(5); // the currency and four fills; the fifth came later
  await until(() => syncs.length === 2);
  expect(answers).toEqual([`${FILL_ACCEPTED},${FILL_ACCEPTED}`, `${FILL_DUPLICATE},${FILL_ACCEPTED}`, `${FILL_ACCEPTED}`]);
  expect(service.seq).toBe(5);
  syncs[1]!();
  await until(() => answers.length === 4);
  expect(state.writes - writesBefore).toBe(3); // one a block
  await service.stop();
  expect(verifyJournal(dataDir)).toMatchObject({ blocks: 3, entries: 6 }); // the currency, four fills, one fill
});

test("buffered fills are answered at once, seen at once, and on disk within the interval", async () => {
  const { disk, syncs } = held();
  await begin({ disk, flushIntervalMs: 1_000 });
  const commits: Commit[] = [];
  service.onCommit((commit) => commits.push(commit));
  expect(await postBuffered("1", "2")).toBe(`${FILL_ACCEPTED},${FILL_ACCEPTED}`);
  expect(await service.read((ledger) => ledger.durableThrough)).toBe(0);
  expect(commits).toMatchObject([{ from: 1, to: 3 }]);
  expect(await postBuffered("1")).toBe(`${FILL_DUPLICATE}`);
  await until(() => syncs.length === 1);
  syncs[0]!();
  expect(await service.read((ledger) => ledger.durableThrough)).toBe(3);
});

test("without space submissions are refused, reads go on, buffered fills are kept, and writing resumes by itself", async () => {
  const state = held();
  state.disk.syncLater = (fd) => Promise.resolve(fdatasyncSync(fd));
  await begin({ disk: state.disk, flushIntervalMs: 5 });
  expect(await post("1")).toBe(`${FILL_ACCEPTED}`);
  state.fail.write = error("ENOSPC", "write");
  expect(await postBuffered("2")).toBe(`${FILL_ACCEPTED}`);
  await expect(post("3")).rejects.toMatchObject({ code: "no_space" });
  await expect(post("2")).rejects.toMatchObject({ code: "no_space" }); // it is known, and not on disk
  await expect(service.define([])).resolves.toEqual([]);
  await new Promise((done) => setTimeout(done, 20));
  expect(await service.read((ledger) => [ledger.seq, ledger.durableThrough])).toEqual([3, 2]);
  expect(service.state).toBe("ready");
  delete state.fail.write;
  await until(() => readBook(dataDir, {}).seq === 3);
  expect(await post("2", "3")).toBe(`${FILL_DUPLICATE},${FILL_ACCEPTED}`);
  await service.stop();
  expect(readBook(dataDir, {}).seq).toBe(4);
});

test("after a failed sync nothing is acknowledged any more, reads go on, and a restart tells", async () => {
  const { disk, syncs, fail } = held();
  await begin({ disk });
  const answer = post("1");
  await until(() => syncs.length === 1);
  const later = post("2");
  fail.sync = error("EIO", "fdatasync");
  syncs[0]!();
  await expect(answer).rejects.toMatchObject({ code: "unknown" });
  await expect(later).rejects.toMatchObject({ code: "unknown" });
  await expect(post("3")).rejects.toMatchObject({ code: "unknown" });
  expect(service.state).toBe("read_only");
  expect(service.reason).toMatch(/could not sync/);
  expect(await service.read((ledger) => ledger.book.venueRowsWhere(() => true).length)).toBe(1);
  await service.stop();
  await begin();
  expect(await post("1", "2")).toBe(`${FILL_DUPLICATE},${FILL_ACCEPTED}`);
});

test("a full inbox says so, and what it took is answered", async () => {
  const { disk, syncs } = held();
  await begin({ disk, inboxFills: 3 });
  const first = post("1");
  await until(() => syncs.length === 1);
  const second = post("2", "3");
  expect(service.hasRoom(2)).toBe(false);
  await expect(post("4", "5")).rejects.toMatchObject({ code: "overloaded" });
  syncs[0]!();
  await first;
  await until(() => syncs.length === 2);
  syncs[1]!();
  expect(await second).toBe(`${FILL_ACCEPTED},${FILL_ACCEPTED}`);
});

test("rows of facts count like fills for what may wait", async () => {
  const { disk, syncs } = held();
  await begin({ disk, inboxFills: 10 });
  const first = post("1");
  await until(() => syncs.length === 1);
  const marks = (count: number) => service.mark(Array.from({ length: count }, (_, i) => ({ venue: "", symbol: `S${i}`, price: "1", timeNs: 1n })));
  const second = marks(8);
  expect([service.waiting, service.hasRoom(2), service.hasRoom(3)]).toEqual([8, true, false]);
  await expect(marks(3)).rejects.toMatchObject({ code: "overloaded" });
  syncs[0]!();
  await first;
  await until(() => syncs.length === 2);
  syncs[1]!();
  expect(await second).toBe(8);
});

test("a service that waits for something opens nothing before; when that fails, nothing ever", async () => {
  let go: () => void = () => undefined;
  const folder = join(dataDir, "new");
  service = Service.begin({ dataDir: folder, currency: "USD", clock: { nowNs: () => 0n }, after: new Promise((done) => (go = done)) });
  await new Promise((done) => setTimeout(done, 20));
  expect([existsSync(folder), service.state]).toEqual([false, "recovering"]);
  go();
  await service.ready;
  expect(await post("1")).toBe(`${FILL_ACCEPTED}`);
  await service.stop();
  service = Service.begin({ dataDir: join(dataDir, "other"), currency: "USD", clock: { nowNs: () => 0n }, after: Promise.reject(new Error("of the test")) });
  await expect(service.ready).rejects.toThrow("of the test");
  await service.stop();
  expect(existsSync(join(dataDir, "other"))).toBe(false);
});

test("stopping answers what was taken, keeps what was buffered, and lets the next process in", async () => {
  await begin({ flushIntervalMs: 60_000 });
  await postBuffered("1");
  const answer = service.bookFills(columnsOf(fill("2"), fill("1", 11n)), source);
  await service.stop();
  expect((await answer).statuses.join()).toBe(`${FILL_ACCEPTED},${FILL_REFUSED}`);
  await expect(post("3")).rejects.toMatchObject({ code: "stopping" });
  await begin();
  expect((await service.ready).entries).toBe(4); // the currency, two fills, a refusal
  expect(await post("1", "2")).toBe(`${FILL_DUPLICATE},${FILL_DUPLICATE}`);
});

test("nothing is taken before the book is recovered", async () => {
  await begin();
  await post("1");
  await service.stop();
  service = Service.begin({ dataDir, currency: "USD", clock: { nowNs: () => 0n } });
  await expect(post("2")).rejects.toMatchObject({ code: "recovering" });
  await expect(service.read(() => 0)).rejects.toMatchObject({ code: "recovering" });
  await service.ready;
  expect(await post("2")).toBe(`${FILL_ACCEPTED}`);
});

test("events of which only the first found space are refused together; who listens is told of that one, and it is known the next time", async () => {
  const cash = (amount: bigint): EventReport => ({ type: "capital", id: "", timeNs: amount, account: "a", currency: "USD", amount: { mantissa: amount, digits: 0 } });
  let room = Number.POSITIVE_INFINITY; // blocks
  const { disk } = held();
  disk.syncLater = (fd) => Promise.resolve(fdatasyncSync(fd));
  disk.write = (fd, bytes, offset, length, position) => {
    if (length > 32 && bytes[offset] !== 0 && (room -= 1) < 0) throw error("ENOSPC", "write");
    return writeSync(fd, bytes, offset, length, position);
  };
  await begin({ disk });
  await post("1");
  const commits: Commit[] = [];
  service.onCommit((commit) => commits.push(commit));
  room = 1;
  await expect(service.take([cash(1n), cash(2n), cash(3n)])).rejects.toMatchObject({ code: "no_space" });
  expect(commits).toMatchObject([{ from: 3, to: 3, touched: [{ all: true }] }]);
  expect([service.seq, service.state]).toEqual([3, "ready"]);
  expect(readBook(dataDir, {}).seq).toBe(3);
  room = Number.POSITIVE_INFINITY;
  expect((await service.take([cash(1n), cash(2n), cash(3n)])).map(({ is }) => is)).toEqual(["known", "news", "news"]);
  await service.stop();
  expect(readBook(dataDir, {}).seq).toBe(5);
});

test("who may only see what is on disk waits for buffered fills to be there; where that is unknown he is told so", async () => {
  const { disk, syncs, fail } = held();
  await begin({ disk, flushIntervalMs: 5 });
  expect(await postBuffered("1")).toBe(`${FILL_ACCEPTED}`);
  expect(await service.read(({ seq }) => seq)).toBe(2);
  const looks: number[] = [];
  const look = service.readDurable(({ seq, durableThrough }) => void looks.push(seq, durableThrough));
  await until(() => syncs.length === 1);
  expect(looks).toEqual([]);
  syncs[0]!();
  await look;
  expect(looks).toEqual([2, 2]);
  expect(await service.readDurable(({ seq }) => seq)).toBe(2); // at once
  expect(await postBuffered("2")).toBe(`${FILL_ACCEPTED}`);
  const never = service.readDurable(({ seq }) => seq);
  await until(() => syncs.length === 2);
  fail.sync = error("EIO", "fdatasync");
  syncs[1]!();
  await expect(never).rejects.toMatchObject({ code: "unknown" });
  await expect(service.readDurable(({ seq }) => seq)).rejects.toMatchObject({ code: "unknown" });
  expect(await service.read(({ seq }) => seq)).toBe(3);
});
