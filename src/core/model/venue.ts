export const VENUE_TYPES = ["unknown", "cex", "dex", "broker", "prediction"] as const;
export type VenueType = (typeof VENUE_TYPES)[number];

export const LIQUIDITIES = ["", "maker", "taker"] as const;
export type Liquidity = (typeof LIQUIDITIES)[number];
