import { compareDecimals, type Decimal } from "../num/index.ts";
import { plainPairFact, unitNs, type Instant, type PairExposure } from "../model/index.ts";
import { factKey, fillKey, type PairFact, type PairFillAmended, type PairFilled, type PairFillRef } from "./fact.ts";
import { exposureOf } from "./exposure.ts";
import { fillsOf, foldPair, nextPair } from "./fold.ts";
import { contentOf, problemOf, type PairRefusal } from "./refusal.ts";
import { marketNamed, newPair, type PairState } from "./state.ts";

/** What becomes of a fact that somebody reports. */
export type PairVerdict =
  | { readonly is: "new"; readonly fact: PairFact } // as it is to be booked: with its market's name
  | { readonly is: "duplicate"; readonly mends: PairFillAmended | undefined } // mends: the repeat knows the venue's own fee, which was not known
  | PairRefusal;

interface Kept {
  readonly facts: PairFact[];
  state: PairState;
  risk?: { readonly of: PairState; readonly exposure: PairExposure }; // of the state as it was when somebody asked
}

/**
 * All pairs, from their facts. `judge` says what a report is, `step` books what was decided before (a journal that is read again),
 * `take` does both. It reads no clock, so the same facts give the same book.
 */
export class PairBook {
  readonly #pairs = new Map<string, Kept>();
  readonly #known = new Map<string, PairFact>();

  /** Whether a fact is news, a repeat, or cannot be. Changes nothing. */
  judge(report: PairFact): PairVerdict {
    const pair = this.#pairs.get(report.pairId)?.state;
    const fact = "market" in report ? { ...report, market: marketNamed(pair ?? newPair(report.pairId), report.venue, report.market) } : report;
    const known = this.#known.get(factKey(fact));
    if (known !== undefined) return fact.type === "pair_filled" && known.type === "pair_filled" ? this.#repeatedFill(known, fact) : repeated(known, fact);
    const filled = "fill" in fact ? this.#fillOf(fact.fill) : undefined;
    const problem = problemOf(fact, pair, filled);
    return problem === undefined ? { is: "new", fact } : { is: "refused", ...problem };
  }

  /** Books a fact that `judge` found to be news. */
  step(fact: PairFact): void {
    const kept = this.#pairs.get(fact.pairId) ?? { facts: [], state: newPair(fact.pairId) };
    kept.facts.push(fact);
    kept.state = nextPair(kept.state, kept.facts, fact);
    this.#pairs.set(fact.pairId, kept);
    this.#known.set(factKey(fact), fact);
  }

  /** Takes out again the fact that was booked last of its pair. @param before how the pair stood then; undefined: it was not known */
  unstep(fact: PairFact, before: PairState | undefined): void {
    this.#known.delete(factKey(fact));
    const kept = this.#pairs.get(fact.pairId);
    if (kept === undefined || before === undefined) return void this.#pairs.delete(fact.pairId);
    kept.facts.pop();
    kept.state = before;
  }

  /** Judges a report, and books it where it is news. */
  take(report: PairFact): PairVerdict {
    const verdict = this.judge(report);
    if (verdict.is === "new") this.step(verdict.fact);
    return verdict;
  }

  pair(pairId: string): PairState | undefined {
    return this.#pairs.get(pairId)?.state;
  }

  /** All pairs, in the order in which they were first heard of. */
  *pairs(): IterableIterator<PairState> {
    for (const { state } of this.#pairs.values()) yield state;
  }

  /** What each pair that is not closed stands to lose. */
  *exposures(): IterableIterator<PairExposure> {
    for (const [pairId, kept] of this.#pairs) {
      if (kept.state.status === "closed" || kept.state.legs.length === 0) continue;
      if (kept.risk?.of !== kept.state) kept.risk = { of: kept.state, exposure: exposureOf(kept.state, this.accountsOf(pairId)) };
      yield kept.risk.exposure;
    }
  }

  /** The facts of a pair, in the order in which they were booked. */
  factsOf(pairId: string): readonly PairFact[] {
    return this.#pairs.get(pairId)?.facts ?? [];
  }

  /** The accounts that a pair is of: those that it was filled in, and the one that its definition names. None: it is nobody's yet. */
  accountsOf(pairId: string): ReadonlySet<string> {
    const facts = this.factsOf(pairId);
    const named = facts.findLast((fact) => fact.type === "pair_defined")?.account;
    return new Set([...facts.flatMap((fact) => (fact.type === "pair_filled" ? [fact.account] : [])), ...(named === undefined ? [] : [named])]);
  }

  /** The fills of a pair that stand: not voided, and as they were amended last. */
  fillsOf(pairId: string): readonly PairFilled[] {
    return fillsOf(this.factsOf(pairId));
  }

  /** The fills that stand of the same order, booked before this one, oldest first; none where it names no order. */
  earlierOf(fill: PairFilled): readonly PairFilled[] {
    const order = this.#orderOf(fill);
    const again = order.findIndex(({ id }) => id === fill.id);
    return (again < 0 ? order : order.slice(0, again)).sort((a, b) => Number(a.time.ns - b.time.ns));
  }

  /** The fills that stand of the same order, booked after this one, in the order in which they were booked. */
  laterOf(fill: PairFilled): readonly PairFilled[] {
    const order = this.#orderOf(fill);
    return order.slice(order.findIndex(({ id }) => id === fill.id) + 1);
  }

  /** The pair as it would be if nothing came of the fills that are not final; the same object where all are. */
  confirmed(pairId: string): PairState | undefined {
    const kept = this.#pairs.get(pairId);
    if (kept === undefined) return undefined;
    const open = new Set(fillsOf(kept.facts).flatMap((fill) => (fill.isFinal ? [] : [fillKey(fill)])));
    return open.size === 0 ? kept.state : foldPair(pairId, kept.facts.filter((fact) => fact.type !== "pair_filled" || !open.has(fillKey(fact))));
  }

  /** The fills that stand of the order of a fill, as they were booked; none where it names no order. */
  #orderOf({ pairId, account, venue, market, orderId }: PairFilled): PairFilled[] {
    if (orderId === "") return [];
    const pair = this.pair(pairId);
    const own = pair === undefined ? market : marketNamed(pair, venue, market);
    return this.fillsOf(pairId).filter((fill) => fill.orderId === orderId && fill.account === account && fill.venue === venue && fill.market === own);
  }

