import { isPairFact, type Block, type Fact, type Fill, type FillColumns } from "../model/index.ts";
import { finished, type Steps } from "../num/index.ts";
import { Book, type BookOptions } from "../book/index.ts";
import { applyFact, timeOf } from "./apply-fact.ts";
import { Checkpoints, type CheckpointSizes } from "./checkpoints.ts";
import { Foreknowledge, foreknowledgeOf } from "./foreknowledge.ts";
import { PairBook } from "../pairs/index.ts";
import { RiskState } from "./risk-state.ts";
import type { FoldState } from "./state.ts";

/** What part of the journal to fold. Both bounds may be given. */
export interface FoldOptions extends BookOptions {
  readonly untilSeq?: number | undefined; // what was known when this was the last entry
  readonly atNs?: bigint | undefined; // only facts whose own time is not later
  readonly checkpoints?: CheckpointSizes | undefined; // so checkpoints are left; undefined: none
}

/** A fill as it is booked. */
export interface BookedFill {
  readonly fills: FillColumns;
  readonly row: number;
  readonly seq: number;
  readonly amended: Fill | undefined; // what stands in its place
}

/** Sees each fill as it is booked, one by one. */
export interface FillObserver {
  /** Once true, the fold ends: nobody looks any more. */
  readonly isDone: boolean;
  /** True: it looks at the fills alone and not at what they do to rows, so that many are booked in one go; `before` is not called. */
  readonly isAside?: boolean;
  wants(book: Book, fill: BookedFill): boolean;
  before(book: Book, fill: BookedFill): void;
  after(book: Book, fill: BookedFill, known: Foreknowledge): void;
}


/**
 * The book that a journal tells of. Definitions, corrections and cost methods hold for all fills, whenever they were
 * journaled: when one turns up after a fill that it changes, the fold begins again, knowing all that is to come. An
 * observer sees each fill once, as corrected.
 * @param blocks gives the journal from its beginning, each time it is called
 */
export function fold(blocks: () => Iterable<Block>, options: FoldOptions, observer?: FillObserver): FoldState {
  return finished(foldSteps(blocks, options, observer));
}

/** The same in steps of a block, each yielding the last entry folded: for a program that has other things to do meanwhile. */
export function* foldSteps(blocks: () => Iterable<Block>, options: FoldOptions, observer?: FillObserver): Steps<FoldState> {
  const isWatched = observer !== undefined || options.watcher !== undefined;
  const first = isWatched ? undefined : yield* attempt(blocks(), new Fold(options, begun(options), false, observer));
  return first ?? (yield* attempt(blocks(), new Fold(options, begun(options, foreknowledgeOf(blocks(), options.untilSeq)), true, observer)))!;
}

/**
 * The same from a state that stands somewhere in the journal, which is used up.
 * @param tail the blocks after that state
 * @returns undefined when the tail changes something before it: then all must be folded
 */
export function foldOn(state: FoldState, tail: Iterable<Block>): FoldState | undefined {
  return finished(foldOnSteps(state, tail));
}

/** The same in steps. */
export function foldOnSteps(state: FoldState, tail: Iterable<Block>): Steps<FoldState | undefined> {
  return attempt(tail, new Fold({}, state, false, undefined));
}

/** A fold that whoever began it leads on, a block at a time. */
export interface Following extends FoldState {
  /** Takes the next block. False: it changes what stands before it, so that all must be folded again; the state is of no use then. */
  step(block: Block): boolean;
}

/** Goes on from a state, which is used up, not knowing what is to come. */
export function follow({ book, known, risk, pairs, seq, timeNs }: FoldState, observer?: FillObserver): Following {
  return new Fold({}, { book, known, risk, pairs, seq, timeNs }, false, observer);
}

/** Begins at the beginning, knowing all that is journaled up to `options.untilSeq`: no step will say false. */
export function followKnowing(blocks: () => Iterable<Block>, options: FoldOptions, observer?: FillObserver): Following {
  return new Fold(options, begun(options, foreknowledgeOf(blocks(), options.untilSeq)), true, observer);
}

function begun(options: FoldOptions, known = new Foreknowledge()): FoldState {
  const book = new Book(options);
  for (const definition of known.definitions) book.define(definition);
  for (const [account, method] of known.methods) book.choose(account, method);
  const checkpoints = options.checkpoints && new Checkpoints(book, known, options.checkpoints.live);
  return { book, known, risk: new RiskState(), pairs: new PairBook(), seq: 0, timeNs: undefined, checkpoints };
}

/** Undefined when the fold must begin again, knowing what is to come. */
function* attempt(blocks: Iterable<Block>, folding: Fold): Steps<FoldState | undefined> {
  for (const block of blocks) {
    if (!folding.step(block)) return undefined;
    if (folding.isDone) break;
    yield folding.seq;
  }
  return folding;
}

