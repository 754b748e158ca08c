import { inferInstrument, type Fill, type Instrument } from "../src/core/model/index.ts";
import { Random } from "./random.ts";

export const ACCOUNTS = ["main", "fund"];
export const VENUES = ["binance", "kraken", "okx"];
export const START_MS = Date.UTC(2024, 0, 1);

const plain = { mantissa: 1n, digits: 0 };
const defined = (symbol: string, of: Partial<Instrument>): Instrument => ({ venue: "", symbol, kind: "perpetual", base: "ETH", quote: "USD", settle: "USD", multiplier: plain, inverse: false, priceDigits: undefined, quantityDigits: undefined, ...of });
export const DEFINITIONS: readonly Instrument[] = [
  defined("PERP", { multiplier: { mantissa: 25n, digits: 1 } }),
  defined("OPTION", { kind: "option", multiplier: { mantissa: 100n, digits: 0 }, priceDigits: 4, quantityDigits: 2 }),
  defined("EURO", { quote: "EUR", settle: "EUR" }),
  defined("COIN", { settle: "ETH", inverse: true, multiplier: { mantissa: 10n, digits: 0 }, priceDigits: 2, quantityDigits: 0 }),
];
/** Of record from the beginning: what fees and totals are converted by. */
export const RATES: Readonly<Record<string, string>> = { "BNB/USD": "300.25", "BNB/EUR": "277.125", "EUR/USD": "1.0825" };

const SIGNALS = 40;
const STRATEGIES = 6;
const PLAIN_SYMBOLS = ["ETH/USD", "BTC/USD", "SOL/USD", "AAPL", "MSFT"];

/** How the amounts of a symbol look. */
interface Style {
  readonly symbol: string;
  readonly quantityDigits: number;
  readonly priceDigits: number;
  readonly price: readonly [least: number, most: number]; // in its digits
}
const STYLES: readonly Style[] = [
  { symbol: "ETH/USD", quantityDigits: 8, priceDigits: 2, price: [150_000, 250_000] },
  { symbol: "BTC/USD", quantityDigits: 8, priceDigits: 2, price: [4_000_000, 7_000_000] },
  { symbol: "SOL/USD", quantityDigits: 3, priceDigits: 4, price: [200_000, 900_000] },
  { symbol: "AAPL", quantityDigits: 0, priceDigits: 2, price: [15_000, 25_000] },
  { symbol: "MSFT", quantityDigits: 4, priceDigits: 6, price: [300_000_000, 400_000_000] },
  { symbol: "PERP", quantityDigits: 2, priceDigits: 3, price: [1_000_000, 3_000_000] },
  { symbol: "OPTION", quantityDigits: 2, priceDigits: 4, price: [1, 90_000] },
  { symbol: "EURO", quantityDigits: 6, priceDigits: 1, price: [500, 900] },
  { symbol: "COIN", quantityDigits: 0, priceDigits: 2, price: [150_000, 250_000] },
];
export const SYMBOLS = STYLES.map(({ symbol }) => symbol);

export function instrumentOf(symbol: string): Instrument {
  return DEFINITIONS.find((one) => one.symbol === symbol) ?? inferInstrument("", symbol, "USD");
}

/** Seeded tagged fills that now and then close what is held exactly, or turn it round; fees in what the symbol settles in or, with `anyFees`, in base and third currencies too. */
export class TaggedStory {
  readonly random: Random;
  readonly #anyFees: boolean;
  readonly #held = new Map<string, bigint>(); // net of account and symbol, in the symbol's digits, as first booked

  constructor(seed: number, anyFees: boolean) {
    this.random = new Random(seed);
    this.#anyFees = anyFees;
  }

  fill(number: number): Fill {
    const { random } = this;
    const style = random.pick(STYLES);
    const account = random.pick(ACCOUNTS);
    const key = `${account} ${style.symbol}`;
    const held = this.#held.get(key) ?? 0n;
    const undoes = held !== 0n && random.chance(0.15);
    const units = BigInt(random.between(1, 10 ** Math.min(4 + style.quantityDigits, 8)));
    const mantissa = undoes ? (random.chance(0.5) ? -held : -2n * held) : random.chance(0.5) ? units : -units;
    this.#held.set(key, held + mantissa);
    return {
      account, venue: random.pick(VENUES), symbol: style.symbol, id: `T${number}`,
      quantity: { mantissa, digits: style.quantityDigits }, price: { mantissa: BigInt(random.between(...style.price)), digits: style.priceDigits },
      ...this.#fee(style.symbol),
      time: { ns: BigInt(START_MS + number * 20) * 1_000_000n, unit: "ms" }, venueType: "cex", liquidity: "taker",
      signalId: random.chance(0.1) ? "" : `s${random.below(SIGNALS)}`, strategy: random.chance(0.1) ? "" : `t${random.below(STRATEGIES)}`,
      ...(random.chance(0.3) ? { arrivalPrice: (random.between(...style.price) / 10 ** style.priceDigits).toFixed(style.priceDigits), latencyMs: `${random.between(1, 400)}` } : {}),
    };
  }

  #fee(symbol: string): Pick<Fill, "fee" | "feeCurrency"> {
    const { random } = this;
    if (random.chance(0.2)) return { fee: { mantissa: 0n, digits: 0 }, feeCurrency: "" };
    const { kind, base, settle, inverse } = instrumentOf(symbol);
    const paid = BigInt(random.between(1, 99_999)) * (random.chance(0.15) ? -1n : 1n);
    if (!this.#anyFees) return { fee: { mantissa: paid, digits: 5 }, feeCurrency: settle };
    if (inverse) return { fee: { mantissa: paid, digits: 8 }, feeCurrency: settle };
    if (kind === "spot" && base !== symbol && PLAIN_SYMBOLS.includes(symbol) && random.chance(0.1)) return { fee: { mantissa: paid, digits: 8 }, feeCurrency: base };
    return { fee: { mantissa: paid, digits: 5 }, feeCurrency: random.chance(0.1) ? "BNB" : settle };
  }
}
