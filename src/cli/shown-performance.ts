import type { DrawdownView, ExecutionPeriodView, FillView, PerformanceView, RollingFigures, WeightsView } from "../core/performance/index.ts";
import type { PerformanceRead } from "../runtime/index.ts";
import { card, dim, heading, note, shownAmount, shownName, table, type Column } from "./table.ts";

const estimated = (value: number | null, digits: number) => (value === null ? "–" : value.toFixed(digits));
const EXECUTIONS: readonly Column<ExecutionPeriodView>[] = [
  { title: "from", of: ({ period }) => period },
  { title: "fills", of: ({ fills }) => fills.toLocaleString("en-US"), right: true },
  { title: "volume", of: ({ volume }) => shownAmount(volume, 12), right: true },
  { title: "fees", of: ({ fees }) => shownAmount(fees, 10), right: true },
  { title: "realized", of: ({ realizedPnl }) => shownAmount(realizedPnl, 12), right: true, signed: true },
  { title: "bp", of: ({ slippageBasisPoints }) => estimated(slippageBasisPoints.average, 2), right: true },
  { title: "ms", of: ({ latencyMs }) => estimated(latencyMs.average, 1), right: true },
  { title: "ms 95 %", of: ({ latencyMs }) => estimated(latencyMs.p95, 1), right: true },
  { title: "score", of: ({ executionScore }) => estimated(executionScore.average, 2), right: true },
];
const FILLS: readonly Column<FillView>[] = [
  { title: "time", of: ({ timestamp }) => timestamp.slice(2, 19).replace("T", " ") },
  { title: "symbol", of: ({ symbol }) => shownName(symbol, 12) },
  { title: "venue", of: ({ venue }) => shownName(venue, 10) },
  { title: "quantity", of: ({ quantity }) => shownAmount(quantity, 9), right: true },
  { title: "price", of: ({ price }) => shownAmount(price, 9), right: true },
  { title: "bp", of: ({ slippage }) => estimated(slippage && slippage.basisPoints, 2), right: true },
  { title: "ms", of: ({ latencyMs }) => estimated(latencyMs, 0), right: true },
  { title: "score", of: ({ executionScore }) => estimated(executionScore && executionScore.value, 2), right: true },
  { title: "realized", of: ({ pnl }) => shownAmount(pnl, 9), right: true, signed: true },
];
const DRAWDOWNS: readonly Column<DrawdownView>[] = [
  { title: "worst drawdowns", of: ({ peakAt }) => peakAt.slice(0, 10) },
  { title: "trough", of: ({ troughAt }) => troughAt.slice(0, 10) },
  { title: "recovered", of: ({ recoveredAt }) => recoveredAt?.slice(0, 10) ?? "not yet" },
  { title: "depth %", of: ({ depthPct }) => estimated(depthPct, 2), right: true },
  { title: "P&L lost", of: ({ depth }) => shownAmount(depth, 14), right: true },
  { title: "days", of: ({ days }) => days.toFixed(0), right: true },
];
const ROLLING: readonly Column<RollingFigures>[] = [
  { title: "to", of: ({ at }) => at.slice(0, 10) },
  { title: "return %", of: ({ totalReturn }) => estimated(totalReturn === null ? null : 100 * totalReturn, 2), right: true, signed: true },
  { title: "volatility %", of: ({ volatility }) => estimated(volatility === null ? null : 100 * volatility, 2), right: true },
  { title: "Sharpe", of: ({ sharpeRatio }) => estimated(sharpeRatio, 2), right: true },
  { title: "Sortino", of: ({ sortinoRatio }) => estimated(sortinoRatio, 2), right: true },
  { title: "drawdown %", of: ({ maxDrawdownPct }) => estimated(maxDrawdownPct, 2), right: true },
];

/** What was asked for beside, a table each. */
export function shownMore({ executions, fills, rolling, brinson }: PerformanceRead["more"]): string {
  const parts = [executions && table(EXECUTIONS, executions), fills && table(FILLS, fills), rolling && table(ROLLING, rolling), brinson && shownWeights(brinson)];
  return parts.map((part) => (part === undefined ? "" : `\n\n${part}`)).join("");
}

