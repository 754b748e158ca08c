export { applyMove, applySplit, applyTrade, closedBy, NEVER, partOf, type ByLots, type Position, type Trade } from "./position.ts";
export { Lots, type Lot, type LotOrigin } from "./lots.ts";
export { inverseUnit, moneyDigits, unitFactor, valueOf, type Scale } from "./scale.ts";
export { PositionTable, type PlainPosition, type SavedPosition } from "./table.ts";
export { applyFills, type SlowApply } from "./hot.ts";
export { FEW, FewRows } from "./few-rows.ts";
export { TwoRowsWalk, type TwoRows } from "./two-rows.ts";
