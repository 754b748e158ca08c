import { join } from "node:path";
import type { Book } from "../core/book/index.ts";
import { Engine, fold, foldOn, type BookedDecision, type BookedPair, type DefinitionDecision, type EngineOptions, type EventDecision, type EventReport, type FactStore, type FillObserver, type Folded, type FoldOptions, type FoldState, type PriceRun, type PricesDecision } from "../core/engine/index.ts";
import { finished, type Steps } from "../core/num/index.ts";
import type { PairFees, PairReport } from "../core/pairs/index.ts";
import type { Directory, FillColumns, Instrument, Mark, VenueType } from "../core/model/index.ts";
import { FileJournal, IdentityRuns, listSnapshots, realDisk, snapshotBytes, type Disk, type IdentityRun, type OpenReport, type Progress, type ServiceKey } from "../journal/index.ts";
import type { Clock } from "./clock.ts";
import { openRuns } from "./snapshot-identities.ts";
import { baseOf, findSnapshot, leftAside, rememberedOf, stateOf, takeSnapshot, type Written } from "./snapshots.ts";

/** So many fills are worth the start of a thread. */
const MANY = 200_000;

/**
 * Of what a symbol is booked anew from, so much is read in this thread: to start another takes longer, and a service has others
 * at work by then.
 */
const ALONE_BYTES = 256 * 1024 * 1024;

/** Events after which the journal is folded from its beginning. */
const CHANGES_BOOKED: readonly EventReport["type"][] = ["bust", "amend", "chosen"];

/** Written ahead in the journal of a service, which syncs every few fills. */
const RESERVE_BYTES = 1024 * 1024;

export interface LedgerOptions {
  readonly dataDir: string;
  readonly currency: string;
  readonly marksMaxAgeNs?: bigint | undefined;
  readonly marksEveryNs?: bigint | undefined; // of each symbol and so long interval one mark is kept; a minute
  readonly venueTypes?: ReadonlyMap<string, VenueType> | undefined; // by venue, of fills which state none
  readonly pairFees?: PairFees | undefined; // how fees of pairs are computed where a venue says none
  readonly clock: Clock;
  readonly onProgress?: Progress;
  readonly disk?: Disk; // for tests
  readonly segmentBytes?: number; // for tests
}

/** What a reader sees: the book folded from the journal, and how far. */
export interface BookRead extends FoldState {
  readonly report: OpenReport;
}

/** Where a book came from when its folder was opened. */
export interface Recovered {
  readonly snapshotSeq: number; // the last entry that a snapshot knew, and that was therefore not folded; 0 without one
  readonly notes: readonly string[]; // about snapshots that were not used
}

/** Reading a byte of a snapshot takes as long as folding a twentieth of an entry. */
const BYTES_AN_ENTRY = 20;

