import { Worker } from "node:worker_threads";
import type { FoldQuery, FoldSource } from "./folds.ts";
import { Problem } from "./problem.ts";

export interface FoldTask {
  readonly source: FoldSource;
  readonly query: FoldQuery;
}
export type FoldResult = { readonly text: string } | { readonly error: string; readonly isAway: boolean }; // away: a segment that was archived

interface Asked {
  readonly query: FoldQuery;
  readonly done: (text: string) => void;
  readonly failed: (error: Error) => void;
}

const MOST_WAITING = 64;

/**
 * A second thread that folds the journal for questions about the past. Such a fold takes as long as the journal is: here
 * it keeps no fill and no frame waiting, and it is the same code that the commands run. One question at a time; it sees
 * what is on disk, which is all that was acknowledged as durable.
 */
export class FoldThread {
  readonly #source: FoldSource;
  readonly #program: URL;
  readonly #waiting: Asked[] = [];
  #worker: Worker | undefined;
  #current: Asked | undefined;

  constructor(source: FoldSource, program = new URL("./fold-worker.js", import.meta.url)) {
    this.#source = source;
    this.#program = program;
  }

  /** Resolves with a JSON text. @throws Problem when too many questions wait already */
  ask(query: FoldQuery): Promise<string> {
    if (this.#waiting.length >= MOST_WAITING) throw new Problem(429, "overloaded", "too many questions about the past wait already: ask again in a moment", {}, { "retry-after": "1" });
    return new Promise((done, failed) => {
      this.#waiting.push({ query, done, failed });
      this.#next();
    });
  }

  async close(): Promise<void> {
    for (const { failed } of this.#waiting.splice(0)) failed(stopped());
    await this.#worker?.terminate();
  }

  #next(): void {
    if (this.#current !== undefined) return;
    this.#current = this.#waiting.shift();
    if (this.#current === undefined) return;
    try {
      this.#worker ??= this.#begin();
      this.#worker.postMessage({ source: this.#source, query: this.#current.query } satisfies FoldTask);
    } catch (error) {
      const { failed } = this.#current; // the machine gives no thread
      this.#current = undefined;
      failed(error as Error);
      this.#next();
    }
  }

  #begin(): Worker {
    const worker = new Worker(this.#program, { execArgv: [] });
    worker.on("message", (result: FoldResult) => {
      if (this.#worker !== worker) return;
      const asked = this.#current!;
      this.#current = undefined;
      if ("text" in result) asked.done(result.text);
      else asked.failed(result.isAway ? new Problem(503, "archived", result.error) : new Error(result.error));
      this.#next();
    });
    worker.on("error", (error) => this.#lost(worker, error));
    worker.on("exit", () => this.#lost(worker, stopped()));
    worker.unref();
    return worker;
  }

  /** Whatever became of the thread: who waits for its answer is told, and the next question begins another one. */
  #lost(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return; // it was told of before
    this.#worker = undefined;
    const asked = this.#current;
    this.#current = undefined;
    asked?.failed(error);
    this.#next();
  }
}

function stopped(): Problem {
  return new Problem(503, "stopping", "the service stops");
}
