import { applyMove, type LotOrigin } from "../position/index.ts";
import { addDecimals, zero, type Decimal } from "../num/index.ts";
import type { Directory, Moved, PositionEvent, Renamed, Route, Settled, Split } from "../model/index.ts";
import type { Book } from "./book.ts";
import type { BookRow, NetRow, VenueRow } from "./rows.ts";
import { SideMoney } from "./side-money.ts";

/** Which rows an event may touch: all of them, or those of symbols that are folded again. */
export type RouteFilter = (route: Route) => boolean;

/** Numbers the routes that an event needs. */
export function addRoutesOf(event: PositionEvent, directory: Directory): void {
  if (event.type === "funded" || event.type === "moved") directory.routeNumber(event.account, event.venue, event.symbol);
  if (event.type !== "renamed") return;
  const count = directory.routeCount;
  for (let number = 0; number < count; number += 1) {
    const { account, venue, symbol } = directory.route(number);
    if (symbol === event.symbol) directory.routeNumber(account, venue, event.to);
  }
}

/** Books an event where it stands in the journal. */
export function applyEvent(book: Book, event: PositionEvent, wanted: RouteFilter): void {
  if (event.type === "funded" || event.type === "moved") {
    if (!wanted(event)) return;
    const route = book.directory.routeNumber(event.account, event.venue, event.symbol);
    book.open(route);
    const row = book.venueRowOf(route);
    const net = book.netRowOf(route);
    if (event.type === "moved") return move(book, event, row, net);
    book.transitions.fund(row, event.currency, event.amount, event.timeNs);
    book.transitions.fund(net, event.currency, event.amount, event.timeNs);
    return;
  }
  const rows = book.venueRows(event.symbol).filter((row) => wanted(row) && book.isUsed(row));
  switch (event.type) {
    case "split":
      for (const row of rows) book.transitions.split(row, event.over, event.under);
      for (const net of new Set(rows.map(({ route }) => book.netRowOf(route)))) splitNet(book, event, net);
      return;
    case "settled":
      return settle(book, event, rows);
    case "renamed":
      rename(book, event, rows);
  }
}

/** A deposit or withdrawal. What leaves at its cost leaves the net row for the same sum, so that its total is its venues'. */
function move(book: Book, { quantity, cost, timeNs, id, venue }: Moved, row: VenueRow, net: NetRow): void {
  const origin = (): LotOrigin => ({ id, venue, timeNs, strategy: "", signalId: "" });
  const total = book.transitions.move(row, { cause: "moved", quantity, at: cost === undefined ? "cost" : { total: cost }, timeNs, origin });
  book.transitions.move(net, { cause: "moved", quantity, at: { total }, timeNs, origin });
}

/** A net row holds what its venues hold, also where each of them was rounded: a correction may have made them uneven. */
function splitNet(book: Book, { over, under, timeNs, id }: Split, net: NetRow): void {
  book.transitions.split(net, over, under);
  const held = net.venues.reduce((sum, venue) => addDecimals(sum, book.quantityOf(venue)), zero);
  const split = book.quantityOf(net);
  const missing = addDecimals(held, { ...split, mantissa: -split.mantissa });
  if (missing.mantissa !== 0n) book.transitions.move(net, { cause: "moved", quantity: missing, at: { total: zero }, timeNs, origin: () => ({ id, venue: "", timeNs, strategy: "", signalId: "" }) });
}

/** Closes all venues, and the net row once for them all: it must not turn over on the way. */
function settle(book: Book, { account, venue, price, timeNs, id }: Settled, rows: readonly VenueRow[]): void {
  const settled = new Map<NetRow, { quantity: Decimal; total: Decimal }>();
  for (const row of rows) {
    const held = book.quantityOf(row);
    if ((account !== "" && row.account !== account) || (venue !== "" && row.venue !== venue) || held.mantissa === 0n) continue;
    const quantity: Decimal = { ...held, mantissa: -held.mantissa };
    const value = book.transitions.move(row, { cause: "settled", quantity, at: { price }, timeNs, origin: () => ({ id, venue: row.venue, timeNs, strategy: "", signalId: "" }) });
    const net = book.netRowOf(row.route);
    const before = settled.get(net) ?? { quantity: zero, total: zero };
    settled.set(net, { quantity: addDecimals(before.quantity, quantity), total: addDecimals(before.total, value) });
  }
  for (const [net, { quantity, total }] of settled) {
    book.transitions.widened(net, 0, price.digits); // as its venues were
    if (quantity.mantissa !== 0n) book.transitions.move(net, { cause: "settled", quantity, at: { total }, timeNs, origin: () => ({ id, venue, timeNs, strategy: "", signalId: "" }) });
    else if (total.mantissa !== 0n) book.transitions.realize(net, total);
  }
}

function rename(book: Book, { to, timeNs }: Renamed, rows: readonly VenueRow[]): void {
  const pairs = new Map<BookRow, BookRow>();
  for (const row of rows) {
    const target = book.directory.routeNumber(row.account, row.venue, to);
    book.open(target);
    book.takeVenueType(row.route, target);
    pairs.set(row, book.venueRowOf(target));
    pairs.set(book.netRowOf(row.route), book.netRowOf(target));
  }
  for (const [from, into] of pairs) goOn(book, from, into, timeNs);
}

/** A row goes on in another one, which may have been begun under the new name: then the two are netted. */
function goOn(book: Book, from: BookRow, into: BookRow, timeNs: bigint): void {
  const { table, transitions } = book;
  const source = table.scale(from.row);
  const scale = transitions.widened(into, source.quantityDigits, source.priceDigits);
  transitions.widened(from, scale.quantityDigits, scale.priceDigits);
  const old = table.read(from.row);
  const parts = from.lots?.list() ?? [{ quantity: old.quantity, cost: old.cost, origin: undefined, unitCost: old.cost, unitQuantity: old.quantity }];
  let now = table.read(into.row);
  const wasFlat = now.quantity === 0n;
  for (const { quantity, cost, origin, unitCost, unitQuantity } of parts) {
    if (quantity === 0n) continue;
    const by = into.lots && { lots: into.lots, origin: origin ?? { id: "", venue: "", timeNs, strategy: "", signalId: "" }, unit: { cost: unitCost, quantity: unitQuantity } };
    now = applyMove(now, { quantity, value: cost, timeNs }, scale.inverse, by);
  }
  table.write(into.row, {
    ...now,
    realized: now.realized + old.realized,
    fees: now.fees + old.fees,
    volume: now.volume + old.volume,
    trades: now.trades + old.trades,
    peakCost: old.peakCost > now.peakCost ? old.peakCost : now.peakCost,
    openedNs: wasFlat ? old.openedNs : now.openedNs,
    lastNs: old.lastNs > now.lastNs ? old.lastNs : now.lastNs,
  });
  into.fees.addAll(from.fees);
  if (from.funding !== undefined) {
    into.funding ??= new SideMoney();
    into.funding.addAll(from.funding);
  }
  into.hasEvent = true;
  transitions.watcher?.renamed(from, into, timeNs);
  book.empty(from);
}
