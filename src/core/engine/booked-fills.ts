import { FillColumns, type Directory, type Fill } from "../model/index.ts";
import type { FactStore } from "./store.ts";

/** Reads booked fills again by their seq. Repeats mostly come in the order of the store: the last section is kept. */
export class BookedFills {
  readonly #store: FactStore;
  #fills = new FillColumns(0);
  #first = 0;

  constructor(store: FactStore) {
    this.#store = store;
  }

  /** Where a fill stands; valid until another is asked for. */
  at(seq: number): { readonly fills: FillColumns; readonly row: number } {
    if (seq < this.#first || seq >= this.#first + this.#fills.count) this.#find(seq);
    return { fills: this.#fills, row: seq - this.#first };
  }

  read(seq: number, directory: Directory): Fill {
    const { fills, row } = this.at(seq);
    return fills.read(row, directory);
  }

  #find(seq: number): void {
    const block = this.#store.blockOf(seq);
    let first = block.firstSeq;
    for (const section of block.sections) {
      const count = section.kind === "fills" ? section.fills.count : section.facts.length;
      if (section.kind === "fills" && seq < first + count) {
        this.#fills = section.fills;
        this.#first = first;
        return;
      }
      first += count;
    }
    throw new Error(`entry ${seq} is not a fill`);
  }
}
