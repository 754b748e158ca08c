import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anySides, decimal, hundredths, message } from "../../../test/ladders.ts";
import { ConsolidatedLadder, FREE, LadderSet, liquidityOf, sweep, SymbolMap, TakerFees, type LadderMessage } from "./index.ts";

const MINUTE = 60_000_000;
const EVER = Number.NEGATIVE_INFINITY;
const rules = new SymbolMap([{ version: "7", fromUs: EVER, symbols: [{ symbol: "BTC-PERP", base: "BTC", quote: "USD", kind: "perpetual" }], conversions: [{ from: "EUR", to: "USD", rate: decimal("1.1") }] }]);

function consolidated(messages: readonly LadderMessage[], nowUs = 0): ConsolidatedLadder {
  const set = new LadderSet(rules);
  for (const one of messages) set.take(one);
  return new ConsolidatedLadder("BTC/USD", set.all, { nowUs, maxAgeUs: MINUTE });
}

const two = () => consolidated([
  message("snapshot", "100 x 1, 99 x 2", "101 x 1, 103 x 4", { venue: "a" }),
  message("snapshot", "90 x 3", "92 x 2", { venue: "b", symbol: "BTC-EUR" }),
]);

describe("two venues, one of them in euros at 1.1", () => {
  test("stand as one ladder in dollars, each level with its venue", () => {
    const view = liquidityOf(two(), { basisPoints: [100, 50] });
    expect(view.asks).toEqual([{ price: "101", quantity: "1", venue: "a" }, { price: "101.2", quantity: "2", venue: "b" }, { price: "103", quantity: "4", venue: "a" }]);
    expect(view.bids.map(({ price, venue }) => `${price} ${venue}`)).toEqual(["100 a", "99 a", "99 b"]);
    expect(view.best).toEqual({ bid: { price: "100", quantity: "1", venues: ["a"] }, ask: { price: "101", quantity: "1", venues: ["a"] } });
    expect([view.spread, view.microprice, view.spreadBasisPoints]).toEqual(["1", 100.5, 99.5024875621891]);
    // within 100 basis points of 100.5, that is 99.495 … 101.505
    expect(view.depth).toEqual([{ basisPoints: 50, bid: "1", ask: "1" }, { basisPoints: 100, bid: "1", ask: "3" }]);
    expect(view.imbalance).toBe(-0.5);
    expect(view.venues.map(({ venue, share, usable, rules: version }) => [venue, share, usable, version])).toEqual([["a", 0.5, true, "7"], ["b", 0.5, true, "7"]]);
  });

  test("two at one best price add up", () => {
    const both = consolidated([message("snapshot", "100 x 1", "101 x 1", { venue: "a" }), message("snapshot", "100 x 0.5", "102 x 1", { venue: "b" })]);
    expect(liquidityOf(both).best.bid).toEqual({ price: "100", quantity: "1.5", venues: ["a", "b"] });
  });

  test("a size costs what its levels cost; with fees the order is another", () => {
    const fees = new TakerFees([{ venue: "a", fromUs: EVER, rate: decimal("0.01") }, { venue: "b", fromUs: EVER, rate: decimal("0") }]);
    const byPrice = sweep(two(), "buy", decimal("2"), fees, 0);
    expect(byPrice).toEqual({
      side: "buy", quantity: "2", isComplete: true, amount: "202.2", fees: "1.01", averagePrice: "101.1", averagePriceWithFees: "101.605", worstPrice: "101.2",
      venues: [{ venue: "a", quantity: "1" }, { venue: "b", quantity: "1" }],
    });
    expect(sweep(two(), "buy", decimal("2"), fees, 0, true)).toMatchObject({ amount: "202.4", fees: "0", venues: [{ venue: "b", quantity: "2" }] });
    expect(sweep(two(), "sell", decimal("9"), fees, 0)).toMatchObject({ quantity: "6", isComplete: false, amount: "595", worstPrice: "99" });
  });

  test("a fee that nobody knows is not 0", () => {
    const fees = new TakerFees([{ venue: "a", fromUs: EVER, rate: decimal("0") }]);
    expect(sweep(two(), "buy", decimal("1"), fees, 0).fees).toBe("0");
    expect(sweep(two(), "buy", decimal("2"), fees, 0)).toMatchObject({ fees: null, averagePriceWithFees: null });
    expect(sweep(two(), "buy", decimal("9"), fees, 0, true)).toMatchObject({ quantity: "5", venues: [{ venue: "a", quantity: "5" }] });
  });
});

