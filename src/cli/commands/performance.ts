import { EXECUTION_PERIODS, type ExecutionPeriod, type ExecutionPeriodView, type PerformanceView, type RollingFigures, type WeightsView } from "../../core/performance/index.ts";
import { readPerformance, type PerformanceQuestion, type PerformanceRead } from "../../runtime/index.ts";
import { formatTime } from "../../core/model/index.ts";
import { formatDecimal } from "../../core/num/index.ts";
import { contextOf, countOption, mustBeThere, timeOption, type CommonOptions, type Context } from "../context.ts";
import { noteTorn, progressOf } from "../progress.ts";
import { card, dim, heading, shownAmount, shownName, table, type Column } from "../table.ts";
import { UsageError } from "../usage-error.ts";
import { readWeights } from "../weights-file.ts";

export interface PerformanceOptions extends CommonOptions {
  readonly from?: string;
  readonly to?: string;
  readonly benchmark?: string;
  readonly currency?: string;
  readonly every?: string;
  readonly periodsPerYear?: string;
  readonly riskFree?: string;
  readonly by?: string;
  readonly rolling?: string;
  readonly series?: boolean;
  readonly weights?: string;
}

/** `fillbook performance`: executions, returns, ratios, drawdowns, and how they compare with a benchmark, over a span. */
export async function performance(options: PerformanceOptions): Promise<number> {
  const context = await contextOf(options);
  mustBeThere(context.dataDir);
  const weights = options.weights === undefined ? undefined : await readWeights(options.weights);
  const read = readPerformance({ ...questionOf(context, options), weights, onProgress: progressOf(context, "reading the journal") });
  noteTorn(context, read.report);
  const answer = { seq: read.seq, ...read.view, ...read.more, ...(options.series === true ? seriesOf(read) : {}) };
  context.print(context.json ? JSON.stringify(answer, null, 2) : `${shownPerformance(read.view)}${shownMore(read)}`);
  return 0;
}

/** What a command asks of the journal. @throws UsageError */
export function questionOf(context: Context, options: PerformanceOptions): PerformanceQuestion {
  const { currency, marksMaxAgeNs, historySize, benchmarkSymbol } = context.config;
  return {
    dataDir: context.dataDir, currency, marksMaxAgeNs, historySize, nowNs: context.clock.nowNs(), reported: options.currency,
    fromNs: timeOption("from", options.from), toNs: timeOption("to", options.to), benchmarkSymbol: options.benchmark ?? benchmarkSymbol,
    executionsBy: periodOption(options.by), rollingWindow: countOption("rolling", options.rolling, 2),
    sampledEveryNs: spanOption("every", options.every) ?? 86_400_000_000_000n,
    periodsPerYear: numberOption("periods-per-year", options.periodsPerYear, 1, 1e6), riskFreeAnnual: numberOption("risk-free", options.riskFree, -0.5, 10) ?? 0,
  };
}

function periodOption(text: string | undefined): ExecutionPeriod | undefined {
  const found = EXECUTION_PERIODS.find((period) => period === text);
  if (text !== undefined && found === undefined) throw new UsageError(`--by: "${text}" is not one of ${EXECUTION_PERIODS.join(", ")}`);
  return found;
}

const UNITS: Readonly<Record<string, bigint>> = { s: 1_000_000_000n, m: 60_000_000_000n, h: 3_600_000_000_000n, d: 86_400_000_000_000n };

function spanOption(name: string, text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  const [, count, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  if (count === undefined) throw new UsageError(`--${name}: "${text}" is no span of time: write a whole number and s, m, h or d, as in 1h`);
  return BigInt(count) * UNITS[unit!]!;
}

function numberOption(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^-?\d+(\.\d+)?$/.test(text) || value < least || value > most) throw new UsageError(`--${name}: "${text}" is no number from ${least} to ${most}`);
  return value;
}

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
const ROLLING: readonly Column<RollingFigures>[] = [
  { title: "to", of: ({ at }) => at.slice(0, 10) },
  { title: "return %", of: ({ totalReturn }) => estimated(totalReturn === null ? null : 100 * totalReturn, 2), right: true, signed: true },
  { title: "volatility %", of: ({ volatility }) => estimated(volatility === null ? null : 100 * volatility, 2), right: true },
  { title: "Sharpe", of: ({ sharpeRatio }) => estimated(sharpeRatio, 2), right: true },
  { title: "Sortino", of: ({ sortinoRatio }) => estimated(sortinoRatio, 2), right: true },
  { title: "drawdown %", of: ({ maxDrawdownPct }) => estimated(maxDrawdownPct, 2), right: true },
];

