import { setImmediate as turn } from "node:timers/promises";
import type { Touched } from "../core/engine/index.ts";
import { JournalWriteFailed, SegmentAway, SnapshotDamaged } from "../journal/index.ts";
import { partsOf, takeFills, type Taken } from "./group.ts";
import { Inbox, weight, type Waiting, type WaitingFacts, type WaitingFills } from "./inbox.ts";
import type { Ledger } from "./ledger.ts";
import { ServiceRefuses } from "./service-refuses.ts";
import type { Standing } from "./standing.ts";
import { stateHash } from "./state-hash.ts";

/** queue: from submission to decision; append: decided, written and booked; sync: the wait for the disk; acknowledge: from submission to answer. */
export type Measure = "queue" | "append" | "sync" | "acknowledge";

/** Entries from … to were acknowledged, and this is what they touched. */
export interface Commit {
  readonly from: number;
  readonly to: number; // from − 1 when nothing was journaled: live marks
  readonly touched: readonly Touched[];
  /** Whether something of it may change what the book was on days before: all but marks, and fills of the day. */
  readonly isPast: boolean;
}

export interface CommitLoopOptions {
  readonly inboxFills?: number | undefined;
  readonly quickSyncMs?: number | undefined;
  readonly flushIntervalMs?: number | undefined;
  readonly dayBeganNs: () => bigint;
  readonly measure: (what: Measure, milliseconds: number) => void;
  readonly committed: (commit: Commit) => void;
  readonly onDisk: (seq: number) => void; // told of the last entry of a block
  readonly fatal: (error: Error) => void; // a bug
}

/** A sync that takes less is waited for in this thread: handing it to another one can cost a time slice of the system. */
const QUICK_SYNC_MS = 1;
const SYNCS_REMEMBERED = 8;
/** A sync counts as no slower than so many quick ones: a single stall says nothing of the next sync, a slow disk is slow every time. */
const SLOW_COUNTS = 2;
const FLUSH_INTERVAL_MS = 100;
const INBOX_FILLS = 262_144;

/** Events of which only the first were written before there was no space: they were refused together, and changed the book. */
const takenInPart = ({ sinceMs }: Waiting): Taken => ({ touched: [{ all: true }], sinceMs, areFills: false, isPast: true, done: () => undefined, failed: () => undefined });

/**
 * The one loop around a ledger: takes what is submitted in its order, decides and writes what waits as one group, waits
 * for the disk once for all of it, answers, tells who listens.
 */
export class CommitLoop {
  readonly #ledger: Ledger;
  readonly #standing: Standing;
  readonly #options: CommitLoopOptions;
  readonly #inbox: Inbox;
  #seq: number;
  readonly #looks: (() => void)[] = []; // reads that wait for the end of a commit
  readonly #durableLooks: (() => void)[] = []; // those that wait until all is on disk, too
  #running: Promise<void> | undefined; // while there is something to do
  #flushing: NodeJS.Timeout | undefined;
  #isFlushDue = false;
  #syncMs = QUICK_SYNC_MS; // what syncs have taken of late

  constructor(ledger: Ledger, standing: Standing, options: CommitLoopOptions) {
    this.#ledger = ledger;
    this.#standing = standing;
    this.#options = options;
    this.#inbox = new Inbox(options.inboxFills ?? INBOX_FILLS);
    this.#seq = ledger.seq;
  }

  /** The last acknowledged entry. */
  get seq(): number {
    return this.#seq;
  }
  /** Submitted rows that wait. */
  get waiting(): number {
    return this.#inbox.size;
  }

  hasRoom(fills: number): boolean {
    return this.#inbox.hasRoom(fills);
  }

