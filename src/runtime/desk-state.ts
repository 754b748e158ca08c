import type { Folded } from "../core/engine/index.ts";
import type { DeskState } from "../core/risk/index.ts";

/** What a desk looks at, of a folded journal. */
export function deskState({ folded: { book, known, risk, pairs } }: { readonly folded: Omit<Folded, "seq"> }): DeskState {
  return { book, prices: risk.prices, limits: known.limitsInForce(), breaker: risk.breaker, pairs: () => pairs.exposures() };
}
