import { formatDecimal } from "../num/index.ts";
import { LIMIT_NAMES, LIMIT_SCOPES, limitsText, readLimit, type LimitName, type LimitOverrides, type LimitScope, type LimitSet, type ScopedLimits } from "./limits.ts";
import { nameProblem } from "./name.ts";
import { shown } from "./shown.ts";

/** Overrides as plain JSON: scope → name → limit → exact text, or `none`. */
export type PlainOverrides = { readonly [scope in LimitScope]?: Readonly<Record<string, { readonly [name in LimitName]?: string }>> };

/** Overrides as plain JSON: scopes and limits in their order, names in theirs, what says nothing left out. So equal ones read equal. */
export function plainOverrides(overrides: LimitOverrides = {}): PlainOverrides {
  return Object.fromEntries(
    LIMIT_SCOPES.flatMap((scope) => {
      const names = [...(overrides[scope] ?? [])].filter(([, limits]) => LIMIT_NAMES.some((name) => limits[name] !== undefined)).sort(([a], [b]) => (a < b ? -1 : 1));
      return names.length === 0 ? [] : [[scope, Object.fromEntries(names.map(([name, limits]) => [name, plainLimits(limits)]))]];
    }),
  );
}

function plainLimits(limits: ScopedLimits): { readonly [name in LimitName]?: string } {
  return Object.fromEntries(LIMIT_NAMES.flatMap((name) => (limits[name] === undefined ? [] : [[name, limits[name] === "none" ? "none" : formatDecimal(limits[name])]])));
}

/** Overrides as one text; "" where there are none. */
export function overridesText(overrides: LimitOverrides | undefined): string {
  const plain = plainOverrides(overrides);
  return Object.keys(plain).length === 0 ? "" : JSON.stringify(plain);
}

/**
 * Reads overrides out of JSON that was parsed. What is wrong is said with its place.
 * @example readOverrides({ account: { main: { max_var: "-1" } } }) // => { why: "account: main: max_var: \"-1\" is not an amount like 100000, 0 or more" }
 */
export function readOverrides(plain: unknown): LimitOverrides | { readonly why: string } {
  if (!isObject(plain)) return { why: 'is not like {"account": {"main": {"max_var": "100"}}}' };
  const overrides: { [scope in LimitScope]?: ReadonlyMap<string, ScopedLimits> } = {};
  for (const [key, names] of Object.entries(plain)) {
    const scope = LIMIT_SCOPES.find((one) => one === key);
    if (scope === undefined) return { why: `${shown(key)} is none of ${LIMIT_SCOPES.join(", ")}` };
    if (!isObject(names)) return { why: `${scope}: holds limits by name` };
    const read = new Map<string, ScopedLimits>();
    for (const [name, limits] of Object.entries(names)) {
      const unnamed = nameProblem(name);
      if (unnamed !== undefined) return { why: `${scope}: the name ${shown(name)} ${unnamed}` };
      const own = isObject(limits) ? readScoped(limits) : { why: 'holds limits like {"max_var": "100"}' };
      if ("why" in own) return { why: `${scope}: ${name}: ${own.why}` };
      read.set(name, own);
    }
    overrides[scope] = read;
  }
  return overrides;
}

function readScoped(limits: Readonly<Record<string, unknown>>): ScopedLimits | { readonly why: string } {
  const read: { -readonly [name in LimitName]?: ScopedLimits[name] } = {};
  for (const [key, text] of Object.entries(limits)) {
    const name = LIMIT_NAMES.find((one) => one === key);
    if (name === undefined) return { why: `${shown(key)} is no limit: they are ${LIMIT_NAMES.join(", ")}` };
    const value = typeof text === "string" ? readLimit(name, text) : { why: "is no text" };
    if (typeof value === "object" && "why" in value) return { why: `${name}: ${value.why}` };
    read[name] = value;
  }
  return read;
}

function isObject(of: unknown): of is Readonly<Record<string, unknown>> {
  return typeof of === "object" && of !== null && !Array.isArray(of);
}

/** Whether the same limits hold, everywhere. */
export function sameLimits(a: LimitSet, b: LimitSet): boolean {
  return limitsText(a.limits) === limitsText(b.limits) && overridesText(a.overrides) === overridesText(b.overrides);
}

/** New values of limits in the place of common ones: `inherit` lets the common one count again; names and limits that are missing stay as they are. */
export type OverrideChanges = { readonly [scope in LimitScope]?: ReadonlyMap<string, { readonly [name in LimitName]?: ScopedLimits[name] | "inherit" }> };

/** Overrides after changes. */
export function changedOverrides(before: LimitOverrides, changes: OverrideChanges): LimitOverrides {
  const after: { [scope in LimitScope]?: Map<string, ScopedLimits> } = {};
  for (const scope of LIMIT_SCOPES) {
    const names = new Map(before[scope] ?? []);
    for (const [name, limits] of changes[scope] ?? []) {
      const own = { ...names.get(name), ...limits };
      const kept = LIMIT_NAMES.flatMap((limit) => (own[limit] === undefined || own[limit] === "inherit" ? [] : [[limit, own[limit]]]));
      if (kept.length === 0) names.delete(name);
      else names.set(name, Object.fromEntries(kept) as ScopedLimits);
    }
    if (names.size > 0) after[scope] = names;
  }
  return after;
}
