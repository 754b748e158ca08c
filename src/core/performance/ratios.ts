import { correlation, deviation, drawdownSeries, levelsOf, mean, quantile, sum, type Numbers } from "../num/index.ts";
import { estimate, isFlat, present, carried, zeroForMissing, type Estimate } from "./estimate.ts";
import { annualReturn } from "./growth.ts";

/** A rate for every period, or one for each. */
export type RatePerPeriod = number | Numbers;

/** What returns exceed a rate by; missing ones (NaN) are left out. */
function excess(returns: Numbers, rate: RatePerPeriod): Float64Array {
  return present(Float64Array.from(returns, (value, i) => value - (typeof rate === "number" ? rate : rate[i]!)));
}

/**
 * The rate of a period that compounds to a yearly one.
 * @example periodRate(0.21, 2) // => 0.10000000000000009
 */
export function periodRate(annual: number, periodsPerYear: number): number {
  return (1 + annual) ** (1 / periodsPerYear) - 1;
}

/**
 * Sharpe ratio: mean of the excess return ÷ its deviation, × √k. √k assumes independent returns; k = 1 leaves it as it is.
 * @param returns simple returns, one a period (0.01 is 1 %); NaN: missing, left out
 * @param riskFree per period
 * @param ddof 1: sample deviation (n − 1)
 * @see Sharpe (1994), J. Portfolio Management 21(1), 49–58
 * @example sharpeRatio([0.01, 0.02, 0.03]) // => 2
 * @example sharpeRatio([0.01, 0.01, 0.01]) // => "zero_variance"
 */
export function sharpeRatio(returns: Numbers, { riskFree = 0, periodsPerYear = 1, ddof = 1 }: { readonly riskFree?: RatePerPeriod; readonly periodsPerYear?: number; readonly ddof?: number } = {}): Estimate {
  const over = excess(returns, riskFree);
  if (over.length < 2) return "too_few";
  const [average, spread] = [mean(over)!, deviation(over, ddof)!];
  if (isFlat(spread, average)) return "zero_variance";
  return estimate((average / spread) * Math.sqrt(periodsPerYear));
}

/**
 * Sharpe ratio of yearly figures: ((1 + mean)^k − 1 − yearly rate) ÷ (deviation × √k).
 * @example typeof sharpeFromAnnual([0.01, 0.02, 0.03], 252) // => "number"
 */
export function sharpeFromAnnual(returns: Numbers, periodsPerYear: number, riskFreeAnnual = 0, ddof = 1): Estimate {
  const values = present(returns);
  const spread = deviation(values, ddof);
  if (spread === undefined) return "too_few";
  if (isFlat(spread, 0)) return "zero_variance";
  return estimate(((1 + mean(values)!) ** periodsPerYear - 1 - riskFreeAnnual) / (spread * Math.sqrt(periodsPerYear)));
}

/**
 * Yearly volatility: deviation × √k.
 * @example volatility([0.01, 0.03], 252).toFixed(6) // => "0.224499"
 */
export function volatility(returns: Numbers, periodsPerYear = 1, ddof = 1): Estimate {
  return carried(estimate(deviation(present(returns), ddof), "too_few"), (spread) => spread * Math.sqrt(periodsPerYear));
}

/**
 * Downside deviation: the root of the mean square of what falls short of a required return.
 * @param required per period
 * @param over how many it is a mean of: all (n), all but one (n-1), or those that fell short
 * @example downsideDeviation([0.03, -0.03, 0, -0.04]) // => 0.025
 */
export function downsideDeviation(returns: Numbers, { required = 0, periodsPerYear = 1, over = "n" }: { readonly required?: RatePerPeriod; readonly periodsPerYear?: number; readonly over?: "n" | "n-1" | "downside" } = {}): Estimate {
  const off = excess(returns, required);
  const count = over === "n" ? off.length : over === "n-1" ? off.length - 1 : off.filter((value) => value < 0).length;
  if (off.length === 0 || count < 1) return off.length === 0 || over !== "downside" ? "too_few" : "no_losses";
  return estimate(Math.sqrt(sum(off.map((value) => Math.min(value, 0) ** 2)) / count) * Math.sqrt(periodsPerYear));
}

