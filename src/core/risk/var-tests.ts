import { binomialCdf, chiSquareSurvival } from "../num/index.ts";

/** A likelihood-ratio test: small p-values speak against the model. */
export interface LikelihoodTest {
  readonly likelihoodRatio: number; // ≥ 0
  readonly pValue: number;
}

/** `count · ln(probability)`, with 0 · ln 0 = 0. */
function weightedLog(count: number, probability: number): number {
  return count === 0 ? 0 : count * Math.log(probability);
}

/**
 * Kupiec's test of unconditional coverage (1995): whether as many forecasts were breached as should be.
 * @example kupiec(250, 0, 0.01).likelihoodRatio.toFixed(4) // => "5.0252"
 */
export function kupiec(observations: number, exceptions: number, tail: number): LikelihoodTest {
  const logLikelihood = (probability: number) => weightedLog(exceptions, probability) + (observations === exceptions ? 0 : (observations - exceptions) * Math.log1p(-probability));
  const seen = exceptions / observations;
  const likelihoodRatio = Math.max(0, -2 * (logLikelihood(tail) - (seen === 0 || seen === 1 ? 0 : logLikelihood(seen))));
  return { likelihoodRatio, pValue: chiSquareSurvival(likelihoodRatio, 1) };
}

/** How often a day with (1) or without (0) a breach followed one with or without. */
export interface Transitions {
  readonly n00: number;
  readonly n01: number;
  readonly n10: number;
  readonly n11: number;
}

/** @example transitionsOf([0, 1, 1, 0]) // => { n00: 0, n01: 1, n10: 1, n11: 1 } */
export function transitionsOf(hits: ArrayLike<number>): Transitions {
  const counts = [0, 0, 0, 0];
  for (let t = 1; t < hits.length; t += 1) counts[(hits[t - 1]! > 0 ? 2 : 0) + (hits[t]! > 0 ? 1 : 0)]! += 1;
  return { n00: counts[0]!, n01: counts[1]!, n10: counts[2]!, n11: counts[3]! };
}

export interface IndependenceTest extends LikelihoodTest {
  readonly transitions: Transitions;
  readonly testable: boolean; // false: no breach that another day follows, or nothing but breaches. Then the p-value says nothing
}

/**
 * Christoffersen's test of independence (1998), over T − 1 transitions: whether a breach makes another one the day after likelier.
 * @example christoffersen([0, 0, 1, 1, 0, 0, 0, 1, 0, 0]).likelihoodRatio // => 0
 * @example christoffersen([0, 0, 0]).testable // => false
 */
export function christoffersen(hits: ArrayLike<number>): IndependenceTest {
  const transitions = transitionsOf(hits);
  const { n00, n01, n10, n11 } = transitions;
  const testable = n10 + n11 > 0 && n00 + n01 > 0;
  const share = (part: number, rest: number) => (part + rest === 0 ? 0 : part / (part + rest));
  const [all, after0, after1] = [share(n01 + n11, n00 + n10), share(n01, n00), share(n11, n10)];
  const equal = weightedLog(n00 + n10, 1 - all) + weightedLog(n01 + n11, all);
  const different = weightedLog(n00, 1 - after0) + weightedLog(n01, after0) + weightedLog(n10, 1 - after1) + weightedLog(n11, after1);
  const likelihoodRatio = Math.max(0, -2 * (equal - different));
  return { likelihoodRatio, pValue: chiSquareSurvival(likelihoodRatio, 1), transitions, testable };
}

/**
 * The most breaches whose cumulative probability is still below each level.
 * @example trafficLightBounds([0.95, 0.9999], 250, 0.01) // => [4, 9]
 */
export function trafficLightBounds(levels: readonly number[], observations: number, tail: number): number[] {
  return levels.map((level) => {
    let low = 0; // by bisection: the distribution function grows
    let high = observations;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (binomialCdf(middle, observations, tail) < level) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  });
}

export type BaselZone = "green" | "yellow" | "red";

/**
 * The Basel Committee's zone (1996): green while so many breaches or more come in 5 % of cases of a right model, red from 0.01 % on.
 * @example [4, 5, 10].map((exceptions) => baselZone(exceptions, 250, 0.01)) // => ["green", "yellow", "red"]
 */
export function baselZone(exceptions: number, observations: number, tail: number): BaselZone {
  const [green, yellow] = trafficLightBounds([0.95, 0.9999], observations, tail) as [number, number];
  return exceptions <= green ? "green" : exceptions <= yellow ? "yellow" : "red";
}

const PLUS_FACTORS = [0, 0, 0, 0, 0, 0.4, 0.5, 0.65, 0.75, 0.85];

/**
 * What Basel adds to the multiplier of capital for breaches in 250 days at 99 %.
 * @example [4, 5, 12].map(baselPlusFactor) // => [0, 0.4, 1]
 */
export function baselPlusFactor(exceptions: number): number {
  return PLUS_FACTORS[exceptions] ?? 1;
}

/** How breaches come in bunches. */
export interface Clustering {
  readonly consecutivePairs: number;
  readonly maxInWindow: number; // in any window of the given length, those at the end of the row included
  readonly meanGap: number | undefined; // days between one breach and the next; undefined for fewer than two
  readonly minGap: number | undefined;
}

/** @example clusteringOf([1, 1, 0, 0, 1], 3) // => { consecutivePairs: 1, maxInWindow: 2, meanGap: 2, minGap: 1 } */
export function clusteringOf(hits: ArrayLike<number>, window: number): Clustering {
  const at = Array.from(hits).flatMap((hit, t) => (hit > 0 ? [t] : []));
  const gaps = at.slice(1).map((t, i) => t - at[i]!);
  let maxInWindow = 0;
  for (let first = 0, last = 0; last < at.length; last += 1) {
    while (at[last]! - at[first]! >= window) first += 1;
    maxInWindow = Math.max(maxInWindow, last - first + 1);
  }
  return {
    consecutivePairs: gaps.filter((gap) => gap === 1).length, maxInWindow,
    meanGap: gaps.length === 0 ? undefined : gaps.reduce((total, gap) => total + gap, 0) / gaps.length,
    minGap: gaps.length === 0 ? undefined : Math.min(...gaps),
  };
}
