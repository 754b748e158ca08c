import type { PairReport } from "../core/pairs/index.ts";
import type { Directory, FillColumns, Instrument, Mark } from "../core/model/index.ts";
import { touchedBy, type BookedPair, type DefinitionDecision, type EventDecision, type EventReport, type PriceRun, type PricesDecision, type Touched } from "../core/engine/index.ts";
import { JournalWriteFailed, type OpenReport, type ServiceKey } from "../journal/index.ts";
import { CommitLoop, type Commit, type Measure } from "./commit-loop.ts";
import { inSlices } from "./in-slices.ts";
import type { Waiting, WaitingFacts } from "./inbox.ts";
import { Ledger, type LedgerOptions } from "./ledger.ts";
import { MarkKeeper } from "./mark-keeper.ts";
import type { Acknowledgement, FillsOutcome } from "./outcome.ts";
import { ServiceRefuses } from "./service-refuses.ts";
import { SnapshotKeeper, type SnapshotOutcome } from "./snapshot-keeper.ts";
import { Standing, type ServiceState } from "./standing.ts";

export interface ServiceOptions extends LedgerOptions {
  readonly acknowledge?: Acknowledgement; // of submissions that do not say; durable
  readonly flushIntervalMs?: number; // what is acknowledged as buffered is on disk so much later at most; 100
  readonly realTimeUpdates?: boolean; // whether marks value at once, or at the end of `marksEveryNs` only; true
  readonly inboxFills?: number; // rows that may wait; 262,144
  readonly quickSyncMs?: number; // while syncs take less, they are waited for in this thread; 1
  /** Nothing is opened or written before this; when it is rejected, nothing ever is. */
  readonly after?: Promise<void>;
  /** A snapshot is written whenever so many entries came since the last; 1,000,000. */
  readonly snapshotEntries?: number;
  readonly snapshotProgram?: URL; // for tests
  /** Told of each snapshot, also of one that could not be written: that harms nothing, and is tried again. */
  readonly onSnapshot?: (outcome: SnapshotOutcome) => void;
  /** Told how long each thing took, in milliseconds. */
  readonly onMeasure?: (what: Measure, milliseconds: number) => void;
  /** Waited for when it stops, once all is on disk and before the folder is let go: for what else works in it. */
  readonly beforeRelease?: () => Promise<void>;
  /** Told of a bug found while booking: nothing is acknowledged any more, and the process should stop. */
  readonly onFatal?: (error: Error) => void;
}

/** How the service came up. */
export interface Recovery {
  readonly entries: number; // of the journal
  readonly snapshotSeq: number; // the last entry that a snapshot knew; 0 when all were folded
  readonly replayed: number; // entries that were folded
  readonly milliseconds: number;
  readonly report: OpenReport;
  readonly notes: readonly string[]; // about snapshots that were not used, and why
}

const MARKS_EVERY_NS = 60_000_000_000n;
const SNAPSHOT_ENTRIES = 1_000_000;
/** So many entries since the last snapshot are worth one when the service stops. */
const SNAPSHOT_AT_STOP = 5_000;
const DAY_NS = 86_400_000_000_000n;
/** Events that say nothing of what was held, or put in, on days before. */
const OF_NOW: ReadonlySet<EventReport["type"]> = new Set<EventReport["type"]>(["limit", "limited", "breach", "breached", "trip", "tripped", "release", "reset", "probe", "probed"]);

/**
 * A ledger that many may write to and read: it recovers, has a `CommitLoop` take what is submitted, and stops when all of it is
 * answered. Whoever reads sees only what was acknowledged.
 */
export class Service {
  /** Resolved once the book is recovered; rejected when it cannot be: JournalLocked, JournalCorrupt, CurrencyFixed. */
  readonly ready: Promise<Recovery>;
  readonly #options: ServiceOptions;
  readonly #standing = new Standing();
  readonly #listeners = new Set<(commit: Commit) => void>();
  readonly #marks: MarkKeeper;
  #marking: NodeJS.Timeout | undefined;
  #ledger: Ledger | undefined;
  #snapshots: SnapshotKeeper | undefined;
  #loop: CommitLoop | undefined; // once the ledger is recovered
  #stopping: Promise<void> | undefined;

