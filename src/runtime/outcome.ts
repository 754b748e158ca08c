import type { Refusal } from "../core/model/index.ts";
import type { BookedDecision } from "../core/engine/index.ts";

/** When a submission is answered: once it is on disk, or once it is decided (it is on disk soon after). */
export type Acknowledgement = "durable" | "buffered";

export const FILL_REFUSED = 0;
export const FILL_ACCEPTED = 1;
export const FILL_DUPLICATE = 2;

/** What became of submitted fills, row by row. */
export interface FillsOutcome {
  readonly statuses: Uint8Array; // FILL_REFUSED, FILL_ACCEPTED or FILL_DUPLICATE
  readonly seqs: Float64Array; // each row's entry, or that of the fill it repeats; 0 when refused
  readonly refused: readonly { readonly row: number; readonly refusal: Refusal }[];
  readonly differing: readonly number[]; // rows that repeat a fill but for a column beside its content
  readonly seq: number; // the last entry when they were decided
}

/**
 * What became of several submissions that were decided as one.
 * @param counts the rows of each, in their order
 * @param seqBefore the last entry before @param seq the last entry now
 */
export function outcomesOf({ seqs, refused, differing }: Pick<BookedDecision, "seqs" | "refused" | "differing">, counts: readonly number[], seqBefore: number, seq: number): FillsOutcome[] {
  const statuses = new Uint8Array(seqs.length);
  for (let row = 0, last = seqBefore; row < seqs.length; row += 1) {
    const at = seqs[row]!;
    if (at === 0) continue; // FILL_REFUSED
    statuses[row] = at > last ? FILL_ACCEPTED : FILL_DUPLICATE; // new entries are numbered in the order of the rows
    last = Math.max(last, at);
  }
  let from = 0;
  let next = 0; // of `refused`, which is in the order of the rows
  return counts.map((count) => {
    const to = from + count;
    const own: { row: number; refusal: Refusal }[] = [];
    for (; next < refused.length && refused[next]!.row < to; next += 1) own.push({ row: refused[next]!.row - from, refusal: refused[next]!.refusal });
    const outcome = { statuses: statuses.subarray(from, to), seqs: seqs.subarray(from, to), refused: own, differing: rowsWithin(differing, from, to), seq };
    from = to;
    return outcome;
  });
}

const NONE: readonly number[] = [];

/** Those of `rows` in [from, to), counted from `from`. */
function rowsWithin(rows: readonly number[], from: number, to: number): readonly number[] {
  return rows.length === 0 ? NONE : rows.filter((row) => row >= from && row < to).map((row) => row - from);
}
