import type { RiskSettings } from "../server/index.ts";
import type { Config } from "./config.ts";
import type { Settings } from "./config/spec.ts";

/** A breach has ended once its figure was within the limit for so long. */
const QUIET_NS = 60_000_000_000n;

/** How a service computes and judges risk, as it is configured. */
export function riskSettings({ positionManagement: { positionTracking }, breaker, limits }: Settings, { risk }: Pick<Config, "risk">): RiskSettings {
  return {
    risk,
    tripOn: new Set(breaker.tripOn),
    coolDownNs: breaker.coolDown?.ns,
    probes: breaker.probes,
    unknown: limits.unknown,
    refusalBurst: breaker.refusalBurst,
    quietNs: QUIET_NS,
    ...(positionTracking.realTimeUpdates ? {} : { tickMs: Number(positionTracking.pnlCalculationFrequency.ns / 1_000_000n) }),
  };
}
