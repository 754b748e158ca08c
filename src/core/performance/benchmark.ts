import { covariance, deviation, mean, sum, variance, type Numbers } from "../num/index.ts";
import { estimate, presentPairs, carried, type Estimate } from "./estimate.ts";
import { annualReturn, growth } from "./growth.ts";
import type { RatePerPeriod } from "./ratios.ts";

const NO_DEVIATION = 1e-14;
const NO_VARIANCE = 1e-16;

/**
 * Information ratio: the mean of what a portfolio made over its benchmark ÷ the deviation of that, × √k.
 * Periods in which one of the two is missing (NaN) are left out.
 * @example informationRatio([0.02, 0.04], [0.01, 0.01]).toFixed(6) // => "1.414214"
 */
export function informationRatio(returns: Numbers, benchmark: Numbers, { periodsPerYear = 1, ddof = 1 }: { readonly periodsPerYear?: number; readonly ddof?: number } = {}): Estimate {
  const active = activeOf(returns, benchmark);
  if (active.length < 2) return "too_few";
  const spread = deviation(active, ddof)!;
  return spread <= NO_DEVIATION ? "zero_variance" : estimate((mean(active)! / spread) * Math.sqrt(periodsPerYear));
}

/**
 * Tracking error: the deviation of what a portfolio made over its benchmark, × √k.
 * @example trackingError([0.02, 0.04], [0.01, 0.01]).toFixed(6) // => "0.014142"
 */
export function trackingError(returns: Numbers, benchmark: Numbers, periodsPerYear = 1, ddof = 1): Estimate {
  const active = activeOf(returns, benchmark);
  if (active.length < 2) return "too_few";
  const spread = deviation(active, ddof)!;
  return (spread < 1e-15 ? 0 : spread) * Math.sqrt(periodsPerYear);
}

function activeOf(returns: Numbers, benchmark: Numbers): Float64Array {
  const [a, b] = presentPairs(returns, benchmark);
  return a.map((value, i) => value - b[i]!);
}

/** Which periods count: all, or those in which the benchmark rose or fell. A benchmark of 0 is up where it says so. */
export type Subset = "all" | "benchmark_positive" | "benchmark_negative";

export interface RegressionOptions {
  readonly riskFree?: RatePerPeriod | undefined; // per period, taken from both
  readonly subset?: Subset | undefined;
  readonly zeroIsUp?: boolean | undefined;
}

function pairsOf(returns: Numbers, benchmark: Numbers, { riskFree = 0, subset = "all", zeroIsUp = false }: RegressionOptions): readonly [Float64Array, Float64Array] {
  const less = (values: Numbers) => Float64Array.from(values, (value, i) => value - (typeof riskFree === "number" ? riskFree : riskFree[i]!));
  const [a, b] = presentPairs(less(returns), less(benchmark));
  if (subset === "all") return [a, b];
  const isIn = (value: number) => (subset === "benchmark_negative" ? value < 0 : zeroIsUp ? value >= 0 : value > 0);
  return [a.filter((_, i) => isIn(b[i]!)), b.filter(isIn)];
}

/**
 * Beta: covariance with the benchmark ÷ its variance, of the returns over the risk-free rate.
 * @example beta([0.02, 0.04, 0.06], [0.01, 0.02, 0.03]).toFixed(9) // => "2.000000000"
 */
export function beta(returns: Numbers, benchmark: Numbers, options: RegressionOptions = {}): Estimate {
  const [a, b] = pairsOf(returns, benchmark, options);
  return betaOf(a, b);
}

function betaOf(a: Numbers, b: Numbers): Estimate {
  if (a.length < 2) return "too_few";
  const spread = variance(b)!;
  return spread <= NO_VARIANCE ? "zero_variance" : estimate(covariance(a, b)! / spread);
}

/**
 * Jensen's alpha: what the mean exceeds by what beta explains. none: per period; arithmetic: × k; geometric: (1 + a)^k − 1.
 * The sides of `subset` are those of the benchmark itself where the rate is one number, of its excess where it is a row.
 * @see Jensen (1968), J. Finance 23(2), 389–416
 * @example alpha([0.03, 0.05, 0.07], [0.01, 0.02, 0.03]).toFixed(9) // => "0.010000000"
 */
