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
/** The part of a position on one venue. */
export interface VenueExposure {
  readonly venue: string;
  readonly value: Decimal | undefined; // signed
  readonly heldThere: Decimal | undefined; // lost if the venue fails: assets it keeps at their mark, what contracts have gained and it still owes; ≥ 0
}
