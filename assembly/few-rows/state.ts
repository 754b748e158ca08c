/**
 * The fills at hand in the digits of a row, as doubles that hold integers, and those of them that a row takes.
 */
import {
  CONSTANTS, FACTOR, FEE_CURRENCIES, FEE_DIGITS, FEE_FACTORS, FEES, FORM, MOST_POWER, NONE, OF_MONEY, OF_PRICE, OF_QUANTITY, PAID, POWERS, PRICE_DIGITS, PRICE_FACTORS, PRICES,
  QUANTITIES, QUANTITY_DIGITS, QUANTITY_FACTORS, ROUTES, SETTLE, SLOTS_OF, TAKEN, TIME_HIGHS, TIME_LOWS, TRADED, TWO51, TWO53, UNSTATED,
} from "./layout";
import { ROUNDER, wholeAbove, wholeOf, wholesOf } from "./numbers";

/** The form that fills are stated in, and how many are. */
let statedFor: i32 = NONE;
let stated: i32 = 0;
/** The fees of so many of them, if they are known. */
let paidOf: i32 = NONE;
let paid: i64 = 0;
/** Whether none of them is older than the one before. */
let areRising: bool = false;

/** What was picked for a row: how many fills, where they stand, their fees, and the last of them. */
export let picked: i32 = 0;
export let pickedAt: usize = 0;
export let pickedPaid: i64 = 0;
let pickedLast: i32 = 0;

/** Begins with fills [0, count) of which nothing is known yet. */
export function begin(count: i32): void {
  statedFor = NONE;
  areRising = doTimesRise(<usize>count);
}

function doTimesRise(count: usize): bool {
  let fall = i64x2.splat(0);
  let before = i64x2.splat(i64.MIN_VALUE);
  for (let i: usize = 0; i + 1 < count; i += 2) {
    const times = v128.or(i64x2.shl(v128.load32x2_s(i << 2, TIME_HIGHS), 32), v128.load32x2_u(i << 2, TIME_LOWS));
    fall = v128.or(fall, i64x2.gt_s(v128.shuffle<i64>(before, times, 1, 2), times));
    before = times;
  }
  return !v128.any_true(fall) && ((count & 1) === 0 || timeOf(count - 1) >= i64x2.extract_lane(before, 1));
}

/** States fills [0, count) in the digits of a row; how many, until one is not for this way. */
export function state(row: usize, count: i32): i32 {
  const form = load<i32>(row, FORM);
  if (form === statedFor) return min(stated, count);
  if (form === 0) return 0;
  statedFor = form;
  const areInFours = stateFours(row, count & ~3);
  stated = stateEach(row, areInFours ? count & ~3 : 0, count);
  paidOf = areInFours && (count & 3) === 0 ? count : NONE;
  return stated;
}

/** All of a number of fills that is a multiple of four. False: one of them may not be for this way. */
function stateFours(row: usize, count: i32): bool {
  tabulate(QUANTITY_FACTORS, load<i32>(row, OF_QUANTITY), 1);
  tabulate(PRICE_FACTORS, load<i32>(row, OF_PRICE), load<f64>(row, FACTOR));
  tabulate(FEE_FACTORS, load<i32>(row, OF_MONEY), 1);
  // From the memory, since constants in the code would be made anew for each pair.
  v128.store(CONSTANTS, f64x2.splat(ROUNDER));
  v128.store(CONSTANTS, f64x2.splat(TWO51), 16);
  const rounder = v128.load(CONSTANTS);
  const two51 = v128.load(CONSTANTS, 16);
  const settle = v128.load32_splat(row, SETTLE);
  const unstated = v128.load32_splat(row, UNSTATED);
  let fit = i64x2.splat(-1);
  let fees = i64x2.splat(0);
  for (let i: usize = 0; i < <usize>count; i += 4) {
    const currency = v128.load(i << 2, FEE_CURRENCIES);
    fit = v128.and(fit, v128.or(i32x4.eq(currency, settle), i32x4.eq(currency, unstated)));
    fit = v128.and(fit, f64x2.lt(statePair(i, rounder), two51)); // what is not a number, a wide fill, is not below anything
    fit = v128.and(fit, f64x2.lt(statePair(i + 2, rounder), two51));
    fees = i64x2.add(fees, i64x2.add(v128.load(i << 3, PAID), v128.load(i << 3, PAID + 16)));
  }
  paid = wholesOf(fees, count);
  return i32x4.all_true(fit);
}

