import { abs, addDecimals, formatDecimal, formatScaled, trimmed, type Decimal } from "../num/index.ts";
import { formatTime } from "../model/index.ts";
import { moneyDigits, NEVER, type Position } from "../position/index.ts";
import type { Book, BookRow, NetRow, VenueRow } from "./book.ts";
import type { Moment } from "./rates.ts";
import { pricePerUnit, valueNet, valueVenue, type Valuation } from "./value.ts";

/** The figures of one row, as CONTRACT names them. Exact amounts are text; what is not known is null. */
export interface RowView {
  readonly status: "open" | "closed";
  readonly quantity: string;
  readonly avgPrice: string | null;
  readonly totalCost: string;
  readonly realizedPnl: string;
  readonly fees: string | null;
  readonly feesByCurrency: Record<string, string>;
  readonly funding: string;
  readonly netRealizedPnl: string | null;
  readonly markPrice: string | null;
  readonly markAge: number | null; // seconds
  readonly unrealizedPnl: string | null;
  readonly totalPnl: string | null;
  readonly netTotalPnl: string | null;
  readonly pnlPercentage: number | null;
  readonly positionValue: string | null;
  readonly numTrades: number;
  readonly totalVolume: string;
  readonly currency: string;
  readonly openedAt: string | null;
  readonly lastUpdated: string | null;
}
export interface PositionView extends RowView {
  readonly account: string;
  readonly symbol: string;
  readonly kind: string;
  readonly venues: readonly ({ readonly venue: string; readonly venueType: string } & RowView)[];
}

export interface PositionFilter {
  readonly account?: string | undefined;
  readonly venue?: string | undefined;
  readonly symbol?: string | undefined;
  readonly status?: "open" | "closed" | "all" | undefined;
}

/** A row's exact amounts in its settle currency, before they become text. Undefined is unknown. */
export interface RowFigures {
  readonly quantity: Decimal;
  readonly cost: Decimal; // signed
  readonly realized: Decimal;
  readonly fees: Decimal | undefined;
  readonly funding: Decimal;
  readonly unrealized: Decimal | undefined;
  readonly value: Decimal | undefined; // signed
}

/** Net positions with their venue breakdown: open ones first, each by account and symbol. */
export function positionsOf(book: Book, moment: Moment, filter: PositionFilter = {}): PositionView[] {
  const views: PositionView[] = [];
  for (const net of book.nets()) {
    if (filter.account !== undefined && net.account !== filter.account) continue;
    if (filter.symbol !== undefined && net.symbol !== filter.symbol) continue;
    if (filter.venue !== undefined && !net.venues.some(({ venue }) => venue === filter.venue)) continue;
    const view = positionOf(book, net, moment);
    if ((filter.status ?? "all") !== "all" && view.status !== filter.status) continue;
    views.push(filter.venue === undefined ? view : { ...view, venues: view.venues.filter(({ venue }) => venue === filter.venue) });
  }
  const rank = (view: PositionView) => `${view.status === "open" ? 0 : 1}\u0000${view.account}\u0000${view.symbol}\u0000${view.currency}`;
  return views.map((view) => ({ view, rank: rank(view) })).sort((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ view }) => view);
}

/** One net position. A position without a fill has no trades and no times. */
export function positionOf(book: Book, net: NetRow, moment: Moment): PositionView {
  const rows = net.venues.filter((row) => book.table.read(row.row).trades > 0);
  const valuations = rows.map((row) => valueVenue(book, row, book.table.read(row.row), moment));
  const venues = rows.map((row, i) => ({ venue: row.venue, venueType: book.venueTypeOf(row), ...rowView(book, row, valuations[i], moment) }));
  const position = book.table.read(net.row);
  const view = rowView(book, net, valueNet(book, net, position, valuations), moment);
  const status = venues.some((venue) => venue.status === "open") ? "open" : "closed";
  return { account: net.account, symbol: net.symbol, kind: net.instrument.kind, ...view, status, venues };
}

/** The exact amounts of a venue's row. */
export function venueFigures(book: Book, row: VenueRow, moment: Moment): RowFigures {
  return figuresOf(book, row, book.table.read(row.row), valueVenue(book, row, book.table.read(row.row), moment), moment);
}

