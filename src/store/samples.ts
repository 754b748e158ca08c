import { drawdownAfter, sampleOf, type Book, type Drawdown, type NetRow } from "../core/book/index.ts";
import { decimalOf, formatDecimal, zero } from "../core/num/index.ts";
import { formatTime } from "../core/model/index.ts";
import type { SqlValues } from "./database.ts";
import { netId } from "./position-rows.ts";
import { uuidOf } from "./uuid.ts";

/** What a period has in the tables. */
export interface Sample {
  readonly series: readonly SqlValues[]; // trader_pnl_series
  readonly risk: SqlValues; // trader_risk_metrics
  readonly shares: ReadonlyMap<string, string | null>; // concentration of positions, by id, where it is another than before
}

/** What the cursor keeps for the next sample. */
export interface SamplerState {
  readonly peak: string;
  readonly drawdown: string;
}

/**
 * Samples the book once a period: as it was known at the period's last entry. Its times are the journal's, so that the same
 * journal gives the same samples.
 */
export class Sampler {
  readonly #periodNs: bigint;
  readonly #currency: string;
  #drawdown: Drawdown;
  readonly #shares: Map<string, string | null>; // as the table has them, by id

  /** @param shares the concentration of each position, as the table has it */
  constructor(periodNs: bigint, currency: string, state: SamplerState | undefined, shares: Iterable<readonly [id: string, share: string | null]>) {
    this.#periodNs = periodNs;
    this.#currency = currency;
    this.#drawdown = state === undefined ? { peak: zero, most: zero } : { peak: decimalOf(state.peak), most: decimalOf(state.drawdown) };
    this.#shares = new Map(shares);
  }

  /** Up to the last period that was closed. */
  get state(): SamplerState {
    return { peak: formatDecimal(this.#drawdown.peak), drawdown: formatDecimal(this.#drawdown.most) };
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
  sample(book: Book, seq: number, timeNs: bigint, closes: boolean): Sample {
    const { total, accounts, shares, concentration } = sampleOf(book, { nowNs: timeNs, maxAgeNs: book.marksMaxAgeNs, withoutLots: true }, this.#currency);
    const drawdown = drawdownAfter(this.#drawdown, total.net === null ? undefined : decimalOf(total.net));
    if (closes) this.#drawdown = drawdown;
    const period = formatTime(this.periodOf(timeNs));
    const timestamp = formatTime(timeNs);
    return {
      series: [total, ...accounts].map((group) => ({
        period, account: group.key, timestamp, seq, currency: this.#currency, realized_pnl: group.realized, unrealized_pnl: group.unrealized, fees: group.fees,
        funding: group.funding, net_pnl: group.net, gross_exposure: group.grossExposure, open_positions: group.openPositions,
      })),
      risk: { id: uuidOf("sample", period), period, timestamp, seq, max_drawdown: formatDecimal(drawdown.most), concentration_risk: concentration },
      shares: this.#changedShares(shares),
    };
  }

  #changedShares(shares: ReadonlyMap<NetRow, string | null>): Map<string, string | null> {
    const changed = new Map<string, string | null>();
    for (const [net, share] of shares) {
      const id = netId(net);
      if (this.#shares.has(id) && this.#shares.get(id) === share) continue;
      changed.set(id, share);
      this.#shares.set(id, share);
    }
    return changed;
  }
}
