import { fold } from "../../src/core/engine/index.ts";
import { decodeFills, encodedFillsSize, encodeFills, type Block, type Section } from "../../src/core/model/index.ts";
import { stateHash } from "../../src/runtime/index.ts";

/** What was appended, up to some block: a chain from the last one back, so that a history that forks shares its beginning. */
export class History {
  readonly seq: number; // its last entry
  readonly #before: History | undefined;
  readonly #block: Block | undefined;
  #hash: string | undefined;

  constructor(before?: History, block?: Block) {
    this.#before = before;
    this.#block = block;
    this.seq = (before?.seq ?? 0) + (block?.count ?? 0);
  }

  /** This history with one more block, of which a copy is kept. */
  and({ timeNs, sections, count }: Omit<Block, "firstSeq">): History {
    return new History(this, { firstSeq: this.seq + 1, count, timeNs, sections: sections.map(copyOf) });
  }

  /** The beginning of this history that ends with an entry; undefined when that stands inside a block, or was never appended. */
  upTo(seq: number): History | undefined {
    return this.seq > seq ? this.#before?.upTo(seq) : this.seq === seq ? this : undefined;
  }

  /** The book and the pairs that it makes. */
  folded(): ReturnType<typeof fold> {
    return fold(() => this.blocks(), { currency: "USD" });
  }

  /** The hash of its state. */
  get hash(): string {
    return (this.#hash ??= stateHash(this.folded()));
  }

  blocks(): Block[] {
    const before = this.#before === undefined ? [] : this.#before.blocks();
    return this.#block === undefined ? before : [...before, this.#block];
  }
}

function copyOf(section: Section): Section {
  if (section.kind === "facts") return { kind: "facts", facts: [...section.facts] };
  const bytes = new Uint8Array(encodedFillsSize(section.fills));
  encodeFills(section.fills, bytes, 0);
  return { kind: "fills", page: section.page, fills: decodeFills(bytes, 0).fills };
}
