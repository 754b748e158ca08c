import { FillColumns } from "../core/model/index.ts";
import type { SpooledFills } from "../venues/csv/index.ts";
import type { EventRow } from "./commands/events.ts";

/** Fills and events as they are to be booked, one after the other. */
export type Step = { readonly fills: SpooledFills } | { readonly events: readonly EventRow[] };

/** Events that follow fills of their own time: what they name, or close, must be there. */
const FOLLOWS: readonly string[] = ["bust", "amend", "settled"];
const sameNumbers = { route: (number: number) => number, name: (number: number) => number };

/**
 * Puts events between sorted fills: an event stands before the first fill that is not earlier, a correction or a
 * settlement behind those of its own time. Where both carry a place
 * in an export, that place decides.
 */
export function* interleaved(batches: Iterable<SpooledFills>, events: readonly EventRow[]): Generator<Step> {
  const waiting = [...events.filter(({ seq }) => seq !== undefined).sort((a, b) => a.seq! - b.seq!), ...events.filter(({ seq }) => seq === undefined).sort(byTime)]; // as the fills come
  let next = 0;
  for (const batch of batches) {
    const { count } = batch.fills;
    let from = 0;
    while (next < waiting.length) {
      const at = firstAfter(batch, from, waiting[next]!);
      if (at === count) break;
      if (at > from) yield { fills: part(batch, from, at) };
      const first = next;
      while (next < waiting.length && firstAfter(batch, at, waiting[next]!) === at) next += 1;
      yield { events: waiting.slice(first, next) };
      from = at;
    }
    if (from < count) yield { fills: from === 0 ? batch : part(batch, from, count) };
  }
  if (next < waiting.length) yield { events: waiting.slice(next) };
}

function byTime(a: EventRow, b: EventRow): number {
  const [x, y] = [a.report.timeNs, b.report.timeNs];
  return x < y ? -1 : x > y ? 1 : a.line - b.line;
}

/** The first row from `from` on that an event stands before. */
function firstAfter({ fills, seqOf }: SpooledFills, from: number, { seq, report }: EventRow): number {
  let row = from;
  const bySeq = seqOf !== undefined && seq !== undefined;
  const until = report.timeNs + (FOLLOWS.includes(report.type) ? 1n : 0n);
  while (row < fills.count && (bySeq ? seqOf(row) < seq : fills.timeNs(row) < until)) row += 1;
  return row;
}

function part({ fills, files, lines, seqOf }: SpooledFills, from: number, to: number): SpooledFills {
  const some = new FillColumns(to - from);
  some.copyRows(fills, from, to, sameNumbers);
  return { fills: some, files: files.subarray(from, to), lines: lines.subarray(from, to), seqOf: seqOf && ((row) => seqOf(row + from)) };
}
