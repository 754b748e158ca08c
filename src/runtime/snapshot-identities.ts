import { FillFingerprints } from "../core/engine/index.ts";
import type { Book } from "../core/book/index.ts";
import type { FillColumns } from "../core/model/index.ts";
import { IdentityRun, merged, mustLeaveSpace, runPath, sortedRecords, type Disk, type RunName } from "../journal/index.ts";

/** Identities gathered before they become a run: about 110 MB. */
const MOST_GATHERED = 4_194_304;
/** Runs a snapshot names at most: each is asked about every fill that is not in memory. */
const MOST_RUNS = 6;
const RECORD_BYTES = 26; // with its part of the index

/** Writes the identities of fills that come in the order of the journal as runs beside a snapshot. */
export class IdentityGatherer {
  readonly runs: RunName[] = [];
  readonly #dataDir: string;
  readonly #disk: Disk;
  readonly #fingerprints: FillFingerprints;
  readonly #most: number;
  #words: Uint32Array;
  #seqs: Float64Array;
  #count = 0;
  #firstSeq: number; // that the gathered ones cover

  /**
   * @param book whose directory numbers the fills' routes
   * @param firstSeq of the entries that are to come @param entries how many of them: room is made once, of which the system gives what is written to
   */
  constructor(dataDir: string, disk: Disk, book: Book, firstSeq: number, entries: number, most = MOST_GATHERED) {
    this.#dataDir = dataDir;
    this.#disk = disk;
    this.#fingerprints = new FillFingerprints(book);
    this.#firstSeq = firstSeq;
    this.#most = most;
    const room = Math.min(most, entries);
    this.#words = new Uint32Array(room * 4);
    this.#seqs = new Float64Array(room);
  }

  add(fills: FillColumns, firstSeq: number): void {
    if (this.#count > 0 && this.#count + fills.count > this.#most) this.#write(firstSeq - 1);
    this.#makeRoom(fills.count);
    this.#fingerprints.write(fills, this.#words, this.#count * 4);
    for (let row = 0; row < fills.count; row += 1) this.#seqs[this.#count + row] = firstSeq + row;
    this.#count += fills.count;
  }

  /** Writes what is left. @param lastSeq the last entry that came */
  finish(lastSeq: number): void {
    if (this.#count > 0) this.#write(lastSeq);
  }

  #write(lastSeq: number): void {
    const range = { firstSeq: this.#firstSeq, lastSeq };
    mustLeaveSpace(this.#dataDir, this.#count * RECORD_BYTES);
    this.runs.push(named(IdentityRun.write(runPath(this.#dataDir, range), sortedRecords(this.#words, this.#seqs, this.#count), this.#count, range, this.#disk)));
    this.#firstSeq = lastSeq + 1;
    this.#count = 0;
  }

  #makeRoom(more: number): void {
    if (this.#count + more <= this.#seqs.length) return;
    const length = Math.max(this.#count + more, Math.min(this.#most, this.#seqs.length * 2));
    const words = new Uint32Array(length * 4);
    const seqs = new Float64Array(length);
    words.set(this.#words.subarray(0, this.#count * 4));
    seqs.set(this.#seqs.subarray(0, this.#count));
    this.#words = words;
    this.#seqs = seqs;
  }
}

/** The same identities in few runs: while there are too many, the two neighbours that hold least become one. */
export function* inFewRuns(dataDir: string, runs: readonly RunName[], disk: Disk): Generator<number, RunName[], undefined> {
  const few = [...runs];
  while (few.length > MOST_RUNS) {
    const sizes = few.slice(1).map((run, i) => run.count + few[i]!.count);
    const at = sizes.indexOf(Math.min(...sizes));
    few.splice(at, 2, mergedRun(dataDir, few[at]!, few[at + 1]!, disk));
    yield few.length;
  }
  return few;
}

function mergedRun(dataDir: string, one: RunName, other: RunName, disk: Disk): RunName {
  const range = { firstSeq: one.firstSeq, lastSeq: other.lastSeq };
  const count = one.count + other.count;
  mustLeaveSpace(dataDir, count * RECORD_BYTES);
  const runs = openRuns(dataDir, [one, other]);
  try {
    return named(IdentityRun.write(runPath(dataDir, range), merged(runs[0]!.records(), runs[1]!.records()), count, range, disk));
  } finally {
    for (const run of runs) run.close();
  }
}

/** Opens the runs that a snapshot names. @throws SnapshotDamaged, Error when one is missing */
export function openRuns(dataDir: string, names: readonly RunName[]): IdentityRun[] {
  const runs: IdentityRun[] = [];
  try {
    for (const name of names) runs.push(IdentityRun.open(runPath(dataDir, name), name));
    return runs;
  } catch (error) {
    for (const run of runs) run.close();
    throw error;
  }
}

function named(run: IdentityRun): RunName {
  run.close();
  const { count, checksum, range } = run;
  return { count, checksum, ...range };
}
