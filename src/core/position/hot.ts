import type { FillColumns } from "../model/index.ts";
import {
  CARRY, COST, FACTOR, FEES, FEES_CARRY, FORM, LAST, OPENED, PEAK, QUANTITY, REALIZED, ROW_SHIFT, TRADES, VOLUME, VOLUME_CARRY,
  type PositionTable,
} from "./table.ts";
import { addTo, multiply, multiplyDivide, result } from "./twofold.ts";

/** Single words below this add up to exact doubles. */
const NARROW = 2 ** 51;
const WORD = 2 ** 53;
const WIDE = 2 ** 101;
/** Adding and taking this rounds a double below 2^51 to the nearest integer, half to even. */
const ROUNDER = 1.5 * 2 ** 52;
/** Fills whose cache misses are made to overlap. */
const CHUNK = 256;
const POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/** Applies one fill to one row the readable way. */
export type SlowApply = (fill: number, row: number) => void;

/**
 * Applies fills [from, to) to the two rows of each fill's route: `rows[2 × route]` its venue row, `rows[2 × route + 1]`
 * its net row. The same transition as `applyTrade`, on doubles that hold integers, without allocating: what a row or a
 * fill does not allow here (inverse, other fee currencies, finer digits, numbers beyond the limits) goes to `slow`, in
 * order. Returns a sum that only keeps the touching of rows ahead from being optimised away.
 */
export function applyFills(table: PositionTable, fills: FillColumns, rows: Int32Array, from: number, to: number, slow: SlowApply): number {
  const { route: routes, quantity: quantities, price: prices, fee: fees, quantityDigits, priceDigits, feeDigits, feeCurrency, timeHigh, timeLow } = fills;
  let s = table.doubles;
  let ints = table.int32s;
  let touched = 0;
  for (let i = from; i < to; ) {
    const end = Math.min(to, i + CHUNK);
    for (let j = i; j < end; j += 1) {
      const r = routes[j]! << 1;
      const a = rows[r]! << ROW_SHIFT;
      const b = rows[r + 1]! << ROW_SHIFT;
      touched += s[a]! + s[a + 8]! + s[b]! + s[b + 8]!;
    }
    for (; i < end; i += 1) {
      const r = routes[i]! << 1;
      for (let side = 0; side < 2; side += 1) {
        const row = rows[r + side]!;
        const b = row << ROW_SHIFT;
        const form = ints[(b + FORM) << 1]!;
        const currency = feeCurrency[i]!;
        const finer = (form & 255) - quantityDigits[i]!;
        const finerPrice = ((form >> 8) & 255) - priceDigits[i]!;
        const finerFee = (form >> 16) - feeDigits[i]!;
        let applied = false;
        if (finer >= 0 && finerPrice >= 0 && finerFee >= 0 && (currency === -1 || currency === ints[((b + FORM) << 1) + 1]!)) {
          const x = finer === 0 ? quantities[i]! : quantities[i]! * POWERS[finer]!;
          const factor = s[b + FACTOR]!;
          const p = finerPrice === 0 ? prices[i]! * factor : prices[i]! * (factor * POWERS[finerPrice]!);
          const f = fees[i]!;
          const fee = f === 0 ? 0 : finerFee === 0 ? f : finerFee < 23 ? f * POWERS[finerFee]! : Number.NaN;
          const size = Math.abs(x);
          const held = s[b + QUANTITY]!;
          const holds = held + x;
          // NaN (a wide fill) fails every comparison here; so does what is too large
          if (factor > 0 && size < NARROW && holds < NARROW && holds > -NARROW && p < WORD && p > -WORD && fee < CARRY && fee > -CARRY) {
            const value = x * p;
            const cost = s[b + COST]!;
            const realized = s[b + REALIZED]!;
            applied = true;
            narrow: {
              if (value < NARROW && value > -NARROW && cost < NARROW && cost > -NARROW && realized < NARROW && realized > -NARROW) {
                if (held * x >= 0) {
                  s[b + COST] = cost + value;
                  break narrow;
                }
                const has = Math.abs(held);
                if (size < has) {
                  // The estimate of round_half_even(cost × size ÷ has) is proved by its exact remainder modulo 2^32.
                  const released = (cost * size) / has + ROUNDER - ROUNDER;
                  const twice = 2 * ((Math.imul(cost, size) - Math.imul(released, has)) | 0);
                  if (has < 2 ** 30 && twice < has && twice > -has) {
                    s[b + COST] = cost - released;
                    s[b + REALIZED] = realized - (value + released);
                    break narrow;
                  }
                } else {
                  s[b + COST] = holds * p;
                  s[b + REALIZED] = realized + (held * p - cost);
                  break narrow;
                }
              }
              if (value < WIDE && value > -WIDE && cost < WIDE && cost > -WIDE && realized < WIDE && realized > -WIDE) applyWide(s, b, x, p);
              else applied = false;
            }
          }
          if (applied) {
            s[b + QUANTITY] = holds;
            s[b + TRADES] = s[b + TRADES]! + 1;
            const volume = s[b + VOLUME]! + size;
            s[b + VOLUME] = volume;
            if (volume >= CARRY) carry(s, b + VOLUME, b + VOLUME_CARRY);
            if (fee !== 0) {
              const paid = s[b + FEES]! + fee;
              s[b + FEES] = paid;
              if (paid >= CARRY || paid <= -CARRY) carry(s, b + FEES, b + FEES_CARRY);
            }
            const signed = s[b + COST]!;
            const peak = Math.abs(signed);
            if (peak >= s[b + PEAK]!) {
              const rest = signed < 0 ? -s[b + COST + 1]! : s[b + COST + 1]!;
              if (peak > s[b + PEAK]! || rest > s[b + PEAK + 1]!) {
                s[b + PEAK] = peak;
                s[b + PEAK + 1] = rest;
              }
            }
            const at = (b + LAST) << 1;
            const high = timeHigh[i]!;
            const low = timeLow[i]!;
            const lastHigh = ints[at + 1]!;
            if (high > lastHigh || (high === lastHigh && low > ints[at]! >>> 0)) {
              ints[at] = low;
              ints[at + 1] = high;
            }
            if (held === 0 || (holds !== 0 && held > 0 !== holds > 0)) {
              ints[(b + OPENED) << 1] = low;
              ints[((b + OPENED) << 1) + 1] = high;
            }
          }
        }
        if (!applied) {
          slow(i, row);
          s = table.doubles;
          ints = table.int32s;
        }
      }
    }
  }
  return touched;
}

