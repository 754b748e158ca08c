import fc from "fast-check";
import { expect, test } from "vitest";
import { PriceHistory } from "./index.ts";

test("closes of a symbol stand by day, whenever they came, and a later one for a day takes the place of the earlier", () => {
  const history = new PriceHistory();
  history.take({ symbol: "SPY", days: [10, 12], closes: ["470.10", "471"] });
  const before = history.seriesOf("SPY");
  history.take({ symbol: "SPY", days: [9, 11, 12], closes: ["1", "2", "3.5"] });
  expect(history.seriesOf("SPY")).toEqual({ symbol: "SPY", days: Int32Array.of(9, 10, 11, 12), closes: Float64Array.of(1, 470.1, 2, 3.5), texts: ["1", "470.10", "2", "3.5"] });
  expect([history.closeOf("SPY", 10), history.closeOf("SPY", 13), history.closeOf("QQQ", 10)]).toEqual(["470.10", undefined, undefined]);
  expect(before?.closes).toEqual(Float64Array.of(470.1, 471)); // a series that was given out stays as it was
  expect([history.version, history.count]).toEqual([2, 4]);
});

test("closes of days after the last one that is wanted are left out", () => {
  const history = new PriceHistory();
  history.take({ symbol: "SPY", days: [10, 12, 14], closes: ["1", "2", "3"] }, 12);
  history.take({ symbol: "QQQ", days: [13], closes: ["1"] }, 12);
  expect([[...history.symbols()], history.seriesOf("SPY")?.days, history.version]).toEqual([["SPY"], Int32Array.of(10, 12), 1]);
});

const anyRun = fc.record({
  symbol: fc.constantFrom("B", "A", "__proto__"),
  closes: fc.dictionary(fc.integer({ min: -20, max: 60 }).map(String), fc.integer({ min: 1, max: 99_999 }).map((n) => `${n / 100}`), { minKeys: 1, maxKeys: 10 }),
});

test("whatever comes in whatever order, it holds of each day the last close, and makes of it facts that make it again", () => {
  fc.assert(
    fc.property(fc.array(anyRun, { maxLength: 12 }), (runs) => {
      const history = new PriceHistory();
      const expected = new Map<string, Map<number, string>>();
      for (const { symbol, closes } of runs) {
        const days = Object.keys(closes).map(Number).sort((a, b) => a - b);
        history.take({ symbol, days, closes: days.map((day) => closes[day]!) });
        for (const day of days) expected.set(symbol, (expected.get(symbol) ?? new Map<number, string>()).set(day, closes[day]!));
      }
      expect([...history.symbols()]).toEqual([...expected.keys()].sort());
      for (const [symbol, closes] of expected) {
        const days = [...closes.keys()].sort((a, b) => a - b);
        const series = history.seriesOf(symbol)!;
        expect([[...series.days], [...series.closes]]).toEqual([days, days.map((day) => Number(closes.get(day)))]);
      }
      const again = new PriceHistory();
      for (const fact of history.facts()) again.take(fact);
      expect([...again.facts()]).toEqual([...history.facts()]);
    }),
  );
});
