import { join } from "node:path";
import type { Book } from "../core/book/index.ts";
import { Engine, finished, fold, type BookedDecision, type DefinitionDecision, type EngineOptions, type EventDecision, type EventReport, type FactStore, type FillObserver, type FoldOptions, type FoldState, type Steps } from "../core/engine/index.ts";
import type { Directory, FillColumns, Instrument, Mark } from "../core/model/index.ts";
import { FileJournal, IdentityRuns, type Disk, type OpenReport, type Progress } from "../journal/index.ts";
import type { Clock } from "./clock.ts";

export interface LedgerOptions {
  readonly dataDir: string;
  readonly currency: string;
  readonly marksMaxAgeNs?: bigint | undefined;
  readonly clock: Clock;
  readonly onProgress?: Progress;
  readonly disk?: Disk; // for tests
  readonly segmentBytes?: number; // for tests
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
 * `sync` or `syncLater` is done.
 */
export class Ledger {
  readonly openReport: OpenReport;
  readonly #clock: Clock;
  readonly #journal: FileJournal;
  readonly #runs: Spill;
  readonly #engine: Engine;
  readonly #writing: { later: boolean };

  private constructor(clock: Clock, journal: FileJournal, runs: Spill, engine: Engine, writing: { later: boolean }) {
    this.#clock = clock;
    this.#journal = journal;
    this.openReport = journal.openReport;
    this.#runs = runs;
    this.#engine = engine;
    this.#writing = writing;
  }

  /**
   * Opens a data folder for writing and recovers its book. What reports are decided by is read when the first one comes.
   * @throws JournalWriteFailed, JournalLocked when another process writes there, JournalCorrupt, CurrencyFixed
   */
  static open(options: LedgerOptions): Ledger {
    return finished(Ledger.#opening(options, function* (store, of) {
      yield 0;
      return new Engine(store, of);
    }));
  }

  /** The same in steps, each yielding the last entry folded or looked at; then it is ready to decide at once. */
  static recover(options: LedgerOptions): Steps<Ledger> {
    return Ledger.#opening(options, (store, of) => Engine.recover(store, of));
  }

  static *#opening(options: LedgerOptions, recovering: (store: FactStore, of: EngineOptions) => Steps<Engine>): Steps<Ledger> {
    const { dataDir, currency, marksMaxAgeNs, disk, segmentBytes } = options;
    const journal = FileJournal.open(dataDir, { write: true, ...(disk === undefined ? {} : { disk }), ...(segmentBytes === undefined ? {} : { segmentBytes }) });
    const runs = new Spill(join(dataDir, "identities"));
    const writing = { later: false };
    let ledger: Ledger | undefined;
    try {
      const store: FactStore = {
        get nextSeq() {
          return journal.nextSeq;
        },
        append: (sections, timeNs) => journal.append(sections, timeNs, writing.later),
        blocks: (fromSeq?: number) => journal.blocks(fromSeq, fromSeq === undefined ? options.onProgress : undefined),
        blockOf: journal.blockOf.bind(journal),
      };
      const engine = yield* recovering(store, { currency, marksMaxAgeNs, spill: () => runs.anew() });
      return (ledger = new Ledger(options.clock, journal, runs, engine, writing));
    } finally {
      if (ledger === undefined) {
        journal.close();
        runs.close();
      }
    }
  }

  get book(): Book {
    return this.#engine.book;
  }
  /** The last entry. */
  get seq(): number {
    return this.#engine.seq;
  }

  /** The book with what is known of later entries: what the state hash is made of. */
  get folded(): Pick<FoldState, "book" | "known" | "seq"> {
    return this.#engine;
  }

  /** Says that about so many fills will come: room for their identities is made at once. */
  expect(fills: number): void {
    this.#engine.expect(fills);
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

  /** Whether what is taken from now on may wait for `write` or `sync`, to be written together; else each is written as it comes. */
  set writesLater(later: boolean) {
    this.#writing.later = later;
  }

  /** The last entry that is on disk. */
  get durableThrough(): number {
    return this.#journal.durableThrough;
  }

  /** Returns once all that was taken is on disk: only then may it be answered. */
  sync(): void {
    this.#journal.sync();
  }

  /** The same beside the program. Nothing may be taken meanwhile. */
  async syncLater(): Promise<void> {
    await this.#journal.syncLater();
  }

  /** Writes into the lock file where the service of this folder answers. */
  announce(address: string): void {
    this.#journal.lock?.announce(address);
  }

  close(): void {
    this.#journal.close();
    this.#runs.close();
  }
}

/** The runs of identities on disk that belong to the decider at work. */
class Spill {
  readonly #folder: string;
  #runs: IdentityRuns | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  anew(): IdentityRuns {
    this.#runs?.close();
    return (this.#runs = new IdentityRuns(this.#folder));
  }

  close(): void {
    this.#runs?.close();
  }
}
