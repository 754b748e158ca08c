import type { TakerFee } from "../../core/market/index.ts";
import type { Instrument, TimeUnit, VenueType } from "../../core/model/index.ts";

/** Digits of the one underlying price of a symbol. */
export const PRICE_DIGITS = 8;
/** Digits in which bots count quantities. */
export const LOT_DIGITS = 6;

export interface SimulatedSymbol {
  readonly symbol: string;
  readonly kind: "spot" | "equity";
  readonly base: string;
  readonly quote: string;
  readonly price: number; // at the start, in units of 10^-8
  readonly restless: number; // deviation of its returns over one second, as a share
  readonly usual: number; // quantity of an ordinary order, in units of 10^-6
}

export interface VenueRules {
  readonly venue: string;
  readonly venueType: VenueType;
  readonly prefix: string; // of its trade ids
  readonly makerPpm: number; // fee in millionths of what is paid; < 0 is a rebate
  readonly takerPpm: number;
  readonly feeDigits: number;
  readonly feeOnReceived: boolean; // charged in what is received: in the base currency of a buy
  readonly halfSpreadPpm: number;
  readonly latencyMs: readonly [low: number, high: number];
  readonly timeUnit: TimeUnit; // of its clock
  readonly bareNumbers: boolean; // its JSON has amounts as numbers, not as texts
  readonly listings: Readonly<Record<string, Listing>>; // by symbol
}

/** How finely a venue trades a symbol. */
export interface Listing {
  readonly priceDigits: number;
  readonly quantityDigits: number;
}

export const SYMBOLS: readonly SimulatedSymbol[] = [
  { symbol: "BTC/USD", kind: "spot", base: "BTC", quote: "USD", price: 6_342_150_000_000, restless: 0.0002, usual: 60_000 },
  { symbol: "ETH/USD", kind: "spot", base: "ETH", quote: "USD", price: 318_450_000_000, restless: 0.00025, usual: 900_000 },
  { symbol: "SOL/USD", kind: "spot", base: "SOL", quote: "USD", price: 14_821_000_000, restless: 0.0004, usual: 18_000_000 },
  { symbol: "DOGE/USD", kind: "spot", base: "DOGE", quote: "USD", price: 12_190_500, restless: 0.0005, usual: 14_000_000_000 },
  { symbol: "ACME", kind: "equity", base: "ACME", quote: "USD", price: 4_218_000_000, restless: 0.0001, usual: 60_000_000 },
];

export const VENUES: readonly VenueRules[] = [
  {
    venue: "northgate", venueType: "cex", prefix: "NG", makerPpm: 800, takerPpm: 1_600, feeDigits: 6, feeOnReceived: false, halfSpreadPpm: 60, latencyMs: [8, 30], timeUnit: "ns", bareNumbers: false,
    listings: { "BTC/USD": { priceDigits: 1, quantityDigits: 8 }, "ETH/USD": { priceDigits: 2, quantityDigits: 8 }, "SOL/USD": { priceDigits: 2, quantityDigits: 6 }, "DOGE/USD": { priceDigits: 6, quantityDigits: 2 } },
  },
  {
    venue: "harbor", venueType: "cex", prefix: "HB", makerPpm: -100, takerPpm: 1_000, feeDigits: 8, feeOnReceived: false, halfSpreadPpm: 90, latencyMs: [40, 120], timeUnit: "ms", bareNumbers: false,
    listings: { "BTC/USD": { priceDigits: 2, quantityDigits: 6 }, "ETH/USD": { priceDigits: 2, quantityDigits: 5 }, "SOL/USD": { priceDigits: 3, quantityDigits: 4 }, "DOGE/USD": { priceDigits: 5, quantityDigits: 0 } },
  },
  {
    venue: "poolswap", venueType: "dex", prefix: "0x", makerPpm: 0, takerPpm: 3_000, feeDigits: 18, feeOnReceived: true, halfSpreadPpm: 20, latencyMs: [400, 2_000], timeUnit: "s", bareNumbers: true,
    listings: { "ETH/USD": { priceDigits: 8, quantityDigits: 18 }, "SOL/USD": { priceDigits: 8, quantityDigits: 9 } },
  },
  {
    venue: "oakstreet", venueType: "broker", prefix: "OAK", makerPpm: 0, takerPpm: 0, feeDigits: 2, feeOnReceived: false, halfSpreadPpm: 250, latencyMs: [80, 400], timeUnit: "us", bareNumbers: true,
    listings: { "BTC/USD": { priceDigits: 2, quantityDigits: 8 }, ACME: { priceDigits: 2, quantityDigits: 0 } },
  },
];

/** What is traded where, as definitions: one a venue and symbol, each with its own digits. */
export function simulatedInstruments(): Instrument[] {
  return VENUES.flatMap(({ venue, listings }) =>
    Object.entries(listings).map(([symbol, { priceDigits, quantityDigits }]): Instrument => {
      const { kind, base, quote } = SYMBOLS.find((of) => of.symbol === symbol)!;
      return { venue, symbol, kind, base, quote, settle: quote, multiplier: { mantissa: 1n, digits: 0 }, inverse: false, priceDigits, quantityDigits };
    }),
  );
}

/** The tier of who trades much. */
export const DESK_TIER = "desk";

/** What the venues ask of a desk: a tenth of their fees. */
export const DESK_VENUES: readonly VenueRules[] = VENUES.map((rules) => ({ ...rules, makerPpm: rules.makerPpm / 10, takerPpm: rules.takerPpm / 10 }));

/** What the venues charge who takes: in general what fills in them pay, in the tier of desks a tenth of it. */
export function simulatedTakerFees(): TakerFee[] {
  const fromUs = Number.NEGATIVE_INFINITY;
  return VENUES.flatMap(({ venue, takerPpm }) => [{ venue, fromUs, rate: { mantissa: BigInt(takerPpm), digits: 6 } }, { venue, tier: DESK_TIER, fromUs, rate: { mantissa: BigInt(takerPpm), digits: 7 } }]);
}
