import { risk } from "../src/index.ts";
import { Random } from "./random.ts";

/** A book over made-up joint returns. */
export interface RiskMarket {
  readonly returns: ReturnType<typeof risk.matrixOfReturns>;
  readonly exposures: Float64Array;
}

/** @param days joint returns of each symbol */
export function riskMarket(symbols: number, days: number): RiskMarket {
  const random = new Random(20_261_121);
  const uniform = () => random.between(0, 1_000_000) / 1_000_000;
  const near = () => uniform() + uniform() + uniform() - 1.5; // bell-shaped enough
  const market = Array.from({ length: days }, near);
  const columns = Array.from({ length: symbols }, (_, i) => Float64Array.from(market, (move) => 0.01 * (0.5 * move + (1 + (i % 7) / 7) * near())));
  return { returns: risk.matrixOfReturns(columns), exposures: Float64Array.from({ length: symbols }, () => 100_000 * near()) };
}
