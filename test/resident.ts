import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";

/** How a command ended: as `spawnSync` says it. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const LONGEST_MS = 110_000; // less than a test may take

/** One process that runs command lines for tests, one after the other, and is there as long as theirs. */
export class Resident {
  readonly #port: MessageChannel["port1"];
  readonly #isAnswered = new Int32Array(new SharedArrayBuffer(4));

  constructor(command: string) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const asker = new Worker(new URL("resident-asker.mjs", import.meta.url), { workerData: { port: port2, isAnswered: this.#isAnswered, command }, transferList: [port2], execArgv: [] });
    asker.unref();
    port1.unref();
  }

  /** Runs a command line and waits for it. @throws Error when the process ends, or does not answer */
  run(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Ended {
    Atomics.store(this.#isAnswered, 0, 0);
    this.#port.postMessage({ words, cwd, env: { ...env } });
    const waited = Atomics.wait(this.#isAnswered, 0, 0, LONGEST_MS);
    const answer = receiveMessageOnPort(this.#port)?.message as Ended | { readonly failure: string } | undefined;
    if (answer === undefined || "failure" in answer) throw new Error(`fillbook ${words.join(" ")}: ${answer?.failure ?? `no answer after ${LONGEST_MS} ms (${waited})`}`);
    return answer;
  }
}
