import { performance } from "../../index.ts";
import type { Metric, MetricValue } from "./metric-case.ts";
import { Inputs } from "./metric-inputs.ts";
import { RISK_METRICS } from "./risk-metrics.ts";
import { STATISTICS_METRICS } from "./statistics-metrics.ts";

type Estimate = performance.Estimate;

/** A figure, or null where there is none. */
function figure(value: Estimate): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** One rate for every period, or a row of them. */
function rate(inputs: Inputs, name: string): number | Float64Array {
  return Array.isArray(inputs.value(name)) ? inputs.row(name) : inputs.number(name, 0);
}

function riskFree(inputs: Inputs, params: Inputs): number | Float64Array {
  const annual = params.number("rf_annual", 0);
  return annual === 0 ? rate(inputs, "risk_free") : performance.periodRate(annual, params.number("periods_per_year", 252));
}

const perYear = (params: Inputs, otherwise?: number) => params.number("periods_per_year", otherwise);
const annualized = (params: Inputs) => (params.flag("annualize", true) ? perYear(params) : 1);
const counted = (inputs: Inputs, params: Inputs) => (params.flag("count_nan_in_length") ? inputs.row("returns").length : undefined);
const both = (inputs: Inputs) => [inputs.row("returns"), inputs.row("benchmark")] as const;
const SUBSETS = { all: "all", benchmark_positive: "benchmark_positive", benchmark_negative: "benchmark_negative" } as const;

const MOMENTS: Readonly<Record<string, Metric>> = {
  gini_mean_difference: (inputs) => figure(performance.giniMeanDifference(inputs.row("values"))),
};

const GROWTH: Readonly<Record<string, Metric>> = {
  cumulative_returns: (inputs, params) => performance.cumulativeReturns(inputs.row("returns"), params.number("starting_value", 0)),
  total_return: (inputs, params) => figure(performance.totalReturn(params.text("nan", "skip") === "skip" ? inputs.row("returns") : inputs.row("returns").map((value) => (Number.isNaN(value) ? 0 : value)), params.number("starting_value", 0))),
  simple_returns: (inputs) => performance.simpleReturns(inputs.row("equity")),
  compound_by_group: (inputs) => performance.compoundBy(inputs.list("group_keys"), inputs.row("returns")).map(([, value]) => value),
  annual_return: (inputs, params) => figure(performance.annualReturn(inputs.row("returns"), perYear(params), params.choice("method", { geometric: "geometric", mean_compounded: "mean_compounded", arithmetic: "arithmetic" } as const), counted(inputs, params))),
  cagr_calendar: (inputs, params) => {
    const [equity, dates] = [inputs.row("equity"), inputs.list("dates").map((date) => Date.parse(`${date as string}T00:00:00Z`))];
    return figure(performance.growthRate(equity[0]!, equity.at(-1)!, dates[0]!, dates.at(-1)!, params.number("days_per_year")));
  },
  geometric_mean: (inputs, params) => figure(performance.geometricMean(inputs.row("returns"), perYear(params, 1))),
  time_weighted_return: (inputs, params) => figure(performance.timeWeightedReturn(inputs.row("values"), inputs.row("cash_flows"), params.choice("flow_timing", { start: "start", end: "end" } as const), params.has("periods_per_year") ? perYear(params) : undefined)),
};

