export { CHECKSUM_KINDS, type ChecksumKind, type LadderAnswer, type LadderChecksum, type LadderDigits, type LadderMessage, type Level, type Unusable } from "./ladder-message.ts";
export { LadderSide } from "./ladder-side.ts";
export { Ladder, UNTOUCHED } from "./ladder.ts";
export { LadderSet, type ListedLadder } from "./ladder-set.ts";
export { SymbolMap, type ConversionRule, type MappedSymbol, type SymbolRule, type SymbolRules } from "./symbol-rules.ts";
export { FREE, TakerFees, type TakerFee } from "./taker-fees.ts";
export type { VenueStats } from "./venue-stats.ts";
