import { assert, PAGE_BYTES, tenTo, zero } from "../num/index.ts";
import { flat, rescalePosition, type Position } from "./position.ts";
import { moneyDigits, unitFactor, type Scale } from "./scale.ts";

/**
 * A row is one cache line of eight doubles, all that an ordinary fill needs, and a second line with what it seldom needs.
 * An amount of money stands in its line as the double nearest to it and at the same place of the second line as the
 * exact rest (see `twofold`); fees and volume stand as a part below 2^52 and, in the second line, the count of 2^52.
 */
export const ROW_SHIFT = 3;
const ROW = 1 << ROW_SHIFT;
export const QUANTITY = 0;
export const COST = 1;
export const REALIZED = 2;
export const FEES = 3;
export const VOLUME = 4;
export const PEAK = 5;
export const TIME = 6; // int64 nanoseconds: of the last fill; in the second line, when the position was opened
const AMOUNTS = [QUANTITY, COST, REALIZED, FEES, VOLUME, PEAK];
export const TRADES = 14; // int32s from here on
export const FORM = 15;

/** What rows of one form have in common: how they count, and which fees they keep. Eight int32s, or four doubles. */
export const FORM_SHIFT = 2;
export const QUANTITY_DIGITS = 0;
export const PRICE_DIGITS = 1;
export const MONEY_DIGITS = 2;
export const SETTLE = 3; // the name number by which fills name the settle currency
export const UNSTATED = 4; // the one of a fee without a currency, where that is a fee in the settle currency
export const FACTOR = 3; // as a double: money of one unit at price 1
/** The form of a row that only the readable way can book. */
export const READABLE = 0;

/** No fill names the currency yet. */
const UNNAMED = -2;
const NO_CURRENCY = -1;

/** Forms that are compared before a key is made: most rows have one of the first. */
const EARLY_FORMS = 8;

