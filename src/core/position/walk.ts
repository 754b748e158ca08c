import type { FillColumns } from "../model/index.ts";
import { costAfter } from "./cost-after.ts";
import * as at from "./table.ts";

// Constants of this module are compiled in; those of another one are looked up each time.
const SHIFT = at.ROW_SHIFT;
const QUANTITY = at.QUANTITY;
const COST = at.COST;
const PEAK = at.PEAK;
const TIME = at.TIME;

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
  const holds = held + x;
  const now = costAfter(held, lines[b + COST]!, holds, x, p);
  const paid = Math.abs(now);
  lines[b + QUANTITY] = holds;
  lines[b + COST] = now;
  if (paid > lines[b + PEAK]!) lines[b + PEAK] = paid;
  if (held !== 0 && held * holds >= 0) return;
  restInts[(b + TIME) << 1] = timeLow;
  restInts[((b + TIME) << 1) + 1] = timeHigh;
}
