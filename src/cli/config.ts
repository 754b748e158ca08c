import { existsSync } from "node:fs";
import type { EventReport } from "../core/engine/index.ts";
import type { PairFees } from "../core/pairs/index.ts";
import type { RiskOptions } from "../core/risk/index.ts";
import type { CostMethod, VenueType } from "../core/model/index.ts";

/** What of the configuration commands ask for that work on a data folder. All of it: `readConfiguration`. */
export interface Config {
  readonly currency: string;
  readonly marksMaxAgeNs: bigint | undefined;
  readonly marksEveryNs: bigint; // of each symbol and so long interval one mark is kept
  readonly venueTypes: ReadonlyMap<string, VenueType>; // by venue, of fills which state none
  readonly methods: ReadonlyMap<string, CostMethod>; // by account
  readonly pairFees: PairFees; // how fees of pairs are computed where a venue says none
  readonly database: string; // the address of a PostgreSQL server, embedded, or off
  readonly retentionDays: number | undefined; // rows of history stay in the tables so long
  readonly risk: RiskOptions; // how VaR is computed
  readonly historySize: number; // fills that percentiles of performance are computed from
  readonly attributionEnabled: boolean;
  readonly benchmarkSymbol: string | undefined; // undefined: performance is compared with none unless one is named
  readonly snapshotEntries: number; // a snapshot is written whenever so many entries came since the last
}

export const CONFIG_FILE = "fillbook.yaml";

/** What it is where nobody says anything, so that such a start reads no table of keys; a test holds it equal to their defaults. */
export const UNCONFIGURED: Config = { currency: "USD", marksMaxAgeNs: undefined, marksEveryNs: 60_000_000_000n, venueTypes: new Map(), methods: new Map(), pairFees: {}, database: "embedded", retentionDays: undefined, risk: { method: "historical_simulation", lookbackDays: 252, confidence: 0.95, horizonDays: 1 }, historySize: 10_000, attributionEnabled: true, benchmarkSymbol: undefined, snapshotEntries: 1_000_000 };

/**
 * Reads `fillbook.yaml`, or the file named by `--config`, and the environment, which goes before it.
 * @throws UsageError naming the place, the key and how to mend it
 */
export async function readConfig(path: string | undefined): Promise<Config> {
  if (path === undefined && !existsSync(CONFIG_FILE) && !Object.keys(process.env).some(mayBeAKey)) return UNCONFIGURED;
  const { configOf, readConfiguration } = await import("./config/read.ts");
  return configOf(await readConfiguration(path));
}

function mayBeAKey(variable: string): boolean {
  return (variable.startsWith("FILLBOOK_") && variable !== "FILLBOOK_DATA") || variable === "DATABASE_URL";
}

/** The cost methods that are configured and that the accounts do not have yet. @param methodOf what an account counts by now */
export function configuredMethods({ methods }: Config, methodOf: (account: string) => CostMethod, nowNs: bigint): EventReport[] {
  const others = [...methods].filter(([account, method]) => methodOf(account) !== method);
  return others.map(([account, method]) => ({ type: "chosen", id: "", timeNs: nowNs, account, method }));
}
