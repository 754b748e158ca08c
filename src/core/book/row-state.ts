import type { LotOrigin, Position } from "../position/index.ts";
import type { Book } from "./book.ts";
import type { BookRow } from "./rows.ts";
import { SideMoney, type SideMoneyJson } from "./side-money.ts";

/** What a row holds, as JSON that is the same for the same state; null for a row that nothing has happened to. */
export type RowState =
  | readonly [quantityDigits: number, priceDigits: number, quantity: Exact, cost: Exact, realized: Exact, fees: Exact, volume: Exact, trades: number, peakCost: Exact, openedNs: string, lastNs: string, hasEvent: boolean, otherFees: SideMoneyJson | null, funding: SideMoneyJson | null, lots: LotsState | null]
  | null;
/** An integer: a number below 2^53, which is quick to read, else text. */
type Exact = number | string;
type LotsState = readonly [opened: number, lots: readonly LotState[]];
type LotState = readonly [order: number, quantity: string, cost: string, unitCost: string, unitQuantity: string, origin: OriginState];
type OriginState = readonly [id: string, venue: string, timeNs: string, strategy: string, signalId: string];

export function stateOfRow(book: Book, row: BookRow): RowState {
  if (!book.isUsed(row)) return null;
  const { quantityDigits, priceDigits } = book.table.scale(row.row);
  const plain = book.table.readPlain(row.row);
  const p = plain ?? exactly(book.table.read(row.row));
  const lots: LotsState | undefined = row.lots && [row.lots.opened, row.lots.list().map(({ order, quantity, cost, unitCost, unitQuantity, origin }) => [order, `${quantity}`, `${cost}`, `${unitCost}`, `${unitQuantity}`, stateOfOrigin(origin)])];
  return [
    quantityDigits, priceDigits, p.quantity, p.cost, p.realized, p.fees, p.volume, p.trades, p.peakCost, `${p.openedNs}`, `${p.lastNs}`,
    row.hasEvent, row.fees.isEmpty ? null : row.fees.toJSON(), row.funding?.toJSON() ?? null, lots ?? null,
  ];
}

function exactly({ quantity, cost, realized, fees, volume, trades, peakCost, openedNs, lastNs }: Position) {
  return { quantity: exact(quantity), cost: exact(cost), realized: exact(realized), fees: exact(fees), volume: exact(volume), trades, peakCost: exact(peakCost), openedNs, lastNs };
}

function exact(value: bigint): Exact {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : `${value}`;
}

/** Puts a state into a row of an account with the same cost method that nothing has happened to yet. */
export function restoreRow(book: Book, row: BookRow, state: RowState): void {
  if (state === null) return;
  const [quantityDigits, priceDigits, quantity, cost, realized, fees, volume, trades, peakCost, openedNs, lastNs, hasEvent, otherFees, funding, lots] = state;
  const { table } = book;
  const scale = table.scale(row.row);
  if (scale.quantityDigits !== quantityDigits || scale.priceDigits !== priceDigits || row.lots !== undefined) table.reset(row.row, { ...scale, quantityDigits, priceDigits }, row.lots !== undefined);
  const times = { openedNs: BigInt(openedNs), lastNs: BigInt(lastNs) };
  if (typeof quantity === "number" && typeof cost === "number" && typeof realized === "number" && typeof fees === "number" && typeof volume === "number" && typeof peakCost === "number") {
    table.writePlain(row.row, { quantity, cost, realized, fees, volume, trades, peakCost, ...times });
  } else {
    table.write(row.row, { quantity: BigInt(quantity), cost: BigInt(cost), realized: BigInt(realized), fees: BigInt(fees), volume: BigInt(volume), trades, peakCost: BigInt(peakCost), ...times });
  }
  row.hasEvent = hasEvent;
  if (otherFees !== null) row.fees = SideMoney.ofJSON(otherFees);
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
