import fc from "fast-check";
import { expect, test } from "vitest";
import { periodOf, rollingFigures, sharpeRatio, type CurveReturn } from "./index.ts";

test("a day, a week and a month begin at midnight UTC, a week on Monday, before 1970 too", () => {
  fc.assert(
    fc.property(fc.integer({ min: -40_000 * 86_400, max: 40_000 * 86_400 }), (seconds) => {
      const [at, ns] = [new Date(seconds * 1000), BigInt(seconds) * 1_000_000_000n];
      const [day, week, month] = (["day", "week", "month"] as const).map((period) => periodOf(ns, period)) as [string, string, string];
      expect([day, month]).toEqual([at.toISOString().slice(0, 10), `${at.toISOString().slice(0, 7)}-01`]);
      const days = (Date.parse(day) - Date.parse(week)) / 86_400_000;
      expect([new Date(week).getUTCDay(), days >= 0 && days < 7]).toEqual([1, true]);
    }),
  );
});

const row = (value: number, day: number): CurveReturn => ({ fromNs: BigInt(day) * 86_400_000_000_000n, toNs: BigInt(day + 1) * 86_400_000_000_000n - 1n, value, flow: { mantissa: 0n, digits: 0 }, equity: { mantissa: 1n, digits: 0 } });

test("rolling figures are those of each window alone; none where there are fewer returns than a window has", () => {
  const values = [0.1, -0.5, 0.2, 0.3];
  const found = rollingFigures(values.map(row), 3, 252);
  expect(found.map(({ at }) => at.slice(0, 10))).toEqual(["1970-01-03", "1970-01-04"]);
  expect(found[0]).toMatchObject({ maxDrawdownPct: expect.closeTo(50, 9) as number, totalReturn: expect.closeTo(1.1 * 0.5 * 1.2 - 1, 12) as number, sharpeRatio: sharpeRatio([0.1, -0.5, 0.2], { periodsPerYear: 252 }) });
  expect(rollingFigures(values.map(row), 5, 252)).toEqual([]);
  expect(rollingFigures([0.1, 0.1].map(row), 2, 252)).toMatchObject([{ sharpeRatio: null, sortinoRatio: null, maxDrawdownPct: 0 }]);
});