const RATIOS: Readonly<Record<string, Metric>> = {
  volatility: (inputs, params) => figure(performance.volatility(inputs.row("returns"), perYear(params), params.number("ddof"))),
  sharpe: (inputs, params) => figure(performance.sharpeRatio(inputs.row("returns"), { riskFree: riskFree(inputs, params), periodsPerYear: annualized(params), ddof: params.number("ddof") })),
  sharpe_from_annual: (inputs, params) => figure(performance.sharpeFromAnnual(inputs.row("returns"), perYear(params), params.number("rf_annual", 0), params.number("ddof"))),
  ratio_from_moments: (inputs) => quotient(inputs.number("mean") - inputs.number("risk_free"), inputs.number("deviation")),
  scale_ratio: (inputs, params) => inputs.number("value") * params.choice("rule", { sqrt: Math.sqrt(inputs.number("to_periods")), linear: inputs.number("to_periods") }),
  downside_deviation: (inputs, params) => figure(performance.downsideDeviation(inputs.row("returns"), { required: rate(inputs, "required_return"), periodsPerYear: perYear(params, 1), over: params.text("denominator") === "n" ? "n" : params.text("denominator") === "n-1" ? "n-1" : "downside" })),
  sortino: (inputs, params) => figure(performance.sortinoRatio(inputs.row("returns"), { required: rate(inputs, "required_return"), periodsPerYear: perYear(params, 1), leastCount: params.number("min_obs", 2) })),
  omega: (inputs, params) => figure(performance.omegaRatio(inputs.row("returns"), perYear(params, 252), { requiredAnnual: params.number("required_return_annual", 0), riskFree: riskFree(inputs, params), leastCount: params.number("min_obs", 1) })),
  gain_to_pain: (inputs, params) => figure(performance.gainToPain(inputs.row("returns"), params.text("numerator") === "net" ? "net" : "gross")),
  calmar: (inputs, params) => figure(performance.calmarRatio(inputs.row("returns"), perYear(params), counted(inputs, params))),
  tail_ratio: (inputs) => figure(performance.tailRatio(inputs.row("returns"))),
  stability: (inputs) => figure(performance.stability(inputs.row("returns"))),
  rolling: (inputs, params) => {
    const all: Readonly<Record<string, Metric>> = { ...STATISTICS_METRICS, ...RISK_METRICS, ...PERFORMANCE_METRICS };
    const inner = all[params.text("inner")];
    if (inner === undefined) throw new Error(`the inner metric ${params.text("inner")} is not known here`);
    const names = ["returns", "benchmark"].filter((name) => inputs.has(name));
    const rows = names.map((name) => inputs.list(name));
    const settings = new Inputs(params.object("inner_params"));
    const window = params.number("window");
    return Array.from({ length: Math.max(0, inputs.list("returns").length - window + 1) }, (_, from): MetricValue => inner(new Inputs(Object.fromEntries(names.map((name, i) => [name, rows[i]!.slice(from, from + window)]))), settings));
  },
};

const AGAINST: Readonly<Record<string, Metric>> = {
  information_ratio: (inputs, params) => figure(performance.informationRatio(...both(inputs), { periodsPerYear: annualized(params), ddof: params.number("ddof") })),
  tracking_error: (inputs, params) => figure(performance.trackingError(...both(inputs), perYear(params), params.number("ddof"))),
  beta: (inputs, params) => figure(performance.beta(...both(inputs), { riskFree: rate(inputs, "risk_free"), subset: params.choice("subset", SUBSETS, "all") })),
  alpha: (inputs, params) => figure(performance.alpha(...both(inputs), {
    riskFree: rate(inputs, "risk_free"), subset: params.choice("subset", SUBSETS, "all"), zeroIsUp: params.flag("zero_is_up", true), periodsPerYear: perYear(params, 1),
    annualization: params.choice("annualization", { geometric: "geometric", arithmetic: "arithmetic", none: "none" } as const),
  })),
  treynor: (inputs, params) => figure(performance.treynorRatio(...both(inputs), perYear(params), inputs.number("risk_free", 0))),
  capture: (inputs, params) => figure(performance.captureRatio(...both(inputs), { ...captureOf(params), side: params.choice("side", { all: "all", up: "up", down: "down" } as const) })),
  up_down_capture: (inputs, params) => figure(performance.upDownCapture(...both(inputs), captureOf(params))),
  batting_average: (inputs) => performance.battingAverage(...both(inputs)).map(figure),
};

function captureOf(params: Inputs): Omit<performance.CaptureOptions, "side"> {
  return {
    method: params.choice("method", { annualized: "annualized", geometric: "geometric", arithmetic: "arithmetic" } as const), periodsPerYear: perYear(params, 1),
    zeroIsDown: !params.flag("zero_excluded", true), missingCounts: !params.flag("drop_nan_pairs", true),
  };
}

