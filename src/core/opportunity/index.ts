export { OpportunityWatch } from "./watch.ts";
export type { OpportunityOptions } from "./options.ts";
export type { OpportunityView } from "./view.ts";
export { replayOpportunities, type Replay, type ReplayOptions } from "./replay.ts";
