import { compareDecimals, zero } from "../num/index.ts";
import { withFeesAnew } from "./amended-fees.ts";
import { PairBook, type PairVerdict } from "./book.ts";
import type { PairFact } from "./fact.ts";
import type { PairPrices } from "./prices.ts";
import { factsOfReport, takeBack, type BookedFact, type PairFees } from "./record.ts";
import { summaryOf, type PairSummary } from "./summary.ts";
import type { PairedProblem, PairedTexts } from "./text-row.ts";
import { viewOf, type PairView } from "./view.ts";

export interface PairTrackerOptions {
  readonly now: () => bigint; // nanoseconds since 1970
  readonly prices?: PairPrices | undefined;
  readonly fees?: PairFees | undefined; // how fees are computed where a venue says none
}

/** What became of what was recorded: of each fact of it, in order; of a row that is refused its refusal alone, for nothing of it is kept. */
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

  /** Takes a row with both legs or of one venue, or one fact: a fill, a void, a settlement. A row is taken whole or not at all; the same again changes nothing. */
  recordFill(fill: PairFact | PairedTexts): Recorded {
    if ("pairId" in fill) return [this.#book.take(withFeesAnew(this.#book, fill, this.#options.fees))];
    const facts = factsOfReport(this.#book, fill, this.#options.fees ?? {});
    if ("reason" in facts) return facts;
    const verdicts: PairVerdict[] = [];
    const booked: BookedFact[] = [];
    for (const fact of facts) {
      const before = this.#book.pair(fact.pairId);
      const verdict = this.#book.take(withFeesAnew(this.#book, fact, this.#options.fees));
      if (verdict.is === "refused") {
        takeBack(this.#book, booked);
        return [verdict];
      }
      if (verdict.is === "new") booked.push({ fact: verdict.fact, before });
      verdicts.push(verdict);
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
