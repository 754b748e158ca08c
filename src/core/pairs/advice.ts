import { addDecimals, compareDecimals, formatDecimal, subtractDecimals, zero, type Decimal } from "../num/index.ts";
import type { PairSide, PairVenue } from "./fact.ts";
import { figuresOf } from "./figures.ts";
import { fullPayout } from "./leg.ts";
import { take, type PairLevel } from "./prices.ts";
import type { PairState } from "./state.ts";

/** What could be traded now on one venue, best first, and what it would cost in fees. */
export interface Venue {
  readonly venue: PairVenue;
  readonly levels: readonly PairLevel[];
  readonly feeOf?: ((level: PairLevel) => Decimal) | undefined; // cents
}

/** One way out, as JSON. */
export interface WayOut {
  readonly venue: PairVenue;
  readonly cashCents: string; // paid to complete, received to unwind; before fees
  readonly feesCents: string;
  readonly guaranteedTotalCents: string; // of the pair, realized P&L included, once it is done
  readonly changeCents: string; // against leaving it as it is
}

/** What to do about the part of a pair that is not hedged. */
export interface Advice {
  readonly unhedgedSide: PairSide;
  readonly unhedgedQuantity: string;
  readonly asItIs: { readonly guaranteedTotalCents: string; readonly worstWithDivergenceCents: string };
  readonly complete: WayOut | null; // buy the other side; null: no venue offers enough
  readonly unwind: WayOut | null; // sell what is not hedged; null: no venue takes enough
  readonly better: "complete" | "unwind" | null; // the one that guarantees more; the same: unwind, for it ends the exposure now
}

/**
 * Complete or unwind: what a one-sided pair is sure of after either, at the prices given.
 * @param asks of the side that is missing, by venue
 * @param bids for the side that there is too much of, by venue
 * @returns undefined where nothing is unhedged, or a venue has decided already
 */
export function adviceFor(pair: PairState, asks: readonly Venue[], bids: readonly Venue[]): Advice | undefined {
  const figures = figuresOf(pair);
  const { unhedgedSide, unhedgedQuantity } = figures;
  const isDecided = pair.results.some(({ settled }) => settled?.stage === "final");
  if (unhedgedSide === undefined || pair.status === "closed" || isDecided) return undefined;
  const realized = subtractDecimals(figures.realizedCents, figures.nettedCents);
  const now = addDecimals(figures.guaranteedCents, realized);
  const missing = unhedgedSide === "yes" ? figures.noQuantity : figures.yesQuantity;
  const spent = subtractDecimals(realized, figures.costCents);
  // once complete every outcome pays 100 for each contract of the greater side; once unwound, of the smaller
  const complete = bestOf(asks, unhedgedQuantity, now, (cents, fees) => subtractDecimals(addDecimals(spent, fullPayout(addDecimals(missing, unhedgedQuantity))), addDecimals(cents, fees)));
  const held = bids.filter(({ venue }) => compareDecimals(heldAt(pair, venue, unhedgedSide), unhedgedQuantity) >= 0);
  const unwind = bestOf(held, unhedgedQuantity, now, (cents, fees) => addDecimals(addDecimals(spent, fullPayout(missing)), subtractDecimals(cents, fees)));
  return {
    unhedgedSide, unhedgedQuantity: formatDecimal(unhedgedQuantity),
    asItIs: { guaranteedTotalCents: formatDecimal(now), worstWithDivergenceCents: formatDecimal(figures.worstCents) },
    complete: complete?.way ?? null, unwind: unwind?.way ?? null,
    better: complete === undefined ? (unwind && "unwind") ?? null : unwind === undefined || compareDecimals(complete.total, unwind.total) > 0 ? "complete" : "unwind",
  };
}

function heldAt({ legs }: PairState, venue: PairVenue, side: PairSide): Decimal {
  return legs.filter((leg) => leg.venue === venue && leg.side === side).map((leg) => leg.open.quantity).reduce(addDecimals, zero);
}

function bestOf(venues: readonly Venue[], quantity: Decimal, now: Decimal, totalOf: (cents: Decimal, fees: Decimal) => Decimal): { readonly total: Decimal; readonly way: WayOut } | undefined {
  const ways = venues.flatMap(({ venue, levels, feeOf }) => {
    const { cents, feesCents, missing } = take(levels, quantity, feeOf);
    if (missing.mantissa > 0n) return [];
    const total = totalOf(cents, feesCents);
    return [{ total, way: { venue, cashCents: formatDecimal(cents), feesCents: formatDecimal(feesCents), guaranteedTotalCents: formatDecimal(total), changeCents: formatDecimal(subtractDecimals(total, now)) } }];
  });
  return ways.reduce<(typeof ways)[number] | undefined>((best, way) => (best === undefined || compareDecimals(way.total, best.total) > 0 ? way : best), undefined);
}