/** The exact amounts of a net row. */
export function netFigures(book: Book, net: NetRow, moment: Moment): RowFigures {
  const position = book.table.read(net.row);
  const venues = net.venues.map((row) => valueVenue(book, row, book.table.read(row.row), moment));
  return figuresOf(book, net, position, valueNet(book, net, position, venues), moment);
}

function figuresOf(book: Book, row: BookRow, position: Position, valuation: Valuation | undefined, moment: Moment): RowFigures {
  const scale = book.table.scale(row.row);
  const money = (units: bigint) => trimmed(units, moneyDigits(scale));
  const cost = money(position.cost);
  const other = row.fees.total(row.instrument.settle, book.rates, { ...moment, maxAgeNs: book.marksMaxAgeNs });
  const value = valuation?.value;
  return {
    quantity: trimmed(position.quantity, scale.quantityDigits),
    cost,
    realized: money(position.realized),
    fees: other === undefined ? undefined : addDecimals(money(position.fees), other),
    funding: { mantissa: 0n, digits: 0 },
    unrealized: value === undefined ? undefined : scale.inverse ? minus(cost, value) : minus(value, cost),
    value,
  };
}

function rowView(book: Book, row: BookRow, valuation: Valuation | undefined, moment: Moment): RowView {
  const position = book.table.read(row.row);
  const scale = book.table.scale(row.row);
  const figures = figuresOf(book, row, position, valuation, moment);
  const { quantity, cost, realized, fees, funding, unrealized, value } = figures;
  const total = plus(realized, unrealized);
  const isFlat = position.quantity === 0n;
  const peak = Number(formatScaled(position.peakCost, moneyDigits(scale)));
  return {
    status: isFlat ? "closed" : "open",
    quantity: formatDecimal(quantity),
    avgPrice: pricePerUnit(row.instrument, quantity, cost),
    totalCost: formatDecimal(position.quantity < 0n ? negated(cost) : cost),
    realizedPnl: formatDecimal(realized),
    fees: text(fees),
    feesByCurrency: feesByCurrency(row, trimmed(position.fees, moneyDigits(scale))),
    funding: formatDecimal(funding),
    netRealizedPnl: text(plus(minus(realized, fees), funding)),
    markPrice: isFlat ? null : (valuation?.markPrice ?? null),
    markAge: valuation?.markTimeNs === undefined ? null : ageSeconds(valuation.markTimeNs, moment),
    unrealizedPnl: text(unrealized),
    totalPnl: text(total),
    netTotalPnl: text(plus(minus(total, fees), funding)),
    pnlPercentage: total === undefined || peak === 0 ? null : (100 * Number(formatDecimal(total))) / peak,
    positionValue: isFlat ? "0" : text(value === undefined ? undefined : { ...value, mantissa: abs(value.mantissa) }),
    numTrades: position.trades,
    totalVolume: formatScaled(position.volume, scale.quantityDigits),
    currency: row.instrument.settle,
    openedAt: position.openedNs === NEVER ? null : formatTime(position.openedNs),
    lastUpdated: position.lastNs === NEVER ? null : formatTime(position.lastNs),
  };
}

function feesByCurrency(row: BookRow, settled: Decimal): Record<string, string> {
  const fees: Record<string, string> = row.fees.amounts.toJSON();
  const own = addDecimals(settled, row.fees.amounts.get(row.instrument.settle));
  if (own.mantissa !== 0n) fees[row.instrument.settle] = formatDecimal(own);
  return fees;
}

function ageSeconds(timeNs: bigint, moment: Moment): number {
  return Math.max(0, Number((moment.nowNs - timeNs) / 1_000_000n) / 1000);
}

function text(value: Decimal | undefined): string | null {
  return value === undefined ? null : formatDecimal(value);
}
function negated(value: Decimal): Decimal {
  return { ...value, mantissa: -value.mantissa };
}
function plus(a: Decimal | undefined, b: Decimal | undefined): Decimal | undefined {
  return a === undefined || b === undefined ? undefined : addDecimals(a, b);
}
function minus(a: Decimal, b: Decimal): Decimal;
function minus(a: Decimal | undefined, b: Decimal | undefined): Decimal | undefined;
function minus(a: Decimal | undefined, b: Decimal | undefined): Decimal | undefined {
  return plus(a, b === undefined ? undefined : negated(b));
}
