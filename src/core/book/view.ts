import { addDecimals, formatDecimal, formatScaled, type Decimal } from "../num/index.ts";
import { formatTime, termsOf, type CostMethod, type Instrument } from "../model/index.ts";
import { moneyDigits, NEVER } from "../position/index.ts";
import { magnitude, minus, negated, plus, text } from "./amounts.ts";
import type { Book } from "./book.ts";
import { figuresOf, figuresOfOne, venueFigures, type Figures } from "./figures.ts";
import { lotsOf, type LotView } from "./lot-view.ts";
import type { Moment } from "./rates.ts";
import type { BookRow, NetRow, VenueRow } from "./rows.ts";
import { pricePerUnit } from "./value.ts";

/** The figures of one row, as `--json` and HTTP show them. Exact amounts are text; what is not known is null. */
export interface RowView {
  readonly status: "open" | "closed";
  readonly quantity: string;
  readonly avgPrice: string | null;
  readonly totalCost: string;
  readonly realizedPnl: string;
  readonly fees: string | null;
  readonly feesByCurrency: Record<string, string>;
  readonly unvaluedFees: readonly string[]; // currencies that leave `fees` unknown
  readonly funding: string | null;
  readonly netRealizedPnl: string | null;
  readonly markPrice: string | null;
  readonly markAge: number | null; // seconds
  readonly unrealizedPnl: string | null;
  readonly totalPnl: string | null;
  readonly netTotalPnl: string | null;
  readonly pnlPercentage: number | null;
  readonly positionValue: string | null;
  readonly maxLoss: string | null; // null: unbounded
  readonly numTrades: number;
  readonly totalVolume: string;
  readonly currency: string;
  readonly openedAt: string | null;
  readonly lastUpdated: string | null;
  readonly lots?: readonly LotView[]; // only of accounts that keep lots
}
export interface PositionView extends RowView {
  readonly account: string;
  readonly symbol: string;
  readonly kind: string;
  readonly method: CostMethod;
  readonly venues: readonly ({ readonly venue: string; readonly venueType: string } & RowView)[];
}

export interface PositionFilter {
  readonly account?: string | undefined;
  readonly accounts?: ReadonlySet<string> | undefined; // only of these
  readonly venue?: string | undefined;
  readonly symbol?: string | undefined;
  readonly status?: "open" | "closed" | "all" | undefined;
}

/** Net positions with their venue breakdown: open ones first, each by account and symbol. Of one venue: that venue's part. */
export function positionsOf(book: Book, moment: Moment, filter: PositionFilter = {}): PositionView[] {
  return positionsPage(book, moment, filter, {}).positions;
}

/** A part of that list. `after` is what the part before gave as `next`, which is null at the end. */
export function positionsPage(book: Book, moment: Moment, filter: PositionFilter, { after, limit = Number.POSITIVE_INFINITY }: { readonly after?: string | undefined; readonly limit?: number | undefined }): { readonly positions: PositionView[]; readonly next: string | null } {
  const { status = "all", venue } = filter;
  const ranked: { readonly net: NetRow; readonly rank: string }[] = [];
  for (const net of selected(book, filter)) {
    const holds = net.venues.some((row) => (venue === undefined || row.venue === venue) && book.table.quantity(row.row) !== 0n);
    if (status !== "all" && (status === "open") !== holds) continue;
    const rank = rankOf(net, holds);
    if (after === undefined || rank > after) ranked.push({ net, rank });
  }
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const page = ranked.length > limit ? ranked.slice(0, limit) : ranked;
  const positions = page.flatMap(({ net }) => (venue === undefined ? positionOf(book, net, moment) : (partOf(positionOf(book, net, moment), venue) ?? [])));
  return { positions, next: page.length < ranked.length ? page.at(-1)!.rank : null };
}

/** Where a position stands in the list: no two have the same. */
function rankOf({ account, symbol, instrument }: NetRow, holds: boolean): string {
  return [holds ? 0 : 1, account, symbol, instrument.settle, instrument.kind, termsOf(instrument)].join("\u0000");
}

/** Net rows that a filter lets through, whatever their status. */
export function* selected(book: Book, { account, accounts, venue, symbol }: PositionFilter): Iterable<NetRow> {
  for (const net of book.nets()) {
    if ((account !== undefined && net.account !== account) || accounts?.has(net.account) === false) continue;
    if (symbol !== undefined && net.symbol !== symbol) continue;
    if (venue === undefined || net.venues.some((row) => row.venue === venue)) yield net;
  }
}

function partOf(view: PositionView, venue: string): PositionView | undefined {
  const part = view.venues.find((one) => one.venue === venue);
  if (part === undefined) return undefined;
  const { venue: _venue, venueType: _type, ...figures } = part;
  return { ...view, ...figures, venues: [part] };
}

/** One net position. */
export function positionOf(book: Book, net: NetRow, moment: Moment): PositionView {
  const views = rowViewsOf(book, net, moment);
  const venues = views.venues.map(({ row, view }) => ({ venue: row.venue, venueType: book.venueTypeOf(row), ...view }));
  return { account: net.account, symbol: net.symbol, kind: net.instrument.kind, method: book.methodOf(net.account), ...views.net, venues };
}

