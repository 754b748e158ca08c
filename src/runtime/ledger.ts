import { join } from "node:path";
import type { Book } from "../core/book/index.ts";
import { Engine, fold, type BookedDecision, type DefinitionDecision, type EventDecision, type EventReport, type FillObserver, type FoldOptions, type FoldState } from "../core/engine/index.ts";
import type { Directory, FillColumns, Instrument, Mark } from "../core/model/index.ts";
import { FileJournal, IdentityRuns, type Disk, type OpenReport, type Progress } from "../journal/index.ts";
import type { Clock } from "./clock.ts";

/** So many fills are worth the start of a thread. */
const MANY = 200_000;

export interface LedgerOptions {
  readonly dataDir: string;
  readonly currency: string;
  readonly marksMaxAgeNs?: bigint | undefined;
  readonly clock: Clock;
  readonly onProgress?: Progress;
  readonly disk?: Disk; // for tests
}

/** What a reader sees: the book folded from the journal, and how far. */
export interface BookRead extends FoldState {
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
 * The one writer of a data folder: an engine whose facts are in a journal on disk. What it has answered is on disk once
 * `sync` has returned.
 */
export class Ledger {
  readonly openReport: OpenReport;
  readonly #clock: Clock;
  readonly #journal: FileJournal;
  readonly #engine: Engine;
  #runs: IdentityRuns | undefined;

  private constructor(options: LedgerOptions, journal: FileJournal) {
    this.#clock = options.clock;
    this.#journal = journal;
    this.openReport = journal.openReport;
    const store = {
      get nextSeq() {
        return journal.nextSeq;
      },
      append: journal.append.bind(journal),
      blocks: (fromSeq?: number) => journal.blocks(fromSeq, fromSeq === undefined ? options.onProgress : undefined),
      blockOf: journal.blockOf.bind(journal),
    };
    const { currency, marksMaxAgeNs } = options;
    this.#engine = new Engine(store, { currency, marksMaxAgeNs, spill: () => this.#newRuns(options.dataDir) });
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
    return this.#engine.book;
  }
  /** The last entry. */
  get seq(): number {
    return this.#engine.seq;
  }

  /** Says that about so many fills will come: room for their identities is made at once, and many are written by a second thread. */
  expect(fills: number): void {
    this.#engine.expect(fills);
    if (fills >= MANY) this.#journal.writeBehind();
  }

  /**
   * Decides fills, in the numbers of `source`, and books what is new.
   * @throws JournalWriteFailed; then nothing of the batch is booked, and it may be given again
   */
  bookFills(fills: FillColumns, source: Directory): BookedDecision {
    return this.#engine.bookFills(fills, source, this.#clock.nowNs());
  }

  /** Takes definitions, all in one block; what each came to, in their order. */
  define(instruments: readonly Instrument[]): DefinitionDecision[] {
    return this.#engine.define(instruments, this.#clock.nowNs());
  }

  /** Takes marks: of each symbol and minute the last one is kept. Returns how many were new. */
  mark(marks: readonly Mark[]): number {
    return this.#engine.mark(marks, this.#clock.nowNs());
  }

  /** Takes events one after the other; what each came to, in their order. */
  take(events: readonly EventReport[]): EventDecision[] {
    return this.#engine.take(events, this.#clock.nowNs());
  }

  /** Returns once all that was taken is on disk: only then may it be answered. */
  sync(): void {
    this.#journal.sync();
  }

  close(): void {
    this.#journal.close();
    this.#runs?.close();
  }

  #newRuns(dataDir: string): IdentityRuns {
    this.#runs?.close();
    return (this.#runs = new IdentityRuns(join(dataDir, "identities")));
  }
}
