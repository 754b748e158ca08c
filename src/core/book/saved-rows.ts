import type { Lots, SavedPosition } from "../position/index.ts";
import type { BookRow } from "./rows.ts";
import type { SideMoney } from "./side-money.ts";

/** What some rows held at one moment, so that they can be booked on from there. */
export interface SavedRows {
  readonly rows: readonly SavedRow[];
  readonly routes: readonly { readonly route: number; readonly opened: number; readonly venueType: number }[];
  readonly weight: number; // how many things it holds beside the rows: lots, amounts that wait for a mark
}
export interface SavedRow {
  readonly of: BookRow;
  readonly position: SavedPosition;
  readonly fees: SideMoney;
  readonly funding: SideMoney | undefined;
  readonly lots: Lots | undefined;
  readonly hasEvent: boolean;
}
