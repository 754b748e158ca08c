import { assert } from "../num/index.ts";
import { flat, rescalePosition, type Position } from "./position.ts";
import { moneyDigits, unitFactor, type Scale } from "./scale.ts";

/** Doubles a row: two cache lines. Amounts of money take two slots (hi, lo: see `twofold`). */
export const ROW_SHIFT = 4;
const ROW = 1 << ROW_SHIFT;
export const QUANTITY = 0;
export const COST = 1;
export const REALIZED = 3;
export const FEES = 5; // the part below 2^52; CARRY slots count the rest in units of 2^52
export const VOLUME = 6;
export const TRADES = 7;
export const PEAK = 8;
export const LAST = 10; // int64 nanoseconds
export const OPENED = 11;
export const FACTOR = 12; // money of one unit at price 1; 0 sends every fill of the row the readable way
export const FORM = 13; // two int32: quantity digits | price digits << 8 | money digits << 16, and the settle currency's name number
export const FEES_CARRY = 14;
export const VOLUME_CARRY = 15;

/** No fill names the currency yet. */
const UNNAMED = -2;

export const CARRY = 2 ** 52;
const QUANTITY_LIMIT = 2n ** 51n;
const MONEY_LIMIT = 2n ** 101n;
const CARRY_BIG = 2n ** 52n;
const EXACT_BIG = 2n ** 53n;

/**
 * Positions as rows of doubles: a position lives in its row while its numbers fit, and beside the table as a readable
 * `Position` from the moment one does not. Either way `read` gives the same value.
 */
export class PositionTable {
  #count = 0;
  doubles = new Float64Array(0);
  int32s = new Int32Array(0);
  #int64s = new BigInt64Array(0);
  readonly #scales: Scale[] = [];
  readonly #beside = new Map<number, Position>();

  get count(): number {
    return this.#count;
  }

  /** A new flat row. */
  add(scale: Scale): number {
    if (this.#count * ROW === this.doubles.length) this.#grow();
    const row = this.#count;
    this.#count += 1;
    this.#scales.push(scale);
    this.setSettle(row, UNNAMED);
    this.#describe(row, scale);
    this.write(row, flat);
    return row;
  }

  /** Tells the number by which fills name the row's settle currency as that of their fee. */
  setSettle(row: number, name: number): void {
    this.int32s[(row * ROW + FORM) * 2 + 1] = name;
  }

  scale(row: number): Scale {
    const scale = this.#scales[row];
    assert(scale !== undefined, `row ${row} is in the table`);
    return scale;
  }

  /** Counts a row in finer digits from now on; what it holds is restated exactly. */
  widen(row: number, scale: Scale): void {
    const position = rescalePosition(this.read(row), this.scale(row), scale);
    this.#scales[row] = scale;
    this.#describe(row, scale);
    this.write(row, position);
  }

  read(row: number): Position {
    const beside = this.#beside.get(row);
    if (beside !== undefined) return beside;
    const s = this.doubles;
    const b = row * ROW;
    return {
      quantity: BigInt(s[b + QUANTITY]!),
      cost: twoWords(s, b + COST),
      realized: twoWords(s, b + REALIZED),
      fees: BigInt(s[b + FEES]!) + BigInt(s[b + FEES_CARRY]!) * CARRY_BIG,
      volume: BigInt(s[b + VOLUME]!) + BigInt(s[b + VOLUME_CARRY]!) * CARRY_BIG,
      trades: s[b + TRADES]!,
      peakCost: twoWords(s, b + PEAK),
      openedNs: this.#int64s[b + OPENED]!,
      lastNs: this.#int64s[b + LAST]!,
    };
  }

  /** Puts a position into its row, or beside the table when it has outgrown one (and back once it fits again). */
  write(row: number, position: Position): void {
    const b = row * ROW;
    const s = this.doubles;
    s[b + TRADES] = position.trades;
    this.#int64s[b + LAST] = position.lastNs;
    this.#int64s[b + OPENED] = position.openedNs;
    if (!fits(position)) {
      s[b + FACTOR] = 0;
      this.#beside.set(row, position);
      return;
    }
    if (this.#beside.delete(row)) this.#describe(row, this.scale(row));
    s[b + QUANTITY] = Number(position.quantity);
    putTwoWords(s, b + COST, position.cost);
    putTwoWords(s, b + REALIZED, position.realized);
    putTwoWords(s, b + PEAK, position.peakCost);
    s[b + FEES_CARRY] = Number(position.fees / CARRY_BIG);
    s[b + FEES] = Number(position.fees % CARRY_BIG);
    s[b + VOLUME_CARRY] = Number(position.volume / CARRY_BIG);
    s[b + VOLUME] = Number(position.volume % CARRY_BIG);
  }

  moneyDigits(row: number): number {
    return this.int32s[(row * ROW + FORM) * 2]! >> 16;
  }

  lastNs(row: number): bigint {
    return this.#int64s[row * ROW + LAST]!;
  }

  #describe(row: number, scale: Scale): void {
    const money = moneyDigits(scale);
    const factor = scale.inverse ? 0n : unitFactor(scale);
    this.doubles[row * ROW + FACTOR] = factor < EXACT_BIG ? Number(factor) : 0;
    this.int32s[(row * ROW + FORM) * 2] = scale.quantityDigits | (scale.priceDigits << 8) | (money << 16);
  }

  #grow(): void {
    const larger = new Float64Array(Math.max(64 * ROW, this.doubles.length * 2));
    larger.set(this.doubles);
    this.doubles = larger;
    this.int32s = new Int32Array(larger.buffer);
    this.#int64s = new BigInt64Array(larger.buffer);
  }
}

function fits(p: Position): boolean {
  return within(p.quantity, QUANTITY_LIMIT) && within(p.cost, MONEY_LIMIT) && within(p.realized, MONEY_LIMIT) && within(p.fees, MONEY_LIMIT) && within(p.volume, MONEY_LIMIT) && within(p.peakCost, MONEY_LIMIT);
}

function within(value: bigint, limit: bigint): boolean {
  return value < limit && value > -limit;
}

function twoWords(s: Float64Array, at: number): bigint {
  return BigInt(s[at]!) + BigInt(s[at + 1]!);
}

function putTwoWords(s: Float64Array, at: number, value: bigint): void {
  const hi = Number(value); // nearest, so the rest is below half a unit of hi's last place
  s[at] = hi;
  s[at + 1] = Number(value - BigInt(hi));
}
