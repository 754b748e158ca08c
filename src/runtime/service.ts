import { setImmediate as turn } from "node:timers/promises";
import type { PairReport } from "../core/pairs/index.ts";
import type { Directory, FillColumns, Instrument, Mark } from "../core/model/index.ts";
import { touchedBy, type BookedPair, type Steps, type DefinitionDecision, type EventDecision, type EventReport, type PriceRun, type PricesDecision, type Touched } from "../core/engine/index.ts";
import { JournalWriteFailed, SegmentAway, SnapshotDamaged, type OpenReport, type ServiceKey } from "../journal/index.ts";
import { partsOf, takeFills, type Taken } from "./group.ts";
import { Inbox, weight, type Waiting, type WaitingFacts, type WaitingFills } from "./inbox.ts";
import { Ledger, type LedgerOptions } from "./ledger.ts";
import { MarkKeeper } from "./mark-keeper.ts";
import type { Acknowledgement, FillsOutcome } from "./outcome.ts";
import { ServiceRefuses } from "./service-refuses.ts";
import { SnapshotKeeper, type SnapshotOutcome } from "./snapshot-keeper.ts";
import { stateHash } from "./state-hash.ts";

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
/** queue: from submission to decision; append: decided, written and booked; sync: the wait for the disk; acknowledge: from submission to answer. */
export type Measure = "queue" | "append" | "sync" | "acknowledge";

/** How the service came up. */
export interface Recovery {
  readonly entries: number; // of the journal
  readonly snapshotSeq: number; // the last entry that a snapshot knew; 0 when all were folded
  readonly replayed: number; // entries that were folded
  readonly milliseconds: number;
  readonly report: OpenReport;
  readonly notes: readonly string[]; // about snapshots that were not used, and why
}
/** Entries from … to were acknowledged, and this is what they touched. */
export interface Commit {
  readonly from: number;
  readonly to: number; // from − 1 when nothing was journaled: live marks
  readonly touched: readonly Touched[];
  /** Whether something of it may change what the book was on days before: all but marks, and fills of the day. */
  readonly isPast: boolean;
}
export type ServiceState = "recovering" | "ready" | "read_only" | "stopping" | "stopped";

/** So long recovery keeps the event loop, in milliseconds. */
const SLICE_MS = 10;
/** A sync that takes less is waited for in this thread: handing it to another one can cost a time slice of the system. */
const QUICK_SYNC_MS = 1;
const SYNCS_REMEMBERED = 8;
const FLUSH_INTERVAL_MS = 100;
const MARKS_EVERY_NS = 60_000_000_000n;
const INBOX_FILLS = 262_144;
const SNAPSHOT_ENTRIES = 1_000_000;
/** So many entries since the last snapshot are worth one when the service stops. */
const SNAPSHOT_AT_STOP = 5_000;

const DAY_NS = 86_400_000_000_000n;
/** Events that say nothing of what was held, or put in, on days before. */
const OF_NOW: ReadonlySet<EventReport["type"]> = new Set<EventReport["type"]>(["limit", "limited", "breach", "breached", "trip", "tripped", "release", "reset", "probe", "probed"]);

/** Events of which only the first were written before there was no space: they were refused together, and changed the book. */
const takenInPart = ({ sinceMs }: Waiting): Taken => ({ touched: [{ all: true }], sinceMs, areFills: false, isPast: true, done: () => undefined, failed: () => undefined });

/**
 * The one loop around a ledger: takes what is submitted in its order, decides and writes what waits as one group, waits
 * for the disk once for all of it, answers, tells who listens. Whoever reads sees only what was acknowledged.
 */
export class Service {
  /** Resolved once the book is recovered; rejected when it cannot be: JournalLocked, JournalCorrupt, CurrencyFixed. */
  readonly ready: Promise<Recovery>;
  readonly #options: ServiceOptions;
  readonly #inbox: Inbox;
  readonly #listeners = new Set<(commit: Commit) => void>();
  readonly #marks: MarkKeeper;
  #marking: NodeJS.Timeout | undefined;
  #ledger: Ledger | undefined;
  #snapshots: SnapshotKeeper | undefined;
  #state: ServiceState = "recovering";
  #reason: string | undefined = "the journal is being read";
  #seq = 0; // the last acknowledged entry
  readonly #looks: (() => void)[] = []; // reads that wait for the end of a commit
  readonly #durableLooks: (() => void)[] = []; // those that wait until all is on disk, too
  #running: Promise<void> | undefined; // the loop, while there is something to do
  #flushing: NodeJS.Timeout | undefined;
  #isFlushDue = false;
  #syncMs = QUICK_SYNC_MS; // what syncs have taken of late
  #hasFailed = false; // nothing is taken or acknowledged any more
  #stopping: Promise<void> | undefined;

