import type { ListedLadder } from "./ladder-set.ts";

/** One ladder among those that are merged, at the level that comes next. */
export interface Cursor {
  readonly listed: ListedLadder;
  readonly order: number; // at one price, the lower goes first
  readonly priceFactor: bigint; // to common units
  readonly quantityFactor: bigint;
  readonly weight: bigint; // > 0; levels go by price × weight, and by price where these are equal
  rank: number;
  price: bigint;
  key: bigint;
}

/** A level of one of them; the cursor stands at it until the next is asked for. */
export interface MergedLevel {
  readonly cursor: Cursor;
  readonly price: bigint;
  readonly quantity: bigint;
}

/**
 * The levels of many ladders in order, the best first, by a heap of the ladders: a level costs the logarithm of how many
 * ladders there are. The cursors are its own from now on.
 */
export function* mergedLevels(side: "bids" | "asks", cursors: readonly Cursor[]): Generator<MergedLevel> {
  const sign = side === "asks" ? 1 : -1;
  const goesBefore = (a: Cursor, b: Cursor): boolean => {
    if (a.key !== b.key) return a.key < b.key === sign > 0;
    if (a.price !== b.price) return a.price < b.price === sign > 0;
    return a.order < b.order;
  };
  const heap = cursors.filter((cursor) => load(cursor, side));
  const sink = (from: number) => {
    const cursor = heap[from]!;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && goesBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!goesBefore(heap[child]!, cursor)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = cursor;
  };
  for (let at = (heap.length >> 1) - 1; at >= 0; at -= 1) sink(at);
  while (heap.length > 0) {
    const cursor = heap[0]!;
    yield { cursor, price: cursor.price, quantity: cursor.listed.ladder[side].quantityAt(cursor.rank) * cursor.quantityFactor };
    cursor.rank += 1;
    if (!load(cursor, side)) {
      const last = heap.pop()!;
      if (heap.length === 0) return;
      heap[0] = last;
    }
    sink(0);
  }
}

/** Reads the price that a cursor stands at; `false` when there is none any more. */
function load(cursor: Cursor, side: "bids" | "asks"): boolean {
  const levels = cursor.listed.ladder[side];
  if (cursor.rank >= levels.count) return false;
  cursor.price = BigInt(levels.priceAt(cursor.rank)) * cursor.priceFactor;
  cursor.key = cursor.price * cursor.weight;
  return true;
}
