import { brinson } from "./portfolio.ts";

/** One period of a portfolio and its benchmark, a figure a segment. */
export interface BrinsonPeriod {
  readonly weights: readonly number[]; // worth of what was held at the beginning ÷ what was at work; short < 0
  readonly contributions: readonly number[]; // P&L of the period ÷ what was at work
  readonly benchmarkWeights: readonly number[];
  readonly benchmarkReturns: readonly number[]; // 0 where the weight is
  readonly cash: number; // what no segment brought, such as a rate on capital in another currency, ÷ what was at work
}

/** Why a segment made a difference. */
export interface BrinsonEffects {
  readonly allocation: number; // held more or less of it than the benchmark; all of it where the benchmark has none
  readonly selection: number; // what was held within it
  readonly interaction: number; // both together
  readonly trading: number; // made within periods that began without it
}
export interface LinkedBrinson {
  readonly segments: readonly BrinsonEffects[];
  readonly cash: number;
  readonly portfolioReturn: number; // compounded
  readonly benchmarkReturn: number;
  readonly activeReturn: number; // their difference: all effects and `cash` add up to it
}

/**
 * Brinson attribution of many periods (Brinson, Hood & Beebower): each one's effects times ln-coefficients, so that they add up to the difference of the compounded returns.
 * A segment that the benchmark has nothing of is allocation; one that a period began without is −weight × return of allocation, and `trading`.
 * @returns undefined for no period, or after a loss of everything
 * @see Cariño (1999), Combining attribution effects over time, Journal of Performance Measurement 3(4), 5–14
 * @example linkedBrinson([{ weights: [0.5], contributions: [0.05], benchmarkWeights: [1], benchmarkReturns: [0.05], cash: 0 }])?.activeReturn // => 0
 */
export function linkedBrinson(periods: readonly BrinsonPeriod[]): LinkedBrinson | undefined {
  let [own, other] = [1, 1];
  const each = periods.map((period) => {
    const portfolio = period.contributions.reduce((sum, one) => sum + one, period.cash);
    const benchmark = period.benchmarkWeights.reduce((sum, weight, i) => sum + weight * period.benchmarkReturns[i]!, 0);
    own *= 1 + portfolio;
    other *= 1 + benchmark;
    return { period, portfolio, benchmark };
  });
  if (each.length === 0 || !each.every(({ portfolio, benchmark }) => portfolio > -1 && benchmark > -1)) return undefined;
  const whole = coefficient(own - 1, other - 1);
  const segments = periods[0]!.weights.map(() => ({ allocation: 0, selection: 0, interaction: 0, trading: 0 }));
  let cash = 0;
  for (const { period, portfolio, benchmark } of each) {
    const factor = coefficient(portfolio, benchmark) / whole;
    cash += factor * period.cash;
    for (const [i, sums] of segments.entries()) {
      const effects = effectsOf(period, i);
      sums.allocation += factor * effects.allocation;
      sums.selection += factor * effects.selection;
      sums.interaction += factor * effects.interaction;
      sums.trading += factor * effects.trading;
    }
  }
  return { segments, cash, portfolioReturn: own - 1, benchmarkReturn: other - 1, activeReturn: own - other };
}

function effectsOf({ weights, contributions, benchmarkWeights, benchmarkReturns }: BrinsonPeriod, i: number): BrinsonEffects {
  const [weight, contribution, benchmarkWeight, benchmarkReturn] = [weights[i]!, contributions[i]!, benchmarkWeights[i]!, benchmarkReturns[i]!];
  if (weight === 0) return { allocation: -benchmarkWeight * benchmarkReturn, selection: 0, interaction: 0, trading: contribution };
  if (benchmarkWeight === 0) return { allocation: contribution, selection: 0, interaction: 0, trading: 0 };
  const { allocation, selection, interaction } = brinson([weight], [contribution / weight], [benchmarkWeight], [benchmarkReturn]);
  return { allocation: allocation[0]!, selection: selection[0]!, interaction: interaction[0]!, trading: 0 };
}

/** (ln(1 + a) − ln(1 + b)) ÷ (a − b), and its limit where both are equal. */
function coefficient(a: number, b: number): number {
  return Math.abs(a - b) < 1e-12 ? 1 / (1 + b) : (Math.log1p(a) - Math.log1p(b)) / (a - b);
}
