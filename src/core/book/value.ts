import { divideHalfEven, formatDecimal, formatRatio, multiplyDecimals, tenTo, trimmed, type Decimal, addDecimals, zero } from "../num/index.ts";
import type { Instrument } from "../model/index.ts";
import type { Position } from "../position/index.ts";
import type { Book } from "./book.ts";
import { markOf, type Moment } from "./rates.ts";
import type { NetRow, VenueRow } from "./rows.ts";

const INVERSE_DIGITS = 18;
const SHOWN_DIGITS = 12;

/** What a row's holdings are worth now: signed like the quantity, in the settle currency. */
export interface Valuation {
  readonly value: Decimal;
  readonly markPrice: string | null; // null when flat
  readonly markTimeNs: bigint | undefined; // of the oldest mark used
}

const nothing: Valuation = { value: zero, markPrice: null, markTimeNs: undefined };

/** A venue row at its mark; undefined when it holds something and no fresh mark says what that is worth. */
export function valueVenue(book: Book, row: VenueRow, position: Pick<Position, "quantity">, moment: Moment): Valuation | undefined {
  if (position.quantity === 0n) return nothing;
  const found = markOf(book.marks, row.venue, row.symbol, moment);
  const mark = found && { ...found, price: book.marks.sinceSplits(row.symbol, found, row.instrument.inverse) };
  if (mark === undefined || (row.instrument.inverse && mark.price.mantissa === 0n)) return undefined;
  const quantity = { mantissa: position.quantity, digits: book.table.scale(row.row).quantityDigits };
  return { value: valueAt(row.instrument, quantity, mark.price), markPrice: formatDecimal(mark.price), markTimeNs: mark.timeNs };
}

/** A net row: the sum of its venues' values; undefined when one of them is. */
export function valueNet(book: Book, net: NetRow, position: Pick<Position, "quantity">, venues: readonly (Valuation | undefined)[]): Valuation | undefined {
  let value = zero;
  let oldest: bigint | undefined;
  const prices = new Set<string>();
  for (const venue of venues) {
    if (venue === undefined) return undefined;
    value = addDecimals(value, venue.value);
    if (venue.markPrice !== null) prices.add(venue.markPrice);
    if (venue.markTimeNs !== undefined && (oldest === undefined || venue.markTimeNs < oldest)) oldest = venue.markTimeNs;
  }
  const [only] = prices;
  const price = position.quantity === 0n ? null : prices.size === 1 ? only! : impliedPrice(book, net, position, value);
  return { value, markPrice: price, markTimeNs: oldest };
}

/** quantity × multiplier × price, exactly; ÷ price when inverse, rounded half-even at 18 decimals. */
export function valueAt(instrument: Instrument, quantity: Decimal, price: Decimal): Decimal {
  const contracts = multiplyDecimals(quantity, instrument.multiplier);
  if (!instrument.inverse) return multiplyDecimals(contracts, price);
  return trimmed(divideHalfEven(contracts.mantissa * tenTo(INVERSE_DIGITS + price.digits), price.mantissa * tenTo(contracts.digits)), INVERSE_DIGITS);
}

/** The price of one unit that turns `quantity` into `value`, with 12 significant digits: averages, and marks over venues. */
export function pricePerUnit(instrument: Instrument, quantity: Decimal, value: Decimal): string | null {
  if (quantity.mantissa === 0n || (instrument.inverse && value.mantissa === 0n)) return null;
  const contracts = multiplyDecimals(quantity, instrument.multiplier);
  const [over, under] = instrument.inverse ? [contracts, value] : [value, contracts];
  return formatRatio(over.mantissa * tenTo(under.digits), under.mantissa * tenTo(over.digits), SHOWN_DIGITS);
}

function impliedPrice(book: Book, net: NetRow, position: Pick<Position, "quantity">, value: Decimal): string | null {
  return pricePerUnit(net.instrument, { mantissa: position.quantity, digits: book.table.scale(net.row).quantityDigits }, value);
}