/** States two fills; the sum of the sizes of all their amounts and of their values. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function statePair(i: usize, rounder: v128): v128 {
  const x = f64x2.mul(v128.load(i << 3, QUANTITIES), factors(QUANTITY_FACTORS, QUANTITY_DIGITS + i));
  const p = f64x2.mul(v128.load(i << 3, PRICES), factors(PRICE_FACTORS, PRICE_DIGITS + i));
  const fee = f64x2.mul(v128.load(i << 3, FEES), factors(FEE_FACTORS, FEE_DIGITS + i));
  v128.store(i << 4, v128.shuffle<i64>(x, p, 0, 2), TRADED);
  v128.store(i << 4, v128.shuffle<i64>(x, p, 1, 3), TRADED + 16);
  v128.store(i << 3, f64x2.add(fee, rounder), PAID);
  const size = f64x2.abs(x);
  const price = f64x2.abs(p);
  return f64x2.add(f64x2.add(size, price), f64x2.add(f64x2.abs(fee), f64x2.mul(size, price)));
}

/** What amounts of each number of digits are multiplied by; not a number, where there is no such factor. */
function tabulate(into: usize, digits: i32, factor: f64): void {
  for (let from = 0; from < 256; from += 1) {
    const finer = digits - from;
    store<f64>(into + (<usize>from << 3), finer < 0 || finer > MOST_POWER ? NaN : factor * load<f64>(POWERS + (<usize>finer << 3)));
  }
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function factors(table: usize, digits: usize): v128 {
  return v128.load_lane<i64>(table + (<usize>load<u8>(digits, 1) << 3), v128.load_zero<i64>(table + (<usize>load<u8>(digits) << 3)), 1);
}

/** Fills [from, count), one at a time; how many are stated then. */
function stateEach(row: usize, from: i32, count: i32): i32 {
  const ofQuantity = load<i32>(row, OF_QUANTITY);
  const ofPrice = load<i32>(row, OF_PRICE);
  const ofMoney = load<i32>(row, OF_MONEY);
  const factor = load<f64>(row, FACTOR);
  let i = <usize>from;
  for (; i < <usize>count; i += 1) {
    const finer = ofQuantity - <i32>load<u8>(QUANTITY_DIGITS + i);
    const finerPrice = ofPrice - <i32>load<u8>(PRICE_DIGITS + i);
    if ((finer | finerPrice) < 0) break;
    const x = load<f64>(QUANTITIES + (i << 3)) * load<f64>(POWERS + (<usize>finer << 3));
    const p = load<f64>(PRICES + (i << 3)) * (factor * load<f64>(POWERS + (<usize>finerPrice << 3)));
    let fee = load<f64>(FEES + (i << 3));
    if (fee !== 0) {
      const finerFee = ofMoney - <i32>load<u8>(FEE_DIGITS + i);
      const currency = load<i32>(FEE_CURRENCIES + (i << 2));
      if (finerFee < 0 || finerFee > MOST_POWER || (currency !== load<i32>(row, UNSTATED) && currency !== load<i32>(row, SETTLE))) break;
      fee *= load<f64>(POWERS + (<usize>finerFee << 3));
    }
    if (!(abs(x) < TWO51 && abs(p) < TWO53 && abs(fee) < TWO51 && abs(x * p) < TWO51)) break;
    store<f64>(TRADED + (i << 4), x);
    store<f64>(TRADED + (i << 4), p, 8);
    store<i64>(PAID + (i << 3), wholeAbove(fee));
  }
  return <i32>i;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function timeOf(i: usize): i64 {
  return (<i64>load<i32>(TIME_HIGHS + (i << 2)) << 32) | <i64>load<u32>(TIME_LOWS + (i << 2));
}

/** Picks those of fills [0, count) that go to a slot. @param isAll it is known that all do */
export function pick(slot: i32, isAll: bool, count: i32): void {
  if (isAll) {
    picked = count;
    pickedAt = TRADED;
    pickedLast = count - 1;
    pickedPaid = paid;
    if (paidOf !== count) {
      let sum: i64 = 0;
      for (let i: usize = 0; i < <usize>count; i += 1) sum += load<i64>(PAID + (i << 3));
      pickedPaid = wholeOf(sum, count);
    }
  } else pickEach(slot, count);
  // A fill of nothing makes pairs of an odd number.
  v128.store(pickedAt + (<usize>picked << 4), i64x2.splat(0));
}

function pickEach(slot: i32, count: i32): void {
  const shift = <usize>(5 - slot); // makes 16 of the bit of a slot
  let to = TAKEN;
  let fees: i64 = 0;
  for (let i: usize = 0; i < <usize>count; i += 1) {
    const bytes = <usize>goes(slot, i) << shift;
    v128.store(to, v128.load(i << 4, TRADED));
    to += bytes; // a branch would be guessed wrong
    fees += load<i64>(i << 3, PAID) & -(<i64>bytes >> 4);
  }
  picked = <i32>((to - TAKEN) >> 4);
  pickedAt = TAKEN;
  pickedPaid = wholeOf(fees, picked);
  pickedLast = count - 1;
  while (pickedLast >= 0 && !goes(slot, <usize>pickedLast)) pickedLast -= 1;
}

/** The bit of a slot, 1 or 2, where a fill goes to it, else 0. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function goes(slot: i32, i: usize): u32 {
  const pair = load<u16>(SLOTS_OF + (<usize>load<i32>(i << 2, ROUTES) << 1)); // two numbers of slots, which are bits as well
  return (pair | (pair >> 8)) & slot;
}

/** The time of the `at`th fill, from 0, of those that were picked for a slot. */
export function timeOfPicked(slot: i32, at: i32): i64 {
  let i: usize = 0;
  for (let before = at; before > 0 || !goes(slot, i); i += 1) if (goes(slot, i)) before -= 1;
  return timeOf(i);
}

/** The last time of the fills picked for a slot, or `lastNs`. */
export function lastTimeOf(slot: i32, lastNs: i64): i64 {
  let last = lastNs;
  for (let i = areRising ? max(0, pickedLast) : 0; i <= pickedLast; i += 1) if (goes(slot, <usize>i)) last = max(last, timeOf(<usize>i));
  return last;
}
