import { netKey, type Fill, type Instrument } from "../model/index.ts";
import { Book } from "./book.ts";
import { restoreRow, stateOfRow } from "./row-state.ts";
import type { NetRow } from "./rows.ts";

/** A book that holds one position only, as it would be after a fill. */
export interface WhatIf {
  readonly book: Book;
  readonly net: NetRow;
  readonly before: NetRow | undefined; // the real position that the fill would change; undefined: it would begin one
}

/**
 * What a position would be after a fill. Nothing is booked: a book of its own holds a copy of the position, valued by the
 * instruments and marks of the real one. The fill must fit its instrument (`misfitOf`).
 */
export function whatIf(real: Book, fill: Fill): WhatIf {
  const book = new Book({ marksMaxAgeNs: real.marksMaxAgeNs, pricedBy: real });
  book.choose(fill.account, real.methodOf(fill.account));
  const route = real.directory.findRoute(fill.account, fill.venue, fill.symbol);
  const before = route === undefined ? netThatTakes(real, fill, book.instruments.of(fill.venue, fill.symbol)) : real.netRowOf(route);
  const used = before?.venues.filter((row) => real.isUsed(row)) ?? [];
  const numbers = used.map((row) => book.directory.routeNumber(row.account, row.venue, row.symbol));
  used.forEach((row, i) => {
    book.setRouteState(numbers[i]!, ...real.routeState(row.route));
    restoreRow(book, book.venueRowOf(numbers[i]!), stateOfRow(real, row));
  });
  if (numbers.length > 0) restoreRow(book, book.netRowOf(numbers[0]!), stateOfRow(real, before!));
  book.applyFill(fill);
  return { book, net: book.netRowOf(book.directory.routeNumber(fill.account, fill.venue, fill.symbol)), before };
}

/** Where the first fill on a venue would be netted. */
function netThatTakes(real: Book, { account, symbol }: Fill, instrument: Instrument): NetRow | undefined {
  for (const net of real.nets()) if (net.account === account && net.symbol === symbol && netKey(net.instrument) === netKey(instrument)) return net;
  return undefined;
}
