import fc from "fast-check";
import { expect, test } from "vitest";
import type { Book } from "../../core/book/index.ts";
import { compareBooks, Engine, MemoryStore } from "../../core/engine/index.ts";
import { Directory, FillColumns, type Fill, type FillIdentity } from "../../core/model/index.ts";
import { Booking, FAULTLESS, simulatedInstruments, SimulatedMarket, type Books, type Faults } from "./index.ts";
import type { VenueRefusal } from "./feed.ts";

const START = 1_750_000_000_000_000_000n;
const SECOND = 1_000_000_000n;
const WILD: Faults = {
  duplicate: 0.1, reorder: 0.15, drop: 0.1, disconnect: 0.01, refuse: 0.5, history: 0.3, correction: 0.1,
  lies: { conflicting: 0.02, too_fine: 0.02, no_quantity: 0.02, phantom_bust: 0.02, garbage: 0.02 },
};
const OPTIONS = { currency: "USD" };

/** A day of `seconds` in a market, booked in an engine flush by flush, until all that was missed is recovered. */
async function day(seed: number, faults: Faults, seconds = 20) {
  const store = new MemoryStore();
  const engine = new Engine(store, OPTIONS);
  engine.define(simulatedInstruments(), START);
  const refusals: VenueRefusal[] = [];
  const booking = new Booking((refusal) => refusals.push(refusal));
  const market = new SimulatedMarket({ seed, startNs: START, faults }, booking);
  for (let at = START; at < START + BigInt(seconds) * SECOND; at += SECOND / 2n) {
    market.advance(at);
    await booking.flush(booksOf(engine, at));
  }
  market.settle();
  await booking.flush(booksOf(engine, START + BigInt(seconds) * SECOND));
  return { engine, store, market, booking, refusals };
}

/** An engine in memory, asked as a service is. */
function booksOf(engine: Engine, nowNs: bigint): Books {
  return {
    async bookFills(fills, source) {
      const seqBefore = engine.seq;
      const { seqs, refused } = engine.bookFills(fills, source, nowNs);
      const seen = new Set<number>();
      const statuses = Uint8Array.from(seqs, (seq) => {
        if (seq === 0) return 0;
        if (seq <= seqBefore || seen.has(seq)) return 2;
        seen.add(seq);
        return 1;
      });
      return Promise.resolve({ statuses, refused });
    },
    take: (events) => Promise.resolve(engine.take(events, nowNs)),
    mark: (marks) => Promise.resolve(engine.mark(marks, nowNs)),
  };
}

/** The book of what really happened on the venues, in the order in which the journal learnt of it. */
function trueBook({ store, market }: Awaited<ReturnType<typeof day>>): Book {
  const truth = new Map<string, Fill>(market.followed.flatMap(({ venue }) => [...venue.ledger.truth].map((fill) => [keyOf(fill), fill] as const)));
  const learnt = idsOf(store);
  const engine = new Engine(new MemoryStore(), OPTIONS);
  engine.define(simulatedInstruments(), START);
  const fills = learnt.flatMap((key) => truth.get(key) ?? []);
  expect(fills.length).toBe(truth.size);
  const columns = new FillColumns(fills.length);
  const source = new Directory();
  for (const fill of fills) columns.push(fill, source);
  expect(engine.bookFills(columns, source, START).accepted.count).toBe(fills.length);
  return engine.book;
}

function keyOf({ venue, symbol, id }: FillIdentity): string {
  return `${venue} ${symbol} ${id}`;
}

/** Every fill that a journal holds, in its order. */
function idsOf(store: MemoryStore): string[] {
  const directory = new Directory();
  const ids: string[] = [];
  for (const { sections } of store.blocks()) {
    for (const section of sections) {
      if (section.kind !== "fills") continue;
      directory.add(section.page);
      for (let row = 0; row < section.fills.count; row += 1) ids.push(keyOf(section.fills.read(row, directory)));
    }
  }
  return ids;
}

test("whatever was said twice, out of order, not at all or wrongly, the book is that of what really happened", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const played = await day(seed, WILD);
      const { engine, market, booking } = played;
      expect(market.missing).toBe(0);
      expect(compareBooks(engine.book, trueBook(played))).toEqual([]);
      expect(booking.booked.refused).toBe(market.lies);
    }),
    { numRuns: 60 },
  );
});
