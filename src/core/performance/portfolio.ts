import { sum, type Numbers } from "../num/index.ts";
import { estimate, type Estimate } from "./estimate.ts";

/** Why a portfolio's return differs from its benchmark's, a figure a group; they add up to the active return. */
export interface BrinsonAttribution {
  readonly allocation: readonly number[]; // of holding more or less of a group
  readonly selection: readonly number[]; // of what was held within it
  readonly interaction: readonly number[]; // of both together
  readonly activeReturn: number;
}

/**
 * Brinson attribution of one period: weights and returns of each group, of the portfolio and of the benchmark.
 * brinson_hood_beebower: allocation = (wp − wb)·rb; brinson_fachler: (wp − wb)·(rb − Rb), with Rb the benchmark's own return.
 * @see Brinson, Hood & Beebower (1986), Financial Analysts Journal 42(4), 39–44; Brinson & Fachler (1985), J. Portfolio Management 11(3), 73–76
 * @example brinson([0.5, 0.5], [0.1, 0], [1, 0], [0.05, 0], "brinson_fachler").activeReturn // => 0
 */
export function brinson(weights: Numbers, returns: Numbers, benchmarkWeights: Numbers, benchmarkReturns: Numbers, allocation: "brinson_hood_beebower" | "brinson_fachler" = "brinson_hood_beebower"): BrinsonAttribution {
  const of = (figure: (wp: number, rp: number, wb: number, rb: number) => number) => Array.from(weights, (weight, i) => figure(weight, returns[i]!, benchmarkWeights[i]!, benchmarkReturns[i]!));
  const whole = sum(of((_wp, _rp, wb, rb) => wb * rb));
  return {
    allocation: of((wp, _rp, wb, rb) => (wp - wb) * (allocation === "brinson_fachler" ? rb - whole : rb)),
    selection: of((_wp, rp, wb, rb) => wb * (rp - rb)),
    interaction: of((wp, rp, wb, rb) => (wp - wb) * (rp - rb)),
    activeReturn: sum(of((wp, rp) => wp * rp)) - whole,
  };
}

/** What factors explain of a portfolio's returns, a row a period, a column a factor. */
export interface FactorAttribution {
  readonly exposures: readonly (readonly number[])[];
  readonly contributions: readonly (readonly number[])[];
  readonly common: readonly number[]; // what the factors explain of each period
  readonly specific: readonly number[]; // what they do not
  readonly tilt: readonly number[]; // by the mean exposure
  readonly timing: readonly number[]; // by exposures that change: common − tilt
}

/**
 * Factor attribution: exposure to a factor is Σ weight × loading of it; contribution is exposure × the factor's return.
 * @param weights period × holding, @param loadings period × holding × factor, @param factorReturns period × factor
 */
export function factorAttribution(returns: readonly number[], weights: readonly (readonly number[])[], loadings: readonly (readonly (readonly number[])[])[], factorReturns: readonly (readonly number[])[]): FactorAttribution {
  const exposures = weights.map((row, t) => factorReturns[t]!.map((_, f) => sum(row.map((weight, s) => weight * loadings[t]![s]![f]!))));
  const contributions = exposures.map((row, t) => row.map((exposure, f) => exposure * factorReturns[t]![f]!));
  const common = contributions.map((row) => sum(row));
  const average = (exposures[0] ?? []).map((_, f) => sum(exposures.map((row) => row[f]!)) / exposures.length);
  const tilt = factorReturns.map((row) => sum(row.map((value, f) => average[f]! * value)));
  return { exposures, contributions, common, specific: returns.map((value, t) => value - common[t]!), tilt, timing: common.map((value, t) => value - tilt[t]!) };
}

/**
 * What weights become by the returns of a period, when nothing is traded. A missing return (NaN) counts as 0.
 * @example driftedWeights([0.5, 0.5], [1, 0]) // => { portfolioReturn: 0.5, weights: [0.6666666666666666, 0.3333333333333333] }
 */
export function driftedWeights(weights: readonly number[], returns: Numbers): { readonly portfolioReturn: number; readonly weights: readonly number[] } {
  const moves = Array.from(returns, (value) => (Number.isNaN(value) ? 0 : value));
  const values = weights.map((weight, i) => weight * (1 + moves[i]!));
  const whole = sum(values);
  return { portfolioReturn: sum(weights.map((weight, i) => weight * moves[i]!)), weights: values.map((value) => value / whole) };
}

/**
 * The worth of positions by group; one that is in no group is left out.
 * @example groupExposure([["A", 5], ["B", -2], ["C", 1]], new Map([["A", "tech"], ["B", "tech"]])) // => [["tech", 3]]
 */
export function groupExposure(positions: Iterable<readonly [symbol: string, value: number]>, groups: ReadonlyMap<string, string>): [group: string, value: number][] {
  const sums = new Map<string, number>();
  for (const [symbol, value] of positions) {
    const group = groups.get(symbol);
    if (group !== undefined) sums.set(group, (sums.get(group) ?? 0) + value);
  }
  return [...sums];
}

/**
 * Turnover of each period: the size of what was traded ÷ the worth of the portfolio, or ÷ the mean of the gross book of this and the period before (0 before the first).
 * @example turnover([50, -50], [100, 200], "portfolio_value") // => [0.5, 0.25]
 * @example turnover([50, -50], [100, 200], "average_gross_book") // => [1, 0.3333333333333333]
 */
export function turnover(traded: readonly number[], worth: readonly number[], by: "portfolio_value" | "average_gross_book"): Estimate[] {
  return traded.map((value, i) => estimate(Math.abs(value) / (by === "portfolio_value" ? worth[i]! : (worth[i]! + (worth[i - 1] ?? 0)) / 2)));
}

/** A round trip: what one trade closed of those before it. */
export interface RoundTrip {
  readonly open: number; // the first trade that it closed, by its place
  readonly close: number;
  readonly pnl: number;
  readonly return: number; // pnl ÷ what was paid for what it closed
  readonly long: boolean;
}

/**
 * Round trips of one symbol's trades, first in, first out. A trade that turns the position around closes and then opens; what stays open is left out.
 * @param amounts bought > 0, sold < 0
 * @example roundTrips([1, -1], [10, 12]) // => [{ open: 0, close: 1, pnl: 2, return: 0.2, long: true }]
 */
export function roundTrips(amounts: readonly number[], prices: readonly number[]): RoundTrip[] {
  const held: { quantity: number; readonly price: number; readonly at: number }[] = [];
  const trips: RoundTrip[] = [];
  amounts.forEach((amount, at) => {
    const price = prices[at]!;
    let left = amount;
    let [pnl, cost] = [0, 0];
    const first = held[0];
    const closes = first !== undefined && left !== 0 && first.quantity > 0 !== left > 0;
    while (left !== 0 && held.length > 0 && held[0]!.quantity > 0 !== left > 0) {
      const lot = held[0]!;
      const side = Math.sign(lot.quantity);
      const units = Math.min(Math.abs(lot.quantity), Math.abs(left));
      pnl += side * units * (price - lot.price);
      cost += units * lot.price;
      lot.quantity -= side * units;
      left += side * units;
      if (lot.quantity === 0) held.shift();
    }
    if (closes) trips.push({ open: first.at, close: at, pnl, return: pnl / cost, long: amount < 0 });
    if (left !== 0) held.push({ quantity: left, price, at });
  });
  return trips;
}
