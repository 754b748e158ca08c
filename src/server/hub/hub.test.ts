import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { anyAct, columnsOf, reportsOf, type Act } from "../../../test/acts.ts";
import { positionsOf } from "../../core/book/index.ts";
import { Directory, type Fill } from "../../core/model/index.ts";
import { readSubscription, Replica, type StreamFormat } from "../../core/wire/index.ts";
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

async function begin(): Promise<void> {
  rmSync(dataDir, { recursive: true, force: true });
  nowNs = 2n * MINUTE_NS;
  metrics = new Metrics();
  service = Service.begin({ dataDir, currency: "USD", marksMaxAgeNs: MINUTE_NS, clock });
  await service.ready;
  hub = new Hub({ service, clock, marksMaxAgeNs: MINUTE_NS, metrics, run: "r", tickMs: 1, mostQueuedBytes: MOST_QUEUED, partBytes: 500, onError: (error) => failures.push(error) });
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
    const queued = () => this.#queued();
    return {
      get bufferedAmount() {
        return queued();
      },
      send: (frame: Buffer) => {
        if (!this.#isSlow) return this.#receive(frame);
        this.#unread.push(frame);
        this.mostQueued = Math.max(this.mostQueued, queued() - frame.length);
      },
      close: () => this.leave(),
    };
  }
  #queued(): number {
    return this.#unread.reduce((sum, { length }) => sum + length, 0);
  }
  #receive(frame: Buffer): void {
    this.frames += 1;
    if (!this.replica.receive(frame.toString())) failures.push(new Error(`a gap: ${frame.toString().slice(0, 200)} after ${this.replica.seq}`));
  }
}

const books = () => service.read(({ book, seq }) => ({ seq, of: (account: string | undefined) => positionsOf(book, { nowNs, maxAgeNs: MINUTE_NS }, { account }) }));

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
    return;
  }
}

const all: Fill[] = [];
async function live(act: Act): Promise<void> {
  if (act.do === "fills") {
    all.push(...act.fills);
    await service.bookFills(columnsOf(act.fills, source), source);
  } else if (act.do === "mark") await service.mark([{ venue: "", symbol: act.symbol, price: `${act.price}`, timeNs: nowNs }]);
  else if (act.do === "define") await service.define([act.instrument]);
  else await service.take(reportsOf(act.events, all));
}

const moves = ["come", "leave", "slow", "quick"] as const;
const anyMove = fc.record({ who: fc.nat(3), what: fc.constantFrom(...moves), waitMs: fc.constantFrom(0, 0, 3) });
const anyDay = fc.array(fc.record({ act: anyAct, seconds: fc.integer({ min: 0, max: 40 }), moves: fc.array(anyMove, { maxLength: 4 }) }), { minLength: 1, maxLength: 25 });

test("whoever follows, fast or slow, in part or again after a break, ends with what the book says", async () => {
  let conflations = 0;
  await fc.assert(
    fc.asyncProperty(anyDay, async (day) => {
      await begin();
      all.length = 0;
      const clients = [new Client(undefined, "rows"), new Client(undefined, "objects"), new Client("a", "rows"), new Client("b", "objects")];
      clients[0]!.come();
      for (const step of day) {
        nowNs += BigInt(step.seconds) * 1_000_000_000n;
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
      expect(Math.max(...clients.map(({ mostQueued }) => mostQueued))).toBeLessThanOrEqual(MOST_QUEUED);
      conflations += (await metrics.conflations.get()).values[0]?.value ?? 0;
      await end();
    }),
    { numRuns: 40 },
  );
  expect(conflations).toBeGreaterThan(0); // else nobody was slow
  await begin();
});
