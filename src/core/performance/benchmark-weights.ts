import type { Holding } from "../book/index.ts";
import { dayOf, endsDay, type BenchmarkPrices } from "./benchmark-join.ts";
import type { CurveReturn } from "./curve.ts";
import { linkedBrinson, type BrinsonEffects, type BrinsonPeriod } from "./linked-brinson.ts";
import { plain } from "./plain.ts";

/** A symbol's part of a benchmark, and what it is counted with. */
export interface BenchmarkWeight {
  readonly symbol: string;
  readonly weight: number; // 0 … 1, of the whole benchmark, restored each day; 0 only says the segment
  readonly segment: string;
}

/**
 * Why weights are no benchmark; undefined where they are.
 * @example weightsProblem([{ symbol: "AAA", weight: 0.7, segment: "AAA" }, { symbol: "BBB", weight: 0.7, segment: "BBB" }]) // => "the weights add up to 1.4: more than 0 and at most 1 it must be, what is left is cash"
 */
export function weightsProblem(weights: readonly BenchmarkWeight[]): string | undefined {
  const seen = new Set<string>();
  for (const { symbol } of weights) {
    if (seen.has(symbol)) return `${symbol} has two weights`;
    seen.add(symbol);
  }
  const whole = sumOf(weights.map(({ weight }) => weight));
  return whole > 0 && whole <= 1 + 1e-9 ? undefined : `the weights add up to ${whole}: more than 0 and at most 1 it must be, what is left is cash`;
}

/** Why a book's returns differ from those of a benchmark of weights. All effects, with `cash`, add up to `activeReturn`. */
export interface WeightsView {
  readonly portfolioReturn: number | null; // compounded over the intervals that were joined
  readonly benchmarkReturn: number | null;
  readonly activeReturn: number | null;
  readonly cash: number | null; // what no position brought
  readonly intervals: number;
  readonly noPrice: number; // intervals left out: a symbol of the benchmark has no close on the day where they begin or end
  readonly unknown: number; // left out: what a segment held is not known
  readonly missing: readonly string[]; // symbols without a close on such a day
  readonly segments: readonly (BrinsonEffects & { readonly segment: string; readonly benchmarkWeight: number; readonly averageWeight: number | null })[];
  readonly conventions: { readonly allocation: string; readonly linking: string; readonly rebalanced: string };
}

export interface WeightsInput {
  readonly weights: readonly BenchmarkWeight[];
  readonly returns: readonly CurveReturn[];
  readonly closes: (symbol: string) => BenchmarkPrices | undefined;
  readonly holdings: ReadonlyMap<string, readonly Holding[]>; // of each segment, at `ends`
  readonly endsNs: readonly bigint[]; // the ends of all periods, oldest first
}

/** Brinson attribution of a book against benchmark weights, linked over the intervals of its returns. */
export function againstWeights({ weights, returns, closes, holdings, endsNs }: WeightsInput): WeightsView {
  const names = [...new Set([...weights.map(({ segment }) => segment), ...holdings.keys()])].sort();
  const held = weights.filter(({ weight }) => weight > 0);
  const closeOf = new Map(held.map(({ symbol }) => [symbol, closesByDay(closes(symbol))]));
  const place = new Map(endsNs.map((endNs, i) => [endNs, i]));
  const bySegment = new Map<string, BenchmarkWeight[]>(names.map((name) => [name, []]));
  for (const one of held) bySegment.get(one.segment)!.push(one);
  const heldIn = [...bySegment.values()]; // as `names`
  const benchmarkWeights = heldIn.map((own) => sumOf(own.map(({ weight }) => weight)));
  const missing = new Set<string>();
  const periods: BrinsonPeriod[] = [];
  let [noPrice, unknown] = [0, 0];
  for (const one of returns) {
    const moved = new Map(held.map(({ symbol }) => [symbol, moveOf(closeOf.get(symbol)!, one)]));
    const without = held.filter(({ symbol }) => moved.get(symbol) === undefined);
    for (const { symbol } of without) missing.add(symbol);
    const parts = names.map((name) => partOf(holdings.get(name), place, one));
    if (without.length > 0) noPrice += 1;
    else if (parts.some((part) => part === undefined)) unknown += 1;
    else periods.push(periodOf(one, parts as Part[], benchmarkWeights, heldIn.map((own, i) => (benchmarkWeights[i] === 0 ? 0 : sumOf(own.map(({ symbol, weight }) => weight * moved.get(symbol)!)) / benchmarkWeights[i]!))));
  }
  const linked = linkedBrinson(periods);
  return {
    portfolioReturn: linked?.portfolioReturn ?? null, benchmarkReturn: linked?.benchmarkReturn ?? null, activeReturn: linked?.activeReturn ?? null, cash: linked?.cash ?? null,
    intervals: periods.length, noPrice, unknown, missing: [...missing].sort(),
    segments: linked === undefined ? [] : names.map((segment, i) => ({ segment, benchmarkWeight: benchmarkWeights[i]!, averageWeight: sumOf(periods.map((period) => period.weights[i]!)) / periods.length, ...linked.segments[i]! })),
    conventions: { allocation: "brinson_hood_beebower", linking: "carino", rebalanced: "every interval" },
  };
}

interface Part {
  readonly held: number;
  readonly made: number;
}

/** What a segment held as an interval began, and made in it; undefined where not known. */
function partOf(all: readonly Holding[] | undefined, place: ReadonlyMap<bigint, number>, { fromNs, toNs }: CurveReturn): Part | undefined {
  if (all === undefined) return { held: 0, made: 0 };
  const end = all[place.get(toNs)!];
  const begin = place.has(fromNs) ? all[place.get(fromNs)!] : NOTHING; // before the first point there was nothing
  if (begin?.held === undefined || begin.pnl === undefined || end?.pnl === undefined) return undefined;
  return { held: plain(begin.held), made: plain(end.pnl) - plain(begin.pnl) };
}
const NOTHING: Holding = { pnl: { mantissa: 0n, digits: 0 }, held: { mantissa: 0n, digits: 0 } };

function periodOf({ value, equity }: CurveReturn, parts: readonly Part[], benchmarkWeights: readonly number[], benchmarkReturns: readonly number[]): BrinsonPeriod {
  const base = plain(equity) / (1 + value); // what was at work: equity before and what came in
  const contributions = parts.map(({ made }) => made / base);
  return { weights: parts.map(({ held }) => held / base), contributions, benchmarkWeights, benchmarkReturns, cash: value - sumOf(contributions) };
}

function closesByDay(prices: BenchmarkPrices | undefined): ReadonlyMap<number, number> {
  return new Map(prices === undefined ? [] : Array.from(prices.days, (day, i) => [day, prices.closes[i]!]));
}

function moveOf(closes: ReadonlyMap<number, number>, { fromNs, toNs }: CurveReturn): number | undefined {
  const [from, to] = [endsDay(fromNs) ? closes.get(dayOf(fromNs)) : undefined, closes.get(dayOf(toNs))];
  return from === undefined || to === undefined || !(from > 0) ? undefined : to / from - 1;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
