export { PriceHistory, type PriceSeries } from "./price-history.ts";
