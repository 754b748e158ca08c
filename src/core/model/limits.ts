import { formatDecimal, isProblem, readDecimal, type Decimal } from "../num/index.ts";
import { shown } from "./shown.ts";

/** Every limit on risk, as the configuration names it: a sum in the reporting currency, or a fraction of a whole. */
const KINDS = {
  max_position_value: "sum", // of one position
  max_var: "sum", // of one position
  max_portfolio_var: "sum",
  max_drawdown_limit: "fraction", // of the highest equity
  concentration_limit: "fraction", // of the book that one position may be
  max_correlation_risk: "fraction",
} as const;
export type LimitName = keyof typeof KINDS;
export const LIMIT_NAMES = Object.keys(KINDS) as readonly LimitName[];

/** Bounds on risk; one that is missing is not set. */
export type Limits = { readonly [name in LimitName]?: Decimal };

/** Who set limits: fillbook.yaml or its environment, a request, or a row of a file of events. */
export const LIMITED_BY = ["configuration", "request", "event"] as const;
export type LimitedBy = (typeof LIMITED_BY)[number];

/** What a limit may be, for people. */
export function limitForm(name: LimitName): string {
  return KINDS[name] === "sum" ? "an amount like 100000, 0 or more" : "a fraction from 0 to 1, like 0.2 for 20 %";
}

/**
 * Reads one limit; `none` for one that is not set.
 * @example readLimit("max_var", "5000") // => { mantissa: 5000n, digits: 0 }
 * @example readLimit("concentration_limit", "20") // => { why: "\"20\" is not a fraction from 0 to 1, like 0.2 for 20 %" }
 */
export function readLimit(name: LimitName, text: string): Decimal | "none" | { readonly why: string } {
  if (text === "none") return "none";
  const value = readDecimal(text);
  if (isProblem(value)) return { why: value.why };
  const { mantissa, digits } = value;
  if (mantissa < 0n || (KINDS[name] === "fraction" && mantissa > 10n ** BigInt(digits))) return { why: `${shown(text)} is not ${limitForm(name)}` };
  return value;
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

export function sameLimits(a: Limits, b: Limits): boolean {
  return limitsText(a) === limitsText(b);
}
