/**
 * Machine code that takes a few rows of the book through many fills: AssemblyScript, which `node scripts/assembly.mjs` compiles into
 * `src/core/position/few-rows-code.ts`. The same transition as `applyTrade` (`src/core/position/position.ts`), which it is held equal
 * to. One row or two are taken through all of their fills one after the other (`few-rows/small.ts`, `few-rows/large.ts`); where that does
 * not do, and for more rows, fill by fill: small costs are doubles that hold integers, costs from 2^51 on integers of 64 bits, from 2^60
 * on of 128.
 *
 * `FewRows` (`src/core/position/few-rows.ts`) puts fills and rows into the memory, calls `walk` and takes the rows back.
 */
import * as large from "./few-rows/large";
import {
  BEFORE, CARRY, COST, COST_BEFORE, COST_BEFORE_HIGH, FACTOR, FEES, FEES_PAID, FEE_CURRENCIES, FEE_DIGITS, FEE_SUM, FORM, HALF, IN_64_BITS, IS_LARGE,
  LARGE_COST, LARGE_COST_HIGH, LARGE_PEAK, LARGE_PEAK_HIGH, LARGE_VALUES, LARGE_VALUES_HIGH, LAST_NS, LAST_TRADES, LOWER, MOST_POWER, MOST_QUICK, NONE,
  OF_MONEY, OF_PRICE, OF_QUANTITY, OPENED_NS, PEAK, POWERS, PRICES, PRICE_DIGITS, QUANTITIES, QUANTITY_DIGITS, REALIZED, RESTS, ROUTES, SETTLE, SIZES,
  SLOTS, SLOTS_OF, SLOT_SHIFT, SMALL, TRADES, TWO100, TWO50, TWO51, TWO53, TWO90, UNSTATED, VALUES, VOLUME,
} from "./few-rows/layout";
import { nearestOf, whole } from "./few-rows/numbers";
import * as small from "./few-rows/small";
import { begin, lastTimeOf, pick, picked, pickedAt, pickedPaid, state, timeOf, timeOfPicked } from "./few-rows/state";
import { double, high, integer, minus, plus, times, timesWide } from "./wide";

/** The fill at hand, in the digits of form `scaledFor`. */
let scaledFor: i32 = NONE;
let quantity: f64 = 0;
let price: f64 = 0;
let fee: f64 = 0;

/**
 * Applies fills [0, count) to the venue row and the net row of each one's route. Returns how many it did: the next one is
 * not for the columns, or too large for them, and has changed nothing. @param all the bits of slots to which all of them go
 */
export function walk(count: i32, slots: i32, all: i32): i32 {
  for (let slot = 1; slot <= slots; slot += 1) if (!enter(SLOTS + (<usize>slot << SLOT_SHIFT))) return 0;
  let i = slots <= MOST_QUICK ? <usize>takeQuickly(count, slots, all) : 0;
  for (; i < <usize>count; i += 1) {
    const pair = SLOTS_OF + (<usize>load<i32>(ROUTES + (i << 2)) << 1);
    const venue = SLOTS + (<usize>load<u8>(pair) << SLOT_SHIFT);
    const net = SLOTS + (<usize>load<u8>(pair, 1) << SLOT_SHIFT);
    scaledFor = NONE;
    if (venue !== SLOTS && !mayTake(venue, i)) break;
    const venueQuantity = quantity;
    const venuePrice = price;
    const venueFee = fee;
    if (net !== SLOTS && !mayTake(net, i)) break;
    const timeNs = timeOf(i);
    if (venue !== SLOTS) take(venue, venueQuantity, venuePrice, venueFee, timeNs);
    if (net !== SLOTS) take(net, quantity, price, fee, timeNs);
  }
  for (let slot = 1; slot <= slots; slot += 1) leave(SLOTS + (<usize>slot << SLOT_SHIFT));
  return <i32>i;
}

