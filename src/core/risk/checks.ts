import { addDecimals, formatDecimal, type Decimal } from "../num/index.ts";
import { limitFor, type LimitName, type LimitSet, type LimitSubject } from "../model/index.ts";

/** An estimate, or why there is none. */
export type Figure = { readonly value: number; readonly reason?: undefined } | { readonly value: null; readonly reason: string };
/** An exact amount, or why there is none. */
export type Sum = { readonly value: Decimal; readonly reason?: undefined } | { readonly value: undefined; readonly reason: string };

/** A figure beside its limit. Of an exact sum both are text, of an estimate both are numbers. */
export interface Check {
  readonly value: string | number | null; // null: not known
  readonly limit: string | number | null; // null: none is set
  readonly breach: boolean | null; // value > limit; null: not known; false where there is no limit
  readonly utilization: number | null; // value ÷ limit
  readonly warning: boolean; // not breached, but at `warning_level` of the limit or more
  readonly reason?: string; // why the value is not known
}

/** A check of something, by the names of the limit and of what it is of. */
export interface Judgement {
  readonly limit: LimitName;
  readonly scope: string; // portfolio, account:A, position:A/SYMBOL, …
  readonly account: string; // whose; "" when it is of several
  readonly check: Check;
}

/**
 * Holds an estimate against a limit.
 * @example checkEstimate({ value: 4500 }, { mantissa: 5000n, digits: 0 }, 0.8) // => { value: 4500, limit: 5000, breach: false, utilization: 0.9, warning: true }
 * @example checkEstimate({ value: null, reason: "no_prices" }, { mantissa: 5n, digits: 0 }, 0.8) // => { value: null, limit: 5, breach: null, utilization: null, warning: false, reason: "no_prices" }
 */
export function checkEstimate({ value, reason }: Figure, limit: Decimal | undefined, warningLevel: number): Check {
  const bound = limit === undefined ? null : numberOf(limit);
  if (value === null) return { value, limit: bound, breach: bound === null ? false : null, utilization: null, warning: false, reason };
  return { value, limit: bound, ...judged(value, bound, bound !== null && value > bound, warningLevel) };
}

/**
 * Holds an exact amount against a limit: to the last digit.
 * @example checkAmount({ value: { mantissa: 150000n, digits: 0 } }, { mantissa: 100000n, digits: 0 }, 0.8) // => { value: "150000", limit: "100000", breach: true, utilization: 1.5, warning: false }
 */
export function checkAmount({ value, reason }: Sum, limit: Decimal | undefined, warningLevel: number): Check {
  const bound = limit === undefined ? null : formatDecimal(limit);
  if (value === undefined) return { value: null, limit: bound, breach: bound === null ? false : null, utilization: null, warning: false, reason };
  const isOver = limit !== undefined && addDecimals(value, { ...limit, mantissa: -limit.mantissa }).mantissa > 0n;
  return { value: formatDecimal(value), limit: bound, ...judged(numberOf(value), limit === undefined ? null : numberOf(limit), isOver, warningLevel) };
}

function judged(value: number, limit: number | null, breach: boolean, warningLevel: number): Pick<Check, "breach" | "utilization" | "warning"> {
  if (limit === null) return { breach: false, utilization: null, warning: false };
  return { breach, utilization: limit === 0 ? null : value / limit, warning: !breach && value >= limit * warningLevel && value > 0 };
}

/** What a limit set says of one thing: each check by its name, and the level that warns. */
export class Judge {
  readonly #limits: LimitSet;
  readonly judgements: Judgement[] = [];

  constructor(limits: LimitSet) {
    this.#limits = limits;
  }

  /** Checks a figure, and keeps what came out. */
  check(name: LimitName, of: { readonly scope: string; readonly account: string; readonly subject: LimitSubject }, figure: { readonly estimate: Figure } | { readonly amount: Sum }): Check {
    const check = this.silently(name, of, figure);
    this.judgements.push({ limit: name, scope: of.scope, account: of.account, check });
    return check;
  }

  /** Checks a figure to show it. */
  silently(name: LimitName, of: { readonly subject: LimitSubject }, figure: { readonly estimate: Figure } | { readonly amount: Sum }): Check {
    const limit = limitFor(this.#limits, name, of.subject);
    const level = limitFor(this.#limits, "warning_level", of.subject);
    const warningLevel = level === undefined ? Number.POSITIVE_INFINITY : numberOf(level);
    return "estimate" in figure ? checkEstimate(figure.estimate, limit, warningLevel) : checkAmount(figure.amount, limit, warningLevel);
  }
}

export function numberOf(value: Decimal): number {
  return Number(formatDecimal(value));
}
