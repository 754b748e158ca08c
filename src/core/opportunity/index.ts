export { OpportunityWatch } from "./watch.ts";
export type { OpportunityOptions } from "./options.ts";
export type { OpportunityView } from "./view.ts";
export { replayOpportunities, type Replay, type ReplayOptions } from "./replay.ts";
export { TriangleWatch, type TriangleView } from "./triangle-watch.ts";
export { basisOf, type BasisView } from "./basis.ts";
export { Deviations } from "./deviation.ts";
export { inventoryOf, type InventoryOptions, type InventoryView } from "./inventory.ts";