/** The same transition for any magnitude below 2^101. */
function applyWide(s: Float64Array, b: number, x: number, p: number): void {
  const held = s[b + QUANTITY]!;
  const cost = b + COST;
  const realized = b + REALIZED;
  if (held * x >= 0) {
    multiply(x, p);
    addTo(s, cost, result[0]!, result[1]!);
    return;
  }
  if (Math.abs(x) < Math.abs(held)) {
    const sign = s[cost]! < 0 ? -1 : 1;
    multiplyDivide(sign * s[cost]!, sign * s[cost + 1]!, Math.abs(x), Math.abs(held));
    const hi = sign * result[0]!;
    const lo = sign * result[1]!;
    multiply(x, p);
    addTo(s, realized, -result[0]!, -result[1]!);
    addTo(s, realized, -hi, -lo);
    addTo(s, cost, -hi, -lo);
    return;
  }
  multiply(held, p);
  addTo(s, realized, result[0]!, result[1]!);
  addTo(s, realized, -s[cost]!, -s[cost + 1]!);
  multiply(held + x, p);
  s[cost] = result[0]!;
  s[cost + 1] = result[1]!;
}

/** Moves whole units of 2^52 from a word into its carry, so that the word stays exact. */
function carry(s: Float64Array, word: number, into: number): void {
  const sign = s[word]! < 0 ? -1 : 1;
  s[word] = s[word]! - sign * CARRY;
  s[into] = s[into]! + sign;
}
