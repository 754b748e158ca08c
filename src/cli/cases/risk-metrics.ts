import { risk, statistics } from "../../index.ts";
import type { Metric } from "./metric-case.ts";
import type { Inputs } from "./metric-inputs.ts";

const SIGNS = { positive_loss: "loss", return: "signed" } as const;
const QUANTILES = { type7: "linear", lower_order_ceil: "order_statistic", lower_order_floor: "floor", type8: "median_unbiased" } as const;
const SHORTFALLS = { fractional: "fractional", mean_at_or_below_type7: "at_or_below_linear", mean_at_or_below_order_stat: "tail_mean", mean_below_type7: "below_linear", mean_below_parametric_var: "below_parametric" } as const;

/** Mean and deviation, given or of a row. */
function momentsOf(inputs: Inputs, params: Inputs): { readonly mean: number; readonly deviation: number } | undefined {
  if (inputs.has("mean")) return { mean: inputs.number("mean"), deviation: inputs.number("std") };
  const all = inputs.present("values");
  const values = params.has("window") ? all.subarray(-params.number("window")) : all;
  const deviation = statistics.deviation(values, params.number("ddof"));
  return deviation === undefined ? undefined : { mean: statistics.mean(values)!, deviation };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** How far each level lies below its peak, losses > 0. */
function drawdownsOf(inputs: Inputs, params: Inputs): Float64Array {
  const geometric = params.choice("compounding", { geometric: true, arithmetic: false }, "geometric");
  const as = geometric ? "fraction" : "money";
  if (inputs.has("equity")) return risk.drawdownSeries(inputs.row("equity"), as);
  const skip = params.choice("nan", { zero: false, skip: true }, "zero");
  const returns = skip ? inputs.present("returns") : inputs.row("returns").map((value) => (Number.isNaN(value) ? 0 : value));
  const initial = params.flag("initial_equity", true);
  const series = risk.drawdownSeries(risk.levelsOf(returns, { compounding: geometric ? "geometric" : "arithmetic", initial }), as);
  return initial && params.flag("drop_initial", true) ? series.subarray(1) : series;
}

/** A loss in the sign asked for; no −0. */
function asSigned(loss: number, params: Inputs, otherwise?: string): number {
  return params.choice("sign", { positive: loss, negative: 0 - loss }, otherwise);
}

function varOfMoments(inputs: Inputs, params: Inputs): number | undefined {
  const moments = momentsOf(inputs, params);
  if (moments === undefined) return undefined;
  const found = risk.parametricVar({ mean: params.flag("zero_mean") ? 0 : moments.mean, deviation: moments.deviation, tail: params.number("tail"), sign: params.choice("sign", SIGNS, "return") });
  const floored = params.flag("floor_at_zero") ? Math.max(found, 0) : found;
  return params.has("round") ? rounded(floored, params.number("round")) : floored;
}

function cornishFisherOf(inputs: Inputs, params: Inputs): number | undefined {
  const values = inputs.present("values");
  const [deviation, skewness, excessKurtosis] = [statistics.deviation(values, params.number("ddof")), statistics.skewness(values), statistics.excessKurtosis(values)];
  if (deviation === undefined || skewness === undefined || excessKurtosis === undefined) return undefined;
  const { var: loss } = risk.cornishFisher({ mean: statistics.mean(values)!, deviation, skewness, excessKurtosis }, params.number("tail"));
  return params.choice("sign", { positive_loss: loss, return: 0 - loss }, "return");
}

function portfolioVarOf(inputs: Inputs, params: Inputs): number | undefined {
  const rows = inputs.rows("returns_matrix");
  const columns = Array.from(rows[0] ?? [], (_, i) => rows.map((row) => row[i]!));
  const { var: loss } = risk.portfolioVar({ exposures: inputs.row("weights"), returns: risk.matrixOfReturns(columns), method: "parametric", confidence: 1 - params.number("tail"), ddof: params.ddof() });
  return loss === undefined ? undefined : params.choice("sign", { positive_loss: loss, return: 0 - loss }, "return");
}

const covarianceRiskOf = (weights: Float64Array, inputs: Inputs, tail = 0.05) => risk.covarianceRisk(weights, inputs.rows("cov"), 1 - tail);

/** What is told of the hits of a backtest. */
const BACKTESTS: Readonly<Record<string, Metric>> = {
  kupiec: (inputs) => {
    const { likelihoodRatio, pValue } = risk.kupiec(inputs.number("observations"), inputs.number("exceptions"), inputs.number("tail"));
    return { lr: likelihoodRatio, p_value: pValue };
  },
  christoffersen_transitions: (inputs) => ({ ...risk.transitionsOf(inputs.row("hits")) }),
  christoffersen_independence: (inputs) => {
    const { likelihoodRatio, pValue } = risk.christoffersen(inputs.row("hits"));
    return { lr: likelihoodRatio, p_value: pValue };
  },
  traffic_light_bounds: (inputs) => risk.trafficLightBounds([...inputs.row("levels")], inputs.number("observations"), inputs.number("tail")),
  basel_zone: (inputs) => Array.from(inputs.row("exceptions")).map((count) => risk.baselZone(count, inputs.number("observations"), inputs.number("tail"))),
  basel_plus_factor: (inputs) => Array.from(inputs.row("exceptions"), risk.baselPlusFactor),
  rolling_var_forecast: (inputs, params) => {
    const [values, window] = [inputs.row("values"), params.number("window")];
    return Array.from({ length: Math.max(0, values.length - window) }, (_, i) => risk.historicalVar(values.subarray(i, i + window), { tail: params.number("tail"), quantile: params.choice("quantile", QUANTILES) }));
  },
  exception_clustering: (inputs, params) => {
    const { consecutivePairs, maxInWindow, meanGap, minGap } = risk.clusteringOf(inputs.row("hits"), params.number("window"));
    return { consecutive_pairs: consecutivePairs, max_in_window: maxInWindow, mean_gap: meanGap, min_gap: minGap };
  },
};

const DRAWDOWNS: Readonly<Record<string, Metric>> = {
  drawdown_series: (inputs, params) => Array.from(drawdownsOf(inputs, params), (loss) => asSigned(loss, params, "negative")),
  max_drawdown: (inputs, params) => {
    if (inputs.row(inputs.has("equity") ? "equity" : "returns").length === 0) return params.has("empty") ? params.number("empty") : undefined;
    return asSigned(Math.max(...drawdownsOf(inputs, params)), params);
  },
  average_drawdown: (inputs, params) => statistics.mean(drawdownsOf(inputs, params)),
  ulcer_index: (inputs, params) => {
    const square = statistics.centralMoment(drawdownsOf(inputs, params), 2, params.number("ddof", 0), 0);
    return square === undefined ? undefined : Math.sqrt(square);
  },
  top_drawdowns: (inputs, params) =>
    risk.worstDrawdowns(inputs.row("equity"), params.number("top")).map(({ fraction, peak, trough, recovery }) => (params.text("fields", "") === "depth_peak_trough" ? [fraction, peak, trough] : [fraction, peak, trough, recovery])),
  max_recovery_periods: (inputs, params) => Math.max(0, ...risk.drawdowns(inputs.row("equity")).filter(({ recovered }) => recovered || params.flag("count_open")).map(({ periods }) => periods)),
  conditional_drawdown: (inputs, params) => {
    const series = drawdownsOf(inputs, params);
    return risk.worstMean(params.flag("drop_first") ? series.subarray(1) : series, 1 - params.number("confidence"));
  },
  drawdown_at_risk: (inputs, params) => risk.historicalVar(drawdownsOf(inputs, params).map((loss) => -loss), { tail: 1 - params.number("confidence") }),
};

/** Risk figures by the names of the oracle. */
export const RISK_METRICS: Readonly<Record<string, Metric>> = {
  ...DRAWDOWNS,
  ...BACKTESTS,
  historical_var: (inputs, params) => risk.historicalVar(inputs.present("values"), { tail: params.number("tail"), quantile: params.choice("quantile", QUANTILES), sign: params.choice("sign", SIGNS, "return") }),
  historical_es: (inputs, params) => risk.historicalShortfall(inputs.present("values"), { tail: params.number("tail"), method: params.choice("method", SHORTFALLS), sign: params.choice("sign", SIGNS, "return") }),
  parametric_var: varOfMoments,
  parametric_es: (inputs, params) => {
    const moments = momentsOf(inputs, params);
    return moments === undefined ? undefined : risk.parametricShortfall({ ...moments, tail: params.number("tail"), sign: params.choice("sign", SIGNS, "return") });
  },
  parametric_var_sigma_multiple: (inputs, params) => inputs.number("mean") - params.number("k") * inputs.number("std"),
  cornish_fisher_var: cornishFisherOf,
  portfolio_variance: (inputs) => covarianceRiskOf(inputs.row("weights"), inputs).variance,
  ex_ante_tracking_error: (inputs) => {
    const benchmark = inputs.row("benchmark_weights");
    return covarianceRiskOf(inputs.row("weights").map((weight, i) => weight - benchmark[i]!), inputs).deviation;
  },
  portfolio_parametric_var: portfolioVarOf,
  component_var: (inputs, params) => covarianceRiskOf(inputs.row("weights"), inputs, params.number("tail")).component,
  aggregate_var_by_correlation: (inputs) => risk.covarianceRisk(inputs.row("standalone"), inputs.rows("correlation"), 0.95).deviation,
  liquidity_horizon_es: (inputs, params) => risk.liquidityHorizonShortfall(new Map(Object.entries(inputs.numbers("es_by_horizon")).map(([horizon, shortfall]) => [Number(horizon), shortfall])), params.number("base_horizon")),
  stress_pnl: (inputs) => risk.stressPnl(inputs.numbers("sensitivities"), inputs.numbers("shocks")),
  reverse_stress_multiplier: (inputs) => risk.reverseStress(risk.stressPnl(inputs.numbers("sensitivities"), inputs.numbers("shocks")), inputs.number("loss_threshold")),
  diversification_benefit: (inputs) => {
    const { undiversified, benefit, fraction } = risk.diversificationBenefit([...inputs.row("standalone")], inputs.number("diversified"));
    return { undiversified, benefit, benefit_pct: fraction === undefined ? undefined : fraction * 100 };
  },
  hhi_normalised: (inputs, params) => {
    const values = inputs.present("values");
    return risk.normalisedHhi(values.filter(params.choice("side", { positive: (value: number) => value > 0, negative: (value: number) => value < 0 })));
  },
  effective_number: (inputs) => {
    const weights = inputs.row("weights");
    return 1 / statistics.sum(weights.map((weight) => weight * weight));
  },
  position_concentration: (inputs) => {
    const { largestLong, medianLong, medianShort, largestShort } = risk.sideConcentration(inputs.present("positions"), inputs.number("cash"));
    return { max_long: largestLong, median_long: medianLong, median_short: medianShort, max_short: largestShort };
  },
};