/** A net position and its part on one venue: where something has just happened. */
export function positionPart(book: Book, net: NetRow, of: VenueRow, moment: Moment): { readonly position: Omit<PositionView, "venues">; readonly part: RowView & { readonly venue: string } } {
  const about = { account: net.account, symbol: net.symbol, kind: net.instrument.kind, method: book.methodOf(net.account) };
  if (net.venues.length === 1) {
    const figures = venueFigures(book, of, moment);
    const view = rowView(of, figures, moment, figures.position.quantity !== 0n);
    return { position: { ...about, ...view }, part: { venue: of.venue, ...view } };
  }
  const figures = figuresOfOne(book, net, of, moment);
  const position = { ...about, ...rowView(net, figures.net, moment, isOpen(book, net)) };
  return { position, part: { venue: of.venue, ...rowView(of, figures.own, moment, figures.own.position.quantity !== 0n) } };
}

/** Whether one of a position's venues holds something, though they may hold 0 together. */
export function isOpen(book: Book, net: NetRow): boolean {
  return net.venues.some(({ row }) => book.table.quantity(row) !== 0n);
}

/** A net row and its used venue rows, each apart. */
export interface RowViews {
  readonly net: RowView;
  readonly venues: readonly { readonly row: VenueRow; readonly view: RowView; readonly markTimeNs: bigint | undefined }[];
  readonly markTimeNs: bigint | undefined; // of the oldest mark that values the net row
}

/** The figures of one net position, row by row. One that has a single venue has the very figures of that venue. */
export function rowViewsOf(book: Book, net: NetRow, moment: Moment): RowViews {
  const [only] = net.venues;
  if (net.venues.length === 1 && book.isUsed(only!)) {
    const own = venueFigures(book, only!, moment);
    const view = rowView(only!, own, moment, own.position.quantity !== 0n);
    const markTimeNs = own.valuation?.markTimeNs;
    return { net: view, venues: [{ row: only!, view, markTimeNs }], markTimeNs };
  }
  const figures = figuresOf(book, net, moment);
  const venues = figures.venues.map(({ row, figures: own }) => ({ row, view: rowView(row, own, moment, own.position.quantity !== 0n), markTimeNs: own.valuation?.markTimeNs }));
  return { net: rowView(net, figures.net, moment, isOpen(book, net)), venues, markTimeNs: figures.net.valuation?.markTimeNs };
}

/** @param holds of a net row: whether one of its venues holds something, though they may hold 0 together */
function rowView(row: BookRow, figures: Figures, moment: Moment, holds: boolean): RowView {
  const { position, scale, quantity, cost, realized, fees, funding, unrealized, value, valuation } = figures;
  const total = plus(realized, unrealized);
  const isFlat = position.quantity === 0n;
  const lots = moment.withoutLots === true ? undefined : lotsOf(row, scale);
  const peak = Number(formatScaled(position.peakCost, moneyDigits(scale)));
  const view: RowView = {
    status: holds ? "open" : "closed",
    quantity: formatDecimal(quantity),
    avgPrice: pricePerUnit(row.instrument, quantity, cost),
    totalCost: formatDecimal(position.quantity < 0n ? negated(cost) : cost),
    realizedPnl: formatDecimal(realized),
    fees: text(fees),
    feesByCurrency: feesByCurrency(row, figures.settleFees),
    unvaluedFees: figures.unvaluedFees,
    funding: text(funding),
    netRealizedPnl: text(plus(minus(realized, fees), funding)),
    markPrice: isFlat ? null : (valuation?.markPrice ?? null),
    markAge: valuation?.markTimeNs === undefined ? null : ageSeconds(valuation.markTimeNs, moment),
    unrealizedPnl: text(unrealized),
    totalPnl: text(total),
    netTotalPnl: text(plus(minus(total, fees), funding)),
    pnlPercentage: total === undefined || peak === 0 ? null : (100 * Number(formatDecimal(total))) / peak,
    positionValue: isFlat ? "0" : text(value && magnitude(value)),
    maxLoss: maxLoss(row.instrument, quantity, cost),
    numTrades: position.trades,
    totalVolume: formatScaled(position.volume, scale.quantityDigits),
    currency: row.instrument.settle,
    openedAt: position.openedNs === NEVER ? null : formatTime(position.openedNs),
    lastUpdated: position.lastNs === NEVER ? null : formatTime(position.lastNs),
  };
  return lots === undefined ? view : { ...view, lots };
}

/** All that was paid, where a price cannot fall below 0; a short, and a future, may lose without bound. */
function maxLoss({ kind, inverse }: Instrument, quantity: Decimal, cost: Decimal): string | null {
  if (quantity.mantissa === 0n) return "0";
  return quantity.mantissa < 0n || cost.mantissa < 0n || inverse || kind === "future" ? null : formatDecimal(cost);
}

function feesByCurrency(row: BookRow, settled: Decimal): Record<string, string> {
  const { settle } = row.instrument;
  const others = row.fees.amounts.entries().filter(([currency]) => currency !== settle);
  const own = addDecimals(settled, row.fees.amounts.get(settle));
  const all = own.mantissa === 0n ? others : [...others, [settle, own] as const];
  return Object.fromEntries(all.map(([currency, amount]) => [currency, formatDecimal(amount)]));
}

/** How old a mark is, in seconds; 0 for one of the future. */
export function ageSeconds(timeNs: bigint, moment: Pick<Moment, "nowNs">): number {
  return Math.max(0, Number((moment.nowNs - timeNs) / 1_000_000n) / 1000);
}
