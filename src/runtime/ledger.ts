import { join } from "node:path";
import type { Book } from "../core/book/index.ts";
import { applyFact, Decider, decideDefinition, decideMarks, fold, type Decision, type FoldOptions, type FillObserver, type Folded } from "../core/engine/index.ts";
import { FillColumns, type Block, type Directory, type Fact, type Instrument, type Mark, type Section } from "../core/model/index.ts";
import { FileJournal, IdentityRuns, type OpenReport, type Progress } from "../journal/index.ts";
import type { Clock } from "./clock.ts";

/** Marks of record: one a symbol and minute. */
const MARK_INTERVAL_NS = 60_000_000_000n;
/** Refusals journaled by one process; those beyond are answered and listed, but not kept. */
const REFUSALS_KEPT = 1_000;
const RAW_KEPT = 4_096;
const FACTS_A_BLOCK = 10_000;

export interface LedgerOptions {
  readonly dataDir: string;
  readonly currency: string;
  readonly marksMaxAgeNs?: bigint | undefined;
  readonly clock: Clock;
  readonly onProgress?: Progress;
}

/** What a reader sees: the book folded from the journal, and how far. */
export interface BookRead extends Folded {
  readonly report: OpenReport;
}

/** Folds the book out of the journal of a data folder, without writing anything. */
export function readBook(dataDir: string, options: FoldOptions, observer?: FillObserver, onProgress?: Progress): BookRead {
  const journal = FileJournal.open(dataDir, { write: false });
  try {
    const { book, seq, timeNs } = fold(() => journal.blocks(1, onProgress), options, observer);
    return { book, seq, timeNs, report: journal.openReport };
  } finally {
    journal.close();
  }
}

/**
 * The one writer of a data folder: decides, appends, steps the book. What it has answered is on disk once `sync` has
 * returned.
 */
export class Ledger {
  readonly openReport: OpenReport;
  readonly #options: LedgerOptions;
  readonly #journal: FileJournal;
  readonly #runs: IdentityRuns;
  #book: Book;
  #decider: Decider | undefined;
  #names: number; // of the directory that the journal knows
  #routes: number;
  #refusalsLeft = REFUSALS_KEPT;
  #lastFills = new FillColumns(0);
  #lastFirst = 0;

  private constructor(options: LedgerOptions, journal: FileJournal) {
    this.#options = options;
    this.#journal = journal;
    this.#runs = new IdentityRuns(join(options.dataDir, "identities"));
    this.openReport = journal.openReport;
    this.#book = this.#fold();
    this.#names = this.#book.directory.nameCount;
    this.#routes = this.#book.directory.routeCount;
  }

  /**
   * Opens a data folder for writing and recovers its book.
   * @throws JournalLocked when another process writes there, JournalCorrupt, CurrencyFixed
   */
  static open(options: LedgerOptions): Ledger {
    const journal = FileJournal.open(options.dataDir, { write: true });
    try {
      return new Ledger(options, journal);
    } catch (error) {
      journal.close();
      throw error;
    }
  }

  get book(): Book {
    return this.#book;
  }
  /** The last entry. */
  get seq(): number {
    return this.#journal.nextSeq - 1;
  }

  /** Decides a batch of fills, in the numbers of `source`, and books what is new. */
  bookFills(fills: FillColumns, source: Directory): Decision {
    this.#decider ??= this.#newDecider();
    if (fills.count > 0) this.#configure();
    const decision = this.#decider.decide(fills, source, this.#journal.nextSeq);
    const { directory } = this.#book;
    if (decision.accepted.count > 0) {
      this.#append([{ kind: "fills", page: directory.since(this.#names, this.#routes), fills: decision.accepted }]);
      this.#names = directory.nameCount;
      this.#routes = directory.routeCount;
      this.#book.apply(decision.accepted);
    }
    this.#keepRefusals(decision);
    return decision;
  }

