import type { Decimal } from "../num/index.ts";
import type { Instant } from "./time.ts";
import type { Liquidity, VenueType } from "./venue.ts";

/** The same in every copy of a fill. `id` is the venue's own trade id. */
export interface FillIdentity {
  readonly account: string;
  readonly venue: string;
  readonly symbol: string;
  readonly id: string;
}

/** What a fill says beside its money. Texts are kept as they came. */
export interface FillNotes {
  readonly orderId?: string | undefined;
  readonly arrivalPrice?: string | undefined;
  readonly slippage?: string | undefined; // basis points of the arrival price, > 0 costs
  readonly latencyMs?: string | undefined;
  readonly executionScore?: string | undefined; // 0 to 1
}

/** What a venue says happened. Never edited: a correction is another fact. The readable twin of a row of `FillColumns`. */
export interface Fill extends FillIdentity, FillNotes {
  readonly quantity: Decimal; // bought > 0, sold < 0, never 0
  readonly price: Decimal; // any sign
  readonly fee: Decimal; // paid > 0, rebate < 0
  readonly feeCurrency: string; // "" is the quote currency of its instrument
  readonly time: Instant; // stamped by the venue
  readonly venueType: VenueType;
  readonly liquidity: Liquidity;
  readonly strategy: string; // "" for none
  readonly signalId: string;
}
