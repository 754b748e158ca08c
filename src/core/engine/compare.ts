import { formatDecimal, formatScaled } from "../num/index.ts";
import type { Book, BookRow } from "../book/index.ts";
import { moneyDigits } from "../position/index.ts";

/** One row of the book that differs between two folds. */
export interface RowDifference {
  readonly row: string; // account, symbol, and venue where it is a venue's
  readonly first: string; // its content in the first book, or "no row"
  readonly second: string;
}

/** The rows in which two books differ, rows that only one of them has included. */
export function compareBooks(a: Book, b: Book): RowDifference[] {
  const first = contentsOf(a);
  const second = contentsOf(b);
  const names = new Set([...first.keys(), ...second.keys()]);
  return [...names]
    .map((row) => ({ row, first: first.get(row) ?? "no row", second: second.get(row) ?? "no row" }))
    .filter((difference) => difference.first !== difference.second);
}

function contentsOf(book: Book): Map<string, string> {
  const contents = new Map<string, string>();
  for (const net of book.nets()) {
    const { kind, quote, settle, multiplier } = net.instrument;
    const name = `${net.account} ${net.symbol} (${kind}, ${quote}, ${settle}${multiplier.mantissa === 1n && multiplier.digits === 0 ? "" : `, ×${formatDecimal(multiplier)}`})`;
    contents.set(name, contentOf(book, net));
    for (const venue of net.venues) if (book.isUsed(venue)) contents.set(`${name} on ${venue.venue}`, contentOf(book, venue));
  }
  return contents;
}

/** Values, not the digits they are counted in: those follow from them. */
function contentOf(book: Book, { row, fees, funding, lots, instrument }: BookRow): string {
  const { quantity, cost, realized, fees: settled, volume, trades, peakCost, openedNs, lastNs } = book.table.read(row);
  const scale = book.table.scale(row);
  const money = (units: bigint) => formatScaled(units, moneyDigits(scale));
  const units = (value: bigint) => formatScaled(value, scale.quantityDigits);
  const other = fees.total(instrument.settle, book.rates);
  return JSON.stringify([units(quantity), money(cost), money(realized), money(settled), fees.amounts, other && formatScaled(other.mantissa, other.digits), units(volume), trades, money(peakCost), `${openedNs}`, `${lastNs}`, fees, funding ?? null, lots?.list().map(({ origin, quantity: left, cost: paid }) => [{ ...origin, timeNs: `${origin.timeNs}` }, units(left), money(paid)]) ?? null]);
}
