import { performance } from "../../index.ts";
import type { Metric } from "./metric-case.ts";
import type { Inputs } from "./metric-inputs.ts";

function figure(value: performance.Estimate): number | undefined {
  return typeof value === "number" ? value : undefined;
}

const target = (params: Inputs): performance.Target => (params.value("target") === "mean" ? "mean" : params.number("target", 0));
const FILTERS = { all: "all", positive: "positive", negative: "negative", nonzero: "nonzero" } as const;
const BIASES = { population: "population", sample: "sample" } as const;

/** Equity that a case gives, or that its returns lead to. */
function levels(inputs: Inputs, params: Inputs): { readonly levels: ArrayLike<number>; readonly as: "fraction" | "money"; readonly isFromReturns: boolean } {
  const compounding = params.choice("compounding", { geometric: "geometric", arithmetic: "arithmetic" } as const, "geometric");
  const as = compounding === "geometric" ? "fraction" : "money";
  if (inputs.has("equity")) return { levels: inputs.row("equity"), as, isFromReturns: false };
  const returns = params.text("nan", "zero") === "skip" ? inputs.present("returns") : inputs.row("returns").map((value) => (Number.isNaN(value) ? 0 : value));
  return { levels: performance.levelsOf(returns, { compounding, initial: params.flag("initial_equity", true) }), as, isFromReturns: true };
}

function falls(inputs: Inputs, params: Inputs): Float64Array {
  const { levels: row, as, isFromReturns } = levels(inputs, params);
  const series = performance.drawdownSeries(row, as);
  return isFromReturns && params.flag("initial_equity", true) && params.flag("drop_initial", true) ? series.subarray(1) : series;
}

const isEmpty = (inputs: Inputs) => inputs.row(inputs.has("equity") ? "equity" : "returns").length === 0;
const signed = (value: number, params: Inputs) => (params.text("sign", "negative") === "positive" || value === 0 ? value : -value);
const mean = (values: Float64Array) => figure(performance.meanOf(values));

/** Moments and drawdowns by the names of the oracle. */
export const MOMENTS: Readonly<Record<string, Metric>> = {
  mean: (inputs, params) => figure(performance.meanOf(inputs.row("values"), params.choice("filter", FILTERS, "all"))),
  extreme: (inputs, params) => figure(performance.extremeOf(inputs.row("values"), params.text("which") === "max" ? "max" : "min", params.choice("filter", FILTERS, "all"))),
  variance: (inputs, params) => scaled(performance.variance(inputs.present("values"), params.number("ddof")), params.number("scale", 1)),
  std: (inputs, params) => scaled(performance.deviation(inputs.present("values"), params.number("ddof")), Math.sqrt(params.number("periods_per_year", 1))),
  semi_variance: (inputs, params) => figure(performance.semiVariance(inputs.row("values"), params.number("ddof"), target(params))),
  mean_abs_deviation: (inputs, params) => figure(performance.meanAbsoluteDeviation(inputs.row("values"), target(params))),
  gini_mean_difference: (inputs) => figure(performance.giniMeanDifference(inputs.row("values"))),
  lower_partial_moment: (inputs, params) => figure(performance.partialMoment(inputs.row("values"), "lower", params.number("order"), params.number("target"))),
  upper_partial_moment: (inputs, params) => figure(performance.partialMoment(inputs.row("values"), "upper", params.number("order"), params.number("target"))),
  skewness: (inputs, params) => performance.skewness(inputs.present("values"), params.choice("bias", BIASES)),
  kurtosis: (inputs, params) => {
    const excess = performance.excessKurtosis(inputs.present("values"), params.choice("bias", BIASES));
    return excess === undefined ? undefined : excess + (params.flag("excess") ? 0 : 3);
  },
  covariance: (inputs, params) => performance.covariance(inputs.row("x"), inputs.row("y"), params.number("ddof")),
  correlation: (inputs) => performance.correlation(inputs.row("x"), inputs.row("y")),
  autocorrelation: (inputs, params) => figure(performance.autocorrelation(inputs.row("returns"), params.number("lag"))),
  variance_from_m2: (inputs, params) => performance.varianceOfSums(inputs.number("m2"), inputs.number("count"), params.number("ddof")),
  drawdown_series: (inputs, params) => Array.from(falls(inputs, params), (value) => signed(value, params)),
  max_drawdown: (inputs, params) => (isEmpty(inputs) ? (params.has("empty") ? params.number("empty") : undefined) : signed(falls(inputs, params).reduce((most, value) => Math.max(most, value), 0), params)),
  average_drawdown: (inputs, params) => mean(falls(inputs, params)),
  ulcer_index: (inputs, params) => {
    const square = performance.centralMoment(falls(inputs, params), 2, params.number("ddof", 0), 0);
    return square === undefined ? undefined : Math.sqrt(square);
  },
  top_drawdowns: (inputs, params) => performance.worstDrawdowns(inputs.row("equity"), params.number("top")).map(({ fraction, peak, trough, recovery }) => (params.text("fields", "") === "depth_peak_trough" ? [fraction, peak, trough] : [fraction, peak, trough, recovery])),
  max_recovery_periods: (inputs, params) => Math.max(0, ...performance.drawdowns(inputs.row("equity")).filter(({ recovered }) => recovered || params.flag("count_open")).map(({ periods }) => periods)),
};

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value * by;
}
