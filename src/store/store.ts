import { Worker } from "node:worker_threads";
import type { SqlRow } from "./database.ts";
import { opportunityRow, type SeenOpportunity } from "./opportunity-rows.ts";
import type { StoreNews, StoreOrder, StoreTask } from "./store-thread.ts";

/** Rows, and the last entry that they show. */
export interface StoreAnswer {
  readonly seq: number;
  readonly rows: readonly SqlRow[];
}
export interface StoreOptions extends StoreTask {
  /** The last entry that is on disk, as the one who writes the journal knows. */
  readonly durableThrough: () => number;
  readonly onNote?: (text: string) => void;
  /** Told what failed; when it is final the tables follow no more. */
  readonly onFailure?: (text: string, isFinal: boolean) => void;
  readonly program?: URL; // for tests
}

/** So long a stop waits for tables that are behind. */
const GRACE_MS = 5_000;
/** How often it is looked whether something came. */
const LOOK_MS = 25;

/** The tables that follow a journal, in a thread of their own. The book never waits for them. */
export class Store {
  /** Resolved with what it is once the tables are open for the first time. Never rejected: see `onFailure`. */
  readonly opened: Promise<string>;
  readonly #options: StoreOptions;
  readonly #worker: Worker;
  readonly #looking: NodeJS.Timeout;
  readonly #asked = new Map<number, { readonly done: (answer: StoreAnswer) => void; readonly failed: (error: Error) => void }>();
  readonly #ended: Promise<void>;
  #waiting: { readonly seq: number; readonly done: () => void }[] = [];
  #told = 0;
  #seq = 0;
  #ids = 0;
  #isOpen = false;
  #isOver = false;
  #tellOpened: (name: string) => void = () => undefined;

  private constructor(options: StoreOptions) {
    const { durableThrough: _durable, onNote: _note, onFailure: _failure, program, ...task } = options;
    this.#options = options;
    this.opened = new Promise((done) => (this.#tellOpened = done));
    this.#worker = new Worker(program ?? new URL("./store-worker.js", import.meta.url), { workerData: task satisfies StoreTask, execArgv: [] });
    this.#worker.on("message", (news: StoreNews) => this.#hear(news));
    this.#ended = new Promise((done) => {
      this.#worker.on("error", (error) => this.#end(error.message));
      this.#worker.on("exit", () => (this.#end("the store has stopped"), done()));
    });
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
    this.#looking.unref();
    this.#look();
  }

  /** Opens the tables and has them follow, beside the program. */
  static begin(options: StoreOptions): Store {
    return new Store(options);
  }

  /** The last entry that the tables show. */
  get seq(): number {
    return this.#seq;
  }

  /** Entries on disk that the tables do not show yet. */
  get lag(): number {
    return Math.max(0, this.#options.durableThrough() - this.#seq);
  }

  /** Asks the tables. What is answered shows entry `seq`, and no less than `minSeq`. @throws Error */
  async ask(sql: string, params: readonly unknown[] = [], minSeq = 0): Promise<StoreAnswer> {
    await this.reached(minSeq);
    if (this.#isOver) throw new Error("the tables are not being followed");
    return new Promise((done, failed) => {
      const id = (this.#ids += 1);
      this.#asked.set(id, { done, failed });
      this.#order({ kind: "ask", id, sql, params });
    });
  }

  /** Resolved once the tables show an entry. */
  reached(seq: number): Promise<void> {
    if (this.#seq >= seq || this.#isOver) return Promise.resolve();
    this.#look();
    return new Promise((done) => this.#waiting.push({ seq, done }));
  }

  /** Writes opportunities as they were seen last; nobody waits for it. While a database is away the last ones are kept. */
  saw(opportunities: readonly SeenOpportunity[]): void {
    if (!this.#isOver && opportunities.length > 0) this.#order({ kind: "saw", opportunities: opportunities.map(opportunityRow) });
  }

  /** Stops once all that is on disk is in the tables, or after so long: the rest is written after the next start. */
  async stop(graceMs = GRACE_MS): Promise<void> {
    clearInterval(this.#looking);
    if (!this.#isOver) {
      this.#look();
      this.#order({ kind: "stop", isNow: false });
    }
    if (!this.#isOpen) void this.#worker.terminate(); // nothing is under way but the opening, which is begun again the next time
    const halt = setTimeout(() => this.#order({ kind: "stop", isNow: true }), graceMs);
    const end = setTimeout(() => void this.#worker.terminate(), 2 * graceMs); // a transaction that is cut short is undone
    await this.#ended;
    clearTimeout(halt);
    clearTimeout(end);
  }

  #order(order: StoreOrder): void {
    this.#worker.postMessage(order);
  }

  #look(): void {
    const seq = this.#options.durableThrough();
    if (seq <= this.#told) return;
    this.#told = seq;
    this.#order({ kind: "through", seq });
  }

  #hear(news: StoreNews): void {
    switch (news.kind) {
      case "open":
        this.#isOpen = true;
        this.#reach(news.seq);
        return this.#tellOpened(news.name);
      case "at":
        return this.#reach(news.seq);
      case "note":
        return this.#options.onNote?.(news.text);
      case "failed":
        if (news.isFinal) this.#end(news.text);
        return this.#options.onFailure?.(news.text, news.isFinal);
      case "answer": {
        const asked = this.#asked.get(news.id);
        this.#asked.delete(news.id);
        if (news.rows === undefined) asked?.failed(new Error(news.error));
        else asked?.done({ seq: news.seq, rows: news.rows });
      }
    }
  }

  #reach(seq: number): void {
    this.#seq = seq;
    const [reached, waiting] = [this.#waiting.filter((one) => one.seq <= seq), this.#waiting.filter((one) => one.seq > seq)];
    this.#waiting = waiting;
    for (const { done } of reached) done();
  }

  /** Nobody waits for what will not come. */
  #end(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#looking);
    for (const { failed } of this.#asked.values()) failed(new Error(why));
    this.#asked.clear();
    for (const { done } of this.#waiting.splice(0)) done();
  }
}