const inPercent = (value: number | null) => estimated(value === null ? null : 100 * value, 3);
const SEGMENTS: readonly Column<WeightsView["segments"][number]>[] = [
  { title: "segment", of: ({ segment }) => shownName(segment, 20) },
  { title: "held %", of: ({ averageWeight }) => inPercent(averageWeight), right: true },
  { title: "benchmark %", of: ({ benchmarkWeight }) => inPercent(benchmarkWeight), right: true },
  { title: "allocation %", of: ({ allocation }) => inPercent(allocation), right: true, signed: true },
  { title: "selection %", of: ({ selection }) => inPercent(selection), right: true, signed: true },
  { title: "interaction %", of: ({ interaction }) => inPercent(interaction), right: true, signed: true },
  { title: "trading %", of: ({ trading }) => inPercent(trading), right: true, signed: true },
];

function shownWeights({ segments, portfolioReturn, benchmarkReturn, activeReturn, cash, intervals, noPrice, unknown, missing }: WeightsView): string {
  const notes = [`return ${inPercent(portfolioReturn)} %, the benchmark's ${inPercent(benchmarkReturn)} %, active ${inPercent(activeReturn)} %: all effects and ${inPercent(cash)} % of cash; over ${intervals} intervals`];
  if (noPrice > 0) notes.push(`${noPrice} intervals left out: ${missing.join(", ")} ${missing.length === 1 ? "has" : "have"} no close as they begin or end: fillbook prices FILE`);
  if (unknown > 0) notes.push(`${unknown} left out: a mark is missing`);
  return [...(segments.length === 0 ? [] : [table(SEGMENTS, segments)]), ...notes.map(note)].join("\n");
}

