import fc from "fast-check";
import { matrixOfReturns, type ReturnsMatrix, type VarMethod } from "../src/core/risk/index.ts";
import { NormalRandom } from "../src/core/num/index.ts";

/** Made-up joint returns with common moves and fat tails, the same for each seed. */
export function madeReturns(seed: number, symbols: number, days: number): ReturnsMatrix {
  const common = new NormalRandom(seed, 1_000_000);
  const market = Array.from({ length: days }, () => common.next());
  const columns = Array.from({ length: symbols }, (_, i) => {
    const own = new NormalRandom(seed, i);
    const [volatility, beta] = [0.008 + 0.004 * (i % 5), (i % 3) - 0.6];
    return market.map((move) => volatility * (beta * move + own.next() * (1 + 0.4 * Math.abs(own.next()))) + 0.0004);
  });
  return matrixOfReturns(columns, columns.map((_, i) => `S${i}`));
}

/** Every method, by its conventions. */
export const EVERY_METHOD: readonly { readonly method: VarMethod; readonly volatility?: "zero_mean" | "ewma"; readonly quantile?: "linear"; readonly shortfall?: "tail_mean"; readonly scenarios?: number }[] = [
  { method: "parametric" }, { method: "parametric", volatility: "zero_mean" }, { method: "parametric", volatility: "ewma" },
  { method: "historical_simulation" }, { method: "historical_simulation", quantile: "linear", shortfall: "tail_mean" },
  { method: "filtered_historical" }, { method: "filtered_historical", quantile: "linear" }, { method: "monte_carlo", scenarios: 400 }, { method: "cornish_fisher" },
];

/** A book: returns of two to seven symbols over 60 to 120 days, and exposures, some of them 0. */
export const anyBook = fc.record({ seed: fc.integer({ min: 1, max: 1_000_000 }), symbols: fc.integer({ min: 2, max: 7 }), days: fc.integer({ min: 60, max: 120 }) }).chain(({ seed, symbols, days }) =>
  fc.array(fc.oneof({ weight: 6, arbitrary: fc.double({ min: -1e5, max: 1e5, noNaN: true }) }, { weight: 1, arbitrary: fc.constantFrom(0, 1e-80) }), { minLength: symbols, maxLength: symbols }).map((exposures) => ({ exposures, returns: madeReturns(seed, symbols, days) })),
);
