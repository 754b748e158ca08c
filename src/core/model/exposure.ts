import type { Decimal } from "../num/index.ts";

/** What one position stands to gain or lose, as risk is told it: exact, in the reporting currency. */
export interface Exposure {
  readonly account: string;
  readonly symbol: string;
  readonly settle: string; // currency it settles in
  readonly value: Decimal | undefined; // signed: what it gains when the price doubles; undefined: no fresh mark, or no rate
  readonly pnl: Decimal | undefined; // net: realized + unrealized − fees + funding
  readonly venues: readonly VenueExposure[];
}
/** What one pair of a prediction market stands to lose: exact, in dollars, ≥ 0. */
export interface PairExposure {
  readonly pairId: string;
  readonly accounts: ReadonlySet<string>; // that it was filled in
  readonly unhedged: Decimal; // cost, fees included, of contracts that no contract of the other side answers; 0 once a venue has decided
  readonly divergence: Decimal; // lost when every market ends as is worst: both sides may lose
  readonly markets: readonly MarketCapital[];
}
/** What is paid for what is held of a market, fees included. */
export interface MarketCapital {
  readonly venue: string;
  readonly market: string;
  readonly capital: Decimal; // dollars, ≥ 0
}
/** The part of a position on one venue. */
export interface VenueExposure {
  readonly venue: string;
  readonly value: Decimal | undefined; // signed
  readonly heldThere: Decimal | undefined; // lost if the venue fails: assets it keeps at their mark, what contracts have gained and it still owes; ≥ 0
}
