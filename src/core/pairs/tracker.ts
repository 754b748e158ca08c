import { compareDecimals, zero } from "../num/index.ts";
import { PairBook, type PairVerdict } from "./book.ts";
import type { PairFact } from "./fact.ts";
import { readPairedFill, type PairedOptions } from "./paired-row.ts";
import type { PairPrices } from "./prices.ts";
import { summaryOf, type PairSummary } from "./summary.ts";
import type { PairedProblem, PairedTexts } from "./text-row.ts";
import { viewOf, type PairView } from "./view.ts";

export interface PairTrackerOptions {
  readonly now: () => bigint; // nanoseconds since 1970
  readonly prices?: PairPrices | undefined;
  readonly fees?: Pick<PairedOptions, "feesOf" | "grid"> | undefined;
}

/** What became of what was recorded: of each fact of it, in order. */
export type Recorded = readonly PairVerdict[] | PairedProblem;

/**
 * All pairs in memory, with the names that the plan has for it. What it is told it keeps as facts; where they shall outlive the
 * process, a journal holds them.
 */
export class PairTracker {
  readonly #book = new PairBook();
  readonly #options: PairTrackerOptions;

  constructor(options: PairTrackerOptions) {
    this.#options = options;
  }

  /** Takes a row with both legs, or one fact: a fill at one venue, a void, a settlement. The same again changes nothing. */
  recordFill(fill: PairFact | PairedTexts): Recorded {
    if ("pairId" in fill) return [this.#book.take(fill)];
    const facts = readPairedFill(fill, { ...this.#options.fees, pair: this.#book.pair(fill.pair_id ?? "") });
    if (!Array.isArray(facts)) return facts as PairedProblem;
    const verdicts: PairVerdict[] = [];
    for (const fact of facts as PairFact[]) {
      const verdict = this.#book.take(fact);
      verdicts.push(verdict);
      if (verdict.is === "refused") break;
    }
    return verdicts;
  }

  /** A pair with all its figures; undefined for one that nothing is known of. */
  getPosition(pairId: string): PairView | undefined {
    const pair = this.#book.pair(pairId);
    return pair && viewOf(pair, { nowNs: this.#options.now(), prices: this.#options.prices, confirmed: this.#book.confirmed(pairId) });
  }

  /** All pairs together. */
  getSummary(): PairSummary {
    return summaryOf(this.#book.pairs(), this.#options.prices);
  }

  /** Asks that a pair be closed: it is closing until nothing of it is held. */
  closePosition(pairId: string, by = "hand"): PairVerdict {
    const ns = this.#options.now();
    const isAsked = this.#book.pair(pairId)?.isCloseAsked === true;
    return isAsked ? { is: "duplicate", mends: undefined } : this.#book.take({ type: "pair_close_asked", pairId, id: `${ns}`, time: { ns, unit: "ns" }, by });
  }

  /** The pairs that hold something, or held it. */
  *positions(): IterableIterator<PairView> {
    for (const { pairId, legs } of this.#book.pairs()) if (legs.some((leg) => leg.fills > 0 || compareDecimals(leg.open.quantity, zero) !== 0)) yield this.getPosition(pairId)!;
  }

  /** The book of facts behind it. */
  get book(): PairBook {
    return this.#book;
  }
}
