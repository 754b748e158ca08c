import { formatScaled } from "../../core/num/index.ts";
import { type Fill, type Mark, type VenueType } from "../../core/model/index.ts";
import { Random } from "./random.ts";

interface Symbol {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly priceDigits: number;
  readonly quantityDigits: number;
  readonly mostUnits: number; // of one trade, in units of the last quantity digit
  price: number; // in units of the last price digit
}
interface Venue {
  readonly venue: string;
  readonly venueType: VenueType;
  readonly feeBasisPoints: number;
  readonly repeats: number; // share of fills that it reports twice
}

/** What happened since the last look. */
export interface Trading {
  readonly fills: readonly Fill[];
  readonly marks: readonly Mark[];
}

const VENUES: readonly Venue[] = [
  { venue: "kraken", venueType: "cex", feeBasisPoints: 16, repeats: 0.02 },
  { venue: "coinbase", venueType: "cex", feeBasisPoints: 25, repeats: 0 },
  { venue: "uniswap", venueType: "dex", feeBasisPoints: 30, repeats: 0.05 },
];
const STRATEGIES = ["maker", "momentum", "rebalance"];

/**
 * Made-up venues that quote one random walk a symbol, and bots that trade on them. Seeded: the same seed trades the same.
 * Some venues report a fill twice, as real ones do.
 */
export class SimulatedMarket {
  readonly #random: Random;
  readonly #symbols: Symbol[] = [
    { symbol: "BTC/USD", base: "BTC", quote: "USD", priceDigits: 1, quantityDigits: 8, mostUnits: 25_000_000, price: 634_215 },
    { symbol: "ETH/USD", base: "ETH", quote: "USD", priceDigits: 2, quantityDigits: 8, mostUnits: 400_000_000, price: 318_450 },
    { symbol: "SOL/USD", base: "SOL", quote: "USD", priceDigits: 3, quantityDigits: 6, mostUnits: 80_000_000, price: 148_210 },
    { symbol: "DOGE/USD", base: "DOGE", quote: "USD", priceDigits: 6, quantityDigits: 2, mostUnits: 900_000, price: 121_905 },
  ];
  #trades = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** Lets `count` trades happen at `timeNs` and moves the prices. */
  trade(count: number, timeNs: bigint): Trading {
    const fills: Fill[] = [];
    for (let i = 0; i < count; i += 1) {
      const { fill, venue } = this.#fill(timeNs + BigInt(i));
      fills.push(fill);
      if (this.#random.next() < venue.repeats) fills.push(fill);
    }
    const marks = this.#symbols.map((of): Mark => ({ venue: "", symbol: of.symbol, price: formatScaled(BigInt(of.price), of.priceDigits), timeNs }));
    return { fills, marks };
  }

  #fill(ns: bigint): { fill: Fill; venue: Venue } {
    const random = this.#random;
    const of = random.pick(this.#symbols);
    const venue = random.pick(VENUES);
    of.price = Math.max(1, of.price + Math.round(of.price * (random.next() - 0.499) * 0.0008));
    const price = of.price + random.integer(-3, 3);
    const units = random.integer(1, of.mostUnits);
    const feeUnits = Math.floor((units * price * venue.feeBasisPoints) / 10_000 / 10 ** (of.priceDigits + of.quantityDigits - 4)); // in 0.0001 of the quote
    this.#trades += 1;
    return {
      venue,
      fill: {
        account: "demo",
        venue: venue.venue,
        symbol: of.symbol,
        id: `${venue.venue}-${this.#trades}`,
        quantity: { mantissa: BigInt(random.next() < 0.5 ? units : -units), digits: of.quantityDigits },
        price: { mantissa: BigInt(price), digits: of.priceDigits },
        fee: { mantissa: BigInt(feeUnits), digits: 4 },
        feeCurrency: of.quote,
        time: { ns, unit: "ns" },
        venueType: venue.venueType,
        liquidity: random.pick(["maker", "taker"]),
        strategy: random.pick(STRATEGIES),
        signalId: "",
      },
    };
  }
}
