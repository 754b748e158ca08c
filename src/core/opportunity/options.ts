import type { Decimal } from "../num/index.ts";
import type { ListedLadder, TakerFees, VenueStats } from "../market/index.ts";
import type { OpportunityView } from "./view.ts";

/** What counts as an opportunity, and what is known besides the ladders. */
export interface OpportunityOptions {
  readonly fees: Pick<TakerFees, "rateAt" | "nextChangeUs">; // a venue whose fee is unknown has no opportunities
  readonly maxAgeUs: number; // a ladder that the venue has not spoken of for longer is stale
  readonly minBasisPoints?: Decimal; // every unit taken earns at least so much of its price, after fees; 0 without it
  readonly minNetProfit?: Decimal; // of the whole, in the market's currency; anything above 0 without it
  /** What moving the goods from one venue to the other costs, gas and network fees included; in the market's currency, ≥ 0. Undefined: nobody says it, and an opportunity counts none. */
  readonly transferCost?: (buy: ListedLadder, sell: ListedLadder) => Decimal | undefined;
  /** What is held of a venue's symbol, in units of its base: long > 0, short < 0. */
  readonly held?: (venue: string, symbol: string) => Decimal;
  readonly statsOf?: (venue: string) => VenueStats | undefined;
  /** Standard deviation of a market's return over one second, as a share of its price. */
  readonly deviationPerSecond?: (market: string) => number | undefined;
  /** Told of each opportunity that is over, as it was when it was last seen. */
  readonly onEnded?: (opportunity: OpportunityView) => void;
}
