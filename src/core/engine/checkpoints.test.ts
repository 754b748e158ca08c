import fc from "fast-check";
import { expect, test } from "vitest";
import { anyActs, anyPlainActs, Life } from "../../../test/acts.ts";
import type { Fill } from "../model/index.ts";
import { Checkpoints, Engine, fold, MemoryStore, readState, stateLines, type FactStore } from "./index.ts";

const SIZES = { interval: 40, live: 100 };
const linesOf = (state: Parameters<typeof stateLines>[0]) => [...stateLines(state)];

/** Tells from which entries it was read on. */
class Watched extends MemoryStore {
  readonly from: number[] = [];
  override blocks(fromSeq?: number) {
    if (fromSeq !== undefined) this.from.push(fromSeq);
    return super.blocks(fromSeq);
  }
}

test("a program that was started again books corrections as if it had never stopped, from the checkpoints that were written down", () => {
  let [written, corrections] = [0, 0];
  for (const anyDays of [anyPlainActs, anyActs]) {
    fc.assert(
      fc.property(anyDays, fc.nat(), (acts, at) => {
        const store = new MemoryStore();
        const restarting = new Restarting(store);
        const life = new Life(restarting);
        acts.forEach((act, day) => {
          if (day === at % acts.length) written += restarting.restart();
          life.do(act);
        });
        corrections += restarting.engine.known.corrections.length;
        expect(linesOf(restarting.engine)).toEqual(linesOf(fold(() => store.blocks(), { currency: "USD", readable: true })));
      }),
      { numRuns: 100 },
    );
  }
  expect(written).toBeGreaterThan(20);
  expect(corrections).toBeGreaterThan(100);
}, 120_000);

test("after a start from a state a late fill's correction begins shortly before it, one of an earlier fill further back, one of another venue shortly before it again", () => {
  const one = { account: "a", symbol: "AAPL", quantity: { mantissa: 3n, digits: 0 }, price: { mantissa: 7n, digits: 0 }, fee: { mantissa: 1n, digits: 0 }, feeCurrency: "", time: { ns: 0n, unit: "ns" }, venueType: "cex", liquidity: "", strategy: "", signalId: "" } as const;
  const fills = Array.from({ length: 3_000 }, (_, i): Fill => ({ ...one, id: `${i}`, venue: "xyz"[i % 3]! }));
  const store = new Watched();
  const restarting = new Restarting(store);
  const life = new Life(restarting);
  for (let from = 0; from < fills.length; from += 100) life.do({ do: "fills", fills: fills.slice(from, from + 100) });
  restarting.restart();
  store.from.length = 0;
  for (const pick of [2_990, 1_500, 3, 2_992]) life.do({ do: "events", events: [{ pick, changes: undefined }] });
  expect(store.from[0]).toBeGreaterThan(2_600);
  expect(store.from[1]).toBeGreaterThan(1_100);
  expect(store.from[2]).toBeLessThan(100);
  expect(store.from[3]).toBeGreaterThan(2_600); // of another venue than the one that was just booked from its beginning
  expect(linesOf(restarting.engine)).toEqual(linesOf(fold(() => store.blocks(), { currency: "USD", readable: true })));
});

/** An engine that can be put down and begun again from what a snapshot keeps. */
class Restarting {
  engine: Engine;
  readonly #store: FactStore;

  constructor(store: FactStore) {
    this.#store = store;
    this.engine = new Engine(store, { currency: "USD", checkpoints: SIZES });
  }

  /** Returns how many symbols had checkpoints. What is written down is what is read, and changes nothing beside it. */
  restart(): number {
    const { engine } = this;
    if (engine.seq === 0) return 0;
    const state = linesOf(engine);
    const lines = [...engine.checkpoints.lines(engine.seq)];
    expect(linesOf(engine)).toEqual(state);
    const restored = readState(state, {});
    const checkpoints = new Checkpoints(restored.book, restored.known, SIZES.live);
    checkpoints.read(lines);
    expect(linesOf(restored)).toEqual(state);
    expect([...checkpoints.lines(engine.seq)]).toEqual(lines);
    this.engine = new Engine(this.#store, { currency: "USD", checkpoints: SIZES }, { ...restored, checkpoints });
    return lines.length;
  }

  bookFills: Engine["bookFills"] = (...of) => this.engine.bookFills(...of);
  define: Engine["define"] = (...of) => this.engine.define(...of);
  mark: Engine["mark"] = (...of) => this.engine.mark(...of);
  price: Engine["price"] = (...of) => this.engine.price(...of);
  pair: Engine["pair"] = (...of) => this.engine.pair(...of);
  take: Engine["take"] = (...of) => this.engine.take(...of);
}
