import { sum, WeightedSums } from "../num/index.ts";
import type { PriceSeries } from "../market/index.ts";
import type { Calendar } from "./calendar.ts";
import type { VarConventions, VarMethod } from "./estimate.ts";
import { portfolioVar, type VarReport } from "./portfolio-var.ts";
import { jointReturns, type ReturnsMatrix } from "./returns.ts";
import { volatility } from "./volatility.ts";
import type { Figure } from "./checks.ts";

export interface RiskOptions extends Partial<VarConventions> {
  readonly method: VarMethod;
  readonly lookbackDays: number;
  readonly calendar?: Calendar;
}

/** What one unit of exposure to a symbol risks by itself; long and short differ. */
export interface Unit {
  readonly var: Figure;
  readonly expectedShortfall: Figure;
}

/**
 * What prices say of the symbols of a book: their joint returns. Made once for the prices of a day; exposures change beside it. All methods are homogeneous,
 * so a position's own figures are those of one unit, times its size.
 */
export class RiskModel {
  readonly returns: ReturnsMatrix;
  readonly options: RiskOptions;
  readonly #places: ReadonlyMap<string, number>;
  readonly #units = new Map<string, Unit>();
  readonly #volatilities = new Map<number, number | undefined>();
  #standard: readonly Float64Array[] | undefined;
  readonly #sums = new Map<"pnl" | "standard", { readonly table: WeightedSums | undefined; readonly isMade: boolean }>();

  /** @param series of the symbols that are held; one without closes is told of as missing */
  constructor(series: readonly PriceSeries[], options: RiskOptions) {
    this.options = options;
    this.returns = jointReturns(series, { lookbackDays: options.lookbackDays, ...(options.calendar === undefined ? {} : { calendar: options.calendar }) });
    this.#places = new Map(this.returns.symbols.map((symbol, i) => [symbol, i]));
  }

  /** How many joint returns there are. */
  get observations(): number {
    return this.returns.days.length;
  }

  /** The column of a symbol; undefined for one that is left out. */
  placeOf(symbol: string): number | undefined {
    return this.#places.get(symbol);
  }

  /** Why a symbol has no column. */
  reasonOf(symbol: string): string {
    return this.returns.missing.get(symbol)?.reason ?? "no_prices";
  }

  /** The risk of exposures, one a column. @param pnl of each past day, of them @param slopes whether each one's part is wanted, too */
  portfolio(exposures: Float64Array, pnl: Float64Array, slopes: boolean): VarReport {
    return portfolioVar({ ...this.options, exposures, returns: this.returns, pnl, slopes });
  }

  /** What a position risks by itself. @param exposure short < 0 */
  alone(symbol: string, exposure: number): Unit {
    const place = this.#places.get(symbol);
    if (exposure === 0) return { var: { value: 0 }, expectedShortfall: { value: 0 } };
    if (place === undefined) return { var: { value: null, reason: this.reasonOf(symbol) }, expectedShortfall: { value: null, reason: this.reasonOf(symbol) } };
    const unit = this.#unit(place, exposure > 0 ? 1 : -1);
    const sized = (figure: Figure): Figure => (figure.value === null ? figure : { value: figure.value * Math.abs(exposure) });
    return { var: sized(unit.var), expectedShortfall: sized(unit.expectedShortfall) };
  }

  /** Deviation of a symbol's returns, a day. */
  volatilityOf(symbol: string): number | null {
    const place = this.#places.get(symbol);
    if (place === undefined) return null;
    if (!this.#volatilities.has(place)) this.#volatilities.set(place, volatility(this.returns.columns[place]!));
    return this.#volatilities.get(place) ?? null;
  }

  /** P&L of each past day, of exposures. */
  pnlOf(exposures: Float64Array): Float64Array {
    return this.#along(exposures, this.returns.columns, "pnl");
  }

  /** The same of columns of mean 0 and deviation 1: the square of their sum holds the correlation of every pair. */
  standardOf(exposures: Float64Array): Float64Array {
    return this.#along(exposures, this.#standards(), "standard");
  }

  /** Columns as `pnlOf` and `standardOf` add them up. */
  columnsOf(place: number): { readonly returns: Float64Array; readonly standard: Float64Array } {
    return { returns: this.returns.columns[place]!, standard: this.#standards()[place]! };
  }

  /** The risk of a P&L of past days: what all exposures together made of them. O(T); not for Monte Carlo, which draws each column. */
  ofPnl(pnl: Float64Array): VarReport {
    return portfolioVar({ ...this.options, exposures: [1], returns: { ...this.returns, symbols: ["all"], columns: [pnl] } });
  }

  #standards(): readonly Float64Array[] {
    return (this.#standard ??= this.returns.columns.map(standardised));
  }

  #along(exposures: Float64Array, columns: readonly Float64Array[], of: "pnl" | "standard"): Float64Array {
    const total = new Float64Array(this.observations);
    const sums = this.#sumsOf(columns, of);
    if (sums !== undefined) sums.into(total, exposures);
    else {
      exposures.forEach((exposure, i) => {
        const column = columns[i]!;
        if (exposure !== 0) for (let t = 0; t < column.length; t += 1) total[t]! += exposure * column[t]!;
      });
    }
    return total;
  }

  /** Tables that add up quickly, made when they are asked for a second time: most models of an order that is asked about are asked once. */
  #sumsOf(columns: readonly Float64Array[], of: "pnl" | "standard"): WeightedSums | undefined {
    const asked = this.#sums.get(of);
    if (asked === undefined) this.#sums.set(of, { table: undefined, isMade: false });
    if (asked === undefined || asked.isMade) return asked?.table;
    const isWhole = this.returns.columns.every((column) => column.every((value) => !Number.isNaN(value))); // 0 × what is missing would be missing
    const table = isWhole ? WeightedSums.over(columns.map((column) => (column.length === 0 ? new Float64Array(this.observations) : column)), this.observations) : undefined;
    this.#sums.set(of, { table, isMade: true });
    return table;
  }

  #unit(place: number, sign: 1 | -1): Unit {
    const key = `${place}${sign}`;
    let unit = this.#units.get(key);
    if (unit !== undefined) return unit;
    const report = portfolioVar({ ...this.options, exposures: [sign], returns: { ...this.returns, symbols: [this.returns.symbols[place]!], columns: [this.returns.columns[place]!] } }); // O(T): its own column alone
    const figure = (value: number | undefined): Figure => (value === undefined ? { value: null, reason: report.reason ?? "too_few" } : { value });
    this.#units.set(key, (unit = { var: figure(report.var), expectedShortfall: figure(report.expectedShortfall) }));
    return unit;
  }
}

/** Mean 0, deviation (over n) 1; empty for a column that never varies. */
function standardised(column: Float64Array): Float64Array {
  const mean = sum(column) / column.length;
  const deviation = Math.sqrt(sum(column.map((value) => (value - mean) ** 2)) / column.length);
  return deviation > 0 ? column.map((value) => (value - mean) / deviation) : new Float64Array(0);
}
