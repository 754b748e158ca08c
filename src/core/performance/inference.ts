import { deviation, excessKurtosis, mean, normalCdf, normalQuantile, skewness, type Numbers } from "../num/index.ts";
import { estimate, isFlat, present, type Estimate, type Reason } from "./estimate.ts";

/** A Sharpe ratio per period, and how far it may be off, of returns that need not be normal. */
export interface SharpeInference {
  readonly ratio: number;
  readonly variance: number; // of the ratio: (1 − skew·SR + (kurtosis − 1)/4·SR²) ÷ (n − 1)
  readonly kurtosis: number; // raw: 3 for a normal distribution
  readonly count: number;
}

/**
 * The Sharpe ratio with its sampling variance, by sample skewness and kurtosis (raw, 3 for a normal distribution, in the formula).
 * @param riskFree per period
 * @see Bailey & López de Prado (2012), J. Risk 15(2), 3–44; Mertens (2002)
 */
export function sharpeInference(returns: Numbers, riskFree = 0): SharpeInference | Reason {
  const values = present(returns);
  const [skew, tails] = [skewness(values, "sample"), excessKurtosis(values, "sample")];
  if (values.length < 4) return "too_few";
  if (skew === undefined || tails === undefined || isFlat(deviation(values)!, mean(values)!)) return "zero_variance";
  const ratio = (mean(values)! - riskFree) / deviation(values)!;
  const kurtosis = tails + 3;
  return { ratio, kurtosis, count: values.length, variance: (1 - skew * ratio + ((kurtosis - 1) / 4) * ratio * ratio) / (values.length - 1) };
}

/**
 * The probability that the true Sharpe ratio exceeds `benchmark` (per period).
 * @example probabilisticSharpe([0.01, 0.02, -0.01, 0.03, 0.01], 0).toFixed(4) // => "0.8788"
 */
export function probabilisticSharpe(returns: Numbers, benchmark: number, riskFree = 0): Estimate {
  return of(sharpeInference(returns, riskFree), ({ ratio, variance }) => (variance > 0 ? normalCdf((ratio - benchmark) / Math.sqrt(variance)) : undefined));
}

/**
 * How many periods it takes until the ratio that was seen exceeds `benchmark` at a significance.
 * @example typeof leastTrackRecord([0.01, 0.02, -0.01, 0.03, 0.01], 0, 0.05) // => "number"
 */
export function leastTrackRecord(returns: Numbers, benchmark: number, significance: number, riskFree = 0): Estimate {
  return of(sharpeInference(returns, riskFree), ({ ratio, variance, count }) => 1 + variance * (count - 1) * (normalQuantile(1 - significance) / (ratio - benchmark)) ** 2);
}

/**
 * The interval that the true ratio lies in, all but `significance` of the time.
 * @example sharpeInterval([0.01, 0.01], 0.05) // => "too_few"
 */
export function sharpeInterval(returns: Numbers, significance: number, riskFree = 0): readonly [low: number, high: number] | Reason {
  const found = sharpeInference(returns, riskFree);
  if (typeof found === "string") return found;
  const off = normalQuantile(1 - significance / 2) * Math.sqrt(found.variance);
  return found.variance > 0 ? [found.ratio - off, found.ratio + off] : "not_applicable";
}

/**
 * The ratio in units of its own deviation.
 * @see Vinod & Morey (2001), J. Asset Management 2, 105–120
 */
export function doubleSharpe(returns: Numbers, riskFree = 0): Estimate {
  return of(sharpeInference(returns, riskFree), ({ ratio, variance }) => (variance > 0 ? ratio / Math.sqrt(variance) : undefined));
}

/** The ratio with what small samples add to it taken off: SR ÷ (1 + (kurtosis − 1) ÷ 4n). */
export function biasAdjustedSharpe(returns: Numbers, riskFree = 0): Estimate {
  return of(sharpeInference(returns, riskFree), ({ ratio, kurtosis, count }) => ratio / (1 + (kurtosis - 1) / 4 / count));
}

function of(found: SharpeInference | Reason, figure: (found: SharpeInference) => number | undefined): Estimate {
  return typeof found === "string" ? found : estimate(figure(found));
}