  private constructor(options: ServiceOptions) {
    this.#options = options;
    this.#marks = new MarkKeeper(options.marksEveryNs ?? MARKS_EVERY_NS, options.realTimeUpdates ?? true);
    this.ready = this.#recover();
    this.ready.catch(() => undefined); // whoever waits for it is told; nobody has to
  }

  /** Begins to recover the book of a data folder, in slices, and returns at once. */
  static begin(options: ServiceOptions): Service {
    return new Service(options);
  }

  get state(): ServiceState {
    return this.#standing.state;
  }
  /** Why it takes no writes; undefined when it does. */
  get reason(): string | undefined {
    return this.#standing.reason;
  }
  /** How fees of pairs are computed where a venue says none. */
  get pairFees(): ServiceOptions["pairFees"] {
    return this.#options.pairFees;
  }
  /** The last acknowledged entry. */
  get seq(): number {
    return this.#loop?.seq ?? 0;
  }
  /** The last entry that is on disk: buffered ones are acknowledged before. */
  get durableThrough(): number {
    return this.#ledger?.durableThrough ?? 0;
  }
  /** Submitted rows that wait. */
  get waiting(): number {
    return this.#loop?.waiting ?? 0;
  }

  hasRoom(fills: number): boolean {
    return this.#loop?.hasRoom(fills) ?? true;
  }

  /**
   * Decides and books fills, in the numbers of `source`. The columns must not be changed before the answer.
   * @throws ServiceRefuses; then nothing of it is booked, but for `unknown`: whether it is, a restart will tell
   */
  bookFills(fills: FillColumns, source: Directory, acknowledge: Acknowledgement = this.#options.acknowledge ?? "durable"): Promise<FillsOutcome> {
    return new Promise((done, failed) => this.#submit({ kind: "fills", fills, source, acknowledge, sinceMs: performance.now(), done, failed }));
  }

  /** Takes definitions; what each came to. @throws ServiceRefuses */
  define(instruments: readonly Instrument[]): Promise<DefinitionDecision[]> {
    return this.#submitFacts(instruments.length, (ledger) => {
      const decisions = ledger.define(instruments);
      for (const mark of this.#marks.live) ledger.book.marks.setLive(mark); // the book may have been folded anew
      return { answer: decisions, touched: decisions.some(({ is }) => is === "news") ? [{ all: true }] : [], isPast: true };
    });
  }

  /**
   * Takes marks: the newest of each symbol values from now on, and the last of each interval is journaled once that is over.
   * Returns how many were journaled now. @throws ServiceRefuses
   */
  mark(marks: readonly Mark[]): Promise<number> {
    return this.#submitFacts(marks.length, (ledger) => {
      const { record, live } = this.#marks.take(ledger.book, marks, this.#options.clock.nowNs());
      const count = ledger.mark(record);
      for (const mark of live) ledger.book.marks.setLive(mark);
      if (this.#marks.isHolding) this.#markSoon();
      return { answer: count, isPast: hasOlderMark(record, this.#dayBeganNs()), touched: touchedByMarks([...record, ...live]) };
    });
  }

  /** Has the marks that are held journaled when their interval is over. */
  #markSoon(): void {
    if (this.state !== "ready") return;
    this.#marking ??= setTimeout(() => {
      this.#marking = undefined;
      this.#submitFacts(this.#marks.held.length, (ledger) => {
        const isPast = hasOlderMark(this.#marks.held, this.#dayBeganNs()); // the last ones of yesterday, after midnight
        return { answer: undefined, isPast, touched: this.#markHeld(ledger) };
      }).catch(() => this.#markSoon()); // no space, or too much waits: they stay held
    }, this.#marks.msToEnd(this.#options.clock.nowNs()));
    this.#marking.unref();
  }

