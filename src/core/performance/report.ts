import type { EquityPoint } from "../book/index.ts";
import { addDecimals, drawdownSeries, excessKurtosis, formatDecimal, formatRatio, levelsOf, skewness, sum, tenTo, worstDrawdowns, drawdowns, zero, type Decimal } from "../num/index.ts";
import { formatTime } from "../model/index.ts";
import { alpha, beta, captureRatio, informationRatio, trackingError } from "./benchmark.ts";
import { joinBenchmark, type BenchmarkJoin, type BenchmarkPrices } from "./benchmark-join.ts";
import { curveMoneyWeighted, curveReturns, type CurveReturn } from "./curve.ts";
import { estimate, carried, type Estimate, type Reason } from "./estimate.ts";
import type { ExecutionStats, ExecutionSummary } from "./execution-stats.ts";
import { annualReturn, compoundBy, totalReturn } from "./growth.ts";
import { probabilisticSharpe } from "./inference.ts";
import { plain } from "./plain.ts";
import { calmarRatio, omegaRatio, sharpeRatio, sortinoRatio, stability, tailRatio, volatility } from "./ratios.ts";
import type { TradeStats } from "./trade-stats.ts";
import { expectancy, kellyFraction, payoffRatio, profitFactor, winRate } from "./trades.ts";

const DAY_NS = 86_400_000_000_000;
const ESTIMATES = [
  "totalReturn", "annualReturn", "moneyWeightedReturn", "volatility", "sharpeRatio", "sharpeRatioAnnualized", "probabilisticSharpe", "sortinoRatio", "calmarRatio", "omegaRatio", "tailRatio", "ulcerIndex",
  "stability", "skewness", "kurtosis", "bestPeriod", "worstPeriod", "maxDrawdownPct", "drawdownDuration", "informationRatio", "trackingError", "alpha", "beta", "upCapture", "downCapture", "winRate", "profitFactor",
  "expectancy", "payoffRatio", "kellyFraction", "turnover", "timeInMarket", "avgSlippage", "avgLatencyMs", "avgExecutionScore",
] as const;
export type EstimateName = (typeof ESTIMATES)[number];

/** One fall, by the time-weighted index where there is capital, else by net P&L. */
export interface DrawdownView {
  readonly peakAt: string;
  readonly troughAt: string;
  readonly recoveredAt: string | null; // null: not yet
  readonly recovered: boolean;
  readonly depthPct: number | null; // percent of the peak, > 0; null without capital
  readonly depth: string | null; // net P&L lost from peak to trough, exact; ≤ 0 where capital in another currency fell, not P&L
  readonly periods: number; // from peak to recovery, or to the end
  readonly days: number;
}

export interface PerformanceView extends Readonly<Record<EstimateName, number | null>> {
  readonly from: string | null;
  readonly to: string;
  readonly currency: string;
  readonly totalPnl: string | null; // net, made in this span
  readonly totalTrades: number; // fills
  readonly avgPnlPerTrade: string | null;
  readonly maxDrawdown: string | null; // net P&L below its highest, ≥ 0; exact; null where it is not known at the end
  readonly winners: number;
  readonly losers: number;
  readonly zeroTrades: number; // closed at no gain and no loss: counted apart
  readonly bestTrade: string | null;
  readonly worstTrade: string | null;
  readonly reasons: Readonly<Record<string, Reason>>; // why a figure is null
  readonly drawdowns: readonly DrawdownView[]; // the deepest ten
  readonly months: readonly { readonly month: string; readonly return: number }[];
  readonly execution: ExecutionSummary;
  readonly sampled: { readonly everySeconds: number; readonly returns: number; readonly totalReturn: number | null; readonly volatilityPerPeriod: number | null };
  readonly benchmark: { readonly symbol: string; readonly intervals: number; readonly noPriceAtStart: number; readonly noPriceAtEnd: number } | null;
  readonly periods: { readonly returns: number; readonly unknown: number; readonly impossible: number };
  readonly conventions: { readonly returns: string; readonly periodsPerYear: number; readonly riskFreeAnnual: number; readonly flows: "start" | "end"; readonly trades: string; readonly drawdown: string };
}