  private constructor(options: ServiceOptions) {
    this.#options = options;
    this.#inbox = new Inbox(options.inboxFills ?? INBOX_FILLS);
    this.#marks = new MarkKeeper(options.marksEveryNs ?? MARKS_EVERY_NS, options.realTimeUpdates ?? true);
    this.ready = this.#recover();
    this.ready.catch(() => undefined); // whoever waits for it is told; nobody has to
  }

  /** Begins to recover the book of a data folder, in slices, and returns at once. */
  static begin(options: ServiceOptions): Service {
    return new Service(options);
  }

  get state(): ServiceState {
    return this.#state;
  }
  /** Why it takes no writes; undefined when it does. */
  get reason(): string | undefined {
    return this.#reason;
  }
  /** The last acknowledged entry. */
  get seq(): number {
    return this.#seq;
  }
  /** The last entry that is on disk: buffered ones are acknowledged before. */
  get durableThrough(): number {
    return this.#ledger?.durableThrough ?? 0;
  }
  /** Submitted rows that wait. */
  get waiting(): number {
    return this.#inbox.size;
  }

  hasRoom(fills: number): boolean {
    return this.#inbox.hasRoom(fills);
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
      return { answer: count, isPast: hasOlderMark(record, this.#todayNs()), touched: touchedByMarks([...record, ...live]) };
    });
  }