  /** Takes definitions; those that booked fills do not fit are refused, with the reason. */
  define(instruments: readonly Instrument[]): { defined: number; unchanged: number; refused: { instrument: Instrument; why: string }[] } {
    const result = { defined: 0, unchanged: 0, refused: [] as { instrument: Instrument; why: string }[] };
    let foldAgain = false;
    for (const instrument of instruments) {
      const { news, refusal } = decideDefinition(this.#book, instrument, () => this.#bookedFills());
      if (refusal !== undefined) result.refused.push({ instrument, why: refusal });
      else if (!news) result.unchanged += 1;
      else {
        this.#configure();
        foldAgain ||= this.#book.changesBooked(instrument);
        this.#append([{ kind: "facts", facts: [{ type: "defined", instrument }] }]);
        this.#book.define(instrument);
        result.defined += 1;
      }
    }
    if (foldAgain) {
      this.#book = this.#fold();
      this.#decider = undefined;
    }
    return result;
  }

  /** Takes marks: of each symbol and minute the last one is kept. Returns how many were new. */
  mark(marks: readonly Mark[]): number {
    const news = decideMarks(this.#book, marks, MARK_INTERVAL_NS);
    if (news.length > 0) this.#configure();
    for (let i = 0; i < news.length; i += FACTS_A_BLOCK) {
      const facts = news.slice(i, i + FACTS_A_BLOCK).map((mark): Fact => ({ type: "marked", mark }));
      this.#append([{ kind: "facts", facts }]);
      for (const fact of facts) applyFact(this.#book, fact);
    }
    return news.length;
  }

  /** Returns once all that was taken is on disk: only then may it be answered. */
  sync(): void {
    this.#journal.sync();
  }

  close(): void {
    this.#journal.close();
    this.#runs.close();
  }

  #append(sections: Section[]): Block {
    return this.#journal.append(sections, this.#options.clock.nowNs());
  }

  /** The base currency is a fact: the first entry. Nothing is journaled before something else is. */
  #configure(): void {
    if (this.#journal.nextSeq > 1) return;
    const fact: Fact = { type: "configured", currency: this.#options.currency };
    this.#append([{ kind: "facts", facts: [fact] }]);
    applyFact(this.#book, fact);
  }

  #keepRefusals(decision: Decision): void {
    const kept = decision.refused.slice(0, this.#refusalsLeft);
    if (kept.length === 0) return;
    this.#refusalsLeft -= kept.length;
    const facts = kept.map(({ fill, refusal }): Fact => {
      const { account, venue, symbol, id } = fill;
      const raw = JSON.stringify(fill, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value)).slice(0, RAW_KEPT);
      return { type: "refused", identity: { account, venue, symbol, id }, refusal, raw };
    });
    this.#append([{ kind: "facts", facts }]);
  }

  #fold(): Book {
    const { book } = fold(() => this.#journal.blocks(1, this.#options.onProgress), this.#options);
    if (this.#journal.nextSeq > 1 && book.instruments.currency !== this.#options.currency) throw new CurrencyFixed(book.instruments.currency, this.#options.currency);
    return book;
  }

  #newDecider(): Decider {
    const decider = new Decider(this.#book, (seq) => this.#booked(seq), this.#runs);
    for (const { firstSeq, sections } of this.#journal.blocks()) {
      let seq = firstSeq;
      for (const section of sections) {
        if (section.kind === "fills") decider.remember(section.fills, seq);
        seq += section.kind === "fills" ? section.fills.count : section.facts.length;
      }
    }
    return decider;
  }

  /** Where a fill stands in the journal. Repeats mostly come in the journal's order: the last section is kept. */
  #booked(seq: number): { fills: FillColumns; row: number } {
    if (seq < this.#lastFirst || seq >= this.#lastFirst + this.#lastFills.count) this.#findSection(seq);
    return { fills: this.#lastFills, row: seq - this.#lastFirst };
  }

  #findSection(seq: number): void {
    const block = this.#journal.blockOf(seq);
    let first = block.firstSeq;
    for (const section of block.sections) {
      const count = section.kind === "fills" ? section.fills.count : section.facts.length;
      if (section.kind === "fills" && seq < first + count) {
        this.#lastFills = section.fills;
        this.#lastFirst = first;
        return;
      }
      first += count;
    }
    throw new Error(`entry ${seq} is not a fill`);
  }

  *#bookedFills(): Iterable<FillColumns> {
    for (const block of this.#journal.blocks()) for (const section of block.sections) if (section.kind === "fills") yield section.fills;
  }
}

/** The base currency decides what undefined symbols are quoted in, so it stays as the journal began. */
class CurrencyFixed extends Error {
  override readonly name = "CurrencyFixed";
  constructor(was: string, wanted: string) {
    super(`this journal counts in ${was}, the configuration says ${wanted}: set base_currency to ${was}, or begin another journal with --data`);
  }
}
