import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { positionsOf } from "../../core/book/index.ts";
import { compareBooks, Engine, MemoryStore } from "../../core/engine/index.ts";
import { Directory, FillColumns, type Fill, type FillIdentity } from "../../core/model/index.ts";
import { Service, type Ledger } from "../../runtime/index.ts";
import { FileJournal } from "../../journal/index.ts";
import { Booking, FAULTLESS, simulatedInstruments, SimulatedMarket, type Faults } from "./index.ts";
import type { VenueRefusal } from "./feed.ts";
import { LIES } from "./lies.ts";

const START = 1_750_000_000_000_000_000n;
const SECOND = 1_000_000_000n;
const WILD: Faults = {
  duplicate: 0.1, reorder: 0.15, drop: 0.1, disconnect: 0.01, refuse: 0.5, history: 0.3, correction: 0.1,
  lies: { conflicting: 0.02, too_fine: 0.02, no_quantity: 0.02, phantom_bust: 0.02, garbage: 0.02 },
};
const OPTIONS = { currency: "USD" };

const folder = mkdtempSync(join(tmpdir(), "fillbook-sim-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `seconds` of a market, followed by a service on disk, came to once all that was missed is recovered. */
interface Day {
  readonly market: SimulatedMarket;
  readonly booking: Booking;
  readonly refusals: readonly VenueRefusal[];
  readonly learnt: readonly string[]; // fills as the journal holds them, in its order
}

async function withDay(seed: number, faults: Faults, seconds: number, look: (ledger: Ledger, played: Day) => void): Promise<void> {
  const dataDir = mkdtempSync(join(folder, "day-"));
  const service = Service.begin({ dataDir, ...OPTIONS, clock: { nowNs: () => START } });
  await service.ready;
  await service.define(simulatedInstruments());
  const refusals: VenueRefusal[] = [];
  const booking = new Booking((refusal) => refusals.push(refusal));
  const market = new SimulatedMarket({ seed, startNs: START, faults }, booking);
  for (let at = START; at < START + BigInt(seconds) * SECOND; at += SECOND) {
    market.advance(at);
    await booking.flush(service);
  }
  market.settle();
  await booking.flush(service);
  const learnt = idsIn(dataDir);
  await service.read((ledger) => look(ledger, { market, booking, refusals, learnt }));
  await service.stop();
}

function keyOf({ venue, symbol, id }: FillIdentity): string {
  return `${venue} ${symbol} ${id}`;
}

function idsIn(dataDir: string): string[] {
  const journal = FileJournal.open(dataDir, { write: false });
  const directory = new Directory();
  const ids: string[] = [];
  for (const { sections } of journal.blocks()) {
    for (const section of sections) {
      if (section.kind !== "fills") continue;
      directory.add(section.page);
      for (let row = 0; row < section.fills.count; row += 1) ids.push(keyOf(section.fills.read(row, directory)));
    }
  }
  journal.close();
  return ids;
}

/** The book of what really happened on the venues, in the order in which the journal learnt of it. */
function trueBook({ market, learnt }: Day): Engine["book"] {
  const truth = new Map<string, Fill>(market.followed.flatMap(({ venue }) => [...venue.ledger.truth].map((fill) => [keyOf(fill), fill] as const)));
  const fills = learnt.flatMap((key) => truth.get(key) ?? []);
  expect(fills.length).toBe(truth.size);
  const engine = new Engine(new MemoryStore(), OPTIONS);
  engine.define(simulatedInstruments(), START);
  const columns = new FillColumns(fills.length);
  const source = new Directory();
  for (const fill of fills) columns.push(fill, source);
  expect(engine.bookFills(columns, source, START).accepted.count).toBe(fills.length);
  return engine.book;
}

test("whatever was said twice, out of order, not at all or wrongly, the book is that of what really happened", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), (seed) =>
      withDay(seed, WILD, 12, ({ book }, played) => {
        expect(played.market.missing).toBe(0);
        expect(compareBooks(book, trueBook(played))).toEqual([]);
        expect(played.booking.booked.refused).toBe(played.market.lies);
      }),
    ),
    { numRuns: 30 },
  );
});

