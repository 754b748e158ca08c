import { formatDecimal } from "../num/index.ts";
import { formatTime } from "../model/index.ts";
import type { Execution } from "./execution.ts";
import type { ScoreParts } from "./score.ts";
import type { Slippage } from "./slippage.ts";

/** How one fill was executed, and what it brought. Money is exact text in the currency it settles in; null is not told. */
export interface FillView {
  readonly seq: number;
  readonly id: string;
  readonly timestamp: string;
  readonly account: string;
  readonly venue: string;
  readonly venueType: string;
  readonly symbol: string;
  readonly signalId: string | null;
  readonly strategy: string | null;
  readonly quantity: string; // bought > 0, sold < 0
  readonly price: string;
  readonly slippage: { readonly basisPoints: number; readonly price: number | null; readonly from: Slippage["from"] } | null; // > 0 costs; price: per unit
  readonly latencyMs: number | null;
  readonly executionScore: { readonly value: number; readonly from: "given" | "computed"; readonly parts: Readonly<Record<keyof ScoreParts, number | null>> } | null;
  readonly fee: string | null; // paid > 0
  readonly pnl: string; // realized by it, of the net position, before fees
  readonly currency: string;
}

/** The last so many fills of a span: all of them are in SQL. */
export class LastFills {
  readonly #most: number;
  readonly #last: Execution[] = [];
  #next = 0;

  constructor(most: number) {
    this.#most = most;
  }

  take(execution: Execution): void {
    this.#last[this.#next] = execution;
    this.#next = (this.#next + 1) % this.#most;
  }

  /** In the order of the journal. */
  view(): FillView[] {
    return [...this.#last.slice(this.#next), ...this.#last.slice(0, this.#next)].map(viewOf);
  }
}

function viewOf({ seq, fill, timeNs, venueType, slippage, latencyMs, score, fee, pnl, currency }: Execution): FillView {
  return {
    seq, id: fill.id, timestamp: formatTime(timeNs), account: fill.account, venue: fill.venue, venueType, symbol: fill.symbol, signalId: fill.signalId || null, strategy: fill.strategy || null,
    quantity: formatDecimal(fill.quantity), price: formatDecimal(fill.price), slippage: slippage === undefined ? null : { basisPoints: slippage.basisPoints, price: slippage.price ?? null, from: slippage.from }, latencyMs: latencyMs ?? null,
    executionScore: score === undefined ? null : { value: score.value, from: score.from, parts: partsOf(score.parts) }, fee: fee === undefined ? null : formatDecimal(fee), pnl: formatDecimal(pnl), currency,
  };
}

function partsOf({ slippage, latency, fee, fillRatio }: ScoreParts): Readonly<Record<keyof ScoreParts, number | null>> {
  return { slippage: slippage ?? null, latency: latency ?? null, fee: fee ?? null, fillRatio: fillRatio ?? null };
}