/** Folds the book out of the journal of a data folder, without writing anything: from a snapshot, where that is quicker. */
export function readBook(dataDir: string, options: FoldOptions, observer?: FillObserver, onProgress?: Progress): BookRead {
  const isWhole = observer === undefined && options.watcher === undefined && options.untilSeq === undefined && options.atNs === undefined && options.readable !== true;
  const seqs = isWhole ? listSnapshots(dataDir) : [];
  const journal = FileJournal.open(dataDir, { write: false });
  try {
    const { awayThrough } = journal; // what is not there cannot be read more quickly
    const worthwhile = seqs.filter((seq) => (awayThrough > 0 && seq >= awayThrough) || snapshotBytes(dataDir, seq) < seq * BYTES_AN_ENTRY);
    const state = findSnapshot(dataDir, worthwhile, journal, (snapshot) => finished(stateOf(snapshot, options, false)), [])?.opened;
    const { book, known, risk, pairs, seq, timeNs } = (state && foldOn(state, journal.blocks(state.seq + 1, onProgress))) ?? fold(() => journal.blocks(1, onProgress), options, observer);
    return { book, known, risk, pairs, seq, timeNs, report: journal.openReport };
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
  readonly recovered: Recovered;
  readonly #clock: Clock;
  readonly #journal: FileJournal;
  readonly #runs: Spill;
  readonly #engine: Engine;
  readonly #writing: { later: boolean };
  readonly #dataDir: string;
  readonly #disk: Disk;

  private constructor({ clock, dataDir, disk = realDisk }: LedgerOptions, journal: FileJournal, runs: Spill, engine: Engine, writing: { later: boolean }, notes: readonly string[]) {
    this.#clock = clock;
    this.#dataDir = dataDir;
    this.#disk = disk;
    this.#journal = journal;
    this.openReport = journal.openReport;
    this.recovered = { snapshotSeq: engine.foldedFrom, notes };
    this.#runs = runs;
    this.#engine = engine;
    this.#writing = writing;
  }

  /**
   * Opens a data folder for writing and recovers its book. What reports are decided by is read when the first one comes.
   * @throws JournalWriteFailed, JournalLocked when another process writes there, JournalCorrupt, JournalTooShort, CurrencyFixed
   */
  static open(options: LedgerOptions): Ledger {
    return finished(Ledger.#opening(options, 0, (store, of, from) => Engine.open(store, of, from)));
  }

  /** The same in steps, each yielding the last entry folded or looked at; then it is ready to decide at once. */
  static recover(options: LedgerOptions): Steps<Ledger> {
    return Ledger.#opening(options, RESERVE_BYTES, (store, of, from) => Engine.recover(store, of, from));
  }

  static *#opening(options: LedgerOptions, reserveBytes: number, recovering: (store: FactStore, options: EngineOptions, from?: FoldState) => Steps<Engine>): Steps<Ledger> {
    const { dataDir, currency, marksMaxAgeNs, marksEveryNs, venueTypes, pairFees, disk, segmentBytes } = options;
    const seqs = listSnapshots(dataDir);
    const journal = FileJournal.open(dataDir, { write: true, reserveBytes, ...(disk === undefined ? {} : { disk }), ...(segmentBytes === undefined ? {} : { segmentBytes }) });
    const runs = new Spill(join(dataDir, "identities"));
    const writing = { later: false };
    let ledger: Ledger | undefined;
    try {
      const store: FactStore = {
        get nextSeq() {
          return journal.nextSeq;
        },
        append: (sections, timeNs) => journal.append(sections, timeNs, writing.later),
        blocks: (fromSeq?: number) => (fromSeq === undefined ? journal.blocks(undefined, options.onProgress) : journal.blocks(fromSeq, undefined, ALONE_BYTES)),
        blockOf: journal.blockOf.bind(journal),
      };
      const notes: string[] = [];
      const found = findSnapshot(dataDir, seqs, journal, (snapshot) => openRuns(dataDir, snapshot.runs), notes);
      let state: FoldState | undefined;
      if (found !== undefined) {
        runs.keep(found.opened);
        try {
          state = yield* stateOf(found.snapshot, { marksMaxAgeNs }, true);
        } catch (error) {
          notes.push(leftAside(dataDir, found.snapshot.seq, (error as Error).message));
        }
      }
      const remembered = found && rememberedOf(found.snapshot);
      const engine = yield* recovering(store, { currency, marksMaxAgeNs, marksEveryNs, venueTypes, pairFees, spill: () => runs.anew(), remembered }, state);
      return (ledger = new Ledger(options, journal, runs, engine, writing, notes));
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
  get folded(): Folded {
    return this.#engine;
  }

  /** Bytes of the tables in memory that tell which fills are known. */
  get identityBytes(): number {
    return this.#engine.identityBytes;
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

  /** Takes definitions, all in one block; what each came to, in their order. @throws SegmentAway, as `take` */
  define(instruments: readonly Instrument[]): DefinitionDecision[] {
    if (instruments.some((instrument) => this.book.changesBooked(instrument))) this.#journal.mustBeWhole();
    return this.#engine.define(instruments, this.#clock.nowNs());
  }

  /** Takes marks: of each symbol and interval the last one is kept. Returns how many were new. */
  mark(marks: readonly Mark[]): number {
    return this.#engine.mark(marks, this.#clock.nowNs());
  }

  /** Takes closes; what each came to. */
  price(runs: readonly PriceRun[]): PricesDecision["decisions"] {
    return this.#engine.price(runs, this.#clock.nowNs());
  }

  /** Takes what is reported of pairs, each report whole or not at all; what each came to. @throws JournalWriteFailed */
  pair(reports: readonly PairReport[]): BookedPair[] {
    return this.pairFor(undefined, reports);
  }

  /** The same of who may act for some accounts alone; undefined: for all. */
  pairFor(accounts: ReadonlySet<string> | undefined, reports: readonly PairReport[]): BookedPair[] {
    return this.#engine.pair(reports, this.#clock.nowNs(), accounts);
  }

  /**
   * Takes events one after the other; what each came to, in their order.
   * @throws SegmentAway when one changes how earlier fills are booked, and archived segments are not there: nothing was taken
   */
  take(events: readonly EventReport[]): EventDecision[] {
    if (events.some(({ type }) => CHANGES_BOOKED.includes(type))) this.#journal.mustBeWhole();
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

  /**
   * Writes a snapshot of the book, so that the next start reads only what follows. In steps, between which nothing may be
   * taken. All that was taken must be on disk.
   */
  *snapshot(): Steps<Written> {
    return yield* takeSnapshot(this.#dataDir, this.#journal, this.#engine, baseOf(this.#dataDir, this.#journal), this.#disk);
  }

  /** Writes into the lock file where the service of this folder answers. */
  announce(address: string, key?: ServiceKey): void {
    this.#journal.lock?.announce(address, key);
  }

  close(): void {
    this.#journal.close();
    this.#runs.close();
  }
}

/** The runs of identities on disk that belong to the decider at work, and those of the snapshot that it began with. */
class Spill {
  readonly #folder: string;
  #runs: IdentityRuns | undefined;
  #kept: readonly IdentityRun[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  keep(runs: readonly IdentityRun[]): void {
    this.#kept = runs;
  }

  anew(): IdentityRuns {
    this.#runs?.close();
    return (this.#runs = new IdentityRuns(this.#folder, this.#kept));
  }

  close(): void {
    this.#runs?.close();
    for (const run of this.#kept) run.close();
  }
}
