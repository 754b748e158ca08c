import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { COMMAND, runCommand, type Ended } from "../command-kit.ts";

type Environment = Readonly<Record<string, string>>;

/** A service that runs. */
export interface Serving {
  readonly url: string;
  readonly log: () => string;
  readonly get: (path: string) => Promise<Record<string, unknown>>;
  readonly send: (path: string, body: unknown, method?: string) => Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;
  readonly stop: () => Promise<void>;
}

export const ANY_PORT = ["--port", "0"];
export const HEADER = "id,venue,symbol,side,quantity,price,timestamp,account";

/** A folder with a fillbook.yaml for each test of a file, where commands run that know no other settings. */
export class Place {
  folder = "";
  readonly #running = new Set<ChildProcess>();

  constructor() {
    beforeEach(() => {
      this.folder = mkdtempSync(join(tmpdir(), "fillbook-configuration-"));
    });
    afterEach(async () => {
      for (const child of this.#running) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      this.#running.clear();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** Writes a file; its name. */
  write = (name: string, text: string): string => (writeFileSync(join(this.folder, name), text), name);
  run = (words: readonly string[], more?: Environment): Ended => runCommand(words, this.folder, environment(more));
  json = (words: readonly string[], more?: Environment): Record<string, unknown> => {
    const { stdout, stderr } = this.run([...words, "--json"], more);
    if (stdout === "") throw new Error(stderr);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  /** A file of so many fills. */
  fills = (count: number): string => this.write("fills.csv", `${HEADER}\n${Array.from({ length: count }, (_, i) => `${i},kraken,ABC,buy,1,10,2024-03-01,main`).join("\n")}\n`);
  positionOf = (): Record<string, unknown> => (this.json(["positions"])["positions"] as Record<string, unknown>[])[0]!;
  /** How many fills the journal holds. */
  journaled = (): number => (this.json(["export", "--format", "json"])["fills"] as unknown[]).length;

  async serve(...words: string[]): Promise<Serving> {
    const child = spawn(process.execPath, [COMMAND, "serve", "--json", "--database", "off", ...words], { cwd: this.folder, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
    this.#running.add(child);
    let log = "";
    child.stderr.on("data", (data: Buffer) => (log += data.toString()));
    const line = await Promise.race([once(child.stdout, "data").then(([data]) => String(data)), once(child, "exit").then(() => Promise.reject(new Error(log)))]);
    const { url } = JSON.parse(line) as { url: string };
    return {
      url,
      log: () => log,
      get: async (path) => (await (await fetch(url + path)).json()) as Record<string, unknown>,
      send: async (path, body, method = "POST") => {
        const answer = await fetch(url + path, { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } });
        return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
      },
      stop: async () => {
        child.kill("SIGTERM");
        await once(child, "exit");
      },
    };
  }
}

function environment(more: Environment = {}): Environment {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith("FILLBOOK_") && entry[0] !== "DATABASE_URL");
  return { ...Object.fromEntries(own), FILLBOOK_DATA: "data", ...more };
}
