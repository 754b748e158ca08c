import { FillColumns } from "../../core/model/index.ts";

/** Takes batches of fills; all of it may be overwritten after the call. Line and seq of row i stand at index i. */
export type FillTake = (fills: FillColumns, lines: Uint32Array, seqs: Float64Array | undefined) => void;

/** Collects rows with their lines and gives them on. */
export class FillBatch {
  readonly fills: FillColumns;
  readonly #lines: Uint32Array;
  readonly #seqs: Float64Array;
  readonly #take: FillTake;
  /** Whether rows carry a place in an export. */
  withSeq = false;

  constructor(rows: number, take: FillTake) {
    this.fills = new FillColumns(rows);
    this.#lines = new Uint32Array(rows);
    this.#seqs = new Float64Array(rows);
    this.#take = take;
  }

  /** Notes where the row just added came from. */
  added(line: number, seq: number): void {
    const row = this.fills.count - 1;
    this.#lines[row] = line;
    this.#seqs[row] = seq;
  }

  /** Gives the batch on if no further row fits. */
  flushIfFull(): void {
    if (this.fills.count === this.fills.capacity) this.flush();
  }

  flush(): void {
    const { count } = this.fills;
    if (count === 0) return;
    this.#take(this.fills, this.#lines.subarray(0, count), this.withSeq ? this.#seqs.subarray(0, count) : undefined);
    this.fills.clear();
  }
}
