import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { anyAct, columnsOf, reportsOf, type Act } from "../../../test/acts.ts";
import { positionsOf } from "../../core/book/index.ts";
import { Directory, type Fill } from "../../core/model/index.ts";
import { zero } from "../../core/num/index.ts";
import { readSubscription, Replica, type StreamFormat } from "../../core/wire/index.ts";
import { realDisk, type Disk } from "../../journal/index.ts";
import { Service } from "../../runtime/index.ts";
import { Metrics } from "../metrics.ts";
import { Hub } from "./hub.ts";

const MINUTE_NS = 60_000_000_000n;
const MOST_QUEUED = 600; // bytes: a frame or two

let dataDir: string;
let service: Service;
let hub: Hub;
let metrics: Metrics;
let nowNs: bigint;
const clock = { nowNs: () => nowNs };
const source = new Directory();
const failures: unknown[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "fillbook-hub-"));
});
afterEach(async () => {
  await end();
  rmSync(dataDir, { recursive: true, force: true });
});

const newHub = (tickMs = 1) => new Hub({ service, clock, marksMaxAgeNs: MINUTE_NS, metrics, run: "r", tickMs, mostQueuedBytes: MOST_QUEUED, partBytes: 500, onError: (error) => failures.push(error) });

async function begin(flushIntervalMs?: number, disk?: Disk): Promise<void> {
  rmSync(dataDir, { recursive: true, force: true });
  nowNs = 2n * MINUTE_NS;
  metrics = new Metrics();
  service = Service.begin({ dataDir, currency: "USD", marksMaxAgeNs: MINUTE_NS, clock, quickSyncMs: Number.POSITIVE_INFINITY, ...(flushIntervalMs === undefined ? {} : { flushIntervalMs }), ...(disk === undefined ? {} : { disk }) });
  await service.ready;
  hub = newHub();
}

async function end(): Promise<void> {
  hub.close();
  await service.stop();
  expect(failures.splice(0)).toEqual([]);
}

/** A client whose connection may be slow, break off and come back. */
class Client {
  readonly replica: Replica;
  readonly account: string | undefined;
  readonly #unread: Buffer[] = [];
  #isSlow = false;
  #leave: (() => void) | undefined;
  frames = 0;
  mostQueued = 0;

  constructor(account: string | undefined, format: StreamFormat) {
    this.account = account;
    this.replica = new Replica({ account, format });
  }

  come(): void {
    if (this.#leave !== undefined) return;
    const wants = readSubscription(this.replica.request());
    if (typeof wants === "string") throw new Error(wants);
    this.#leave = hub.watch(this.#connection(), wants);
  }
  leave(): void {
    this.#leave?.();
    this.#leave = undefined;
    this.#unread.length = 0;
    this.#isSlow = false;
  }
  slow(): void {
    this.#isSlow = true;
  }
  quick(): void {
    this.#isSlow = false;
    for (const frame of this.#unread.splice(0)) this.#receive(frame);
  }

  #connection() {
    const queued = () => this.queued;
    return {
      get bufferedAmount() {
        return queued();
      },
      send: (frame: Buffer) => {
        if (!this.#isSlow) return this.#receive(frame);
        this.#unread.push(frame);
        this.mostQueued = Math.max(this.mostQueued, this.queued - frame.length);
      },
      close: () => this.leave(),
    };
  }
  get queued(): number {
    return this.#unread.reduce((sum, { length }) => sum + length, 0);
  }
  #receive(frame: Buffer): void {
    this.frames += 1;
    if (!this.replica.receive(frame.toString())) failures.push(new Error(`a gap: ${frame.toString().slice(0, 200)} after ${this.replica.seq}`));
  }
}

const books = () => service.read(({ book, seq, folded: { risk } }) => ({ seq, breaker: risk.breaker, breaches: (account: string | undefined) => risk.breaches().filter(({ fact }) => account === undefined || fact.account === account).map((one) => one.seq).sort((a, b) => b - a), of: (account: string | undefined) => positionsOf(book, { nowNs, maxAgeNs: MINUTE_NS }, { account }) }));

/** Waits until a client holds what the book does. */
async function expectEqual(client: Client): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const book = await books();
    const theirs = client.replica.positions(nowNs);
    if (attempt < 200 && (client.replica.seq !== book.seq || JSON.stringify(theirs) !== JSON.stringify(book.of(client.account)))) {
      await sleep(2);
      continue;
    }
    expect(client.replica.seq).toBe(book.seq);
    expect(theirs).toEqual(book.of(client.account));
    expect(JSON.stringify(theirs)).toBe(JSON.stringify(book.of(client.account)));
    const { state, reason = null, probes } = book.breaker;
    expect(client.replica.breaker).toMatchObject({ state, reason, probesUsed: probes });
    expect(client.replica.breaches().map(({ seq }) => seq)).toEqual(book.breaches(client.account));
    return;
  }
}