  #fillOf(fill: PairFillRef): PairFact | undefined {
    return this.#known.get(`pair_filled ${fillKey(fill)}`);
  }

  #repeatedFill(known: PairFilled, again: PairFilled): PairVerdict {
    const isFeeKnown = again.feeCents === undefined || again.feeIsComputed || (known.feeCents !== undefined && !known.feeIsComputed);
    if (isFeeKnown && sameFill(known, again)) return { is: "duplicate", mends: undefined }; // without a look at what was amended since
    const stands = this.fillsOf(known.pairId).find((fill) => fillKey(fill) === fillKey(known)) ?? known;
    const isSame = [known, stands].some((fill) => sameFill(fill, again));
    if (!isSame) return { is: "refused", code: "conflicting_fill", why: `fill ${again.id} of ${again.venue} is known with other content: ${contentOf(known)}, and now ${contentOf(again)}. To change it, amend it` };
    const isNewFee = again.feeCents !== undefined && !again.feeIsComputed && (stands.feeCents === undefined || stands.feeIsComputed);
    if (!isNewFee) return { is: "duplicate", mends: undefined };
    const { pairId, account, venue, market, id, time } = again;
    return { is: "duplicate", mends: { type: "pair_fill_amended", pairId, id: "fee", time, fill: { account, venue, market, id }, quantity: undefined, priceCents: undefined, feeCents: again.feeCents, ...(again.feeShares.mantissa === 0n ? {} : { feeShares: again.feeShares }) } };
  }
}

function repeated(known: PairFact, again: PairFact): PairVerdict {
  const textOf = (fact: PairFact): string => JSON.stringify({ ...plainPairFact(asReported(fact)), time: undefined });
  if (textOf(known) === textOf(again)) return { is: "duplicate", mends: undefined };
  return { is: "refused", code: "conflicting_fact", why: `a ${again.type} with the id ${again.id} is known with other content: give what is new an id of its own` };
}

/** A correction without the fees that followed from it. */
function asReported(fact: PairFact): PairFact {
  if (fact.type === "pair_voided") return { ...fact, orderFees: undefined };
  if (fact.type !== "pair_fill_amended") return fact;
  const told: PairFillAmended = { ...fact, orderFees: undefined, feeIsComputed: undefined, ...(fact.feeShares?.mantissa === 0n && { feeShares: undefined }) };
  return fact.feeIsComputed === true ? { ...told, feeCents: undefined, feeShares: undefined } : told;
}

/** A venue's two copies of one fill: the same trade, and the same fee where both know the venue's own; times are compared at the coarser unit. */
function sameFill(a: PairFilled, b: PairFilled): boolean {
  const grossOf = (fill: PairFilled): Decimal => fill.grossCents ?? { mantissa: fill.quantity.mantissa * fill.priceCents.mantissa, digits: fill.quantity.digits + fill.priceCents.digits };
  const own = (fill: PairFilled): Decimal | undefined => (fill.feeIsComputed ? undefined : fill.feeCents);
  const [feeA, feeB] = [own(a), own(b)];
  return (
    a.pairId === b.pairId && a.side === b.side && a.action === b.action && compareDecimals(a.quantity, b.quantity) === 0 && compareDecimals(grossOf(a), grossOf(b)) === 0 &&
    (feeA === undefined || feeB === undefined || (compareDecimals(feeA, feeB) === 0 && compareDecimals(a.feeShares, b.feeShares) === 0)) && sameTime(a.time, b.time)
  );
}

function sameTime(a: Instant, b: Instant): boolean {
  const coarser = unitNs(a.unit) > unitNs(b.unit) ? unitNs(a.unit) : unitNs(b.unit);
  return a.ns / coarser === b.ns / coarser;
}
