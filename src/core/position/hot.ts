import type { FillColumns } from "../model/index.ts";
import {
  CARRY, COST, FACTOR, FEES, FORM, FORM_SHIFT, MONEY_DIGITS, MOST_TRADES, PEAK, PRICE_DIGITS, QUANTITY, QUANTITY_DIGITS, READABLE, REALIZED, ROW_SHIFT,
  SETTLE, TIME, TRADES, UNSTATED, VOLUME, type PositionTable,
} from "./table.ts";
import { addWideFee, applyWide, carry, raisePeak } from "./wide.ts";

/** Single words below this add up to exact doubles. */
const NARROW = 2 ** 51;
const WORD = 2 ** 53;
const WIDE = 2 ** 101;
/** So that counts of 2^52 stay exact over 2^31 fees: 2^21 each. */
const WIDE_FEE = 2 ** 73;
/** Adding and taking this rounds a double below 2^51 to the nearest integer, half to even. */
const ROUNDER = 1.5 * 2 ** 52;
/** Fills whose cache misses are made to overlap. */
const CHUNK = 256;
/** Where a sum goes that nobody wants: without it the reading ahead would be optimised away. */
const unread = new Float64Array(1);
export const POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/** Applies one fill to one row the readable way; or only makes the row ready for it and says true: then it is tried again. */
export type SlowApply = (fill: number, row: number) => boolean;

/**
 * Applies fills [from, to) to the two rows of each fill's route: `rows[2 × route]` its venue row, `rows[2 × route + 1]`
 * its net row. The same transition as `applyTrade`, on doubles that hold integers, without allocating: what a row or a
 * fill does not allow here (inverse, other fee currencies, finer digits, numbers beyond the limits) goes to `slow`, in
 * order.
 * @param venuesOnly leaves the net rows out: of one venue alone, they are its rows (see `Book.copyToNet`)
 */
export function applyFills(table: PositionTable, fills: FillColumns, rows: Int32Array, from: number, to: number, slow: SlowApply, venuesOnly = false): void {
  const step = venuesOnly ? 2 : 1;
  for (let i = from; i < to; i += CHUNK) {
    const end = Math.min(to, i + CHUNK);
    touch(table.lines, fills.route, rows, i, end);
    for (let half = 2 * i; half < 2 * end; half += step) {
      half = applyHalves(table.lines, table.lineInts, table.rests, table.restInts, table.forms, table.formInts, fills, rows, half, 2 * end, step);
      if (half < 2 * end && slow(half >> 1, rows[2 * fills.route[half >> 1]! + (half & 1)]!)) half -= step;
    }
  }
}

/** Reads a word of each row that is about to be needed, so that their cache misses overlap. */
function touch(lines: Float64Array, routes: Int32Array, rows: Int32Array, from: number, to: number): void {
  let touched = 0;
  for (let i = from; i < to; i += 1) {
    const r = routes[i]! << 1;
    touched += lines[rows[r]! << ROW_SHIFT]! + lines[rows[r + 1]! << ROW_SHIFT]!;
  }
  unread[0] = touched;
}

/**
 * Applies halves of fills: 2 × fill is its venue row's, 2 × fill + 1 its net row's. Stops at the first that the columns
 * do not allow, having changed nothing for it, and returns which that is.
 */
