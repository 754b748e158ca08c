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

const unchanged = { route: (number: number): number => number, name: (number: number): number => number };

/** Books fills that count alike in one go: one block. */
export function takeFills(ledger: Ledger, part: readonly WaitingFills[]): Taken[] {
  const [first] = part;
  let fills = first!.fills;
  if (part.length > 1) {
    fills = new FillColumns(part.reduce((sum, { fills: { count } }) => sum + count, 0));
    for (const one of part) fills.copyRows(one.fills, 0, one.fills.count, unchanged);
  }
  const seqBefore = ledger.seq;
  const decision = ledger.bookFills(fills, first!.source);
  const { accepted } = decision;
  const touched: Touched[] = accepted.count === 0 ? [] : [{ routes: new Set(accepted.route.subarray(0, accepted.count)) }];
  const outcomes = outcomesOf(decision, part.map((one) => one.fills.count), seqBefore, ledger.seq);
  return part.map((one, i) => ({ touched: i === 0 ? touched : [], sinceMs: one.sinceMs, areFills: true, done: () => one.done(outcomes[i]!), failed: one.failed }));
}
