import { centralMoment, deviation, mean, normalQuantile, select, tailRank, type Numbers } from "../num/index.ts";
import { cornishFisher } from "./cornish-fisher.ts";
import { tailProbability } from "./tail.ts";
import { baselZone, christoffersen, kupiec, type BaselZone } from "./var-tests.ts";
import { EWMA_LAMBDA, ewmaVariances } from "./volatility.ts";

/** What is tested: the methods of `portfolioVar` that one row of returns tells apart; `ewma` is parametric with EWMA volatility and no mean. */
export type BacktestMethod = "historical_simulation" | "filtered_historical" | "ewma" | "parametric" | "cornish_fisher";
export const BACKTEST_METHODS: readonly BacktestMethod[] = ["historical_simulation", "filtered_historical", "ewma", "parametric", "cornish_fisher"];

export interface BacktestOptions {
  readonly confidence?: number; // 0.95
  readonly window?: number; // returns that a forecast looks at: 252
  readonly lambda?: number; // 0.94
  readonly methods?: readonly BacktestMethod[];
}

/** How forecasts of one method fared. */
export interface BacktestResult {
  readonly method: BacktestMethod;
  readonly forecasts: number; // days with a forecast; Cornish–Fisher gives none where its expansion is no quantile function
  readonly breaches: number; // days whose loss was larger than forecast
  readonly rate: number | undefined; // breaches ÷ forecasts
  readonly expected: number; // tail × forecasts
  readonly kupiec: { readonly likelihoodRatio: number; readonly pValue: number } | undefined;
  readonly independence: { readonly likelihoodRatio: number; readonly pValue: number } | undefined; // undefined: nothing to test
  readonly zone: BaselZone | undefined;
  readonly var: Float64Array; // one a return: forecast loss, NaN where there was none
}

/** Where a forecast of day t comes from: returns before t only. */
type Forecast = (t: number) => number;

/**
 * One-day forecasts over a row of returns, each from strictly earlier ones: the first is for the return after the first window.
 * @param returns oldest first
 */
export function backtest(returns: Numbers, { confidence = 0.95, window = 252, lambda = EWMA_LAMBDA, methods = BACKTEST_METHODS }: BacktestOptions = {}): BacktestResult[] {
  const values = Float64Array.from(returns);
  const tail = tailProbability(confidence);
  return methods.map((method) => {
    const forecast = values.length > window && window >= 2 ? forecasterOf(method, values, tail, window, lambda) : () => Number.NaN;
    const found = values.map((_, t) => (t < window ? Number.NaN : forecast(t)));
    return { method, ...judged(values, found, tail) };
  });
}

function judged(values: Float64Array, forecasts: Float64Array, tail: number): Omit<BacktestResult, "method"> {
  const hits: number[] = [];
  for (let t = 0; t < values.length; t += 1) if (!Number.isNaN(forecasts[t]!)) hits.push(-values[t]! > forecasts[t]! ? 1 : 0);
  const breaches = hits.reduce((total, hit) => total + hit, 0);
  const { testable, likelihoodRatio, pValue } = christoffersen(hits);
  const some = hits.length > 0;
  return {
    forecasts: hits.length, breaches, rate: some ? breaches / hits.length : undefined, expected: tail * hits.length,
    kupiec: some ? kupiec(hits.length, breaches, tail) : undefined,
    independence: testable ? { likelihoodRatio, pValue } : undefined,
    zone: some ? baselZone(breaches, hits.length, tail) : undefined, var: forecasts,
  };
}

function forecasterOf(method: BacktestMethod, values: Float64Array, tail: number, window: number, lambda: number): Forecast {
  switch (method) {
    case "historical_simulation":
      return rollingStatistic(values, tail, window);
    case "filtered_historical": {
      const variances = ewmaVariances(values, lambda, window)!;
      const ofDeviation = rollingStatistic(values.map((value, t) => (variances[t]! > 0 ? value / Math.sqrt(variances[t]!) : 0)), tail, window);
      return (t) => ofDeviation(t) * Math.sqrt(variances[t]!);
    }
    case "ewma": {
      const variances = ewmaVariances(values, lambda, window)!;
      const z = -normalQuantile(tail);
      return (t) => z * Math.sqrt(variances[t]!);
    }
    case "parametric": {
      const z = -normalQuantile(tail);
      return (t) => {
        const seen = values.subarray(t - window, t);
        return z * deviation(seen)! - mean(seen)!;
      };
    }
    case "cornish_fisher":
      return (t) => cornishFisherForecast(values.subarray(t - window, t), tail);
  }
}

function rollingStatistic(values: Float64Array, tail: number, window: number): Forecast {
  const rank = tailRank(window, tail);
  const scratch = new Float64Array(window);
  return (t) => {
    scratch.set(values.subarray(t - window, t));
    return 0 - select(scratch, rank);
  };
}

function cornishFisherForecast(seen: Float64Array, tail: number): number {
  const centre = mean(seen)!;
  const second = centralMoment(seen, 2, 0, centre)!;
  const flat = !(second > 0);
  const skewness = flat ? 0 : centralMoment(seen, 3, 0, centre)! / second ** 1.5;
  const excessKurtosis = flat ? 0 : centralMoment(seen, 4, 0, centre)! / second ** 2 - 3;
  const found = cornishFisher({ mean: centre, deviation: deviation(seen)!, skewness, excessKurtosis }, tail);
  return found.domain.inTail ? found.var : Number.NaN;
}
