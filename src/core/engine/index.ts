export { Decider, type Decision, type FillLookup, type Refused } from "./decide.ts";
export type { SpilledIdentities } from "./identities.ts";
export { compareBooks, type RowDifference } from "./compare.ts";
export { fold, type BookedFill, type Folded, type FillObserver, type FoldOptions } from "./fold.ts";
export { applyFact, numberRoutes } from "./apply-fact.ts";
export { Rebuilder } from "./rebuild.ts";
export { Foreknowledge, foreknowledgeOf } from "./foreknowledge.ts";
export { HistoryObserver, type HistoryFilter, type HistoryRow } from "./history.ts";
export { decideDefinitions, decideMarks, type DefinitionDecision } from "./decide-facts.ts";
