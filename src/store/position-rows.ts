import { rowViewsOf, type Book, type NetRow, type RowView } from "../core/book/index.ts";
import { formatTime, termsOf } from "../core/model/index.ts";
import type { SqlValues } from "./database.ts";
import type { Touch } from "./touched-rows.ts";
import { uuidOf } from "./uuid.ts";

const netIds = new WeakMap<NetRow, string>();

/** `trader_positions.id` of a net position. */
export function netId(net: NetRow): string {
  let id = netIds.get(net);
  if (id === undefined) netIds.set(net, (id = idOf(net, "")));
  return id;
}

/** `trader_positions.id` of a position on a venue; of its net, where `venue` is empty. */
export function idOf({ account, symbol, instrument }: NetRow, venue: string): string {
  return uuidOf("position", account, symbol, venue, instrument.settle, instrument.kind, termsOf(instrument));
}

/**
 * The rows of a position: its net, and its part on each venue; valued at the journal's time of the entry that touched it last. None
 * where all that was booked was taken back.
 * @param bornNs the journal's time of its first entry
 */
export function positionRowsOf(book: Book, net: NetRow, { lastNs, lastSeq }: Touch, bornNs: bigint): SqlValues[] {
  if (!book.isUsed(net)) return [];
  const { net: whole, venues } = rowViewsOf(book, net, { nowNs: lastNs, maxAgeNs: book.marksMaxAgeNs, withoutLots: true });
  const rowOf = (id: string, venue: string, venueType: string | null, view: RowView): SqlValues => ({
    id, account: net.account, symbol: net.symbol, venue, venue_type: venueType, kind: net.instrument.kind, currency: view.currency, status: view.status,
    quantity: view.quantity, avg_price: view.avgPrice, total_cost: view.totalCost, realized_pnl: view.realizedPnl, unrealized_pnl: view.unrealizedPnl,
    position_value: view.positionValue, fees: view.fees, funding: view.funding, net_total_pnl: view.netTotalPnl, mark_price: view.markPrice,
    num_trades: view.numTrades, total_volume: view.totalVolume, opened_at: view.openedAt, last_updated: view.lastUpdated,
    created_at: formatTime(bornNs), seq: lastSeq, max_loss: view.maxLoss,
  });
  return [rowOf(netId(net), "", null, whole), ...venues.map(({ row, view }) => rowOf(idOf(net, row.venue), row.venue, book.venueTypeOf(row), view))];
}