class Fold implements Following {
  readonly book: Book;
  readonly known: Foreknowledge;
  readonly risk: RiskState;
  readonly pairs: PairBook;
  seq: number;
  timeNs: bigint | undefined;
  readonly checkpoints: Checkpoints | undefined;
  readonly #isKnown: boolean; // whether all that is to come was known from the start
  readonly #until: number;
  readonly #atNs: bigint | undefined;
  readonly #observer: FillObserver | undefined;

  constructor(options: Pick<FoldOptions, "untilSeq" | "atNs">, { book, known, risk, pairs, seq, timeNs, checkpoints }: FoldState, isKnown: boolean, observer: FillObserver | undefined) {
    this.book = book;
    this.known = known;
    this.risk = risk;
    this.pairs = pairs;
    this.seq = seq;
    this.timeNs = timeNs;
    this.checkpoints = checkpoints;
    this.#isKnown = isKnown;
    this.#until = options.untilSeq ?? Number.POSITIVE_INFINITY;
    this.#atNs = options.atNs;
    this.#observer = observer;
  }

  get isDone(): boolean {
    return this.seq >= this.#until || this.#observer?.isDone === true;
  }

  /** False when the fold must begin again, knowing what is to come. */
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
          if (seq <= this.#until && !this.#fact(fact, seq)) return false;
          seq += 1;
        }
      }
    }
    this.seq = Math.min(seq - 1, this.#until);
    this.timeNs = block.timeNs;
    this.checkpoints?.booked(block.count, this.seq);
    return true;
  }

  #fact(fact: Fact, seq: number): boolean {
    if (!this.#isKnown) {
      if (changesEarlier(this.book, fact)) return false;
      this.known.add(fact, seq);
      if (fact.type === "chosen") this.book.choose(fact.account, fact.method);
    } else if (fact.type === "defined") return true;
    const timeNs = timeOf(fact);
    if (timeNs !== undefined && this.#atNs !== undefined && timeNs > this.#atNs) return true;
    if (isPairFact(fact)) {
      this.pairs.step(fact);
      return true;
    }
    applyFact(this.book, fact);
    this.risk.take(fact, seq, this.#atNs);
    return true;
  }

  #fills(fills: FillColumns, count: number, firstSeq: number): void {
    const corrected = this.known.nextFrom(firstSeq) < firstSeq + count;
    const isAside = this.#observer?.isAside === true;
    if ((this.#observer === undefined || isAside) && this.#atNs === undefined && !corrected) return this.#run(fills, 0, count, firstSeq);
    let from = 0; // of a run that is booked in one go
    for (let row = 0; row < count; row += 1) {
      const seq = firstSeq + row;
      const correction = corrected ? this.known.of(seq) : undefined;
      const timeNs = correction?.type === "amended" ? correction.fill.time.ns : fills.timeNs(row);
      const isLeftOut = correction?.type === "busted" || (this.#atNs !== undefined && timeNs > this.#atNs);
      const booked: BookedFill = { fills, row, seq, amended: correction?.type === "amended" ? correction.fill : undefined };
      const isWatched = !isLeftOut && !(isAside && correction === undefined) && this.#observer?.wants(this.book, booked) === true;
      if (!isLeftOut && !isWatched && correction === undefined) continue;
      this.#run(fills, from, row, firstSeq);
      from = row + 1;
      if (isLeftOut) continue;
      if (isWatched && !isAside) this.#observer.before(this.book, booked);
      if (booked.amended !== undefined) this.book.applyFill(booked.amended);
      else this.book.apply(fills, row, row + 1);
      if (isWatched) this.#observer.after(this.book, booked, this.known);
    }
    this.#run(fills, from, count, firstSeq);
  }

  /** Books fills [from, to) as they are; who looks at fills alone is shown them then. */
  #run(fills: FillColumns, from: number, to: number, firstSeq: number): void {
    this.book.apply(fills, from, to);
    if (this.#observer?.isAside !== true) return;
    for (let row = from; row < to; row += 1) {
      const booked: BookedFill = { fills, row, seq: firstSeq + row, amended: undefined };
      if (this.#observer.wants(this.book, booked)) this.#observer.after(this.book, booked, this.known);
    }
  }
}

/** Whether a block changes how earlier fills are booked: then `step` says false. */
export function correctsEarlier(book: Book, { sections }: Block): boolean {
  return sections.some((section) => section.kind === "facts" && section.facts.some((fact) => changesEarlier(book, fact)));
}

/** Whether a fact that just turned up changes how earlier fills are booked. */
function changesEarlier(book: Book, fact: Fact): boolean {
  if (fact.type === "defined") return book.changesBooked(fact.instrument);
  if (fact.type === "chosen") return book.methodOf(fact.account) !== fact.method && book.hasBooked(fact.account);
  return fact.type === "busted" || fact.type === "amended";
}
