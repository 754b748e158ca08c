import type { Instrument } from "../model/index.ts";
import type { Lots } from "../position/index.ts";
import { SideMoney } from "./side-money.ts";

/** A row of the book: one venue's, or the net one over venues that count alike. */
export interface BookRow {
  readonly row: number; // in the position table
  readonly account: string;
  readonly symbol: string;
  readonly instrument: Instrument; // of a net row: that of its first venue
  readonly isNet: boolean;
  fees: SideMoney; // those that the table has no room for
  funding: SideMoney | undefined; // undefined: none so far
  lots: Lots | undefined; // undefined: at average cost
  hasEvent: boolean; // something other than a fill has changed it
}
export interface VenueRow extends BookRow {
  readonly venue: string;
  readonly route: number;
}
export interface NetRow extends BookRow {
  readonly venues: VenueRow[]; // in the order they came
}

/** What a row is of. */
type RowOf = Pick<BookRow, "row" | "account" | "symbol" | "instrument">;

/** A venue's row before its first fact. Written out, since spreading took most of the time that opening thousands of rows takes. */
export function emptyVenueRow({ row, account, symbol, instrument }: RowOf, venue: string, route: number): VenueRow {
  return { row, account, symbol, instrument, isNet: false, fees: new SideMoney(), funding: undefined, lots: undefined, hasEvent: false, venue, route };
}

/** A net row before its first fact. */
export function emptyNetRow({ row, account, symbol, instrument }: RowOf): NetRow {
  return { row, account, symbol, instrument, isNet: true, fees: new SideMoney(), funding: undefined, lots: undefined, hasEvent: false, venues: [] };
}
