import { DAY_NS, EquityPeriods, watchAll, type Book } from "../core/book/index.ts";
import { againstWeights, ExecutionPeriods, ExecutionStats, LastFills, performanceOf, performanceSeries, periodRate, rollingFigures, TimeInMarket, TradeStats, type BenchmarkWeight, type Convert, type Execution, type ExecutionPeriod, type ExecutionPeriodView, type FillView, type Performance, type PerformancePoint, type RollingFigures, type WeightsView } from "../core/performance/index.ts";
import { priceSeriesOf } from "../core/risk/index.ts";
import type { OpenReport } from "../journal/index.ts";
import { PeriodsBy } from "./periods-by.ts";
import { readSpan, type SpanQuestion } from "./span.ts";

/** What of performance is asked for, beside where the journal is. */
export interface PerformanceQuestion extends SpanQuestion {
  readonly historySize: number; // values that percentiles are computed from
  readonly sampledEveryNs: bigint;
  readonly benchmarkSymbol: string | undefined;
  readonly periodsPerYear: number | undefined; // undefined: by the venues
  readonly riskFreeAnnual: number;
  readonly executionsBy?: ExecutionPeriod | undefined; // executions by period, too
  readonly rollingWindow?: number | undefined; // figures of so many returns at a time, too
  readonly lastFills?: number | undefined; // so many fills one by one, too
  readonly series?: boolean | undefined; // each day, for charts, too
  readonly weights?: readonly BenchmarkWeight[] | undefined; // a benchmark of weights, whose difference is attributed to segments
  /** Takes every execution of the span; told before the fold begins how amounts are converted. */
  readonly more?: (convert: Convert, book: Book) => (execution: Execution) => void;
}
export interface PerformanceRead extends Performance {
  readonly more: { readonly executions?: readonly ExecutionPeriodView[]; readonly fills?: readonly FillView[]; readonly rolling?: readonly RollingFigures[]; readonly series?: readonly PerformancePoint[]; readonly brinson?: WeightsView }; // where it was asked for
  readonly seq: number;
  readonly report: OpenReport;
}

/** Venues of these types never close. */
const ALWAYS_OPEN: ReadonlySet<string> = new Set(["cex", "dex", "prediction"]);

/** Performance of the journal of a data folder over a span. */
export function readPerformance(question: PerformanceQuestion): PerformanceRead {
  const { accounts, fromNs, historySize } = question;
  const { whole, toNs, currency, convert, equity, again } = readSpan(question);
  const execution = new ExecutionStats(convert, historySize);
  const trades = new TradeStats(convert);
  const periods = question.executionsBy && new ExecutionPeriods(question.executionsBy, convert, historySize);
  const more = question.more?.(convert, whole.book);
  const fills = question.lastFills === undefined ? undefined : new LastFills(question.lastFills);
  const days = new EquityPeriods(DAY_NS, fromNs);
  const samples = question.sampledEveryNs === DAY_NS ? days : new EquityPeriods(question.sampledEveryNs, fromNs);
  const isWanted = ({ account }: { readonly account: string }) => accounts?.has(account) !== false;
  const inMarket = new TimeInMarket(isWanted);
  const segmentOf = new Map(question.weights?.map(({ symbol, segment }) => [symbol, segment]));
  const segments = question.weights && new PeriodsBy(({ symbol }) => segmentOf.get(symbol) ?? symbol, fromNs);
  const book = again(watchAll([...new Set([days, samples]), inMarket, segments]), (one) => {
    execution.take(one);
    trades.take(one);
    periods?.take(one);
    fills?.take(one);
    more?.(one);
  });
  const points = days.curve(book, equity);
  const beginNs = fromNs ?? points[0]?.beginNs ?? toNs;
  const benchmark = question.benchmarkSymbol === undefined ? undefined : (priceSeriesOf(question.benchmarkSymbol, whole.risk.prices, book.marks, question.nowNs) ?? { symbol: question.benchmarkSymbol, days: [], closes: [] });
  const result = performanceOf({
    currency, fromNs, toNs, points, sampled: samples === days ? points : samples.curve(book, equity), sampledEveryNs: question.sampledEveryNs, execution, trades,
    timeInMarket: inMarket.share(beginNs, points.at(-1)?.endNs ?? toNs),
    benchmark,
    periodsPerYear: question.periodsPerYear ?? (neverCloses(book, accounts) ? 365 : 252), riskFreeAnnual: question.riskFreeAnnual,
  });
  const { periodsPerYear, riskFreeAnnual } = result.view.conventions;
  const rolling = question.rollingWindow === undefined ? undefined : rollingFigures(result.returns, question.rollingWindow, periodsPerYear, periodRate(riskFreeAnnual, periodsPerYear));
  const before = fromNs === undefined ? undefined : points.filter(({ endNs }) => endNs < fromNs).at(-1);
  const series = question.series === true ? performanceSeries(result.points, result.returns, before, benchmark) : undefined;
  const endsNs = points.map(({ endNs }) => endNs);
  const brinson = segments && againstWeights({
    weights: question.weights, returns: result.returns, endsNs, closes: (symbol) => priceSeriesOf(symbol, whole.risk.prices, book.marks, question.nowNs),
    holdings: new Map([...segments.all].map(([segment, of]) => [segment, of.holdings(book, equity, endsNs)])),
  });
  return { ...result, seq: whole.seq, report: whole.report, more: { ...(periods && { executions: periods.view() }), ...(fills && { fills: fills.view() }), ...(rolling && { rolling }), ...(series && { series }), ...(brinson && { brinson }) } };
}

/** Whether all that was traded is on venues that never close. */
function neverCloses(book: Book, accounts: ReadonlySet<string> | undefined): boolean {
  const types = [...book.nets()].filter(({ account }) => accounts?.has(account) !== false).flatMap(({ venues }) => venues.map((row) => book.venueTypeOf(row)));
  return types.length > 0 && types.every((type) => ALWAYS_OPEN.has(type));
}
