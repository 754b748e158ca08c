/**
 * Machine code that takes a few rows of the book through many fills: AssemblyScript, which `node scripts/assembly.mjs` compiles into
 * `src/core/position/few-rows-code.ts`. The same transition as `applyTrade` (`src/core/position/position.ts`), which it is held equal
 * to. One row or two are taken through all of their fills one after the other, in integers of 64 bits; where that does not do, and for more
 * rows, fill by fill: small costs are doubles that hold integers, costs from 2^51 on integers of 64 bits, from 2^60 on of 128.
 *
 * `FewRows` (`src/core/position/few-rows.ts`) puts fills and rows into the memory, calls `walk` and takes the rows back.
 */
import { double, high, integer, minus, plus, times, timesWide } from "./wide";

// Columns of the fills.
const MOST: usize = 4096;
const QUANTITIES: usize = 0;
const PRICES: usize = QUANTITIES + MOST * 8;
const FEES: usize = PRICES + MOST * 8;
const TIME_HIGHS: usize = FEES + MOST * 8;
const TIME_LOWS: usize = TIME_HIGHS + MOST * 4;
const ROUTES: usize = TIME_LOWS + MOST * 4;
const FEE_CURRENCIES: usize = ROUTES + MOST * 4;
const QUANTITY_DIGITS: usize = FEE_CURRENCIES + MOST * 4;
const PRICE_DIGITS: usize = QUANTITY_DIGITS + MOST;
const FEE_DIGITS: usize = PRICE_DIGITS + MOST;
const POWERS: usize = FEE_DIGITS + MOST; // of ten, as doubles, up to 10^22
const MOST_POWER: i32 = 22;
// Slots, each a row; 0 is none.
const SLOTS: usize = 180_224;
const SLOT_SHIFT: usize = 8;
// The fills in the digits of a form, as integers, and the numbers of those that the rows take.
const TRADED: usize = 196_608; // units, and behind them money a unit
const MONEY: usize = 8;
const PAID: usize = TRADED + MOST * 16;
const TIMES: usize = PAID + MOST * 8;
const TAKEN: usize = TIMES + MOST * 8; // by slot 1
const TAKEN_BESIDE: usize = TAKEN + MOST * 2; // by slot 2
const BEFORE: usize = TAKEN_BESIDE + MOST * 2; // slots as they were
// Factors by digits.
const QUANTITY_FACTORS: usize = BEFORE + (2 << SLOT_SHIFT);
const PRICE_FACTORS: usize = QUANTITY_FACTORS + 2048;
const FEE_FACTORS: usize = PRICE_FACTORS + 2048;
// By route: the slot of its venue row in one byte, of its net row in the next.
const SLOTS_OF: usize = 393_216;

// In a slot: the row's line and its rests, as in `PositionTable`;
const COST: usize = 8;
const REALIZED: usize = 16;
const FEE_SUM: usize = 24;
const VOLUME: usize = 32;
const PEAK: usize = 40;
const LAST_NS: usize = 48;
const TRADES: usize = 56;
const RESTS: usize = 64;
const OPENED_NS: usize = RESTS + LAST_NS;
// how it counts;
const FORM: usize = 128; // 0: the columns cannot book it
const OF_QUANTITY: usize = 132; // digits
const OF_PRICE: usize = 136;
const OF_MONEY: usize = 140;
const SETTLE: usize = 144;
const UNSTATED: usize = 148;
const FACTOR: usize = 152;
// and, while fills are applied, what they add up to;
const SIZES: usize = 160;
const FEES_PAID: usize = 168;
const VALUES: usize = 176; // of fills below 2^51
const LARGE_VALUES: usize = 184; // of the others: 64 bits, the upper ones behind
const LARGE_VALUES_HIGH: usize = 192;
const COST_BEFORE: usize = 200;
const COST_BEFORE_HIGH: usize = 208;
// and cost and peak, where cost is beyond 2^51: else they stand in the line.
const IS_LARGE: usize = 216;
const LARGE_COST: usize = 224;
const LARGE_COST_HIGH: usize = 232;
const LARGE_PEAK: usize = 240;
const LARGE_PEAK_HIGH: usize = 248;