const aFill: Fill = {
  account: "a", venue: "x", symbol: "S", id: "1", quantity: { mantissa: 1n, digits: 0 }, price: { mantissa: 10n, digits: 0 }, fee: zero, feeCurrency: "",
  time: { ns: 1n, unit: "ns" }, venueType: "unknown", liquidity: "", strategy: "", signalId: "",
};
const all: Fill[] = [];
async function live(act: Act): Promise<void> {
  if (act.do === "fills") {
    all.push(...act.fills);
    await service.bookFills(columnsOf(act.fills, source), source);
  } else if (act.do === "mark") await service.mark([{ venue: "", symbol: act.symbol, price: `${act.price}`, timeNs: nowNs }]);
  else if (act.do === "prices") await service.price(act.runs);
  else if (act.do === "pairs") await service.pair(act.reports);
  else if (act.do === "define") await service.define([act.instrument]);
  else await service.take(reportsOf(act.events, all));
}

const moves = ["come", "leave", "slow", "quick"] as const;
const anyMove = fc.record({ who: fc.nat(3), what: fc.constantFrom(...moves), waitMs: fc.constantFrom(0, 0, 3) });
const anyDay = fc.array(fc.record({ act: anyAct, seconds: fc.integer({ min: 0, max: 40 }), moves: fc.array(anyMove, { maxLength: 4 }) }), { minLength: 1, maxLength: 25 });
/** A limit that no random event names: whoever breaches it does so until the day is over. */
const BREACHED = "max_leverage";
const breachOf = (account: string) => ({ type: "breach", id: "", timeNs: nowNs, is: "begun", limit: BREACHED, scope: `position:${account}/ABC`, account, value: "2", threshold: "1" }) as const;
const conflations = async () => (await metrics.conflations.get()).values[0]?.value ?? 0;

/** Lets a client come and take nothing more, until the hub has held back what it is told of next. */
async function outrun(client: Client): Promise<void> {
  client.quick();
  client.leave();
  client.come();
  await expectEqual(client);
  client.slow();
  const before = await conflations();
  for (let i = 0, isFull = false; !isFull && i < 100; i += 1) {
    isFull = client.queued > MOST_QUEUED; // then this entry is one too many
    await service.take([{ type: "capital", id: `outrun-${i}`, timeNs: nowNs, account: "a", currency: "USD", amount: { mantissa: 1n, digits: 0 } }]);
    for (let attempt = 0; attempt < 1_000 && hub.lag > 0; attempt += 1) await sleep(1);
    expect(hub.lag).toBe(0); // it was told
  }
  expect(await conflations()).toBeGreaterThan(before);
}

test("a breach is told at once, whatever time is left to the next tick; a mark waits for it", async () => {
  await begin();
  hub.close();
  hub = newHub(60_000);
  const client = new Client(undefined, "rows");
  client.come();
  for (let attempt = 0; attempt < 1_000 && client.frames === 0; attempt += 1) await sleep(1);
  await service.mark([{ venue: "", symbol: "ABC", price: "10", timeNs: nowNs }]);
  await sleep(20);
  const before = client.frames;
  await service.take([breachOf("a")]);
  await expectEqual(client);
  expect([before, client.replica.breaches().length]).toEqual([1, 1]);
});

