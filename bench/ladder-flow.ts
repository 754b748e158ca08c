import { Random } from "./random.ts";

/** A flow of level updates over the ladders of many venues and symbols, as columns; quantity 0 takes a level away. */
export interface LadderFlow {
  readonly venues: number;
  readonly symbols: number;
  readonly count: number;
  readonly opening: number; // so many updates at the start fill the ladders
  readonly ladder: Uint16Array; // symbol × venues + venue
  readonly isBid: Uint8Array;
  readonly price: Float64Array; // in ticks
  readonly quantity: Float64Array; // in lots
}

interface FlowOptions {
  readonly seed: number;
  readonly venues: number;
  readonly symbols: number;
  readonly depth: number; // levels a side at the start
  readonly updates: number;
}

/** Half of what each venue's own view of the price may differ from the others', in ticks. */
const STRAY = 4;
const SPREAD = 3;

/**
 * Every symbol has one price that walks; each venue quotes around its own view of it. Changes come mostly near the best: one in
 * two within the first five levels, one in ten anywhere. A venue whose view moves takes away what stands in the way first, so that
 * no ladder crosses.
 */
export function ladderFlow({ seed, venues, symbols, depth, updates }: FlowOptions): LadderFlow {
  const random = new Random(seed);
  const ladders = venues * symbols;
  const middles = Float64Array.from({ length: symbols }, () => random.between(20_000, 90_000));
  const views = Float64Array.from({ length: ladders }, (_, ladder) => middles[Math.floor(ladder / venues)]! + random.between(-STRAY, STRAY));
  const stands = Array.from({ length: ladders }, () => [new Map<number, number>(), new Map<number, number>()] as const);
  const rows: number[] = [];
  const say = (ladder: number, isBid: boolean, price: number, quantity: number) => {
    const side = stands[ladder]![isBid ? 1 : 0];
    if (quantity === 0) side.delete(price);
    else side.set(price, quantity);
    rows.push(ladder, isBid ? 1 : 0, price, quantity);
  };
  const lots = () => random.between(1, 5_000);
  for (let ladder = 0; ladder < ladders; ladder += 1) {
    for (let away = SPREAD; away < SPREAD + depth; away += 1) {
      say(ladder, true, views[ladder]! - away, lots());
      say(ladder, false, views[ladder]! + away, lots());
    }
  }
  const opening = rows.length / 4;
  while (rows.length / 4 - opening < updates) {
    const ladder = random.below(ladders);
    const symbol = Math.floor(ladder / venues);
    if (random.chance(0.02)) middles[symbol] = middles[symbol]! + random.between(-1, 1);
    if (random.chance(0.05)) {
      const view = middles[symbol]! + random.between(-STRAY, STRAY);
      views[ladder] = view;
      for (const price of [...stands[ladder]![1].keys()].filter((one) => one > view - SPREAD)) say(ladder, true, price, 0);
      for (const price of [...stands[ladder]![0].keys()].filter((one) => one < view + SPREAD)) say(ladder, false, price, 0);
      continue;
    }
    const isBid = random.chance(0.5);
    const away = SPREAD + (random.chance(0.1) ? random.below(depth) : Math.floor(-7 * Math.log(1 - random.fraction())));
    const price = views[ladder]! + (isBid ? -away : away);
    say(ladder, isBid, price, stands[ladder]![isBid ? 1 : 0].has(price) && random.chance(0.4) ? 0 : lots());
  }
  const count = rows.length / 4;
  const column = <T extends Uint16Array | Uint8Array | Float64Array>(into: T, offset: number): T => {
    for (let row = 0; row < count; row += 1) into[row] = rows[row * 4 + offset]!;
    return into;
  };
  return {
    venues, symbols, count, opening,
    ladder: column(new Uint16Array(count), 0), isBid: column(new Uint8Array(count), 1), price: column(new Float64Array(count), 2), quantity: column(new Float64Array(count), 3),
  };
}
