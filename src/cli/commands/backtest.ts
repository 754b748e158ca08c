import { backtest, type BacktestResult } from "../../core/risk/index.ts";
import { formatTime } from "../../core/model/index.ts";
import { readPrices, RefusedFile, type PriceFile, type PriceRun } from "../../venues/csv/index.ts";
import { contextOf, countOption, type CommonOptions, type Context } from "../context.ts";
import { heading, note, shownName, table, type Column } from "../table.ts";
import { UsageError } from "../usage-error.ts";

export interface BacktestCommandOptions extends CommonOptions {
  readonly symbol?: string;
  readonly confidence?: string;
  readonly window?: string;
}

const WINDOW = 252;
const NS_A_DAY = 86_400_000_000_000n;
const LONGEST_REST = 7; // days; after 2001-09-11 New York rested for six
const SHOWN_SYMBOLS = 10;

/** `fillbook risk backtest`: rolling one-day forecasts of each method over the closes of a file, and how often they were breached. */
export async function riskBacktest(file: string, options: BacktestCommandOptions): Promise<number> {
  const context = await contextOf(options);
  const confidence = confidenceOption(options.confidence);
  const window = countOption("window", options.window, 2) ?? WINDOW;
  const refused = RefusedFile.fresh(`${file}.refused.csv`);
  try {
    const prices = await readPrices(file, (row) => refused.add(row));
    const run = chosen(prices, file, options.symbol);
    const closes = Float64Array.from(run.closes, Number);
    if (closes.length < window + 2) throw new UsageError(`${file}: ${run.symbol} has ${closes.length} closes; a window of ${window} returns needs ${window + 2} at least: give a longer history, or a smaller --window`);
    const returns = closes.slice(1).map((close, i) => close / closes[i]! - 1);
    const results = backtest(returns, { confidence, window });
    show(context, { file, run, confidence, window, prices, refused }, results);
    return refused.count > 0 ? 1 : 0;
  } finally {
    refused.close();
  }
}

interface Asked {
  readonly file: string;
  readonly run: PriceRun;
  readonly confidence: number;
  readonly window: number;
  readonly prices: PriceFile;
  readonly refused: RefusedFile;
}

function confidenceOption(text = "0.95"): number {
  const value = Number(text);
  if (!/^0?\.\d+$/.test(text) || !(value > 0)) throw new UsageError(`--confidence: "${text}" is not a number between 0 and 1, such as 0.95`);
  return value;
}

/** The symbol that is asked for, or the only one there is. */
function chosen({ series }: PriceFile, file: string, symbol: string | undefined): PriceRun {
  const names = series.map((run) => run.symbol);
  const listed = `${names.slice(0, SHOWN_SYMBOLS).join(", ")}${names.length > SHOWN_SYMBOLS ? ` and ${names.length - SHOWN_SYMBOLS} others` : ""}`;
  if (symbol === undefined && names.length > 1) throw new UsageError(`${file}: has prices of ${listed}; choose one with --symbol`);
  const found = symbol === undefined ? series[0] : series.find((run) => run.symbol === symbol);
  if (found !== undefined) return found;
  throw new UsageError(names.length === 0 ? `${file}: has no price that could be read` : `--symbol: ${file} has no ${symbol}; it has ${listed}`);
}

function dateOf(day: number): string {
  return formatTime(BigInt(day) * NS_A_DAY).slice(0, 10);
}

/** Stretches without a close that no weekend and holidays explain. */
function gapsOf({ days }: PriceRun): string[] {
  return Array.from(days.subarray(1), (day, i) => (day - days[i]! > LONGEST_REST ? `${dateOf(days[i]!)} and ${dateOf(day)}` : "")).filter((gap) => gap !== "");
}

function show(context: Context, { file, run, confidence, window, prices, refused }: Asked, results: readonly BacktestResult[]): void {
  const [from, to] = [dateOf(run.days[window + 1]!), dateOf(run.days.at(-1)!)]; // of the first and the last forecast
  for (const gap of gapsOf(run)) context.note(`${file}: ${run.symbol} has no close between ${gap}: what happened in between counts as one day`);
  for (const warning of prices.warnings) context.note(`${file}: ${warning}`);
  if (refused.count > 0) context.note(`${file}: ${refused.count} rows or cells say no price: see ${refused.path}`);
  if (context.json) {
    const methods = results.map(({ method, forecasts, breaches, rate, expected, kupiec, independence, zone }) => ({
      method, forecasts, breaches, rate: rate ?? null, expected, kupiec: kupiec ?? null, christoffersen: independence ?? null, zone: zone ?? null,
    }));
    context.print(JSON.stringify({ symbol: run.symbol, from, to, returns: run.days.length - 1, confidence, window, lambda: 0.94, horizonDays: 1, methods, refused: refused.count }, null, 2));
    return;
  }
  const tail = Number((1 - confidence).toPrecision(10));
  context.print([
    heading(`${shownName(run.symbol)}: one-day VaR at ${percent(confidence)}, ${from} to ${to}, each forecast from the ${window} returns before it`),
    table(COLUMNS, results),
    note(`Right forecasts are breached on ${percent(tail)} of days. p: Kupiec's test of how many breaches, Christoffersen's of whether they come in bunches; below 0.05 speaks against a method. – : nothing to test, or no forecast.`),
  ].join("\n"));
}

const COLUMNS: readonly Column<BacktestResult>[] = [
  { title: "method", of: ({ method }) => method },
  { title: "forecasts", of: ({ forecasts }) => forecasts.toLocaleString("en-US"), right: true },
  { title: "breaches", of: ({ breaches }) => breaches.toLocaleString("en-US"), right: true },
  { title: "rate", of: ({ rate }) => (rate === undefined ? "–" : percent(rate, 2)), right: true },
  { title: "LR", of: ({ kupiec }) => kupiec?.likelihoodRatio.toFixed(2) ?? "–", right: true },
  { title: "Kupiec p", of: ({ kupiec }) => shownP(kupiec?.pValue), right: true },
  { title: "indep. p", of: ({ independence }) => shownP(independence?.pValue), right: true },
  { title: "zone", of: ({ zone }) => zone ?? "–" },
];

/** With as many digits as it has, or as many as are said. */
function percent(share: number, digits?: number): string {
  return `${digits === undefined ? Number((share * 100).toPrecision(10)) : (share * 100).toFixed(digits)} %`;
}

/** Two significant digits, or how small it is. */
function shownP(value: number | undefined): string {
  if (value === undefined) return "–";
  return value < 0.001 ? value.toExponential(0) : value < 0.01 ? value.toFixed(4) : value.toFixed(3);
}
