import { plainRowsOf, rowViewsOf, type Book, type Moment, type NetRow, type PlainFigures, type RowView, type VenueRow } from "../book/index.ts";
import { encodeUtf8, formatTime, termsOf } from "../model/index.ts";
import { NEVER } from "../position/index.ts";
import type { JsonBytes } from "./json-bytes.ts";

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

/** A row as a stream sends it, whole, `["main","BTC/USD", … ]`: bytes [0, length). */
export interface RowBytes {
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** Where the row of a venue, or the net one, stands in what was written. */
export interface WrittenRow {
  readonly venue: string | null; // null: the net row
  readonly from: number;
  readonly to: number;
}

/** The rows of a position that something has happened to: net first, then its venues. Empty when there is none. */
export interface WrittenPosition {
  readonly rows: readonly WrittenRow[];
  readonly oldestMarkNs: bigint | undefined; // of all marks that value a venue
}

/** The key of a position's rows, but for the venue: JSON values with commas between them. */
export function positionKeyText({ account, symbol, instrument }: NetRow): string {
  return `${JSON.stringify(account)},${JSON.stringify(symbol)},"${instrument.kind}",${JSON.stringify(instrument.settle)},${JSON.stringify(termsOf(instrument))}`;
}

/** What a row begins with, as bytes: its key and what is between the key and the figures. @param about `place,venueType,method` */
export type PrefixOf = (venue: string | null, about: string) => Uint8Array;

/** The bytes of `[key,about,` */
export function rowPrefix(key: string, about: string): Uint8Array {
  return encodeUtf8(`[${key},${about},`);
}

/**
 * Writes the rows of a position: every amount as exact text. A position on one venue is that venue's, figure by figure,
 * and rendered once.
 */
export function writePosition(into: JsonBytes, book: Book, net: NetRow, prefixOf: PrefixOf, moment: Moment): WrittenPosition {
  if (!book.isUsed(net)) return { rows: [], oldestMarkNs: undefined };
  const { whole, venues } = figuresOf(book, net, moment);
  const from = into.length;
  into.copy(prefixOf(null, `null,null,"${book.methodOf(net.account)}"`));
  const begun = into.length;
  writeFigures(into, whole);
  into.text("]");
  const ended = into.length;
  const rows: WrittenRow[] = [{ venue: null, from, to: ended }];
  let oldestMarkNs = whole.markTimeNs;
  for (const { row, figures } of venues) {
    const { markTimeNs } = figures;
    if (markTimeNs !== undefined && (oldestMarkNs === undefined || markTimeNs < oldestMarkNs)) oldestMarkNs = markTimeNs;
    const start = into.length;
    into.copy(prefixOf(row.venue, `${net.venues.indexOf(row)},"${book.venueTypeOf(row)}",null`));
    if (net.venues.length === 1) into.again(begun, ended);
    else {
      writeFigures(into, figures);
      into.text("]");
    }
    rows.push({ venue: row.venue, from: start, to: into.length });
  }
  return { rows, oldestMarkNs };
}

/** Figures in doubles, or as texts. */
type AnyFigures = PlainFigures | { readonly view: RowView; readonly markTimeNs: bigint | undefined };

function figuresOf(book: Book, net: NetRow, moment: Moment): { readonly whole: AnyFigures; readonly venues: readonly { readonly row: VenueRow; readonly figures: AnyFigures }[] } {
  const plain = plainRowsOf(book, net, moment);
  if (plain !== undefined) return { whole: plain.net, venues: plain.venues };
  const views = rowViewsOf(book, net, moment);
  return { whole: { view: views.net, markTimeNs: views.markTimeNs }, venues: views.venues.map(({ row, view, markTimeNs }) => ({ row, figures: { view, markTimeNs } })) };
}

function writeFigures(into: JsonBytes, figures: AnyFigures): void {
  if ("view" in figures) into.text(textOf(figures.view, figures.markTimeNs));
  else writePlain(into, figures);
}

function writePlain(into: JsonBytes, figures: PlainFigures): void {
  const { position, quantityDigits, digits, isValued, markTimeNs } = figures;
  const { quantity, cost, fees } = position;
  const isFlat = quantity === 0;
  into.text(figures.holds ? '"open",' : '"closed",');
  into.amount(quantity, quantityDigits);
  into.text(",");
  writeText(into, figures.avgPrice);
  into.text(",");
  into.amount(quantity < 0 ? -cost : cost, digits);
  into.text(",");
  into.amount(position.realized, digits);
  into.text(",");
  into.amount(fees, digits);
  into.text(",{");
  if (fees !== 0) {
    into.text(JSON.stringify(figures.currency));
    into.text(":");
    into.amount(fees, digits);
  }
  into.text('},[],"0",');
  into.amount(figures.netRealized, digits);
  into.text(",");
  writeText(into, figures.markPrice);
  into.text(",");
  writeText(into, markTimeNs === undefined ? null : formatTime(markTimeNs));
  for (const amount of [figures.unrealized, figures.total, figures.netTotal]) writeKnown(into, isValued, amount, digits);
  into.text(",");
  into.text(`${figures.pnlPercentage}`);
  writeKnown(into, isFlat || isValued, isFlat ? 0 : Math.abs(figures.value), digits);
  writeKnown(into, isFlat || figures.isLossBounded, isFlat ? 0 : cost, digits);
  into.text(",");
  into.text(`${position.trades}`);
  into.text(",");
  into.amount(position.volume, quantityDigits);
  into.text(",");
  writeText(into, position.openedNs === NEVER ? null : formatTime(position.openedNs));
  into.text(",");
  writeText(into, position.lastNs === NEVER ? null : formatTime(position.lastNs));
}

function writeKnown(into: JsonBytes, isKnown: boolean, amount: number, digits: number): void {
  into.text(",");
  if (isKnown) into.amount(amount, digits);
  else into.text("null");
}

/** An amount or a time: it needs no escapes. */
function writeText(into: JsonBytes, text: string | null): void {
  if (text === null) return into.text("null");
  into.text('"');
  into.text(text);
  into.text('"');
}

function textOf(view: RowView, markTimeNs: bigint | undefined): string {
  const values = [
    `"${view.status}"`, `"${view.quantity}"`, said(view.avgPrice), `"${view.totalCost}"`, `"${view.realizedPnl}"`, said(view.fees), feesText(view.feesByCurrency),
    view.unvaluedFees.length === 0 ? "[]" : JSON.stringify(view.unvaluedFees), said(view.funding), said(view.netRealizedPnl), said(view.markPrice), markTimeNs === undefined ? "null" : `"${formatTime(markTimeNs)}"`,
    said(view.unrealizedPnl), said(view.totalPnl), said(view.netTotalPnl), `${view.pnlPercentage}`, said(view.positionValue), said(view.maxLoss), `${view.numTrades}`, `"${view.totalVolume}"`, said(view.openedAt), said(view.lastUpdated),
  ];
  if (view.lots !== undefined) values.push(JSON.stringify(view.lots));
  return values.join(",");
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
