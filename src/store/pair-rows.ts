import { isPairFact, formatTime, type Block } from "../core/model/index.ts";
import { viewOf, type PairBook } from "../core/pairs/index.ts";
import type { SqlValues } from "./database.ts";
import { uuidOf } from "./uuid.ts";

/** The entry that touched a pair last, and the journal's time of it. */
interface PairTouch {
  readonly seq: number;
  readonly createdAt: string;
}

/** Which pairs some blocks touch. */
export class TouchedPairs {
  readonly #touches = new Map<string, PairTouch>();

  note({ firstSeq, timeNs, sections }: Block): void {
    let seq = firstSeq;
    for (const section of sections) {
      if (section.kind === "facts") section.facts.forEach((fact, i) => isPairFact(fact) && this.#touches.set(fact.pairId, { seq: seq + i, createdAt: formatTime(timeNs) }));
      seq += section.kind === "fills" ? section.fills.count : section.facts.length;
    }
  }

  /** The rows of those touched; a pair of which nothing was filled, or all was taken back, has none. */
  rows(pairs: PairBook): { readonly pairs: readonly SqlValues[]; readonly gonePairs: readonly string[] } {
    const rows: SqlValues[] = [];
    const gonePairs: string[] = [];
    for (const [pairId, touch] of this.#touches) {
      const row = rowOf(pairs, pairId, touch);
      if (row === undefined) gonePairs.push(pairId);
      else rows.push(row);
    }
    return { pairs: rows, gonePairs };
  }
}

function rowOf(pairs: PairBook, pairId: string, { seq, createdAt }: PairTouch): SqlValues | undefined {
  const figures = pairFigures(pairs, pairId);
  return figures && { id: uuidOf("pair", pairId), ...figures, seq, created_at: createdAt };
}

/** What the journal says of a pair, as its row shows it: no marks, and no clock. Undefined for one that nothing was filled of. */
export function pairFigures(pairs: PairBook, pairId: string): SqlValues | undefined {
  const pair = pairs.pair(pairId);
  if (pair?.openedAtNs === undefined) return undefined;
  const view = viewOf(pair, { nowNs: pair.lastNs, confirmed: pairs.confirmed(pairId) });
  const last = view.changes.at(-1);
  return {
    pair_id: pairId, arb_type: view.arbType, status: view.status, opened_at: view.openedAt, closed_at: view.status === "closed" ? (last?.at ?? view.openedAt) : null, cost_cents: view.costCents, fees_cents: view.feesCents,
    yes_quantity: view.yesQuantity, no_quantity: view.noQuantity, hedged_quantity: view.hedgedQuantity, guaranteed_profit_cents: view.guaranteedProfitCents, max_profit_cents: view.maxProfitCents, max_loss_cents: view.maxLossCents,
    realized_pnl_cents: view.realizedPnlCents, unrealized_pnl_cents: view.unrealizedPnlCents, legs: view.legs,
  };
}
