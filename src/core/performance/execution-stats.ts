import { addDecimals, formatDecimal, zero, type Decimal } from "../num/index.ts";
import type { Known } from "../book/index.ts";
import type { Execution } from "./execution.ts";
import { LastValues } from "./last-values.ts";
import { plain, Tally } from "./plain.ts";

/** Turns an amount into the reported currency; undefined where no mark says. */
export type Convert = (amount: Decimal, currency: string) => Known;

/** A figure of many fills. Percentiles are of the last fills alone, as many as are kept. */
export interface Distribution {
  readonly count: number; // fills that tell it
  readonly average: number | null;
  readonly p5: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly percentilesOf: number; // so many fills
}

/** How fills were executed. Money in the reported currency: exact text, null where a mark or a rate is missing. */
export interface ExecutionSummary {
  readonly fills: number;
  readonly volume: string | null; // value traded; of an inverse contract what its base comes to
  readonly fees: string | null; // paid > 0
  readonly effectiveFeeBasisPoints: number | null; // fees ÷ volume
  readonly makerShare: number | null; // of the fills that say which they were
  readonly realizedPnl: string | null; // by these fills, before fees
  readonly slippageBasisPoints: Distribution;
  readonly slippageCost: number | null; // in the reported currency, of the fills that tell it; > 0 costs
  readonly latencyMs: Distribution;
  readonly executionScore: Distribution;
}

class Spread {
  readonly tally = new Tally();
  readonly #last: LastValues;

  constructor(most: number) {
    this.#last = new LastValues(most);
  }

  add(value: number | undefined): void {
    if (value === undefined) return;
    this.tally.add(value);
    this.#last.add(value);
  }

  view(): Distribution {
    const last = this.#last;
    return { count: this.tally.count, average: this.tally.mean ?? null, p5: last.percentile(5), p50: last.percentile(50), p95: last.percentile(95), p99: last.percentile(99), percentilesOf: last.count };
  }
}

/** Adds executions up. @param most values that percentiles are computed from, the last ones: memory does not grow with history */
export class ExecutionStats {
  fills = 0;
  readonly slippage: Spread;
  readonly latency: Spread;
  readonly score: Spread;
  readonly #cost = new Tally();
  readonly #convert: Convert;
  #volume: Known = zero;
  #fees: Known = zero;
  #pnl: Known = zero;
  #maker = 0;
  #taker = 0;

  constructor(convert: Convert, most: number) {
    this.#convert = convert;
    this.slippage = new Spread(most);
    this.latency = new Spread(most);
    this.score = new Spread(most);
  }

  take({ fill, isInverse, currency, value, fee, slippage, latencyMs, score, pnl }: Execution): void {
    const turned = (amount: Known): Known => amount && this.#convert(amount, currency);
    this.fills += 1;
    this.#volume = sum(this.#volume, turned(value));
    this.#fees = sum(this.#fees, turned(fee));
    this.#pnl = sum(this.#pnl, turned(pnl));
    if (fill.liquidity === "maker") this.#maker += 1;
    if (fill.liquidity === "taker") this.#taker += 1;
    this.slippage.add(slippage?.basisPoints);
    this.latency.add(latencyMs);
    this.score.add(score?.value);
    const worth = turned(value);
    if (slippage?.price === undefined || worth === undefined || fill.price.mantissa === 0n) return;
    this.#cost.add((isInverse ? slippage.basisPoints / 10_000 : slippage.price / Math.abs(plain(fill.price))) * plain(worth)); // Q ÷ arrival − Q ÷ price is that part of Q ÷ price
  }

  get volume(): Known {
    return this.#volume;
  }

  view(): ExecutionSummary {
    const [volume, fees] = [this.#volume, this.#fees];
    const told = this.#maker + this.#taker;
    return {
      fills: this.fills,
      volume: text(volume),
      fees: text(fees),
      effectiveFeeBasisPoints: volume === undefined || fees === undefined || volume.mantissa === 0n ? null : (plain(fees) / plain(volume)) * 10_000,
      makerShare: told === 0 ? null : this.#maker / told,
      realizedPnl: text(this.#pnl),
      slippageBasisPoints: this.slippage.view(),
      slippageCost: this.#cost.total ?? null,
      latencyMs: this.latency.view(),
      executionScore: this.score.view(),
    };
  }
}

function sum(a: Known, b: Known): Known {
  return a && b && addDecimals(a, b);
}

function text(value: Known): string | null {
  return value === undefined ? null : formatDecimal(value);
}
