/**
 * Takes a row through fills that were picked for it, where the cost stays below 2^60: in integers of 64 bits. What need not wait for the
 * cost is done for some fills ahead, two at a time: so little must be kept at hand while costs follow each other.
 */
import { BOUGHT, CLOSED, CONSTANTS, HAD, HALF, IN_64_BITS, LOWER, MOST_READY, NONE, SHARES, TWO51 } from "./layout";
import { nearestOf, ROUNDER, ROUNDER_BITS, whole, wholesOf } from "./numbers";

const TWO24: f64 = 16777216;
const TWO62: f64 = 4611686018427387904;

/** What the row holds, its cost and the largest one, the fill that opened it last, and what the fills come to. */
export let held: f64 = 0;
export let cost: i64 = 0;
export let most: i64 = 0;
export let opened: i32 = NONE;
export let sizes: f64 = 0;
export let values: i64 = 0;

/** Takes a row through fills [0, count) behind `at`; what it comes to stands in this file's variables. False: the cost, or what it might hold, grew too large. */
export function takeLarge(heldBefore: f64, costBefore: i64, at: usize, count: i32): bool {
  held = heldBefore;
  cost = costBefore;
  most = 0;
  opened = NONE;
  sizes = 0;
  values = 0;
  for (let from = 0; from < count; from += <i32>MOST_READY) {
    const some = min(<i32>MOST_READY, (count - from + 1) & ~1);
    prepare(at + (<usize>from << 4), some, from);
    if (abs(heldBefore) + sizes >= TWO51) return false;
    let k = run(0, some);
    for (; k < some && <u64>most < <u64>IN_64_BITS; k = run(k + 1, some)) takeExactly(<usize>k << 3);
    if (<u64>most >= <u64>IN_64_BITS) return false;
  }
  return true;
}

/** Makes `count` fills ready, in pairs: what each adds to the cost, and the share of it that it releases, in 62 bits. @param number of the first */
function prepare(at: usize, count: i32, number: i32): void {
  // From the memory, since constants in the code would be made anew for each pair.
  v128.store(CONSTANTS, f64x2.splat(ROUNDER));
  v128.store(CONSTANTS, i64x2.splat(ROUNDER_BITS), 16);
  v128.store(CONSTANTS, f64x2.splat(TWO24), 32);
  v128.store(CONSTANTS, f64x2.splat(1 / TWO24), 48);
  v128.store(CONSTANTS, f64x2.splat(TWO62), 64);
  v128.store(CONSTANTS, f64x2.splat(1), 80);
  const rounder = v128.load(CONSTANTS);
  const bits = v128.load(CONSTANTS, 16);
  const two24 = v128.load(CONSTANTS, 32);
  const part24 = v128.load(CONSTANTS, 48);
  const two62 = v128.load(CONSTANTS, 64);
  const unit = v128.load(CONSTANTS, 80);
  const zero = f64x2.splat(0);
  let holding = f64x2.splat(held);
  let allSizes = zero;
  let allValues = zero;
  for (let k = 0; k < count; k += 2) {
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
    const keeps = f64x2.pmax(f64x2.pmin(had, holds), f64x2.pmin(f64x2.pmax(had, holds), zero));
    const isOpening = v128.and(f64x2.eq(keeps, zero), f64x2.ne(holds, zero));
    if (v128.any_true(isOpening)) opened = number + k + (i64x2.bitmask(isOpening) >> 1);
    const closed = f64x2.abs(f64x2.sub(had, keeps));
    const by = f64x2.pmax(f64x2.abs(had), unit);
    // The upper 24 bits of the share, and the others from the remainder: exact, since it is taken by the upper and the lower half of the divisor.
    const about = f64x2.add(f64x2.mul(f64x2.div(closed, by), two24), rounder);
    const upperShare = f64x2.sub(about, rounder);
    const scaled = f64x2.mul(by, part24);
    const upper = f64x2.sub(f64x2.add(scaled, rounder), rounder);
    const rest = f64x2.sub(f64x2.sub(closed, f64x2.mul(upperShare, upper)), f64x2.mul(upperShare, f64x2.sub(scaled, upper)));
    const lowerShare = f64x2.add(f64x2.mul(f64x2.div(rest, by), two62), rounder);
    const to = <usize>k << 3;
    v128.store(to, i64x2.add(i64x2.shl(i64x2.sub(about, bits), 38), i64x2.sub(lowerShare, bits)), SHARES);
    v128.store(to, i64x2.sub(f64x2.add(f64x2.mul(f64x2.sub(holds, keeps), p), rounder), bits), BOUGHT);
    v128.store(to, i64x2.sub(f64x2.add(closed, rounder), bits), CLOSED);
    v128.store(to, i64x2.sub(f64x2.add(by, rounder), bits), HAD);
  }
  held = f64x2.extract_lane(holding, 0);
  sizes += f64x2.extract_lane(allSizes, 0) + f64x2.extract_lane(allSizes, 1);
  values += wholesOf(allValues, count);
}

/** Takes the row through fills that are ready. Returns the first of which the share, a little off, does not give the nearest released cost. */
function run(from: i32, end: i32): i32 {
  let now = cost;
  let highest = most;
  let k = from;
  for (; k < end; k += 1) {
    const fill = <usize>k << 3;
    const upper = now >> 32;
    const lower = now & LOWER;
    const upperShare = <i64>load<u32>(fill, SHARES + 4);
    const lowerShare = <i64>load<u32>(fill, SHARES);
    const middle = upper * lowerShare + lower * upperShare + ((lower * lowerShare) >>> 32);
    const released = ((upper * upperShare) << 2) + ((middle + HALF) >> 30);
    const by = load<i64>(fill, HAD);
    const rest = now * load<i64>(fill, CLOSED) - released * by; // exact modulo 2^64
    if (abs(rest) << 1 >= by) break;
    now += load<i64>(fill, BOUGHT) - released;
    highest = max(highest, abs(now));
  }
  cost = now;
  most = highest;
  return k;
}

/** Takes the row through a fill that is ready, by the remainder of what it releases. */
function takeExactly(fill: usize): void {
  const part = load<i64>(fill, CLOSED);
  const by = load<i64>(fill, HAD);
  const about = whole(<f64>cost * (<f64>part / <f64>by) * (1.0 / 1024)) << 10;
  const released = about + nearestOf(cost * part - about * by, by, about);
  cost += load<i64>(fill, BOUGHT) - released;
  most = max(most, abs(cost));
}
