import { addDecimals, deviation, zero, type Decimal } from "../num/index.ts";
import type { Exposure } from "../model/index.ts";
import { numberOf, type Figure, type Sum } from "./checks.ts";
import type { VarReport } from "./portfolio-var.ts";
import type { RiskModel } from "./risk-model.ts";

/** What some exposures risk together. */
export interface PartFigures {
  readonly var: Figure;
  readonly correlationRisk: Figure;
  readonly gross: Sum; // Σ |value| over venues
}

const NAMED_AT_MOST = 5;

/** Some exposures together: of the whole book, or of an account, a venue. */
export class Part implements PartFigures {
  readonly var: Figure;
  readonly expectedShortfall: Figure;
  readonly correlationRisk: Figure;
  readonly gross: Sum;
  readonly net: Sum;
  readonly size: number | undefined; // Σ |value| over positions; undefined: one is not known
  readonly reason: string | null; // why VaR is not known
  readonly report: VarReport | undefined; // without marginal figures
  readonly pnl: Float64Array; // of each past day
  readonly #model: RiskModel;
  readonly #weights: Float64Array;
  readonly #lacking: ReadonlyMap<string, number>; // why VaR is not known, and of how many positions
  #standard: Float64Array | undefined;
  #marginal: readonly number[] | undefined;

