import { expect, test } from "vitest";
import type { EquityPoint } from "../book/index.ts";
import { decimalOf } from "../num/index.ts";
import { ExecutionStats, performanceOf, TradeStats, type PerformanceInput } from "./index.ts";

const DAY = 86_400_000_000_000n;
const known = (text: string | undefined) => (text === undefined ? undefined : decimalOf(text));

/** A point a day of net P&L, with so much capital from the first on; undefined is not known. */
function points(capital: string | undefined, ...pnl: readonly (string | undefined)[]): EquityPoint[] {
  return pnl.map((made, i) => {
    const equity = made === undefined || capital === undefined ? undefined : `${Number(capital) + Number(made)}`;
    return { beginNs: BigInt(i) * DAY, endNs: BigInt(i + 1) * DAY - 1n, pnl: known(made), capital: known(capital ?? "0"), flow: known(i === 0 ? (capital ?? "0") : "0"), inKind: decimalOf("0"), equity: known(equity), unknown: [] };
  });
}
function viewOf(all: readonly EquityPoint[], more: Partial<PerformanceInput> = {}) {
  const convert = () => undefined;
  const input = { currency: "USD", fromNs: undefined, toNs: BigInt(all.length) * DAY - 1n, points: all, sampled: all, sampledEveryNs: DAY, execution: new ExecutionStats(convert, 5), trades: new TradeStats(convert), timeInMarket: 1, benchmark: undefined, periodsPerYear: 252, riskFreeAnnual: 0 };
  return performanceOf({ ...input, ...more }).view;
}

test("the Ulcer index is of the drawdowns at the ends of the returns, as many as there are returns", () => {
  expect(viewOf(points("100", "0", "-10", "0", "-10")).ulcerIndex).toBeCloseTo(Math.sqrt((0 + 0.01 + 0 + 0.01) / 4), 12);
});

test("without capital a drawdown in money begins where the span begins: a loss on the first day is one", () => {
  const view = viewOf(points(undefined, "-5", "-3"));
  expect(view).toMatchObject({ maxDrawdown: "5", drawdownDuration: 2, drawdowns: [{ peakAt: "1969-12-31T23:59:59.999999999Z", troughAt: "1970-01-01T23:59:59.999999999Z", recovered: false, depth: "5", depthPct: null, periods: 2, days: 2 }] });
});

test("what no mark values at the end is unknown with its reason, a drawdown too: nowhere a 0", () => {
  const { maxDrawdown, drawdownDuration, totalReturn, turnover, totalPnl, reasons } = viewOf(points("100", undefined, undefined));
  expect([maxDrawdown, drawdownDuration, totalReturn, turnover, totalPnl]).toEqual([null, null, null, null, null]);
  expect(reasons).toMatchObject({ maxDrawdown: "missing", drawdownDuration: "missing", totalReturn: "missing", turnover: "missing", totalPnl: "missing", avgPnlPerTrade: "missing", sharpeRatio: "missing" });
});

test("each figure of trades that is null says why: none yet, or one that no rate converts, which may have been the best", () => {
  const none = viewOf(points("100", "0", "1"));
  expect([none.bestTrade, none.profitFactor, none.kellyFraction]).toEqual([null, null, null]);
  expect(none.reasons).toMatchObject({ avgPnlPerTrade: "too_few", bestTrade: "too_few", worstTrade: "too_few", winRate: "too_few", profitFactor: "too_few", payoffRatio: "too_few", kellyFraction: "too_few" });
  const trades = new TradeStats((amount, currency) => (currency === "USD" ? amount : undefined));
  for (const currency of ["USD", "XYZ"]) trades.take({ closes: true, pnl: decimalOf("3"), currency });
  const some = viewOf(points("100", "0", "1"), { trades });
  expect([some.bestTrade, some.reasons["bestTrade"], some.reasons["profitFactor"]]).toEqual([null, "missing", "missing"]);
});

test("returns that never vary have no skewness and no kurtosis, for that reason, rounding aside; of too few nothing is said", () => {
  const flat = { skewness: null, kurtosis: null, sharpeRatio: null, probabilisticSharpe: null };
  const zero = { skewness: "zero_variance", kurtosis: "zero_variance", sharpeRatio: "zero_variance", probabilisticSharpe: "zero_variance" };
  for (const all of [points("100", "0", "0", "0", "0", "0"), points("100", "1", "2.01", "3.0301", "4.060401", "5.10100501")]) expect(viewOf(all)).toMatchObject({ ...flat, reasons: zero });
  expect(viewOf(points("100", "0", "0")).reasons).toMatchObject({ skewness: "too_few", kurtosis: "too_few" });
});

test("where all was lost a straight line of logarithms has no value", () => {
  expect(viewOf(points("100", "10", "-100", "-100"))).toMatchObject({ stability: null, reasons: { stability: "not_applicable" }, totalReturn: -1 });
});

test("days without a mark are counted within the span alone", () => {
  const all = points("100", "0", undefined, undefined, "1", undefined, "2");
  expect(viewOf(all).periods).toEqual({ returns: 3, unknown: 3, impossible: 0 });
  expect(viewOf(all, { fromNs: 3n * DAY }).periods).toEqual({ returns: 2, unknown: 1, impossible: 0 });
  expect(viewOf(all, { fromNs: 5n * DAY }).periods).toEqual({ returns: 1, unknown: 0, impossible: 0 });
});
