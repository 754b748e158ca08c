import type { FillColumns } from "../model/index.ts";
import { costAfter } from "./cost-after.ts";
import * as at from "./table.ts";
import { Tries } from "./tries.ts";
import { carry } from "./wide.ts";

// Constants of this module are compiled in; those of another one are looked up each time.
const ROW_SHIFT = at.ROW_SHIFT;
const ROW = 1 << ROW_SHIFT;
const QUANTITY = at.QUANTITY;
const COST = at.COST;
const PEAK = at.PEAK;
const TIME = at.TIME;
const POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));
const EARLIEST = -(2 ** 31);
/** Sizes that add up to less, together with what is held, can be added and taken without a loss. */
const MOST_SIZE = 2 ** 51;
const WORD = 2 ** 53;

/** What some fills add up to, in units of their row. */
class Sums {
  size = 0; // of quantities without their signs
  value = 0;
  paid = 0; // fees
  count = 0;
  high = EARLIEST; // the latest time
  low = 0;

  set(size: number, value: number, paid: number, count: number, high: number, low: number): void {
    this.size = size;
    this.value = value;
    this.paid = paid;
    this.count = count;
    this.high = high;
    this.low = low;
  }
}

/** The fills of one route are booked in its row and, with those of others, in a second row. */
export interface TwoRows {
  readonly all: number; // the row that takes every fill
  readonly route: number;
  readonly own: number; // the row that takes those of the route; `all`: there is none
}

/**
 * Applies fills `picks[from … to)` to the row that takes all of them and to the one that takes those of one route: one loop, in
 * which sums are kept at hand, and quantity and cost are led on without asking anything. Whether all was exact, and would have been
 * as `applyFills` has it, is asked behind it. False: something did not fit (what may be in the way for `applyFills`, rows of
 * different forms, or sums that leave a double); both rows are then as they were before.
 */
export class TwoRowsWalk {
  readonly #tries = new Tries();
  readonly #before = new Float64Array(4 * ROW); // lines and rests of both rows
  readonly #sums = { all: new Sums(), own: new Sums(), isExact: false, sizes: 0, values: 0, fees: 0 };

