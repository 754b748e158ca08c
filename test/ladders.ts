import fc from "fast-check";
import { isProblem, readDecimal, type Decimal } from "../src/core/num/index.ts";
import type { Ladder, LadderMessage, Level } from "../src/core/market/index.ts";

/** Ladders for tests, written as people write them. */

export function decimal(text: string): Decimal {
  const read = readDecimal(text);
  if (isProblem(read)) throw new Error(read.why);
  return read;
}

/** `"100 x 2, 99 x 1"` → levels. */
export function levels(text: string): Level[] {
  if (text === "") return [];
  return text.split(", ").map((level) => {
    const [price, quantity] = level.split(" x ") as [string, string];
    return { price: decimal(price), quantity: decimal(quantity) };
  });
}

export function message(type: LadderMessage["type"], bids: string, asks: string, more: Partial<LadderMessage> = {}): LadderMessage {
  return { type, venue: "v", symbol: "BTC/USD", timeUs: 0, bids: levels(bids), asks: levels(asks), ...more };
}

/** All levels of a side as exact units, the best first. */
export function levelsOf(ladder: Ladder, side: "bids" | "asks"): (readonly [price: bigint, quantity: bigint])[] {
  return Array.from({ length: ladder[side].count }, (_, rank) => [BigInt(ladder[side].priceAt(rank)), ladder[side].quantityAt(rank)] as const);
}

/** A few levels around 100, close enough that venues cross now and then; prices and quantities with up to two decimals. */
export const anySides: fc.Arbitrary<{ readonly bids: readonly Level[]; readonly asks: readonly Level[] }> = fc
  .record({ middle: fc.integer({ min: 9_900, max: 10_100 }), bids: sideOf(), asks: sideOf() })
  .map(({ middle, bids, asks }) => ({
    bids: bids.map(([away, quantity]) => ({ price: hundredths(middle - away), quantity: hundredths(quantity) })),
    asks: asks.map(([away, quantity]) => ({ price: hundredths(middle + away), quantity: hundredths(quantity) })),
  }));

function sideOf(): fc.Arbitrary<[away: number, quantity: number][]> {
  return fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 500 })), { selector: ([away]) => away, maxLength: 6 });
}

export function hundredths(units: number): Decimal {
  return decimal(`${units}e-2`);
}