/** What performance is computed from. */
export interface PerformanceInput {
  readonly currency: string;
  readonly fromNs: bigint | undefined;
  readonly toNs: bigint;
  readonly points: readonly EquityPoint[]; // of days, all of them from the first on
  readonly sampled: readonly EquityPoint[]; // at the sampling frequency
  readonly sampledEveryNs: bigint;
  readonly execution: ExecutionStats; // of the fills of the span
  readonly trades: TradeStats;
  readonly timeInMarket: number | undefined;
  readonly benchmark: BenchmarkPrices | undefined;
  readonly periodsPerYear: number; // of days: 252, 365
  readonly riskFreeAnnual: number; // compounded
  readonly flows?: "start" | "end";
}

/** A report, and the rows it was made of: for pages and charts. */
export interface Performance {
  readonly view: PerformanceView;
  readonly returns: readonly CurveReturn[];
  readonly join: BenchmarkJoin | undefined;
  readonly points: readonly EquityPoint[]; // of the span
}

const MOST_DRAWDOWNS = 10;

/** All of performance over a span. Each figure that is undefined is null, and `reasons` says why. */
export function performanceOf(input: PerformanceInput): Performance {
  const { fromNs, toNs, periodsPerYear: k, riskFreeAnnual, flows = "start", execution, trades } = input;
  const curve = curveReturns(input.points, flows);
  const returns = within(curve.returns, input);
  const values = returns.map(({ value }) => value);
  const points = input.points.filter(({ endNs }) => (fromNs === undefined || endNs >= fromNs) && endNs <= toNs);
  const before = fromNs === undefined ? undefined : input.points.filter(({ endNs }) => endNs < fromNs).at(-1);
  const basePnl = before === undefined ? zero : before.pnl;
  const lastPnl = (points.at(-1) ?? before ?? { pnl: zero }).pnl;
  const totalPnl = basePnl && lastPnl && minus(lastPnl, basePnl);
  const riskFree = (1 + riskFreeAnnual) ** (1 / k) - 1;
  const join = input.benchmark && joinBenchmark(returns, input.benchmark);
  const against = (figure: (own: readonly number[], other: readonly number[]) => Estimate): Estimate => (join === undefined ? "no_benchmark" : join.returns.length < 2 ? "too_few" : figure(join.returns, join.benchmark));
  const earlier = curveReturns(input.points.filter(({ endNs }) => fromNs !== undefined && endNs < fromNs), flows);
  const periods = { returns: returns.length, unknown: curve.unknown - earlier.unknown, impossible: curve.impossible - earlier.impossible };
  const ofReturns = (figure: () => Estimate): Estimate => (!curve.hasCapital ? "no_capital" : values.length > 0 ? figure() : periods.unknown > 0 ? "missing" : "too_few");
  const falls = drawdownViews(returns, points, basePnl);
  const varies = sharpeRatio(values) !== "zero_variance";
  const sums = trades.sums();
  const ofTrades = (figure: Estimate): Estimate => (trades.unknown > 0 ? "missing" : sums.wins + sums.losses + sums.zeros === 0 ? "too_few" : figure);
  const below = drawdownSeries(levelsOf(values.map((value) => Math.max(value, -1 + Number.EPSILON)))).subarray(1); // at the end of each return
  const sampled = within(curveReturns(input.sampled, flows).returns, input).map(({ value }) => value);
  const estimates: Readonly<Record<EstimateName, Estimate>> = {
    totalReturn: ofReturns(() => totalReturn(values)),
    annualReturn: ofReturns(() => annualReturn(values, k)),
    moneyWeightedReturn: ofReturns(() => curveMoneyWeighted(returns)),
    volatility: ofReturns(() => volatility(values, k)),
    sharpeRatio: ofReturns(() => sharpeRatio(values, { riskFree })),
    sharpeRatioAnnualized: ofReturns(() => sharpeRatio(values, { riskFree, periodsPerYear: k })),
    probabilisticSharpe: ofReturns(() => probabilisticSharpe(values, 0, riskFree)),
    sortinoRatio: ofReturns(() => sortinoRatio(values, { required: riskFree, periodsPerYear: k })),
    calmarRatio: ofReturns(() => calmarRatio(values, k)),
    omegaRatio: ofReturns(() => omegaRatio(values, k, { riskFree })),
    tailRatio: ofReturns(() => tailRatio(values)),
    ulcerIndex: ofReturns(() => Math.sqrt(sum(below.map((fall) => fall * fall)) / below.length)),
    stability: ofReturns(() => stability(values)),
    skewness: ofReturns(() => values.length < 3 ? "too_few" : varies ? estimate(skewness(values, "sample"), "zero_variance") : "zero_variance"),
    kurtosis: ofReturns(() => values.length < 4 ? "too_few" : varies ? estimate(excessKurtosis(values, "sample"), "zero_variance") : "zero_variance"),
    bestPeriod: ofReturns(() => Math.max(...values)),
    worstPeriod: ofReturns(() => Math.min(...values)),
    maxDrawdownPct: ofReturns(() => 100 * below.reduce((most, fall) => Math.max(most, fall), 0)),
    drawdownDuration: totalPnl === undefined ? "missing" : falls.all.length === 0 ? (points.length === 0 ? "too_few" : 0) : Math.max(...falls.all.map(({ days }) => days)),
    informationRatio: against((own, other) => informationRatio(own, other, { periodsPerYear: k })),
    trackingError: against((own, other) => trackingError(own, other, k)),
    alpha: against((own, other) => alpha(own, other, { riskFree, annualization: "geometric", periodsPerYear: k })),
    beta: against((own, other) => beta(own, other, { riskFree })),
    upCapture: against((own, other) => captureRatio(own, other, { side: "up", method: "geometric" })),
    downCapture: against((own, other) => captureRatio(own, other, { side: "down", method: "geometric" })),
    winRate: ofTrades(winRate(sums)),
    profitFactor: ofTrades(profitFactor(sums)),
    expectancy: ofTrades(expectancy(sums)),
    payoffRatio: ofTrades(payoffRatio(sums)),
    kellyFraction: ofTrades(kellyFraction(sums)),
    turnover: ofReturns(() => turnoverOf(returns, execution)),
    timeInMarket: estimate(input.timeInMarket, "too_few"),
    avgSlippage: estimate(execution.slippage.tally.mean, "missing"),
    avgLatencyMs: estimate(execution.latency.tally.mean, "missing"),
    avgExecutionScore: estimate(execution.score.tally.mean, "missing"),
  };
  const money = basePnl === undefined || totalPnl === undefined ? undefined : moneyDrawdown(points, basePnl);
  const reasons: Record<string, Reason> = Object.fromEntries(ESTIMATES.map((name) => [name, estimates[name]] as const).filter((entry): entry is [EstimateName, Reason] => typeof entry[1] === "string"));
  if (totalPnl === undefined) reasons["totalPnl"] = "missing";
  if (money === undefined) reasons["maxDrawdown"] = "missing";
  if (totalPnl === undefined || execution.fills === 0) reasons["avgPnlPerTrade"] = totalPnl === undefined ? "missing" : "too_few";
  if (trades.best === null) for (const name of ["bestTrade", "worstTrade"]) reasons[name] = trades.unknown > 0 ? "missing" : "too_few";
  const view: PerformanceView = {
    ...(Object.fromEntries(ESTIMATES.map((name) => [name, typeof estimates[name] === "number" ? estimates[name] : null])) as Record<EstimateName, number | null>),
    from: fromNs === undefined ? (input.points[0] === undefined ? null : formatTime(input.points[0].beginNs)) : formatTime(fromNs),
    to: formatTime(toNs),
    currency: input.currency,
    totalPnl: totalPnl === undefined ? null : formatDecimal(totalPnl),
    totalTrades: execution.fills,
    avgPnlPerTrade: totalPnl === undefined || execution.fills === 0 ? null : formatRatio(totalPnl.mantissa, BigInt(execution.fills) * tenTo(totalPnl.digits), 12),
    maxDrawdown: money === undefined ? null : formatDecimal(money),
    winners: trades.wins, losers: trades.losses, zeroTrades: trades.zeros, bestTrade: trades.best, worstTrade: trades.worst,
    reasons,
    drawdowns: falls.worst,
    months: compoundBy(returns.map(({ toNs: at }) => formatTime(at).slice(0, 7)), values).map(([month, value]) => ({ month, return: value })),
    execution: execution.view(),
    sampled: { everySeconds: Number(input.sampledEveryNs) / 1e9, returns: sampled.length, totalReturn: numberOf(totalReturn(sampled)), volatilityPerPeriod: numberOf(volatility(sampled)) },
    benchmark: join === undefined ? null : { symbol: join.symbol, intervals: join.returns.length, ...join.dropped },
    periods,
    conventions: { returns: "simple, time-weighted, by UTC day", periodsPerYear: k, riskFreeAnnual, flows, trades: "fills that close, before fees; those at zero are left out of the win rate", drawdown: "from the highest before, compounding; in percent of it" },
  };
  return { view, returns, join, points };
}

