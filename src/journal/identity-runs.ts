import fs from "node:fs";
import { join } from "node:path";
import { IdentityRun } from "./identity-run.ts";
import { sortedRecords } from "./identity-sort.ts";

const NONE: readonly number[] = [];

/**
 * Fill identities that are not in memory: 128-bit fingerprints with the seq of their fill, in runs. Those that a
 * snapshot kept are given; those that no longer fit in memory are spilled into a folder of their own, which is emptied
 * when it opens and filled again by replay. A run takes 24 bytes a fingerprint on disk and 1.6 in memory.
 */
export class IdentityRuns {
  readonly #folder: string;
  readonly #given: readonly IdentityRun[];
  readonly #own: IdentityRun[] = [];

  /**
   * @param folder of its own: runs that an earlier process left there are deleted
   * @param given runs to look into as well; whoever opened them closes them
   */
  constructor(folder: string, given: readonly IdentityRun[] = []) {
    this.#folder = folder;
    this.#given = given;
    if (!fs.existsSync(folder)) return;
    for (const name of fs.readdirSync(folder)) if (/\.run(\.new|\.damaged)?$/.test(name)) fs.rmSync(join(folder, name));
  }

  /** How many identities it holds. */
  get count(): number {
    return [...this.#given, ...this.#own].reduce((sum, run) => sum + run.count, 0);
  }

  /** Pages read from disk so far. */
  get reads(): number {
    return [...this.#given, ...this.#own].reduce((sum, run) => sum + run.reads, 0);
  }

  /** Writes one run: `count` fingerprints, four words each, the most significant first, and their seqs. Any order. */
  add(fingerprints: Uint32Array, seqs: Float64Array, count: number): void {
    if (count === 0) return;
    fs.mkdirSync(this.#folder, { recursive: true });
    const path = join(this.#folder, `${this.#own.length + 1}.run`);
    this.#own.push(IdentityRun.write(path, sortedRecords(fingerprints, seqs, count), count, { firstSeq: 0, lastSeq: 0 }));
  }

  /** The seqs of a fingerprint. For one never added, nearly always without a look at the disk. @throws SnapshotDamaged */
  find(a: number, b: number, c: number, d: number): readonly number[] {
    let found: number[] | undefined;
    for (const run of this.#given) if (run.mayHave(b, c, d)) run.find(a, b, c, d, (found ??= []));
    for (const run of this.#own) if (run.mayHave(b, c, d)) run.find(a, b, c, d, (found ??= []));
    return found ?? NONE;
  }

  close(): void {
    for (const run of this.#own) run.close();
    this.#own.length = 0;
  }
}