function applyHalves(
  lines: Float64Array, lineInts: Int32Array, rests: Float64Array, restInts: Int32Array, forms: Float64Array, formInts: Int32Array,
  fills: FillColumns, rows: Int32Array, from: number, to: number, step: number,
): number {
  const { route: routes, quantity: quantities, price: prices, fee: fees, quantityDigits, priceDigits, feeDigits, feeCurrency, timeHigh, timeLow } = fills;
  // The fill in the digits of one form: nearly always its two rows are of the same.
  let scaledFor = -1;
  let x = 0;
  let p = 0;
  let fee = 0;
  let feePower = 1;
  for (let half = from; half < to; half += step) {
    const i = half >> 1;
    const b = rows[(routes[i]! << 1) + (half & 1)]! << ROW_SHIFT;
    const form = lineInts[(b << 1) + FORM]!;
    if (form !== scaledFor || (half & 1) === 0) {
      const ints = form << (FORM_SHIFT + 1);
      const finer = formInts[ints + QUANTITY_DIGITS]! - quantityDigits[i]!;
      const finerPrice = formInts[ints + PRICE_DIGITS]! - priceDigits[i]!;
      if (form === READABLE || finer < 0 || finerPrice < 0) return half;
      const factor = forms[(form << FORM_SHIFT) + FACTOR]!;
      x = finer === 0 ? quantities[i]! : quantities[i]! * POWERS[finer]!;
      p = finerPrice === 0 ? prices[i]! * factor : prices[i]! * (factor * POWERS[finerPrice]!);
      fee = fees[i]!;
      if (fee !== 0) {
        const finerFee = formInts[ints + MONEY_DIGITS]! - feeDigits[i]!;
        const currency = feeCurrency[i]!;
        if (finerFee < 0 || finerFee >= POWERS.length || (currency !== formInts[ints + UNSTATED]! && currency !== formInts[ints + SETTLE]!)) return half;
        feePower = POWERS[finerFee]!;
        fee *= feePower;
      }
      // NaN (a wide fill) fails every comparison here; so does what is too large
      if (!(x < NARROW && x > -NARROW && p < WORD && p > -WORD && fee < WIDE_FEE && fee > -WIDE_FEE)) return half;
      scaledFor = form;
    }
    const size = Math.abs(x);
    const held = lines[b + QUANTITY]!;
    const holds = held + x;
    const trades = lineInts[(b << 1) + TRADES]!;
    if (!(holds < NARROW && holds > -NARROW) || trades === MOST_TRADES) return half;

    const value = x * p;
    const cost = lines[b + COST]!;
    const realized = lines[b + REALIZED]!;
    narrow: {
      if (value < NARROW && value > -NARROW && cost < NARROW && cost > -NARROW && realized < NARROW && realized > -NARROW) {
        if (held * x >= 0) {
          lines[b + COST] = cost + value;
          break narrow;
        }
        const has = Math.abs(held);
        if (size < has) {
          // The estimate of round_half_even(cost × size ÷ has) is proved by its exact remainder modulo 2^32.
          const released = (cost * size) / has + ROUNDER - ROUNDER;
          const twice = 2 * ((Math.imul(cost, size) - Math.imul(released, has)) | 0);
          if (has < 2 ** 30 && twice < has && twice > -has) {
            lines[b + COST] = cost - released;
            lines[b + REALIZED] = realized - (value + released);
            break narrow;
          }
        } else {
          lines[b + COST] = holds * p;
          lines[b + REALIZED] = realized + (held * p - cost);
          break narrow;
        }
      }
      if (!(value < WIDE && value > -WIDE && cost < WIDE && cost > -WIDE && realized < WIDE && realized > -WIDE)) return half;
      applyWide(lines, rests, b, x, p);
    }

    lines[b + QUANTITY] = holds;
    lineInts[(b << 1) + TRADES] = trades + 1;
    const volume = lines[b + VOLUME]! + size;
    lines[b + VOLUME] = volume;
    if (volume >= CARRY) carry(lines, rests, b + VOLUME);
    if (fee !== 0) {
      if (fee < CARRY && fee > -CARRY) lines[b + FEES] = lines[b + FEES]! + fee;
      else addWideFee(lines, rests, b + FEES, fees[i]!, feePower);
      const paid = lines[b + FEES]!;
      if (paid >= CARRY || paid <= -CARRY) carry(lines, rests, b + FEES);
    }
    const costs = Math.abs(lines[b + COST]!);
    if (costs > 0 && costs >= lines[b + PEAK]!) raisePeak(lines, rests, b, costs);
    const at = (b + TIME) << 1;
    const high = timeHigh[i]!;
    const low = timeLow[i]!;
    const lastHigh = lineInts[at + 1]!;
    if (high > lastHigh || (high === lastHigh && low > lineInts[at]! >>> 0)) {
      lineInts[at] = low;
      lineInts[at + 1] = high;
    }
    if (held === 0 || (holds !== 0 && held > 0 !== holds > 0)) {
      restInts[at] = low;
      restInts[at + 1] = high;
    }
  }
  return to;
}
