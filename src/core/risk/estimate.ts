import type { RepairedCorrelation } from "../num/index.ts";
import type { QuantileKind, ShortfallKind } from "./tail.ts";

/** How a loss is estimated. */
export type VarMethod = "parametric" | "historical_simulation" | "filtered_historical" | "monte_carlo" | "cornish_fisher";
export const VAR_METHODS: readonly VarMethod[] = ["parametric", "historical_simulation", "filtered_historical", "monte_carlo", "cornish_fisher"];
const SHORT_NAMES: Readonly<Record<string, VarMethod>> = { historical: "historical_simulation", filtered: "filtered_historical" };

/**
 * The method that a text names, also by its short name; `undefined` for none.
 * @example varMethodOf("historical") // => "historical_simulation"
 */
export function varMethodOf(text: string): VarMethod | undefined {
  return VAR_METHODS.find((method) => method === text) ?? SHORT_NAMES[text];
}

/** The conventions of an estimate; each has a default, and each answer says which it had. */
export interface VarConventions {
  readonly confidence: number; // 0.95: losses beyond are expected on 5 % of days
  readonly horizonDays: number; // 1: mean × days, deviation × √days; scenarios × √days
  readonly volatility: "sample" | "zero_mean" | "ewma"; // parametric: n − 1 and the mean; the mean taken as 0; EWMA, mean taken as 0
  readonly ddof: 0 | 1; // of sample moments: 1
  readonly lambda: number; // of EWMA: 0.94
  readonly seedReturns: number; // whose variance an EWMA starts with: 252
  readonly quantile: QuantileKind; // of scenarios: order_statistic
  readonly shortfall: ShortfallKind; // of scenarios: fractional
  readonly scenarios: number; // of Monte Carlo: 10,000, in pairs of opposite ones
  readonly randomSeed: number; // of Monte Carlo: 1
}

export const VAR_CONVENTIONS: VarConventions = {
  confidence: 0.95, horizonDays: 1, volatility: "sample", ddof: 1, lambda: 0.94, seedReturns: 252, quantile: "order_statistic", shortfall: "fractional", scenarios: 10_000, randomSeed: 1,
};

/** Positions as columns: exposure in the reporting currency (short < 0) times the return of its column is what it makes on that day. */
export interface Holdings {
  readonly exposures: ArrayLike<number>;
  readonly columns: readonly Float64Array[];
  readonly length: number; // returns in each column
  readonly pnl?: Float64Array | undefined; // of each row, where that is known already
}

/** A figure of the whole and its slope by each exposure. All methods are homogeneous of degree one: exposures × slopes add up to the figure (Euler). */
export interface Slopes {
  readonly value: number; // a loss > 0
  slope(position: number): number; // how much it grows for one more unit of exposure
}

/** What an estimator finds. */
export interface Estimate {
  readonly var: Slopes;
  readonly expectedShortfall: Slopes;
  readonly scenario?: number; // the row whose loss is the VaR, where it is one row
  readonly repair?: RepairedCorrelation["repair"];
  readonly domain?: CornishFisherDomain;
}

/** Whether the Cornish–Fisher expansion is a quantile function there. */
export interface CornishFisherDomain {
  readonly skewness: number; // of the horizon
  readonly excessKurtosis: number;
  readonly everywhere: boolean; // it rises everywhere (Maillard 2012)
  readonly inTail: boolean; // it rises from its quantile of 1 in 10,000 up to the one asked for
}

/** P&L of each row: Σ exposure × return. */
export function pnlOf({ exposures, columns, length, pnl: known }: Holdings): Float64Array {
  if (known !== undefined) return known;
  const pnl = new Float64Array(length);
  for (let i = 0; i < columns.length; i += 1) if (exposures[i] !== 0) addScaled(pnl, exposures[i]!, columns[i]!);
  return pnl;
}

/** `to += factor · column`. */
export function addScaled(to: Float64Array, factor: number, column: Float64Array): void {
  for (let t = 0; t < to.length; t += 1) to[t]! += factor * column[t]!;
}
