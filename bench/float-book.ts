import { VENUE_TYPES, VENUE_TYPE_SHIFT, type Directory, type FillColumns, type VenueType } from "../src/core/model/index.ts";

/** A fill as an object of floats: what JSON.parse and a loop of Number() give. */
export interface FloatFill {
  readonly account: string;
  readonly venue: string;
  readonly symbol: string;
  readonly venueType: VenueType;
  readonly quantity: number; // bought > 0, sold < 0
  readonly price: number;
  readonly fee: number;
  readonly time: number; // milliseconds
}

interface FloatPosition {
  venueType: VenueType;
  quantity: number;
  avgPrice: number;
  totalCost: number;
  peakCost: number;
  realizedPnl: number;
  fees: number;
  volume: number;
  trades: number;
  openedAt: number;
  lastUpdated: number;
}

/**
 * The obvious port of a position keeper: float objects in a Map, keyed by a concatenated string, a net row and a venue
 * row for every fill. The same bookkeeping as `Book.apply` (cost, realized P&L, fees, volume, counts, times, the
 * greatest cost), as fast as that idiom goes: one look-up a row, one object a row, changed in place. Inexact.
 */
export class FloatBook {
  readonly positions = new Map<string, FloatPosition>();

  apply(fills: readonly FloatFill[]): void {
    for (const fill of fills) {
      const net = `${fill.account}|${fill.symbol}`;
      this.#update(net, fill);
      this.#update(`${net}|${fill.venue}`, fill);
    }
  }

  #update(key: string, fill: FloatFill): void {
    let position = this.positions.get(key);
    if (position === undefined) {
      position = { venueType: fill.venueType, quantity: 0, avgPrice: 0, totalCost: 0, peakCost: 0, realizedPnl: 0, fees: 0, volume: 0, trades: 0, openedAt: 0, lastUpdated: 0 };
      this.positions.set(key, position);
    }
    const held = position.quantity;
    const quantity = held + fill.quantity;
    if (held * fill.quantity >= 0) {
      position.totalCost += Math.abs(fill.quantity) * fill.price;
      position.avgPrice = position.totalCost / Math.abs(quantity);
    } else {
      const closed = Math.min(Math.abs(held), Math.abs(fill.quantity));
      position.realizedPnl += closed * (fill.price - position.avgPrice) * Math.sign(held);
      if (held * quantity < 0) position.avgPrice = fill.price;
      position.totalCost = Math.abs(quantity) * position.avgPrice;
    }
    if (held === 0 || held * quantity < 0) position.openedAt = fill.time;
    position.quantity = quantity;
    position.venueType = fill.venueType;
    position.fees += fill.fee;
    position.volume += Math.abs(fill.quantity);
    position.trades += 1;
    if (fill.time > position.lastUpdated) position.lastUpdated = fill.time;
    if (position.totalCost > position.peakCost) position.peakCost = position.totalCost;
  }
}

/** Columns as objects of floats. */
export function floatFills(fills: FillColumns, directory: Directory): FloatFill[] {
  return Array.from({ length: fills.count }, (_, i) => ({
    ...directory.route(fills.route[i]!),
    venueType: VENUE_TYPES[fills.traits[i]! >> VENUE_TYPE_SHIFT]!,
    quantity: fills.quantity[i]! / 10 ** fills.quantityDigits[i]!,
    price: fills.price[i]! / 10 ** fills.priceDigits[i]!,
    fee: fills.fee[i]! / 10 ** fills.feeDigits[i]!,
    time: Number(fills.timeNs(i) / 1_000_000n),
  }));
}
