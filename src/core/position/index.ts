export { applyMove, applySplit, applyTrade, closedBy, NEVER, partOf, type ByLots, type Position, type Trade } from "./position.ts";
export { Lots, type Lot, type LotOrigin } from "./lots.ts";
export { inverseUnit, moneyDigits, unitFactor, valueOf, type Scale } from "./scale.ts";
export { PositionTable, type PlainPosition, type SavedPosition } from "./table.ts";
export { applyFills, type SlowApply } from "./hot.ts";
export { FewRows, type Place } from "./few-rows.ts";
