import type { BookedPair, Decision, DefinitionDecision, EventDecision } from "../engine/index.ts";
import { fieldOf } from "./texts.ts";

/** What became of what was told: booked, known before and so changing nothing, or refused with a reason that a person can act on. */
export type Answer = Booked | Refused;

export interface Booked {
  readonly status: "accepted" | "duplicate";
  readonly seq: number; // its entry; of a duplicate fill the entry of the first one, else the last entry there is
  readonly reason?: undefined;
  readonly warning?: string; // what its time means: of an event that comes late, of a fill or an event of the future; or that a repeat's other columns differ
}
export interface Refused {
  readonly status: "refused";
  readonly seq: null;
  readonly code: string; // "unreadable", or the engine's: conflicting_fill, too_precise, …
  readonly field?: string; // the field at fault
  readonly reason: string;
}

/** What became of a row of a batch that was refused. */
export interface RefusedRow extends Refused {
  readonly index: number;
}

/** What became of a batch. */
export interface BatchAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly ahead: number; // accepted, though dated later than the clock says: their times are likely wrong
  readonly differing: number; // duplicates with another strategy, signal, …: the first stays
  readonly seq: number; // the last entry of the book
  readonly seqs: Float64Array; // of each row: its entry, or that of the fill it repeats; 0 when refused
  readonly refusals: readonly RefusedRow[]; // in the order of the rows
  readonly results: readonly Answer[]; // of each row, as `apply` would have answered; made when it is asked for
}

/** Counts what becomes of a batch, part by part. */
export class BatchTally implements BatchAnswer {
  readonly seqs: Float64Array;
  readonly refusals: RefusedRow[] = [];
  accepted = 0;
  ahead = 0;
  differing = 0;
  seq = 0;
  readonly #isNew: Uint8Array;

  constructor(count: number) {
    this.seqs = new Float64Array(count);
    this.#isNew = new Uint8Array(count);
  }

  get refused(): number {
    return this.refusals.length;
  }
  get duplicates(): number {
    return this.seqs.length - this.accepted - this.refused;
  }

  get results(): Answer[] {
    const refused = new Map(this.refusals.map(({ index, ...refusal }) => [index, refusal]));
    return Array.from(this.seqs, (seq, row) => refused.get(row) ?? { status: this.#isNew[row] === 1 ? "accepted" : "duplicate", seq });
  }

  refuse(index: number, refusal: Refused): void {
    this.refusals.push({ index, ...refusal });
  }

  /** @param rowOf the batch's row of each decided one @param firstSeq of the fills that were accepted: they count up from there */
  add({ accepted, seqs, refused, differing }: Decision, rowOf: Uint32Array, firstSeq: number): void {
    let next = firstSeq;
    for (let i = 0; i < seqs.length; i += 1) {
      const row = rowOf[i]!;
      this.seqs[row] = seqs[i]!;
      if (seqs[i] !== next) continue;
      this.#isNew[row] = 1;
      next += 1;
    }
    this.accepted += accepted.count;
    this.differing += differing.length;
    for (const one of refused) this.refuse(rowOf[one.row]!, refusalOf(one));
  }

  end(seq: number): void {
    this.seq = seq;
    this.refusals.sort((a, b) => a.index - b.index);
  }
}

/** What became of a report of a pair. */
export function pairAnswerOf(decision: BookedPair, last: number): Answer {
  if (decision.is === "refused") return { status: "refused", seq: null, code: decision.code, ...(decision.field === undefined ? {} : { field: fieldOf(decision.field) }), reason: decision.why };
  if (decision.is === "known") return { status: "duplicate", seq: last };
  return { status: "accepted", seq: decision.seq, ...(decision.warning === undefined ? {} : { warning: decision.warning }) };
}

/** Data that could not be read: its column, and why. */
export function unreadable(problem: { readonly column: string; readonly reason: string; readonly code?: string }): Refused {
  const field = fieldOf(problem.column);
  return { status: "refused", seq: null, code: problem.code ?? "unreadable", field, reason: `${field}: ${problem.reason}` };
}

export function refusalOf({ refusal }: Decision["refused"][number]): Refused {
  return { status: "refused", seq: null, code: refusal.code, ...("field" in refusal ? { field: refusal.field } : {}), reason: refusal.why };
}

export function answerOf(decision: EventDecision | DefinitionDecision, seq: number): Answer {
  if (decision.is === "refused") {
    const { code = "bad_definition", field } = decision as { readonly code?: string; readonly field?: string; readonly why: string };
    return { status: "refused", seq: null, code, ...(field === undefined ? {} : { field: fieldOf(field) }), reason: decision.why };
  }
  const warning = "warning" in decision ? decision.warning : undefined;
  return { status: decision.is === "news" ? "accepted" : "duplicate", seq, ...(warning === undefined ? {} : { warning }) };
}
