import { Readable } from "node:stream";
import { aheadWarning, rowsAhead, type FillColumns } from "../core/model/index.ts";
import { otherColumnsWarning } from "../core/engine/index.ts";
import { FILL_ACCEPTED, FILL_DUPLICATE, type FillsOutcome } from "../runtime/index.ts";

/** Reasons that are kept of one request; rows beyond are refused all the same. */
const REASONS_KEPT = 100_000;
const REASON_LENGTH = 1_000;
const ROWS_A_PIECE = 2_000;
const NOT_KEPT = "refused; only the first 100,000 reasons of a request are kept: post this row again to be told";

/** What became of the fills of one request: a byte and a number a row, and why rows were refused. */
export class FillAnswers {
  #statuses = new Uint8Array(64);
  #seqs = new Float64Array(64);
  readonly #reasons = new Map<number, string>();
  readonly #warnings = new Map<number, string>();
  /** How many rows were refused, by reason. */
  readonly codes = new Map<string, number>();
  /** Accepted rows that are dated later than the clock says. */
  ahead = 0;
  count = 0;
  accepted = 0;
  duplicates = 0;
  seq = 0;

  get refused(): number {
    return this.count - this.accepted - this.duplicates;
  }

  /** Takes what was decided of fills; the row that stands at i in the outcome is that of `indexes[i]` in the body. */
  add(outcome: FillsOutcome, indexes: Uint32Array, fills: FillColumns, nowNs: bigint): void {
    const { statuses, seqs, refused, differing, seq } = outcome;
    if (indexes.length > 0) this.#reach(indexes[indexes.length - 1]! + 1);
    for (let row = 0; row < indexes.length; row += 1) {
      const index = indexes[row]!;
      const status = statuses[row]!;
      this.#statuses[index] = status;
      this.#seqs[index] = seqs[row]!;
      if (status === FILL_ACCEPTED) this.accepted += 1;
      else if (status === FILL_DUPLICATE) this.duplicates += 1;
    }
    for (const { row, refusal } of refused) this.#because(indexes[row]!, refusal.code, `${refusal.code}: ${refusal.why}`);
    for (const row of rowsAhead(fills, nowNs)) {
      if (statuses[row] !== FILL_ACCEPTED) continue;
      this.ahead += 1;
      if (this.#warnings.size < REASONS_KEPT) this.#warnings.set(indexes[row]!, aheadWarning(fills.timeNs(row), nowNs)!);
    }
    for (const row of differing) if (this.#warnings.size < REASONS_KEPT) this.#warnings.set(indexes[row]!, otherColumnsWarning(seqs[row]!));
    this.seq = Math.max(this.seq, seq);
  }

  /** A row that is no fill, or not to be written by who sent it. */
  refuse(index: number, reason: string, code = "unreadable"): void {
    this.#reach(index + 1);
    this.#because(index, code, reason);
  }

  /** The rows [from, to) as JSON objects with commas between them. @param onlyTold those alone of which there is more to say */
  rows(from: number, to: number, onlyTold: boolean): string {
    let text = "";
    for (let index = from; index < to; index += 1) {
      const status = this.#statuses[index];
      if (status === FILL_ACCEPTED || status === FILL_DUPLICATE) {
        const warning = this.#warnings.get(index);
        if (!onlyTold || warning !== undefined) text += `${text === "" ? "" : ","}{"index":${index},"status":"${status === FILL_ACCEPTED ? "accepted" : "duplicate"}","seq":${this.#seqs[index]},"reason":null${warning === undefined ? "" : `,"warning":${JSON.stringify(warning)}`}}`;
      } else text += `${text === "" ? "" : ","}{"index":${index},"status":"refused","seq":null,"reason":${JSON.stringify(this.#reasons.get(index) ?? NOT_KEPT)}}`;
    }
    return text;
  }

  /** The whole answer; a long one piece by piece. @param minimal whether rows that went well are only counted */
  body(minimal: boolean): string | Readable {
    const { accepted, duplicates, refused, seq } = this;
    const counts = minimal ? `"accepted":${accepted},"duplicates":${duplicates},"refused":${refused},` : "";
    const end = `],${counts}"seq":${seq}}`;
    if (this.count <= ROWS_A_PIECE) return `{"results":[${this.rows(0, this.count, minimal)}${end}`;
    return Readable.from(this.#pieces(minimal, end), { objectMode: false });
  }

  *#pieces(minimal: boolean, end: string): Generator<string> {
    yield '{"results":[';
    let separator = "";
    for (let from = 0; from < this.count; from += ROWS_A_PIECE) {
      const rows = this.rows(from, Math.min(this.count, from + ROWS_A_PIECE), minimal);
      if (rows === "") continue;
      yield separator + rows;
      separator = ",";
    }
    yield end;
  }

  #because(index: number, code: string, reason: string): void {
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
    if (this.#reasons.size < REASONS_KEPT) this.#reasons.set(index, reason.length > REASON_LENGTH ? `${reason.slice(0, REASON_LENGTH)}…` : reason);
  }

  #reach(count: number): void {
    this.count = Math.max(this.count, count);
    if (count <= this.#statuses.length) return;
    const size = Math.max(count, this.#statuses.length * 2);
    const statuses = new Uint8Array(size);
    const seqs = new Float64Array(size);
    statuses.set(this.#statuses);
    seqs.set(this.#seqs);
    this.#statuses = statuses;
    this.#seqs = seqs;
  }
}
