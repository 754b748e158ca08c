import { DEFAULT_LIMITS, type Block, type CostMethod, type Correction, type Fact, type Fill, type Instrument, type Limited, type LimitedBy, type LimitOverrides, type Limits, type Renamed } from "../model/index.ts";

const COUNTS: readonly Fact["type"][] = ["defined", "chosen", "renamed", "busted", "amended", "limited"];

/** The limits that count, and who set them, when and with which entry; undefined where nobody did. */
export interface LimitsInForce {
  readonly limits: Limits;
  readonly overrides: LimitOverrides;
  readonly by: LimitedBy | "default";
  readonly seq: number | undefined;
  readonly timeNs: bigint | undefined;
}

/**
 * What a journal says later that holds for what stands earlier: definitions, busts and amendments, and the cost method
 * of each account. A fold that knows it beforehand books every fill once, as if it had been right from the start.
 * Beside that it keeps the limits on risk, which hold from their own time on.
 */
export class Foreknowledge {
  readonly facts: { readonly seq: number; readonly fact: Fact }[] = []; // all that it was told and that counts, in the order of the journal
  readonly definitions: Instrument[] = [];
  readonly methods = new Map<string, CostMethod>();
  readonly renames: Renamed[] = [];
  readonly limited: { readonly seq: number; readonly fact: Limited }[] = []; // in the order of the journal
  readonly corrections: { readonly seq: number; readonly by: Correction }[] = []; // in the order of the journal; seq: of the correction
  readonly #latest = new Map<number, Correction>(); // by the seq of the fill
  readonly #bySymbol = new Map<string, { readonly of: number; readonly corrections: Foreknowledge["corrections"] }>(); // by account and symbol, of so many facts
  #seqs: Float64Array | undefined; // of corrected fills, ascending

  /** Takes a fact that stands at `seq` of the journal. */
  add(fact: Fact, seq: number): void {
    if (!COUNTS.includes(fact.type)) return;
    this.facts.push({ seq, fact });
    if (fact.type === "defined") this.definitions.push(fact.instrument);
    else if (fact.type === "chosen") this.methods.set(fact.account, fact.method);
    else if (fact.type === "renamed") this.renames.push(fact);
    else if (fact.type === "limited") this.limited.push({ seq, fact });
    else if (fact.type === "busted" || fact.type === "amended") {
      this.corrections.push({ seq, by: fact });
      this.#latest.set(fact.seq, fact);
      this.#seqs = undefined;
    }
  }

  /** The limits that count, now or at a time: those that were set, all together, or where none ever were the defaults. */
  limitsInForce(atNs?: bigint): LimitsInForce {
    const last = this.limitsOf(undefined, atNs);
    if (last === undefined) return { limits: DEFAULT_LIMITS, overrides: {}, by: "default", seq: undefined, timeNs: undefined };
    const { limits, overrides = {}, by, timeNs } = last.fact;
    return { limits, overrides, by, seq: last.seq, timeNs };
  }

  /** The limits that were set: the last by their own time, and of those of one time the last journaled. */
  limitsOf(by?: LimitedBy, atNs?: bigint): { readonly seq: number; readonly fact: Limited } | undefined {
    let last: { readonly seq: number; readonly fact: Limited } | undefined;
    for (const one of this.limited) {
      if ((by !== undefined && one.fact.by !== by) || (atNs !== undefined && one.fact.timeNs > atNs)) continue;
      if (last === undefined || one.fact.timeNs >= last.fact.timeNs) last = one;
    }
    return last;
  }

  /** A symbol with all that it was renamed from or to, by entries before `beforeSeq`. */
  linked(symbol: string, beforeSeq = Number.POSITIVE_INFINITY): Set<string> {
    const symbols = new Set([symbol]);
    const renames = beforeSeq === Number.POSITIVE_INFINITY ? this.renames : this.facts.flatMap(({ seq, fact }) => (fact.type === "renamed" && seq < beforeSeq ? [fact] : []));
    for (let size = 0; size < symbols.size; ) {
      size = symbols.size;
      for (const { symbol: from, to } of renames) if (symbols.has(from) || symbols.has(to)) symbols.add(from).add(to);
    }
    return symbols;
  }

  /** Corrections of an account's fills in a symbol, under all the names that it had when they came: what was linked later was not restated by them. */
  correctionsOf(account: string, symbol: string): readonly { readonly seq: number; readonly by: Correction }[] {
    if (this.corrections.length === 0) return [];
    const key = JSON.stringify([account, symbol]);
    const found = this.#bySymbol.get(key);
    if (found !== undefined && found.of === this.facts.length) return found.corrections;
    const corrections = this.corrections.filter(({ seq, by }) => by.fill.account === account && this.linked(symbol, seq).has(by.fill.symbol));
    this.#bySymbol.set(key, { of: this.facts.length, corrections });
    return corrections;
  }

  /** The latest correction of a fill. */
  of(seq: number): Correction | undefined {
    return this.#latest.get(seq);
  }

  /** What a fill was last amended to, though it may have been busted since. */
  amendmentOf(seq: number): Fill | undefined {
    return this.formsOf(seq).at(-1);
  }

  /** All that a fill was ever amended to. */
  formsOf(seq: number): Fill[] {
    if (!this.#latest.has(seq)) return [];
    return this.corrections.flatMap(({ by }) => (by.seq === seq && by.type === "amended" ? [by.fill] : []));
  }

  /** The first corrected fill from `seq` on, `Infinity` when there is none. */
  nextFrom(seq: number): number {
    if (this.#latest.size === 0) return Number.POSITIVE_INFINITY;
    this.#seqs ??= Float64Array.from(this.#latest.keys()).sort();
    let low = 0;
    let high = this.#seqs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#seqs[middle]! < seq) low = middle + 1;
      else high = middle;
    }
    return this.#seqs[low] ?? Number.POSITIVE_INFINITY;
  }
}

/** All that a journal says, up to an entry. */
export function foreknowledgeOf(blocks: Iterable<Block>, untilSeq = Number.POSITIVE_INFINITY): Foreknowledge {
  const known = new Foreknowledge();
  for (const { firstSeq, sections } of blocks) {
    let seq = firstSeq;
    for (const section of sections) {
      if (section.kind === "fills") seq += section.fills.count;
      else for (const fact of section.facts) if (seq++ <= untilSeq) known.add(fact, seq - 1);
    }
  }
  return known;
}