test("what is unusable, or not the same goods, is left out and says why", () => {
  const view = liquidityOf(
    consolidated([
      message("snapshot", "100 x 1", "101 x 1", { venue: "old", timeUs: -1 }),
      message("snapshot", "105 x 1", "104 x 1", { venue: "crossed", timeUs: MINUTE }),
      message("update", "105 x 1", "", { venue: "new", timeUs: MINUTE }),
      message("snapshot", "100 x 1", "101 x 1", { venue: "c", symbol: "BTC-PERP", timeUs: MINUTE }),
      message("snapshot", "100 x 1", "", { venue: "good", timeUs: MINUTE - 1_000 }),
      message("snapshot", "7 x 1", "", { venue: "other", symbol: "ETH/USD", timeUs: MINUTE }),
    ], MINUTE),
  );
  expect(view.venues.map(({ venue, reason, ageMs, usable }) => [venue, reason, ageMs, usable])).toEqual([
    ["old", "stale", 60_000.001, false], ["crossed", "crossed", 0, false], ["new", "no_snapshot", null, false], ["c", "other_kind", 0, false], ["good", null, 1, true],
  ]);
  expect(view.bids).toEqual([{ price: "100", quantity: "1", venue: "good" }]);
  expect([view.best.ask, view.spread, view.microprice, view.imbalance]).toEqual([null, null, null, null]);
});

test("nothing known is null, not 0", () => {
  expect(liquidityOf(consolidated([]))).toMatchObject({ bids: [], asks: [], spread: null, imbalance: null, venues: [] });
  expect(() => liquidityOf(two(), { basisPoints: [-1] })).toThrow("a depth of -1 basis points");
});

describe("over any ladders", () => {
  const anyVenues = fc.array(anySides, { minLength: 1, maxLength: 5 });
  const setOf = (venues: typeof anyVenues extends fc.Arbitrary<infer T> ? T : never) => consolidated(venues.map((sides, i) => ({ ...message("snapshot", "", ""), ...sides, venue: `v${i}` })));

  test("the depth at every price is the sum of what the venues have there, and levels come in order", () => {
    fc.assert(
      fc.property(anyVenues, (venues) => {
        const all = setOf(venues);
        for (const side of ["bids", "asks"] as const) {
          const expected = new Map<string, bigint>();
          for (const level of venues.flatMap((sides) => sides[side])) {
            const price = String(level.price.mantissa * 10n ** BigInt(6 - level.price.digits));
            expected.set(price, (expected.get(price) ?? 0n) + level.quantity.mantissa * 10n ** BigInt(6 - level.quantity.digits));
          }
          const found = new Map<string, bigint>();
          let before: bigint | undefined;
          for (const { price, quantity } of all.levels(side)) {
            if (before !== undefined) expect(side === "bids" ? price <= before : price >= before).toBe(true);
            before = price;
            const key = String(price * 10n ** BigInt(6 - all.priceDigits));
            found.set(key, (found.get(key) ?? 0n) + quantity * 10n ** BigInt(6 - all.quantityDigits));
          }
          expect(found).toEqual(expected);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("a sweep never beats the best price, takes no more than there is, and costs no less with fees", () => {
    fc.assert(
      fc.property(anyVenues, fc.integer({ min: 1, max: 3_000 }), fc.constantFrom("buy", "sell"), fc.boolean(), (venues, size, side, byNet) => {
        const all = setOf(venues);
        const levels = side === "buy" ? "asks" : "bids";
        const best = all.best(levels);
        const fees = new TakerFees(venues.map((_, i) => ({ venue: `v${i}`, fromUs: EVER, rate: decimal(`${i}e-3`) })));
        const taken = sweep(all, side, hundredths(size), fees, 0, byNet);
        const total = [...all.levels(levels)].reduce((sum, { quantity }) => sum + quantity, 0n);
        if (best === undefined) {
          expect(taken).toMatchObject({ quantity: "0", averagePrice: null });
          return;
        }
        const sign = side === "buy" ? 1 : -1;
        const price = Number(best.price) / 10 ** all.priceDigits;
        expect(sign * (Number(taken.averagePrice) - price)).toBeGreaterThanOrEqual(-1e-9 * price); // shown with 12 digits
        expect(sign * (Number(taken.averagePriceWithFees) - Number(taken.averagePrice))).toBeGreaterThanOrEqual(-1e-9 * price);
        expect(Number(taken.quantity)).toBeCloseTo(Math.min(size / 100, Number(total) / 10 ** all.quantityDigits), 9);
        if (!byNet) expect(sign * (Number(sweep(all, side, hundredths(size), fees, 0, true).averagePriceWithFees) - Number(taken.averagePriceWithFees))).toBeLessThanOrEqual(1e-9 * price);
      }),
      { numRuns: 200 },
    );
  });

  test("free of fees both orders are one", () => {
    fc.assert(
      fc.property(anyVenues, (venues) => {
        expect(sweep(setOf(venues), "buy", decimal("7"), FREE, 0, true)).toEqual(sweep(setOf(venues), "buy", decimal("7"), FREE, 0));
      }),
      { numRuns: 50 },
    );
  });
});
