import { addDecimals, formatDecimal, type Decimal } from "../num/index.ts";
import { limitFor, type LimitName, type LimitSet, type LimitSubject } from "../model/index.ts";

/** Of ten, as doubles, as far as they are exact. */
const POWERS = Array.from({ length: 23 }, (_, digits) => Number(`1e${digits}`));

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
export function checkEstimate(figure: Figure, limit: Decimal | undefined, warningLevel: number): Check {
  return estimateBeside(figure, boundOf(limit), warningLevel);
}

function estimateBeside({ value, reason }: Figure, { number: bound }: Bound, warningLevel: number): Check {
  if (value === null) return { value, limit: bound, breach: bound === null ? false : null, utilization: null, warning: false, reason };
  return { value, limit: bound, ...judged(value, bound, bound !== null && value > bound, warningLevel) };
}

/**
 * Holds an exact amount against a limit: to the last digit.
 * @example checkAmount({ value: { mantissa: 150000n, digits: 0 } }, { mantissa: 100000n, digits: 0 }, 0.8) // => { value: "150000", limit: "100000", breach: true, utilization: 1.5, warning: false }
 */
export function checkAmount(sum: Sum, limit: Decimal | undefined, warningLevel: number): Check {
  return amountBeside(sum, boundOf(limit), warningLevel);
}

function amountBeside({ value, reason }: Sum, { limit, number, text: bound }: Bound, warningLevel: number): Check {
  if (value === undefined) return { value: null, limit: bound, breach: bound === null ? false : null, utilization: null, warning: false, reason };
  const isOver = limit !== undefined && addDecimals(value, { ...limit, mantissa: -limit.mantissa }).mantissa > 0n;
  return { value: formatDecimal(value), limit: bound, ...judged(numberOf(value), number, isOver, warningLevel) };
}

function judged(value: number, limit: number | null, breach: boolean, warningLevel: number): Pick<Check, "breach" | "utilization" | "warning"> {
  if (limit === null) return { breach: false, utilization: null, warning: false };
  return { breach, utilization: limit === 0 ? null : value / limit, warning: !breach && value >= limit * warningLevel && value > 0 };
}

/** A limit in the forms that checks need; null where none is set. */
interface Bound {
  readonly limit: Decimal | undefined;
  readonly number: number | null;
  readonly text: string | null;
}

function boundOf(limit: Decimal | undefined): Bound {
  return limit === undefined ? { limit, number: null, text: null } : { limit, number: numberOf(limit), text: formatDecimal(limit) };
}

/** What a limit set says of one thing: each check by its name, and the level that warns. */
export class Judge {
  readonly #limits: LimitSet;
  readonly #isCommon: boolean; // nothing has limits of its own
  readonly #bounds = new Map<LimitName, Bound>(); // the last of each name
  readonly judgements: Judgement[] = [];

  constructor(limits: LimitSet) {
    this.#limits = limits;
    this.#isCommon = Object.keys(limits.overrides ?? {}).length === 0;
  }

  /** Checks a figure, and keeps what came out. */
  check(name: LimitName, of: { readonly scope: string; readonly account: string; readonly subject: LimitSubject }, figure: { readonly estimate: Figure } | { readonly amount: Sum }): Check {
    const check = this.silently(name, of, figure);
    this.judgements.push({ limit: name, scope: of.scope, account: of.account, check });
    return check;
  }

  /** Checks a figure to show it. */
  silently(name: LimitName, of: { readonly subject: LimitSubject }, figure: { readonly estimate: Figure } | { readonly amount: Sum }): Check {
    const bound = this.#bound(name, of.subject);
    const warningLevel = this.#bound("warning_level", of.subject).number ?? Number.POSITIVE_INFINITY;
    return "estimate" in figure ? estimateBeside(figure.estimate, bound, warningLevel) : amountBeside(figure.amount, bound, warningLevel);
  }

  #bound(name: LimitName, subject: LimitSubject): Bound {
    const known = this.#bounds.get(name);
    if (this.#isCommon && known !== undefined) return known;
    const limit = limitFor(this.#limits, name, subject);
    if (known !== undefined && known.limit === limit) return known;
    const bound = boundOf(limit);
    this.#bounds.set(name, bound);
    return bound;
  }
}

/** The nearest double: below 2^53 and with 22 decimals at most both numbers are exact, and one division rounds once. */
export function numberOf(value: Decimal): number {
  const small = Number(value.mantissa);
  return Number.isSafeInteger(small) && value.digits < POWERS.length ? small / POWERS[value.digits]! : Number(formatDecimal(value));
}
