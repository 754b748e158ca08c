import { assert } from "./assert.ts";
import type { Numbers } from "./statistics.ts";

/** A fall from a peak: indices into the levels. */
export interface Drawdown {
  readonly peak: number; // the last level as high as any before it
  readonly trough: number; // the lowest after it; of equal ones the first
  readonly recovery: number | undefined; // the first level as high as the peak again; undefined: still below
  readonly recovered: boolean;
  readonly money: number; // peak − trough, > 0
  readonly fraction: number | undefined; // of the peak: 0.1 is 10 %; undefined for a peak that is not above 0
  readonly periods: number; // from peak to recovery, or to the last level
  readonly periodsToTrough: number;
}

/**
 * All falls of a row of levels (equity: capital, realized and unrealized), oldest first. A level as high as the peak ends one.
 * @example drawdowns([100, 90, 80, 100, 95]).map(({ peak, trough, recovery, money, fraction }) => [peak, trough, recovery, money, fraction]) // => [[0, 2, 3, 20, 0.2], [3, 4, undefined, 5, 0.05]]
 */
export function drawdowns(levels: Numbers): Drawdown[] {
  const found: Drawdown[] = [];
  let peak = 0;
  let trough: number | undefined;
  const close = (end: number, recovered: boolean) => {
    const money = levels[peak]! - levels[trough!]!;
    found.push({
      peak, trough: trough!, recovery: recovered ? end : undefined, recovered, money,
      fraction: levels[peak]! > 0 ? money / levels[peak]! : undefined, periods: end - peak, periodsToTrough: trough! - peak,
    });
    trough = undefined;
  };
  for (let t = 1; t < levels.length; t += 1) {
    if (levels[t]! >= levels[peak]!) {
      if (trough !== undefined) close(t, true);
      peak = t;
    } else if (trough === undefined || levels[t]! < levels[trough]!) trough = t;
  }
  if (trough !== undefined) close(levels.length - 1, false);
  return found;
}

/**
 * The deepest falls, deepest first. By fraction where all peaks are above 0, by money otherwise.
 * @example worstDrawdowns([100, 90, 100, 50, 120, 119], 2).map(({ fraction }) => fraction) // => [0.5, 0.1]
 */
export function worstDrawdowns(levels: Numbers, most: number, by: "fraction" | "money" = "fraction"): Drawdown[] {
  const all = drawdowns(levels);
  const deep = by === "fraction" && all.every(({ fraction }) => fraction !== undefined) ? (one: Drawdown) => one.fraction! : (one: Drawdown) => one.money;
  return all.sort((a, b) => deep(b) - deep(a)).slice(0, most);
}

/** What drawdowns of a row come to. Losses > 0. */
export interface DrawdownSummary {
  readonly maxMoney: number;
  readonly maxFraction: number | undefined; // undefined where a peak was not above 0, and something was lost from it
  readonly maxPeriods: number; // of the longest, from peak to recovery; an open one counts up to now
  readonly money: number; // below the highest level now
  readonly fraction: number | undefined;
  readonly periods: number; // since that level; 0 when at it
}

/**
 * The largest falls and the present one; `undefined` of no levels.
 * @example drawdownSummary([100, 80, 100, 99]) // => { maxMoney: 20, maxFraction: 0.2, maxPeriods: 2, money: 1, fraction: 0.01, periods: 1 }
 */
export function drawdownSummary(levels: Numbers): DrawdownSummary | undefined {
  if (levels.length === 0) return undefined;
  const all = drawdowns(levels);
  const open = all.at(-1)?.recovered === false ? all.at(-1) : undefined;
  const money = open === undefined ? 0 : levels[open.peak]! - levels[levels.length - 1]!;
  return {
    maxMoney: Math.max(0, ...all.map((one) => one.money)),
    maxFraction: all.every(({ fraction }) => fraction !== undefined) ? Math.max(0, ...all.map(({ fraction }) => fraction!)) : undefined,
    maxPeriods: Math.max(0, ...all.map(({ periods }) => periods)),
    money,
    fraction: open === undefined ? 0 : open.fraction === undefined ? undefined : money / levels[open.peak]!,
    periods: open?.periods ?? 0,
  };
}

export interface LevelOptions {
  readonly compounding?: "geometric" | "arithmetic"; // geometric: products of 1 + r; arithmetic: sums
  readonly initial?: boolean; // whether what was there before the first return stands first: true, or a loss in the first period is not seen
}

/**
 * The levels that returns lead to, from 1 (geometric) or 0 (arithmetic).
 * @example [...levelsOf([0.5, -0.5])] // => [1, 1.5, 0.75]
 */
export function levelsOf(returns: Numbers, { compounding = "geometric", initial = true }: LevelOptions = {}): Float64Array {
  let level = compounding === "geometric" ? 1 : 0;
  const levels = new Float64Array(returns.length + (initial ? 1 : 0));
  if (initial) levels[0] = level;
  for (let t = 0; t < returns.length; t += 1) {
    level = compounding === "geometric" ? level * (1 + returns[t]!) : level + returns[t]!;
    levels[t + (initial ? 1 : 0)] = level;
  }
  return levels;
}

/**
 * How far each level is below the highest so far: a loss > 0, as a fraction of it, or in money.
 * @example [...drawdownSeries([100, 90, 120, 60])] // => [0, 0.1, 0, 0.5]
 * @example [...drawdownSeries([0, -5, 3], "money")] // => [0, 5, 0]
 */
export function drawdownSeries(levels: Numbers, as: "fraction" | "money" = "fraction"): Float64Array {
  const found = new Float64Array(levels.length);
  let peak = -Infinity;
  for (let t = 0; t < levels.length; t += 1) {
    const level = levels[t]!;
    if (level > peak) peak = level;
    assert(as === "money" || peak > 0, "a fraction is of a level above 0");
    found[t] = as === "money" ? peak - level : (peak - level) / peak;
  }
  return found;
}
