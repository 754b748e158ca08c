import { normalDensity, normalQuantile, type RepairedCorrelation } from "../num/index.ts";
import { cornishFisherEstimate } from "./cornish-fisher.ts";
import { momentsOf, type Moments } from "./covariance.ts";
import { VAR_CONVENTIONS, type CornishFisherDomain, type Estimate, type Holdings, type VarConventions, type VarMethod } from "./estimate.ts";
import { filteredEstimate, historicalEstimate } from "./historical.ts";
import { monteCarloEstimate } from "./monte-carlo.ts";
import { parametricEstimate, parametricFromMoments } from "./parametric.ts";
import type { ReturnsMatrix } from "./returns.ts";

/** What is asked: exposures as columns of the matrix, in one currency, short < 0. Conventions that are left out are the defaults. */
export interface VarRequest extends Partial<VarConventions> {
  readonly exposures: ArrayLike<number>;
  readonly returns: ReturnsMatrix;
  readonly method: VarMethod;
  readonly positions?: boolean; // standalone and incremental figures of each position, too
  readonly slopes?: boolean; // false: marginal and component figures are left empty; true
  readonly pnl?: Float64Array; // of each row of the matrix, where that is known already: Σ exposure × return
}

/** Why there is no estimate: fewer than two joint returns, or an expansion that is no quantile function in the tail. */
export type NoEstimate = "too_few" | "outside_domain";

/** The risk of a portfolio. Losses are > 0, in the currency of the exposures; `undefined` is unknown, with its reason. */
export interface VarReport {
  readonly method: VarMethod;
  readonly conventions: VarConventions;
  readonly observations: number; // joint returns that were looked at
  readonly var: number | undefined;
  readonly expectedShortfall: number | undefined;
  readonly marginal: readonly number[]; // of each position: VaR for one more unit of exposure; empty where VaR is unknown, or they are not asked for
  readonly component: readonly number[]; // exposure × marginal: adds up to the VaR
  readonly shortfallComponent: readonly number[]; // the same of the expected shortfall
  readonly standalone: readonly (number | undefined)[]; // VaR of the position alone
  readonly standaloneShortfall: readonly (number | undefined)[];
  readonly incremental: readonly (number | undefined)[]; // VaR of all, less the VaR without the position
  readonly scenarioDay: number | undefined; // the UTC day whose loss it is, of historical methods
  readonly repair: RepairedCorrelation["repair"]; // what was done to the correlations; undefined: nothing
  readonly domain: CornishFisherDomain | undefined;
  readonly reason: NoEstimate | undefined;
}

/**
 * VaR and expected shortfall of a portfolio, and each position's part in it.
 * @example portfolioVar({ exposures: [100, -100], returns: matrixOfReturns([[0.01, -0.02, 0.03], [0.01, -0.02, 0.03]]), method: "parametric" }).var // => 0
 */
