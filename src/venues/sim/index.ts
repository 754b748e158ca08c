export { SimulatedMarket, simulatedBots, type FollowedVenue, type MarketOptions } from "./market.ts";
export { DESK_TIER, DESK_VENUES, simulatedInstruments, simulatedTakerFees } from "./catalog.ts";
export { simulatedPast } from "./past.ts";
export { simulatedHistory } from "./history.ts";
export { FAULTLESS, type Faults } from "./faults.ts";
export { Booking, type Booked, type Books } from "./booking.ts";
export { FAULTLESS_LADDERS, type LadderFaults } from "./ladders.ts";
export { PairQuotes, simulatedPairs } from "./pairs.ts";
