import { decimalOf, formatDecimal, isProblem, readDecimal, type Decimal } from "../num/index.ts";
import { shown } from "./shown.ts";

/** A sum in the reporting currency, a fraction of a whole, a number of times, a count. */
type LimitKind = "sum" | "fraction" | "ratio" | "count";

/** Every limit on risk as the configuration names it: what it holds, the check that compares something with it, and what it is where nobody set any. */
const LIMITS = {
  max_position_value: { kind: "sum", check: "position_size", byDefault: "100000" }, // of one position
  max_var: { kind: "sum", check: "var", byDefault: "5000" }, // of one position
  max_portfolio_var: { kind: "sum", check: "portfolio_var", byDefault: "20000" },
  max_drawdown_limit: { kind: "fraction", check: "max_drawdown", byDefault: "0.1" }, // of the highest equity
  concentration_limit: { kind: "fraction", check: "concentration", byDefault: "0.2" }, // of the book that one position may be
  max_correlation_risk: { kind: "fraction", check: "correlation_risk", byDefault: "0.8" },
  max_daily_loss: { kind: "sum", check: "daily_loss", byDefault: "none" }, // since midnight UTC, > 0
  max_order_value: { kind: "sum", check: "order_value", byDefault: "none" }, // of one order
  max_order_rate: { kind: "count", check: "order_rate", byDefault: "none" }, // orders a minute
  max_leverage: { kind: "ratio", check: "leverage", byDefault: "none" }, // gross exposure ÷ equity
  max_gross_exposure: { kind: "sum", check: "gross_exposure", byDefault: "none" },
  max_unhedged_exposure: { kind: "sum", check: "unhedged_exposure", byDefault: "none" }, // cost of all contracts of pairs that are not hedged
  max_divergence_loss: { kind: "sum", check: "divergence_loss", byDefault: "none" }, // of all pairs, each at its worst
  max_pair_capital: { kind: "sum", check: "pair_capital", byDefault: "none" }, // in one market of a venue, of all pairs
  warning_level: { kind: "fraction", check: undefined, byDefault: "0.8" }, // of any limit: from which part of it on a check warns
} as const;
export type LimitName = keyof typeof LIMITS;
export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];

/** What a check compares with a limit. */
export type CheckName = Exclude<(typeof LIMITS)[LimitName]["check"], undefined>;

/** The check that compares something with a limit; undefined for the level that warns. */
export function checkOf(name: LimitName): CheckName | undefined {
  return LIMITS[name].check;
}

/** Bounds on risk; one that is missing is not set. */
export type Limits = { readonly [name in LimitName]?: Decimal };

/** What a limit may be set for, beside all together. */
export const LIMIT_SCOPES = ["account", "venue", "symbol", "strategy"] as const;
export type LimitScope = (typeof LIMIT_SCOPES)[number];

/** Limits of one account, venue, symbol or strategy, in the place of the common ones. `none`: no limit there. */
export type ScopedLimits = { readonly [name in LimitName]?: Decimal | "none" };
/** Limits that hold in the place of the common ones, by scope and name. */
export type LimitOverrides = { readonly [scope in LimitScope]?: ReadonlyMap<string, ScopedLimits> };

/** All limits: the common ones, and those in their place. */
export interface LimitSet {
  readonly limits: Limits;
  readonly overrides?: LimitOverrides | undefined;
}

/** Who set limits: fillbook.yaml or its environment, a request, or a row of a file of events. */
export const LIMITED_BY = ["configuration", "request", "event"] as const;
export type LimitedBy = (typeof LIMITED_BY)[number];

/** The limit where nobody set any, as text. @example defaultLimit("max_var") // => "5000" */
export function defaultLimit(name: LimitName): string {
  return LIMITS[name].byDefault;
}

/** The limits that hold where nobody set any. */
export const DEFAULT_LIMITS: Limits = Object.fromEntries(LIMIT_NAMES.flatMap((name) => (LIMITS[name].byDefault === "none" ? [] : [[name, decimalOf(LIMITS[name].byDefault)]])));

