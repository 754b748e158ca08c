import type { FillColumns } from "../model/index.ts";
import * as at from "./table.ts";
import { multiplyDivide, result } from "./twofold.ts";

// Constants of this module are compiled in; those of another one are looked up each time.
const SHIFT = at.ROW_SHIFT;
const QUANTITY = at.QUANTITY;
const COST = at.COST;
const PEAK = at.PEAK;
const TIME = at.TIME;
/** Products of numbers below this, less their like, are told by their last 32 bits. */
const IN_32_BITS = 2 ** 30;

/**
 * Walks the rows of fills picks[from … to) through them: quantity, cost, the greatest cost and the time of opening, and
 * nothing else. No number may leave the limits on the way: `RouteSums.fit` has seen to it.
 * @param xs quantities in units of the rows
 * @param ps money of one quantity unit
 */
export function walk({ lines, restInts }: at.PositionTable, fills: FillColumns, rows: Int32Array, picks: Int32Array, from: number, to: number, xs: Float64Array, ps: Float64Array): void {
  const { route: routes, timeHigh, timeLow } = fills;
  for (let step = from; step < to; step += 1) {
    const i = picks[step]!;
    const x = xs[step - from]!;
    const p = ps[step - from]!;
    const rowsAt = routes[i]! << 1;
    const high = timeHigh[i]!;
    const low = timeLow[i]!;
    take(lines, restInts, rows[rowsAt]! << SHIFT, x, p, high, low);
    take(lines, restInts, rows[rowsAt + 1]! << SHIFT, x, p, high, low);
  }
}

/** Takes the row at `b` through one fill. */
function take(lines: Float64Array, restInts: Int32Array, b: number, x: number, p: number, timeHigh: number, timeLow: number): void {
  const held = lines[b + QUANTITY]!;
  const cost = lines[b + COST]!;
  const holds = held + x;
  const has = Math.abs(held);
  // 0 where the fill adds, else the smaller of the two: asking would be guessed wrong every other time.
  const closed = (has + Math.abs(x) - Math.abs(holds)) * 0.5;
  const left = has - closed;
  const opened = holds - (held < 0 ? -left : left);
  // The estimate of round_half_even(cost × closed ÷ has) is less than 2 off: its exact remainder modulo 2^32 tells.
  let released = Math.floor(cost * (has === 0 ? 0 : closed / has) + 0.5);
  const twice = 2 * ((Math.imul(cost, closed) - Math.imul(released, has)) | 0);
  if (!(twice < has && twice > -has && has < IN_32_BITS)) released = Number(releasedOf(cost, closed, has)); // Number: what a call returns is boxed otherwise
  const now = cost + opened * p - released;
  const paid = Math.abs(now);
  lines[b + QUANTITY] = holds;
  lines[b + COST] = now;
  if (paid > lines[b + PEAK]!) lines[b + PEAK] = paid;
  if (held !== 0 && held * holds >= 0) return;
  restInts[(b + TIME) << 1] = timeLow;
  restInts[((b + TIME) << 1) + 1] = timeHigh;
}

/** round_half_even(cost × closed ÷ has), 0 where nothing is held. */
function releasedOf(cost: number, closed: number, has: number): number {
  if (closed === 0) return 0;
  if (closed === has) return cost;
  multiplyDivide(Math.abs(cost), 0, closed, has);
  return cost < 0 ? -result[0]! : result[0]!;
}
