import { nameProblem } from "../../core/model/index.ts";
import { isRefused } from "./kinds.ts";
import { isEach, isKey, KEYS, SPEC, variableOf, type Key, type KeyAt, type Node, type Settings } from "./spec.ts";

/** A text that somebody gave a key, and where. */
export interface Said {
  readonly path: string; // of the key, as in `KEYS`
  readonly name: string | undefined; // that stands for its `*`
  readonly text: string;
  readonly where: string; // fillbook.yaml:3:5, the name of a variable, --port
}
/** Where a value comes from, the strongest first. */
const ORIGINS = ["option", "environment", "file", "default"] as const;
export type Origin = (typeof ORIGINS)[number];

/** The value of one key that counts. */
export interface Setting {
  readonly path: string; // with its name in the place of `*`
  readonly value: string; // as text; a password is masked
  readonly from: Origin;
  readonly where: string | undefined; // undefined for a default
}

/** A value that cannot be used. The message names the place, the key, what is wrong and how to mend it. */
export class BadValue extends Error {
  override readonly name = "BadValue";
}
/** A key that there is not. */
export class UnknownKey extends Error {
  override readonly name = "UnknownKey";
  readonly key: string;
  readonly siblings: readonly string[]; // keys that there are where it stands
  /** @param where the place; undefined where the key says it itself */
  constructor(where: string | undefined, key: string, siblings: readonly string[]) {
    super(`${where === undefined ? "" : `${where}: `}${key}: is no key of the configuration`);
    this.key = key;
    this.siblings = siblings;
  }
}

export interface Resolved {
  readonly settings: Settings;
  readonly effective: readonly Setting[];
}

/** What counts, of all that was said: an option before the environment, before the file, before the default. @throws BadValue */
export function resolve(said: Readonly<Record<Exclude<Origin, "default">, readonly Said[]>>): Resolved {
  const effective: Setting[] = [];
  const chosen = new Map<string, { readonly value: unknown }>(); // by key and name
  const names = new Map<string, Set<string>>(); // by key
  for (const { path, key } of KEYS) {
    const all = ORIGINS.flatMap((from) => (from === "default" ? [] : said[from].filter((one) => one.path === path).map((one) => ({ from, one, value: valueOf(key, one) }))));
    const strongest = new Map<string | undefined, (typeof all)[number]>(); // by name
    for (const each of all) if (!strongest.has(each.one.name)) strongest.set(each.one.name, each);
    const called = path.includes("*") ? [...strongest.keys()] : [undefined];
    for (const name of called) {
      const first = strongest.get(name);
      const text = first?.one.text ?? key.default;
      chosen.set(idOf(path, name), { value: first === undefined ? key.kind.read(text) : first.value });
      effective.push({ path: shownPath(path, name), value: key.masked(text), from: first?.from ?? "default", where: first?.one.where });
    }
    names.set(path, new Set(called.flatMap((name) => name ?? [])));
  }
  const build = (node: Node, parts: readonly string[], name: string | undefined): unknown => {
    if (isKey(node)) return chosen.get(idOf(parts.join("."), name))?.value ?? undefined;
    if (!isEach(node)) return Object.fromEntries(Object.entries(node).map(([part, inner]) => [camelCase(part), build(inner, [...parts, part], name)]));
    const path = [...parts, "*"];
    const all = new Set([...names].flatMap(([of, some]) => (of.startsWith(`${path.join(".")}.`) ? [...some] : [])));
    return new Map([...all].map((one) => [one, build(node.each, path, one)]));
  };
  return { settings: build(SPEC, [], undefined) as Settings, effective };
}

function valueOf(key: Key<unknown>, { text, where, path, name }: Said): unknown {
  const value: unknown = text === "" ? { why: `is empty: write ${key.kind.form}` } : key.kind.read(text);
  if (isRefused(value)) throw new BadValue(`${where}: ${shownPath(path, name)}: ${value.why}`);
  return value;
}

const idOf = (path: string, name: string | undefined): string => (name === undefined ? path : `${path}\u0000${name}`);

export function shownPath(path: string, name: string | undefined): string {
  return name === undefined ? path : path.replace("*", () => name);
}

/** `max_var` → `maxVar` */
function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

const VARIABLES = new Map(KEYS.flatMap((at): [string, KeyAt][] => [variableOf(at.path), ...at.key.variables].map((name) => [name, at])));
const NAMED = KEYS.filter(({ path }) => path.includes("*")).map((at) => ({ at, pattern: new RegExp(`^${variableOf(at.path).replace("NAME", "(.+)")}$`) }));

/**
 * What the environment says. A variable is ours when it is called `FILLBOOK_…` and has `__` between sections, or is a key's own;
 * others of that beginning are none of our business: Kubernetes sets FILLBOOK_PORT for a service called so.
 * @throws UnknownKey, BadValue
 */
export function saidByEnvironment(environment: Readonly<Record<string, string | undefined>>): Said[] {
  const said: Said[] = [];
  for (const [where, text] of Object.entries(environment)) {
    if (text === undefined || !(where.startsWith("FILLBOOK_") || VARIABLES.has(where))) continue;
    const at = VARIABLES.get(where);
    if (at !== undefined && !at.path.includes("*")) said.push({ path: at.path, name: undefined, text, where });
    else if (where.includes("__")) said.push(named(where, text));
  }
  const order = (where: string) => (where.startsWith("FILLBOOK_") ? 0 : 1); // our own names come first
  return said.sort((a, b) => order(a.where) - order(b.where));
}

function named(where: string, text: string): Said {
  for (const { at, pattern } of NAMED) {
    const [, name] = pattern.exec(where) ?? [];
    if (name === undefined) continue;
    const problem = nameProblem(name);
    if (problem !== undefined) throw new BadValue(`${where}: the name in it ${problem}`);
    return { path: at.path, name, text, where };
  }
  throw new UnknownKey(undefined, where, [...VARIABLES.keys()]);
}
