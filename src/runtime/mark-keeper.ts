import type { Book } from "../core/book/index.ts";
import { floorTo, type Mark } from "../core/model/index.ts";

/** Marks that are to be journaled now, and those that value from now on, journaled or not. */
export interface MarksTaken {
  readonly record: readonly Mark[];
  readonly live: readonly Mark[];
}

/**
 * Decides when the marks that a service is given count. One of each symbol and interval is journaled: the last one, once
 * its interval is over. Until then it is held, and values without being of record; the first mark of a symbol after a pause
 * is journaled at once, so that a crash leaves no position without a value that had one.
 *
 * When values are to change at the interval only, all marks are held until it is over.
 */
export class MarkKeeper {
  readonly #everyNs: bigint;
  readonly #isRealTime: boolean;
  readonly #held = new Map<string, Mark>(); // by venue and symbol, and, where nothing values at once, by interval
  readonly #live = new Map<string, Mark>(); // the newest by venue and symbol

  constructor(everyNs: bigint, isRealTime: boolean) {
    this.#everyNs = everyNs;
    this.#isRealTime = isRealTime;
  }

  get isHolding(): boolean {
    return this.#held.size > 0;
  }
  /** Marks that wait for the end of their interval. */
  get held(): readonly Mark[] {
    return [...this.#held.values()];
  }
  /** The newest mark of each venue and symbol, among those that count. */
  get live(): Iterable<Mark> {
    return this.#live.values();
  }

  /** How long it is until the interval is over in which `nowNs` lies, in milliseconds. */
  msToEnd(nowNs: bigint): number {
    return Number((floorTo(nowNs, this.#everyNs) + this.#everyNs - nowNs) / 1_000_000n) + 1;
  }

  /** Takes marks. What is held stays so until `released` says that it was journaled. */
  take(book: Book, marks: readonly Mark[], nowNs: bigint): MarksTaken {
    if (!this.#isRealTime) {
      for (const mark of marks) this.#hold(`${keyOf(mark)}\u0000${floorTo(mark.timeNs, this.#everyNs)}`, mark);
      return { record: [], live: [] };
    }
    const live = marks.filter((mark) => this.#isNewest(mark));
    const record: Mark[] = [];
    for (const [key, series] of lastOfIntervals(marks, this.#everyNs)) {
      const newest = series.at(-1)!;
      const held = this.#held.get(key);
      const isLater = held === undefined || held.timeNs <= newest.timeNs;
      record.push(...series.slice(0, isLater ? -1 : undefined));
      if (!isLater) continue;
      const last = held ?? book.marks.recordedAt(newest.venue, newest.symbol);
      if (held !== undefined && this.#floor(held) !== this.#floor(newest)) record.push(held);
      const isOver = this.#floor(newest) + this.#everyNs <= nowNs;
      const isAfterPause = last === undefined || this.#floor(last) + this.#everyNs < this.#floor(newest);
      if (isOver || isAfterPause) {
        record.push(newest);
        this.#held.delete(key);
      } else this.#held.set(key, newest);
    }
    return { record, live };
  }

  /** What was held counts: it is journaled. Returns the marks that value from now on. */
  released(marks: readonly Mark[]): readonly Mark[] {
    const journaled = new Set(marks);
    for (const [key, mark] of this.#held) if (journaled.has(mark)) this.#held.delete(key);
    return this.#isRealTime ? [] : marks.filter((mark) => this.#isNewest(mark));
  }

  #hold(key: string, mark: Mark): void {
    const known = this.#held.get(key);
    if (known === undefined || known.timeNs <= mark.timeNs) this.#held.set(key, mark);
  }

  #isNewest(mark: Mark): boolean {
    const key = keyOf(mark);
    const known = this.#live.get(key);
    if (known !== undefined && known.timeNs > mark.timeNs) return false;
    this.#live.set(key, mark);
    return true;
  }

  #floor({ timeNs }: { readonly timeNs: bigint }): bigint {
    return floorTo(timeNs, this.#everyNs);
  }
}

function keyOf({ venue, symbol }: Mark): string {
  return `${venue}\u0000${symbol}`;
}

/** By venue and symbol the last mark of each interval, oldest first. */
function lastOfIntervals(marks: readonly Mark[], everyNs: bigint): Map<string, Mark[]> {
  const series = new Map<string, Mark[]>();
  for (const mark of [...marks].sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0))) {
    const key = keyOf(mark);
    let of = series.get(key);
    if (of === undefined) series.set(key, (of = []));
    const last = of.at(-1);
    if (last !== undefined && floorTo(last.timeNs, everyNs) === floorTo(mark.timeNs, everyNs)) of.pop();
    of.push(mark);
  }
  return series;
}
