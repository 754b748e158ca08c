import { decodeFills, encodedFillsSize, encodeFills, type Block, type FillColumns, type Section } from "../model/index.ts";

/** Where an engine keeps its facts: a journal, or the memory of this process. */
export interface FactStore {
  /** The number the next entry gets. */
  readonly nextSeq: number;
  append(sections: readonly Section[], timeNs: bigint): Block;
  /** The blocks from the one that holds `fromSeq` on, to the end as it was when the iteration began. */
  blocks(fromSeq?: number): Iterable<Block>;
  blockOf(seq: number): Block;
}

/** Facts that last as long as this process. */
export class MemoryStore implements FactStore {
  readonly #blocks: Block[] = [];
  nextSeq = 1;

  append(sections: readonly Section[], timeNs: bigint): Block {
    const kept = sections.map((section): Section => (section.kind === "fills" ? { ...section, fills: copyOf(section.fills) } : section));
    const count = kept.reduce((sum, section) => sum + (section.kind === "fills" ? section.fills.count : section.facts.length), 0);
    const block: Block = { firstSeq: this.nextSeq, count, timeNs, sections: kept };
    this.#blocks.push(block);
    this.nextSeq += count;
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

/** The rows alone, in as many bytes as they need. */
function copyOf(fills: FillColumns): FillColumns {
  const bytes = new Uint8Array(encodedFillsSize(fills));
  encodeFills(fills, bytes, 0);
  return decodeFills(bytes, 0).fills;
}