function within(returns: readonly CurveReturn[], { fromNs, toNs }: Pick<PerformanceInput, "fromNs" | "toNs">): CurveReturn[] {
  return returns.filter(({ toNs: at }) => (fromNs === undefined || at >= fromNs) && at <= toNs);
}

/** The part of the book that was traded in a year: value traded ÷ mean equity ÷ years. */
function turnoverOf(returns: readonly CurveReturn[], { volume }: ExecutionStats): Estimate {
  const [first, last] = [returns[0], returns.at(-1)];
  if (first === undefined || last === undefined) return "too_few";
  const years = Number(last.toNs - first.fromNs) / (365.25 * DAY_NS);
  const equity = sum(returns.map((one) => plain(one.equity))) / returns.length;
  return carried(estimate(volume && plain(volume), "missing"), (traded) => traded / equity / years);
}

/** The most that net P&L was below its highest, in the span. Points that are not known are passed over. */
function moneyDrawdown(points: readonly EquityPoint[], base: Decimal): Decimal {
  let [peak, most] = [base, zero];
  for (const { pnl } of points) {
    if (pnl === undefined) continue;
    const lost = minus(peak, pnl);
    if (lost.mantissa <= 0n) peak = pnl;
    else if (minus(lost, most).mantissa > 0n) most = lost;
  }
  return most;
}

