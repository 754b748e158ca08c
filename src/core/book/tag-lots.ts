import { abs, addDecimals, assert, scaled, trimmed, zero, type Decimal } from "../num/index.ts";
import { Lots, moneyDigits, type Lot, type LotOrigin, type Scale } from "../position/index.ts";
import { allocated, allocatedUnits, minus, negated, plus, shareOf, type Known } from "./amounts.ts";
import type { Rates } from "./rates.ts";
import type { BookRow } from "./rows.ts";
import { foreignWorth } from "./side-money.ts";
import { feeWorth, type RowChange, type RowWatcher } from "./transitions.ts";

/** What the lots of one tag came to. In the settle currency, undefined where no mark says. */
export interface TagFigures {
  readonly realized: Decimal; // before fees
  readonly unrealized: Known;
  readonly fees: Known; // all that were paid
  readonly carried: Known; // those of them that opened what is still held
  readonly funding: Known;
}

interface Sums {
  realized: Decimal;
  fees: Known;
  funding: Known;
}

/** One row's lots, in the digits in which the row counts, and what each tag made of them. */
interface Tagged {
  lots: Lots;
  quantityDigits: number;
  moneyDigits: number;
  readonly carried: Map<Lot, Known>; // what the fee of opening is worth, of what is left of the lot
  readonly sums: Map<string, Sums>;
}

/** Takes what nothing is held for: funding after the position was closed, what a flat net row's venues still hold. */
const UNTAGGED = "";

/**
 * Lots that remember their tag, closed first in, first out, whatever an account's cost method is. A closing fill realizes
 * for the tags of the lots that it closes, and its fee is theirs by quantity; the fee of opening stays with the opener.
 */
export class TagLots implements RowWatcher {
  readonly #rates: Rates;
  readonly #wanted: (row: BookRow) => boolean;
  readonly #tagOf: (origin: LotOrigin) => string;
  readonly #rows = new Map<BookRow, Tagged>();

  /** @param rates those of the finished book: a fee may be worth what a later mark says */
  constructor(rates: Rates, wanted: (row: BookRow) => boolean, tagOf: (origin: LotOrigin) => string) {
    this.#rates = rates;
    this.#wanted = wanted;
    this.#tagOf = tagOf;
  }

