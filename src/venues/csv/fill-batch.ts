import { columnsInPlace, type FillColumns } from "../../core/model/index.ts";

/** Takes batches of fills for good. Line and seq of row i stand at index i. */
export type FillTake = (fills: FillColumns, lines: Uint32Array, seqs: Float64Array | undefined) => void;

const TEXT_BYTES_A_ROW = 24;

/** Collects rows with their lines and gives them away. */
export class FillBatch {
  /** Where the next row goes: other columns after each `flush`. */
  fills: FillColumns;
  #lines: Uint32Array;
  #seqs: Float64Array;
  readonly #take: FillTake;
  /** Whether rows carry a place in an export. */
  withSeq = false;

  constructor(rows: number, take: FillTake) {
    this.fills = columnsInPlace(rows, rows * TEXT_BYTES_A_ROW);
    this.#lines = new Uint32Array(rows);
    this.#seqs = new Float64Array(rows);
    this.#take = take;
  }

  /** Notes where the row just added came from. */
  added(line: number, seq: number): void {
    const row = this.fills.count - 1;
    this.#lines[row] = line;
    if (this.withSeq) this.#seqs[row] = seq;
  }

  /** The same of the last `rows` rows, a line each from `line` on. */
  addedRows(rows: number, line: number, seqs: Float64Array): void {
    const first = this.fills.count - rows;
    for (let k = 0; k < rows; k += 1) this.#lines[first + k] = line + k;
    if (this.withSeq) this.#seqs.set(seqs, first);
  }

  get isFull(): boolean {
    return this.fills.count === this.fills.capacity;
  }

  flush(): void {
    const { count, capacity } = this.fills;
    if (count === 0) return;
    const [fills, lines, seqs] = [this.fills, this.#lines.subarray(0, count), this.withSeq ? this.#seqs.subarray(0, count) : undefined];
    this.fills = columnsInPlace(capacity, capacity * TEXT_BYTES_A_ROW);
    this.#lines = new Uint32Array(capacity);
    if (this.withSeq) this.#seqs = new Float64Array(capacity);
    this.#take(fills, lines, seqs);
  }
}
