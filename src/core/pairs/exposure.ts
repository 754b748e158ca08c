import { greatestOf, multiplyDecimals, negatedDecimal, zero, type Decimal } from "../num/index.ts";
import type { PairExposure } from "../model/index.ts";
import { figuresOf } from "./figures.ts";
import type { PairState } from "./state.ts";
import { capitalByMarket } from "./view.ts";

const A_CENT: Decimal = { mantissa: 1n, digits: 2 }; // in dollars

/**
 * What a pair stands to lose, as limits look at it, in dollars. Contracts that nothing hedges are exposed until a venue has decided; from then on what is held can lose by the other
 * venue alone, and that is in `divergence`.
 * @param accounts that the pair was filled in
 */
export function exposureOf(pair: PairState, accounts: ReadonlySet<string>): PairExposure {
  const { decided, exposedCostCents, worstCents } = figuresOf(pair);
  return {
    pairId: pair.pairId, accounts,
    unhedged: decided === undefined ? multiplyDecimals(greatestOf(zero, exposedCostCents), A_CENT) : zero,
    divergence: multiplyDecimals(greatestOf(zero, negatedDecimal(worstCents)), A_CENT),
    markets: [...capitalByMarket(pair)].flatMap(([key, cents]) => (cents.mantissa > 0n ? [{ venue: key.slice(0, key.indexOf(" ")), market: key.slice(key.indexOf(" ") + 1), capital: multiplyDecimals(cents, A_CENT) }] : [])),
  };
}
