export { Book, type BookOptions, type BookRow, type NetRow, type VenueRow } from "./book.ts";
export { MARK_INTERVAL_NS } from "./marks.ts";
export type { Moment } from "./rates.ts";
export { positionsOf, positionOf, type PositionFilter, type PositionView, type RowView } from "./view.ts";
export { pnlBy, PNL_KEYS, type PnlGroup, type PnlKey, type PnlView } from "./pnl.ts";
export { summarize, type SummaryView } from "./summary.ts";
