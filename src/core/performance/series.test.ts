import fc from "fast-check";
import { expect, test } from "vitest";
import type { EquityPoint } from "../book/index.ts";
import { decimalOf } from "../num/index.ts";
import { curveReturns, performanceSeries, totalReturn } from "./index.ts";

const DAY = 86_400_000_000_000n;
const point = (day: number, equity: number | undefined, pnl: number | undefined, flow = 0): EquityPoint => {
  const exact = (value: number | undefined) => (value === undefined ? undefined : decimalOf(`${value}`));
  return { beginNs: BigInt(day) * DAY, endNs: BigInt(day + 1) * DAY - 1n, pnl: exact(pnl), capital: undefined, flow: exact(flow), inKind: decimalOf("0"), equity: exact(equity), unknown: [] };
};

test("ends at what the returns compound to, and is never below its drawdown", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: -90, max: 90 }), { minLength: 1, maxLength: 30 }), (gains) => {
    let equity = 1_000;
    const points = [point(0, equity, 0, equity), ...gains.map((gain, i) => point(i + 1, (equity += gain), equity - 1_000))];
    const { returns } = curveReturns(points);
    const rows = performanceSeries(points, returns, undefined);
    expect(rows.at(-1)!.index! - 1).toBeCloseTo(totalReturn(returns.map(({ value }) => value)) as number, 12);
    expect(rows.at(-1)).toMatchObject({ equity: `${equity}`, pnl: `${equity - 1_000}`, benchmark: null });
    let peak = 0;
    for (const { index, drawdownPct } of rows) {
      peak = Math.max(peak, index!);
      expect(drawdownPct).toBeCloseTo(100 * (1 - index! / peak), 9);
    }
  }));
});

test("a span that begins later counts from there, beside a benchmark that does, too", () => {
  const points = [point(1, 120, 20), point(2, 150, 50)];
  const before = point(0, 100, 0, 100);
  const { returns } = curveReturns([before, ...points]);
  expect(performanceSeries(points, returns.slice(1), before, { symbol: "I", days: [0, 1, 2], closes: [50, 55, 40] }).map(({ equity, pnl, index, benchmark }) => [equity, pnl, index, benchmark])).toEqual([["100", "0", 1, 1], ["120", "20", 1.2, 1.1], ["150", "50", 1.5, 0.8]]);
});

test("what is not known is null: without capital there is no index, without a mark no P&L, without a close no benchmark", () => {
  const points = [point(1, undefined, 5), point(2, undefined, undefined)];
  expect(performanceSeries(points, [], undefined, { symbol: "I", days: [2], closes: [7] }).map(({ pnl, index, drawdownPct, benchmark }) => [pnl, index, drawdownPct, benchmark])).toEqual([["0", null, null, null], ["5", null, null, null], [null, null, null, 1]]);
  expect(performanceSeries([], [], undefined)).toEqual([]);
});