  changed(change: RowChange): void {
    const { row, scale, quantity, value, closed, closedValue, origin } = change;
    if (!this.#wanted(row)) return;
    const tagged = this.#scaledTo(row, scale.quantityDigits, moneyDigits(scale));
    const paid = feeWorth(change, this.#rates);
    const closingFee = shareOf(paid, closed, quantity);
    if (closed.mantissa !== 0n) this.#close(tagged, row, units(closed, tagged.quantityDigits), units(closedValue, tagged.moneyDigits), closingFee);
    const opened = addDecimals(quantity, negated(closed));
    if (opened.mantissa === 0n) return;
    const lot = tagged.lots.open(units(opened, tagged.quantityDigits), units(addDecimals(value, negated(closedValue)), tagged.moneyDigits), origin);
    const openingFee = minus(paid, closingFee);
    tagged.carried.set(lot, openingFee);
    const sums = sumsOf(tagged, this.#tagOf(origin));
    sums.fees = plus(sums.fees, openingFee);
  }

  split(row: BookRow, over: bigint, under: bigint, scale: Scale): void {
    if (this.#wanted(row)) this.#scaledTo(row, scale.quantityDigits, moneyDigits(scale)).lots.split(over, under);
  }

  funded(row: BookRow, currency: string, amount: Decimal, timeNs: bigint): void {
    if (!this.#wanted(row)) return;
    const tagged = this.#scaledTo(row, 0, 0);
    const worth = foreignWorth({ currency, amount, timeNs }, row.instrument.settle, this.#rates);
    for (const [tag, share] of this.#byTag(tagged, worth)) {
      const sums = sumsOf(tagged, tag);
      sums.funding = plus(sums.funding, share);
    }
  }

  /** Lots go on under the new name. Against lots of the other direction they leave at their own cost, which closes those. */
  renamed(from: BookRow, to: BookRow): void {
    const old = this.#rows.get(from);
    if (old === undefined) return;
    this.#rows.delete(from);
    const into = this.#scaledTo(to, old.quantityDigits, old.moneyDigits);
    this.#scale(old, into.quantityDigits, into.moneyDigits);
    for (const [tag, sums] of old.sums) add(sumsOf(into, tag), sums);
    let held = into.lots.list().reduce((sum, { quantity }) => sum + quantity, 0n);
    for (const lot of old.lots.list()) {
      const isAgainst = held !== 0n && held > 0n !== lot.quantity > 0n && lot.quantity !== 0n;
      const closes = !isAgainst ? 0n : abs(held) < abs(lot.quantity) ? -held : lot.quantity;
      const [value, left] = allocatedUnits(lot.cost, [closes, lot.quantity - closes]) as [bigint, bigint];
      if (closes !== 0n) this.#close(into, to, closes, value, zero);
      const carried = old.carried.get(lot);
      if (lot.quantity !== closes) into.carried.set(into.lots.open(lot.quantity - closes, left, lot.origin), minus(carried, shareOf(carried, whole(closes), whole(lot.quantity))));
      held += lot.quantity;
    }
  }

  /** An amount divided among the tags by what they hold of a row. */
  byTag(row: BookRow, amount: Known): Map<string, Known> {
    return this.#byTag(this.#scaledTo(row, 0, 0), amount);
  }

  /** Each tag's part in a row. @param value what the row is worth now, signed like its quantity */
  figuresOf(row: BookRow, value: Known): Map<string, TagFigures> {
    const tagged = this.#scaledTo(row, 0, 0);
    const worths = this.#byTag(tagged, value);
    const costs = new Map<string, bigint>();
    const fees = new Map<string, Known>();
    for (const lot of tagged.lots.list()) {
      const tag = this.#tagOf(lot.origin);
      costs.set(tag, (costs.get(tag) ?? 0n) + lot.cost);
      fees.set(tag, plus(fees.has(tag) ? fees.get(tag) : zero, tagged.carried.get(lot)));
    }
    const tags = new Set([...tagged.sums.keys(), ...worths.keys(), ...costs.keys()]);
    return new Map([...tags].map((tag) => {
      const { realized, fees: paid, funding } = tagged.sums.get(tag) ?? nothing();
      const worth = worths.has(tag) ? worths.get(tag) : zero;
      const cost = trimmed(costs.get(tag) ?? 0n, tagged.moneyDigits);
      return [tag, { realized, unrealized: row.instrument.inverse ? minus(cost, worth) : minus(worth, cost), fees: paid, carried: fees.has(tag) ? fees.get(tag) : zero, funding }];
    }));
  }

  /** @param closes signed against the lots, @param value of it, signed like it */
  #close(tagged: Tagged, row: BookRow, closes: bigint, value: bigint, fee: Known): void {
    const parts: { readonly tag: string; readonly quantity: bigint; readonly released: bigint }[] = [];
    tagged.lots.close(-closes, (lot, quantity, released) => {
      parts.push({ tag: this.#tagOf(lot.origin), quantity, released });
      const carried = tagged.carried.get(lot);
      if (quantity === lot.quantity) tagged.carried.delete(lot);
      else tagged.carried.set(lot, minus(carried, shareOf(carried, whole(quantity), whole(lot.quantity))));
    });
    const weights = parts.map(({ quantity }) => quantity);
    const values = allocatedUnits(value, weights);
    const fees = allocated(fee, weights);
    for (const [i, { tag, released }] of parts.entries()) {
      const sums = sumsOf(tagged, tag);
      const gain = -values[i]! - released;
      sums.realized = addDecimals(sums.realized, trimmed(row.instrument.inverse ? -gain : gain, tagged.moneyDigits));
      sums.fees = plus(sums.fees, fees[i]);
    }
  }

  /** An amount divided among the tags by what they hold. */
  #byTag(tagged: Tagged, amount: Known): Map<string, Known> {
    const held = new Map<string, bigint>();
    for (const { origin, quantity } of tagged.lots.list()) {
      const tag = this.#tagOf(origin);
      held.set(tag, (held.get(tag) ?? 0n) + quantity);
    }
    if (held.size === 0) return new Map(amount?.mantissa === 0n ? [] : [[UNTAGGED, amount]]);
    const shares = allocated(amount, [...held.values()]);
    return new Map([...held.keys()].map((tag, i) => [tag, shares[i]]));
  }

  /** A row's lots, in digits at least as fine as these. */
  #scaledTo(row: BookRow, quantityDigits: number, money: number): Tagged {
    let tagged = this.#rows.get(row);
    if (tagged === undefined) this.#rows.set(row, (tagged = { lots: new Lots("fifo", row.instrument.inverse), quantityDigits: 0, moneyDigits: 0, carried: new Map(), sums: new Map() }));
    this.#scale(tagged, Math.max(quantityDigits, tagged.quantityDigits), Math.max(money, tagged.moneyDigits));
    return tagged;
  }

  #scale(tagged: Tagged, quantityDigits: number, money: number): void {
    if (quantityDigits === tagged.quantityDigits && money === tagged.moneyDigits) return;
    tagged.lots.rescale(quantityDigits - tagged.quantityDigits, money - tagged.moneyDigits);
    tagged.quantityDigits = quantityDigits;
    tagged.moneyDigits = money;
  }
}

function sumsOf({ sums }: Tagged, tag: string): Sums {
  let of = sums.get(tag);
  if (of === undefined) sums.set(tag, (of = nothing()));
  return of;
}

function nothing(): Sums {
  return { realized: zero, fees: zero, funding: zero };
}

function add(into: Sums, other: Sums): void {
  into.realized = addDecimals(into.realized, other.realized);
  into.fees = plus(into.fees, other.fees);
  into.funding = plus(into.funding, other.funding);
}

function units(value: Decimal, digits: number): bigint {
  const exact = scaled(value, digits);
  assert(exact !== undefined, "a change fits the digits of its row");
  return exact;
}

function whole(value: bigint): Decimal {
  return { mantissa: value, digits: 0 };
}
