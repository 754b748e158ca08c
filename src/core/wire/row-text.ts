import { rowViewsOf, type Book, type Moment, type NetRow, type RowView } from "../book/index.ts";
import { formatTime, termsOf } from "../model/index.ts";

/** What tells a row from every other one. `venue` is null for the net row. */
export const KEY_FIELDS = ["account", "symbol", "kind", "currency", "terms", "venue"] as const;

/**
 * The values of a row in the order in which a stream sends them. `place` orders the venues of a position; `method` is
 * null for a venue, `venueType` and `place` for a net row. `markTime` stands for the age of the mark, which changes all
 * the time; `lots` is left out for accounts that keep none. A row that ends after its key is there no more.
 */
export const ROW_FIELDS = [
  ...KEY_FIELDS, "place", "venueType", "method", "status", "quantity", "avgPrice", "totalCost", "realizedPnl", "fees", "feesByCurrency", "unvaluedFees", "funding",
  "netRealizedPnl", "markPrice", "markTime", "unrealizedPnl", "totalPnl", "netTotalPnl", "pnlPercentage", "positionValue", "maxLoss", "numTrades", "totalVolume",
  "openedAt", "lastUpdated", "lots",
] as const;

/** A row as a stream sends it: JSON values with commas between them. */
export interface RowText {
  readonly key: string;
  readonly values: string; // those after the key
}

/** The rows of a position that something has happened to: net first, then its venues. Empty when there is none. */
export interface PositionText {
  readonly rows: readonly RowText[];
  readonly oldestMarkNs: bigint | undefined; // of all marks that value a venue
}

/** The fields of a row's key that are the same for all rows of a position, as JSON values. */
export function positionKeyText({ account, symbol, instrument }: NetRow): string {
  return `${JSON.stringify(account)},${JSON.stringify(symbol)},"${instrument.kind}",${JSON.stringify(instrument.settle)},${JSON.stringify(termsOf(instrument))}`;
}

/** Renders a position: every amount as exact text. @param key what `positionKeyText` gives */
export function positionText(book: Book, net: NetRow, key: string, moment: Moment): PositionText {
  if (!book.isUsed(net)) return { rows: [], oldestMarkNs: undefined };
  const views = rowViewsOf(book, net, moment);
  let oldestMarkNs = views.markTimeNs;
  const rows: RowText[] = [{ key: `${key},null`, values: `null,null,"${book.methodOf(net.account)}",${figures(views.net, views.markTimeNs)}` }];
  for (const { row, view, markTimeNs } of views.venues) {
    if (markTimeNs !== undefined && (oldestMarkNs === undefined || markTimeNs < oldestMarkNs)) oldestMarkNs = markTimeNs;
    rows.push({ key: `${key},${JSON.stringify(row.venue)}`, values: `${net.venues.indexOf(row)},"${book.venueTypeOf(row)}",null,${figures(view, markTimeNs)}` });
  }
  return { rows, oldestMarkNs };
}

function figures(view: RowView, markTimeNs: bigint | undefined): string {
  const { status, quantity, avgPrice, totalCost, realizedPnl, fees, feesByCurrency, unvaluedFees, funding, netRealizedPnl, markPrice, unrealizedPnl } = view;
  const before = `"${status}","${quantity}",${said(avgPrice)},"${totalCost}","${realizedPnl}",${said(fees)},${feesText(feesByCurrency)},${unvaluedFees.length === 0 ? "[]" : JSON.stringify(unvaluedFees)},${said(funding)},`;
  const valued = `${said(netRealizedPnl)},${said(markPrice)},${markTimeNs === undefined ? "null" : `"${formatTime(markTimeNs)}"`},${said(unrealizedPnl)},${said(view.totalPnl)},${said(view.netTotalPnl)},`;
  const after = `${view.pnlPercentage},${said(view.positionValue)},${said(view.maxLoss)},${view.numTrades},"${view.totalVolume}",${said(view.openedAt)},${said(view.lastUpdated)}`;
  return before + valued + after + (view.lots === undefined ? "" : `,${JSON.stringify(view.lots)}`);
}

/** Amounts and times need no escapes. */
function said(text: string | null): string {
  return text === null ? "null" : `"${text}"`;
}

function feesText(fees: Readonly<Record<string, string>>): string {
  let text = "{";
  for (const [currency, amount] of Object.entries(fees)) text += `${text === "{" ? "" : ","}${JSON.stringify(currency)}:"${amount}"`;
  return `${text}}`;
}
