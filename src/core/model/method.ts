/** How a position's cost is released when it closes. */
export const COST_METHODS = ["average", "fifo", "lifo", "hifo"] as const;
export type CostMethod = (typeof COST_METHODS)[number];
/** The methods that keep lots. */
export type LotMethod = Exclude<CostMethod, "average">;
