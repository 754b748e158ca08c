import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawdowns, drawdownSeries, drawdownSummary, levelsOf, worstDrawdowns } from "./index.ts";

describe("a drawdown", () => {
  test("runs from the last peak to the first recovery; an open one is shown, and lasts until now", () => {
    expect(drawdowns([1, 1.2, 1, 0.8, 0.7, 1.2, 1.8, 1.5])).toEqual([
      { peak: 1, trough: 4, recovery: 5, recovered: true, money: 0.5, fraction: 0.5 / 1.2, periods: 4, periodsToTrough: 3 },
      { peak: 6, trough: 7, recovery: undefined, recovered: false, money: 1.8 - 1.5, fraction: (1.8 - 1.5) / 1.8, periods: 1, periodsToTrough: 1 },
    ]);
    expect(drawdowns([5, 5, 5])).toEqual([]);
    expect(drawdowns([])).toEqual([]);
  });

  test("in the first period is seen, for the capital before it stands first", () => {
    expect(drawdownSummary(levelsOf([-0.1, 0.05]))!.maxFraction).toBeCloseTo(0.1, 12);
    expect(drawdownSummary(levelsOf([-0.1, 0.05], { initial: false }))!.maxFraction).toBe(0);
  });

  test("has no fraction of a peak that is not above 0", () => {
    expect(drawdownSummary([-5, -9, 3, 3])).toEqual({ maxMoney: 4, maxFraction: undefined, maxPeriods: 2, money: 0, fraction: 0, periods: 0 });
    expect(worstDrawdowns([-5, -9, 3, 1], 1)).toMatchObject([{ money: 4 }]); // then by money
    expect(() => drawdownSeries([0, -1])).toThrow("a fraction is of a level above 0");
    expect(drawdownSummary([])).toBeUndefined();
  });
});

test("of random levels each is below its peak throughout, disjoint, and the deepest is the largest of the series", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 60 }), (levels) => {
    const all = drawdowns(levels);
    const series = drawdownSeries(levels);
    const money = drawdownSeries(levels, "money");
    expect(drawdownSummary(levels)!.maxFraction).toBeCloseTo(Math.max(...series), 12);
    expect(drawdownSummary(levels)!.maxMoney).toBe(Math.max(...money));
    expect(drawdownSummary(levels)!.money).toBe(money.at(-1));
    expect(worstDrawdowns(levels, 99).map(({ fraction }) => fraction)).toEqual(all.map(({ fraction }) => fraction!).sort((a, b) => b - a));
    let from = 0;
    for (const { peak, trough, recovery, periods } of all) {
      expect(peak).toBeGreaterThanOrEqual(from);
      const end = recovery ?? levels.length;
      for (let t = peak + 1; t < end; t += 1) expect(levels[t]).toBeLessThan(levels[peak]!);
      expect(levels[trough]).toBe(Math.min(...levels.slice(peak, end)));
      expect(periods).toBe((recovery ?? levels.length - 1) - peak);
      from = end;
    }
    expect(all.filter(({ recovered }) => !recovered).length).toBe(series.at(-1)! > 0 ? 1 : 0);
  }));
});
