import type { Block, Fact, FillColumns, Instrument } from "../model/index.ts";
import { Book, type BookOptions } from "../book/index.ts";

/** What part of the journal to fold. Both bounds may be given. */
export interface FoldOptions extends BookOptions {
  readonly untilSeq?: number | undefined; // what was known when this was the last entry
  readonly atNs?: bigint | undefined; // only fills and marks whose own time is not later
}

/** Sees each fill as it is booked, one by one. */
export interface FillObserver {
  /** Once true, the fold ends: nobody looks any more. */
  readonly isDone: boolean;
  wants(book: Book, fills: FillColumns, row: number, seq: number): boolean;
  before(book: Book, fills: FillColumns, row: number): void;
  after(book: Book, fills: FillColumns, row: number, seq: number): void;
}

export interface Folded {
  readonly book: Book;
  readonly seq: number; // the last entry folded
  readonly timeNs: bigint | undefined; // of the journal, at that entry
}

/**
 * The book that a journal tells of. A definition holds for all fills of its instrument, whenever it was journaled: when
 * one turns up after such fills, the fold begins again, knowing every definition it will meet. An observer sees each
 * fill once, with all definitions known.
 * @param blocks gives the journal from its beginning, each time it is called
 */
export function fold(blocks: () => Iterable<Block>, options: FoldOptions, observer?: FillObserver): Folded {
  const known = observer === undefined ? [] : definitionsOf(blocks(), options.untilSeq);
  return attempt(blocks(), new Fold(options, known, observer)) ?? attempt(blocks(), new Fold(options, definitionsOf(blocks(), options.untilSeq), observer))!;
}

/** Undefined when the fold must begin again with the definitions to come. */
function attempt(blocks: Iterable<Block>, folding: Fold): Folded | undefined {
  for (const block of blocks) {
    if (!folding.step(block)) return undefined;
    if (folding.isDone) break;
  }
  return folding;
}

function definitionsOf(blocks: Iterable<Block>, untilSeq = Number.POSITIVE_INFINITY): Instrument[] {
  const found: Instrument[] = [];
  for (const block of blocks) {
    let seq = block.firstSeq;
    for (const section of block.sections) {
      if (section.kind === "fills") seq += section.fills.count;
      else for (const fact of section.facts) if (seq++ <= untilSeq && fact.type === "defined") found.push(fact.instrument);
    }
  }
  return found;
}

class Fold implements Folded {
  readonly book: Book;
  seq = 0;
  timeNs: bigint | undefined;
  readonly #known: ReadonlySet<string>;
  readonly #until: number;
  readonly #atNs: bigint | undefined;
  readonly #observer: FillObserver | undefined;

  constructor(options: FoldOptions, definitions: readonly Instrument[], observer: FillObserver | undefined) {
    this.book = new Book(options);
    for (const definition of definitions) this.book.define(definition);
    this.#known = new Set(definitions.map(({ venue, symbol }) => `${venue}\u0000${symbol}`));
    this.#until = options.untilSeq ?? Number.POSITIVE_INFINITY;
    this.#atNs = options.atNs;
    this.#observer = observer;
  }

  get isDone(): boolean {
    return this.seq >= this.#until || this.#observer?.isDone === true;
  }

  /** False when the fold must begin again with the definitions to come. */
  step(block: Block): boolean {
    let seq = block.firstSeq;
    for (const section of block.sections) {
      if (section.kind === "fills") {
        this.book.directory.add(section.page);
        const count = Math.min(section.fills.count, Math.max(0, this.#until - seq + 1));
        this.#fills(section.fills, count, seq);
        seq += section.fills.count;
      } else {
        for (const fact of section.facts) {
          if (seq <= this.#until && !this.#fact(fact)) return false;
          seq += 1;
        }
      }
    }
    this.seq = Math.min(seq - 1, this.#until);
    this.timeNs = block.timeNs;
    return true;
  }

  #fact(fact: Fact): boolean {
    if (fact.type === "defined") {
      const { instrument } = fact;
      if (this.#known.has(`${instrument.venue}\u0000${instrument.symbol}`)) return true;
      if (this.book.changesBooked(instrument)) return false;
    }
    if (fact.type === "marked" && this.#atNs !== undefined && fact.mark.timeNs > this.#atNs) return true;
    applyFact(this.book, fact);
    return true;
  }

  #fills(fills: FillColumns, count: number, firstSeq: number): void {
    if (this.#observer === undefined && this.#atNs === undefined) return this.book.apply(fills, 0, count);
    let from = 0; // of a run that is booked in one go
    for (let row = 0; row < count; row += 1) {
      const late = this.#atNs !== undefined && fills.timeNs(row) > this.#atNs;
      const watched = !late && this.#observer?.wants(this.book, fills, row, firstSeq + row) === true;
      if (!late && !watched) continue;
      this.book.apply(fills, from, row);
      from = row + 1;
      if (watched) this.#watched(fills, row, firstSeq + row);
    }
    this.book.apply(fills, from, count);
  }

  #watched(fills: FillColumns, row: number, seq: number): void {
    this.#observer!.before(this.book, fills, row);
    this.book.apply(fills, row, row + 1);
    this.#observer!.after(this.book, fills, row, seq);
  }
}

/** Steps the book by a fact that is no fill. */
export function applyFact(book: Book, fact: Fact): void {
  switch (fact.type) {
    case "defined":
      return book.define(fact.instrument);
    case "marked":
      return book.mark(fact.mark);
    case "configured":
      return book.configure(fact.currency);
    case "refused": // kept to be looked at; it moves nothing
  }
}
