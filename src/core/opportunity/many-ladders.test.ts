import fc from "fast-check";
import { expect, test } from "vitest";
import { decimal, message } from "../../../test/ladders.ts";
import { ConsolidatedLadder, LadderSet, SymbolMap, sweep, TakerFees, type LadderMessage } from "../market/index.ts";
import { OpportunityWatch, type OpportunityView } from "./index.ts";

const EVER = Number.NEGATIVE_INFINITY;
const MAX_AGE_US = 1_000_000;
const rules = new SymbolMap([
  {
    version: "1", fromUs: EVER, conversions: [{ from: "EUR", to: "USD", rate: decimal("1.0625") }],
    symbols: [{ symbol: "PERP", base: "BTC", quote: "USD", kind: "perpetual" }, { symbol: "MAR", base: "BTC", quote: "USD", kind: "future", expiresUs: 9e15 }, { symbol: "JUN", base: "BTC", quote: "USD", kind: "future", expiresUs: 9.5e15 }],
  },
]);

/** A ladder with its own decimals, kind and fee: the best bid, and the ask above it. */
const anyLadder = fc.record({
  symbol: fc.constantFrom("BTC/USD", "BTC/USD", "BTC/EUR", "PERP", "MAR", "JUN"), cents: fc.integer({ min: 9_000, max: 11_000 }), spread: fc.integer({ min: 0, max: 50 }), priceDigits: fc.integer({ min: 2, max: 6 }),
  units: fc.integer({ min: 1, max: 999 }), quantityDigits: fc.integer({ min: 0, max: 5 }), fee: fc.integer({ min: 0, max: 40 }), feeDigits: fc.integer({ min: 3, max: 7 }),
});
type AnyLadder = typeof anyLadder extends fc.Arbitrary<infer T> ? T : never;

const venueOf = (number: number) => `v${number}`;
const levelOf = ({ priceDigits, units, quantityDigits }: AnyLadder, cents: number) => ({ price: { mantissa: BigInt(cents) * 10n ** BigInt(priceDigits - 2) + (priceDigits > 2 ? 1n : 0n), digits: priceDigits }, quantity: { mantissa: BigInt(units), digits: quantityDigits } });
const messageOf = (one: AnyLadder, number: number): LadderMessage => ({ ...message("snapshot", "", ""), venue: venueOf(number), symbol: one.symbol, bids: [levelOf(one, one.cents)], asks: [levelOf(one, one.cents + one.spread)] });

function seenOf(ladders: readonly AnyLadder[], order: readonly number[], isEachJudged: boolean): string[] {
  const fees = new TakerFees(ladders.map(({ fee, feeDigits }, number) => ({ venue: venueOf(number), fromUs: EVER, rate: { mantissa: BigInt(fee), digits: feeDigits } })));
  const watch = new OpportunityWatch(new LadderSet(rules), { fees, maxAgeUs: MAX_AGE_US });
  for (const number of order) {
    watch.take(messageOf(ladders[number]!, number));
    if (isEachJudged) watch.refresh(0);
  }
  watch.refresh(0);
  return watch.live().map(lineOf).sort();
}

const lineOf = ({ kind, buyVenue, sellVenue, quantity, grossProfit, fees, netProfit }: OpportunityView) => [kind, buyVenue, sellVenue, quantity, grossProfit, fees, netProfit].join(" ");

test("ladders of any decimals, kinds and fees give the same opportunities in whatever order they come, judged one by one or at once", () => {
  let seen = 0;
  fc.assert(
    fc.property(fc.array(anyLadder, { minLength: 2, maxLength: 20 }), fc.infiniteStream(fc.nat()), (ladders, random) => {
      const inOrder = ladders.map((_, number) => number);
      const shuffled = inOrder.map((number) => [random.next().value as number, number] as const).sort(([a], [b]) => a - b).map(([, number]) => number);
      const expected = seenOf(ladders, inOrder, false);
      seen += expected.length;
      expect(seenOf(ladders, inOrder, true)).toEqual(expected);
      expect(seenOf(ladders, shuffled, true)).toEqual(expected);
      expect(seenOf(ladders, inOrder.toReversed(), false)).toEqual(expected);
    }),
    { numRuns: 100 },
  );
  expect(seen).toBeGreaterThan(1_000);
});

test("1,500 venues of one symbol, each with its own fee, come one by one and are judged each time", () => {
  const count = 1_500;
  const fees = new TakerFees(Array.from({ length: count }, (_, number) => ({ venue: venueOf(number), fromUs: EVER, rate: { mantissa: BigInt(number), digits: 6 } })));
  const watch = new OpportunityWatch(new LadderSet(rules), { fees, maxAgeUs: MAX_AGE_US });
  for (let number = 0; number < count; number += 1) {
    watch.take(message("snapshot", number === 7 ? "103 x 2" : "99 x 2", number === 7 ? "104 x 1" : "102 x 1", { venue: venueOf(number) }));
    watch.refresh(0);
  }
  // who asks 102 and charges n millionths sells to venue 7, which bids 103 and keeps 7 millionths of it: all of them
  expect(watch.alive).toBe(count - 1);
}, 60_000);

test("a sweep asks for the fee of each ladder once, however many levels it has", () => {
  const set = new LadderSet(rules);
  const deep = Array.from({ length: 200 }, (_, i) => `${100 + i} x 1`).join(", ");
  for (let number = 0; number < 20; number += 1) set.take(message("snapshot", "", deep, { venue: venueOf(number) }));
  let asked = 0;
  const rateAt = () => {
    asked += 1;
    return decimal("0.001");
  };
  const all = new ConsolidatedLadder("BTC/USD", set.all, { nowUs: 0, maxAgeUs: MAX_AGE_US });
  expect(sweep(all, "buy", decimal("3000"), { rateAt }, 0, true)).toMatchObject({ isComplete: true, averagePrice: "174.5" });
  expect(asked).toBe(20);
});