function drawdownViews(returns: readonly CurveReturn[], points: readonly EquityPoint[], base: Decimal | undefined): { readonly worst: readonly DrawdownView[]; readonly all: readonly DrawdownView[] } {
  const pnlAt = new Map(points.map(({ endNs, pnl }) => [endNs, pnl]));
  const known = points.filter(({ pnl }) => pnl !== undefined);
  const byIndex = returns.length > 0;
  const start = base === undefined || known.length === 0 ? [] : [{ endNs: points[0]!.beginNs - 1n, pnl: base }];
  const byMoney = [...start, ...known]; // a loss on the first day is one from where the span began
  const times = byIndex ? [returns[0]!.fromNs, ...returns.map(({ toNs }) => toNs)] : byMoney.map(({ endNs }) => endNs);
  const levels = byIndex ? levelsOf(returns.map(({ value }) => Math.max(value, -1 + Number.EPSILON))) : byMoney.map(({ pnl }) => plain(pnl!));
  const viewed = ({ peak, trough, recovery, recovered, fraction, periods }: ReturnType<typeof drawdowns>[number]): DrawdownView => {
    const [atPeak, atTrough] = [pnlAt.get(times[peak]!) ?? (peak === 0 ? base : undefined), pnlAt.get(times[trough]!)];
    const end = times[recovery ?? times.length - 1]!;
    return {
      peakAt: formatTime(times[peak]!), troughAt: formatTime(times[trough]!), recoveredAt: recovery === undefined ? null : formatTime(times[recovery]!), recovered,
      depthPct: byIndex && fraction !== undefined ? 100 * fraction : null, depth: atPeak && atTrough ? formatDecimal(minus(atPeak, atTrough)) : null, periods, days: Number(end - times[peak]!) / DAY_NS,
    };
  };
  return { worst: worstDrawdowns(levels, MOST_DRAWDOWNS, byIndex ? "fraction" : "money").map(viewed), all: drawdowns(levels).map(viewed) };
}

function numberOf(value: Estimate): number | null {
  return typeof value === "number" ? value : null;
}

function minus(a: Decimal, b: Decimal): Decimal {
  return addDecimals(a, { ...b, mantissa: -b.mantissa });
}
