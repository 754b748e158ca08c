import { abs, addDecimals, formatDecimal, zero, type Decimal } from "../num/index.ts";
import type { Book } from "./book.ts";
import { pnlBy, type PnlGroup } from "./pnl.ts";
import type { Moment } from "./rates.ts";
import { netFigures, venueFigures } from "./view.ts";

/** The book in a line: counts, P&L, and exposure in one currency. Null where a mark or a rate is missing. */
export interface SummaryView extends Omit<PnlGroup, "key"> {
  readonly currency: string;
  readonly openPositions: number;
  readonly closedPositions: number;
  readonly grossExposure: string | null; // Σ |value| over venue rows: a hedge on another venue is still at risk there
  readonly netExposure: string | null; // Σ signed value
}

/** Counts, P&L and exposure of the whole book. */
export function summarize(book: Book, moment: Moment, currency?: string): SummaryView {
  const pnl = pnlBy(book, "account", moment, currency);
  let gross: Decimal | undefined = zero;
  let net: Decimal | undefined = zero;
  let open = 0;
  let closed = 0;
  for (const row of book.nets()) {
    const isOpen = row.venues.some((venue) => book.table.read(venue.row).quantity !== 0n);
    if (isOpen) open += 1;
    else closed += 1;
    const settle = row.instrument.settle;
    const value = netFigures(book, row, moment).value;
    const signed = value && book.rates.convert(value, settle, pnl.currency, moment);
    net = signed && net && addDecimals(net, signed);
    for (const venue of row.venues) {
      const part = venueFigures(book, venue, moment).value;
      const converted = part && book.rates.convert({ ...part, mantissa: abs(part.mantissa) }, settle, pnl.currency, moment);
      gross = converted && gross && addDecimals(gross, converted);
    }
  }
  return { currency: pnl.currency, openPositions: open, closedPositions: closed, ...pnl.total, grossExposure: gross ? formatDecimal(gross) : null, netExposure: net ? formatDecimal(net) : null };
}