  apply(table: at.PositionTable, fills: FillColumns, picks: Int32Array, from: number, to: number, rows: TwoRows): boolean {
    const { all, own } = rows;
    const form = table.lineInts[(all << (ROW_SHIFT + 1)) + at.FORM]!;
    if (form === at.READABLE || table.lineInts[(own << (ROW_SHIFT + 1)) + at.FORM] !== form || !this.#tries.isDue()) return false;
    const { lines, rests } = table;
    const before = this.#before;
    for (let word = 0; word < ROW; word += 1) {
      before[word] = lines[all * ROW + word]!;
      before[ROW + word] = rests[all * ROW + word]!;
      before[2 * ROW + word] = lines[own * ROW + word]!;
      before[3 * ROW + word] = rests[own * ROW + word]!;
    }
    this.#walk(table, form, fills, picks, from, to, rows);
    const fits = this.#sums.isExact && this.#fits(table, all, 0, to - from) && this.#fits(table, own, 2 * ROW, to - from);
    this.#tries.had(fits);
    if (fits) {
      settle(table, all, this.#sums.all, this.#before[COST]!);
      if (own !== all) settle(table, own, this.#sums.own, this.#before[2 * ROW + COST]!);
      return true;
    }
    for (let word = 0; word < ROW; word += 1) {
      lines[all * ROW + word] = before[word]!;
      rests[all * ROW + word] = before[ROW + word]!;
      lines[own * ROW + word] = before[2 * ROW + word]!;
      rests[own * ROW + word] = before[3 * ROW + word]!;
    }
    return false;
  }

  /** Whether a row stayed exact in single words, whichever way the fills could have taken it. */
  #fits({ lineInts }: at.PositionTable, row: number, before: number, count: number): boolean {
    const { sizes, values, fees } = this.#sums; // NaN does not fit
    const cost = Math.abs(this.#before[before + COST]!) + values;
    return (
      fees < at.CARRY &&
      lineInts[(row << (ROW_SHIFT + 1)) + at.TRADES]! < at.MOST_TRADES - count &&
      Math.abs(this.#before[before + QUANTITY]!) + sizes < MOST_SIZE &&
      Math.abs(this.#before[before + at.REALIZED]!) + 2 * cost < WORD // so that a cost is below 2^52, and exact even with half a unit more
    );
  }

  #walk({ lines, restInts, forms, formInts }: at.PositionTable, form: number, fills: FillColumns, picks: Int32Array, from: number, to: number, rows: TwoRows): void {
    const { route: routes, quantity: quantities, price: prices, fee: fees, quantityDigits, priceDigits, feeDigits, feeCurrency, timeHigh, timeLow } = fills;
    const { route } = rows;
    const all = rows.all << ROW_SHIFT;
    const own = rows.own << ROW_SHIFT;
    const ints = form << (at.FORM_SHIFT + 1);
    const rowQuantityDigits = formInts[ints + at.QUANTITY_DIGITS]!;
    const rowPriceDigits = formInts[ints + at.PRICE_DIGITS]!;
    const moneyDigits = formInts[ints + at.MONEY_DIGITS]!;
    const settleName = formInts[ints + at.SETTLE]!;
    const unstated = formInts[ints + at.UNSTATED]!;
    const factor = forms[(form << at.FORM_SHIFT) + at.FACTOR]!;
    const hasOwn = own !== all;
    let held = lines[all + QUANTITY]!;
    let cost = lines[all + COST]!;
    let peak = lines[all + PEAK]!;
    let ownHeld = lines[own + QUANTITY]!;
    let ownCost = lines[own + COST]!;
    let ownPeak = lines[own + PEAK]!;
    let isExact = true;
    let size = 0;
    let values = 0; // without signs
    let allFees = 0; // without signs
    let value = 0;
    let paid = 0;
    let high = EARLIEST;
    let low = 0;
    let ownSize = 0;
    let ownValue = 0;
    let ownPaid = 0;
    let ownCount = 0;
    let ownHigh = EARLIEST;
    let ownLow = 0;
    for (let step = from; step < to; step += 1) {
      const i = picks[step]!;
      const finer = rowQuantityDigits - quantityDigits[i]!;
      const finerPrice = rowPriceDigits - priceDigits[i]!;
      if (finer < 0 || finerPrice < 0) {
        isExact = false;
        break;
      }
      const x = quantities[i]! * POWERS[finer]!;
      const p = prices[i]! * (factor * POWERS[finerPrice]!);
      let fee = fees[i]!;
      if (fee !== 0) {
        const finerFee = moneyDigits - feeDigits[i]!;
        const currency = feeCurrency[i]!;
        if (finerFee < 0 || finerFee >= POWERS.length || (currency !== unstated && currency !== settleName)) {
          isExact = false;
          break;
        }
        fee *= POWERS[finerFee]!;
      }
      const worth = x * p;
      const units = Math.abs(x);
      size += units;
      values += Math.abs(worth);
      allFees += Math.abs(fee);
      value += worth;
      paid += fee;
      const atHigh = timeHigh[i]!;
      const atLow = timeLow[i]!;
      if (atHigh > high || (atHigh === high && atLow > low)) {
        high = atHigh;
        low = atLow;
      }
      if (hasOwn && routes[i] === route) {
        ownSize += units;
        ownValue += worth;
        ownPaid += fee;
        ownCount += 1;
        if (atHigh > ownHigh || (atHigh === ownHigh && atLow > ownLow)) {
          ownHigh = atHigh;
          ownLow = atLow;
        }
        // Twice the same: rows kept in variables cannot be handed to a function, and kept in the table they were slower (npm run bench -- bust).
        const holds = ownHeld + x;
        ownCost = costAfter(ownHeld, ownCost, holds, x, p);
        const paidNow = Math.abs(ownCost);
        if (paidNow > ownPeak) ownPeak = paidNow;
        if (ownHeld === 0 || ownHeld * holds < 0) open(restInts, own, atHigh, atLow);
        ownHeld = holds;
      }
      const holds = held + x;
      cost = costAfter(held, cost, holds, x, p);
      const paidNow = Math.abs(cost);
      if (paidNow > peak) peak = paidNow;
      if (held === 0 || held * holds < 0) open(restInts, all, atHigh, atLow);
      held = holds;
    }
    if (hasOwn) {
      lines[own + QUANTITY] = ownHeld;
      lines[own + COST] = ownCost;
      lines[own + PEAK] = ownPeak;
    }
    lines[all + QUANTITY] = held;
    lines[all + COST] = cost;
    lines[all + PEAK] = peak;
    const sums = this.#sums;
    sums.isExact = isExact;
    sums.sizes = size;
    sums.values = values;
    sums.fees = allFees;
    sums.all.set(size, value, paid, to - from, high, low);
    sums.own.set(ownSize, ownValue, ownPaid, ownCount, ownHigh, ownLow);
  }
}

function open(restInts: Int32Array, b: number, high: number, low: number): void {
  restInts[(b + TIME) << 1] = low;
  restInts[((b + TIME) << 1) + 1] = high;
}

/** Adds the sums to a row that was taken through their fills. Realized − cost changes by what the fills were worth. */
function settle({ lines, lineInts, rests }: at.PositionTable, row: number, { size, value, paid, count, high, low }: Sums, costBefore: number): void {
  const b = row << ROW_SHIFT;
  lines[b + at.REALIZED] = lines[b + at.REALIZED]! - costBefore - value + lines[b + COST]!;
  lines[b + at.VOLUME]! += size;
  if (lines[b + at.VOLUME]! >= at.CARRY) carry(lines, rests, b + at.VOLUME);
  lines[b + at.FEES]! += paid;
  if (Math.abs(lines[b + at.FEES]!) >= at.CARRY) carry(lines, rests, b + at.FEES);
  lineInts[(b << 1) + at.TRADES]! += count;
  const time = (b + TIME) << 1;
  const lastHigh = lineInts[time + 1]!;
  if (high < lastHigh || (high === lastHigh && low <= lineInts[time]! >>> 0)) return;
  lineInts[time] = low;
  lineInts[time + 1] = high;
}
