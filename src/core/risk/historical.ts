import { pnlOf, type Estimate, type Holdings, type VarConventions } from "./estimate.ts";
import { tailOf, tailProbability, weightedOf, type Weighted } from "./tail.ts";
import { ewmaCovariances, ewmaVariances } from "./volatility.ts";

/**
 * Historical simulation: today's exposures through each past day. The VaR is the loss of a day that can be named; its slope by a position is what that
 * position's return was on that day. A horizon of several days is √days times the loss of one.
 */
export function historicalEstimate(holdings: Holdings, conventions: VarConventions): Estimate | undefined {
  if (holdings.length === 0) return undefined;
  const pnl = pnlOf(holdings);
  return scenarioEstimate(pnl, (position, scenario) => holdings.columns[position]![scenario]!, conventions, Math.sqrt(conventions.horizonDays));
}

/** Estimates out of scenarios: their P&L, and the slope of a scenario's P&L by a position. */
export function scenarioEstimate(pnl: Float64Array, slopeOf: (position: number, scenario: number) => number, { confidence, quantile, shortfall }: VarConventions, factor = 1): Estimate {
  const tail = tailOf(pnl, tailProbability(confidence), quantile, shortfall);
  const figure = (weighted: Weighted) => ({
    value: 0 - factor * weightedOf(weighted, (scenario) => pnl[scenario]!),
    slope: (position: number) => 0 - factor * weightedOf(weighted, (scenario) => slopeOf(position, scenario)),
  });
  const { scenarios } = tail.quantile;
  return { var: figure(tail.quantile), expectedShortfall: figure(tail.shortfall), ...(scenarios.length === 1 ? { scenario: scenarios[0]! } : {}) };
}

/**
 * Filtered historical simulation (Hull & White 1998; Barone-Adesi et al. 1999): each past P&L of today's exposures is divided by the volatility forecast
 * for its day, and multiplied by the one forecast for tomorrow; both EWMA. The slopes take along that a position also changes those volatilities.
 */
export function filteredEstimate(holdings: Holdings, conventions: VarConventions): Estimate | undefined {
  const { columns } = holdings;
  const { lambda, seedReturns } = conventions;
  const pnl = pnlOf(holdings);
  const variances = ewmaVariances(pnl, lambda, seedReturns);
  if (variances === undefined) return undefined;
  const now = Math.sqrt(variances.at(-1)!);
  const scale = (scenario: number) => (variances[scenario]! > 0 ? now / Math.sqrt(variances[scenario]!) : 0);
  const scaled = pnl.map((value, scenario) => value * scale(scenario));
  let latest: { readonly position: number; readonly covariances: Float64Array } = { position: -1, covariances: new Float64Array(0) };
  const covariancesOf = (position: number) => {
    if (latest.position !== position) latest = { position, covariances: ewmaCovariances(columns[position]!, pnl, lambda, seedReturns)! };
    return latest.covariances;
  };
  const slopeOf = (position: number, scenario: number) => {
    const then = variances[scenario]!;
    if (!(then > 0) || !(now > 0)) return 0;
    const covariances = covariancesOf(position);
    const ofScale = covariances.at(-1)! / variances.at(-1)! - covariances[scenario]! / then; // the slope of ln(now ÷ then)
    return scale(scenario) * (columns[position]![scenario]! + pnl[scenario]! * ofScale);
  };
  return scenarioEstimate(scaled, slopeOf, conventions, Math.sqrt(conventions.horizonDays));
}
