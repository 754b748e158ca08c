import { EXECUTION_PERIODS, type ExecutionPeriod } from "../../core/performance/index.ts";
import { readPerformance, type PerformanceQuestion, type PerformanceRead } from "../../runtime/index.ts";
import { formatTime } from "../../core/model/index.ts";
import { formatDecimal } from "../../core/num/index.ts";
import { contextOf, countOption, mustBeThere, spanOptions, type CommonOptions, type Context } from "../context.ts";
import { noteTorn, progressOf } from "../progress.ts";
import { shownMore, shownPerformance } from "../shown-performance.ts";
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
  readonly fills?: string;
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
  context.print(context.json ? JSON.stringify(answer, null, 2) : `${shownPerformance(read.view)}${shownMore(read.more)}`);
  return 0;
}

/** What a command asks of the journal. @throws UsageError */
export function questionOf(context: Context, options: PerformanceOptions): PerformanceQuestion {
  const { currency, marksMaxAgeNs, historySize, benchmarkSymbol } = context.config;
  const nowNs = context.clock.nowNs();
  return {
    dataDir: context.dataDir, currency, marksMaxAgeNs, historySize, nowNs, reported: options.currency,
    ...spanOptions(options.from, options.to, nowNs), lastFills: countOption("fills", options.fills, 1), benchmarkSymbol: options.benchmark ?? benchmarkSymbol,
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

function seriesOf({ returns, points, join }: PerformanceRead): object {
  return {
    returns: returns.map(({ fromNs, toNs, value, flow, equity }) => ({ from: formatTime(fromNs), to: formatTime(toNs), return: value, flow: formatDecimal(flow), equity: formatDecimal(equity) })),
    equity: points.map(({ endNs, pnl, capital, equity }) => ({ at: formatTime(endNs), netPnl: pnl === undefined ? null : formatDecimal(pnl), capital: capital === undefined ? null : formatDecimal(capital), equity: equity === undefined ? null : formatDecimal(equity) })),
    benchmarkReturns: join?.benchmark ?? null,
  };
}
