import fs from "node:fs";
import { join } from "node:path";
import { IdentityRun } from "./identity-run.ts";

const NONE: readonly number[] = [];

/**
 * Fill identities that no longer fit in memory: 128-bit fingerprints with the seq of their fill, spilled in runs. A run
 * takes 24 bytes a fingerprint on disk and 1.6 in memory. A cache of what the journal says: its folder is emptied when it
 * opens, and filled again by replay.
 */
export class IdentityRuns {
  readonly #folder: string;
  readonly #runs: IdentityRun[] = [];

  /** @param folder of its own: runs that an earlier process left there are deleted */
  constructor(folder: string) {
    this.#folder = folder;
    if (!fs.existsSync(folder)) return;
    for (const name of fs.readdirSync(folder)) if (name.endsWith(".run")) fs.rmSync(join(folder, name));
  }

  /** Pages read from disk so far. */
  get reads(): number {
    return this.#runs.reduce((sum, run) => sum + run.reads, 0);
  }

  /** Writes one run: `count` fingerprints, four words each, the most significant first, and their seqs. Any order. */
  add(fingerprints: Uint32Array, seqs: Float64Array, count: number): void {
    if (count === 0) return;
    fs.mkdirSync(this.#folder, { recursive: true });
    this.#runs.push(IdentityRun.write(join(this.#folder, `${this.#runs.length + 1}.run`), fingerprints, seqs, count));
  }

  /** The seqs of a fingerprint, of the oldest run first. For one never added, nearly always without a look at the disk. */
  find(a: number, b: number, c: number, d: number): readonly number[] {
    let found: number[] | undefined;
    for (const run of this.#runs) {
      if (!run.mayHave(b, c, d)) continue;
      run.find(a, b, c, d, (found ??= []));
    }
    return found ?? NONE;
  }

  close(): void {
    for (const run of this.#runs) run.close();
    this.#runs.length = 0;
  }
}