  /** Has the marks that are held journaled when their interval is over. */
  #markSoon(): void {
    if (this.#state !== "ready") return;
    this.#marking ??= setTimeout(() => {
      this.#marking = undefined;
      this.#submitFacts(this.#marks.held.length, (ledger) => {
        const isPast = hasOlderMark(this.#marks.held, this.#todayNs()); // the last ones of yesterday, after midnight
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

  /** Takes what is reported of pairs, each report whole or not at all; what each came to. @throws ServiceRefuses */
  pair(reports: readonly PairReport[], acknowledge: Acknowledgement = this.#options.acknowledge ?? "durable"): Promise<BookedPair[]> {
    return this.#submitFacts(reports.length, (ledger) => ({ answer: ledger.pair(reports), touched: [] }), { acknowledge, areFills: true });
  }

  /** Looks at the ledger at a moment when all it holds is acknowledged. @throws ServiceRefuses while there is none */
  async read<T>(look: (ledger: Ledger) => T): Promise<T> {
    if (this.#running !== undefined) await new Promise<void>((done) => this.#looks.push(done));
    return look(this.#mustHold());
  }

  /**
   * The same at a moment when all it holds is on disk, buffered fills too: for those who tell others what must stay true after
   * a crash. While there is no space for buffered fills it waits. @throws ServiceRefuses also when a failed write leaves that unknown
   */
  async readDurable<T>(look: (ledger: Ledger) => T): Promise<T> {
    if (this.#running !== undefined || (!this.#isOnDisk && !this.#hasFailed)) await new Promise<void>((done) => this.#durableLooks.push(done));
    if (this.#hasFailed && !this.#isOnDisk) throw this.#refusal();
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
    const wasWriting = this.#state === "ready";
    this.#turn("stopping", "the service stops");
    await this.ready.catch(() => undefined);
    await this.#running;
    this.#cancelFlush();
    clearTimeout(this.#marking);
    await this.#snapshots?.stop();
    try {
      if (wasWriting) this.#lastMarks();
      if (wasWriting) await this.#ledger?.syncLater();
      if (wasWriting) this.#seq = this.#ledger?.seq ?? 0;
      for (const look of this.#durableLooks.splice(0)) look();
      if (wasWriting) await this.#lastSnapshot();
    } finally {
      await this.#options.beforeRelease?.().catch(() => undefined);
      this.#ledger?.close();
      this.#turn("stopped", "the service has stopped");
    }
  }

  async #recover(): Promise<Recovery> {
    await this.#options.after;
    const begun = performance.now();
    await turn();
    let read = 0;
    const ledger = await inSlices(Ledger.recover(this.#options), (seq) => {
      if (this.state === "stopping") throw new ServiceRefuses("stopping", "the service was stopped before the journal was read");
      read = Math.max(read, seq);
      this.#reason = `the journal is being read: ${read.toLocaleString("en-US")} entries so far`;
    });
    this.#ledger = ledger;
    ledger.writesLater = false;
    this.#seq = ledger.seq;
    const { snapshotSeq, notes } = ledger.recovered;
    const { dataDir, snapshotEntries: everyEntries = SNAPSHOT_ENTRIES, snapshotProgram: program, onSnapshot: tell = () => undefined } = this.#options;
    this.#snapshots = new SnapshotKeeper({ dataDir, everyEntries, program, tell }, snapshotSeq);
    if (this.state === "recovering") {
      this.#turn("ready", undefined);
      this.#snapshots.reached(ledger.durableThrough);
    }
    return { entries: ledger.seq, snapshotSeq, replayed: ledger.seq - snapshotSeq, milliseconds: performance.now() - begun, report: ledger.openReport, notes };
  }

  /** Marks that are held count at a stop. Without space they are lost: that keeps no buffered fill from being written. */
  #lastMarks(): void {
    try {
      if (this.#ledger !== undefined && !this.#hasFailed) this.#markHeld(this.#ledger);
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
      const written = await inSlices(ledger.snapshot(), () => undefined);
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
    if (this.#state !== "ready") return waiting.failed(this.#refusal());
    if (!this.#inbox.hasRoom(weight(waiting))) {
      return waiting.failed(new ServiceRefuses("overloaded", `${this.#inbox.size.toLocaleString("en-US")} rows wait already: send it again in a moment`));
    }
    this.#inbox.add(waiting);
    this.#wake();
  }

  #wake(): void {
    this.#running ??= this.#run();
  }

  /** Commits group after group while anything waits. */
  async #run(): Promise<void> {
    await turn(); // so that all that comes with this turn of the event loop is committed together
    while (this.#isFlushDue || !this.#inbox.isEmpty) {
      try {
        if (this.#isFlushDue) await this.#flush();
        else await this.#commit(this.#inbox.next());
      } catch (error) {
        this.#fail(error as Error);
      }
      for (const look of this.#looks.splice(0)) look();
      if (this.#isOnDisk || this.#hasFailed) for (const look of this.#durableLooks.splice(0)) look();
      if (!this.#inbox.isEmpty) await turn(); // what came meanwhile has to be read, and answers sent
    }
    this.#running = undefined;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const ledger = this.#ledger!;
    const from = ledger.seq + 1;
    const begun = performance.now();
    for (const { sinceMs } of group) this.#measure("queue", begun - sinceMs);
    const isBuffered = group.every(({ acknowledge }) => acknowledge === "buffered");
    const taken: Taken[] = [];
    for (const part of partsOf(group)) taken.push(...this.#take(ledger, part, isBuffered));
    this.#measure("append", performance.now() - begun);
    if (isBuffered) this.#flushSoon();
    else await this.#sync(ledger);
    if (this.#hasFailed) return taken.forEach(({ failed }) => failed(this.#refusal()));
    this.#seq = ledger.seq;
    const now = performance.now();
    const isOnDisk = ledger.durableThrough >= ledger.seq; // else buffered fills wait for space, and a duplicate of one is not
    for (const { done, failed, sinceMs, areFills } of taken) {
      this.#measure("acknowledge", now - sinceMs);
      if (isBuffered || isOnDisk || !areFills) done();
      else failed(new ServiceRefuses("no_space", "there is no space: buffered fills wait, and this may repeat one of them. Send it again later"));
    }
    const touched = taken.flatMap((one) => one.touched);
    const isPast = taken.some((one) => one.isPast === true);
    if (touched.length > 0 || this.#seq >= from) for (const tell of this.#listeners) tell({ from, to: this.#seq, touched, isPast });
  }

  /** Decides and books one part of a group; what cannot be written is refused. */
  #take(ledger: Ledger, part: readonly WaitingFills[] | WaitingFacts, later: boolean): Taken[] {
    const all = "kind" in part ? [part] : part;
    const seqBefore = ledger.seq;
    try {
      if (this.#hasFailed) throw this.#refusal();
      ledger.writesLater = later;
      return "kind" in part ? [{ ...part.take(ledger), sinceMs: part.sinceMs, failed: part.failed, areFills: part.areFills === true }] : takeFills(ledger, part, this.#todayNs());
    } catch (error) {
      if (error instanceof JournalWriteFailed && error.code === "no_space") {
        for (const { failed } of all) failed(new ServiceRefuses("no_space", error.message));
        return ledger.seq === seqBefore ? [] : [takenInPart(all[0]!)];
      }
      if (error instanceof SegmentAway) {
        if (!("kind" in part) && part.length > 1) return part.flatMap((one) => this.#take(ledger, [one], later)); // only those that ask for it
        for (const { failed } of all) failed(new ServiceRefuses("archived", error.message));
        return ledger.seq === seqBefore ? [] : [takenInPart(all[0]!)];
      }
      this.#fail(error as Error);
      for (const { failed } of all) failed(this.#refusal());
      return [];
    }
  }

  /** Has all that was taken on disk. */
  async #sync(ledger: Ledger): Promise<void> {
    const begun = performance.now();
    try {
      if (this.#syncMs < (this.#options.quickSyncMs ?? QUICK_SYNC_MS)) ledger.sync();
      else await ledger.syncLater();
    } catch (error) {
      if (error instanceof JournalWriteFailed && error.code === "no_space") return this.#flushSoon(); // buffered fills: they are kept
      return this.#fail(error as Error);
    }
    this.#syncMs += (performance.now() - begun - this.#syncMs) / SYNCS_REMEMBERED;
    this.#measure("sync", performance.now() - begun);
    this.#cancelFlush();
    this.#snapshots?.reached(ledger.durableThrough);
  }

  async #flush(): Promise<void> {
    this.#isFlushDue = false;
    if (!this.#hasFailed) await this.#sync(this.#ledger!);
  }

  #flushSoon(): void {
    this.#flushing ??= setTimeout(() => {
      this.#flushing = undefined;
      this.#isFlushDue = true;
      this.#wake();
    }, this.#options.flushIntervalMs ?? FLUSH_INTERVAL_MS);
  }

  #cancelFlush(): void {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    this.#isFlushDue = false;
  }

  /** A failed write or sync, or a bug: from here on nothing is taken, and nothing of what is under way is acknowledged. */
  #fail(error: Error): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#turn("read_only", error.message);
    if (error instanceof JournalWriteFailed || error instanceof SnapshotDamaged || error instanceof ServiceRefuses) return;
    const { folded } = this.#ledger!;
    this.#options.onFatal?.(new Error(`a bug was found at entry ${folded.seq + 1}, state hash ${stateHash(folded)}: ${error.message}`, { cause: error }));
  }

  #turn(state: ServiceState, reason: string | undefined): void {
    this.#state = state;
    this.#reason = reason;
  }

  #refusal(): ServiceRefuses {
    const code = this.#hasFailed ? "unknown" : this.#state === "recovering" ? "recovering" : "stopping";
    return new ServiceRefuses(code, this.#reason ?? "the service takes no writes");
  }

  get #isOnDisk(): boolean {
    return this.#ledger === undefined || this.#ledger.durableThrough >= this.#ledger.seq;
  }

  #mustHold(): Ledger {
    if (this.#ledger === undefined || this.#state === "stopped") throw this.#refusal();
    return this.#ledger;
  }

  #todayNs(): bigint {
    const nowNs = this.#options.clock.nowNs();
    return nowNs - (nowNs % DAY_NS);
  }

  #measure(what: Measure, milliseconds: number): void {
    this.#options.onMeasure?.(what, milliseconds);
  }
}

/** Whether a mark is of a day before today: it changes what the book was worth then. */
function hasOlderMark(marks: readonly Mark[], todayNs: bigint): boolean {
  return marks.some(({ timeNs }) => timeNs < todayNs);
}

function touchedByMarks(marks: readonly Mark[]): Touched[] {
  return marks.length === 0 ? [] : [{ symbols: [...new Set(marks.map(({ symbol }) => symbol))], rates: true }];
}

/** Takes steps in slices, between which the program does other things. @param between told how far it is; when it throws, the steps end */
async function inSlices<T>(steps: Steps<T>, between: (step: number) => void): Promise<T> {
  for (let slice = performance.now(); ; ) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - slice < SLICE_MS) continue;
    try {
      between(step.value);
    } catch (error) {
      steps.return(undefined as never);
      throw error;
    }
    await turn();
    slice = performance.now();
  }
}