const TWO51: f64 = 2251799813685248;
const TWO50: f64 = TWO51 / 2;
const ROUNDER: f64 = TWO51 * 3; // adding it leaves an integer below 2^51 in the last bits of a double
const ROUNDER_BITS: i64 = 0x4338_0000_0000_0000;
const TWO53: f64 = TWO51 * 4;
const TWO64: f64 = TWO51 * 8192;
const TWO90: f64 = TWO64 * 67108864;
const TWO100: f64 = TWO90 * 1024;
/** Below this, two of them and a part of one add up in 64 bits. */
const IN_64_BITS: i64 = 1 << 60;
/** A cost that fell below this stands in the line again. */
const SMALL: i64 = 1 << 50;
const LOWER: i64 = 0xffff_ffff;
const HALF: i64 = 1 << 29;
const CARRY: i64 = 1 << 52;
const NONE: i32 = -1;
/** Rows that are each taken through all fills at once. */
const MOST_QUICK: i32 = 2;
const LAST_TRADES: i32 = i32.MAX_VALUE - <i32>MOST;

/** The form that fills are stated in, and how many are. */
let statedFor: i32 = NONE;
let stated: i32 = 0;
/** So many of them add up to these, if that is known. */
let totalled: i32 = NONE;
let totalSizes: v128 = i64x2.splat(0);
let totalFees: v128 = i64x2.splat(0);
let totalValues: v128 = i64x2.splat(0);
/** Whether none of them is older than the one before. */
let areRising: bool = false;

/** How many fills were picked for slot 1, and for slot 2. */
let picked: i32 = 0;
let pickedBeside: i32 = 0;

/** The fill at hand, in the digits of form `scaledFor`. */
let scaledFor: i32 = NONE;
let quantity: f64 = 0;
let price: f64 = 0;
let fee: f64 = 0;

/**
 * Applies fills [0, count) to the venue row and the net row of each one's route. Returns how many it did: the next one is
 * not for the columns, or too large for them, and has changed nothing.
 */