const FORMS: Readonly<Record<LimitKind, string>> = {
  sum: "an amount like 100000, 0 or more",
  fraction: "a fraction from 0 to 1, like 0.2 for 20 %",
  ratio: "a number of times like 2.5, 0 or more",
  count: "a whole number like 600, 0 or more",
};

/** What a limit may be, for people. */
export function limitForm(name: LimitName): string {
  return FORMS[LIMITS[name].kind];
}

/**
 * Reads one limit; `none` for one that is not set.
 * @example readLimit("max_var", "5000") // => { mantissa: 5000n, digits: 0 }
 * @example readLimit("concentration_limit", "20") // => { why: "\"20\" is not a fraction from 0 to 1, like 0.2 for 20 %" }
 * @example readLimit("max_order_rate", "0.5") // => { why: "\"0.5\" is not a whole number like 600, 0 or more" }
 */
export function readLimit(name: LimitName, text: string): Decimal | "none" | { readonly why: string } {
  if (text === "none") return "none";
  const value = readDecimal(text);
  if (isProblem(value)) return { why: value.why };
  const { mantissa, digits } = value;
  const { kind } = LIMITS[name];
  const isWrong = mantissa < 0n || (kind === "fraction" && mantissa > 10n ** BigInt(digits)) || (kind === "count" && digits > 0);
  return isWrong ? { why: `${shown(text)} is not ${limitForm(name)}` } : value;
}

/** What is asked about: "" and undefined are of none. */
export interface LimitSubject {
  readonly account?: string | undefined;
  readonly venue?: string | undefined;
  readonly symbol?: string | undefined;
  readonly strategy?: string | undefined;
}

/**
 * The limit that holds for something: one that was set for its account, venue, symbol or strategy stands in the place of the common
 * one, though it be wider; where several were set, the tightest counts. Undefined: no limit.
 * @example limitFor({ limits: { max_var: { mantissa: 5000n, digits: 0 } } }, "max_var", { account: "main" }) // => { mantissa: 5000n, digits: 0 }
 */
export function limitFor({ limits, overrides = {} }: LimitSet, name: LimitName, subject: LimitSubject = {}): Decimal | undefined {
  let tightest: Decimal | "none" | undefined;
  for (const scope of LIMIT_SCOPES) {
    const own = subject[scope] === undefined ? undefined : overrides[scope]?.get(subject[scope])?.[name];
    if (own === undefined) continue;
    if (tightest === undefined || tightest === "none" || (own !== "none" && isLess(own, tightest))) tightest = own;
  }
  return tightest === undefined ? limits[name] : tightest === "none" ? undefined : tightest;
}

function isLess(a: Decimal, b: Decimal): boolean {
  return a.mantissa * 10n ** BigInt(b.digits) < b.mantissa * 10n ** BigInt(a.digits);
}

/**
 * Limits as one text, in the order of `LIMIT_NAMES`.
 * @example limitsText({ max_var: { mantissa: 5000n, digits: 0 } }) // => "max_var=5000"
 * @example limitsText({}) // => "none"
 */
export function limitsText(limits: Limits): string {
  const parts = LIMIT_NAMES.flatMap((name) => (limits[name] === undefined ? [] : [`${name}=${formatDecimal(limits[name])}`]));
  return parts.length === 0 ? "none" : parts.join(" ");
}

/** Reads what `limitsText` wrote. */
export function readLimits(text: string): Limits | { readonly why: string } {
  const limits: { [name in LimitName]?: Decimal } = {};
  if (text === "none") return limits;
  for (const part of text.split(/\s+/)) {
    const [, key, value] = /^(\w+)=(\S+)$/.exec(part) ?? [];
    const name = LIMIT_NAMES.find((one) => one === key);
    if (name === undefined) return { why: `${shown(part)} is no limit: write NAME=VALUE with spaces between, of ${LIMIT_NAMES.join(", ")}` };
    const read = readLimit(name, value!);
    if (read === "none") continue;
    if ("why" in read) return { why: `${name}: ${read.why}` };
    limits[name] = read;
  }
  return limits;
}
