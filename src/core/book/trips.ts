import { addDecimals, divideHalfEven, rescale, trimmed, zero, type Decimal } from "../num/index.ts";
import { isMore, magnitude, minus, negated, plus, shareOf, type Known } from "./amounts.ts";
import type { Scale } from "../position/index.ts";
import type { Rates } from "./rates.ts";
import type { BookRow } from "./rows.ts";
import { foreignWorth } from "./side-money.ts";
import { pricePerUnit } from "./value.ts";
import { feeWorth, type RowChange, type RowWatcher } from "./transitions.ts";

/** What a row did between two moments at which it held nothing. Amounts are in the settle currency, undefined where no mark says. */
export interface Trip {
  readonly row: BookRow;
  readonly direction: "long" | "short";
  readonly openedNs: bigint;
  readonly closedNs: bigint;
  readonly quantity: Decimal; // all that was opened, and so all that was closed; in the units of the end
  readonly entryPrice: string | null; // averages over what opened and over what closed, 12 significant digits
  readonly exitPrice: string | null;
  readonly gross: Decimal;
  readonly fees: Known;
  readonly funding: Known;
  readonly net: Known;
  readonly fills: number; // that took part; one that flips takes part in two trips
}

/** What a trip is told of a change. */
type Part = Pick<RowChange, "row" | "held" | "quantity" | "value" | "closed" | "closedValue" | "timeNs">;

/** A trip that has not come to its end. */
export interface OpenTrip {
  readonly isLong: boolean;
  openedNs: bigint;
  fills: number;
  opened: Decimal; // > 0, in today's units
  held: Decimal; // signed
  entryValue: Decimal; // signed like the position
  exitValue: Decimal; // signed like what closes it
  fees: Known;
  funding: Known;
}

/**
 * Follows rows from flat to flat. A fill that flips ends one trip and begins the next; its quantity and its fee are
 * divided, the remainder to the second. Whatever a cost method releases in between, a trip's gross P&L is what its
 * parts paid and brought, which is how much realized P&L changes from one flat moment to the next.
 */
export class Trips implements RowWatcher {
  readonly #rates: Rates;
  readonly #wanted: (row: BookRow) => boolean;
  readonly #each: (trip: Trip) => void;
  readonly #open = new Map<BookRow, OpenTrip>();

  /**
   * @param rates those of the finished book: a fee may be worth what a later mark says
   * @param each takes every trip as it closes
   */
  constructor(rates: Rates, wanted: (row: BookRow) => boolean, each: (trip: Trip) => void) {
    this.#rates = rates;
    this.#wanted = wanted;
    this.#each = each;
  }

  /** The trip that a row is on now. */
  openOf(row: BookRow): OpenTrip | undefined {
    return this.#open.get(row);
  }

  changed(change: RowChange): void {
    if (!this.#wanted(change.row)) return;
    this.#apply(change, feeWorth(change, this.#rates), change.cause === "trade" ? 1 : 0);
    const trip = this.#open.get(change.row);
    if (trip?.fills === 0 && change.cause === "fee") trip.fills = 1; // a rebate in kind opened it: the fill that it came with began the trip
  }

  split(row: BookRow, over: bigint, under: bigint, { quantityDigits }: Scale): void {
    const trip = this.#open.get(row);
    if (trip === undefined) return;
    trip.opened = shareOf(trip.opened, whole(over), whole(under))!;
    trip.held = trimmed(divideHalfEven(rescale(trip.held.mantissa, trip.held.digits, quantityDigits) * over, under), quantityDigits);
  }

  funded(row: BookRow, currency: string, amount: Decimal, timeNs: bigint): void {
    const trip = this.#open.get(row);
    if (trip === undefined) return; // paid for nothing that is held now
    trip.funding = plus(trip.funding, foreignWorth({ currency, amount, timeNs }, row.instrument.settle, this.#rates));
  }

  /** A trip goes on under the new name. Against one of the other direction it ends, at its own average price, and that closes the other. */
  renamed(from: BookRow, to: BookRow, timeNs: bigint): void {
    const coming = this.#open.get(from);
    if (coming === undefined) return;
    const there = this.#open.get(to);
    this.#open.delete(from);
    if (there === undefined) return void this.#open.set(to, coming);
    if (there.isLong === coming.isLong) return merge(there, coming);
    const quantity = coming.held;
    const value = shareOf(coming.entryValue, magnitude(quantity), coming.opened)!;
    coming.exitValue = addDecimals(coming.exitValue, negated(value));
    this.#close(from, coming, timeNs);
    const { held } = there;
    const closed = isMore(magnitude(quantity), magnitude(held)) ? negated(held) : quantity;
    this.#apply({ row: to, held, quantity, value, closed, closedValue: shareOf(value, closed, quantity)!, timeNs }, zero, 0);
  }

  #apply({ row, held, quantity, value, closed, closedValue, timeNs }: Part, fee: Known, fills: number): void {
    const closingFee = shareOf(fee, closed, quantity);
    const going = this.#open.get(row);
    if (closed.mantissa !== 0n && going !== undefined) {
      going.exitValue = addDecimals(going.exitValue, closedValue);
      going.held = addDecimals(held, closed);
      going.fees = plus(going.fees, closingFee);
      going.fills += fills;
      if (going.held.mantissa === 0n) this.#close(row, going, timeNs);
    }
    const opened = addDecimals(quantity, negated(closed));
    if (opened.mantissa === 0n) return;
    let trip = this.#open.get(row);
    if (trip === undefined) this.#open.set(row, (trip = begun(opened.mantissa > 0n, timeNs)));
    trip.opened = addDecimals(trip.opened, magnitude(opened));
    trip.held = addDecimals(held, quantity);
    trip.entryValue = addDecimals(trip.entryValue, addDecimals(value, negated(closedValue)));
    trip.fees = plus(trip.fees, minus(fee, closingFee));
    trip.fills += fills;
  }

  #close(row: BookRow, trip: OpenTrip, closedNs: bigint): void {
    this.#open.delete(row);
    const { isLong, openedNs, opened: quantity, entryValue, exitValue, fees, funding, fills } = trip;
    const { instrument } = row;
    const paid = addDecimals(entryValue, exitValue);
    const gross = instrument.inverse ? paid : negated(paid);
    const signed = isLong ? quantity : negated(quantity);
    this.#each({
      row, direction: isLong ? "long" : "short", openedNs, closedNs, quantity, fills, gross, fees, funding,
      entryPrice: pricePerUnit(instrument, signed, entryValue),
      exitPrice: pricePerUnit(instrument, negated(signed), exitValue),
      net: plus(minus(gross, fees), funding),
    });
  }
}

function begun(isLong: boolean, openedNs: bigint): OpenTrip {
  return { isLong, openedNs, fills: 0, opened: zero, held: zero, entryValue: zero, exitValue: zero, fees: zero, funding: zero };
}

/** Two trips of one direction, now of one row, are one. */
function merge(into: OpenTrip, other: OpenTrip): void {
  into.openedNs = other.openedNs < into.openedNs ? other.openedNs : into.openedNs;
  into.fills += other.fills;
  into.opened = addDecimals(into.opened, other.opened);
  into.held = addDecimals(into.held, other.held);
  into.entryValue = addDecimals(into.entryValue, other.entryValue);
  into.exitValue = addDecimals(into.exitValue, other.exitValue);
  into.fees = plus(into.fees, other.fees);
  into.funding = plus(into.funding, other.funding);
}

function whole(value: bigint): Decimal {
  return { mantissa: value, digits: 0 };
}
