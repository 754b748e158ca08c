import { risk, statistics } from "../../index.ts";
import type { Metric } from "./metric-case.ts";
import type { Inputs } from "./metric-inputs.ts";

const SIDES = { positive: (value: number) => value > 0, negative: (value: number) => value < 0, nonzero: (value: number) => value !== 0, all: () => true };

function filtered(inputs: Inputs, params: Inputs): Float64Array {
  return inputs.present("values").filter(params.choice("filter", SIDES, "all"));
}

/** What deviations are taken from: a number, or the mean by its name. */
function targetOf(values: Float64Array, params: Inputs): number {
  if (!params.has("target")) return 0;
  try {
    return params.number("target");
  } catch {
    return params.choice("target", { mean: statistics.mean(values) ?? Number.NaN });
  }
}

function varianceOf(inputs: Inputs, params: Inputs, name = "values"): number | undefined {
  return statistics.variance(inputs.present(name), params.number("ddof"));
}

function partialMoment(inputs: Inputs, params: Inputs, side: 1 | -1): number | undefined {
  const [order, target] = [params.number("order"), params.number("target")];
  return statistics.mean(inputs.present("values").map((value) => Math.max(side * (value - target), 0) ** order));
}

const scaled = (value: number | undefined, factor: number) => (value === undefined ? undefined : value * factor);

/** Statistics by the names of the oracle. */
export const STATISTICS_METRICS: Readonly<Record<string, Metric>> = {
  mean: (inputs, params) => statistics.mean(filtered(inputs, params)),
  extreme: (inputs, params) => {
    if (!params.has("filter") && inputs.row("values").some(Number.isNaN)) return undefined; // of all values, some of which are missing
    const values = filtered(inputs, params);
    return values.length === 0 ? undefined : params.choice("which", { max: () => Math.max(...values), min: () => Math.min(...values) })();
  },
  variance: (inputs, params) => scaled(varianceOf(inputs, params), params.number("scale", 1)),
  std: (inputs, params) => scaled(statistics.deviation(inputs.present("values"), params.number("ddof")), Math.sqrt(params.number("periods_per_year", 1))),
  volatility: (inputs, params) => risk.volatility(inputs.present("returns"), { ddof: params.ddof(), periodsPerYear: params.number("periods_per_year") }),
  variance_from_m2: (inputs, params) => {
    const under = inputs.number("count") - params.number("ddof");
    return under <= 0 ? 0 : inputs.number("m2") / under;
  },
  semi_variance: (inputs, params) => {
    const values = inputs.present("values");
    const target = targetOf(values, params);
    return statistics.centralMoment(values.map((value) => Math.min(value - target, 0)), 2, params.number("ddof"), 0);
  },
  mean_abs_deviation: (inputs, params) => {
    const values = inputs.present("values");
    const target = targetOf(values, params);
    return statistics.mean(values.map((value) => Math.abs(value - target)));
  },
  lower_partial_moment: (inputs, params) => partialMoment(inputs, params, -1),
  upper_partial_moment: (inputs, params) => partialMoment(inputs, params, 1),
  skewness: (inputs, params) => statistics.skewness(inputs.present("values"), params.choice("bias", { population: "population", sample: "sample" } as const)),
  kurtosis: (inputs, params) => {
    const excess = statistics.excessKurtosis(inputs.present("values"), params.choice("bias", { population: "population", sample: "sample" } as const));
    return excess === undefined ? undefined : excess + (params.flag("excess") ? 0 : 3);
  },
  covariance: (inputs, params) => statistics.covariance(inputs.row("x"), inputs.row("y"), params.number("ddof")),
  correlation: (inputs) => statistics.correlation(inputs.row("x"), inputs.row("y")),
  autocorrelation: (inputs, params) => {
    const [values, lag] = [inputs.present("returns"), params.number("lag")];
    return statistics.correlation(values.subarray(lag), values.subarray(0, values.length - lag));
  },
  norm_ppf: (inputs) => Array.from(inputs.row("p"), statistics.normalQuantile),
  norm_cdf: (inputs) => Array.from(inputs.row("x"), statistics.normalCdf),
  binomial_cdf: (inputs) => Array.from(inputs.row("exceptions"), (count) => statistics.binomialCdf(count, inputs.number("observations"), inputs.number("tail"))),
  ewma_volatility: (inputs, params) => risk.volatility(inputs.row("returns"), { estimator: "ewma", lambda: params.number("lambda"), seed: "first_square" }),
};