export function walk(count: i32, slots: i32): i32 {
  for (let slot = 1; slot <= slots; slot += 1) if (!enter(SLOTS + (<usize>slot << SLOT_SHIFT))) return 0;
  let i = slots <= MOST_QUICK ? <usize>takeQuickly(count, slots) : 0;
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
function takeQuickly(count: i32, slots: i32): i32 {
  statedFor = NONE;
  const first = SLOTS + (1 << SLOT_SHIFT);
  const bytes = <usize>slots << SLOT_SHIFT;
  memory.copy(BEFORE, first, bytes);
  let done = count;
  let taken = takeRows(count, slots);
  while (taken !== done) {
    memory.copy(first, BEFORE, bytes);
    done = taken;
    taken = takeRows(done, slots);
  }
  return done;
}

/** Takes the rows through their fills among [0, count). When fewer can be taken, returns a number that those are not more than; then the rows are of no use. */
function takeRows(count: i32, slots: i32): i32 {
  let all = count;
  for (let slot = 1; slot <= slots; slot += 1) all = state(SLOTS + (<usize>slot << SLOT_SHIFT), all);
  pick(all);
  for (let slot = 1; slot <= slots; slot += 1) {
    const row = SLOTS + (<usize>slot << SLOT_SHIFT);
    if (state(row, all) < all || !takePicked(row, slot === 1 ? TAKEN : TAKEN_BESIDE, slot === 1 ? picked : pickedBeside)) return 0;
  }
  return all;
}

/** States fills [0, count) in the digits of a row; how many, until one is not for this way. */
function state(row: usize, count: i32): i32 {
  const form = load<i32>(row, FORM);
  if (form === statedFor) return min(stated, count);
  if (form === 0) return 0;
  statedFor = form;
  const areInPairs = statePairs(row, count & ~1);
  stated = stateEach(row, areInPairs ? count & ~1 : 0, count);
  totalled = areInPairs && (count & 1) === 0 ? count : NONE;
  areRising = doTimesRise(stated);
  return stated;
}

function doTimesRise(count: i32): bool {
  let fall = i64x2.splat(0);
  for (let i: usize = 1; i < <usize>count; i += 2) {
    const before = v128.load(TIMES + ((i - 1) << 3));
    fall = v128.or(fall, i64x2.gt_s(before, i + 1 < <usize>count ? v128.load(TIMES + (i << 3)) : v128.load64_splat(TIMES + (i << 3))));
  }
  return !v128.any_true(fall);
}

/** All of an even number of fills, two at a time. False: one of them may not be for this way. */
function statePairs(row: usize, count: i32): bool {
  tabulate(QUANTITY_FACTORS, load<i32>(row, OF_QUANTITY), 1);
  tabulate(PRICE_FACTORS, load<i32>(row, OF_PRICE), load<f64>(row, FACTOR));
  tabulate(FEE_FACTORS, load<i32>(row, OF_MONEY), 1);
  const settle = i64x2.splat(<i64>load<i32>(row, SETTLE));
  const unstated = i64x2.splat(<i64>load<i32>(row, UNSTATED));
  const two51 = f64x2.splat(TWO51);
  let fit = i64x2.splat(-1);
  let sizes = i64x2.splat(0);
  let fees = i64x2.splat(0);
  let values = i64x2.splat(0);
  for (let i: usize = 0; i < <usize>count; i += 2) {
    const x = f64x2.mul(v128.load(i << 3, QUANTITIES), factors(QUANTITY_FACTORS, QUANTITY_DIGITS + i));
    const p = f64x2.mul(v128.load(i << 3, PRICES), factors(PRICE_FACTORS, PRICE_DIGITS + i));
    const paid = f64x2.mul(v128.load(i << 3, FEES), factors(FEE_FACTORS, FEE_DIGITS + i));
    const currency = v128.load32x2_s(i << 2, FEE_CURRENCIES);
    const value = f64x2.mul(x, p);
    const size = f64x2.abs(x);
    fit = v128.and(fit, v128.and(v128.and(f64x2.lt(size, two51), f64x2.lt(f64x2.abs(p), two51)), v128.and(f64x2.lt(f64x2.abs(paid), two51), f64x2.lt(f64x2.abs(value), two51))));
    fit = v128.and(fit, v128.or(i64x2.eq(currency, settle), i64x2.eq(currency, unstated)));
    const units = wholes(x);
    const money = wholes(p);
    v128.store(i << 4, v128.shuffle<i64>(units, money, 0, 2), TRADED);
    v128.store(i << 4, v128.shuffle<i64>(units, money, 1, 3), TRADED + 16);
    const ofFees = wholes(paid);
    v128.store(i << 3, ofFees, PAID);
    sizes = i64x2.add(sizes, wholes(size));
    fees = i64x2.add(fees, ofFees);
    values = i64x2.add(values, wholes(value));
    v128.store(i << 3, v128.or(i64x2.shl(v128.load32x2_s(i << 2, TIME_HIGHS), 32), v128.load32x2_u(i << 2, TIME_LOWS)), TIMES);
  }
  totalSizes = sizes;
  totalFees = fees;
  totalValues = values;
  return i64x2.all_true(fit);
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
    let paid = load<f64>(FEES + (i << 3));
    if (paid !== 0) {
      const finerFee = ofMoney - <i32>load<u8>(FEE_DIGITS + i);
      const currency = load<i32>(FEE_CURRENCIES + (i << 2));
      if (finerFee < 0 || finerFee > MOST_POWER || (currency !== load<i32>(row, UNSTATED) && currency !== load<i32>(row, SETTLE))) break;
      paid *= load<f64>(POWERS + (<usize>finerFee << 3));
    }
    if (!(abs(x) < TWO51 && abs(p) < TWO53 && abs(paid) < TWO51 && abs(x * p) < TWO51)) break;
    store<i64>(TRADED + (i << 4), whole(x));
    store<i64>(TRADED + (i << 4), <i64>p, MONEY);
    store<i64>(PAID + (i << 3), whole(paid));
    store<i64>(TIMES + (i << 3), timeOf(i));
  }
  return <i32>i;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function timeOf(i: usize): i64 {
  return (<i64>load<i32>(TIME_HIGHS + (i << 2)) << 32) | <i64>load<u32>(TIME_LOWS + (i << 2));
}

/** Notes which of fills [0, count) go to slot 1, and which to slot 2. */
function pick(count: i32): void {
  let to = TAKEN;
  let toBeside = TAKEN_BESIDE;
  for (let i: usize = 0; i < <usize>count; i += 1) {
    const pair = SLOTS_OF + (<usize>load<i32>(ROUTES + (i << 2)) << 1);
    const goes = (1 << load<u8>(pair)) | (1 << load<u8>(pair, 1));
    store<u16>(to, <u16>i);
    store<u16>(toBeside, <u16>i);
    to += <usize>(goes & 2); // a branch would be guessed wrong
    toBeside += <usize>((goes & 4) >> 1);
  }
  picked = <i32>((to - TAKEN) >> 1);
  pickedBeside = <i32>((toBeside - TAKEN_BESIDE) >> 1);
}

/** Takes a row through the fills that were picked for it. False: its cost does not stay below 2^60, or what it holds might not stay below 2^51; then it is of no use. */
function takePicked(row: usize, taken: usize, count: i32): bool {
  if (!load<i32>(row, IS_LARGE)) enlarge(row);
  const cost = load<i64>(row, LARGE_COST);
  if (load<i64>(row, LARGE_COST_HIGH) !== cost >> 63 || abs(cost) >= IN_64_BITS) return false;
  if (!addUp(row, taken, count)) return false;
  if ((abs(cost) >= SMALL || !takeCosts(row, taken, count, false)) && !takeCosts(row, taken, count, true)) return false;
  noteLast(row, taken, count);
  return true;
}

/** Notes the time of the last of the fills that a row took. */
function noteLast(row: usize, taken: usize, count: i32): void {
  let last = load<i64>(row, LAST_NS);
  for (let k = areRising ? max(0, count - 1) : 0; k < count; k += 1) {
    const timeNs = load<i64>(TIMES + (<usize>load<u16>(taken + (<usize>k << 1)) << 3));
    if (timeNs > last) last = timeNs;
  }
  store<i64>(row, last, LAST_NS);
}

/** Takes a row through picked fills, in integers: as `take`. False: a cost grew too large; then nothing of it is kept, but when it was opened. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function takeCosts(row: usize, taken: usize, count: i32, isLarge: bool): bool {
  let held = <i64>load<f64>(row);
  let has = abs(held);
  let cost = load<i64>(row, LARGE_COST);
  let most: i64 = 0; // of costs
  let openedNs = load<i64>(row, OPENED_NS);
  for (let k: usize = 0; k < <usize>count; k += 1) {
    const i = <usize>load<u16>(taken + (k << 1)) << 3;
    const x = load<i64>(i << 1, TRADED);
    const p = load<i64>(i << 1, TRADED + MONEY);
    const holds = held + x;
    const left = abs(holds);
    const closed = (has + abs(x) - left) >> 1; // 0 where the fill adds, else the smaller of the two
    const opened = held < 0 ? x - closed : x + closed;
    let released = cost;
    if (closed !== has) {
      let rest: i64;
      if (isLarge) {
        // An estimate that is some hundreds off, for which a double's remainder makes up.
        const inverse = 1 / <f64>has;
        released = whole(<f64>cost * (<f64>closed * inverse * (1.0 / 1024))) << 10;
        rest = cost * closed - released * has;
        const more = whole(<f64>rest * inverse);
        released += more;
        rest -= more * has;
      } else {
        released = whole(<f64>cost * (<f64>closed / <f64>has)); // at most one off
        rest = cost * closed - released * has;
      }
      rest <<= 1;
      if (abs(rest) >= has) {
        if (rest > has || (rest === has && (released & 1) !== 0)) released += 1;
        else if (rest < -has || (rest === -has && (released & 1) !== 0)) released -= 1;
      }
    } else if (holds !== 0) openedNs = load<i64>(i, TIMES); // it was flat, or has flipped
    cost += opened * p - released;
    const worth = abs(cost);
    if (worth > most) most = worth;
    held = holds;
    has = left;
  }
  if (<u64>most >= <u64>(isLarge ? IN_64_BITS : <i64>TWO51)) return false;
  store<f64>(row, <f64>held);
  store<i64>(row, cost, LARGE_COST);
  store<i64>(row, cost >> 63, LARGE_COST_HIGH);
  if (load<i64>(row, LARGE_PEAK_HIGH) === 0 && <u64>most > load<u64>(row, LARGE_PEAK)) store<u64>(row, most, LARGE_PEAK);
  store<i32>(row, load<i32>(row, TRADES) + count, TRADES);
  store<i64>(row, openedNs, OPENED_NS);
  return true;
}

/** Adds up sizes, fees and values of the fills that were picked for a row. False: it might hold 2^51 or more after one of them. */
function addUp(row: usize, taken: usize, count: i32): bool {
  let sizes: i64 = 0;
  let fees: i64 = 0;
  let values: i64 = 0;
  if (count === totalled) {
    sizes = i64x2.extract_lane(totalSizes, 0) + i64x2.extract_lane(totalSizes, 1);
    fees = i64x2.extract_lane(totalFees, 0) + i64x2.extract_lane(totalFees, 1);
    values = i64x2.extract_lane(totalValues, 0) + i64x2.extract_lane(totalValues, 1);
  } else {
    for (let k: usize = 0; k < <usize>count; k += 1) {
      const i = <usize>load<u16>(taken + (k << 1)) << 3;
      const x = load<i64>(i << 1, TRADED);
      sizes += abs(x);
      fees += load<i64>(i, PAID);
      values += x * load<i64>(i << 1, TRADED + MONEY);
    }
  }
  store<i64>(row, load<i64>(row, SIZES) + sizes, SIZES);
  store<i64>(row, load<i64>(row, FEES_PAID) + fees, FEES_PAID);
  store<i64>(row, load<i64>(row, VALUES) + values, VALUES);
  return abs(<i64>load<f64>(row)) + sizes < <i64>TWO51;
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
  if (load<i32>(row, IS_LARGE) | i32(abs(value) >= TWO51)) return takeLarge(row, held, holds, has, closed, left, p, value);
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

/** An integer below 2^51 in 64 bits. Conversions are slower: they ask whether it fits. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function whole(value: f64): i64 {
  return reinterpret<i64>(value + ROUNDER) - ROUNDER_BITS;
}

/** The same of two. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function wholes(value: v128): v128 {
  return i64x2.sub(f64x2.add(value, f64x2.splat(ROUNDER)), i64x2.splat(ROUNDER_BITS));
}

/** What to add to an estimate of a quotient: the remainder over the divisor, rounded half to even together with it. */
function nearestOf(remainder: i64, by: i64, estimate: i64): i64 {
  let more = <i64>nearest(<f64>remainder / <f64>by);
  const twice = (remainder - more * by) << 1;
  const odd = ((estimate + more) & 1) !== 0;
  if (twice > by || (twice === by && odd)) more += 1;
  else if (twice < -by || (twice === -by && odd)) more -= 1;
  return more;
}

/** The same, where a cost or a value does not stay below 2^51. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function takeLarge(row: usize, held: f64, holds: f64, has: f64, closed: f64, left: f64, p: f64, value: f64): void {
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