export function portfolioVar(request: VarRequest): VarReport {
  const { exposures, returns, method } = request;
  const conventions = conventionsOf(request);
  const held = Array.from(exposures).flatMap((exposure, i) => (exposure === 0 ? [] : [i]));
  const problem = problemOf(held.map((i) => returns.columns[i]!), method, wholeRows(returns));
  const estimate = (weights: ArrayLike<number>) => problem.estimate(weights, conventions);
  const weights = Float64Array.from(held, (i) => exposures[i]!);
  const found = held.length === 0 ? undefined : problem.estimate(weights, conventions, request.pnl);
  const reason = held.length === 0 ? undefined : found === undefined ? "too_few" : found.domain?.inTail === false ? "outside_domain" : undefined;
  const known = reason === undefined ? found : undefined;
  const everywhere = <T>(values: readonly T[], none: T) => spread(values, held, exposures.length, none);
  const hasSlopes = reason === undefined && request.slopes !== false;
  const slopes = (of: "var" | "expectedShortfall") => (known === undefined || !hasSlopes ? [] : held.map((_, k) => known[of].slope(k)));
  const marginal = slopes("var");
  const shortfallMarginal = slopes("expectedShortfall");
  const alone = request.positions === true ? held.map((_, k) => problem.alone(k, weights[k]!, conventions)) : [];
  const without = request.positions === true && known !== undefined ? held.map((_, k) => varOf(estimate(weights.with(k, 0)))) : [];
  return {
    method, conventions, observations: problem.observations,
    var: held.length === 0 ? 0 : known?.var.value,
    expectedShortfall: held.length === 0 ? 0 : known?.expectedShortfall.value,
    marginal: hasSlopes ? everywhere(marginal, 0) : [],
    component: hasSlopes ? everywhere(marginal.map((slope, k) => slope * weights[k]!), 0) : [],
    shortfallComponent: hasSlopes ? everywhere(shortfallMarginal.map((slope, k) => slope * weights[k]!), 0) : [],
    standalone: request.positions === true ? everywhere(alone.map((one) => varOf(one)), 0) : [],
    standaloneShortfall: request.positions === true ? everywhere(alone.map((one) => (varOf(one) === undefined ? undefined : one!.expectedShortfall.value)), 0) : [],
    incremental: request.positions === true && known !== undefined ? everywhere(without.map((rest) => (rest === undefined ? undefined : known.var.value - rest)), 0) : [],
    scenarioDay: known?.scenario === undefined ? undefined : returns.days[problem.rows[known.scenario]!],
    repair: known?.repair, domain: found?.domain, reason,
  };
}

/** The conventions of a request, each as given or as by default. */
function conventionsOf({ exposures: _exposures, returns: _returns, method: _method, positions: _positions, slopes: _slopes, pnl: _pnl, ...given }: VarRequest): VarConventions {
  return { ...VAR_CONVENTIONS, ...given };
}

function varOf(estimate: Estimate | undefined): number | undefined {
  return estimate === undefined || estimate.domain?.inTail === false ? undefined : estimate.var.value;
}

function spread<T>(values: readonly T[], held: readonly number[], length: number, none: T): T[] {
  const all = new Array<T>(length).fill(none);
  held.forEach((i, k) => (all[i] = values[k]!));
  return all;
}

/** Everything that does not change while exposures do. */
interface Problem {
  readonly observations: number;
  readonly rows: readonly number[]; // of the matrix, which scenarios stand for
  /** @param pnl of the weights in each row of the matrix, where it is known */
  estimate(weights: ArrayLike<number>, conventions: VarConventions, pnl?: Float64Array): Estimate | undefined;
  alone(position: number, weight: number, conventions: VarConventions): Estimate | undefined;
}

const BY_JOINT_RETURNS = { parametric: parametricEstimate, historical_simulation: historicalEstimate, filtered_historical: filteredEstimate, cornish_fisher: cornishFisherEstimate };

/** @param allRows given, where every column of the matrix has a return in each */
function problemOf(given: readonly Float64Array[], method: VarMethod, allRows: readonly number[] | undefined): Problem {
  const rows = allRows ?? jointRows(given);
  const whole = rows.length === (given[0]?.length ?? 0);
  const columns = whole ? given : given.map((column) => Float64Array.from(rows, (row) => column[row]!));
  const few = { observations: rows.length, rows, estimate: () => undefined, alone: () => undefined };
  if (method === "monte_carlo" || (method === "parametric" && !whole)) return byMoments(given, rows, method);
  if (rows.length < 2) return few;
  const estimator = BY_JOINT_RETURNS[method];
  const by = (exposures: ArrayLike<number>, those: readonly Float64Array[], conventions: VarConventions, known?: Float64Array) => estimator({ exposures, columns: those, length: rows.length, pnl: known } satisfies Holdings, conventions);
  return { observations: rows.length, rows, estimate: (weights, conventions, pnl) => by(weights, columns, conventions, whole ? pnl : undefined), alone: (position, weight, conventions) => by([weight], [columns[position]!], conventions) };
}

