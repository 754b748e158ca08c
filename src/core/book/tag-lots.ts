import { assert, scaled, tenTo, zero, type Decimal } from "../num/index.ts";
import type { FillColumns } from "../model/index.ts";
import { closedBy, moneyDigits, partOf, valueOf, type LotOrigin, type Scale } from "../position/index.ts";
import type { Known } from "./amounts.ts";
import type { Rates } from "./rates.ts";
import type { BookRow, VenueRow } from "./rows.ts";
import { foreignWorth, worth } from "./side-money.ts";
import { TagRow, type TagFigures } from "./tag-row.ts";
import { feeWorth, isInKind, type BookedRows, type RowChange, type RowWatcher } from "./transitions.ts";

/** What a lot may be tagged by. */
export type Tagging = (of: Pick<LotOrigin, "strategy" | "signalId">) => string;

/**
 * Lots that remember their tag, closed first in, first out, whatever an account's cost method is. A closing fill realizes
 * for the tags of the lots that it closes, and its fee is theirs by quantity; the fee of opening stays with the opener.
 */
export class TagLots implements RowWatcher {
  readonly #rates: Rates;
  readonly #wanted: (row: BookRow) => boolean;
  readonly #tagOf: Tagging;
  readonly #carries: boolean;
  readonly #rows = new Map<BookRow, TagRow>();

  /**
   * @param rates those of the finished book: a fee may be worth what a later mark says
   * @param carries whether `carried` is asked for, which costs a little
   */
  constructor(rates: Rates, wanted: (row: BookRow) => boolean, tagOf: Tagging, carries = true) {
    this.#rates = rates;
    this.#wanted = wanted;
    this.#tagOf = tagOf;
    this.#carries = carries;
  }

  changed(change: RowChange): void {
    const { row, scale, quantity, value, closed, closedValue, origin } = change;
    if (!this.#wanted(row)) return;
    const of = this.#scaledTo(row, scale);
    const money = (amount: Decimal) => units(amount, of.moneyDigits);
    of.move(this.#tagOf(origin), units(quantity, of.quantityDigits), money(value), units(closed, of.quantityDigits), money(closedValue), feeWorth(change, this.#rates));
  }

  /** Plain fills, straight from their columns: the same as if `changed` had been told of each. */
  filled(book: BookedRows, fills: FillColumns, from: number, to: number): void {
    for (let fill = from; fill < to; fill += 1) {
      const route = fills.route[fill]!;
      const own = book.venueRowOf(route);
      const net = book.netRowOf(route);
      if (this.#wanted(net)) this.#fill(book, net, own, fills, fill);
      if (this.#wanted(own)) this.#fill(book, own, own, fills, fill);
    }
  }

  split(row: BookRow, over: bigint, under: bigint, scale: Scale): void {
    if (this.#wanted(row)) this.#scaledTo(row, scale).split(over, under);
  }

  funded(row: BookRow, currency: string, amount: Decimal, timeNs: bigint): void {
    if (this.#wanted(row)) this.#of(row).fund(foreignWorth({ currency, amount, timeNs }, row.instrument.settle, this.#rates));
  }

  /** Lots go on under the new name. */
  renamed(from: BookRow, to: BookRow): void {
    const old = this.#rows.get(from);
    if (old === undefined) return;
    this.#rows.delete(from);
    this.#of(to).takeOver(old);
  }

  /** An amount divided among the tags by what they hold of a row. */
  byTag(row: BookRow, amount: Known): Map<string, Known> {
    return this.#of(row).byTag(amount);
  }

  /** Each tag's part in a row. @param value what the row is worth now, signed like its quantity */
  figuresOf(row: BookRow, value: Known): Map<string, TagFigures> {
    return this.#of(row).figures(value);
  }

  #fill({ directory, table }: BookedRows, row: BookRow, { instrument }: VenueRow, fills: FillColumns, fill: number): void {
    const scale = table.scale(row.row); // wide enough for this fill: it is booked
    const of = this.#scaledTo(row, scale);
    const tag = this.#tagOf({ strategy: directory.name(fills.strategy[fill]!), signalId: directory.name(fills.signal[fill]!) });
    const wide = fills.wide.get(fill);
    const quantity = (wide?.quantity ?? BigInt(fills.quantity[fill]!)) * tenTo(scale.quantityDigits - fills.quantityDigits[fill]!);
    const price = (wide?.price ?? BigInt(fills.price[fill]!)) * tenTo(scale.priceDigits - fills.priceDigits[fill]!);
    const number = fills.feeCurrency[fill]!;
    const currency = number === -1 ? instrument.quote : directory.name(number);
    const fee = fills.fee[fill] === 0 ? zero : fills.feeOf(fill);
    const inKind = isInKind(instrument, fee, currency);
    moveBy(of, tag, scale, quantity, price, this.#worthOf(fills, fill, row, instrument, fee, currency, inKind));
    if (inKind) moveBy(of, tag, scale, -units(fee, scale.quantityDigits), price, zero);
  }

  /** What a fee is worth in the settle currency; undefined while no mark says. */
  #worthOf(fills: FillColumns, fill: number, row: BookRow, instrument: VenueRow["instrument"], fee: Decimal, currency: string, inKind: boolean): Known {
    if (fee.mantissa === 0n || currency === instrument.settle) return fee;
    if (inKind) return worth(fee, fills.priceOf(fill), instrument.multiplier);
    return foreignWorth({ currency, amount: fee, timeNs: fills.timeNs(fill) }, row.instrument.settle, this.#rates);
  }

  #of(row: BookRow): TagRow {
    let of = this.#rows.get(row);
    if (of === undefined) this.#rows.set(row, (of = new TagRow(row.instrument.inverse, this.#carries)));
    return of;
  }

  /** A row's lots, in digits at least as fine as these. */
  #scaledTo(row: BookRow, scale: Scale): TagRow {
    const of = this.#of(row);
    of.widen(scale.quantityDigits, moneyDigits(scale));
    return of;
  }
}

/** A fill, or its fee in kind: it closes what it can at the row's own price, the rest opens. */
function moveBy(of: TagRow, tag: string, scale: Scale, quantity: bigint, price: bigint, paid: Known): void {
  const { held } = of;
  const value = valueOf(scale, quantity, price);
  const closed = held === 0n ? 0n : -closedBy(held, quantity);
  of.move(tag, quantity, value, closed, closed === 0n ? 0n : partOf(value, closed, quantity), paid);
}

function units(value: Decimal, digits: number): bigint {
  const exact = scaled(value, digits);
  assert(exact !== undefined, "a change fits the digits of its row");
  return exact;
}
