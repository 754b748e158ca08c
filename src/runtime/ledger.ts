import { join } from "node:path";
import type { Book } from "../core/book/index.ts";
import { applyFact, Decider, decideDefinitions, decideMarks, fold, type Decision, type DefinitionDecision, type FoldOptions, type FillObserver, type Folded } from "../core/engine/index.ts";
import { FillColumns, type Block, type Directory, type Fact, type Instrument, type Mark, type Section } from "../core/model/index.ts";
import { FileJournal, IdentityRuns, type Disk, type OpenReport, type Progress } from "../journal/index.ts";
import type { Clock } from "./clock.ts";

/** Refusals a journal keeps; those beyond are answered and listed, but not journaled. */
const REFUSALS_KEPT = 1_000;
const RAW_KEPT = 4_096;
const FACTS_A_BLOCK = 10_000;

export interface LedgerOptions {
  readonly dataDir: string;
  readonly currency: string;
  readonly marksMaxAgeNs?: bigint | undefined;
  readonly clock: Clock;
  readonly onProgress?: Progress;
  readonly disk?: Disk; // for tests
}

/** What a reader sees: the book folded from the journal, and how far. */
export interface BookRead extends Folded {
  readonly report: OpenReport;
}

/** Folds the book out of the journal of a data folder, without writing anything. */
export function readBook(dataDir: string, options: FoldOptions, observer?: FillObserver, onProgress?: Progress): BookRead {
  const journal = FileJournal.open(dataDir, { write: false });
  try {
    const { book, known, seq, timeNs } = fold(() => journal.blocks(1, onProgress), options, observer);
    return { book, known, seq, timeNs, report: journal.openReport };
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
  #runs: IdentityRuns;
  #book: Book;
  #deciding: Decider | undefined;
  readonly #refusals = new Set<string>(); // that the journal holds
  #names: number; // of the directory that the journal knows
  #routes: number;
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
    const journal = FileJournal.open(options.dataDir, { write: true, ...(options.disk === undefined ? {} : { disk: options.disk }) });
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

  /** Says that about so many fills will come: room for their identities is made at once. */
  expect(fills: number): void {
    if (fills > 0) this.#decider().identities.reserve(fills);
  }

  /**
   * Decides fills, in the numbers of `source`, and books what is new: one block holds them and what was refused.
   * @throws JournalWriteFailed; then nothing of the batch is booked, and it may be given again
   */
  bookFills(fills: FillColumns, source: Directory): Decision {
    if (fills.count > 0) this.#configure();
    const decision = this.#decider().decide(fills, source, this.#journal.nextSeq);
    const { directory } = this.#book;
    const { accepted } = decision;
    const refused = this.#newRefusals(decision);
    const sections: Section[] = [];
    if (accepted.count > 0) sections.push({ kind: "fills", page: directory.since(this.#names, this.#routes), fills: accepted });
    if (refused.length > 0) sections.push({ kind: "facts", facts: refused });
    if (sections.length === 0) return decision;
    try {
      this.#append(sections);
    } catch (error) {
      this.#forgetDecisions(); // it counts the batch as known
      throw error;
    }
    for (const fact of refused) this.#refusals.add(refusalKey(fact));
    if (accepted.count > 0) {
      this.#names = directory.nameCount;
      this.#routes = directory.routeCount;
      this.#book.apply(accepted);
    }
    return decision;
  }

  /** Takes definitions, all in one block; what each came to, in their order. Definitions of booked instruments fold the book again. */
  define(instruments: readonly Instrument[]): DefinitionDecision[] {
    const decisions = decideDefinitions(this.#book, instruments, () => this.#bookedFills());
    const news = instruments.filter((_, i) => decisions[i]!.is === "news");
    if (news.length === 0) return decisions;
    this.#configure();
    this.#append([{ kind: "facts", facts: news.map((instrument): Fact => ({ type: "defined", instrument })) }]);
    if (news.some((instrument) => this.#book.changesBooked(instrument))) {
      this.#book = this.#fold();
      this.#forgetDecisions();
    } else for (const instrument of news) this.#book.define(instrument);
    return decisions;
  }

  /** Takes marks: of each symbol and minute the last one is kept. Returns how many were new. */
  mark(marks: readonly Mark[]): number {
    const news = decideMarks(this.#book, marks);
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

  /** Refusals that the journal does not hold yet, as facts: the same file again changes nothing. */
  #newRefusals({ refused }: Decision): Refusal[] {
    const news: Refusal[] = [];
    for (const { fill, refusal } of refused) {
      if (this.#refusals.size + news.length >= REFUSALS_KEPT) break;
      const { account, venue, symbol, id } = fill;
      const raw = JSON.stringify(fill, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value)).slice(0, RAW_KEPT);
      const fact: Refusal = { type: "refused", identity: { account, venue, symbol, id }, refusal, raw };
      if (!this.#refusals.has(refusalKey(fact)) && !news.some((other) => refusalKey(other) === refusalKey(fact))) news.push(fact);
    }
    return news;
  }

  #fold(): Book {
    const { book } = fold(() => this.#journal.blocks(1, this.#options.onProgress), this.#options);
    if (this.#journal.nextSeq > 1 && book.instruments.currency !== this.#options.currency) throw new CurrencyFixed(book.instruments.currency, this.#options.currency);
    return book;
  }

  /** Knows every fill and refusal of the journal; made when the first fills come, since many commands need it not. */
  #decider(): Decider {
    if (this.#deciding !== undefined) return this.#deciding;
    const decider = new Decider(this.#book, (seq) => this.#booked(seq), this.#runs);
    for (const { firstSeq, sections } of this.#journal.blocks(1, this.#options.onProgress)) {
      let seq = firstSeq;
      for (const section of sections) {
        if (section.kind === "fills") decider.remember(section.fills, seq);
        else for (const fact of section.facts) if (fact.type === "refused") this.#refusals.add(refusalKey(fact));
        seq += section.kind === "fills" ? section.fills.count : section.facts.length;
      }
    }
    this.#deciding = decider;
    return decider;
  }

  #forgetDecisions(): void {
    this.#deciding = undefined;
    this.#refusals.clear();
    this.#runs.close();
    this.#runs = new IdentityRuns(join(this.#options.dataDir, "identities"));
    this.#lastFills = new FillColumns(0);
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

type Refusal = Extract<Fact, { type: "refused" }>;

function refusalKey({ identity, refusal, raw }: Refusal): string {
  return JSON.stringify([identity, refusal.code, raw]);
}

/** The base currency decides what undefined symbols are quoted in, so it stays as the journal began. */
class CurrencyFixed extends Error {
  override readonly name = "CurrencyFixed";
  constructor(was: string, wanted: string) {
    super(`this journal counts in ${was}, the configuration says ${wanted}: set base_currency to ${was}, or begin another journal with --data`);
  }
}
