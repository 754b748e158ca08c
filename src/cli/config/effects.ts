import type { EventReport } from "../../core/engine/index.ts";
import type { CostMethod, VenueType } from "../../core/model/index.ts";
import type { Config } from "../config.ts";
import { LIMIT_PATHS } from "./kinds.ts";
import type { Settings } from "./spec.ts";

/** What the one writer of a data folder obeys. */
export interface LedgerSettings {
  readonly marksMaxAgeNs: bigint | undefined;
  readonly marksEveryNs: bigint;
  readonly venueTypes: ReadonlyMap<string, VenueType>;
}

export function ledgerSettings({ marks, venues, positionManagement }: Settings): LedgerSettings {
  return {
    marksMaxAgeNs: marks.maxAge?.ns,
    marksEveryNs: positionManagement.positionTracking.pnlCalculationFrequency.ns,
    venueTypes: new Map([...venues].map(([venue, { type }]) => [venue, type])),
  };
}

/**
 * The limits that are configured, as they are reported; they are a fact once they say something new. Where there is no file and
 * the environment names no limit, nothing is said of them: a service that is started in another folder loses none.
 */
export function configuredLimits({ file, effective, positionManagement: { riskLimits } }: Config, nowNs: bigint): EventReport[] {
  if (file === undefined && effective.every(({ path, from }) => from === "default" || !LIMIT_PATHS.some((limit) => limit.path === path))) return [];
  const { maxPositionValue, maxVar, maxPortfolioVar, maxDrawdownLimit, concentrationLimit, maxCorrelationRisk } = riskLimits;
  const values = { max_position_value: maxPositionValue, max_var: maxVar, max_portfolio_var: maxPortfolioVar, max_drawdown_limit: maxDrawdownLimit, concentration_limit: concentrationLimit, max_correlation_risk: maxCorrelationRisk };
  const changes = Object.fromEntries(LIMIT_PATHS.map(({ name }) => [name, values[name] ?? ("none" as const)]));
  return [{ type: "limit", id: "", timeNs: nowNs, by: "configuration", changes }];
}

/** The cost methods that are configured and that the accounts do not have yet. @param methodOf what an account counts by now */
export function configuredMethods({ accounts }: Settings, methodOf: (account: string) => CostMethod, nowNs: bigint): EventReport[] {
  const others = [...accounts].filter(([account, { method }]) => methodOf(account) !== method);
  return others.map(([account, { method }]) => ({ type: "chosen", id: "", timeNs: nowNs, account, method }));
}
