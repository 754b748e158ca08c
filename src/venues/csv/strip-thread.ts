import { Worker } from "node:worker_threads";
import type { Strip, StripTask } from "./strip.ts";

/** Reads strips beside what goes on here. */
export interface StripReading {
  /** Resolves with the strip; undefined when it must be read here. Never rejects. */
  read(task: StripTask): Promise<Strip | undefined>;
  close(): void;
}

/** A second thread that reads strips. Whatever becomes of it, the file can be read without it. */
export class StripThread implements StripReading {
  readonly #worker: Worker;
  #answer: (strip: Strip | undefined) => void = () => undefined;
  #failed = false;

  constructor(program = new URL("./strip-worker.js", import.meta.url)) {
    this.#worker = new Worker(program, { execArgv: [] });
    this.#worker.on("message", (strip: Strip | undefined) => this.#answer(strip));
    for (const event of ["error", "messageerror", "exit"]) {
      this.#worker.on(event, () => {
        this.#failed = true;
        this.#answer(undefined);
      });
    }
  }

  read(task: StripTask): Promise<Strip | undefined> {
    if (this.#failed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#worker.postMessage(task);
    });
  }

  close(): void {
    void this.#worker.terminate();
  }
}
