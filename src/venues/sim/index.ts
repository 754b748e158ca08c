export { SimulatedMarket, type Trading } from "./market.ts";
