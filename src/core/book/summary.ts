import { addMoney, formatDecimal, zero, type Money } from "../num/index.ts";
import { magnitude } from "./amounts.ts";
import type { Book } from "./book.ts";
import { figuresOf } from "./figures.ts";
import { commonCurrency, PnlSums, type PnlGroup } from "./pnl.ts";
import type { Moment } from "./rates.ts";
import { selected, type PositionFilter } from "./view.ts";

/** The book in a line: counts, P&L, and exposure in one currency. Null where a mark or a rate is missing. */
export interface SummaryView extends Omit<PnlGroup, "key"> {
  readonly currency: string;
  readonly openPositions: number;
  readonly closedPositions: number;
  readonly grossExposure: string | null; // Σ |value| over venue rows: a hedge on another venue is still at risk there
  readonly netExposure: string | null; // Σ signed value
}

/** Counts, P&L and exposure of what a filter lets through, in the currency given or in the one `pnlBy` would choose. */
export function summarize(book: Book, moment: Moment, filter: PositionFilter = {}, currency = commonCurrency(book, filter.accounts)): SummaryView {
  const sums = new PnlSums(book, moment, currency);
  let gross: Money | undefined = { currency, amount: zero };
  let net: Money | undefined = gross;
  let openPositions = 0;
  let closedPositions = 0;
  for (const row of selected(book, filter)) {
    const { net: whole, venues } = figuresOf(book, row, moment);
    const parts = filter.venue === undefined ? venues : venues.filter((venue) => venue.row.venue === filter.venue);
    const [part] = parts;
    if (part === undefined) continue;
    const figures = filter.venue === undefined ? whole : part.figures;
    const isOpen = parts.some((venue) => venue.figures.position.quantity !== 0n);
    if ((filter.status ?? "all") !== "all" && (filter.status === "open") !== isOpen) continue;
    if (isOpen) openPositions += 1;
    else closedPositions += 1;
    const { settle } = row.instrument;
    sums.add(row.account, row, figures);
    net = added(net, sums.convert(figures.value, settle));
    for (const { figures: own } of parts) gross = added(gross, sums.convert(own.value && magnitude(own.value), settle));
  }
  return { currency, openPositions, closedPositions, ...sums.view().total, grossExposure: gross ? formatDecimal(gross.amount) : null, netExposure: net ? formatDecimal(net.amount) : null };
}

function added(a: Money | undefined, b: Money | undefined): Money | undefined {
  return a && b && addMoney(a, b);
}
