import { lastAtOrBefore } from "./search.ts";

/** One entry in the index for at least so many bytes of file: 1,024 entries for a segment of 64 MiB. */
const SPACING = 64 * 1024;

/**
 * Where blocks start in one segment: every so often one, so that memory stays small however short the blocks are.
 * Whoever walks a segment tells what he passes; what was passed before, or lies beyond a gap, is ignored.
 */
export class SparseIndex {
  readonly #seqs: number[];
  readonly #offsets: number[];
  #coveredSeq: number; // the first entry not covered yet
  #coveredEnd: number; // the byte behind the last block covered

  constructor(firstSeq: number, offset: number) {
    this.#seqs = [firstSeq];
    this.#offsets = [offset];
    this.#coveredSeq = firstSeq;
    this.#coveredEnd = offset;
  }

  get coveredSeq(): number {
    return this.#coveredSeq;
  }
  get coveredEnd(): number {
    return this.#coveredEnd;
  }

  /** A block of `count` entries stands from `offset` to `end`. */
  passed(firstSeq: number, count: number, offset: number, end: number): void {
    if (offset !== this.#coveredEnd) return;
    if (offset - this.#offsets[this.#offsets.length - 1]! >= SPACING) {
      this.#seqs.push(firstSeq);
      this.#offsets.push(offset);
    }
    this.#coveredSeq = firstSeq + count;
    this.#coveredEnd = end;
  }

  /** Where blocks start that hold entries up to one: pairs of a first entry and an offset. */
  startsUpTo(seq: number): number[] {
    const starts: number[] = [];
    for (let i = 0; i < this.#seqs.length && this.#seqs[i]! <= seq; i += 1) starts.push(this.#seqs[i]!, this.#offsets[i]!);
    return starts;
  }

  /** Takes over what `startsUpTo` gave, where that covers more. */
  restore(starts: readonly number[]): void {
    for (let i = 0; i < starts.length; i += 2) {
      if (starts[i]! <= this.#coveredSeq) continue;
      this.#seqs.push(starts[i]!);
      this.#offsets.push(starts[i + 1]!);
      this.#coveredSeq = starts[i]!;
      this.#coveredEnd = starts[i + 1]!;
    }
  }

  /** A stretch of whole blocks that holds a covered entry: it starts with entry `firstSeq` at `start`, and ends at `end`. */
  stretchOf(seq: number): { firstSeq: number; start: number; end: number } {
    const at = lastAtOrBefore(seq, this.#seqs.length, (i) => this.#seqs[i]!);
    return { firstSeq: this.#seqs[at]!, start: this.#offsets[at]!, end: this.#offsets[at + 1] ?? this.#coveredEnd };
  }
}