/**
 * Takes one row or two through the fills, each through all of its own at once: what a row holds need not go through the memory from
 * fill to fill then. Returns how many fills were taken; the next one must be taken the general way.
 */
function takeQuickly(count: i32, slots: i32, all: i32): i32 {
  begin(count);
  const first = SLOTS + (1 << SLOT_SHIFT);
  const bytes = <usize>slots << SLOT_SHIFT;
  memory.copy(BEFORE, first, bytes);
  let done = count;
  let taken = takeRows(count, slots, all);
  while (taken !== done) {
    memory.copy(first, BEFORE, bytes);
    done = taken;
    taken = takeRows(done, slots, all);
  }
  return done;
}

/** Takes the rows through their fills among [0, count). When fewer can be taken, returns a number that those are not more than; then the rows are of no use. */
function takeRows(count: i32, slots: i32, all: i32): i32 {
  let most = count;
  for (let slot = 1; slot <= slots; slot += 1) most = state(SLOTS + (<usize>slot << SLOT_SHIFT), most);
  for (let slot = 1; slot <= slots; slot += 1) {
    const row = SLOTS + (<usize>slot << SLOT_SHIFT);
    if (state(row, most) < most) return 0;
    pick(slot, (all & (1 << slot)) !== 0, most);
    if (!takePicked(row, slot)) return 0;
  }
  return most;
}

/** Takes a row through the fills that were picked for it. False: its cost does not stay below 2^60, or what it holds might not stay below 2^51; then it is of no use. */
function takePicked(row: usize, slot: i32): bool {
  if (!load<i32>(row, IS_LARGE)) enlarge(row);
  const held = load<f64>(row);
  const cost = load<i64>(row, LARGE_COST);
  if (load<i64>(row, LARGE_COST_HIGH) !== cost >> 63 || abs(cost) >= IN_64_BITS) return false;
  if (small.takeSmall(held, cost, pickedAt, picked)) return keep(row, slot, small.held, <i64>small.cost, <i64>small.most, small.opened, small.sizes, small.values);
  return large.takeLarge(held, cost, pickedAt, picked) && keep(row, slot, large.held, large.cost, large.most, large.opened, large.sizes, large.values);
}

/** Keeps what taking a row through its fills came to. */
function keep(row: usize, slot: i32, held: f64, cost: i64, most: i64, opened: i32, sizes: f64, values: i64): bool {
  store<f64>(row, held);
  store<i64>(row, cost, LARGE_COST);
  store<i64>(row, cost >> 63, LARGE_COST_HIGH);
  if (load<i64>(row, LARGE_PEAK_HIGH) === 0 && <u64>most > load<u64>(row, LARGE_PEAK)) store<u64>(row, most, LARGE_PEAK);
  store<i32>(row, load<i32>(row, TRADES) + picked, TRADES);
  if (opened !== NONE) store<i64>(row, timeOfPicked(slot, opened), OPENED_NS);
  store<i64>(row, lastTimeOf(slot, load<i64>(row, LAST_NS)), LAST_NS);
  store<i64>(row, load<i64>(row, SIZES) + <i64>sizes, SIZES);
  store<i64>(row, load<i64>(row, FEES_PAID) + pickedPaid, FEES_PAID);
  store<i64>(row, load<i64>(row, VALUES) + values, VALUES);
  return true;
}

/** Reads what a row holds. False: too many fills, or so much money that it might not stay within 2^101. */
function enter(row: usize): bool {
  if (load<i32>(row, FORM) === 0) return true;
  const isRoomy = abs(load<f64>(row, COST)) < TWO100 && abs(load<f64>(row, REALIZED)) < TWO100 && load<f64>(row, PEAK) < TWO100;
  if (!isRoomy || load<i32>(row, TRADES) >= LAST_TRADES) return false;
  const cost = money(row, COST);
  store<i64>(row, cost, COST_BEFORE);
  store<i64>(row, high, COST_BEFORE_HIGH);
  store<i32>(row, 0, IS_LARGE);
  if (high !== cost >> 63 || abs(cost) >= SMALL) enlarge(row);
  store<i64>(row, 0, VALUES);
  store<i64>(row, 0, LARGE_VALUES);
  store<i64>(row, 0, LARGE_VALUES_HIGH);
  store<i64>(row, 0, SIZES);
  store<i64>(row, 0, FEES_PAID);
  return true;
}

