import type { LotOrigin } from "../position/index.ts";
import type { Book } from "./book.ts";
import type { BookRow } from "./rows.ts";
import { SideMoney, type SideMoneyJson } from "./side-money.ts";

/** What a row holds, as JSON that is the same for the same state; null for a row that nothing has happened to. */
export type RowState =
  | readonly [quantityDigits: number, priceDigits: number, quantity: string, cost: string, realized: string, fees: string, volume: string, trades: number, peakCost: string, openedNs: string, lastNs: string, hasEvent: boolean, otherFees: SideMoneyJson, funding: SideMoneyJson | null, lots: LotsState | null]
  | null;
type LotsState = readonly [opened: number, lots: readonly LotState[]];
type LotState = readonly [order: number, quantity: string, cost: string, unitCost: string, unitQuantity: string, origin: OriginState];
type OriginState = readonly [id: string, venue: string, timeNs: string, strategy: string, signalId: string];

export function stateOfRow(book: Book, row: BookRow): RowState {
  if (!book.isUsed(row)) return null;
  const { quantityDigits, priceDigits } = book.table.scale(row.row);
  const p = book.table.read(row.row);
  const lots: LotsState | undefined = row.lots && [row.lots.opened, row.lots.list().map(({ order, quantity, cost, unitCost, unitQuantity, origin }) => [order, `${quantity}`, `${cost}`, `${unitCost}`, `${unitQuantity}`, stateOfOrigin(origin)])];
  return [
    quantityDigits, priceDigits, `${p.quantity}`, `${p.cost}`, `${p.realized}`, `${p.fees}`, `${p.volume}`, p.trades, `${p.peakCost}`, `${p.openedNs}`, `${p.lastNs}`,
    row.hasEvent, row.fees.toJSON(), row.funding?.toJSON() ?? null, lots ?? null,
  ];
}

/** Puts a state into a row of an account with the same cost method that nothing has happened to yet. */
export function restoreRow(book: Book, row: BookRow, state: RowState): void {
  if (state === null) return;
  const [quantityDigits, priceDigits, quantity, cost, realized, fees, volume, trades, peakCost, openedNs, lastNs, hasEvent, otherFees, funding, lots] = state;
  book.table.reset(row.row, { ...book.table.scale(row.row), quantityDigits, priceDigits }, row.lots !== undefined);
  book.table.write(row.row, {
    quantity: BigInt(quantity), cost: BigInt(cost), realized: BigInt(realized), fees: BigInt(fees), volume: BigInt(volume), trades,
    peakCost: BigInt(peakCost), openedNs: BigInt(openedNs), lastNs: BigInt(lastNs),
  });
  row.hasEvent = hasEvent;
  row.fees = SideMoney.ofJSON(otherFees);
  row.funding = funding === null ? undefined : SideMoney.ofJSON(funding);
  if (lots === null) return;
  const [opened, open] = lots;
  row.lots?.restore(open.map(([order, q, c, unitCost, unitQuantity, [id, venue, timeNs, strategy, signalId]]) => ({
    order, quantity: BigInt(q), cost: BigInt(c), unitCost: BigInt(unitCost), unitQuantity: BigInt(unitQuantity), origin: { id, venue, timeNs: BigInt(timeNs), strategy, signalId },
  })), opened);
}

function stateOfOrigin({ id, venue, timeNs, strategy, signalId }: LotOrigin): OriginState {
  return [id, venue, `${timeNs}`, strategy, signalId];
}
