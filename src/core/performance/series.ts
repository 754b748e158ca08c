import type { EquityPoint } from "../book/index.ts";
import { drawdownSeries, formatDecimal, levelsOf, subtractDecimals, zero } from "../num/index.ts";
import { formatTime } from "../model/index.ts";
import { dayOf, type BenchmarkPrices } from "./benchmark-join.ts";
import type { CurveReturn } from "./curve.ts";

/** How it stood at the end of a day: for charts. */
export interface PerformancePoint {
  readonly at: string;
  readonly equity: string | null;
  readonly pnl: string | null; // net, since the span began
  readonly index: number | null; // what 1 became since the span began, time-weighted; null without capital, or while a mark is missing
  readonly drawdownPct: number | null; // percent below the highest index before, ≥ 0
  readonly benchmark: number | null; // what 1 in the benchmark became; null without a close of that day
}

/**
 * A point for each day of the span on which something happened, oldest first, behind one of how it began.
 * @param points of the span; @param before the last one before it
 */
export function performanceSeries(points: readonly EquityPoint[], returns: readonly CurveReturn[], before: EquityPoint | undefined, benchmark?: BenchmarkPrices): PerformancePoint[] {
  const levels = levelsOf(returns.map(({ value }) => Math.max(value, -1 + Number.EPSILON)));
  const falls = drawdownSeries(levels);
  const at = new Map(returns.map(({ toNs }, i) => [toNs, i + 1]));
  const closeOf = new Map(Array.from(benchmark?.days ?? [], (day, i) => [day, benchmark!.closes[i]!]));
  const beginNs = returns[0]?.fromNs ?? points[0]?.beginNs;
  const wanted = beginNs === undefined ? [] : [beginNs, ...points.map(({ endNs }) => endNs)];
  const base = wanted.map((ns) => closeOf.get(dayOf(ns))).find((close) => close !== undefined && close > 0);
  const against = (ns: bigint) => (base === undefined ? null : (closeOf.get(dayOf(ns)) ?? Number.NaN) / base);
  const known = (value: number | null | undefined) => (value === null || value === undefined || Number.isNaN(value) ? null : value);
  const basePnl = before === undefined ? zero : before.pnl;
  const first = beginNs === undefined ? [] : [{ at: formatTime(beginNs), equity: before?.equity === undefined ? null : formatDecimal(before.equity), pnl: "0", index: returns.length === 0 ? null : 1, drawdownPct: returns.length === 0 ? null : 0, benchmark: known(against(beginNs)) }];
  return [...first, ...points.map(({ endNs, equity, pnl }): PerformancePoint => {
    const place = at.get(endNs);
    return {
      at: formatTime(endNs), equity: equity === undefined ? null : formatDecimal(equity), pnl: pnl === undefined || basePnl === undefined ? null : formatDecimal(subtractDecimals(pnl, basePnl)),
      index: place === undefined ? null : levels[place]!, drawdownPct: place === undefined ? null : 100 * falls[place]!, benchmark: known(against(endNs)),
    };
  })];
}
