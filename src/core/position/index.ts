export { applyDisposal, applyTrade, NEVER, type Position, type Trade } from "./position.ts";
export { moneyDigits, unitFactor, valueOf, type Scale } from "./scale.ts";
export { PositionTable } from "./table.ts";
export { applyFills, type SlowApply } from "./hot.ts";