  constructor(exposures: readonly Exposure[], model: RiskModel) {
    this.#model = model;
    this.#weights = new Float64Array(model.returns.symbols.length);
    const lacking = new Map<string, number>();
    let size: number | undefined = 0;
    let [net, gross]: [Decimal | undefined, Decimal | undefined] = [zero, zero];
    for (const exposure of exposures) {
      const { symbol, value, venues } = exposure;
      net = net && value && addDecimals(net, value);
      for (const { value: own } of venues) gross = gross && own && addDecimals(gross, magnitude(own));
      const reason = lackOf(exposure, model);
      if (reason !== undefined) lacking.set(reason, (lacking.get(reason) ?? 0) + 1);
      size = size === undefined || value === undefined ? undefined : size + Math.abs(numberOf(value));
      const place = model.placeOf(symbol);
      if (value !== undefined && place !== undefined) this.#weights[place]! += numberOf(value);
    }
    this.#lacking = lacking;
    this.size = size;
    const noMark: Sum = { value: undefined, reason: [...lacking.keys()].find((one) => one.startsWith("no_mark")) ?? "no_mark" };
    this.net = net === undefined ? noMark : { value: net };
    this.gross = gross === undefined ? noMark : { value: gross };
    this.pnl = model.pnlOf(this.#weights);
    this.report = lacking.size > 0 ? undefined : model.portfolio(this.#weights, this.pnl, false);
    this.reason = lacking.size > 0 ? named(lacking) : (this.report?.reason ?? null);
    this.var = this.#figure(this.report?.var);
    this.expectedShortfall = this.#figure(this.report?.expectedShortfall);
    this.correlationRisk = lacking.size > 0 ? this.#figure(undefined) : { value: this.#together(undefined, 0) };
  }

  /** Deviation of a day's P&L; null where it is not known. */
  get volatility(): number | null {
    return this.report === undefined ? null : (deviation(this.pnl) ?? null);
  }

  /** VaR for one more unit of exposure to a symbol. */
  marginalOf(symbol: string): number | null {
    const place = this.#model.placeOf(symbol);
    if (this.report?.var === undefined || place === undefined) return null;
    this.#marginal ??= this.#model.portfolio(this.#weights, this.pnl, true).marginal; // asked for by some only
    return this.#marginal[place] ?? null;
  }

  /** What some of the exposures are of the VaR of all. */
  componentOf(own: readonly Exposure[]): number | null {
    let total = 0;
    for (const { symbol, value } of own) {
      if (value?.mantissa === 0n) continue;
      const marginal = this.marginalOf(symbol);
      if (value === undefined || marginal === null) return null;
      total += marginal * numberOf(value);
    }
    return total;
  }

  /** What it would be with one exposure in the place of another. O(T), but for Monte Carlo. */
  with(before: Exposure | undefined, after: Exposure): PartFigures & { readonly size: number | undefined } {
    const model = this.#model;
    const sizeOf = (one: Exposure | undefined) => (one === undefined ? 0 : one.value && Math.abs(numberOf(one.value)));
    const [was, is] = [sizeOf(before), sizeOf(after)];
    const size = this.size === undefined || was === undefined || is === undefined ? undefined : this.size - was + is;
    const gross = grossWith(this.gross, before, after);
    const lacking = new Map(this.#lacking);
    const [solved, arising] = [before && lackOf(before, model), lackOf(after, model)];
    if (solved !== undefined && lacking.get(solved) === 1) lacking.delete(solved);
    if (arising !== undefined) lacking.set(arising, 1);
    if (lacking.size > 0) return { size, gross, var: { value: null, reason: named(lacking) }, correlationRisk: { value: null, reason: named(lacking) } };
    const place = model.placeOf(after.symbol);
    const change = numberOf(after.value!) - (before?.value === undefined ? 0 : numberOf(before.value));
    if (place === undefined || change === 0) return { size, gross, var: this.var, correlationRisk: this.correlationRisk };
    return { size, gross, var: this.#varWith(place, change), correlationRisk: { value: this.#together(place, change) } };
  }

  #varWith(place: number, change: number): Figure {
    const model = this.#model;
    const weights = this.#weights.with(place, this.#weights[place]! + change);
    if (weights.every((weight) => Math.abs(weight) < 1e-9)) return { value: 0 };
    const { returns } = model.columnsOf(place);
    const pnl = this.pnl.map((value, t) => value + change * returns[t]!);
    const report = model.options.method === "monte_carlo" ? model.portfolio(weights, pnl, false) : model.ofPnl(pnl);
    return report.var === undefined ? { value: null, reason: report.reason ?? "too_few" } : { value: report.var };
  }

  /** `correlationRisk` of all exposures, one of them changed, in O(N + T): no matrix, but the columns standardised and added up. 0 for fewer than two. */
  #together(place: number | undefined, change: number): number {
    this.#standard ??= this.#model.standardOf(this.#weights);
    const own = place === undefined ? undefined : this.#model.columnsOf(place).standard;
    let [size, squares, varying] = [0, 0, 0];
    for (let i = 0; i < this.#weights.length; i += 1) {
      const weight = this.#weights[i]! + (i === place ? change : 0);
      if (weight === 0) continue;
      size += Math.abs(weight);
      squares += weight * weight;
      if (this.#model.columnsOf(i).standard.length > 0) varying += weight * weight;
    }
    const pairs = size * size - squares;
    if (!(pairs > squares * 1e-12)) return 0;
    let total = 0;
    for (let t = 0; t < this.#standard.length; t += 1) total += (this.#standard[t]! + (own === undefined || own.length === 0 ? 0 : change * own[t]!)) ** 2;
    return Math.max(-1, Math.min(1, (total / this.#standard.length - varying) / pairs));
  }

  #figure(value: number | undefined): Figure {
    return value === undefined ? { value: null, reason: this.reason ?? "too_few" } : { value };
  }
}

/** Why a position has no VaR; undefined: it has. */
function lackOf({ symbol, value }: Exposure, model: RiskModel): string | undefined {
  if (value === undefined) return `no_mark: ${symbol}`;
  return value.mantissa !== 0n && model.placeOf(symbol) === undefined ? `${model.reasonOf(symbol)}: ${symbol}` : undefined;
}

function grossWith(gross: Sum, before: Exposure | undefined, after: Exposure): Sum {
  if (gross.value === undefined) return gross;
  let value: Decimal | undefined = gross.value;
  for (const { value: own } of before?.venues ?? []) value = value && own && addDecimals(value, { ...own, mantissa: own.mantissa < 0n ? own.mantissa : -own.mantissa });
  for (const { value: own } of after.venues) value = value && own && addDecimals(value, magnitude(own));
  return value === undefined ? { value, reason: `no_mark: ${after.symbol}` } : { value };
}

function named(reasons: ReadonlyMap<string, number>): string {
  const all = [...reasons.keys()];
  return all.length <= NAMED_AT_MOST ? all.join("; ") : `${all.slice(0, NAMED_AT_MOST).join("; ")}; and ${all.length - NAMED_AT_MOST} more`;
}

/** @example magnitude({ mantissa: -5n, digits: 1 }) // => { mantissa: 5n, digits: 1 } */
export function magnitude(value: Decimal): Decimal {
  return value.mantissa < 0n ? { ...value, mantissa: -value.mantissa } : value;
}