export const CARRY = 2 ** 52;
const NARROW = 2 ** 51;
/** Powers of ten up to here are exact doubles. */
const MOST_FACTOR = 1e15;
export const MOST_TRADES = 2 ** 31 - 1;
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
  lines = new Float64Array(0);
  lineInts = new Int32Array(0);
  rests = new Float64Array(0);
  restInts = new Int32Array(0);
  forms = new Float64Array(0);
  formInts = new Int32Array(0);
  #lastNs = new BigInt64Array(0);
  #openedNs = new BigInt64Array(0);
  readonly #formNumbers = new Map<string, number>();
  readonly #formList: Form[] = [];
  readonly #formOf: number[] = []; // of a row: what it has while its position fits
  readonly #beside = new Map<number, Position>();

  constructor() {
    this.#number({ scale: { quantityDigits: 0, priceDigits: 0, multiplier: zero, inverse: false }, settle: UNNAMED, unstated: UNNAMED, readable: true });
  }

  get count(): number {
    return this.#count;
  }

  /** A new flat row. @param quoteSettles whether a fee that names no currency is one in the settle currency */
  add(scale: Scale, quoteSettles: boolean): number {
    if (this.#count * ROW === this.lines.length) this.#grow();
    const row = this.#count;
    this.#count += 1;
    this.#form(row, { scale, settle: UNNAMED, unstated: quoteSettles ? NO_CURRENCY : UNNAMED, readable: false });
    this.#lastNs[row * ROW + TIME] = flat.lastNs; // all else is 0 in a row that was never written to
    this.#openedNs[row * ROW + TIME] = flat.openedNs;
    return row;
  }

  /** What a row holds and how it counts, to be put back. */
  save(row: number): SavedPosition {
    const b = row * ROW;
    return { form: this.#formOf[row]!, beside: this.#beside.get(row), line: this.lines.slice(b, b + ROW), rest: this.rests.slice(b, b + ROW) };
  }

  /** Puts a row back, or another one that counts as that did. */
  restore(row: number, { form, beside, line, rest }: SavedPosition): void {
    this.#beside.delete(row);
    this.lines.set(line, row * ROW);
    this.rests.set(rest, row * ROW);
    this.#form(row, this.#formList[form]!);
    if (beside !== undefined) this.write(row, beside);
  }

  /** Empties a row. @param readable whether only the readable way may book it from now on: it keeps lots */
  reset(row: number, scale: Scale, readable: boolean): void {
    this.#beside.delete(row);
    this.#form(row, { ...this.#formAt(row), scale, readable });
    this.write(row, flat);
  }

  /** Tells the number by which fills name the row's settle currency as that of their fee. */
  setSettle(row: number, name: number): void {
    this.#form(row, { ...this.#formAt(row), settle: name });
  }

  scale(row: number): Scale {
    return this.#formAt(row).scale;
  }

  /** Counts a row in finer digits from now on; what it holds is restated exactly. */
  widen(row: number, scale: Scale): void {
    if (this.#widenInPlace(row, scale)) return;
    const position = rescalePosition(this.read(row), this.scale(row), scale);
    this.#form(row, { ...this.#formAt(row), scale });
    this.write(row, position);
  }

  /** `widen` without bigints, for a row whose numbers are single words before and after. */
  #widenInPlace(row: number, scale: Scale): boolean {
    const before = this.#formAt(row);
    const quantityFactor = Number(tenTo(scale.quantityDigits - before.scale.quantityDigits));
    const moneyFactor = Number(tenTo(moneyDigits(scale) - moneyDigits(before.scale)));
    const b = row * ROW;
    const { lines, rests } = this;
    const isNarrow = (at: number, factor: number) => rests[at] === 0 && Math.abs(lines[at]! * factor) < NARROW;
    if (this.#beside.has(row) || !(quantityFactor <= MOST_FACTOR && moneyFactor <= MOST_FACTOR)) return false;
    if (!isNarrow(b + QUANTITY, quantityFactor) || !isNarrow(b + VOLUME, quantityFactor) || !isNarrow(b + FEES, moneyFactor)) return false;
    if (!isNarrow(b + COST, moneyFactor) || !isNarrow(b + REALIZED, moneyFactor) || !isNarrow(b + PEAK, moneyFactor)) return false;
    lines[b + QUANTITY]! *= quantityFactor;
    lines[b + VOLUME]! *= quantityFactor;
    for (const at of [COST, REALIZED, PEAK, FEES]) lines[b + at]! *= moneyFactor;
    this.#form(row, { ...before, scale });
    return true;
  }

  read(row: number): Position {
    const beside = this.#beside.get(row);
    if (beside !== undefined) return beside;
    const b = row * ROW;
    return {
      quantity: BigInt(this.lines[b + QUANTITY]!),
      cost: this.#money(b + COST),
      realized: this.#money(b + REALIZED),
      fees: this.#sum(b + FEES),
      volume: this.#sum(b + VOLUME),
      trades: this.lineInts[b * 2 + TRADES]!,
      peakCost: this.#money(b + PEAK),
      openedNs: this.#openedNs[b + TIME]!,
      lastNs: this.#lastNs[b + TIME]!,
    };
  }

  /** Parts of it that are asked for alone. */
  quantity(row: number): bigint {
    return this.#aside(row)?.quantity ?? BigInt(this.lines[row * ROW + QUANTITY]!);
  }
  realized(row: number): bigint {
    return this.#aside(row)?.realized ?? this.#money(row * ROW + REALIZED);
  }
  lastNs(row: number): bigint {
    return this.#aside(row)?.lastNs ?? this.#lastNs[row * ROW + TIME]!;
  }

  #aside(row: number): Position | undefined {
    return this.#beside.size === 0 ? undefined : this.#beside.get(row);
  }

  /** The same in doubles; undefined when one of its amounts is no exact double. */
  readPlain(row: number): PlainPosition | undefined {
    if (this.#beside.has(row)) return undefined;
    const { lines, rests } = this;
    const b = row * ROW;
    for (const at of AMOUNTS) if (rests[b + at] !== 0 || !Number.isSafeInteger(lines[b + at])) return undefined;
    return {
      quantity: lines[b + QUANTITY]!, cost: lines[b + COST]!, realized: lines[b + REALIZED]!, fees: lines[b + FEES]!, volume: lines[b + VOLUME]!,
      trades: this.lineInts[b * 2 + TRADES]!, peakCost: lines[b + PEAK]!, openedNs: this.#openedNs[b + TIME]!, lastNs: this.#lastNs[b + TIME]!,
    };
  }

  /** Puts a position, whose amounts are integers below 2^53, into its row. */
  writePlain(row: number, p: PlainPosition): void {
    const isRoomy = Math.abs(p.quantity) < NARROW && Math.abs(p.fees) < CARRY && Math.abs(p.volume) < CARRY && p.trades < MOST_TRADES;
    if (!isRoomy || this.#beside.has(row)) {
      return this.write(row, { ...p, quantity: BigInt(p.quantity), cost: BigInt(p.cost), realized: BigInt(p.realized), fees: BigInt(p.fees), volume: BigInt(p.volume), peakCost: BigInt(p.peakCost) });
    }
    const { lines, rests } = this;
    const b = row * ROW;
    lines[b + QUANTITY] = p.quantity;
    lines[b + COST] = p.cost;
    lines[b + REALIZED] = p.realized;
    lines[b + PEAK] = p.peakCost;
    lines[b + FEES] = p.fees;
    lines[b + VOLUME] = p.volume;
    for (const at of AMOUNTS) rests[b + at] = 0;
    this.lineInts[b * 2 + TRADES] = p.trades;
    this.#lastNs[b + TIME] = p.lastNs;
    this.#openedNs[b + TIME] = p.openedNs;
  }

  /** Puts a position into its row, or beside the table when it has outgrown one (and back once it fits again). */
  write(row: number, position: Position): void {
    const b = row * ROW;
    if (!fits(position)) {
      this.lineInts[b * 2 + FORM] = READABLE;
      this.#beside.set(row, position);
      return;
    }
    if (this.#beside.delete(row)) this.#form(row, this.#formAt(row));
    this.lines[b + QUANTITY] = Number(position.quantity);
    this.#setMoney(b + COST, position.cost);
    this.#setMoney(b + REALIZED, position.realized);
    this.#setMoney(b + PEAK, position.peakCost);
    this.#setSum(b + FEES, position.fees);
    this.#setSum(b + VOLUME, position.volume);
    this.lineInts[b * 2 + TRADES] = position.trades;
    this.#lastNs[b + TIME] = position.lastNs;
    this.#openedNs[b + TIME] = position.openedNs;
  }

  /** Whether a time, high × 2^32 + low nanoseconds, is before the last that the row has seen. */
  isBefore(row: number, high: number, low: number): boolean {
    const beside = this.#beside.size === 0 ? undefined : this.#beside.get(row);
    if (beside !== undefined) return (BigInt(high) << 32n) + BigInt(low) < beside.lastNs;
    const at = (row * ROW + TIME) * 2;
    const lastHigh = this.lineInts[at + 1]!;
    return high < lastHigh || (high === lastHigh && low < this.lineInts[at]! >>> 0);
  }

  /** How many fills the row has seen. */
  trades(row: number): number {
    return this.#beside.get(row)?.trades ?? this.lineInts[((row << ROW_SHIFT) << 1) + TRADES]!;
  }

  moneyDigits(row: number): number {
    return moneyDigits(this.scale(row));
  }

  #formAt(row: number): Form {
    const form = this.#formList[this.#formOf[row] ?? READABLE];
    assert(form !== undefined && row < this.#count, `row ${row} is in the table`);
    return form;
  }

  #form(row: number, form: Form): void {
    const number = this.#number(form);
    this.#formOf[row] = number;
    const readable = this.forms[(number << FORM_SHIFT) + FACTOR] === 0 || this.#beside.has(row);
    this.lineInts[row * ROW * 2 + FORM] = readable ? READABLE : number;
  }

  #number(form: Form): number {
    for (let early = 0; early < EARLY_FORMS && early < this.#formList.length; early += 1) if (isSameForm(this.#formList[early]!, form)) return early;
    const { scale, settle, unstated, readable } = form;
    const { quantityDigits, priceDigits, multiplier, inverse } = scale;
    const key = [quantityDigits, priceDigits, multiplier.mantissa, multiplier.digits, inverse, settle, unstated, readable].join(" ");
    const known = this.#formNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.#formList.push(form) - 1;
    this.#formNumbers.set(key, number);
    if ((number + 1) << FORM_SHIFT > this.forms.length) {
      const larger = new Float64Array(Math.max(256, this.forms.length * 2));
      larger.set(this.forms);
      this.forms = larger;
      this.formInts = new Int32Array(larger.buffer);
    }
    const factor = inverse || readable ? 0n : unitFactor(scale);
    this.formInts.set([quantityDigits, priceDigits, moneyDigits(scale), settle, unstated], number << (FORM_SHIFT + 1));
    this.forms[(number << FORM_SHIFT) + FACTOR] = factor < EXACT_BIG ? Number(factor) : 0;
    return number;
  }

  #money(at: number): bigint {
    return BigInt(this.lines[at]!) + BigInt(this.rests[at]!);
  }

  #setMoney(at: number, value: bigint): void {
    const nearest = Number(value); // so the rest is below half a unit of its last place
    this.lines[at] = nearest;
    this.rests[at] = Number(value - BigInt(nearest));
  }

  #sum(at: number): bigint {
    return BigInt(this.lines[at]!) + BigInt(this.rests[at]!) * CARRY_BIG;
  }

  #setSum(at: number, value: bigint): void {
    this.lines[at] = Number(value % CARRY_BIG);
    this.rests[at] = Number(value / CARRY_BIG);
  }

  #grow(): void {
    const length = Math.max(64 * ROW, this.lines.length * 2);
    const lines = alignedDoubles(length);
    const rests = alignedDoubles(length);
    lines.set(this.lines);
    rests.set(this.rests);
    this.lines = lines;
    this.rests = rests;
    this.lineInts = new Int32Array(lines.buffer);
    this.restInts = new Int32Array(rests.buffer);
    this.#lastNs = new BigInt64Array(lines.buffer);
    this.#openedNs = new BigInt64Array(rests.buffer);
  }
}