/**
 * Sortino ratio: mean over the required return ÷ downside deviation over all n, × √k.
 * @see Sortino & Price (1994), J. Investing 3(3), 59–64
 * @example sortinoRatio([0.03, -0.03, 0.04, -0.04]) // => 0
 * @example sortinoRatio([0.03, 0.01]) // => "no_losses"
 */
export function sortinoRatio(returns: Numbers, { required = 0, periodsPerYear = 1, leastCount = 2 }: { readonly required?: RatePerPeriod; readonly periodsPerYear?: number; readonly leastCount?: number } = {}): Estimate {
  const off = excess(returns, required);
  if (off.length < leastCount) return "too_few";
  const down = downsideDeviation(returns, { required });
  if (down === 0) return "no_losses";
  return carried(down, (below) => (mean(off)! / below) * Math.sqrt(periodsPerYear));
}

/**
 * Omega ratio: what was gained over a threshold ÷ what fell short of it.
 * @param requiredAnnual a yearly threshold, > −1, taken to a period by compounding
 * @see Keating & Shadwick (2002)
 * @example omegaRatio([0.03, -0.01], 252) // => 3
 */
export function omegaRatio(returns: Numbers, periodsPerYear: number, { requiredAnnual = 0, riskFree = 0, leastCount = 1 }: { readonly requiredAnnual?: number; readonly riskFree?: RatePerPeriod; readonly leastCount?: number } = {}): Estimate {
  if (returns.length < leastCount) return "too_few";
  if (requiredAnnual <= -1) return "not_applicable";
  const threshold = periodRate(requiredAnnual, periodsPerYear);
  const off = excess(returns, riskFree).map((value) => value - threshold);
  const down = -sum(off.filter((value) => value < 0));
  return down <= 0 ? "no_losses" : estimate(sum(off.filter((value) => value > 0)) / down);
}

/**
 * What was made ÷ what was lost on the way. net: the sum of all returns; gross: that of the gains.
 * @example gainToPain([0.75, -0.25]) // => 2
 */
export function gainToPain(returns: Numbers, numerator: "net" | "gross" = "net"): Estimate {
  const values = present(returns);
  const pain = -sum(values.filter((value) => value < 0));
  return pain === 0 ? "no_losses" : estimate(sum(numerator === "net" ? values : values.filter((value) => value > 0)) / pain);
}

/**
 * Calmar ratio: yearly compounded return ÷ greatest drawdown, of all the periods.
 * @param count periods that passed, where missing ones (NaN) are to count
 * @example calmarRatio([0.1, -0.5, 0.1], 3).toFixed(4) // => "-0.7900"
 */
export function calmarRatio(returns: Numbers, periodsPerYear: number, count?: number): Estimate {
  const yearly = annualReturn(returns, periodsPerYear, "geometric", count);
  const deepest = drawdownSeries(levelsOf(zeroForMissing(returns))).reduce((most, drawdown) => Math.max(most, drawdown), 0);
  if (typeof yearly === "number" && !(deepest > 0)) return "no_losses";
  return carried(yearly, (rate) => rate / deepest);
}

/**
 * Tail ratio: the size of the 95th percentile ÷ that of the 5th (type 7).
 * @example tailRatio([-0.01, 0, 0.02]).toFixed(6) // => "2.000000"
 */
export function tailRatio(returns: Numbers, tail = 0.05): Estimate {
  const values = present(returns);
  if (values.length === 0) return "too_few";
  return estimate(Math.abs(quantile(values, 1 - tail)!) / Math.abs(quantile(values, tail)!));
}

/**
 * Stability: R² of a straight line through the cumulated log returns. 1 grows at an even pace.
 * @example stability([0.1, 0.1, 0.1, 0.1]) // => 1
 * @example stability([0.1, -1, 0.1]) // => "not_applicable"
 */
export function stability(returns: Numbers): Estimate {
  const values = present(returns);
  if (values.length < 2) return "too_few";
  if (values.some((value) => value <= -1)) return "not_applicable"; // all was lost: a logarithm says nothing of it
  let height = 0;
  const heights = Array.from(values, (value) => (height += Math.log1p(value)));
  return carried(estimate(correlation(heights, heights.map((_, i) => i)), "zero_variance"), (r) => r ** 2);
}