function shownMore({ more: { executions, rolling, brinson } }: PerformanceRead): string {
  return `${executions === undefined ? "" : `\n\n${table(EXECUTIONS, executions)}`}${rolling === undefined ? "" : `\n\n${table(ROLLING, rolling)}`}${brinson === undefined ? "" : `\n\n${shownWeights(brinson)}`}`;
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
  return [...(segments.length === 0 ? [] : [table(SEGMENTS, segments)]), ...notes.map(dim)].join("\n");
}

function seriesOf({ returns, points, join }: PerformanceRead): object {
  return {
    returns: returns.map(({ fromNs, toNs, value, flow, equity }) => ({ from: formatTime(fromNs), to: formatTime(toNs), return: value, flow: formatDecimal(flow), equity: formatDecimal(equity) })),
    equity: points.map(({ endNs, pnl, capital, equity }) => ({ at: formatTime(endNs), netPnl: pnl === undefined ? null : formatDecimal(pnl), capital: capital === undefined ? null : formatDecimal(capital), equity: equity === undefined ? null : formatDecimal(equity) })),
    benchmarkReturns: join?.benchmark ?? null,
  };
}

function shownPerformance(view: PerformanceView): string {
  const { reasons, currency } = view;
  const say = (name: keyof PerformanceView, text: (value: number) => string): string => {
    const value = view[name];
    return typeof value === "number" ? text(value) : dim(`– ${REASONS[reasons[name] ?? "missing"]}`);
  };
  const percent = (value: number) => `${(100 * value).toFixed(2)} %`;
  const plain = (value: number) => value.toFixed(2);
  const lines: [string, string][] = [
    ["net P&L", `${shownAmount(view.totalPnl, 16)} ${currency}`], ["fills", view.totalTrades.toLocaleString("en-US")], ["a fill", `${shownAmount(view.avgPnlPerTrade, 12)} ${currency}`],
    ["return", say("totalReturn", percent)], ["a year", say("annualReturn", percent)], ["money-weighted, a year", say("moneyWeightedReturn", percent)],
    ["volatility, a year", say("volatility", percent)], ["Sharpe ratio", `${say("sharpeRatio", (value) => value.toFixed(4))}, a year ${say("sharpeRatioAnnualized", plain)}`],
    ["Sortino, Calmar, Omega", `${say("sortinoRatio", plain)}, ${say("calmarRatio", plain)}, ${say("omegaRatio", plain)}`],
    ["greatest drawdown", `${say("maxDrawdownPct", (value) => `${value.toFixed(2)} %`)}, ${shownAmount(view.maxDrawdown, 14)} ${currency}; longest ${say("drawdownDuration", (value) => `${value.toFixed(0)} days`)}`],
    ["win rate", `${say("winRate", percent)} of ${(view.winners + view.losers).toLocaleString("en-US")} closing fills${view.zeroTrades > 0 ? `, ${view.zeroTrades} at zero apart` : ""}`],
    ["profit factor, expectancy", `${say("profitFactor", plain)}, ${say("expectancy", plain)} ${currency}`], ["best, worst", `${shownAmount(view.bestTrade, 12)}, ${shownAmount(view.worstTrade, 12)} ${currency}`],
    ["slippage, latency, score", `${say("avgSlippage", (value) => `${value.toFixed(2)} bp`)}, ${say("avgLatencyMs", (value) => `${value.toFixed(1)} ms`)}, ${say("avgExecutionScore", plain)}`],
    [view.benchmark === null ? "benchmark" : `against ${view.benchmark.symbol}`, view.benchmark === null ? dim("– none: --benchmark SYMBOL") : `alpha ${say("alpha", percent)}, beta ${say("beta", plain)}, information ratio ${say("informationRatio", plain)}`],
  ];
  const notes = [`${view.periods.returns} daily returns, ${view.conventions.periodsPerYear} a year${view.periods.unknown > 0 ? `; ${view.periods.unknown} days without a mark are spanned by the next` : ""}`];
  if (view.benchmark !== null) notes.push(`${view.benchmark.intervals} intervals joined; left out: ${view.benchmark.noPriceAtStart} without a close at the start, ${view.benchmark.noPriceAtEnd} at the end`);
  return [heading(`Performance ${view.from ?? ""} to ${view.to}`), card(lines), ...notes.map(dim)].join("\n");
}

const REASONS: Readonly<Record<string, string>> = {
  too_few: "too few", zero_variance: "never varies", no_losses: "no losses", no_capital: "no capital: fillbook events takes deposits", not_applicable: "not applicable", missing: "not told", no_benchmark: "no benchmark",
};
