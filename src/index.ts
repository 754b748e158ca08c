import { Book as CoreBook, type BookOptions as CoreOptions } from "./core/library/index.ts";

export { amount, amounts, price, prices, quantities, quantity } from "./core/library/index.ts";
export type {
  Amount, AmountColumn, Answer, BatchAnswer, Booked, Change, Each, FillArrays, FillChanges, HistoryFilter, Listener, NewEvent, NewFill, NewInstrument, NewLimits, NewMark, NewOrder, NewPairFill, PnlOptions, PositionKey,
  Price, PriceColumn, Quantity, QuantityColumn, Refused, RefusedRow, RiskQuestion, Time,
} from "./core/library/index.ts";
export type { LotView, PnlGroup, PnlKey, PnlView, PnlViewName, PositionFilter, PositionView, RowView } from "./core/book/index.ts";
export type { Attribution, AttributionFigures, AttributionGroup } from "./core/performance/index.ts";
export type { HistoryRow } from "./core/engine/index.ts";
export type { CostMethod, InstrumentKind, Liquidity, VenueType } from "./core/model/index.ts";

/** Returns, ratios, benchmark, trades, execution: pure functions; docs/performance.md. */
export * as performance from "./core/performance/index.ts";
/** Risk of exposures and returns: VaR by every method, drawdown, concentration, stress, backtests. Pure functions; docs/risk.md. */
export * as risk from "./core/risk/index.ts";
/** Means, deviations, quantiles, the normal distribution. */
export * as statistics from "./statistics.ts";

/** How a book counts; all of it may be left out. */
export type BookOptions = Partial<CoreOptions>;

/**
 * The exact position book, in your own process: `const book = new Book()`. Without options it counts in USD and takes the
 * time of this machine; a listener that throws is reported on the console, and harms nothing.
 */
export class Book extends CoreBook {
  constructor(options: BookOptions = {}) {
    super({ now: () => BigInt(Date.now()) * 1_000_000n, onListenerError: (error) => console.error("fillbook: a listener failed:", error), ...given(options) });
  }
}

/** The options that have a value: one that is `undefined` is left out. */
function given(options: BookOptions): BookOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

export { kalshiFee, kalshiOrderFees, kalshiTerms, polymarketFee, polymarketTerms, withOwnSchedules } from "./core/market/index.ts";
export type { AccountGrid, FeeSchedules, KalshiLot, KalshiLotFee, KalshiTerms, MarketFees, PolymarketFee, PolymarketTerms } from "./core/market/index.ts";
export {
  adviceFor, arbTypeOf, byVenue, capitalByMarket, feeDifferences, figuresOf, foldPair, NO_WINS, PairBook, PairTracker, pnlIf, readPairedFill, scheduleFees, summaryOf, viewOf, wholeCents, withScheduleFee, YES_WINS,
} from "./core/pairs/index.ts";
export type {
  Advice, ArbType, Ending, FeeDifference, FeeTerms, LegView, PairFact, PairFees, PairFilled, PairFigures, PairLevel, PairMarket, PairPrices, PairRefusal, PairSide, PairState, PairStatus, PairSummary, PairTrackerOptions, PairVenue, PairVerdict, PairView, Payout, Recorded, ScheduleFee, WayOut,
} from "./core/pairs/index.ts";
export { addDecimals, compareDecimals, divideDecimals, formatDecimal, isProblem, multiplyDecimals, readDecimal, roundDecimal, subtractDecimals, type Decimal, type NumberProblem, type Rounding } from "./core/num/index.ts";