test("whoever follows, fast or slow, in part or again after a break, ends with what the book says", async () => {
  await fc.assert(
    fc.asyncProperty(anyDay, fc.nat(24), fc.nat(24), async (day, breachAt, slowAt) => {
      await begin();
      all.length = 0;
      const clients = [new Client(undefined, "rows"), new Client(undefined, "objects"), new Client("a", "rows"), new Client("b", "objects")];
      clients[0]!.come();
      for (const [i, step] of day.entries()) {
        nowNs += BigInt(step.seconds) * 1_000_000_000n;
        if (i === breachAt % day.length) await service.take([breachOf("a"), breachOf("b")]);
        if (i === slowAt % day.length) await outrun(clients[1]!);
        await live(step.act);
        for (const { who, what, waitMs } of step.moves) {
          clients[who]![what]();
          if (waitMs > 0) await sleep(waitMs);
        }
      }
      await live({ do: "mark", symbol: "ANY", price: 1 }); // the clock of this test jumps: so that the hub sees where to
      for (const client of clients) {
        client.quick();
        client.come();
      }
      for (const client of clients) await expectEqual(client);
      const seen = clients.map(({ replica }) => replica.breaches().filter(({ limit }) => limit === BREACHED).map(({ account }) => account));
      expect(seen.map((accounts) => accounts.sort())).toEqual([["a", "b"], ["a", "b"], ["a"], ["b"]]);
      expect(Math.max(...clients.map(({ mostQueued }) => mostQueued))).toBeLessThanOrEqual(MOST_QUEUED);
      await end();
    }),
    { numRuns: 40 },
  );
  await begin();
});

test("who comes while the book is recovered gets it once it is, with nothing booked meanwhile", async () => {
  await begin();
  await service.take([{ type: "chosen", id: "", timeNs: 0n, account: "a", method: "fifo" }]);
  await live({ do: "fills", fills: [aFill] });
  await end();
  service = Service.begin({ dataDir, currency: "USD", marksMaxAgeNs: MINUTE_NS, clock });
  hub = newHub();
  const [stays, leaves] = [new Client(undefined, "rows"), new Client(undefined, "rows")];
  expect(service.state).toBe("recovering");
  stays.come();
  leaves.come();
  leaves.leave();
  await service.ready;
  await expectEqual(stays);
  expect([leaves.frames, hub.watchers]).toEqual([0, 1]);
});

test("a hub whose service cannot be recovered waits for nothing, and lets its watchers go", async () => {
  await begin();
  await live({ do: "fills", fills: [aFill] });
  await end();
  service = Service.begin({ dataDir, currency: "EUR", clock });
  hub = newHub();
  const client = new Client(undefined, "rows");
  client.come();
  await expect(service.ready).rejects.toMatchObject({ name: "CurrencyFixed" });
  await sleep(5);
  hub.close();
  expect([client.frames, hub.watchers]).toEqual([0, 0]);
});

test("watchers are told only of what is on disk: after a crash they hold no fill that the book lost", async () => {
  await begin(60_000);
  const client = new Client(undefined, "objects");
  await live({ do: "fills", fills: [aFill] });
  client.come();
  await expectEqual(client);
  const lost = { ...aFill, id: "lost" };
  await service.bookFills(columnsOf([lost], source), source, "buffered");
  expect((await books()).seq).toBe(3);
  await sleep(20); // ticks
  expect(client.replica.seq).toBe(2);
  const copy = mkdtempSync(join(tmpdir(), "fillbook-hub-crash-"));
  cpSync(dataDir, copy, { recursive: true }); // what a crash leaves
  await service.bookFills(columnsOf([{ ...aFill, id: "2" }], source), source, "durable");
  await expectEqual(client);
  expect(client.replica.seq).toBe(4);
  client.leave();
  await end();
  rmSync(join(copy, "lock"), { force: true });
  service = Service.begin({ dataDir: copy, currency: "USD", marksMaxAgeNs: MINUTE_NS, clock });
  await service.ready;
  hub = newHub();
  expect(service.seq).toBe(2);
  rmSync(copy, { recursive: true, force: true });
});

test("where a failed disk leaves unknown what is on it, watchers are let go instead of kept waiting", async () => {
  let fails = false;
  await begin(5, { ...realDisk, sync: () => { if (fails) throw Object.assign(new Error("EIO: of the test"), { code: "EIO", syscall: "fdatasync" }); } });
  const client = new Client(undefined, "objects");
  client.come();
  await service.bookFills(columnsOf([aFill], source), source, "buffered");
  await expectEqual(client);
  fails = true;
  await service.bookFills(columnsOf([{ ...aFill, id: "2" }], source), source, "buffered");
  for (let i = 0; i < 500 && hub.watchers > 0; i += 1) await sleep(2);
  expect([service.state, hub.watchers, client.replica.seq]).toEqual(["read_only", 0, 2]);
});
