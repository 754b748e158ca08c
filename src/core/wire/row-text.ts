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

/** A row as a stream sends it, whole: `["main","BTC/USD", … ]`. */
export interface RowText {
  readonly venue: string | null; // null: the net row
  readonly text: string;
}

/** The rows of a position that something has happened to: net first, then its venues. Empty when there is none. */
export interface PositionText {
  readonly rows: readonly RowText[];
  readonly oldestMarkNs: bigint | undefined; // of all marks that value a venue
}

/** The key of a position's rows, but for the venue: JSON values with commas between them. */
export function positionKeyText({ account, symbol, instrument }: NetRow): string {
  return `${JSON.stringify(account)},${JSON.stringify(symbol)},"${instrument.kind}",${JSON.stringify(instrument.settle)},${JSON.stringify(termsOf(instrument))}`;
}

/**
 * Renders a position: every amount as exact text. A position on one venue is that venue's, figure by figure, and
 * rendered once.
 * @param keyOf the key of one row
 */
export function positionText(book: Book, net: NetRow, keyOf: (venue: string | null) => string, moment: Moment): PositionText {
  if (!book.isUsed(net)) return { rows: [], oldestMarkNs: undefined };
  const views = rowViewsOf(book, net, moment);
  const first = figures(views.net, views.markTimeNs);
  const rows: RowText[] = [{ venue: null, text: flat(`[${keyOf(null)},null,null,"${book.methodOf(net.account)}",${first}]`) }];
  let oldestMarkNs = views.markTimeNs;
  for (const { row, view, markTimeNs } of views.venues) {
    if (markTimeNs !== undefined && (oldestMarkNs === undefined || markTimeNs < oldestMarkNs)) oldestMarkNs = markTimeNs;
    const own = view === views.net ? first : figures(view, markTimeNs);
    rows.push({ venue: row.venue, text: flat(`[${keyOf(row.venue)},${net.venues.indexOf(row)},"${book.venueTypeOf(row)}",null,${own}]`) });
  }
  return { rows, oldestMarkNs };
}

function figures(view: RowView, markTimeNs: bigint | undefined): string {
  const values = [
    `"${view.status}"`, `"${view.quantity}"`, said(view.avgPrice), `"${view.totalCost}"`, `"${view.realizedPnl}"`, said(view.fees), feesText(view.feesByCurrency),
    view.unvaluedFees.length === 0 ? "[]" : JSON.stringify(view.unvaluedFees), said(view.funding), said(view.netRealizedPnl), said(view.markPrice), markTimeNs === undefined ? "null" : `"${formatTime(markTimeNs)}"`,
    said(view.unrealizedPnl), said(view.totalPnl), said(view.netTotalPnl), `${view.pnlPercentage}`, said(view.positionValue), said(view.maxLoss), `${view.numTrades}`, `"${view.totalVolume}"`, said(view.openedAt), said(view.lastUpdated),
  ];
  if (view.lots !== undefined) values.push(JSON.stringify(view.lots));
  return values.join(",");
}

/** A text that was put together is kept in its pieces until somebody looks at it: here they become one. */
function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}

/** Amounts and times need no escapes. */
function said(text: string | null): string {
  return text === null ? "null" : `"${text}"`;
}

function feesText(fees: Readonly<Record<string, string>>): string {
  let text = "{";
  for (const currency in fees) text += `${text === "{" ? "" : ","}${JSON.stringify(currency)}:"${fees[currency]}"`;
  return `${text}}`;
}
