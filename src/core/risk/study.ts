import { momentsOf } from "./covariance.ts";
import type { Exposure } from "../model/index.ts";
import type { PriceSeries } from "../market/index.ts";
import { numberOf } from "./checks.ts";
import { bookBacktest, dayText, type BookBacktest } from "./book-backtest.ts";
import { VAR_METHODS, type VarMethod } from "./estimate.ts";
import { Part } from "./part.ts";
import { RiskModel, type RiskOptions } from "./risk-model.ts";

/** What a study of a book's risk looks at. All of it can go to another thread. */
export interface StudyInput {
  readonly exposures: readonly Exposure[]; // of open positions
  readonly series: readonly PriceSeries[]; // all closes of each symbol that is held; one without closes is told of as missing
  readonly options: RiskOptions;
  readonly window?: number | undefined; // returns that a forecast of the backtest looks at; `lookbackDays`
  readonly mostSymbols: number; // correlations are told of so many, those with the largest exposure
}

/** The VaR of the same book by one method. Losses > 0, in the currency of the exposures; null with its reason. */
export interface MethodVar {
  readonly method: VarMethod;
  readonly var: number | null;
  readonly expectedShortfall: number | null;
  readonly scenarioDay: string | null; // whose loss it is, of historical methods
  readonly reason: string | null;
}

/** How the returns of what is held move together, the largest exposure first. */
export interface Correlations {
  readonly symbols: readonly string[];
  readonly exposures: readonly number[]; // net over accounts, signed
  readonly values: readonly (readonly (number | null)[])[]; // null: one of the two never varies
  readonly observations: number;
  readonly left: number; // symbols that are held and not shown: they have no returns, or there are too many
}

export interface RiskStudy {
  readonly observations: number; // joint returns that VaR looks at
  readonly methods: readonly MethodVar[];
  readonly correlation: Correlations;
  readonly backtest: BookBacktest;
}

/** VaR by every method, correlations, and how forecasts for the book as it stands would have fared on the days before. */
export function studyOf(input: StudyInput): RiskStudy {
  const { exposures, series, options } = input;
  const model = new RiskModel(series, options);
  return {
    observations: model.observations,
    methods: VAR_METHODS.map((method) => varBy(method, input)),
    correlation: correlationsOf(exposures, model, input.mostSymbols),
    backtest: bookBacktest(exposures, series, options, input.window),
  };
}

function varBy(method: VarMethod, { exposures, series, options }: StudyInput): MethodVar {
  const part = new Part(exposures, new RiskModel(series, { ...options, method }));
  const day = part.report?.scenarioDay;
  return { method, var: part.var.value, expectedShortfall: part.expectedShortfall.value, scenarioDay: day === undefined ? null : dayText(day), reason: part.reason };
}

function correlationsOf(exposures: readonly Exposure[], model: RiskModel, most: number): Correlations {
  const sizes = new Map<string, number>();
  for (const { symbol, value } of exposures) sizes.set(symbol, (sizes.get(symbol) ?? 0) + (value === undefined ? 0 : numberOf(value)));
  const shown = [...sizes].filter(([symbol]) => model.placeOf(symbol) !== undefined).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a)).slice(0, most);
  const columns = shown.map(([symbol]) => model.returns.columns[model.placeOf(symbol)!]!);
  const moments = momentsOf(columns);
  const { deviations = [], correlation } = moments ?? {};
  const values = correlation === undefined ? [] : shown.map((_, i) => shown.map((__, j) => (i === j ? 1 : deviations[i] === 0 || deviations[j] === 0 ? null : correlation.matrix.values[i * shown.length + j]!)));
  return { symbols: correlation === undefined ? [] : shown.map(([symbol]) => symbol), exposures: correlation === undefined ? [] : shown.map(([, size]) => size), values, observations: model.observations, left: sizes.size - values.length };
}
