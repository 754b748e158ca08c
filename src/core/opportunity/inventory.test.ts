import fc from "fast-check";
import { expect, test } from "vitest";
import { decimal, hundredths, message } from "../../../test/ladders.ts";
import { LadderSet, SymbolMap, TakerFees } from "../market/index.ts";
import { inventoryOf, type InventoryOptions } from "./index.ts";

const EVER = Number.NEGATIVE_INFINITY;
const VENUES = ["a", "b", "c"];
const fees = new TakerFees(VENUES.map((venue) => ({ venue, fromUs: EVER, rate: decimal("0.001") })));
const rules = new SymbolMap([{ version: "1", fromUs: EVER, conversions: [], symbols: [{ symbol: "PERP", base: "BTC", quote: "USD", kind: "perpetual" }] }]);

function view(held: readonly string[], more: Partial<InventoryOptions> = {}, asks = "101 x 9") {
  const ladders = new LadderSet(rules);
  for (const venue of VENUES) ladders.take(message("snapshot", "100 x 9", asks, { venue }));
  for (const venue of VENUES) ladders.take(message("snapshot", "100 x 9", "101 x 9", { venue, symbol: "PERP" }));
  return inventoryOf("BTC/USD", ladders.all, 0, { fees, maxAgeUs: 1_000, held: (venue, symbol) => (symbol === "PERP" ? decimal("77") : decimal(held[VENUES.indexOf(venue)]!)), ...more });
}

test("what lies on one venue is spread by the fewest moves, by transfer or by trade, whichever is cheaper", () => {
  const found = view(["6", "0", "0"], { transferCost: () => decimal("0.5") });
  expect(found).toEqual({
    symbol: "BTC/USD", currency: "USD", total: "6",
    venues: [
      { venue: "a", symbol: "BTC/USD", held: "6", target: "2", imbalance: "4" },
      { venue: "b", symbol: "BTC/USD", held: "0", target: "2", imbalance: "-2" },
      { venue: "c", symbol: "BTC/USD", held: "0", target: "2", imbalance: "-2" },
    ],
    moves: [{ from: "a", to: "b", quantity: "2" }, { from: "a", to: "c", quantity: "2" }],
    transferCost: "1",
    tradeCost: "4.804", // sell 4 at 100, buy 2 + 2 at 101, a thousandth of each in fees
    cheaper: "transfer", fundingSpread: null,
  });
});

test("weights say how it should lie", () => {
  const found = view(["0", "4", "0"], { weightOf: (venue) => (venue === "a" ? 3 : venue === "b" ? 1 : 0) });
  expect(found.venues.map(({ target }) => target)).toEqual(["3", "1", "0"]);
  expect(found).toMatchObject({ moves: [{ from: "b", to: "a", quantity: "3" }], transferCost: null, cheaper: null });
});

test("a ladder that is too thin has no cost of trading, and where nothing is to move nothing is cheaper", () => {
  expect(view(["90", "0", "0"]).tradeCost).toBeNull();
  expect(view(["1", "1", "1"], { transferCost: () => decimal("1") })).toMatchObject({ moves: [], transferCost: "0", tradeCost: "0", cheaper: null });
});

test("funding is taken where it is highest and paid where it is lowest", () => {
  const rates: Record<string, { rate: number; intervalHours: number }> = { a: { rate: 0.0001, intervalHours: 8 }, b: { rate: 0.0001, intervalHours: 1 } };
  expect(view(["0", "0", "0"], { fundingOf: (venue) => rates[venue] }).fundingSpread).toEqual({ longVenue: "a", shortVenue: "b", perDay: 0.0001 * 24 - (0.0001 * 24) / 8 });
  expect(view(["0", "0", "0"], { fundingOf: (venue) => (venue === "a" ? rates["a"] : undefined) }).fundingSpread).toBeNull();
});

test("targets divide the total and imbalances and moves cancel, to the last digit, whatever is held", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 3, maxLength: 3 }), (held) => {
      const found = view(held.map((units) => String(units / 100)));
      const sum = (of: readonly string[]) => Math.round(of.reduce((total, text) => total + Number(text) * 100, 0)) + 0; // and no -0
      expect(sum(found.venues.map(({ target }) => target))).toBe(sum([found.total]));
      expect(sum(found.venues.map(({ imbalance }) => imbalance))).toBe(0);
      for (const { venue, imbalance } of found.venues) {
        const out = sum(found.moves.filter(({ from }) => from === venue).map(({ quantity }) => quantity));
        const into = sum(found.moves.filter(({ to }) => to === venue).map(({ quantity }) => quantity));
        expect(out - into).toBe(sum([imbalance]));
      }
      expect(found.moves.length).toBeLessThan(3);
      expect(hundredths(sum([found.total]))).toEqual(decimal(found.total));
    }),
  );
});
