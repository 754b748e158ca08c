import type { EventReport } from "../../core/engine/index.ts";
import { LIMIT_NAMES, type LimitName, type OverrideChanges, type ScopedLimits } from "../../core/model/index.ts";
import type { Decimal } from "../../core/num/index.ts";
import { isLimitPath } from "./kinds.ts";
import type { Configuration } from "./read.ts";

/**
 * The limits that are configured, as they are reported; they are a fact once they say something new. Where there is no file and
 * the environment names no limit, nothing is said of them: a service that is started in another folder loses none.
 */
export function configuredLimits({ file, effective, positionManagement: { riskLimits }, accounts, venues, symbols, strategies }: Configuration, nowNs: bigint): EventReport[] {
  if (file === undefined && effective.every(({ path, from }) => from === "default" || !isLimitPath(path))) return [];
  const changes = Object.fromEntries(LIMIT_NAMES.map((name) => [name, riskLimits[camelCase(name)] ?? ("none" as const)]));
  const overrides: OverrideChanges = { account: ownLimits(accounts), venue: ownLimits(venues), symbol: ownLimits(symbols), strategy: ownLimits(strategies) };
  return [{ type: "limit", id: "", timeNs: nowNs, by: "configuration", changes, overrides, areAll: true }];
}

type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Name;
type Named = ReadonlyMap<string, { readonly riskLimits: { readonly [name in Camel<LimitName>]: Decimal | "none" | undefined } }>;

function ownLimits(named: Named): ReadonlyMap<string, ScopedLimits> {
  return new Map([...named].map(([of, { riskLimits }]) => [of, Object.fromEntries(LIMIT_NAMES.flatMap((name) => (riskLimits[camelCase(name)] === undefined ? [] : [[name, riskLimits[camelCase(name)]]])))]));
}

/** `max_var` → `maxVar` */
function camelCase<Name extends string>(name: Name): Camel<Name> {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as Camel<Name>;
}
