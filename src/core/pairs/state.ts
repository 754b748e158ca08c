import { zero, type Decimal } from "../num/index.ts";
import type { ArbType, PairMarket, PairSettled, PairVenue } from "./fact.ts";
import { emptyLeg, type Leg } from "./leg.ts";

export type PairStatus = "open" | "closing" | "closed" | "expired";
/** Why the status of a pair changed. */
export type StatusCause = "filled" | "sold" | "netted" | "merged" | "redeemed" | "settled" | "settled_in_part" | "market_ended" | "close_asked" | "close_withdrawn" | "corrected";

export interface StatusChange {
  readonly from: PairStatus;
  readonly to: PairStatus;
  readonly cause: StatusCause;
  readonly timeNs: bigint;
  readonly factId: string;
}

/** Where realized P&L came from, after fees. */
export interface Realized {
  readonly sold: Decimal;
  readonly netted: Decimal; // by Kalshi, YES against NO
  readonly merged: Decimal; // on Polymarket, by hand
  readonly settled: Decimal; // and redeemed
  readonly rebates: Decimal;
}

/** The last word of a venue on a market. */
export interface MarketResult {
  readonly venue: PairVenue;
  readonly market: string;
  readonly isEnded: boolean; // closed for trading, as its venue said
  readonly settled: PairSettled | undefined; // undefined: no result is known
}

/** A pair after its facts. Amounts are in cents. */
export interface PairState {
  readonly pairId: string;
  readonly arbType: ArbType | undefined; // as defined; undefined: told by what was filled
  readonly markets: readonly PairMarket[]; // as defined, or seen in fills, then of the same orientation
  readonly isDefined: boolean;
  readonly legs: readonly Leg[];
  readonly realized: Realized;
  readonly claimableCents: Decimal; // settled on Polymarket, not redeemed yet
  readonly results: readonly MarketResult[];
  readonly isCloseAsked: boolean;
  readonly isUnwinding: boolean; // the last fill was a sale
  readonly status: PairStatus;
  readonly changes: readonly StatusChange[];
  readonly openedAtNs: bigint | undefined; // of the first fill
  readonly lastNs: bigint;
}

export function newPair(pairId: string): PairState {
  return {
    pairId, arbType: undefined, markets: [], isDefined: false, legs: [], realized: { sold: zero, netted: zero, merged: zero, settled: zero, rebates: zero }, claimableCents: zero,
    results: [], isCloseAsked: false, isUnwinding: false, status: "open", changes: [], openedAtNs: undefined, lastNs: 0n,
  };
}

/** The name a fill's market goes by: what it says, or the pair's only market at that venue. */
export function marketNamed(pair: PairState, venue: PairVenue, market: string): string {
  if (market !== "") return market;
  const known = pair.markets.filter((one) => one.venue === venue);
  return known.length === 1 ? known[0]!.market : "";
}

export function legOf(pair: PairState, venue: PairVenue, market: string, side: Leg["venueSide"]): Leg {
  const orientation = pair.markets.find((one) => one.venue === venue && one.market === market)?.orientation ?? "same";
  return pair.legs.find((leg) => leg.venue === venue && leg.market === market && leg.venueSide === side) ?? emptyLeg(venue, market, side, orientation);
}

/** The pair with these legs in place of those they replace; a leg that is new stands where its venue and side belong. */
export function withLegs(pair: PairState, ...legs: readonly Leg[]): PairState {
  const keyOf = ({ venue, market, venueSide }: Leg): string => `${venue} ${market} ${venueSide === "yes" ? 0 : 1}`;
  const changed = new Set(legs.map(keyOf));
  const all = [...pair.legs.filter((leg) => !changed.has(keyOf(leg))), ...legs];
  return { ...pair, legs: all.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) };
}