export function alpha(returns: Numbers, benchmark: Numbers, { riskFree = 0, annualization = "none", periodsPerYear = 1, ...rest }: RegressionOptions & { readonly annualization?: "none" | "arithmetic" | "geometric" | undefined; readonly periodsPerYear?: number | undefined } = {}): Estimate {
  const isRow = typeof riskFree !== "number";
  const [a, b] = pairsOf(returns, benchmark, { zeroIsUp: true, ...rest, riskFree: isRow ? riskFree : 0 });
  const rate = isRow ? 0 : riskFree;
  return carried(betaOf(a, b), (slope) => {
    const period = mean(a)! - rate - slope * (mean(b)! - rate);
    return annualization === "none" ? period : annualization === "arithmetic" ? period * periodsPerYear : (1 + period) ** periodsPerYear - 1;
  });
}

/**
 * Treynor ratio: yearly compounded return over the yearly rate ÷ beta.
 * @param riskFree per period
 * @example treynorRatio([0.02, 0.04], [0.01, 0.02], 2).toFixed(4) // => "0.0304"
 */
export function treynorRatio(returns: Numbers, benchmark: Numbers, periodsPerYear: number, riskFree = 0): Estimate {
  const [a, b] = presentPairs(returns, benchmark);
  const rate = (1 + riskFree) ** periodsPerYear - 1;
  const slope = betaOf(a, b);
  if (typeof slope !== "number") return slope;
  if (Math.abs(slope) < NO_DEVIATION) return "not_applicable";
  return carried(annualReturn(a, periodsPerYear), (yearly) => (yearly - rate) / slope);
}

export interface CaptureOptions {
  readonly side: "all" | "up" | "down"; // periods in which the benchmark rose or fell
  readonly method: "annualized" | "geometric" | "arithmetic"; // how each side's returns become one
  readonly periodsPerYear?: number | undefined; // of annualized
  readonly zeroIsDown?: boolean | undefined; // whether a benchmark of 0 fell
  readonly missingCounts?: boolean | undefined; // of annualized: a missing return (NaN) is a period of 0, instead of being left out with its pair
}

/**
 * Capture ratio: what a portfolio made ÷ what its benchmark made, over the periods of one side.
 * Periods with one of the two missing (NaN) are left out.
 * @example captureRatio([0.2, -0.1], [0.1, -0.1], { side: "up", method: "geometric" }).toFixed(6) // => "2.000000"
 */
export function captureRatio(returns: Numbers, benchmark: Numbers, { side, method, periodsPerYear = 1, zeroIsDown = false, missingCounts = false }: CaptureOptions): Estimate {
  const [all, bench] = missingCounts ? [Float64Array.from(returns), Float64Array.from(benchmark)] : presentPairs(returns, benchmark);
  const isIn = (value: number) => side === "all" || (side === "up" ? value > 0 : zeroIsDown ? value <= 0 : value < 0);
  const [a, b] = [all.filter((_, i) => isIn(bench[i]!)), bench.filter(isIn)];
  if (a.length === 0) return "too_few";
  if (method !== "annualized" && [...a, ...b].some(Number.isNaN)) return "missing";
  const made = (values: Float64Array): number => (method === "arithmetic" ? sum(values) : growth(values) ** (method === "annualized" ? periodsPerYear / values.length : 1) - 1);
  return estimate(made(a) / made(b));
}

/**
 * Up capture ÷ down capture.
 * @example upDownCapture([0.2, -0.1], [0.1, -0.1], { method: "geometric" }).toFixed(6) // => "2.000000"
 */
export function upDownCapture(returns: Numbers, benchmark: Numbers, options: Omit<CaptureOptions, "side">): Estimate {
  const down = captureRatio(returns, benchmark, { ...options, side: "down" });
  const up = captureRatio(returns, benchmark, { ...options, side: "up" });
  return typeof down === "number" ? carried(up, (value) => value / down) : down;
}

/**
 * How often a portfolio beat its benchmark: of all periods, of those in which that rose, and in which it fell.
 * @example battingAverage([0.2, 0, 0.1], [0.1, 0.1, -0.1]) // => [0.6666666666666666, 0.5, 1]
 */
export function battingAverage(returns: Numbers, benchmark: Numbers): readonly [all: Estimate, up: Estimate, down: Estimate] {
  const share = (isIn: (value: number) => boolean): Estimate => {
    const places = Array.from(benchmark, (value, i) => [returns[i]!, value] as const).filter(([, value]) => isIn(value));
    return places.length === 0 ? "too_few" : places.filter(([a, b]) => a > b).length / places.length;
  };
  return [share(() => true), share((value) => value > 0), share((value) => value < 0)];
}
