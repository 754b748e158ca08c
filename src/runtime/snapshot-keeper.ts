import { Worker } from "node:worker_threads";
import type { Written } from "./snapshots.ts";

/** What the second thread is told. */
export interface SnapshotWork {
  readonly dataDir: string;
  readonly seq: number; // on disk, and the last of its block
}
/** What became of a snapshot. */
export type SnapshotOutcome = (Written & { readonly milliseconds: number }) | { readonly failed: string };

export interface SnapshotKeeperOptions {
  readonly dataDir: string;
  readonly everyEntries: number;
  readonly program?: URL | undefined; // for tests
  readonly tell: (outcome: SnapshotOutcome) => void;
}

/**
 * Has a snapshot written whenever so many entries came since the last one: by a thread that reads the journal on disk, so
 * that the loop does nothing for it. When one fails, the next is tried a tenth of the entries later.
 */
export class SnapshotKeeper {
  readonly #options: SnapshotKeeperOptions;
  #worker: Worker | undefined;
  #last: number; // entry of the last snapshot
  #reached = 0; // the last entry that is on disk
  #isStopped = false;
  #next: number; // no other is begun before this entry

  /** @param last the entry of the snapshot there is, 0 without one */
  constructor(options: SnapshotKeeperOptions, last: number) {
    this.#options = options;
    this.#last = last;
    this.#next = last + options.everyEntries;
  }

  /** The entry of the last snapshot, 0 without one. */
  get last(): number {
    return this.#last;
  }

  /** Says that entries up to this one, the last of a block, are on disk. */
  reached(seq: number): void {
    this.#reached = seq;
    if (this.#worker !== undefined || seq < this.#next) return;
    const { dataDir, everyEntries, program = new URL("./snapshot-worker.js", import.meta.url), tell } = this.#options;
    const begun = performance.now();
    const work: SnapshotWork = { dataDir, seq };
    this.#next = seq + Math.ceil(everyEntries / 10);
    let isOver = false;
    const over = (outcome: SnapshotOutcome) => {
      if (isOver) return;
      isOver = true;
      tell(outcome);
    };
    let worker: Worker;
    try {
      worker = new Worker(program, { workerData: work, execArgv: [] });
    } catch (error) {
      return over({ failed: (error as Error).message });
    }
    worker.unref();
    worker.on("message", (written: Written) => {
      this.#last = written.seq;
      this.#next = written.seq + everyEntries;
      over({ ...written, milliseconds: performance.now() - begun });
    });
    worker.on("error", (error: Error) => over({ failed: error.message }));
    worker.on("exit", () => {
      if (this.#worker === worker) this.#worker = undefined;
      if (this.#isStopped) return;
      over({ failed: "its thread ended early" });
      this.reached(this.#reached); // so many may have come meanwhile
    });
    this.#worker = worker;
  }

  /** Ends the thread. What it has not finished is no snapshot. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}
