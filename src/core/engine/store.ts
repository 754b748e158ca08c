import { decodeFills, encodedFillsSize, encodeFills, FillColumns, type Block, type Section } from "../model/index.ts";

/** Where an engine keeps its facts: a journal, or the memory of this process. */
export interface FactStore {
  /** The number the next entry gets. */
  readonly nextSeq: number;
  append(sections: readonly Section[], timeNs: bigint): Block;
  /** The blocks from the one that holds `fromSeq` on, to the end as it was when the iteration began. */
  blocks(fromSeq?: number): Iterable<Block>;
  blockOf(seq: number): Block;
}

/** Fills that single appends are gathered to, at most. */
const GATHERED = 8_192;

/**
 * Facts that last as long as this process. Fills that come one by one are gathered: a block of its own for each would
 * take fifty times the room. Such a block has the time of its last fill.
 */
export class MemoryStore implements FactStore {
  readonly #blocks: Block[] = [];
  nextSeq = 1;

  append(sections: readonly Section[], timeNs: bigint): Block {
    const [only, second] = sections;
    if (second === undefined && only?.kind === "fills") {
      const gathered = this.#gather(only, timeNs);
      if (gathered !== undefined) return gathered;
    }
    const kept = sections.map((section): Section => (section.kind === "fills" ? { ...section, fills: copyOf(section.fills) } : section));
    const count = kept.reduce((sum, section) => sum + (section.kind === "fills" ? section.fills.count : section.facts.length), 0);
    const block: Block = { firstSeq: this.nextSeq, count, timeNs, sections: kept };
    this.#blocks.push(block);
    this.nextSeq += count;
    return block;
  }

  /** Adds fills to the last block, where that holds nothing else and they are few. */
  #gather({ page, fills: more }: Section & { readonly kind: "fills" }, timeNs: bigint): Block | undefined {
    const last = this.#blocks.at(-1);
    const [section] = last?.sections ?? [];
    if (last === undefined || last.sections.length !== 1 || section?.kind !== "fills" || last.count + more.count > GATHERED) return undefined;
    const count = last.count + more.count;
    const fills = section.fills.capacity >= count ? section.fills : grown(section.fills, count * 2);
    fills.copyRows(more, 0, more.count, same);
    const both = { names: page.names.length === 0 ? section.page.names : [...section.page.names, ...page.names], routes: page.routes.length === 0 ? section.page.routes : [...section.page.routes, ...page.routes] };
    const block: Block = { firstSeq: last.firstSeq, count, timeNs, sections: [{ kind: "fills", page: both, fills }] };
    this.#blocks[this.#blocks.length - 1] = block;
    this.nextSeq += more.count;
    return block;
  }

  *blocks(fromSeq = 1): Iterable<Block> {
    const end = this.#blocks.length;
    for (let i = Math.max(0, this.#indexOf(fromSeq)); i < end; i += 1) yield this.#blocks[i]!;
  }

  blockOf(seq: number): Block {
    return this.#blocks[this.#indexOf(seq)]!;
  }

  /** The last block that begins at `seq` or before it. */
  #indexOf(seq: number): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#blocks[middle]!.firstSeq <= seq) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

const same = { route: (number: number) => number, name: (number: number) => number };

function grown(fills: FillColumns, capacity: number): FillColumns {
  const larger = new FillColumns(capacity, fills.textLength * 2);
  larger.copyRows(fills, 0, fills.count, same);
  return larger;
}

/** The rows alone, in as many bytes as they need. */
function copyOf(fills: FillColumns): FillColumns {
  const bytes = new Uint8Array(encodedFillsSize(fills));
  encodeFills(fills, bytes, 0);
  return decodeFills(bytes, 0).fills;
}