test("a venue's fills are booked in the order in which they happened there", async () => {
  await withDay(11, WILD, 20, (_, { market, learnt }) => {
    for (const { venue } of market.followed) {
      const truth = new Set([...venue.ledger.truth].map(keyOf));
      expect(learnt.filter((key) => truth.has(key))).toEqual([...truth]);
    }
  });
});

test("every fault and every lie does happen, and each refusal carries what was said", async () => {
  await withDay(5, WILD, 120, (_, { market, booking, refusals }) => {
    for (const lie of LIES) expect(Math.max(...market.followed.map(({ wire }) => wire.told[lie])), lie).toBeGreaterThan(0);
    for (const { feed } of market.followed) {
      expect(feed.recovered).toBeGreaterThan(0);
      expect(feed.reconnects).toBeGreaterThan(0);
    }
    const { duplicates, corrections } = booking.booked;
    expect(duplicates).toBeGreaterThan(100);
    expect(corrections).toBeGreaterThan(100);
    for (const says of ["already booked", "is defined with", "a fill of 0 moves nothing", "is booked: check account", "is not JSON"]) {
      expect(refusals.some(({ why, raw }) => why.includes(says) && raw !== ""), says).toBe(true);
    }
  });
});

test("without faults nothing is said twice, refused or asked for again", async () => {
  await withDay(3, FAULTLESS, 30, (_, { market, booking }) => {
    const truth = market.followed.reduce((sum, { venue }) => sum + [...venue.ledger.truth].length, 0);
    expect(truth).toBeGreaterThan(100);
    expect(booking.booked).toEqual({ accepted: truth, duplicates: 0, corrections: 0, refused: 0 });
    expect(market.followed.map(({ feed }) => feed.recovered + feed.reconnects)).toEqual([0, 0, 0, 0]);
  });
});

test("every bot trades, with its tags, on venues of every type", async () => {
  await withDay(3, FAULTLESS, 120, ({ book }, { market }) => {
    const fills = market.followed.flatMap(({ venue }) => [...venue.ledger.truth]);
    expect(new Set(fills.map(({ strategy }) => strategy))).toEqual(new Set(["market-maker", "momentum", "rebalance", "arbitrage"]));
    expect(new Set(fills.map(({ venueType }) => venueType))).toEqual(new Set(["cex", "dex", "broker"]));
    for (const fill of fills) for (const note of ["signalId", "orderId", "arrivalPrice", "latencyMs"] as const) expect(fill[note]).toMatch(/./);
    const rows = positionsOf(book, { nowNs: START + 120n * SECOND });
    expect(rows.map(({ symbol }) => symbol).sort()).toEqual(["ACME", "BTC/USD", "DOGE/USD", "ETH/USD", "SOL/USD"]);
    expect(rows.every(({ unrealizedPnl }) => unrealizedPnl !== null)).toBe(true);
  });
});

test("the same seed is the same market, however often it is looked at; another seed is another", () => {
  const told = (seed: number, everyNs: bigint) => {
    const heard: unknown[] = [];
    const hear = (what: unknown) => void heard.push(what);
    const market = new SimulatedMarket({ seed, startNs: START, faults: WILD }, { fill: hear, correct: hear, mark: hear, refuse: hear });
    for (let at = START; at <= START + 10n * SECOND; at += everyNs) market.advance(at);
    return heard;
  };
  const often = told(4, SECOND / 20n);
  expect(often.length).toBeGreaterThan(100);
  expect(told(4, 5n * SECOND)).toEqual(often);
  expect(told(5, 5n * SECOND)).not.toEqual(often);
});

test("a venue remembers as much as it was told to", () => {
  const nothing = () => undefined;
  const market = new SimulatedMarket({ seed: 2, startNs: START, keep: 50, faults: FAULTLESS }, { fill: nothing, correct: nothing, mark: nothing, refuse: nothing });
  market.advance(START + 60n * SECOND);
  const [{ venue }] = market.followed as [(typeof market.followed)[number]];
  expect(venue.ledger.last).toBeGreaterThan(200);
  expect([...venue.ledger.truth].length).toBe(50);
  expect(venue.ledger.messages(1, 10)).toBeUndefined();
  expect(venue.ledger.messages(venue.ledger.last - 9, venue.ledger.last)).toHaveLength(10);
});
