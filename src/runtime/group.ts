import type { Touched } from "../core/engine/index.ts";
import { FillColumns } from "../core/model/index.ts";
import type { Waiting, WaitingFacts, WaitingFills } from "./inbox.ts";
import type { Ledger } from "./ledger.ts";
import { outcomesOf } from "./outcome.ts";

/** What was taken and waits to be answered. */
export interface Taken {
  readonly touched: readonly Touched[];
  readonly sinceMs: number;
  readonly areFills: boolean;
  readonly isPast?: boolean | undefined; // it may change what the book was on days before
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/** A group in parts that are decided at once: fills that stand together and count alike, or one submission of facts. */
export function partsOf(group: readonly Waiting[]): (WaitingFills[] | WaitingFacts)[] {
  const parts: (WaitingFills[] | WaitingFacts)[] = [];
  for (const waiting of group) {
    const last = parts.at(-1);
    if (waiting.kind === "facts") parts.push(waiting);
    else if (Array.isArray(last) && last[0]!.source === waiting.source) last.push(waiting);
    else parts.push([waiting]);
  }
  return parts;
}

/** Larger columns are not kept for the next group. */
const MOST_KEPT = 4_096;

const unchanged = { route: (number: number): number => number, name: (number: number): number => number };

/** Where fills are put together: new columns for each group would be most of the garbage there is. */
let together = new FillColumns(256);

/** The fills of several submissions one after the other; valid until it is called again. */
function merged(part: readonly WaitingFills[]): FillColumns {
  const count = part.reduce((sum, { fills }) => sum + fills.count, 0);
  const into = count > together.capacity ? new FillColumns(count > MOST_KEPT ? count : MOST_KEPT) : together;
  if (count <= MOST_KEPT) together = into;
  into.clear();
  for (const { fills } of part) into.copyRows(fills, 0, fills.count, unchanged);
  return into;
}

/** Books fills that count alike in one go: one block. @param todayNs when the day began */
export function takeFills(ledger: Ledger, part: readonly WaitingFills[], todayNs: bigint): Taken[] {
  const [first] = part;
  const fills = part.length === 1 ? first!.fills : merged(part);
  const seqBefore = ledger.seq;
  const decision = ledger.bookFills(fills, first!.source);
  const { accepted } = decision;
  const touched: Touched[] = accepted.count === 0 ? [] : [{ routes: new Set(accepted.route.subarray(0, accepted.count)) }];
  const isPast = hasOlder(accepted, todayNs);
  const outcomes = outcomesOf(decision, part.map((one) => one.fills.count), seqBefore, ledger.seq);
  return part.map((one, i) => ({ touched: i === 0 ? touched : [], sinceMs: one.sinceMs, areFills: true, isPast, done: () => one.done(outcomes[i]!), failed: one.failed }));
}

/** Whether a fill is older than a time, by about 4 s: the low half of times is not looked at. */
function hasOlder({ count, timeHigh }: FillColumns, thanNs: bigint): boolean {
  const than = Number(thanNs >> 32n);
  for (let row = 0; row < count; row += 1) if (timeHigh[row]! < than) return true;
  return false;
}
