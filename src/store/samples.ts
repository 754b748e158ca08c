import { DAY_NS, drawdownAfter, sampleOf, type Book, type Drawdown, type Moment } from "../core/book/index.ts";
import type { FoldState } from "../core/engine/index.ts";
import { RiskDesk, type RiskOptions } from "../core/risk/index.ts";
import { addDecimals, decimalOf, formatDecimal, MoneyBag, zero } from "../core/num/index.ts";
import { formatTime } from "../core/model/index.ts";
import type { SqlValues } from "./database.ts";
import { DailySharpe, type EquityNow, type DailySharpeState } from "./daily-sharpe.ts";
import { netId } from "./position-rows.ts";
import { uuidOf } from "./uuid.ts";

/** What a period has in the tables. */
export interface Sample {
  readonly series: readonly SqlValues[]; // trader_pnl_series
  readonly risk: SqlValues; // trader_risk_metrics
  readonly figures: ReadonlyMap<string, PositionFigures>; // of positions, by id, where they are others than before
}

/** What a sample says of a position. */
export interface PositionFigures {
  readonly share: string | null; // concentration_ratio
  readonly var95: number | null;
}

/** What the cursor keeps for the next sample. */
export interface SamplerState {
  readonly peak: string;
  readonly drawdown: string;
  readonly sharpe?: DailySharpeState; // a cursor of an older version has none
}

/**
 * Samples the book once a period: as it was known at the period's last entry. Its times are the journal's, so that the same
 * journal gives the same samples.
 */
export class Sampler {
  readonly #periodNs: bigint;
  readonly #currency: string;
  #drawdown: Drawdown;
  readonly #sharpe: DailySharpe;
  readonly #figures: Map<string, PositionFigures>; // as the table has them, by id
  readonly #desk: RiskDesk;
  readonly #desk95: RiskDesk; // the same, at 95 %

  /** @param figures of each position, as the table has them */
  constructor(periodNs: bigint, currency: string, risk: RiskOptions, state: SamplerState | undefined, figures: Iterable<readonly [id: string, figures: PositionFigures]>) {
    this.#periodNs = periodNs;
    this.#currency = currency;
    this.#drawdown = state === undefined ? { peak: zero, most: zero } : { peak: decimalOf(state.peak), most: decimalOf(state.drawdown) };
    this.#sharpe = new DailySharpe(state?.sharpe);
    this.#figures = new Map(figures);
    this.#desk = new RiskDesk(risk, currency);
    this.#desk95 = (risk.confidence ?? AT_95) === AT_95 ? this.#desk : new RiskDesk({ ...risk, confidence: AT_95 }, currency);
  }

  /** Up to the last period that was closed. */
  get state(): SamplerState {
    return { peak: formatDecimal(this.#drawdown.peak), drawdown: formatDecimal(this.#drawdown.most), sharpe: this.#sharpe.state };
  }

  /** The beginning of the period that a time is in. */
  periodOf(timeNs: bigint): bigint {
    const rest = timeNs % this.#periodNs;
    return timeNs - (rest < 0n ? rest + this.#periodNs : rest);
  }

  /**
   * The book at the last entry of a period so far.
   * @param closes no more entries of the period will come
   */
  sample({ book, risk }: Pick<FoldState, "book" | "risk">, seq: number, timeNs: bigint, closes: boolean): Sample {
    const moment = { nowNs: timeNs, maxAgeNs: book.marksMaxAgeNs, withoutLots: true };
    const { total, accounts, shares, concentration } = sampleOf(book, moment, this.#currency);
    const state = { book, prices: risk.prices, limits: { limits: {} }, breaker: risk.breaker, pairs: () => [] };
    for (const desk of new Set([this.#desk, this.#desk95])) desk.touch(book);
    const { portfolio } = this.#desk.whole(state, moment);
    const vars = this.#desk95.positionVars(state, moment);
    const drawdown = drawdownAfter(this.#drawdown, total.net === null ? undefined : decimalOf(total.net));
    if (closes) this.#drawdown = drawdown;
    const sharpe = this.#sharpe.take(this.#equity(book, total.net, moment), (amount, from) => book.rates.convert(amount, from, this.#currency, moment), closes);
    const period = formatTime(this.periodOf(timeNs));
    const timestamp = formatTime(timeNs);
    return {
      series: [total, ...accounts].map((group) => ({
        period, account: group.key, timestamp, seq, currency: this.#currency, realized_pnl: group.realized, unrealized_pnl: group.unrealized, fees: group.fees,
        funding: group.funding, net_pnl: group.net, gross_exposure: group.grossExposure, open_positions: group.openPositions,
      })),
      risk: { id: uuidOf("sample", period), period, timestamp, seq, max_drawdown: formatDecimal(drawdown.most), concentration_risk: concentration, portfolio_var: portfolio.var, correlation_risk: portfolio.correlationRisk, volatility: portfolio.volatility, sharpe_ratio: sharpe },
      figures: this.#changed(new Map(Array.from(shares, ([net, share]) => [netId(net), { share, var95: vars.get(net) ?? null }]))),
    };
  }

  /** Undefined without capital, and where a mark or a rate is missing. */
  #equity(book: Book, net: string | null, moment: Moment): EquityNow | undefined {
    if (net === null || book.capital.size === 0) return undefined;
    const capital = new MoneyBag();
    for (const bag of book.capital.values()) for (const [currency, amount] of bag.entries()) capital.add(currency, amount);
    let equity = decimalOf(net);
    for (const [currency, amount] of capital.entries()) {
      const worth = book.rates.convert(amount, currency, this.#currency, moment);
      if (worth === undefined) return undefined;
      equity = addDecimals(equity, worth);
    }
    return { day: Number(moment.nowNs / DAY_NS), equity: Number(formatDecimal(equity)), capital: capital.toJSON() };
  }

  #changed(figures: ReadonlyMap<string, PositionFigures>): Map<string, PositionFigures> {
    const changed = new Map<string, PositionFigures>();
    for (const [id, is] of figures) {
      const was = this.#figures.get(id);
      if (was !== undefined && was.share === is.share && was.var95 === is.var95) continue;
      changed.set(id, is);
      this.#figures.set(id, is);
    }
    return changed;
  }
}

const AT_95 = 0.95;
