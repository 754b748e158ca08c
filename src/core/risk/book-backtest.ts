import { formatTime, type Exposure } from "../model/index.ts";
import { DAY_NS } from "../book/index.ts";
import type { PriceSeries } from "../market/index.ts";
import { backtest, type BacktestMethod } from "./backtest.ts";
import { VAR_CONVENTIONS } from "./estimate.ts";
import { Part } from "./part.ts";
import { RiskModel, type RiskOptions } from "./risk-model.ts";
import type { BaselZone } from "./var-tests.ts";

/** How one method would have fared. Null: nothing to test, or no forecast. */
export interface MethodBacktest {
  readonly method: BacktestMethod;
  readonly forecasts: number;
  readonly breaches: number;
  readonly rate: number | null;
  readonly expected: number;
  readonly kupiecP: number | null;
  readonly independenceP: number | null;
  readonly zone: BaselZone | null;
  readonly var: readonly (number | null)[]; // of `days`: a loss > 0
}

/** One-day forecasts for the book as it stands, over the days that were. */
export interface BookBacktest {
  readonly window: number; // returns that each forecast looks at, all before it
  readonly returns: number; // joint ones that there are
  readonly confidence: number;
  readonly days: readonly string[]; // the last ones that have a forecast
  readonly pnl: readonly number[]; // what the book as it stands would have made on each
  readonly methods: readonly MethodBacktest[]; // counted over all days with a forecast
  readonly reason: string | null; // why there is none
}

/** Days that are shown at most; all are counted. */
const MOST_SHOWN = 500;
const MOST_DAYS = 100_000;

/**
 * What the exposures of now would have made on every day of the past, beside what each method would have forecast from strictly earlier days. It says how well the method fits
 * this book, not what the desk made.
 * @param window `lookbackDays` where it is left out
 */
export function bookBacktest(exposures: readonly Exposure[], series: readonly PriceSeries[], options: RiskOptions, window = options.lookbackDays): BookBacktest {
  const confidence = options.confidence ?? VAR_CONVENTIONS.confidence;
  const model = new RiskModel(series, { ...options, lookbackDays: MOST_DAYS });
  const part = new Part(exposures, model);
  const returns = model.observations;
  const none = (reason: string): BookBacktest => ({ window, returns, confidence, days: [], pnl: [], methods: [], reason });
  const isFlat = exposures.every(({ value }) => value?.mantissa === 0n);
  if (isFlat) return none("nothing_held");
  if (part.report === undefined) return none(part.reason ?? "too_few");
  if (returns <= window) return none("too_few");
  const from = Math.max(window, returns - MOST_SHOWN);
  const methods = backtest(part.pnl, { confidence, window, ...(options.lambda === undefined ? {} : { lambda: options.lambda }) }).map(({ method, forecasts, breaches, rate, expected, kupiec, independence, zone, var: losses }): MethodBacktest => ({
    method, forecasts, breaches, rate: rate ?? null, expected, kupiecP: kupiec?.pValue ?? null, independenceP: independence?.pValue ?? null, zone: zone ?? null,
    var: Array.from(losses.subarray(from), (loss) => (Number.isNaN(loss) ? null : loss)),
  }));
  return { window, returns, confidence, days: Array.from(model.returns.days.subarray(from), dayText), pnl: [...part.pnl.subarray(from)], methods, reason: null };
}

/**
 * A UTC day, counted from 1970.
 * @example dayText(19723) // => "2024-01-01"
 */
export function dayText(day: number): string {
  return formatTime(BigInt(day) * DAY_NS).slice(0, 10);
}
