import { repairedCorrelation, type RepairedCorrelation, type SquareMatrix } from "../num/index.ts";

/** Means, deviations and correlations of several returns, and the covariances that follow. */
export interface Moments {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  readonly correlation: RepairedCorrelation; // a symbol that never varies has correlation 0 with every other
  readonly covariance: SquareMatrix; // of the correlation as repaired
  readonly observations: number; // the fewest that a pair has
}

/**
 * Moments of the columns. Where cells are missing (NaN) each pair is looked at over the days that both have, and what does not fit together
 * is repaired; without missing cells nothing is ever repaired. `undefined` where a pair has not more than `ddof` days.
 */
export function momentsOf(columns: readonly Float64Array[], ddof: 0 | 1 = 1): Moments | undefined {
  const size = columns.length;
  const whole = columns.every((column) => !column.some(Number.isNaN));
  const means = new Float64Array(size);
  const deviations = new Float64Array(size);
  let observations = Infinity;
  for (let i = 0; i < size; i += 1) {
    const of = pairMoments(columns[i]!, columns[i]!, ddof);
    if (of === undefined) return undefined;
    means[i] = of.meanA;
    deviations[i] = Math.sqrt(of.covariance);
    observations = Math.min(observations, of.count);
  }
  const centred = whole ? columns.map((column, i) => column.map((value) => value - means[i]!)) : columns;
  const correlations = { size, values: new Float64Array(size * size) };
  for (let i = 0; i < size; i += 1) {
    correlations.values[i * size + i] = 1;
    for (let j = 0; j < i; j += 1) {
      const value = whole ? correlated(centred[i]!, centred[j]!, (deviations[i]! * deviations[j]!) * (columns[i]!.length - ddof)) : pairCorrelation(columns[i]!, columns[j]!);
      if (value === undefined) return undefined;
      if (!whole) observations = Math.min(observations, pairMoments(columns[i]!, columns[j]!, 0)!.count);
      correlations.values[i * size + j] = value;
      correlations.values[j * size + i] = value;
    }
  }
  const correlation = repairedCorrelation(correlations);
  const covariance = { size, values: correlation.matrix.values.map((value, at) => value * deviations[Math.floor(at / size)]! * deviations[at % size]!) };
  return { means, deviations, correlation, covariance, observations: Number.isFinite(observations) ? observations : 0 };
}

function correlated(a: Float64Array, b: Float64Array, scale: number): number {
  if (!(scale > 0)) return 0;
  let total = 0;
  for (let i = 0; i < a.length; i += 1) total += a[i]! * b[i]!;
  return Math.max(-1, Math.min(1, total / scale));
}

function pairCorrelation(a: Float64Array, b: Float64Array): number | undefined {
  const of = pairMoments(a, b, 0);
  if (of === undefined || of.count < 2) return undefined;
  return of.varianceA > 0 && of.varianceB > 0 ? Math.max(-1, Math.min(1, of.covariance / Math.sqrt(of.varianceA) / Math.sqrt(of.varianceB))) : 0;
}

interface PairMoments {
  readonly count: number;
  readonly meanA: number;
  readonly covariance: number;
  readonly varianceA: number;
  readonly varianceB: number;
}

/** Moments over the days that both have. */
function pairMoments(a: Float64Array, b: Float64Array, ddof: number): PairMoments | undefined {
  let [count, sumA, sumB] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    if (Number.isNaN(a[i]! + b[i]!)) continue;
    count += 1;
    sumA += a[i]!;
    sumB += b[i]!;
  }
  if (count <= ddof) return undefined;
  const [meanA, meanB] = [sumA / count, sumB / count];
  let [both, ofA, ofB] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    if (Number.isNaN(a[i]! + b[i]!)) continue;
    both += (a[i]! - meanA) * (b[i]! - meanB);
    ofA += (a[i]! - meanA) ** 2;
    ofB += (b[i]! - meanB) ** 2;
  }
  return { count, meanA, covariance: both / (count - ddof), varianceA: ofA / (count - ddof), varianceB: ofB / (count - ddof) };
}

/**
 * Covariances of returns with missing cells (NaN), each pair over the days that both have, unrepaired: what other tools show as pairwise-complete.
 */
export function pairwiseCovariance(columns: readonly Float64Array[], ddof: 0 | 1 = 1): SquareMatrix | undefined {
  const size = columns.length;
  const values = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const of = pairMoments(columns[i]!, columns[j]!, ddof);
      if (of === undefined) return undefined;
      values[i * size + j] = of.covariance;
      values[j * size + i] = of.covariance;
    }
  }
  return { size, values };
}
