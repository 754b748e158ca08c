import { assert, dot, multiply, normalDensity, normalQuantile, plainSums, select, sum, tailRank, WeightedSums, type SquareMatrix } from "../num/index.ts";
import { addScaled } from "./estimate.ts";
import { momentsOf } from "./covariance.ts";
import type { ReturnsMatrix } from "./returns.ts";
import { tailProbability } from "./tail.ts";

/** Losses > 0, in the currency of the exposures. */
export interface RiskFigures {
  readonly var: number;
  readonly expectedShortfall: number;
}

/**
 * The risk of a book whose exposures change one by one. It keeps the P&L of every past day (a change costs O(T)) and, where asked for, Σw (O(N)), so that
 * nothing is computed anew but the figure itself; only other prices need another one of these. All columns must be whole.
 */
export class PortfolioRisk {
  readonly #columns: readonly Float64Array[];
  readonly #days: Int32Array;
  readonly #means: Float64Array;
  readonly #covariance: SquareMatrix | undefined;
  readonly #exposures: Float64Array;
  readonly #products: Float64Array; // Σw
  readonly #pnl: Float64Array;
  readonly #scratch: Float64Array;
  #mean = 0;
  #sums: { readonly whole: WeightedSums | undefined } | undefined; // made when all is first computed anew

  /** @param options.covariances whether `parametric` and `componentsOfVariance` will be asked for: the matrix is built once, O(N²·T) */
  constructor(returns: ReturnsMatrix, options: { readonly covariances?: boolean } = {}) {
    const size = returns.columns.length;
    const length = returns.days.length;
    assert(returns.columns.every((column) => !column.some(Number.isNaN)), "returns are joint: listwise");
    assert(length >= 2, "there are two joint returns at least");
    this.#columns = returns.columns;
    this.#days = returns.days;
    this.#means = Float64Array.from(returns.columns, (column) => sum(column) / length);
    this.#covariance = options.covariances === true ? momentsOf(returns.columns)!.covariance : undefined;
    this.#exposures = new Float64Array(size);
    this.#products = new Float64Array(size);
    this.#pnl = new Float64Array(length);
    this.#scratch = new Float64Array(length);
  }

  /** Exposures as they were set, one for each column; 0 at first. */
  get exposures(): Readonly<Float64Array> {
    return this.#exposures;
  }

  /** Sets the exposure of one position (short < 0). */
  setExposure(position: number, exposure: number): void {
    const change = exposure - this.#exposures[position]!;
    if (change === 0) return;
    this.#exposures[position] = exposure;
    this.#mean += change * this.#means[position]!;
    addScaled(this.#pnl, change, this.#columns[position]!);
    if (this.#covariance === undefined) return;
    const { size, values } = this.#covariance;
    const products = this.#products;
    const from = position * size;
    for (let j = 0; j < size; j += 1) products[j]! += change * values[from + j]!;
  }

  /** Computes all that is kept from the exposures, as if they had been set for the first time. */
  rebuild(): void {
    this.#sums ??= { whole: WeightedSums.over(this.#columns, this.#pnl.length) };
    if (this.#sums.whole === undefined) plainSums(this.#pnl, this.#exposures, this.#columns);
    else this.#sums.whole.into(this.#pnl, this.#exposures);
    this.#mean = dot(this.#means, this.#exposures);
    if (this.#covariance !== undefined) this.#products.set(multiply(this.#covariance, this.#exposures));
  }

  /** Historical simulation: the order statistic, and the fractional shortfall beyond it. */
  historical(confidence: number, horizonDays = 1): RiskFigures {
    const scratch = this.#scratch;
    scratch.set(this.#pnl);
    const mass = tailProbability(confidence) * scratch.length;
    const rank = tailRank(scratch.length, tailProbability(confidence));
    const bound = select(scratch, rank); // the worse ones stand before it now
    let worse = 0;
    for (let i = 0; i < rank - 1; i += 1) worse += scratch[i]!;
    const shortfall = mass < 1 ? bound : (worse + (mass - (rank - 1)) * bound) / mass;
    const root = Math.sqrt(horizonDays);
    return { var: 0 - root * bound, expectedShortfall: 0 - root * shortfall };
  }

  /** The UTC day whose loss the historical VaR is; of equal ones the earliest. */
  historicalDay(confidence: number): number {
    const bound = 0 - this.historical(confidence).var;
    return this.#days[this.#pnl.indexOf(bound)]!;
  }

  /** Each position's part of the historical VaR: what it lost on that day. They add up to it. */
  historicalComponents(confidence: number): Float64Array {
    const row = this.#pnl.indexOf(0 - this.historical(confidence).var);
    return this.#exposures.map((exposure, i) => 0 - exposure * this.#columns[i]![row]!);
  }

  /** Parametric, with the mean: from Σw. */
  parametric(confidence: number, horizonDays = 1): RiskFigures {
    const tail = tailProbability(confidence);
    const z = -normalQuantile(tail);
    const spread = this.deviation() * Math.sqrt(horizonDays);
    const mean = this.#mean * horizonDays;
    return { var: z * spread - mean, expectedShortfall: (normalDensity(z) / tail) * spread - mean };
  }

  /** Each position's part of the parametric VaR. They add up to it. */
  parametricComponents(confidence: number, horizonDays = 1): Float64Array {
    const spread = this.deviation();
    const factor = spread > 0 ? (-normalQuantile(tailProbability(confidence)) * Math.sqrt(horizonDays)) / spread : 0;
    return this.#exposures.map((exposure, i) => exposure * (factor * this.#products[i]! - horizonDays * this.#means[i]!));
  }

  /** Deviation of one day's P&L, √(wᵀΣw). */
  deviation(): number {
    assert(this.#covariance !== undefined, "covariances were asked for");
    return Math.sqrt(Math.max(0, dot(this.#products, this.#exposures)));
  }
}