/** The figures of a span, its months and its worst drawdowns. */
export function shownPerformance(view: PerformanceView): string {
  const { reasons, currency } = view;
  const say = (name: keyof PerformanceView, text: (value: number) => string): string => {
    const value = view[name];
    return typeof value === "number" ? text(value) : dim(`– ${REASONS[reasons[name] ?? "missing"]}`);
  };
  const percent = (value: number) => `${(100 * value).toFixed(2)} %`;
  const plain = (value: number) => value.toFixed(2);
  /** Figures of one line; the reason once, where one reason is why none is known. */
  const sayAll = (text: (value: number) => string, ...names: (keyof PerformanceView)[]): string => {
    const one = names.every((name) => typeof view[name] !== "number" && reasons[name] === reasons[names[0]!]);
    return one ? say(names[0]!, text) : names.map((name) => say(name, text)).join(", ");
  };
  const sharpe = typeof view.sharpeRatio !== "number" ? say("sharpeRatio", plain) : `${view.sharpeRatio.toFixed(4)}, a year ${say("sharpeRatioAnnualized", plain)}; above 0 with probability ${say("probabilisticSharpe", plain)}`;
  const lines: [string, string][] = [
    ["net P&L", `${shownAmount(view.totalPnl, 16)} ${currency}`], ["fills", view.totalTrades.toLocaleString("en-US")], ["a fill", `${shownAmount(view.avgPnlPerTrade, 12)} ${currency}`],
    ["return", say("totalReturn", percent)], ["a year", say("annualReturn", percent)], ["money-weighted, a year", say("moneyWeightedReturn", percent)],
    ["volatility, a year", say("volatility", percent)], ["Sharpe ratio", sharpe],
    ["Sortino, Calmar, Omega", sayAll(plain, "sortinoRatio", "calmarRatio", "omegaRatio")],
    ["best, worst day", sayAll(percent, "bestPeriod", "worstPeriod")], ["tail ratio, stability", sayAll(plain, "tailRatio", "stability")], ["Ulcer index", say("ulcerIndex", percent)], ["skewness, excess kurtosis", sayAll(plain, "skewness", "kurtosis")],
    ["greatest drawdown", `${say("maxDrawdownPct", (value) => `${value.toFixed(2)} %`)}, ${shownAmount(view.maxDrawdown, 14)} ${currency}; longest ${say("drawdownDuration", (value) => `${value.toFixed(0)} ${value.toFixed(0) === "1" ? "day" : "days"}`)}`],
    ["win rate", `${say("winRate", percent)} of ${(view.winners + view.losers).toLocaleString("en-US")} closing fills${view.zeroTrades > 0 ? `, ${view.zeroTrades} at zero apart` : ""}`],
    ["profit factor, expectancy", `${say("profitFactor", plain)}, ${say("expectancy", plain)} ${currency}`], ["payoff ratio, Kelly", sayAll(plain, "payoffRatio", "kellyFraction")], ["best, worst", `${shownAmount(view.bestTrade, 12)}, ${shownAmount(view.worstTrade, 12)} ${currency}`],
    ["slippage, latency, score", `${say("avgSlippage", (value) => `${value.toFixed(2)} bp`)}, ${say("avgLatencyMs", (value) => `${value.toFixed(1)} ms`)}, ${say("avgExecutionScore", plain)}`],
    ["turnover a year, in market", `${say("turnover", plain)}, ${say("timeInMarket", percent)}`],
    [view.benchmark === null ? "benchmark" : `against ${view.benchmark.symbol}`, view.benchmark === null ? dim("– none: --benchmark SYMBOL") : `alpha ${say("alpha", percent)}, beta ${say("beta", plain)}, information ratio ${say("informationRatio", plain)}`],
    ...(view.benchmark === null ? [] : [["tracking error, captures", `${say("trackingError", percent)}; up ${say("upCapture", plain)}, down ${say("downCapture", plain)}`] as [string, string]]),
  ];
  const notes = [`${view.periods.returns} daily returns, ${view.conventions.periodsPerYear} a year`];
  if (view.periods.unknown > 0) notes.push(`${view.periods.unknown} days without a mark or a rate are spanned by the next: fillbook marks FILE`);
  if (Object.values(reasons).includes("no_capital")) notes.push("without capital there are no returns: fillbook events FILE, a deposit of cash");
  if (view.benchmark !== null) notes.push(`${view.benchmark.intervals} intervals joined; left out: ${view.benchmark.noPriceAtStart} without a close as they begin, ${view.benchmark.noPriceAtEnd} as they end`);
  const tables = [...(view.months.length === 0 ? [] : [shownMonths(view)]), ...(view.drawdowns.length === 0 ? [] : [table(DRAWDOWNS, view.drawdowns.slice(0, MOST_DRAWDOWNS))])];
  return [heading(`Performance ${view.from ?? ""} to ${view.to}`), card(lines), ...notes.map(note), ...tables.map((one) => `\n${one}`)].join("\n");
}

const MOST_DRAWDOWNS = 5;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A row a year. */
function shownMonths({ months }: PerformanceView): string {
  const of = new Map(months.map(({ month, return: value }) => [month, value]));
  const years = [...new Set(months.map(({ month }) => month.slice(0, 4)))];
  const percent = (value: number | undefined) => (value === undefined ? "" : (100 * value).toFixed(1));
  const whole = (year: string) => months.filter(({ month }) => month.startsWith(year)).reduce((product, { return: value }) => product * (1 + value), 1) - 1;
  const columns: Column<string>[] = [{ title: "%", of: (year) => year }, ...MONTHS.map((title, i) => ({ title, of: (year: string) => percent(of.get(`${year}-${`${i + 1}`.padStart(2, "0")}`)), right: true, signed: true })), { title: "year", of: (year) => percent(whole(year)), right: true, signed: true }];
  return table(columns, years);
}

const REASONS: Readonly<Record<string, string>> = {
  too_few: "too few", zero_variance: "never varies", no_losses: "no losses", no_capital: "no capital", not_applicable: "not applicable", missing: "not told", no_benchmark: "no benchmark",
};
