import type { CurveReturn } from "./curve.ts";

const DAY_NS = 86_400_000_000_000n;

/** Closes of a benchmark by UTC day (days since 1970), oldest first. */
export interface BenchmarkPrices {
  readonly symbol: string;
  readonly days: ArrayLike<number>;
  readonly closes: ArrayLike<number>;
}

/** Returns beside what the benchmark made over the very same intervals. */
export interface BenchmarkJoin {
  readonly symbol: string;
  readonly returns: readonly number[];
  readonly benchmark: readonly number[];
  readonly dropped: { readonly noPriceAtStart: number; readonly noPriceAtEnd: number }; // intervals without a close of the benchmark on that day
}

/**
 * Joins on the interval of each return: the benchmark must have a close on the day it begins after, and on the day it ends. Nothing is filled.
 * An interval that begins within a day has no close where it begins.
 */
export function joinBenchmark(returns: readonly CurveReturn[], { symbol, days, closes }: BenchmarkPrices): BenchmarkJoin {
  const closeOf = new Map(Array.from(days, (day, i) => [day, closes[i]!]));
  const joined: { own: number; other: number }[] = [];
  let [noPriceAtStart, noPriceAtEnd] = [0, 0];
  for (const { fromNs, toNs, value } of returns) {
    const [from, to] = [endsDay(fromNs) ? closeOf.get(dayOf(fromNs)) : undefined, closeOf.get(dayOf(toNs))];
    if (from === undefined || !(from > 0)) noPriceAtStart += 1;
    else if (to === undefined) noPriceAtEnd += 1;
    else joined.push({ own: value, other: to / from - 1 });
  }
  return { symbol, returns: joined.map(({ own }) => own), benchmark: joined.map(({ other }) => other), dropped: { noPriceAtStart, noPriceAtEnd } };
}

/** Whether a moment is the last of its UTC day. */
export function endsDay(ns: bigint): boolean {
  return (ns + 1n) % DAY_NS === 0n;
}

/** Days since 1970, UTC. */
export function dayOf(ns: bigint): number {
  return Number((ns - (((ns % DAY_NS) + DAY_NS) % DAY_NS)) / DAY_NS);
}
