import type { Instrument } from "../model/index.ts";
import { multiplyDecimals, type Decimal } from "../num/index.ts";
import { plain } from "./plain.ts";
import type { VenueView } from "./venues.ts";

const BASIS_POINTS = 10_000;

/** What an order on a venue will likely cost and how the venue answers, by what it did so far. Estimates: null where the venue's fills do not tell. */
export interface OrderCost {
  readonly venue: string;
  readonly score: number | null; // 0 to 1
  readonly rank: number; // 1 is the best of the venues that were traded on
  readonly fills: number; // that this rests on
  readonly latencyMs: { readonly p50: number | null; readonly p95: number | null };
  readonly feedUptime: number | null; // 0 to 1
  readonly acceptedShare: number | null; // of its reports
  readonly currency: string; // of what follows: the quote
  readonly slippage: number | null; // > 0 costs
  readonly fees: number | null;
  readonly total: number | null;
}

/**
 * The expected cost of an order: its value in the quote currency times the average slippage and the effective fee rate of its venue's fills.
 * @returns undefined for a venue that nothing is known of
 */
export function orderCost(venues: readonly VenueView[], order: { readonly venue: string; readonly quantity: Decimal; readonly price: Decimal }, { multiplier, inverse, quote }: Instrument): OrderCost | undefined {
  const own = venues.find((one) => one.venue === order.venue);
  if (own === undefined) return undefined;
  const contracts = multiplyDecimals(order.quantity, multiplier);
  const value = Math.abs(plain(inverse ? contracts : multiplyDecimals(contracts, order.price))); // an inverse contract is worth so much of the quote
  const of = (basisPoints: number | null) => (basisPoints === null ? null : (value * basisPoints) / BASIS_POINTS);
  const [slippage, fees] = [of(own.slippageBasisPoints.average), of(own.effectiveFeeBasisPoints)];
  return {
    venue: own.venue, score: own.score, rank: own.rank, fills: own.fills, latencyMs: { p50: own.latencyMs.p50, p95: own.latencyMs.p95 }, feedUptime: own.feedUptime, acceptedShare: own.scoreParts.accepted,
    currency: quote, slippage, fees, total: slippage === null || fees === null ? null : slippage + fees,
  };
}