  #markHeld(ledger: Ledger): readonly Touched[] {
    const { held } = this.#marks;
    ledger.mark(held);
    for (const mark of this.#marks.released(held)) ledger.book.marks.setLive(mark);
    return touchedByMarks(held);
  }

  /** Takes closes; what each came to. @throws ServiceRefuses */
  price(runs: readonly PriceRun[]): Promise<PricesDecision["decisions"]> {
    return this.#submitFacts(runs.reduce((sum, { closes }) => sum + closes.length, 0), (ledger) => ({ answer: ledger.price(runs), touched: [] }));
  }

  /** Takes events one after the other; what each came to. @throws ServiceRefuses */
  take(events: readonly EventReport[]): Promise<EventDecision[]> {
    return this.#submitFacts(events.length, (ledger) => {
      const marked = events.some((event) => event.type === "moved" && event.cost === undefined) ? this.#markHeld(ledger) : []; // such a deposit is worth the mark of record
      const decisions = ledger.take(events);
      return { answer: decisions, isPast: events.some(({ type }) => !OF_NOW.has(type)), touched: marked.length > 0 ? [{ all: true }] : events.flatMap((event, i) => (decisions[i]!.is === "news" ? [touchedBy(event, ledger.folded.known.renames.length > 0)] : [])) };
    });
  }

  /** Takes what is reported of pairs, each report whole or not at all; what each came to. @param accounts of whoever reports; undefined: all @throws ServiceRefuses */
  pair(reports: readonly PairReport[], acknowledge: Acknowledgement = this.#options.acknowledge ?? "durable", accounts?: ReadonlySet<string>): Promise<BookedPair[]> {
    return this.#submitFacts(reports.length, (ledger) => ({ answer: ledger.pairFor(accounts, reports), touched: [] }), { acknowledge, areFills: true });
  }

  /** Looks at the ledger at a moment when all it holds is acknowledged. @throws ServiceRefuses while there is none */
  async read<T>(look: (ledger: Ledger) => T): Promise<T> {
    await this.#loop?.quiet();
    return look(this.#mustHold());
  }

  /**
   * The same at a moment when all it holds is on disk, buffered fills too: for those who tell others what must stay true after
   * a crash. While there is no space for buffered fills it waits. @throws ServiceRefuses also when a failed write leaves that unknown
   */
  async readDurable<T>(look: (ledger: Ledger) => T): Promise<T> {
    await this.#loop?.durable();
    return look(this.#mustHold());
  }

  /** Has a listener told of every commit once it is acknowledged. Returns what ends that. */
  onCommit(tell: (commit: Commit) => void): () => void {
    this.#listeners.add(tell);
    return () => void this.#listeners.delete(tell);
  }

  /** Writes into the lock file where this service answers, and how it lets its owner in, so that commands find it. */
  announce(address: string, key?: ServiceKey): void {
    this.#mustHold().announce(address, key);
  }

  /**
   * Takes nothing more, answers what it took, and lets go of the folder once all is on disk.
   * @throws JournalWriteFailed when buffered fills could not be written: they are lost
   */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    const wasWriting = this.state === "ready";
    this.#standing.turn("stopping", "the service stops");
    await this.ready.catch(() => undefined);
    await this.#loop?.drained();
    clearTimeout(this.#marking);
    await this.#snapshots?.stop();
    try {
      if (wasWriting) this.#lastMarks();
      await this.#loop?.close(wasWriting);
      if (wasWriting) await this.#lastSnapshot();
    } finally {
      await this.#options.beforeRelease?.().catch(() => undefined);
      this.#ledger?.close();
      this.#standing.turn("stopped", "the service has stopped");
    }
  }

  async #recover(): Promise<Recovery> {
    await this.#options.after;
    const begun = performance.now();
    let read = 0;
    const ledger = await inSlices(Ledger.recover(this.#options), (seq) => {
      if (this.state === "stopping") throw new ServiceRefuses("stopping", "the service was stopped before the journal was read");
      read = Math.max(read, seq);
      this.#standing.turn("recovering", `the journal is being read: ${read.toLocaleString("en-US")} entries so far`);
    });
    this.#ledger = ledger;
    ledger.writesLater = false;
    this.#loop = this.#loopAround(ledger);
    const { snapshotSeq, notes } = ledger.recovered;
    const { dataDir, snapshotEntries: everyEntries = SNAPSHOT_ENTRIES, snapshotProgram: program, onSnapshot: tell = () => undefined } = this.#options;
    this.#snapshots = new SnapshotKeeper({ dataDir, everyEntries, program, tell }, snapshotSeq);
    if (this.state === "recovering") {
      this.#standing.turn("ready", undefined);
      this.#snapshots.reached(ledger.durableThrough);
    }
    return { entries: ledger.seq, snapshotSeq, replayed: ledger.seq - snapshotSeq, milliseconds: performance.now() - begun, report: ledger.openReport, notes };
  }

  #loopAround(ledger: Ledger): CommitLoop {
    const { inboxFills, quickSyncMs, flushIntervalMs, onMeasure: measure = () => undefined, onFatal: fatal = () => undefined } = this.#options;
    return new CommitLoop(ledger, this.#standing, {
      inboxFills, quickSyncMs, flushIntervalMs, measure, fatal,
      dayBeganNs: () => this.#dayBeganNs(),
      committed: (commit) => { for (const tell of this.#listeners) tell(commit); },
      onDisk: (seq) => this.#snapshots?.reached(seq),
    });
  }

  /** Marks that are held count at a stop. Without space they are lost: that keeps no buffered fill from being written. */
  #lastMarks(): void {
    try {
      if (this.#ledger !== undefined && !this.#standing.hasFailed) this.#markHeld(this.#ledger);
    } catch (error) {
      if (!(error instanceof JournalWriteFailed)) throw error;
    }
  }

  /** So that the next start reads little. */
  async #lastSnapshot(): Promise<void> {
    const ledger = this.#ledger;
    if (ledger === undefined || ledger.seq - (this.#snapshots?.last ?? 0) < SNAPSHOT_AT_STOP) return;
    const begun = performance.now();
    const tell = this.#options.onSnapshot;
    try {
      const written = await inSlices(ledger.snapshot());
      tell?.({ ...written, milliseconds: performance.now() - begun });
    } catch (error) {
      tell?.({ failed: (error as Error).message });
    }
  }

  #submitFacts<T>(rows: number, take: (ledger: Ledger) => { readonly answer: T; readonly touched: readonly Touched[]; readonly isPast?: boolean }, fills: Pick<WaitingFacts, "acknowledge" | "areFills"> = {}): Promise<T> {
    return new Promise((done, failed) =>
      this.#submit({
        kind: "facts",
        ...fills,
        rows,
        sinceMs: performance.now(),
        take: (ledger) => {
          const { answer, touched, isPast } = take(ledger);
          return { touched, isPast, done: () => done(answer) };
        },
        failed,
      }),
    );
  }

  #submit(waiting: Waiting): void {
    if (this.state === "ready") this.#loop!.submit(waiting);
    else waiting.failed(this.#standing.refusal);
  }

  #mustHold(): Ledger {
    if (this.#ledger === undefined || this.state === "stopped") throw this.#standing.refusal;
    return this.#ledger;
  }

  #dayBeganNs(): bigint {
    const nowNs = this.#options.clock.nowNs();
    return nowNs - (nowNs % DAY_NS);
  }
}

/** Whether a mark is of a day before today: it changes what the book was worth then. */
function hasOlderMark(marks: readonly Mark[], todayNs: bigint): boolean {
  return marks.some(({ timeNs }) => timeNs < todayNs);
}

function touchedByMarks(marks: readonly Mark[]): Touched[] {
  return marks.length === 0 ? [] : [{ symbols: [...new Set(marks.map(({ symbol }) => symbol))], rates: true }];
}
