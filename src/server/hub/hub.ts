import { changesFrame, LiveRisk, LiveRows, snapshotFrame, snapshotPart, type AccountScope, type Change, type Frame, type FrameHead, type RowBytes, type Since, type Subscription } from "../../core/wire/index.ts";
import { touchesNone, type Touched } from "../../core/engine/index.ts";
import { ServiceRefuses, type Clock, type Commit, type Ledger, type Service } from "../../runtime/index.ts";
import type { Metrics } from "../metrics.ts";
import { watcherOf, type Connection, type Watcher } from "./watcher.ts";

export interface HubOptions {
  readonly service: Service;
  readonly clock: Clock;
  readonly marksMaxAgeNs: bigint | undefined;
  readonly metrics: Metrics;
  readonly run: string;
  readonly tickMs?: number; // 25
  readonly mostQueuedBytes?: number; // of a watcher; one that has more is slow; 1 MB
  readonly partBytes?: number; // of a snapshot's part, about; 256 KB
  readonly onError: (error: unknown) => void;
}

const TICK_MS = 25;
const MOST_QUEUED_BYTES = 1 << 20;
const PART_BYTES = 256 * 1024;
/** So long one turn renders rows, in milliseconds: fills and answers go on between turns. */
const RENDER_MS = 10;
/** A tick that has begun ends by then, however much comes meanwhile. */
const LONGEST_TICK_MS = 1_000;
/** Beyond this share of a book's rows a snapshot is shorter than what has changed. */
const SNAPSHOT_SHARE = 0.5;
/** Rows are kept up to date for so long after the last watcher has gone. */
const IDLE_MS = 30_000;
/** What a WebSocket is closed with that should be tried again later. */
const TRY_LATER = 1013;
/** A timer reaches no further. */
const FURTHEST_MS = 60_000;

/**
 * Tells every watcher of the stream what changes, tick by tick. Rows are rendered once, frames are made once for all who
 * want the same and stand at the same place, and nothing is queued for a watcher that is slow: it gets what it missed,
 * put together, once it has taken what it was sent.
 */
