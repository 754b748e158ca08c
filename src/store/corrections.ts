import type { FoldState } from "../core/engine/index.ts";
import type { Block, Fact } from "../core/model/index.ts";

/** Fills whose rows are written anew: those of some symbols of an account, from an entry on. */
export interface Rewritten {
  readonly account: string | null; // null: every account
  readonly symbols: readonly string[] | null; // null: every symbol
  readonly fromSeq: number;
}

export function isOf({ account, symbols }: Rewritten, row: { readonly account: string; readonly symbol: string }): boolean {
  return (account === null || account === row.account) && (symbols === null || symbols.includes(row.symbol));
}

const CORRECTS: readonly Fact["type"][] = ["busted", "amended", "chosen", "defined"];

/** Corrections that came one after the other: what they change is folded once. */
export class Corrections {
  readonly #facts: Fact[] = [];

  /** Whether all that a block holds are corrections. */
  isLike({ sections }: Block): boolean {
    return sections.every((section) => (section.kind === "fills" ? section.fills.count === 0 : section.facts.every(({ type }) => CORRECTS.includes(type))));
  }

  add({ sections }: Block): void {
    for (const section of sections) if (section.kind === "facts") this.#facts.push(...section.facts);
  }

  /** What they change, each part of the book once. @param known all that is journaled up to them */
  parts(known: FoldState["known"]): Rewritten[] {
    const parts = new Map<string, Rewritten>();
    for (const fact of this.#facts) {
      const part = partOf(fact, known);
      if (part === undefined) continue;
      const key = JSON.stringify([part.account, part.symbols]);
      const same = parts.get(key);
      parts.set(key, same === undefined || part.fromSeq < same.fromSeq ? part : same);
    }
    return [...parts.values()];
  }
}

function partOf(fact: Fact, known: FoldState["known"]): Rewritten | undefined {
  if (fact.type === "busted" || fact.type === "amended") return { account: fact.fill.account, symbols: [...known.linked(fact.fill.symbol)].sort(), fromSeq: fact.seq };
  if (fact.type === "chosen") return { account: fact.account, symbols: null, fromSeq: 1 };
  if (fact.type === "defined") return { account: null, symbols: [...known.linked(fact.instrument.symbol)].sort(), fromSeq: 1 };
  return undefined;
}
