import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LadderSide, splitUnits } from "./ladder-side.ts";
import { LevelStore } from "./level-store.ts";

const ranks = (side: LadderSide) => Array.from({ length: side.count }, (_, rank) => [side.priceAt(rank), side.quantityAt(rank)]);

test("bids stand from the highest on, asks from the lowest", () => {
  for (const [isBid, sorted] of [[true, [102, 101, 99]], [false, [99, 101, 102]]] as const) {
    const side = new LadderSide(isBid);
    for (const price of [101, 99, 102]) side.set(price, 1);
    expect(ranks(side).map(([price]) => price)).toEqual(sorted);
    expect(side.best).toBe(sorted[0]);
  }
});

test("a change tells the rank that it concerns, and none tells nothing", () => {
  const bids = new LadderSide(true);
  expect(bids.set(100, 5)).toBe(0);
  expect(bids.set(98, 5)).toBe(1);
  expect(bids.set(99, 5)).toBe(1);
  expect(bids.set(98, 7)).toBe(2);
  expect(bids.set(98, 7)).toBe(-1);
  expect(bids.set(97, 0)).toBe(-1);
  expect(bids.set(100, 0)).toBe(0);
  expect(bids.best).toBe(99);
  bids.clear();
  expect(bids.best).toBeNaN();
});

test("a quantity of 18 decimals is kept to the last", () => {
  const units = 123_456_789_012_345_678_901_234_567n;
  const asks = new LadderSide(false);
  asks.set(7, ...splitUnits(units)!);
  asks.set(6, 1);
  asks.set(8, 2);
  expect(ranks(asks)).toEqual([[6, 1n], [7, units], [8, 2n]]);
  asks.set(6, 0);
  asks.set(7, 5);
  expect(ranks(asks)).toEqual([[7, 5n], [8, 2n]]);
  expect(splitUnits(10n ** 31n)).toBeUndefined();
});

describe("any changes leave", () => {
  const anyChange = fc.tuple(fc.integer({ min: -60, max: 60 }), fc.oneof(fc.constant(0n), fc.bigInt({ min: 1n, max: 9n }), fc.bigInt({ min: 10n ** 14n, max: 10n ** 20n })));

  test("what a map of prices would hold, sorted", () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(anyChange, { maxLength: 300 }), fc.nat(80), (isBid, changes, depth) => {
        const side = new LadderSide(isBid);
        const map = new Map<number, bigint>();
        const sorted = () => [...map].sort(([a], [b]) => (isBid ? b - a : a - b));
        for (const [price, units] of changes) {
          const before = sorted();
          const rank = side.set(price, ...splitUnits(units)!);
          if (units === 0n) map.delete(price);
          else map.set(price, units);
          const after = sorted();
          const first = Array.from({ length: Math.max(before.length, after.length) }, (_, i) => i).find((i) => String(before[i]) !== String(after[i]));
          expect(rank).toBe(first ?? -1);
        }
        expect(ranks(side)).toEqual(sorted());
        side.keep(depth);
        expect(ranks(side)).toEqual(sorted().slice(0, depth));
      }),
      { numRuns: 300 },
    );
  });

  test("the levels of other sides in the same store alone", () => {
    const anySideChange = fc.tuple(fc.nat(4), fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(fc.array(anySideChange, { maxLength: 1_500, size: "max" }), (changes) => {
        const store = new LevelStore();
        const shared = Array.from({ length: 5 }, (_, i) => new LadderSide(i % 2 === 0, store));
        const alone = Array.from({ length: 5 }, (_, i) => new LadderSide(i % 2 === 0));
        for (const [side, price, quantity] of changes) for (const sides of [shared, alone]) sides[side]!.set(price, quantity);
        expect(shared.map(ranks)).toEqual(alone.map(ranks));
      }),
      { numRuns: 30 },
    );
  });

  test("the same amounts when they are stated finer", () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 40 }), (changes) => {
        const [coarse, fine] = [new LadderSide(true), new LadderSide(true)];
        for (const [price, units] of changes) {
          coarse.set(price, ...splitUnits(units)!);
          fine.set(price * 100, ...splitUnits(units * 10n)!);
        }
        coarse.refine(100, 10);
        expect(ranks(coarse)).toEqual(ranks(fine));
      }),
    );
  });
});

test("what would not be exact any more is not stated finer", () => {
  const asks = new LadderSide(false);
  asks.set(2 ** 50, 1);
  expect(asks.canRefine(10, 1)).toBe(false);
  expect(asks.canRefine(4, 1)).toBe(true);
  expect(() => asks.refine(10, 1)).toThrow(/fit/);
});