/** A position whose amounts are doubles. */
export type PlainPosition = { readonly [amount in "quantity" | "cost" | "realized" | "fees" | "volume" | "peakCost" | "trades"]: number } & { readonly [time in "openedNs" | "lastNs"]: bigint };

/** One row of the table, kept elsewhere. */
export interface SavedPosition {
  readonly form: number;
  readonly beside: Position | undefined;
  readonly line: Float64Array;
  readonly rest: Float64Array;
}

interface Form {
  readonly scale: Scale;
  readonly settle: number;
  readonly unstated: number;
  readonly readable: boolean;
}

function isSameForm(a: Form, b: Form): boolean {
  const [x, y] = [a.scale, b.scale];
  return a.settle === b.settle && a.unstated === b.unstated && a.readable === b.readable && x.inverse === y.inverse && x.quantityDigits === y.quantityDigits && x.priceDigits === y.priceDigits && x.multiplier.mantissa === y.multiplier.mantissa && x.multiplier.digits === y.multiplier.digits;
}

/** What the language of src/core leaves out and every engine has. */
declare const WebAssembly: { readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer } };
const MOST_PAGES = 16_384;

/**
 * Doubles that begin with a cache line, so that a row is one line and not parts of two: the memory of a WebAssembly
 * module is the only aligned one to be had. Small tables stay in the caches anyway, and do without.
 */
function alignedDoubles(length: number): Float64Array<ArrayBuffer> {
  const pages = (length * 8) / PAGE_BYTES;
  if (pages < 16 || pages > MOST_PAGES) return new Float64Array(length);
  try {
    return new Float64Array(new WebAssembly.Memory({ initial: pages }).buffer);
  } catch {
    return new Float64Array(length); // where address space is limited: the same, a little slower
  }
}

function fits(p: Position): boolean {
  return within(p.quantity, QUANTITY_LIMIT) && within(p.cost, MONEY_LIMIT) && within(p.realized, MONEY_LIMIT) && within(p.fees, MONEY_LIMIT) && within(p.volume, MONEY_LIMIT) && within(p.peakCost, MONEY_LIMIT) && p.trades < MOST_TRADES;
}

function within(value: bigint, limit: bigint): boolean {
  return value < limit && value > -limit;
}
