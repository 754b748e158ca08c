import type { FillColumns } from "../../core/model/index.ts";
import { RunSorter } from "./run-sorter.ts";
import type { PlacedFills } from "./spool-run.ts";

/** Sorted fills with the file and line each came from. */
export interface SpooledFills {
  readonly fills: FillColumns;
  readonly files: Uint32Array; // as numbered by the caller of `add`
  readonly lines: Uint32Array;
  readonly seqOf: ((row: number) => number) | undefined; // place in an export, where the file has them
}

export interface SpoolOptions {
  readonly folder: string; // for sorted runs, once there are too many rows
  readonly rowsInMemory?: number; // default 2,500,000, about 200 MB without their texts
  readonly textBytesInMemory?: number; // of ids and notes, default 200 MB: rows with long ones go to disk sooner
}

/**
 * Sorts the fills of one import by (time, file, line), on disk if they are many. Fills of an export, which carry a seq,
 * come before all others and in that order: the order in which they were booked once.
 *
 * Files must be added in the order of their numbers, and their rows by line.
 * @example
 * const spool = new SortedSpool({ folder: tmpdir() });
 * try {
 *   await readFills(path, directory, {}, { fills: (fills, lines, seqs) => spool.add(fills, 0, lines, seqs), refused });
 *   for (const { fills, files, lines } of spool.batches()) book(fills);
 * } finally {
 *   spool.close();
 * }
 */
export class SortedSpool {
  readonly #bySeq: RunSorter;
  readonly #byTime: RunSorter;
  #rows = 0;

  constructor({ folder, rowsInMemory: rows = 2_500_000, textBytesInMemory: textBytes = 200_000_000 }: SpoolOptions) {
    this.#bySeq = new RunSorter(folder, { rows, textBytes });
    this.#byTime = new RunSorter(folder, { rows, textBytes });
  }

  get rows(): number {
    return this.#rows;
  }

  /** Takes a batch for good. Row i stands in line lines[i] of the file. */
  add(fills: FillColumns, file: number, lines: Uint32Array, seqs?: Float64Array): void {
    const n = fills.count;
    const placed = { fills, files: new Uint32Array(n).fill(file), lines };
    if (seqs === undefined) this.#byTime.add({ ...placed, keyHigh: fills.timeHigh.subarray(0, n), keyLow: fills.timeLow.subarray(0, n) });
    else {
      const keyHigh = Int32Array.from({ length: n }, (_, row) => Math.floor(seqs[row]! / 2 ** 32));
      const keyLow = Uint32Array.from({ length: n }, (_, row) => seqs[row]! % 2 ** 32);
      this.#bySeq.add({ ...placed, keyHigh, keyLow });
    }
    this.#rows += n;
  }

  /** All fills in order, in batches of at most 16,384 rows; one may be overwritten when the next is asked for. Call once. */
  *batches(): Generator<SpooledFills> {
    yield* unplaced(this.#bySeq.batches(), true);
    yield* unplaced(this.#byTime.batches(), false);
  }

  /** Lets go of memory and removes the files. */
  close(): void {
    this.#bySeq.close();
    this.#byTime.close();
  }
}

function* unplaced(batches: Iterable<PlacedFills>, bySeq: boolean): Generator<SpooledFills> {
  for (const { fills, files, lines, keyHigh, keyLow } of batches) {
    yield { fills, files: files.subarray(0, fills.count), lines: lines.subarray(0, fills.count), seqOf: bySeq ? (row) => keyHigh[row]! * 2 ** 32 + keyLow[row]! : undefined };
  }
}
