/**
 * P&L under a scenario: Σ sensitivity × shock. What has no shock does not move.
 * @param sensitivities P&L for one unit of each factor: of a position its exposure, for a shock as a fraction
 * @example stressPnl({ BTC: 1000, ETH: -500 }, { BTC: -0.5 }) // => -500
 */
export function stressPnl(sensitivities: Readonly<Record<string, number>>, shocks: Readonly<Record<string, number>>): number {
  return Object.entries(sensitivities).reduce((pnl, [factor, sensitivity]) => pnl + sensitivity * (Object.hasOwn(shocks, factor) ? shocks[factor]! : 0), 0);
}

/**
 * How many times a scenario may come before the loss reaches a threshold (> 0); `undefined` where it loses nothing.
 * @example reverseStress(-50, 200) // => 4
 */
export function reverseStress(pnl: number, threshold: number): number | undefined {
  return pnl < 0 ? threshold / -pnl : undefined;
}

/** What is saved by holding positions together. */
export interface DiversificationBenefit {
  readonly undiversified: number; // the sum of the losses of each alone
  readonly benefit: number;
  readonly fraction: number | undefined; // of the undiversified; undefined where that is 0
}

/** @example diversificationBenefit([60, 30, 10], 80) // => { undiversified: 100, benefit: 20, fraction: 0.2 } */
export function diversificationBenefit(standalone: readonly number[], together: number): DiversificationBenefit {
  const undiversified = standalone.reduce((whole, loss) => whole + loss, 0);
  return { undiversified, benefit: undiversified - together, fraction: undiversified === 0 ? undefined : (undiversified - together) / undiversified };
}
