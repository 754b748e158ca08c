export { INSTRUMENT_KINDS, incrementDigits, inferInstrument, netKey, type Instrument, type InstrumentKind } from "./instrument.ts";
export { LIQUIDITIES, VENUE_TYPES, type Liquidity, type VenueType } from "./venue.ts";
export { daysInMonth, epochSeconds, formatTime, formatTimeAs, readTime, TIME_UNITS, unitNs, type Instant, type TimeProblem, type TimeUnit } from "./time.ts";
export type { Fill, FillIdentity, FillNotes } from "./fill.ts";
export { Directory, type DirectoryPage, type Route } from "./directory.ts";
export { FillColumns, traitsOf, VENUE_TYPE_SHIFT, type WideFill } from "./columns.ts";
export { encodeUtf8 } from "./utf8.ts";
export { decodeFills, encodedFillsSize, encodeFills } from "./codec.ts";
export type { Block, Fact, Mark, Refusal, Section } from "./fact.ts";
