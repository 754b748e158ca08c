import { mean, sum, type Numbers } from "../num/index.ts";
import { estimate, present, type Estimate } from "./estimate.ts";

const DAY_MS = 86_400_000;

/** The product of 1 + r. Missing returns (NaN) are left out. */
export function growth(returns: Numbers): number {
  let product = 1;
  for (let i = 0; i < returns.length; i += 1) if (!Number.isNaN(returns[i])) product *= 1 + returns[i]!;
  return product;
}

/**
 * What a start became: simple returns, compounded. A missing one (NaN) counts as 0.
 * @param start 0: returns since the beginning; else what that much became
 * @example cumulativeReturns([0.5, -0.5]) // => [0.5, -0.25]
 * @example cumulativeReturns([0.5, -0.5], 100) // => [150, 75]
 */
export function cumulativeReturns(returns: Numbers, start = 0): number[] {
  let product = 1;
  return Array.from(returns, (value) => {
    product *= 1 + (Number.isNaN(value) ? 0 : value);
    return start === 0 ? product - 1 : product * start;
  });
}

/**
 * The compounded return of all periods; missing ones (NaN) are left out. Too few where there is none.
 * @example totalReturn([0.5, -0.5]) // => -0.25
 */
export function totalReturn(returns: Numbers, start = 0): Estimate {
  const values = present(returns);
  if (values.length === 0) return "too_few";
  return estimate(start === 0 ? growth(values) - 1 : growth(values) * start);
}

/**
 * Simple returns of equity or prices, one fewer than these.
 * @example simpleReturns([100, 110, 99]).map((r) => Number(r.toFixed(12))) // => [0.1, -0.1]
 */
export function simpleReturns(equity: Numbers): number[] {
  return Array.from({ length: Math.max(0, equity.length - 1) }, (_, i) => equity[i + 1]! / equity[i]! - 1);
}

/**
 * Returns compounded by group, such as the months of intraday returns, in the order in which the groups first come.
 * @example compoundBy(["jan", "jan", "feb"], [0.5, -0.5, 0.25]) // => [["jan", -0.25], ["feb", 0.25]]
 */
export function compoundBy<Key>(keys: readonly Key[], returns: Numbers): [key: Key, value: number][] {
  const groups = new Map<Key, number>();
  keys.forEach((key, i) => groups.set(key, (groups.get(key) ?? 1) * (1 + returns[i]!)));
  return [...groups].map(([key, product]) => [key, product - 1]);
}

/**
 * A year's return. geometric: Π(1 + r)^(k ÷ n) − 1; mean_compounded: (1 + mean)^k − 1; arithmetic: mean × k.
 * @param count periods that passed, where missing ones (NaN) are to count; else those that are there
 * @example annualReturn([0.01, 0.01], 4, "arithmetic") // => 0.04
 */
export function annualReturn(returns: Numbers, periodsPerYear: number, method: "geometric" | "mean_compounded" | "arithmetic" = "geometric", count?: number): Estimate {
  const values = present(returns);
  const periods = count ?? values.length;
  if (periods === 0 || (method !== "geometric" && values.length === 0)) return "too_few";
  if (method === "geometric") return estimate(growth(values) ** (periodsPerYear / periods) - 1);
  const average = mean(values)!;
  return estimate(method === "arithmetic" ? average * periodsPerYear : (1 + average) ** periodsPerYear - 1);
}

/**
 * The yearly growth between two days, by the calendar: (end ÷ start)^(1 ÷ years) − 1.
 * @param fromMs the days as milliseconds since 1970
 * @param daysPerYear 365.25 where leap years are to even out
 * @example growthRate(100, 121, 0, 2 * 365 * 86_400_000, 365) // => 0.10000000000000009
 */
export function growthRate(start: number, end: number, fromMs: number, toMs: number, daysPerYear: number): Estimate {
  const years = (toMs - fromMs) / DAY_MS / daysPerYear;
  return years > 0 ? estimate((end / start) ** (1 / years) - 1) : "too_few";
}

/**
 * The return of a period that, every time, gives the same end: exp(mean of ln(1 + r)) − 1; of a year where a factor is given.
 * @example geometricMean([0.21, 0]) // => 0.10000000000000009
 */
export function geometricMean(returns: Numbers, periodsPerYear = 1): Estimate {
  const values = present(returns);
  if (values.length === 0) return "too_few";
  return estimate(Math.exp((sum(values.map((value) => Math.log1p(value))) / values.length)) ** periodsPerYear - 1);
}

/**
 * The time-weighted return of a portfolio that money comes into and goes out of: what one unit that stayed in made.
 * @param values worth at the end of each period, the first at the beginning
 * @param flows what came in (> 0) during each of them; start: before the period's gain, so it takes part in it; end: after it
 * @example timeWeightedReturn([100, 220], [0, 100], "start") // => 0.10000000000000009
 * @see CFA Institute, Global Investment Performance Standards (GIPS)
 */
export function timeWeightedReturn(values: Numbers, flows: Numbers, timing: "start" | "end", periodsPerYear?: number): Estimate {
  if (values.length < 2) return "too_few";
  let product = 1;
  for (let i = 1; i < values.length; i += 1) product *= timing === "start" ? values[i]! / (values[i - 1]! + flows[i]!) : (values[i]! - flows[i]!) / values[i - 1]!;
  return estimate((periodsPerYear === undefined ? product : product ** (periodsPerYear / (values.length - 1))) - 1);
}

/** Money put in (> 0) or taken out at a time, in years from any beginning. */
export interface Flow {
  readonly amount: number;
  readonly years: number;
}

const MOST_STEPS = 200;

/**
 * The money-weighted return: the yearly rate at which all that was put in would have grown to what there is at the end. By bisection between
 * −99.9999 % and a millionfold; not applicable where no rate does, or where money was only taken out.
 * @example moneyWeightedReturn([{ amount: 100, years: 0 }, { amount: 100, years: 1 }], 231, 2).toFixed(6) // => "0.100000"
 */
export function moneyWeightedReturn(flows: readonly Flow[], end: number, endYears: number): Estimate {
  const first = flows.find(({ amount }) => amount !== 0);
  if (first === undefined || !(endYears > first.years)) return "too_few";
  const missing = (rate: number): number => sum([-end, ...flows.map(({ amount, years }) => amount * (1 + rate) ** (endYears - years))]);
  let [low, high] = [-0.999999, 1e6];
  const [atLow, atHigh] = [missing(low), missing(high)];
  if (!(atLow * atHigh <= 0)) return "not_applicable";
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (missing(middle) * atLow > 0) low = middle;
    else high = middle;
  }
  return estimate((low + high) / 2);
}
