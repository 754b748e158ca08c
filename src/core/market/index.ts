export { PriceHistory, type PriceSeries } from "./price-history.ts";
export { kalshiFee, kalshiOrderFees, type AccountGrid, type KalshiLot, type KalshiLotFee } from "./kalshi-fee.ts";
export { polymarketFee, type PolymarketFee, type PolymarketTerms } from "./polymarket-fee.ts";
export { kalshiTerms, polymarketTerms, type KalshiTerms } from "./fee-schedule.ts";
export type { MarketFees } from "../model/index.ts";
