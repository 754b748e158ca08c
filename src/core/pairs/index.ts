export type {
  ArbType, PairCloseAsked, PairConfirmed, PairDefined, PairFact, PairFillAmended, PairFilled, PairFillRef, PairMarket, PairMarketEnded, PairMerged, PairRebated, PairRedeemed, PairSettled, PairSide, PairSplit, PairVenue, PairVoided, Payout,
} from "./fact.ts";
export type { Held, Leg } from "./leg.ts";
export type { MarketResult, PairState, PairStatus, Realized, StatusCause, StatusChange } from "./state.ts";
export { STATUS_CHANGES } from "./status.ts";
export { foldPair } from "./fold.ts";
export { PairBook, type PairVerdict } from "./book.ts";
export type { PairRefusal } from "./refusal.ts";
export { arbTypeOf, figuresOf, NO_WINS, pnlIf, YES_WINS, type Ending, type PairFigures } from "./figures.ts";
export { pricesByMarks, unrealizedAtBids, type PairLevel, type PairPrices } from "./prices.ts";
export { byVenue, capitalByMarket, viewOf, wholeCents, type LegView, type PairView, type PairViewOptions } from "./view.ts";
export { summaryOf, type PairSummary } from "./summary.ts";
export { adviceFor, type Advice, type Venue, type WayOut } from "./advice.ts";
export { bidsOfLadders, pairAdvice, type PairAdvice, type PairQuote, type PairQuotes, type PriceSource } from "./quotes.ts";
export { checkedFees, feeDifferences, scheduleFees, withScheduleFee, type FeeCheck, type FeeDifference, type FeeTerms, type ScheduleFee } from "./fees.ts";
export { readPairedFill, type PairedOptions } from "./paired-row.ts";
export { FACT_COLUMNS, PAIR_COLUMNS, NotOfPairs, type PairColumn, type PairedColumn, type PairedProblem, type PairedTexts, type PairTexts } from "./text-row.ts";
export { pairFactTexts, payoutOf, readPairFact } from "./fact-texts.ts";
export { settlementsOf, type ToldResult } from "./settle.ts";
export { recordPairs, takeBack, type BookedFact, type PairDecision, type PairFees, type PairReport } from "./record.ts";
export { isForeignPair } from "./own.ts";
export { PairTracker, type PairTrackerOptions, type Recorded } from "./tracker.ts";
export type { VenueFill, VenueOrder, VenuePosition, VenueReport, VenueResolution, VenueSettlement } from "./venue-report.ts";
export { VenueReader, type ExactJson } from "./venue-reader.ts";
export { factsOf, settledYesCents, type NotOfAPair } from "./from-venue.ts";
export { reconcile, type Difference, type DifferenceCause, type VenueAccount } from "./reconcile.ts";
export { reconciliation, type Asked, type Reconciliation } from "./reconciliation.ts";
