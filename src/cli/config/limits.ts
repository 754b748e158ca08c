import type { EventReport } from "../../core/engine/index.ts";
import { LIMIT_PATHS } from "./kinds.ts";
import type { Configuration } from "./read.ts";

/**
 * The limits that are configured, as they are reported; they are a fact once they say something new. Where there is no file and
 * the environment names no limit, nothing is said of them: a service that is started in another folder loses none.
 */
export function configuredLimits({ file, effective, positionManagement: { riskLimits } }: Configuration, nowNs: bigint): EventReport[] {
  if (file === undefined && effective.every(({ path, from }) => from === "default" || !LIMIT_PATHS.some((limit) => limit.path === path))) return [];
  const { maxPositionValue, maxVar, maxPortfolioVar, maxDrawdownLimit, concentrationLimit, maxCorrelationRisk } = riskLimits;
  const values = { max_position_value: maxPositionValue, max_var: maxVar, max_portfolio_var: maxPortfolioVar, max_drawdown_limit: maxDrawdownLimit, concentration_limit: concentrationLimit, max_correlation_risk: maxCorrelationRisk };
  const changes = Object.fromEntries(LIMIT_PATHS.map(({ name }) => [name, values[name] ?? ("none" as const)]));
  return [{ type: "limit", id: "", timeNs: nowNs, by: "configuration", changes }];
}