const TRADES: Readonly<Record<string, Metric>> = {
  win_rate: (inputs, params) => figure(performance.winRate(performance.tradeSums(inputs.row("values")), params.text("zeros") === "exclude" ? "left_out" : "as_losses")),
  win_rate_counts: (inputs) => quotient(inputs.number("wins"), inputs.number("total")),
  profit_factor: (inputs) => figure(performance.profitFactor(performance.tradeSums(inputs.row("values")))),
  profit_factor_totals: (inputs) => figure(performance.profitFactor({ won: inputs.number("gross_profit"), lost: inputs.number("gross_loss") })),
  payoff_ratio: (inputs) => figure(performance.payoffRatio(performance.tradeSums(inputs.row("values")))),
  expectancy: (inputs) => figure(performance.expectancy(performance.tradeSums(inputs.row("values")))),
  kelly: (inputs) => figure(performance.kellyFraction(performance.tradeSums(inputs.row("values")))),
};

const SHARPE: Readonly<Record<string, Metric>> = {
  // what asks for excess kurtosis in the place of raw asks for a mistake: raw kurtosis is what the formula is of
  probabilistic_sharpe: (inputs, params) => figure(performance.probabilisticSharpe(inputs.row("values"), params.number("benchmark_sr"), params.number("risk_free", 0))),
  min_track_record_length: (inputs, params) => figure(performance.leastTrackRecord(inputs.row("values"), params.number("benchmark_sr"), params.number("significance"), params.number("risk_free", 0))),
  sharpe_confidence_interval: (inputs, params) => {
    const found = performance.sharpeInterval(inputs.row("values"), params.number("significance"), params.number("risk_free", 0));
    return typeof found === "string" ? [undefined, undefined] : found;
  },
  double_sharpe: (inputs, params) => figure(performance.doubleSharpe(inputs.row("values"), params.number("risk_free", 0))),
  bias_adjusted_sharpe: (inputs, params) => figure(performance.biasAdjustedSharpe(inputs.row("values"), params.number("risk_free", 0))),
};

const PORTFOLIO: Readonly<Record<string, Metric>> = {
  factor_attribution: (inputs) => {
    const found = performance.factorAttribution(inputs.list("returns") as number[], inputs.list("weights") as number[][], inputs.list("loadings") as number[][][], inputs.list("factor_returns") as number[][]);
    return { exposures: found.exposures, factor_contributions: found.contributions, common: found.common, specific: found.specific, tilt: found.tilt, timing: found.timing };
  },
  brinson_bhb: (inputs, params) => {
    const found = performance.brinson(inputs.row("wp"), inputs.row("rp"), inputs.row("wb"), inputs.row("rb"), params.text("allocation", "") === "brinson_fachler" ? "brinson_fachler" : "brinson_hood_beebower");
    return { allocation: found.allocation, selection: found.selection, interaction: found.interaction, active_return: found.activeReturn };
  },
  drifted_weights: (inputs) => {
    const found = performance.driftedWeights([...inputs.row("weights")], inputs.row("returns"));
    return { portfolio_return: found.portfolioReturn, weights_next: found.weights };
  },
  group_exposure: (inputs) => Object.fromEntries(performance.groupExposure(Object.entries(inputs.numbers("positions")), new Map(Object.entries(inputs.object("groups")).map(([symbol, group]) => [symbol, group as string])))),
  turnover: (inputs, params) => {
    const byValue = params.text("denominator") === "portfolio_value";
    return performance.turnover([...inputs.row("traded_value")], [...inputs.row(byValue ? "portfolio_value" : "gross_book")], byValue ? "portfolio_value" : "average_gross_book").map(figure);
  },
  round_trips: (inputs) => performance.roundTrips([...inputs.row("amounts")], [...inputs.row("prices")]).map(({ open, close, pnl, return: made, long }) => ({ open, close, pnl, return: made, long: long as unknown as number })),
};

function quotient(over: number, under: number): number | undefined {
  return under === 0 ? undefined : over / under;
}

/** Figures of performance by the names of the oracle. */
export const PERFORMANCE_METRICS: Readonly<Record<string, Metric>> = { ...MOMENTS, ...GROWTH, ...RATIOS, ...AGAINST, ...TRADES, ...SHARPE, ...PORTFOLIO };
