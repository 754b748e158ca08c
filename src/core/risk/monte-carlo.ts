import { NormalRandom } from "../num/index.ts";
import type { Moments } from "./covariance.ts";
import type { Estimate, VarConventions } from "./estimate.ts";
import { scenarioEstimate } from "./historical.ts";

/**
 * Monte Carlo: normal returns with the given means, deviations and correlation (repaired, its Cholesky factor), drawn in pairs of opposite ones
 * (antithetic), so that their mean is exact. The seed determines every scenario. The mean is part of it unless `volatility` says otherwise.
 * @param exposures of the columns that the moments are of
 */
export function monteCarloEstimate(exposures: ArrayLike<number>, { means, deviations, correlation }: Moments, conventions: VarConventions): Estimate {
  const size = exposures.length;
  const pairs = Math.max(1, Math.round(conventions.scenarios / 2));
  const { horizonDays, volatility } = conventions;
  const root = Math.sqrt(horizonDays);
  const factor = correlation.factor.values;
  const drift = Float64Array.from({ length: size }, (_, i) => (volatility === "sample" ? means[i]! * horizonDays : 0));
  const scale = Float64Array.from({ length: size }, (_, i) => deviations[i]! * root);
  const loads = new Float64Array(size); // P&L for one unit of each independent number: Lᵀ(σ∘w)
  let still = 0;
  for (let i = 0; i < size; i += 1) {
    const exposure = exposures[i]! * scale[i]!;
    still += exposures[i]! * drift[i]!;
    for (let k = 0; k <= i; k += 1) loads[k]! += exposure * factor[i * size + k]!;
  }
  const numbers = new Float64Array(pairs * size);
  const pnl = new Float64Array(pairs * 2);
  for (let pair = 0; pair < pairs; pair += 1) {
    const random = new NormalRandom(conventions.randomSeed, pair);
    let moved = 0;
    for (let k = 0; k < size; k += 1) {
      const number = random.next();
      numbers[pair * size + k] = number;
      moved += loads[k]! * number;
    }
    pnl[pair * 2] = still + moved;
    pnl[pair * 2 + 1] = still - moved;
  }
  const returnOf = (position: number, scenario: number) => {
    const from = (scenario >> 1) * size;
    let moved = 0;
    for (let k = 0; k <= position; k += 1) moved += factor[position * size + k]! * numbers[from + k]!;
    return drift[position]! + (scenario % 2 === 0 ? 1 : -1) * scale[position]! * moved;
  };
  const { scenario: _, ...estimate } = scenarioEstimate(pnl, returnOf, conventions); // a scenario that nobody lived through has no date
  return { ...estimate, repair: correlation.repair };
}
