import { setImmediate as loopTurned, setTimeout as wait } from "node:timers/promises";
import { FileJournal } from "../journal/index.ts";
import type { Clock } from "../runtime/index.ts";
import type { Database, SqlRow, SqlValues } from "./database.ts";
import { writeOpportunities } from "./opportunity-rows.ts";
import { openStore } from "./open.ts";
import { openPostgres } from "./postgres.ts";
import { Projection, StoreMismatch } from "./projection.ts";
import { deleteOlder } from "./retention.ts";
import type { StoreNews, StoreOrder, StoreTask } from "./store-thread.ts";
import { beginWriting } from "./writing.ts";

/** While entries come, the sample of the period at hand is written so often, and not in less than so many times what it takes. */
const SAMPLE_MS = 1_000;
const SAMPLE_SHARE = 20;
/** Entries of a transaction: a stop waits for the one at hand, and one that never ends before the next kill would never be written. */
const EMBEDDED_AT_ONCE = 5_000;
const SERVER_AT_ONCE = 40_000;
/** A late fill, or a correction of an old one, brings rows back that are too old: they stay so long at most. */
const RETENTION_MS = 60_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

/** Opportunities that wait for a database that is away: the newest. */
const MOST_SEEN = 10_000;

type Ask = Extract<StoreOrder, { kind: "ask" }>;

/** Keeps the tables behind the journal, and answers questions about them. What fails is tried again: the book goes on meanwhile. */
export class FollowingStore {
  readonly #task: StoreTask;
  readonly #clock: Clock;
  readonly #tell: (news: StoreNews) => void;
  readonly #asked: Ask[] = [];
  readonly #seen = new Map<string, SqlValues>(); // rows of opportunities to be written, by id
  #through = 0;
  #isStopping = false;
  #isHalted = false;
  #wake: () => void = () => undefined;
  #retryMs = FIRST_RETRY_MS;
  #nextSample = 0;
  #nextRetention = 0;

  constructor(task: StoreTask, clock: Clock, tell: (news: StoreNews) => void) {
    this.#task = task;
    this.#clock = clock;
    this.#tell = tell;
  }

  take(order: StoreOrder): void {
    if (order.kind === "through") this.#through = Math.max(this.#through, order.seq);
    else if (order.kind === "ask") this.#asked.push(order);
    else if (order.kind === "saw") this.#see(order.opportunities);
    else {
      this.#isStopping = true;
      this.#isHalted ||= order.isNow;
    }
    this.#wake();
  }

  /** Returns once it was stopped, or when it can never go on. */
  async run(): Promise<void> {
    for (;;) {
      try {
        return await this.#session();
      } catch (error) {
        const isFinal = error instanceof StoreMismatch || this.#isStopping;
        this.#tell({ kind: "failed", text: (error as Error).message, isFinal });
        if (isFinal) return this.#refuseAll((error as Error).message);
      }
      this.#refuseAll("the database cannot be reached");
      await this.#sleep(this.#retryMs);
      this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
    }
  }

  async #session(): Promise<void> {
    const { url, dataDir } = this.#task;
    const db = await openStore(this.#task, (text) => this.#tell({ kind: "note", text }));
    let reader = db;
    try {
      if (url !== undefined) {
        if (!(await beginWriting(db))) throw new Error(`another Fillbook writes the tables of ${db.name}`);
        reader = await openPostgres(url);
      }
      const journal = FileJournal.open(dataDir, { write: false });
      try {
        const projection = await Projection.open(db, journal, { entriesAtOnce: url === undefined ? EMBEDDED_AT_ONCE : SERVER_AT_ONCE, ...this.#task });
        this.#tell({ kind: "open", name: db.name, seq: projection.seq });
        this.#retryMs = FIRST_RETRY_MS;
        await this.#follow(projection, journal, db, reader);
      } finally {
        journal.close();
      }
    } finally {
      if (reader !== db) await reader.close().catch(() => undefined);
      await db.close().catch(() => undefined);
    }
  }

  async #follow(projection: Projection, journal: FileJournal, db: Database, reader: Database): Promise<void> {
    for (;;) {
      await loopTurned(); // the embedded database answers without one: orders and timers would wait until nothing is left to write
      await this.#answer(reader, projection.seq);
      const through = this.#through;
      const isOnward = through > projection.seq && (await projection.advanceOnce(Math.min(through, journal.refresh() - 1)));
      if (isOnward) this.#tell({ kind: "at", seq: projection.seq });
      else await this.#sample(projection);
      await this.#writeSeen(db);
      await this.#retain(db);
      if (this.#isHalted) return;
      if (isOnward || this.#asked.length > 0 || this.#seen.size > 0 || this.#through > through) continue;
      if (this.#isStopping) return;
      await this.#sleep(SAMPLE_MS);
    }
  }

  async #sample(projection: Projection): Promise<void> {
    const begun = performance.now();
    if (begun < this.#nextSample && !this.#isStopping) return;
    await projection.sample();
    const now = performance.now();
    this.#nextSample = now + Math.max(SAMPLE_MS, (now - begun) * SAMPLE_SHARE);
  }

  #see(rows: readonly SqlValues[]): void {
    for (const row of rows) {
      const id = row["id"] as string;
      this.#seen.delete(id); // as the newest it is the last to be forgotten
      this.#seen.set(id, row);
    }
    for (const id of this.#seen.keys()) {
      if (this.#seen.size <= MOST_SEEN) break;
      this.#seen.delete(id);
    }
  }

  /** What cannot be written is there for the next time. */
  async #writeSeen(db: Database): Promise<void> {
    if (this.#seen.size === 0) return;
    const rows = [...this.#seen];
    await writeOpportunities(db, rows.map(([, row]) => row));
    for (const [id, row] of rows) if (this.#seen.get(id) === row) this.#seen.delete(id);
  }

  async #retain(db: Database): Promise<void> {
    const { retentionDays } = this.#task;
    if (retentionDays === undefined || performance.now() < this.#nextRetention) return;
    const deleted = await deleteOlder(db, retentionDays, this.#clock.nowNs());
    if (deleted > 0) this.#tell({ kind: "note", text: `${deleted.toLocaleString("en-US")} rows older than ${retentionDays} days were deleted from the tables; the journal keeps them` });
    this.#nextRetention = performance.now() + RETENTION_MS;
  }

  async #answer(reader: Database, seq: number): Promise<void> {
    for (const { id, sql, params } of this.#asked.splice(0)) {
      try {
        this.#tell({ kind: "answer", id, seq, rows: await reader.query(sql, params) satisfies SqlRow[] });
      } catch (error) {
        this.#tell({ kind: "answer", id, seq, error: (error as Error).message });
        await reader.query("SELECT 1"); // where the line is broken, another is begun
      }
    }
  }

  #refuseAll(error: string): void {
    for (const { id } of this.#asked.splice(0)) this.#tell({ kind: "answer", id, seq: 0, error });
  }

  /** Until something comes, or so long. */
  async #sleep(ms: number): Promise<void> {
    const timer = new AbortController();
    const woken = new Promise<void>((done) => (this.#wake = done));
    await Promise.race([woken, wait(ms, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
  }
}