/** Writes what a row holds. Realized − cost changes by what the fills were worth. */
function leave(row: usize): void {
  if (load<i32>(row, FORM) === 0) return;
  if (load<i32>(row, IS_LARGE)) settle(row);
  const values = load<i64>(row, VALUES);
  let sum = money(row, COST);
  sum = minus(sum, high, load<i64>(row, COST_BEFORE), load<i64>(row, COST_BEFORE_HIGH));
  sum = minus(sum, high, values, values >> 63);
  sum = minus(sum, high, load<i64>(row, LARGE_VALUES), load<i64>(row, LARGE_VALUES_HIGH));
  const sumHigh = high;
  const realized = money(row, REALIZED);
  sum = plus(realized, high, sum, sumHigh);
  setMoney(row, REALIZED, sum, high);
  addCarried(row, FEE_SUM, load<i64>(row, FEES_PAID));
  addCarried(row, VOLUME, load<i64>(row, SIZES));
}

/** Takes cost and peak out of the line. */
function enlarge(row: usize): void {
  store<i32>(row, 1, IS_LARGE);
  store<i64>(row, money(row, COST), LARGE_COST);
  store<i64>(row, high, LARGE_COST_HIGH);
  store<i64>(row, money(row, PEAK), LARGE_PEAK);
  store<i64>(row, high, LARGE_PEAK_HIGH);
}

/** Puts them into the line. */
function settle(row: usize): void {
  store<i32>(row, 0, IS_LARGE);
  setMoney(row, COST, load<i64>(row, LARGE_COST), load<i64>(row, LARGE_COST_HIGH));
  setMoney(row, PEAK, load<i64>(row, LARGE_PEAK), load<i64>(row, LARGE_PEAK_HIGH));
}