function byMoments(columns: readonly Float64Array[], rows: readonly number[], method: "monte_carlo" | "parametric"): Problem {
  const momentsBy = new Map<0 | 1, Moments | undefined>();
  const moments = (ddof: 0 | 1) => {
    if (!momentsBy.has(ddof)) momentsBy.set(ddof, momentsOf(columns, ddof));
    return momentsBy.get(ddof);
  };
  const by = method === "monte_carlo" ? monteCarloEstimate : parametricFromMoments;
  const observations = moments(1)?.observations ?? rows.length;
  return {
    observations, rows,
    estimate: (weights, conventions) => {
      const found = observations < 2 ? undefined : moments(conventions.ddof);
      return found === undefined ? undefined : by(weights, found, conventions);
    },
    alone: (position, weight, conventions) => {
      const found = observations < 2 ? undefined : moments(conventions.ddof);
      return found === undefined ? undefined : by([weight], momentsOfOne(found, position), conventions);
    },
  };
}

function momentsOfOne({ means, deviations, observations }: Moments, position: number): Moments {
  const one = { size: 1, values: Float64Array.of(1) };
  const deviation = deviations[position]!;
  return { means: Float64Array.of(means[position]!), deviations: Float64Array.of(deviation), correlation: { matrix: one, factor: one, repair: undefined }, covariance: { size: 1, values: Float64Array.of(deviation * deviation) }, observations };
}

const rowsOf = new WeakMap<ReturnsMatrix, readonly number[]>();

/** All rows of a matrix in which nothing is missing: that is looked at once, since a matrix stays as it is. */
function wholeRows(returns: ReturnsMatrix): readonly number[] | undefined {
  let rows = rowsOf.get(returns);
  if (rows === undefined) rowsOf.set(returns, (rows = jointRows(returns.columns)));
  return rows.length > 0 && rows.length === returns.columns[0]?.length ? rows : undefined;
}

/** Rows in which every column has a return. */
function jointRows(columns: readonly Float64Array[]): number[] {
  const length = columns[0]?.length ?? 0;
  const rows: number[] = [];
  for (let row = 0; row < length; row += 1) if (columns.every((column) => !Number.isNaN(column[row]!))) rows.push(row);
  return rows;
}

/**
 * The plan's VaR of a position, `|value| × volatility × z`: parametric, with the mean taken as 0.
 * @param value quantity × price; its sign does not count
 * @param volatility deviation of the return over the horizon
 * @example planPositionVar(-10000, 0.02, 0.95).toFixed(4) // => "328.9707"
 */
export function planPositionVar(value: number, volatility: number, confidence: number): number {
  return Math.abs(value) * volatility * normalQuantile(confidence);
}

/**
 * The plan's VaR of a portfolio from values, volatilities and correlations, with one thing mended: values keep their signs, so that a hedge helps.
 * @example planPortfolioVar([100, -100], [0.02, 0.02], [[1, 1], [1, 1]], 0.95) // => 0
 * @example planPortfolioVar([60, 40], [0.02, 0.01], [[1, 0.5], [0.5, 1]], 0.95).toFixed(6) // => "2.372242"
 */
export function planPortfolioVar(values: readonly number[], volatilities: readonly number[], correlation: readonly (readonly number[])[], confidence: number): number {
  const total = values.reduce((sum, value) => sum + Math.abs(value), 0);
  if (total === 0) return 0;
  let variance = 0;
  for (let i = 0; i < values.length; i += 1) {
    for (let j = 0; j < values.length; j += 1) variance += (values[i]! / total) * (values[j]! / total) * correlation[i]![j]! * volatilities[i]! * volatilities[j]!;
  }
  return total * Math.sqrt(Math.max(0, variance)) * normalQuantile(confidence);
}

/**
 * Expected shortfall of a normal loss for each unit of deviation.
 * @example normalShortfall(0.05).toFixed(6) // => "2.062713"
 */
export function normalShortfall(tail: number): number {
  return normalDensity(normalQuantile(tail)) / tail;
}
