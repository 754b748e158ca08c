import { trimmed, zero, type Decimal } from "../num/index.ts";
import { moneyDigits, type Position, type Scale } from "../position/index.ts";
import { minus, plus, type Known } from "./amounts.ts";
import type { Book } from "./book.ts";
import type { Moment } from "./rates.ts";
import type { BookRow, NetRow, VenueRow } from "./rows.ts";
import { valueNet, valueVenue, type Valuation } from "./value.ts";

/** A row's exact amounts in its settle currency, before they become text. */
export interface Figures {
  readonly position: Position;
  readonly scale: Scale;
  readonly quantity: Decimal;
  readonly cost: Decimal; // signed
  readonly realized: Decimal;
  readonly settleFees: Decimal; // those that the row keeps itself
  readonly fees: Known;
  readonly unvaluedFees: readonly string[]; // currencies of fees that no mark values
  readonly funding: Known;
  readonly value: Known; // signed
  readonly unrealized: Known;
  readonly valuation: Valuation | undefined;
}

/** A net row's figures with those of its venues: each row is read and valued once. */
export interface NetFigures {
  readonly net: Figures;
  readonly venues: readonly { readonly row: VenueRow; readonly figures: Figures }[];
}

/** The figures of a net row and of one of its venues. */
export function figuresOfOne(book: Book, net: NetRow, of: VenueRow, moment: Moment): { readonly net: Figures; readonly own: Figures } {
  const own = venueFigures(book, of, moment);
  const position = book.table.read(net.row);
  return { net: rowFigures(book, net, position, netValuation(book, net, position, moment)), own };
}

/** What a net row is worth: that of its venues together. */
export function netValuation(book: Book, net: NetRow, position: Pick<Position, "quantity">, moment: Moment): Valuation | undefined {
  const used = net.venues.filter((row) => book.isUsed(row));
  return valueNet(book, net, position, used.map((row) => valueVenue(book, row, { quantity: book.table.quantity(row.row) }, moment)));
}

/** The figures of a net row and of its venues that something has happened to. */
export function figuresOf(book: Book, net: NetRow, moment: Moment): NetFigures {
  const venues = net.venues.filter((row) => book.isUsed(row)).map((row) => ({ row, figures: venueFigures(book, row, moment) }));
  const position = book.table.read(net.row);
  const valuation = valueNet(book, net, position, venues.map(({ figures }) => figures.valuation));
  return { net: rowFigures(book, net, position, valuation), venues };
}

/** The figures of a venue row. */
export function venueFigures(book: Book, row: VenueRow, moment: Moment): Figures {
  const position = book.table.read(row.row);
  return rowFigures(book, row, position, valueVenue(book, row, position, moment));
}

function rowFigures(book: Book, row: BookRow, position: Position, valuation: Valuation | undefined): Figures {
  const scale = book.table.scale(row.row);
  const digits = moneyDigits(scale);
  const cost = trimmed(position.cost, digits);
  const settleFees = trimmed(position.fees, digits);
  const value = valuation?.value;
  const others = row.fees.total(row.instrument.settle, book.rates);
  return {
    position,
    scale,
    quantity: trimmed(position.quantity, scale.quantityDigits),
    cost,
    realized: trimmed(position.realized, digits),
    settleFees,
    fees: plus(settleFees, others),
    unvaluedFees: others === undefined ? row.fees.unvalued(row.instrument.settle, book.rates) : [],
    funding: row.funding === undefined ? zero : row.funding.total(row.instrument.settle, book.rates),
    value,
    unrealized: scale.inverse ? minus(cost, value) : minus(value, cost), // a long inverse position gains as its base value falls
    valuation,
  };
}
