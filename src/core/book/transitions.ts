import { assert, scaled, trimmed, zero, type Decimal } from "../num/index.ts";
import type { Directory, FillColumns, Instrument } from "../model/index.ts";
import { applyMove, applySplit, applyTrade, closedBy, inverseUnit, moneyDigits, partOf, valueOf, type ByLots, type LotOrigin, type Position, type PositionTable, type Scale } from "../position/index.ts";
import type { BookRow, NetRow, VenueRow } from "./rows.ts";
import type { Known } from "./amounts.ts";
import type { Rates } from "./rates.ts";
import { foreignWorth, SideMoney, worth } from "./side-money.ts";

/** A fill as each of its rows sees it. */
export interface BookedTrade {
  readonly quantity: Decimal; // bought > 0
  readonly price: Decimal;
  readonly fee: Decimal;
  readonly feeCurrency: string;
  readonly timeNs: bigint;
  readonly origin: () => LotOrigin; // asked for only where somebody wants it
}

/** What moves a row and is no trade: at a price, for a sum in all, or "at cost": leaving at its book cost. */
export interface BookedMove {
  readonly cause: "settled" | "moved";
  readonly quantity: Decimal;
  readonly at: { readonly price: Decimal } | { readonly total: Decimal } | "cost";
  readonly timeNs: bigint;
  readonly origin: () => LotOrigin;
}

/** What one fact did to one row: for those who follow trips, lots by tag, or fees that wait. Exact, in the settle currency. */
export interface RowChange {
  readonly row: BookRow;
  readonly cause: "trade" | "fee" | "settled" | "moved"; // fee: a fee in kind, taken out of the quantity
  readonly scale: Scale; // the digits in which the row divided
  readonly held: Decimal; // before
  readonly quantity: Decimal; // moved
  readonly value: Decimal; // of what was moved, signed like the quantity
  readonly closed: Decimal; // the part of the quantity that closed, signed like it; the rest opened
  readonly closedValue: Decimal; // of that part
  readonly fee: { readonly currency: string; readonly amount: Decimal; readonly worth: Decimal | undefined } | undefined; // worth: in the settle currency, where no mark is needed to tell
  readonly timeNs: bigint;
  readonly origin: LotOrigin;
}

/** Where fills are booked. */
export interface BookedRows {
  readonly directory: Directory;
  readonly table: PositionTable;
  venueRowOf(route: number): VenueRow;
  netRowOf(route: number): NetRow;
}

/** Follows the rows of a book one change after the other. */
export interface RowWatcher {
  /** Takes booked fills [from, to) itself, so that the book may go its quick way; of all else `changed` tells. Where it is missing, `changed` tells of fills too. */
  filled?(book: BookedRows, fills: FillColumns, from: number, to: number): void;
  changed(change: RowChange): void;
  split(row: BookRow, over: bigint, under: bigint, scale: Scale): void; // scale: the row's, wide enough for what comes out
  funded(row: BookRow, currency: string, amount: Decimal, timeNs: bigint): void;
  renamed(from: BookRow, to: BookRow, timeNs: bigint): void; // what `from` holds goes on in `to`, which may hold something
  capital?(account: string, currency: string, amount: Decimal, timeNs: bigint): void; // cash came in (> 0) or left
}

/** The readable transitions of rows: any fact, any row. The columns do the ordinary fills the same way, faster. */
export class Transitions {
  watcher: RowWatcher | undefined;
  isQuiet = false; // while fills are booked that the watcher takes itself
  readonly #table: PositionTable;

  constructor(table: PositionTable) {
    this.#table = table;
  }

  /** @param instrument of the venue of the fill, for its net row too: venues may call the base otherwise */
  trade(row: BookRow, instrument: Instrument, trade: BookedTrade): void {
    const { quantity, price, fee, feeCurrency, timeNs } = trade;
    const inKind = isInKind(instrument, fee, feeCurrency);
    const scale = this.widened(row, Math.max(quantity.digits, inKind ? fee.digits : 0), price.digits);
    const priceUnits = exact(price, scale.priceDigits);
    const digits = moneyDigits(scale);
    const settled = feeCurrency === instrument.settle ? scaled(fee, digits) : undefined;
    const units = exact(quantity, scale.quantityDigits);
    const before = this.#table.read(row.row);
    const value = valueOf(scale, units, priceUnits);
    const by = this.#byLots(row, trade.origin, scale.inverse ? inverseUnit(scale, units, priceUnits) : undefined);
    let position = applyTrade(before, { quantity: units, value, fee: settled ?? 0n, timeNs }, scale.inverse, by);
    const feeValue = fee.mantissa === 0n || feeCurrency === instrument.settle ? fee : inKind ? worth(fee, price, instrument.multiplier) : undefined;
    this.#tell(row, "trade", scale, before, units, value, trade, fee.mantissa === 0n ? undefined : { currency: feeCurrency, amount: fee, worth: feeValue });
    if (inKind) {
      const disposed = -exact(fee, scale.quantityDigits);
      const disposedValue = valueOf(scale, disposed, priceUnits);
      const held = position;
      position = applyMove(held, { quantity: disposed, value: disposedValue, timeNs }, scale.inverse, by);
      this.#tell(row, "fee", scale, held, disposed, disposedValue, trade);
    }
    if (settled === undefined && fee.mantissa !== 0n) {
      if (feeValue === undefined) row.fees.addForeign({ currency: feeCurrency, amount: fee, timeNs });
      else row.fees.addValued(feeCurrency, fee, feeValue);
    }
    this.#table.write(row.row, position);
  }

