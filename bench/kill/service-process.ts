import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

/** How to run the service. */
export interface ServiceCommand {
  readonly program: string; // path of the built command
  readonly dataDir: string;
  readonly port: number;
  readonly before?: readonly string[]; // what to run it under: strace and its options
}

/** One run of `fillbook serve` as a process of its own. */
export class ServiceProcess {
  /** Resolves once it says that it has recovered; rejects when it ends before. */
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #said = "";

  constructor({ program, dataDir, port, before = [] }: ServiceCommand) {
    const [first, ...rest] = [...before, process.execPath, program, "serve", "--data", dataDir, "--port", `${port}`, "--log-level", "warn", "--json"];
    this.#child = spawn(first, rest, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stderr!.on("data", (text: Buffer) => (this.#said += text.toString()));
    this.#ended = once(this.#child, "exit");
    this.ready = Promise.race([once(this.#child.stdout!, "data"), this.#ended.then(() => Promise.reject(new Error(`the service ended before it was ready: ${this.#said}`)))]).then(() => undefined);
    this.ready.catch(() => undefined); // who waits for it is told
  }

  get pid(): number {
    return this.#child.pid!;
  }
  /** What it said on stderr. */
  get said(): string {
    return this.#said;
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  /** Has it end in good order. @throws Error when it does not end with status 0 */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#ended;
    if (this.#child.exitCode !== 0) throw new Error(`the service ended with ${this.#child.exitCode ?? this.#child.signalCode}: ${this.#said}`);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