/** States the fill in the digits of a row. False: it has finer ones, or a fee that rows do not keep, or is too large. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function mayTake(row: usize, i: usize): bool {
  const form = load<i32>(row, FORM);
  if (form !== scaledFor) {
    if (form === 0) return false;
    const finer = load<i32>(row, OF_QUANTITY) - <i32>load<u8>(QUANTITY_DIGITS + i);
    const finerPrice = load<i32>(row, OF_PRICE) - <i32>load<u8>(PRICE_DIGITS + i);
    if ((finer | finerPrice) < 0) return false;
    quantity = load<f64>(QUANTITIES + (i << 3)) * load<f64>(POWERS + (<usize>finer << 3));
    price = load<f64>(PRICES + (i << 3)) * (load<f64>(row, FACTOR) * load<f64>(POWERS + (<usize>finerPrice << 3)));
    fee = load<f64>(FEES + (i << 3));
    if (fee !== 0) {
      const finerFee = load<i32>(row, OF_MONEY) - <i32>load<u8>(FEE_DIGITS + i);
      const currency = load<i32>(FEE_CURRENCIES + (i << 2));
      if (finerFee < 0 || finerFee > MOST_POWER || (currency !== load<i32>(row, UNSTATED) && currency !== load<i32>(row, SETTLE))) return false;
      fee *= load<f64>(POWERS + (<usize>finerFee << 3));
    }
    // What is not a number, a wide fill, is not below anything.
    if (!(abs(quantity) < TWO51 && abs(price) < TWO53 && abs(fee) < TWO51 && abs(quantity * price) < TWO90)) return false;
    scaledFor = form;
  }
  return abs(load<f64>(row) + quantity) < TWO51;
}

/** Takes a row through a fill of `x` units at money `p` a unit. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function take(row: usize, x: f64, p: f64, ofFee: f64, timeNs: i64): void {
  const held = load<f64>(row);
  const holds = held + x;
  const has = abs(held);
  const size = abs(x);
  const value = x * p;
  // 0 where the fill adds, else the smaller of the two: asking would be guessed wrong every other time.
  const closed = (has + size - abs(holds)) * 0.5;
  const left = has - closed;
  store<f64>(row, holds);
  store<i64>(row, load<i64>(row, SIZES) + whole(size), SIZES);
  store<i64>(row, load<i64>(row, FEES_PAID) + whole(ofFee), FEES_PAID);
  store<i32>(row, load<i32>(row, TRADES) + 1, TRADES);
  if (timeNs > load<i64>(row, LAST_NS)) store<i64>(row, timeNs, LAST_NS);
  if (left === 0 && holds !== 0) store<i64>(row, timeNs, OPENED_NS); // it was flat, or has flipped
  if (load<i32>(row, IS_LARGE) | i32(abs(value) >= TWO51)) return takeOneLarge(row, held, holds, has, closed, left, p, value);
  store<i64>(row, load<i64>(row, VALUES) + whole(value), VALUES);
  const cost = load<f64>(row, COST);
  let released = cost;
  if (left !== 0) {
    // The estimate of round_half_even(cost × closed ÷ has) is at most two off: the remainder, exact modulo 2^64, tells.
    released = nearest(cost * (closed / has));
    const by = whole(has);
    const rest = whole(cost) * whole(closed) - whole(released) * by;
    if (abs(rest) << 1 >= by) released += <f64>nearestOf(rest, by, <i64>released);
  }
  const now = cost - released + (holds - copysign(left, held)) * p;
  store<f64>(row, now, COST);
  if (abs(now) > load<f64>(row, PEAK)) store<f64>(row, abs(now), PEAK);
  if (abs(now) >= TWO51) enlarge(row);
}

/** The same, where a cost or a value does not stay below 2^51. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function takeOneLarge(row: usize, held: f64, holds: f64, has: f64, closed: f64, left: f64, p: f64, value: f64): void {
  if (!load<i32>(row, IS_LARGE)) enlarge(row);
  const price = <i64>p;
  const opened = whole(holds - copysign(left, held));
  const cost = load<i64>(row, LARGE_COST);
  const costHigh = load<i64>(row, LARGE_COST_HIGH);
  const isIn64Bits = costHigh === cost >> 63 && abs(cost) < IN_64_BITS;
  if (!isIn64Bits || abs(value) >= TWO51) return takeHuge(row, whole(holds) - whole(held), price, whole(closed), whole(has), opened, cost, costHigh);
  store<i64>(row, load<i64>(row, VALUES) + whole(value), VALUES);
  const now = cost - (left === 0 ? cost : releasedOf(cost, closed, has)) + opened * price;
  store<i64>(row, now, LARGE_COST);
  store<i64>(row, now >> 63, LARGE_COST_HIGH);
  if (load<i64>(row, LARGE_PEAK_HIGH) === 0 && <u64>abs(now) > <u64>load<i64>(row, LARGE_PEAK)) store<i64>(row, abs(now), LARGE_PEAK);
  if (abs(now) < SMALL) settle(row);
}

/** round_half_even(cost × closed ÷ has) of a cost below 2^60. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function releasedOf(cost: i64, closed: f64, has: f64): i64 {
  // The share closed ÷ has in 62 bits does not wait for the cost that the fill before has left: then four multiplications
  // remain to be done. They are seldom one off: the remainder, exact modulo 2^64, tells.
  const by = whole(has);
  const part = whole(closed);
  const inverse = 1 / has;
  let share = whole(closed * inverse * TWO50) << 12;
  share += whole(<f64>((part << 62) - share * by) * inverse);
  const upper = cost >> 32;
  const lower = cost & LOWER;
  const shareUpper = share >> 32;
  const shareLower = share & LOWER;
  const middle = upper * shareLower + lower * shareUpper + ((lower * shareLower) >>> 32);
  const released = ((upper * shareUpper) << 2) + ((middle + HALF) >> 30);
  const rest = cost * part - released * by;
  return abs(rest) << 1 >= by ? released + nearestOf(rest, by, released) : released;
}

/** The same in 128 bits. */
function takeHuge(row: usize, x: i64, p: i64, closed: i64, has: i64, opened: i64, costBefore: i64, costBeforeHigh: i64): void {
  let value = times(x, p);
  const sum = plus(load<i64>(row, LARGE_VALUES), load<i64>(row, LARGE_VALUES_HIGH), value, high);
  store<i64>(row, sum, LARGE_VALUES);
  store<i64>(row, high, LARGE_VALUES_HIGH);
  let cost = costBefore;
  let costHigh = costBeforeHigh;
  if (closed === has) {
    cost = 0;
    costHigh = 0;
  } else if (closed !== 0) {
    // The estimate is less than 2^50 off, one by its remainder less than 1: modulo 2^128 both remainders are exact.
    let released = integer(double(cost, costHigh) * (<f64>closed / <f64>has));
    let releasedHigh = high;
    let rest = timesWide(cost, costHigh, closed);
    let restHigh = high;
    let taken = timesWide(released, releasedHigh, has);
    rest = minus(rest, restHigh, taken, high);
    restHigh = high;
    const more = <i64>nearest(double(rest, restHigh) / <f64>has);
    released = plus(released, releasedHigh, more, more >> 63);
    releasedHigh = high;
    taken = times(more, has);
    rest = minus(rest, restHigh, taken, high);
    const last = nearestOf(rest, has, released);
    released = plus(released, releasedHigh, last, last >> 63);
    cost = minus(cost, costHigh, released, high);
    costHigh = high;
  }
  value = times(opened, p);
  cost = plus(cost, costHigh, value, high);
  costHigh = high;
  store<i64>(row, cost, LARGE_COST);
  store<i64>(row, costHigh, LARGE_COST_HIGH);
  const size = costHigh < 0 ? minus(0, 0, cost, costHigh) : cost;
  const sizeHigh = costHigh < 0 ? high : costHigh;
  const peakHigh = load<i64>(row, LARGE_PEAK_HIGH);
  if (sizeHigh < peakHigh || (sizeHigh === peakHigh && <u64>size <= <u64>load<i64>(row, LARGE_PEAK))) return;
  store<i64>(row, size, LARGE_PEAK);
  store<i64>(row, sizeHigh, LARGE_PEAK_HIGH);
}

/** An amount of a row, which is a double and its exact rest: below 2^101. */
function money(row: usize, at: usize): i64 {
  const low = integer(load<f64>(row + at));
  const rest = <i64>load<f64>(row + at, RESTS);
  return plus(low, high, rest, rest >> 63);
}

/** Puts an amount into a row, as the nearest double and the rest. */
function setMoney(row: usize, at: usize, low: i64, upper: i64): void {
  const about = double(low, upper); // rounded twice: perhaps not the nearest
  const rest = <f64>minus(low, upper, integer(about), high);
  const nearestTo = about + rest;
  store<f64>(row + at, nearestTo);
  store<f64>(row + at, rest - (nearestTo - about), RESTS);
}

/** Adds to a sum that stands as a part below 2^52 and a count of 2^52. */
function addCarried(row: usize, at: usize, amount: i64): void {
  const sum = <i64>load<f64>(row + at) + amount;
  const units = sum / CARRY;
  store<f64>(row + at, <f64>(sum - units * CARRY));
  store<f64>(row + at, load<f64>(row + at, RESTS) + <f64>units, RESTS);
}