export class Hub {
  readonly #options: HubOptions;
  readonly #watchers = new Set<Watcher>();
  readonly #tickMs: number;
  readonly #mostQueued: number;
  readonly #unsubscribe: () => void;
  #rows: LiveRows | undefined;
  #risk = new LiveRisk();
  #touched: Touched[] = [];
  #routes = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #dueAt = 0;
  #isTicking = false;
  #idleSince = 0;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#tickMs = options.tickMs ?? TICK_MS;
    this.#mostQueued = options.mostQueuedBytes ?? MOST_QUEUED_BYTES;
    this.#unsubscribe = options.service.onCommit((commit) => this.#note(commit));
  }

  get watchers(): number {
    return this.#watchers.size;
  }
  /** How many entries the stream is behind the book. */
  get lag(): number {
    return this.#rows === undefined ? 0 : Math.max(0, this.#options.service.seq - this.#rows.seq);
  }
  /** Bytes that were sent to watchers and not taken by the system yet. */
  get queuedBytes(): number {
    let bytes = 0;
    for (const { connection } of this.#watchers) bytes += connection.bufferedAmount;
    return bytes;
  }
  /** Whether a watcher has not taken so much that it would get nothing more now. */
  get isFull(): boolean {
    for (const { connection } of this.#watchers) if (connection.bufferedAmount > this.#mostQueued) return true;
    return false;
  }
  /** Whether a watcher is slow, or waits for its first answer. */
  get isBehind(): boolean {
    const tick = this.#rows?.tick;
    for (const { place } of this.#watchers) if (place.at !== "tick" || place.tick !== tick) return true;
    return false;
  }

  /** Begins to tell a connection what it wants, and never more than of the accounts it is bound to. What is returned ends that. */
  watch(connection: Connection, wants: Subscription, bound?: AccountScope): () => void {
    const watcher = watcherOf(connection, wants, this.#options.run, bound);
    this.#watchers.add(watcher);
    void this.#options.service.ready.then(() => this.#beginTicking(watcher)).catch(() => undefined); // that it cannot be recovered is told elsewhere
    return () => {
      this.#watchers.delete(watcher);
      this.#idleSince = performance.now();
    };
  }

  close(): void {
    this.#unsubscribe();
    clearTimeout(this.#timer);
    for (const { connection } of this.#watchers) connection.close(1001, "the service stops");
    this.#watchers.clear();
    this.#rows = undefined;
  }

  #beginTicking(watcher: Watcher): void {
    if (!this.#watchers.has(watcher)) return;
    this.#rows ??= this.#begin();
    this.#tickIn(0);
  }

  #begin(): LiveRows {
    this.#touched = [{ all: true }];
    this.#risk = new LiveRisk();
    return new LiveRows(this.#options.service.seq);
  }

  /** What is of no position is news of risk: a breach is told at once. */
  #note({ touched }: Commit): void {
    if (this.#rows === undefined) return;
    for (const one of touched) {
      if (one.routes === undefined) this.#touched.push(one);
      else for (const route of one.routes) this.#routes.add(route);
    }
    this.#tickIn(touched.some(touchesNone) ? 0 : this.#tickMs);
  }

  #tickIn(ms: number): void {
    if (this.#isTicking || this.#rows === undefined) return;
    const dueAt = performance.now() + ms;
    if (this.#timer !== undefined && this.#dueAt <= dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tick().catch((error: unknown) => this.#failed(error));
    }, ms);
    this.#timer.unref();
  }

  /** While nobody knows what is on disk nothing is told: watchers go, and come again after a restart. */
  #failed(error: unknown): void {
    if (!(error instanceof ServiceRefuses)) return this.#options.onError(error);
    for (const { connection } of this.#watchers) connection.close(TRY_LATER, "what the disk holds is unknown until the service is started again");
    this.#watchers.clear();
  }

  async #tick(): Promise<void> {
    const rows = this.#rows;
    if (rows === undefined) return;
    this.#isTicking = true;
    const deadline = performance.now() + LONGEST_TICK_MS;
    try {
      while (rows === this.#rows && !(await this.#options.service.readDurable((ledger) => this.#turn(rows, ledger, deadline)))) await new Promise((done) => setImmediate(done));
    } finally {
      this.#isTicking = false;
    }
    if (this.#watchers.size === 0 && performance.now() - this.#idleSince > IDLE_MS) this.#rows = undefined;
    this.#schedule(rows);
  }

  /** Renders for a while; once nothing is left, tells the watchers. True: the tick is over. */
  #turn(rows: LiveRows, { book, seq, folded }: Ledger, deadline: number): boolean {
    const begun = performance.now();
    const moment = { nowNs: this.#options.clock.nowNs(), maxAgeNs: this.#options.marksMaxAgeNs };
    const touched = this.#routes.size === 0 ? this.#touched : [...this.#touched, { routes: this.#routes }];
    this.#touched = [];
    this.#routes = new Set();
    rows.touch(book, touched, moment);
    if (!rows.render(book, moment, () => performance.now() - begun < RENDER_MS || begun > deadline)) return false;
    const change = rows.end(seq);
    this.#risk.end(folded.risk, rows.tick, seq);
    this.#tell(rows, change, moment.nowNs);
    return true;
  }

  /** Sees to it that the next tick comes when there is something to tell. */
  #schedule(rows: LiveRows): void {
    if (this.#rows !== rows) return;
    if (this.#touched.length > 0 || this.#routes.size > 0 || this.isBehind || this.lag > 0) return this.#tickIn(this.#tickMs);
    if (this.#watchers.size === 0) return this.#tickIn(IDLE_MS);
    if (rows.nextExpiryNs === undefined) return;
    const ms = Number((rows.nextExpiryNs - this.#options.clock.nowNs()) / 1_000_000n) + 1;
    this.#tickIn(Math.min(FURTHEST_MS, Math.max(this.#tickMs, ms)));
  }

  #tell(rows: LiveRows, change: Change, nowNs: bigint): void {
    const isNews = change.to > change.from || change.rows.length > 0;
    const shared = new Map<string, Buffer | undefined>();
    for (const watcher of this.#watchers) {
      if (watcher.connection.bufferedAmount > this.#mostQueued) {
        if (isNews && !watcher.isLate && watcher.place.at === "tick") {
          watcher.isLate = true;
          this.#options.metrics.conflations.inc();
        }
        continue;
      }
      if (watcher.place.at !== "tick" || watcher.place.tick !== rows.tick - 1) this.#catchUp(watcher, rows, nowNs);
      else {
        const frame = isNews ? this.#sharedFrame(shared, watcher, change, nowNs) : undefined;
        if (frame !== undefined) this.#send(watcher, frame);
        watcher.place = { at: "tick", tick: rows.tick, to: change.to };
      }
    }
  }

  /** The frame of this tick for all who want the same; undefined when it would say nothing. */
  #sharedFrame(shared: Map<string, Buffer | undefined>, { wants: { format }, accounts, isBound, scope }: Watcher, change: Change, nowNs: bigint): Buffer | undefined {
    if (shared.has(scope)) return shared.get(scope);
    const rows = accounts === undefined ? change.rows : change.rows.filter((row) => accounts.has(row.account));
    const isEmpty = rows.length === 0 && change.from === change.to; // risk changes with an entry
    const frame = isEmpty ? undefined : bufferOf(changesFrame({ format, isFirst: false, run: this.#options.run, nowNs }, change.from, change.to, rows, this.#risk.changed({ accounts, isBound })));
    shared.set(scope, frame);
    return frame;
  }

  /** Sends what a watcher has missed, as far as it can take it. */
  #catchUp(watcher: Watcher, rows: LiveRows, nowNs: bigint): void {
    const { place, accounts } = watcher;
    if (place.at === "tick" || place.at === "entry") {
      const since: Since = place.at === "tick" ? { tick: place.tick } : { seq: place.seq };
      const missed = rows.changedSince(since, accounts);
      if (missed !== undefined && missed.length <= Math.max(100, rows.count * SNAPSHOT_SHARE)) {
        const from = place.at === "tick" ? place.to : place.seq;
        if (missed.length > 0 || from !== rows.seq || watcher.isFirst) this.#send(watcher, bufferOf(changesFrame(this.#head(watcher, nowNs), from, rows.seq, missed, this.#risk.changedSince(since, watcher))));
        return this.#arrived(watcher, rows);
      }
    }
    if (place.at !== "snapshot") watcher.place = { at: "snapshot", sinceTick: rows.tick, rest: rows.all(accounts), parts: 0 };
    this.#sendParts(watcher, rows, nowNs);
  }

  /**
   * Sends parts of a snapshot until the watcher can take no more. The last part also has, once more, what changed since
   * the first: so all of it together is the book as it stands at the end of this tick.
   */
  #sendParts(watcher: Watcher, rows: LiveRows, nowNs: bigint): void {
    for (;;) {
      const { place, connection, accounts } = watcher;
      if (place.at !== "snapshot" || connection.bufferedAmount > this.#mostQueued) return;
      const { part, isLast } = partOf(place.rest, this.#options.partBytes ?? PART_BYTES);
      if (isLast) {
        const { positions, gone } = place.parts === 0 ? { positions: [], gone: [] } : rows.changedPositions(place.sinceTick, accounts);
        this.#send(watcher, bufferOf(snapshotFrame(this.#head(watcher, nowNs), rows.seq, [...part, ...positions], gone, this.#risk.all(watcher))));
        this.#options.metrics.snapshots.inc();
        return this.#arrived(watcher, rows);
      }
      this.#send(watcher, bufferOf(snapshotPart(this.#head(watcher, nowNs), part)));
      watcher.place = { ...place, parts: place.parts + 1 };
    }
  }

  #arrived(watcher: Watcher, rows: LiveRows): void {
    watcher.place = { at: "tick", tick: rows.tick, to: rows.seq };
    watcher.isLate = false;
  }

  #head({ wants, isFirst }: Watcher, nowNs: bigint): FrameHead {
    return { format: wants.format, isFirst, run: this.#options.run, nowNs };
  }

  #send(watcher: Watcher, frame: Buffer): void {
    this.#options.metrics.frames.inc();
    watcher.connection.send(frame);
    watcher.isFirst = false;
  }
}

function bufferOf(frame: Frame): Buffer {
  return typeof frame === "string" ? Buffer.from(frame) : Buffer.from(frame.buffer as ArrayBuffer, frame.byteOffset, frame.length);
}

/** The next positions of a snapshot, and whether they are the last. */
function partOf(rest: Iterator<RowBytes[]>, most: number): { readonly part: RowBytes[][]; readonly isLast: boolean } {
  const part: RowBytes[][] = [];
  for (let bytes = 0; bytes < most; ) {
    const next = rest.next();
    if (next.done === true) return { part, isLast: true };
    part.push(next.value);
    for (const { length } of next.value) bytes += length;
  }
  return { part, isLast: false };
}
