import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FillColumns } from "../../core/model/index.ts";
import { sortOrder } from "./sort-order.ts";
import { decodePlaced, encodePlaced, SpoolRun, type PlacedFills } from "./spool-run.ts";

const BATCH_ROWS = 16_384;
const BLOCK_ROWS = 4096; // of a run on disk: one of each run is in memory while merging
const WIDE_BYTES = 200; // about what a row takes whose amounts are too long for a double

/** What is held in memory before it goes to disk: whichever is reached first. */
export interface RunLimits {
  readonly rows: number;
  readonly textBytes: number; // of ids and notes, and of amounts too long for a double
}

/** A batch that is written row by row. */
class Batch {
  readonly fills: FillColumns;
  readonly files: Uint32Array;
  readonly lines: Uint32Array;
  readonly keyHigh: Int32Array;
  readonly keyLow: Uint32Array;

  constructor(rows: number) {
    this.fills = new FillColumns(rows);
    this.files = new Uint32Array(rows);
    this.lines = new Uint32Array(rows);
    this.keyHigh = new Int32Array(rows);
    this.keyLow = new Uint32Array(rows);
  }

  get full(): boolean {
    return this.fills.count === this.fills.capacity;
  }

  add(from: PlacedFills, row: number): void {
    const to = this.fills.count;
    const { fills } = from;
    this.files[to] = from.files[row]!;
    this.lines[to] = from.lines[row]!;
    this.keyHigh[to] = from.keyHigh[row]!;
    this.keyLow[to] = from.keyLow[row]!;
    this.fills.copyRow(fills, row);
  }
}

/**
 * Sorts placed fills by key, equal ones in the order they came: in memory up to its limits, beyond that in sorted
 * runs on disk that are merged at the end.
 */
export class RunSorter {
  readonly #folder: string;
  readonly #limits: RunLimits;
  #blocks: PlacedFills[] = [];
  #rowsHeld = 0;
  #textHeld = 0;
  #runs: SpoolRun[] = [];
  #place: string | undefined; // our own folder in the caller's

  constructor(folder: string, limits: RunLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** Takes the fills for good; of few in large columns a copy, since many such would fill the memory. */
  add(placed: PlacedFills): void {
    const { count, capacity } = placed.fills;
    if (count === 0) return;
    const held = count * 2 > capacity ? placed : decodePlaced(encodePlaced(placed));
    this.#blocks.push(held);
    this.#rowsHeld += count;
    this.#textHeld += held.fills.texts.length + held.fills.wide.size * WIDE_BYTES;
    if (this.#rowsHeld >= this.#limits.rows || this.#textHeld >= this.#limits.textBytes) this.#spill();
  }

  /** All fills in order. A batch may be overwritten when the next one is asked for. */
  *batches(): Generator<PlacedFills> {
    if (this.#runs.length === 0) yield* this.#held(BATCH_ROWS);
    else {
      this.#spill();
      yield* this.#merged();
    }
  }

  close(): void {
    for (const run of this.#runs) run.close();
    this.#runs = [];
    this.#forget();
    if (this.#place !== undefined) rmSync(this.#place, { recursive: true, force: true });
    this.#place = undefined;
  }

  #forget(): void {
    this.#blocks = [];
    this.#rowsHeld = 0;
    this.#textHeld = 0;
  }

  #spill(): void {
    if (this.#rowsHeld === 0) return;
    if (this.#place === undefined) {
      mkdirSync(this.#folder, { recursive: true });
      this.#place = mkdtempSync(join(this.#folder, "fillbook-sort-"));
    }
    const run = new SpoolRun(join(this.#place, `${this.#runs.length}.run`));
    this.#runs.push(run);
    for (const batch of this.#held(BLOCK_ROWS)) run.append(batch);
    this.#forget();
  }

  /** What is in memory, in order; as it came, uncopied, where that is the order. */
  *#held(rows: number): Generator<PlacedFills> {
    const high = new Int32Array(this.#rowsHeld);
    const low = new Uint32Array(this.#rowsHeld);
    const ends: number[] = [];
    let total = 0;
    for (const { fills, keyHigh, keyLow } of this.#blocks) {
      high.set(keyHigh, total);
      low.set(keyLow, total);
      total += fills.count;
      ends.push(total);
    }
    const order = sortOrder(high, low);
    if (order === undefined) return yield* this.#blocks;
    const blockOf = new Uint32Array(total);
    for (let block = 0, row = 0; block < ends.length; block += 1) for (; row < ends[block]!; row += 1) blockOf[row] = block;
    const batch = new Batch(rows);
    for (const row of order) {
      const block = blockOf[row]!;
      batch.add(this.#blocks[block]!, row - (block === 0 ? 0 : ends[block - 1]!));
      if (batch.full) {
        yield batch;
        batch.fills.clear();
      }
    }
    if (batch.fills.count > 0) yield batch;
  }

  /** Takes the least of all runs' first rows again and again, from a heap; of equal ones that of the earlier run. */
  *#merged(): Generator<PlacedFills> {
    const heads = this.#runs.map((run, number) => ({ run, number, block: run.read(), row: 0 }));
    const less = (a: (typeof heads)[0], b: (typeof heads)[0]): boolean => {
      const [ah, bh] = [a.block!.keyHigh[a.row]!, b.block!.keyHigh[b.row]!];
      if (ah !== bh) return ah < bh;
      const [al, bl] = [a.block!.keyLow[a.row]!, b.block!.keyLow[b.row]!];
      return al === bl ? a.number < b.number : al < bl;
    };
    const heap = heads.filter((head) => head.block !== undefined);
    const sink = (at: number): void => {
      for (let top = at; ; ) {
        let least = top;
        for (const child of [2 * top + 1, 2 * top + 2]) if (child < heap.length && less(heap[child]!, heap[least]!)) least = child;
        if (least === top) return;
        [heap[top], heap[least]] = [heap[least]!, heap[top]!];
        top = least;
      }
    };
    for (let at = heap.length >> 1; at >= 0; at -= 1) sink(at);
    const batch = new Batch(BATCH_ROWS);
    while (heap.length > 0) {
      const head = heap[0]!;
      batch.add(head.block!, head.row);
      head.row += 1;
      if (head.row === head.block!.fills.count) {
        head.block = head.run.read();
        head.row = 0;
        if (head.block === undefined) {
          const last = heap.pop()!;
          if (heap.length > 0) heap[0] = last;
        }
      }
      sink(0);
      if (batch.full) {
        yield batch;
        batch.fills.clear();
      }
    }
    if (batch.fills.count > 0) yield batch;
  }
}
