export { Decider, type Decision, type FillLookup, type Refused } from "./decide.ts";
export type { SpilledIdentities } from "./identities.ts";
export { applyFact, fold, type Folded, type FillObserver, type FoldOptions } from "./fold.ts";
export { HistoryObserver, type HistoryFilter, type HistoryRow } from "./history.ts";
export { decideDefinition, decideMarks } from "./decide-facts.ts";