  /** Moves a quantity without a trade. Returns its value, signed like the quantity. */
  move(row: BookRow, move: BookedMove): Decimal {
    const { quantity, at, timeNs } = move;
    const { multiplier } = row.instrument;
    const quantityDigits = Math.max(quantity.digits, this.#table.scale(row.row).quantityDigits);
    const fits = at === "cost" || "price" in at || at.total.digits <= moneyDigits(this.#table.scale(row.row));
    const priceDigits = at === "cost" ? 0 : "price" in at ? at.price.digits : fits ? 0 : Math.max(0, at.total.digits - quantityDigits - multiplier.digits);
    const scale = this.widened(row, quantityDigits, priceDigits);
    const digits = moneyDigits(scale);
    const units = exact(quantity, scale.quantityDigits);
    const value = at === "cost" ? undefined : "price" in at ? valueOf(scale, units, exact(at.price, scale.priceDigits)) : exact(at.total, digits);
    const before = this.#table.read(row.row);
    const moved = applyMove(before, { quantity: units, value, timeNs }, scale.inverse, this.#byLots(row, move.origin));
    this.#table.write(row.row, { ...moved, lastNs: timeNs > moved.lastNs ? timeNs : moved.lastNs });
    row.hasEvent = true;
    const gain = moved.realized - before.realized;
    const worked = value ?? moved.cost - before.cost - (scale.inverse ? -gain : gain);
    this.#tell(row, move.cause, scale, before, units, worked, move, undefined, value === undefined);
    return trimmed(worked, digits);
  }

  /** Takes over what closing several venues of an inverse contract left by rounding, though together they hold nothing. */
  realize(row: BookRow, value: Decimal): void {
    const scale = this.#table.scale(row.row);
    const position = this.#table.read(row.row);
    const units = exact(value, moneyDigits(scale));
    this.#table.write(row.row, { ...position, realized: position.realized + (scale.inverse ? units : -units) });
  }

  /** Each unit becomes over ÷ under units. The row takes as many digits as that needs for all of it and for each lot, up to 18. */
  split(row: BookRow, over: bigint, under: bigint): void {
    const held = this.#table.scale(row.row).quantityDigits;
    const parts = [this.#table.read(row.row).quantity, ...(row.lots?.list() ?? []).map(({ quantity }) => quantity)];
    const scale = this.widened(row, parts.reduce((digits, quantity) => Math.max(digits, digitsAfterSplit(quantity, held, over, under)), held), 0);
    this.#table.write(row.row, applySplit(this.#table.read(row.row), over, under, scale.inverse, row.lots));
    row.hasEvent = true;
    this.watcher?.split(row, over, under, scale);
  }

  fund(row: BookRow, currency: string, amount: Decimal, timeNs: bigint): void {
    row.funding ??= new SideMoney();
    if (currency === row.instrument.settle) row.funding.addValued(currency, amount, amount);
    else row.funding.addForeign({ currency, amount, timeNs });
    row.hasEvent = true;
    this.watcher?.funded(row, currency, amount, timeNs);
  }

  /** The row's scale, made finer first where a fact needs it. */
  widened(row: BookRow, quantityDigits: number, priceDigits: number): Scale {
    const scale = this.#table.scale(row.row);
    if (quantityDigits <= scale.quantityDigits && priceDigits <= scale.priceDigits) return scale;
    const wider = { ...scale, quantityDigits: Math.max(quantityDigits, scale.quantityDigits), priceDigits: Math.max(priceDigits, scale.priceDigits) };
    this.#table.widen(row.row, wider);
    row.lots?.rescale(wider.quantityDigits - scale.quantityDigits, moneyDigits(wider) - moneyDigits(scale));
    return wider;
  }

  #byLots({ lots }: BookRow, origin: () => LotOrigin, unit?: ByLots["unit"]): ByLots | undefined {
    return lots && { lots, origin: origin(), unit };
  }

  #tell(row: BookRow, cause: RowChange["cause"], scale: Scale, before: Position, units: bigint, value: bigint, of: { readonly timeNs: bigint; readonly origin: () => LotOrigin }, fee?: RowChange["fee"], atCost = false): void {
    if (this.watcher === undefined || this.isQuiet) return;
    const closed = -closedBy(before.quantity, units);
    this.watcher.changed({
      row, cause, scale, fee, timeNs: of.timeNs, origin: of.origin(),
      held: trimmed(before.quantity, scale.quantityDigits),
      quantity: trimmed(units, scale.quantityDigits),
      value: trimmed(value, moneyDigits(scale)),
      closed: trimmed(closed, scale.quantityDigits),
      closedValue: trimmed(atCost ? value : partOf(value, closed, units), moneyDigits(scale)), // at cost all of the value is what closes
    });
  }
}

/** Whether a fee is taken out of the quantity: one in the base currency of a spot instrument. */
export function isInKind({ kind, base, settle }: Instrument, fee: Decimal, feeCurrency: string): boolean {
  return fee.mantissa !== 0n && kind === "spot" && feeCurrency === base && feeCurrency !== settle;
}

/** What the fee of a change is worth in the settle currency; undefined while no mark says. */
export function feeWorth({ row, fee, timeNs }: RowChange, rates: Rates): Known {
  return fee === undefined ? zero : (fee.worth ?? foreignWorth({ ...fee, timeNs }, row.instrument.settle, rates));
}

const MOST_DIGITS = 18;

/** The digits that a quantity has after a split; more than 18 are rounded away. */
export function digitsAfterSplit(quantity: bigint, digits: number, over: bigint, under: bigint): number {
  let needed = digits;
  let left = quantity * over;
  while (needed < MOST_DIGITS && left % under !== 0n) {
    left *= 10n;
    needed += 1;
  }
  return needed;
}

function exact(value: Decimal, digits: number): bigint {
  const units = scaled(value, digits);
  assert(units !== undefined, "a decided fact fits the digits of its row");
  return units;
}