  /** Resolved at a moment when all that the ledger holds is acknowledged. */
  async quiet(): Promise<void> {
    if (this.#running !== undefined) await new Promise<void>((done) => this.#looks.push(done));
  }

  /** The same when all of it is on disk, buffered fills too. @throws ServiceRefuses when a failed write leaves that unknown */
  async durable(): Promise<void> {
    if (this.#running !== undefined || (!this.#isOnDisk && !this.#standing.hasFailed)) await new Promise<void>((done) => this.#durableLooks.push(done));
    if (this.#standing.hasFailed && !this.#isOnDisk) throw this.#standing.refusal;
  }

  /** Resolved when all that was submitted is answered. */
  async drained(): Promise<void> {
    await this.#running;
    this.#cancelFlush();
  }

  /** Has the disk hold all of a drained loop, whose ledger has taken more meanwhile. @throws JournalWriteFailed */
  async close(isWriting: boolean): Promise<void> {
    if (isWriting) await this.#ledger.syncLater();
    if (isWriting) this.#seq = this.#ledger.seq;
    for (const look of this.#durableLooks.splice(0)) look();
  }

  submit(waiting: Waiting): void {
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
      if (this.#isOnDisk || this.#standing.hasFailed) for (const look of this.#durableLooks.splice(0)) look();
      if (!this.#inbox.isEmpty) await turn(); // what came meanwhile has to be read, and answers sent
    }
    this.#running = undefined;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const ledger = this.#ledger;
    const from = ledger.seq + 1;
    const begun = performance.now();
    for (const { sinceMs } of group) this.#options.measure("queue", begun - sinceMs);
    const isBuffered = group.every(({ acknowledge }) => acknowledge === "buffered");
    const taken: Taken[] = [];
    for (const part of partsOf(group)) taken.push(...this.#take(ledger, part, isBuffered));
    this.#options.measure("append", performance.now() - begun);
    if (isBuffered) this.#flushSoon();
    else await this.#sync(ledger);
    if (this.#standing.hasFailed) return taken.forEach(({ failed }) => failed(this.#standing.refusal));
    this.#seq = ledger.seq;
    const now = performance.now();
    const isOnDisk = ledger.durableThrough >= ledger.seq; // else buffered fills wait for space, and a duplicate of one is not
    for (const { done, failed, sinceMs, areFills } of taken) {
      this.#options.measure("acknowledge", now - sinceMs);
      if (isBuffered || isOnDisk || !areFills) done();
      else failed(new ServiceRefuses("no_space", "there is no space: buffered fills wait, and this may repeat one of them. Send it again later"));
    }
    const touched = taken.flatMap((one) => one.touched);
    const isPast = taken.some((one) => one.isPast === true);
    if (touched.length > 0 || this.#seq >= from) this.#options.committed({ from, to: this.#seq, touched, isPast });
  }

  /** Decides and books one part of a group; what cannot be written is refused. */
  #take(ledger: Ledger, part: readonly WaitingFills[] | WaitingFacts, later: boolean): Taken[] {
    const all = "kind" in part ? [part] : part;
    const seqBefore = ledger.seq;
    try {
      if (this.#standing.hasFailed) throw this.#standing.refusal;
      ledger.writesLater = later;
      return "kind" in part ? [{ ...part.take(ledger), sinceMs: part.sinceMs, failed: part.failed, areFills: part.areFills === true }] : takeFills(ledger, part, this.#options.dayBeganNs());
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
      for (const { failed } of all) failed(this.#standing.refusal);
      return [];
    }
  }

  /** Has all that was taken on disk. */
  async #sync(ledger: Ledger): Promise<void> {
    const begun = performance.now();
    const quickMs = this.#options.quickSyncMs ?? QUICK_SYNC_MS;
    try {
      if (this.#syncMs < quickMs) ledger.sync();
      else await ledger.syncLater();
    } catch (error) {
      if (error instanceof JournalWriteFailed && error.code === "no_space") return this.#flushSoon(); // buffered fills: they are kept
      return this.#fail(error as Error);
    }
    const tookMs = performance.now() - begun;
    this.#syncMs += (Math.min(tookMs, SLOW_COUNTS * quickMs) - this.#syncMs) / SYNCS_REMEMBERED;
    this.#options.measure("sync", tookMs);
    this.#cancelFlush();
    this.#options.onDisk(ledger.durableThrough);
  }

  async #flush(): Promise<void> {
    this.#isFlushDue = false;
    if (!this.#standing.hasFailed) await this.#sync(this.#ledger);
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
    if (this.#standing.hasFailed) return;
    this.#standing.fail(error.message);
    if (error instanceof JournalWriteFailed || error instanceof SnapshotDamaged || error instanceof ServiceRefuses) return;
    const { folded } = this.#ledger;
    this.#options.fatal(new Error(`a bug was found at entry ${folded.seq + 1}, state hash ${stateHash(folded)}: ${error.message}`, { cause: error }));
  }

  get #isOnDisk(): boolean {
    return this.#ledger.durableThrough >= this.#ledger.seq;
  }
}
