import { formatTime } from "../model/index.ts";
import { drawdownSeries, levelsOf } from "../num/index.ts";
import type { CurveReturn } from "./curve.ts";
import type { Estimate } from "./estimate.ts";
import { totalReturn } from "./growth.ts";
import { sharpeRatio, sortinoRatio, volatility } from "./ratios.ts";

/** Figures of the last so many returns, up to one of them. Null is undefined: a ratio of returns that never vary, or never lose. */
export interface RollingFigures {
  readonly at: string; // the end of the last return
  readonly totalReturn: number | null;
  readonly volatility: number | null; // a year
  readonly sharpeRatio: number | null; // a year
  readonly sortinoRatio: number | null; // a year
  readonly maxDrawdownPct: number | null; // > 0, percent
}

/**
 * Rolling figures: one row for each return that has `window − 1` before it.
 * @param returns of days, oldest first
 * @param periodsPerYear 252, 365
 * @param riskFree per period
 */
export function rollingFigures(returns: readonly CurveReturn[], window: number, periodsPerYear: number, riskFree = 0): RollingFigures[] {
  const numberOf = (value: Estimate) => (typeof value === "number" ? value : null);
  return returns.slice(window - 1).map(({ toNs }, i) => {
    const values = returns.slice(i, i + window).map(({ value }) => value);
    const falls = values.every((value) => value > -1) ? drawdownSeries(levelsOf(values)) : undefined;
    return {
      at: formatTime(toNs),
      totalReturn: numberOf(totalReturn(values)), volatility: numberOf(volatility(values, periodsPerYear)), sharpeRatio: numberOf(sharpeRatio(values, { riskFree, periodsPerYear })),
      sortinoRatio: numberOf(sortinoRatio(values, { required: riskFree, periodsPerYear })), maxDrawdownPct: falls === undefined ? null : 100 * falls.reduce((most, fall) => Math.max(most, fall), 0),
    };
  });
}
