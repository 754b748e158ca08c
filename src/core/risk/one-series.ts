import { deviation, mean, normalQuantile, orderStatistic, quantile, select, sum, tailRank, type Numbers } from "../num/index.ts";
import { normalShortfall } from "./portfolio-var.ts";
import { tailOf, weightedOf } from "./tail.ts";

/** `loss`: a loss is > 0, the default everywhere; `signed`: as the returns have it. Nothing is floored or made absolute. */
export type SignConvention = "loss" | "signed";

export interface HistoricalVarOptions {
  readonly tail: number; // the tail probability itself: 0.05
  /** `order_statistic` names a day; `floor` is one rank better where tail·n is not whole, and none below one; `linear` is type 7, `median_unbiased` type 8. */
  readonly quantile?: "order_statistic" | "floor" | "linear" | "median_unbiased";
  readonly sign?: SignConvention;
}

/**
 * Historical VaR of one row of returns or P&L; NaN is a day that is missing, and left out; `undefined` of nothing.
 * @example historicalVar([-5, -4, -3, -2, -1, 0, 1, 2, 3, 4], { tail: 0.1, quantile: "linear" })?.toFixed(9) // => "4.100000000"
 * @example historicalVar([0.01, 0.02, 0.03, 0.04, 0.05], { tail: 0.05 }) // => -0.01
 * @example historicalVar([-0.03, NaN, 0.02], { tail: 0.5 }) // => 0.03
 */
export function historicalVar(all: Numbers, { tail, quantile: kind = "order_statistic", sign = "loss" }: HistoricalVarOptions): number | undefined {
  const values = known(all);
  const found = kind === "linear" ? quantile(values, tail) : kind === "median_unbiased" ? quantile(values, tail, 8) : kind === "floor" ? flooredStatistic(values, tail) : orderStatistic(values, tail);
  return signed(found, sign);
}

function known(values: Numbers): Float64Array {
  const all = Float64Array.from(values);
  return all.some(Number.isNaN) ? all.filter((value) => !Number.isNaN(value)) : all;
}

function flooredStatistic(values: Numbers, tail: number): number | undefined {
  const rank = Math.floor(tail * values.length + 1e-9);
  return rank === 0 ? undefined : select(Float64Array.from(values), rank);
}

export interface HistoricalShortfallOptions {
  readonly tail: number;
  /** `fractional` by default; the others are means of all values at or below, or below, a bound. */
  readonly method?: "fractional" | "tail_mean" | "at_or_below_linear" | "below_linear" | "below_parametric";
  readonly sign?: SignConvention;
}

/**
 * Expected shortfall of one row of returns or P&L; NaN is left out; `undefined` where nothing is in the tail.
 * @example historicalShortfall([-4, -2, 0, 2], { tail: 0.375 })?.toFixed(6) // => "3.333333"
 * @example historicalShortfall([-0.1, -0.08, -0.05, -0.03, -0.01, 0.01, 0.02, 0.03, 0.04, 0.05], { tail: 0.2, sign: "signed" })?.toFixed(9) // => "-0.090000000"
 */
export function historicalShortfall(all: Numbers, { tail, method = "fractional", sign = "loss" }: HistoricalShortfallOptions): number | undefined {
  const values = known(all);
  if (values.length === 0) return undefined;
  if (method === "fractional") return signed(weightedOf(tailOf(values, tail).shortfall, (i) => values[i]!), sign);
  const bound = boundOf(values, tail, method);
  if (bound === undefined) return undefined;
  const strictly = method === "below_linear" || method === "below_parametric";
  return signed(mean(values.filter((value) => (strictly ? value < bound : value <= bound))), sign);
}

function boundOf(values: Numbers, tail: number, method: "tail_mean" | "at_or_below_linear" | "below_linear" | "below_parametric"): number | undefined {
  if (method === "tail_mean") return select(Float64Array.from(values), tailRank(values.length, tail));
  if (method !== "below_parametric") return quantile(values, tail)! + (method === "at_or_below_linear" ? 1e-15 : 0);
  const spread = deviation(values);
  return spread === undefined ? undefined : mean(values)! + normalQuantile(tail) * spread;
}

export interface ParametricOptions {
  readonly mean: number; // over the horizon
  readonly deviation: number;
  readonly tail: number;
  readonly sign?: SignConvention;
}

/**
 * Normal VaR of a mean and a deviation.
 * @example parametricVar({ mean: 0.001, deviation: 0.02, tail: 0.05 }).toFixed(6) // => "0.031897"
 */
export function parametricVar({ mean: centre, deviation: spread, tail, sign = "loss" }: ParametricOptions): number {
  return signed(centre + normalQuantile(tail) * spread, sign);
}

/**
 * Normal expected shortfall of a mean and a deviation.
 * @example parametricShortfall({ mean: 0, deviation: 0.02, tail: 0.05 }).toFixed(6) // => "0.041254"
 */
export function parametricShortfall({ mean: centre, deviation: spread, tail, sign = "loss" }: ParametricOptions): number {
  return signed(centre - normalShortfall(tail) * spread, sign);
}

/** The mean of losses worse than the tail, of rows that are losses (> 0) already, such as drawdowns; the boundary in part. */
export function worstMean(losses: Numbers, tail: number): number | undefined {
  return losses.length === 0 ? undefined : weightedOf(tailOf(Float64Array.from(losses, (loss) => -loss), tail).shortfall, (i) => losses[i]!);
}

/**
 * Expected shortfall over several liquidity horizons (Basel, MAR33.5): each further horizon counts by the root of what it adds, in units of the base.
 * @param byHorizon shortfall of the risk factors that take at least so many days to sell
 * @example liquidityHorizonShortfall(new Map([[10, 100], [20, 60], [40, 30]]), 10).toFixed(6) // => "124.096736"
 */
export function liquidityHorizonShortfall(byHorizon: ReadonlyMap<number, number>, baseHorizon: number): number {
  const horizons = [...byHorizon].sort(([a], [b]) => a - b);
  return Math.sqrt(sum(horizons.map(([horizon, shortfall], i) => shortfall * shortfall * (i === 0 ? 1 : (horizon - horizons[i - 1]![0]) / baseHorizon))));
}

function signed(value: number, sign: SignConvention): number;
function signed(value: number | undefined, sign: SignConvention): number | undefined;
function signed(value: number | undefined, sign: SignConvention): number | undefined {
  return value === undefined ? undefined : sign === "loss" ? 0 - value : value;
}
