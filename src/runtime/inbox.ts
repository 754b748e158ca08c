import type { Touched } from "../core/engine/index.ts";
import type { Directory, FillColumns } from "../core/model/index.ts";
import type { Acknowledgement, FillsOutcome } from "./outcome.ts";
import type { Ledger } from "./ledger.ts";

/** Fills that wait to be decided. Their columns belong to the inbox until they are answered. */
export interface WaitingFills {
  readonly kind: "fills";
  readonly fills: FillColumns;
  readonly source: Directory;
  readonly acknowledge: Acknowledgement;
  readonly sinceMs: number;
  readonly done: (outcome: FillsOutcome) => void;
  readonly failed: (error: Error) => void;
}
/** Anything else that waits to be decided. */
export interface WaitingFacts {
  readonly kind: "facts";
  readonly rows: number;
  readonly acknowledge?: Acknowledgement | undefined; // durable
  readonly areFills?: boolean | undefined; // they may have been taken as buffered
  readonly sinceMs: number;
  /** Takes them, and says how to answer once they are on disk. */
  readonly take: (ledger: Ledger) => { readonly touched: readonly Touched[]; readonly isPast?: boolean | undefined; readonly done: () => void };
  readonly failed: (error: Error) => void;
}
export type Waiting = WaitingFills | WaitingFacts;

/** Fills that are decided together at most: what comes meanwhile waits for the next commit. */
const FILLS_A_GROUP = 65_536;

/** What came and was not decided yet, in its order. Bounded: who asks too much is told so, and nothing is dropped. */
export class Inbox {
  readonly #mostFills: number;
  readonly #waiting: Waiting[] = [];
  #fills = 0;

  constructor(mostFills: number) {
    this.#mostFills = mostFills;
  }

  /** Fills and other rows that wait. */
  get size(): number {
    return this.#fills;
  }
  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Whether so many fills more may come. One submission always may, however large, when nothing waits. */
  hasRoom(fills: number): boolean {
    return this.#fills === 0 || this.#fills + fills <= this.#mostFills;
  }

  add(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#fills += weight(waiting);
  }

  /** Takes out what is decided together next. */
  next(): Waiting[] {
    let fills = 0;
    let count = 0;
    while (count < this.#waiting.length && (count === 0 || fills + weight(this.#waiting[count]!) <= FILLS_A_GROUP)) fills += weight(this.#waiting[count++]!);
    const group = this.#waiting.splice(0, count);
    this.#fills -= fills;
    return group;
  }
}

/** A submission without rows counts as one: it takes its turn as well. */
export function weight(waiting: Waiting): number {
  return Math.max(1, waiting.kind === "fills" ? waiting.fills.count : waiting.rows);
}
