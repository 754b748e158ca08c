import { fillKey, type PairFact, type PairFilled, type PairFillRef } from "./fact.ts";
import { marketNamed, newPair, type PairState } from "./state.ts";
import { withCorrectedStatus } from "./status.ts";
import { stepPair } from "./step.ts";

/**
 * A pair from all its facts, as if each had been right from the start: voided fills are left out, amended ones stand as amended in
 * their old place, definitions come first, and of each market the last result counts, after its last trade.
 */
export function foldPair(pairId: string, facts: readonly PairFact[]): PairState {
  return arranged(pairId, facts).reduce(stepPair, newPair(pairId));
}

/** The pair after one more fact of a list that it stands at the end of. The result is that of `foldPair`, but for the history of its status. */
export function nextPair(pair: PairState, facts: readonly PairFact[], fact: PairFact): PairState {
  return isCorrection(pair, fact) ? withCorrectedStatus(pair, foldPair(pair.pairId, facts), fact) : stepPair(pair, fact);
}

/** The fills that stand: not voided, and as they were amended last. */
export function fillsOf(facts: readonly PairFact[]): PairFilled[] {
  return standing(facts).filter((fact) => fact.type === "pair_filled");
}

/** Whether a fact says that the pair is other than it was taken to be. */
function isCorrection(pair: PairState, fact: PairFact): boolean {
  switch (fact.type) {
    case "pair_voided":
    case "pair_fill_amended":
      return true;
    case "pair_defined":
      return pair.legs.length > 0 || pair.isDefined;
    case "pair_settled":
    case "pair_filled":
    case "pair_merged":
    case "pair_split":
    case "pair_redeemed": {
      const market = marketNamed(pair, fact.venue, fact.market);
      const isSettled = pair.results.some((one) => one.venue === fact.venue && one.market === market && one.settled !== undefined);
      return isSettled && (fact.type !== "pair_redeemed" || !isFinal(pair, market));
    }
    case "pair_confirmed":
    case "pair_rebated":
    case "pair_market_ended":
    case "pair_close_asked":
    case "pair_close_withdrawn":
      return false;
  }
}

function isFinal(pair: PairState, market: string): boolean {
  return pair.results.some((one) => one.market === market && one.settled?.stage === "final");
}

function standing(facts: readonly PairFact[]): PairFact[] {
  const voided = new Set<string>();
  const confirmed = new Set<string>();
  const amended = new Map<string, Partial<PairFilled>>();
  const note = (fill: PairFillRef, into: Set<string>): void => void into.add(fillKey(fill));
  const amend = (fill: PairFillRef, changes: Partial<PairFilled>): void => void amended.set(fillKey(fill), { ...amended.get(fillKey(fill)), ...changes });
  for (const fact of facts) {
    if (fact.type === "pair_voided" || fact.type === "pair_fill_amended") for (const { id, feeCents } of fact.orderFees ?? []) amend({ ...fact.fill, id }, { feeCents, feeIsComputed: true });
    if (fact.type === "pair_voided") note(fact.fill, voided);
    else if (fact.type === "pair_confirmed") note(fact.fill, confirmed);
    else if (fact.type === "pair_fill_amended") {
      const { quantity, priceCents, feeCents, feeShares, feeIsComputed = false } = fact;
      const isMoved = quantity !== undefined || priceCents !== undefined;
      amend(fact.fill, { ...(quantity && { quantity }), ...(priceCents && { priceCents }), ...(isMoved && { grossCents: undefined }), ...(feeCents && { feeCents, feeIsComputed }), ...(feeShares && { feeShares }) });
    }
  }
  return facts.flatMap((fact): PairFact[] => {
    if (fact.type !== "pair_filled") return [fact];
    const key = fillKey(fact);
    return voided.has(key) ? [] : [{ ...fact, ...amended.get(key), isFinal: fact.isFinal || confirmed.has(key) }];
  });
}

function arranged(pairId: string, facts: readonly PairFact[]): PairFact[] {
  const all = standing(facts);
  const definitions = all.filter((fact) => fact.type === "pair_defined");
  const defined = definitions.reduce(stepPair, newPair(pairId));
  const rest: PairFact[] = all.filter((fact) => fact.type !== "pair_defined");
  const marketOf = (fact: PairFact): string | undefined => ("market" in fact && fact.type !== "pair_rebated" ? `${fact.venue} ${marketNamed(defined, fact.venue, fact.market)}` : undefined);
  const lastResult = new Map<string, PairFact>();
  const lastTrade = new Map<string, PairFact>();
  for (const fact of rest) {
    const market = marketOf(fact);
    if (market === undefined) continue;
    if (fact.type === "pair_settled") lastResult.set(market, fact);
    else if (fact.type === "pair_filled" || fact.type === "pair_merged" || fact.type === "pair_split") lastTrade.set(market, fact);
  }
  const after = new Map<PairFact, PairFact>(); // trade → the result that waits for it
  for (const [market, result] of lastResult) {
    const trade = lastTrade.get(market);
    if (trade !== undefined && rest.indexOf(trade) > rest.indexOf(result)) after.set(trade, result);
  }
  const moved = new Set(after.values());
  const counts = new Set(lastResult.values());
  const ordered = rest.flatMap((fact) => {
    const here = fact.type === "pair_settled" && (moved.has(fact) || !counts.has(fact)) ? [] : [fact];
    const waiting = after.get(fact);
    return waiting === undefined ? here : [...here, waiting];
  });
  return [...definitions.slice(-1), ...ordered];
}
