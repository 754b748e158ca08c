/**
 * Takes a row through fills that were picked for it, where cost and values stay below 2^50: in doubles that hold integers, two fills at
 * a time as far as the one need not wait for the other.
 */
import { CONSTANTS, NONE, SMALL, TWO50, TWO51 } from "./layout";
import { nearestOf, ROUNDER, whole, wholesOf } from "./numbers";

/** A released cost is off by less than that part of it, after a division and two multiplications. */
const OFF: f64 = 1 / TWO51;

/** What the row holds, its cost and the largest one, the fill that opened it last, and what the fills come to. */
export let held: f64 = 0;
export let cost: f64 = 0;
export let most: f64 = 0;
export let opened: i32 = NONE;
export let sizes: f64 = 0;
export let values: i64 = 0;

/** Takes a row through fills [0, count) behind `at`; what it comes to stands in this file's variables. False: the cost, or what it might hold, grew too large. */
export function takeSmall(heldBefore: f64, costBefore: i64, at: usize, count: i32): bool {
  if (abs(costBefore) >= SMALL) return false;
  held = heldBefore;
  cost = <f64>costBefore;
  most = 0;
  opened = NONE;
  sizes = 0;
  values = 0;
  const end = (count + 1) & ~1;
  let k = run(at, 0, end);
  while (k < end && most < TWO50 && abs(heldBefore) + sizes < TWO51) {
    takeExactly(at + (<usize>k << 4), k);
    takeExactly(at + (<usize>k << 4) + 16, k + 1);
    k = run(at, k + 2, end);
  }
  return most < TWO50 && abs(heldBefore) + sizes < TWO51;
}

/**
 * Takes the row through fills [from, end), in pairs. Returns the first of a pair with which a released cost is too near a half to be
 * sure of; of that pair only sizes and values are counted.
 */
function run(at: usize, from: i32, end: i32): i32 {
  // From the memory, since constants in the code would be made anew for each pair.
  v128.store(CONSTANTS, f64x2.splat(ROUNDER));
  v128.store(CONSTANTS, f64x2.splat(1 - OFF), 16);
  v128.store(CONSTANTS, f64x2.splat(1 + OFF), 32);
  const rounder = v128.load(CONSTANTS);
  const less = v128.load(CONSTANTS, 16);
  const more = v128.load(CONSTANTS, 32);
  const zero = f64x2.splat(0);
  let holding = f64x2.splat(held);
  let before = f64x2.splat(cost); // in lane 0
  let mosts = f64x2.splat(most);
  let allSizes = zero;
  let allValues = zero;
  let k = from;
  for (; k < end; k += 2) {
    const fills = at + (<usize>k << 4);
    const one = v128.load(fills);
    const other = v128.load(fills, 16);
    const x = v128.shuffle<i64>(one, other, 0, 2);
    const p = v128.shuffle<i64>(one, other, 1, 3);
    allSizes = f64x2.add(allSizes, f64x2.abs(x));
    allValues = i64x2.add(allValues, f64x2.add(f64x2.mul(x, p), rounder));
    const holds = f64x2.add(holding, f64x2.add(x, v128.shuffle<i64>(zero, x, 0, 2)));
    const had = v128.shuffle<i64>(holding, holds, 0, 2);
    holding = v128.shuffle<i64>(holds, holds, 1, 3);
    // Of what it had: the one in the middle of that, what it holds, and nothing.
    const keeps = f64x2.pmax(f64x2.pmin(had, holds), f64x2.pmin(f64x2.pmax(had, holds), zero));
    const share = v128.and(f64x2.div(f64x2.sub(had, keeps), had), f64x2.ne(had, zero));
    const bought = f64x2.add(f64x2.mul(f64x2.sub(holds, keeps), p), rounder);
    // All that waits for the cost. Adding ROUNDER rounds what is released; the cost gets it as well, so that both lose it together.
    const first = f64x2.mul(before, share);
    const between = f64x2.sub(f64x2.add(before, bought), f64x2.add(first, rounder));
    const second = f64x2.mul(between, v128.shuffle<i64>(share, share, 1, 3));
    const after = f64x2.sub(f64x2.add(between, v128.shuffle<i64>(bought, bought, 1, 3)), f64x2.add(second, rounder));
    const released = v128.shuffle<i64>(first, second, 0, 2);
    const isUnsure = f64x2.ne(f64x2.add(f64x2.mul(released, less), rounder), f64x2.add(f64x2.mul(released, more), rounder));
    const isOpening = v128.and(f64x2.eq(keeps, zero), f64x2.ne(holds, zero)); // it was flat, or has flipped
    if (v128.any_true(v128.or(isUnsure, isOpening))) {
      if (v128.any_true(isUnsure)) {
        holding = had; // in lane 0
        break;
      }
      opened = k + (i64x2.bitmask(isOpening) >> 1);
    }
    mosts = f64x2.pmax(mosts, f64x2.abs(v128.shuffle<i64>(between, after, 0, 2)));
    before = after;
  }
  held = f64x2.extract_lane(holding, 0);
  cost = f64x2.extract_lane(before, 0);
  most = max(f64x2.extract_lane(mosts, 0), f64x2.extract_lane(mosts, 1));
  sizes += f64x2.extract_lane(allSizes, 0) + f64x2.extract_lane(allSizes, 1);
  values += wholesOf(allValues, min(end, k + 2) - from);
  return k;
}

/** Takes the row through a fill, by integers; its size and value are counted already. */
function takeExactly(fill: usize, number: i32): void {
  const x = load<f64>(fill);
  const p = load<f64>(fill, 8);
  const has = abs(held);
  const holds = held + x;
  const closed = (has + abs(x) - abs(holds)) * 0.5;
  let released = cost;
  if (closed !== has) {
    released = nearest(cost * (closed / has));
    const by = whole(has);
    released += <f64>nearestOf(whole(cost) * whole(closed) - whole(released) * by, by, <i64>released);
  } else if (holds !== 0) opened = number;
  cost += (x + copysign(closed, held)) * p - released;
  most = max(most, abs(cost));
  held = holds;
}
