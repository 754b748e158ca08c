import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { root } from "./files.ts";

export const COMMAND = join(root, "dist/src/bin/main.js");
/** Data stands in the folder `data`, and nowhere else. */
export const environment = { ...process.env, FILLBOOK_DATA: "data", DATABASE_URL: "off" };

/** The command, run in a folder that each test of a file has for itself. */
export class CommandFolder {
  #folder = "";

  constructor() {
    beforeEach(() => {
      this.#folder = mkdtempSync(join(tmpdir(), "fillbook-command-"));
    });
    afterEach(() => rmSync(this.#folder, { recursive: true, force: true }));
  }

  get path(): string {
    return this.#folder;
  }

  run = (...words: string[]): SpawnSyncReturns<string> => spawnSync(process.execPath, [COMMAND, ...words], { cwd: this.#folder, encoding: "utf8", env: environment });
  json = (...words: string[]): Record<string, unknown> => JSON.parse(this.run(...words, "--json").stdout) as Record<string, unknown>;
  /** Writes a file; its name. */
  write = (name: string, text: string): string => (writeFileSync(join(this.#folder, name), text), name);
  /** The hash of what a data folder's journal comes to. */
  hash = (data: string): unknown => this.json("verify", "--data", data)["stateHash"];
}
