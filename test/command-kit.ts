import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { root } from "./files.ts";
import { Resident, type Ended } from "./resident.ts";

export type { Ended };
export const COMMAND = join(root, "dist/src/bin/main.js");
/** Data stands in the folder `data`, and nowhere else. */
export const environment = { ...process.env, FILLBOOK_DATA: "data", DATABASE_URL: "off" };

let resident: Resident | undefined;

/**
 * Runs the built command and waits for it. All of a test file's commands run in one process: whoever tests what a process
 * leaves behind when it ends (a lock, a broken pipe) starts one of his own.
 */
export function runCommand(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Ended {
  return (resident ??= new Resident(COMMAND)).run(words, cwd, env);
}

/** The command, run in a folder that each test of a file has for itself. */
export class CommandFolder {
  #folder = "";
  readonly #env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv = environment) {
    this.#env = env;
    beforeEach(() => {
      this.#folder = mkdtempSync(join(tmpdir(), "fillbook-command-"));
    });
    afterEach(() => rmSync(this.#folder, { recursive: true, force: true }));
  }

  get path(): string {
    return this.#folder;
  }

  run = (...words: string[]): Ended => runCommand(words, this.#folder, this.#env);
  json = (...words: string[]): Record<string, unknown> => JSON.parse(this.run(...words, "--json").stdout) as Record<string, unknown>;
  /** Writes a file; its name. */
  write = (name: string, text: string): string => (writeFileSync(join(this.#folder, name), text), name);
  /** The hash of what a data folder's journal comes to. */
  hash = (data: string): unknown => this.json("verify", "--data", data)["stateHash"];
}
