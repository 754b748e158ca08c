import { divideHalfEven, formatScaled, rescale, type Decimal } from "../../core/num/index.ts";
import { floorTo, unitNs, type Fill, type Instant, type Liquidity } from "../../core/model/index.ts";
import { LOT_DIGITS, PRICE_DIGITS, type Listing, type SimulatedSymbol, type VenueRules } from "./catalog.ts";
import { heartbeatPayload, quotePayload, wireText } from "./message.ts";
import type { Random } from "./random.ts";
import type { Priced } from "./underlying.ts";
import { VenueLedger } from "./venue-ledger.ts";

/** What a bot sends: how much to trade, and whose idea it was. */
export interface Order {
  readonly account: string;
  readonly side: "buy" | "sell";
  readonly quantity: number; // in units of 10^-6
  readonly liquidity: Exclude<Liquidity, "">;
  readonly strategy: string;
  readonly signalId: string;
}

/** What a venue bids and asks for one symbol, in units of 10^-8. */
export interface Quote {
  readonly bid: number;
  readonly ask: number;
}

/** How a venue's own view of a price strays from the underlying one, in deviations of half a spread; it returns by itself. */
const STRAY = 0.35;
const RETURN = 0.9;
const MILLION = 1_000_000n;

/** One made-up venue: quotes the underlying prices with its own spread and digits, fills orders, charges its fees. */
export class SimulatedVenue {
  readonly rules: VenueRules;
  readonly ledger: VenueLedger;
  readonly #random: Random;
  readonly #stray = new Map<string, number>(); // by symbol, as a share of the price
  readonly #quotes = new Map<string, Quote>();
  #orders = 0;
  #trades = 0;

  constructor(rules: VenueRules, random: Random, keep: number) {
    this.rules = rules;
    this.#random = random;
    this.ledger = new VenueLedger({ keep, bareNumbers: rules.bareNumbers });
  }

  /** Sets its quote by the underlying price. */
  follow({ of, price }: Priced): void {
    const half = this.rules.halfSpreadPpm / 1e6;
    const stray = (this.#stray.get(of.symbol) ?? 0) * RETURN + this.#random.normal() * half * STRAY;
    this.#stray.set(of.symbol, stray);
    const middle = price * (1 + stray);
    const tick = 10 ** (PRICE_DIGITS - this.rules.listings[of.symbol]!.priceDigits);
    const bid = Math.max(tick, Math.floor((middle * (1 - half)) / tick) * tick);
    this.#quotes.set(of.symbol, { bid, ask: Math.max(bid + tick, Math.ceil((middle * (1 + half)) / tick) * tick) });
  }

  quote(symbol: string): Quote | undefined {
    return this.#quotes.get(symbol);
  }

  /** The middle of each quote. */
  middles(): { readonly symbol: string; readonly price: string }[] {
    return [...this.#quotes].map(([symbol, { bid, ask }]) => ({ symbol, price: exactText((bid + ask) / 2) }));
  }

  /** Fills an order, and returns the messages that say so. */
  fill(symbol: SimulatedSymbol, order: Order, timeNs: bigint): string[] {
    return this.fillsOf(symbol, order, timeNs).map((fill) => this.ledger.trade(fill));
  }

  /** Fills an order in one to three trades at its quote: a maker is met at its own price, a taker pays the spread and sometimes a tick. */
  fillsOf({ symbol, base, quote: quoted }: SimulatedSymbol, order: Order, timeNs: bigint): Fill[] {
    const listing = this.rules.listings[symbol]!;
    const { bid, ask } = this.#quotes.get(symbol)!;
    const atBid = (order.side === "buy") === (order.liquidity === "maker");
    this.#orders += 1;
    const orderId = `${this.rules.prefix}-O${this.#orders}`;
    const arrivalPrice = exactText((bid + ask) / 2);
    return this.#parts(order.quantity).map((part) => {
      const quantity = this.#quantityOf(part, listing);
      const slipped = order.liquidity === "taker" && this.#random.chance(0.3) ? (order.side === "buy" ? 1n : -1n) : 0n;
      const price = { mantissa: rescale(BigInt(atBid ? bid : ask), PRICE_DIGITS, listing.priceDigits) + slipped, digits: listing.priceDigits };
      this.#trades += 1;
      return {
        account: order.account, venue: this.rules.venue, symbol, id: `${this.rules.prefix}-${this.#trades}`,
        quantity: order.side === "buy" ? quantity : { ...quantity, mantissa: -quantity.mantissa },
        price, ...this.#fee(quantity, price, order, base, quoted), time: this.#timeOf(timeNs), venueType: this.rules.venueType, liquidity: order.liquidity,
        strategy: order.strategy, signalId: order.signalId, orderId, arrivalPrice, latencyMs: this.#latencyText(),
      };
    });
  }

  /** Busts or amends one of its recent fills; the message that says so. */
  correct(timeNs: bigint): string | undefined {
    return this.ledger.correct(this.#random, floorTo(timeNs, unitNs(this.rules.timeUnit)));
  }

  /** Its quotes as messages. */
  quoteTexts(timeNs: bigint): string[] {
    return [...this.#quotes].map(([symbol, { bid, ask }]) => wireText(quotePayload(symbol, priceOf(bid), priceOf(ask), this.#timeOf(timeNs)), this.rules.bareNumbers));
  }

  heartbeatText(): string {
    return wireText(heartbeatPayload(this.ledger.last), this.rules.bareNumbers);
  }

  #parts(quantity: number): number[] {
    const count = this.#random.pick([1, 1, 1, 2, 3]);
    const part = Math.max(1, Math.floor(quantity / count));
    return Array.from({ length: count }, (_, i) => (i === 0 ? Math.max(1, quantity - part * (count - 1)) : part));
  }

  /** A quantity in the venue's digits, at least one unit; where it trades finer than bots count, the rest is drawn. */
  #quantityOf(units: number, { quantityDigits }: Listing): Decimal {
    if (quantityDigits <= LOT_DIGITS) return { mantissa: BigInt(Math.max(1, Math.floor(units / 10 ** (LOT_DIGITS - quantityDigits)))), digits: quantityDigits };
    const finer = quantityDigits - LOT_DIGITS;
    return { mantissa: BigInt(units) * 10n ** BigInt(finer) + BigInt(this.#random.integer(0, 10 ** finer - 1)), digits: quantityDigits };
  }

  #fee(quantity: Decimal, price: Decimal, { side, liquidity }: Order, base: string, quoted: string): Pick<Fill, "fee" | "feeCurrency"> {
    const ppm = BigInt(liquidity === "maker" ? this.rules.makerPpm : this.rules.takerPpm);
    const inBase = this.rules.feeOnReceived && side === "buy";
    const paid = inBase ? quantity : { mantissa: quantity.mantissa * price.mantissa, digits: quantity.digits + price.digits };
    const digits = Math.min(this.rules.feeDigits, paid.digits);
    return { fee: { mantissa: divideHalfEven(rescale(paid.mantissa * ppm, paid.digits, digits), MILLION), digits }, feeCurrency: inBase ? base : quoted };
  }

  #timeOf(timeNs: bigint): Instant {
    const unit = this.rules.timeUnit;
    return { ns: floorTo(timeNs, unitNs(unit)), unit };
  }

  #latencyText(): string {
    const [low, high] = this.rules.latencyMs;
    return exactText(this.#random.integer(low * 10, high * 10) * 1e7);
  }
}

function priceOf(units: number): Decimal {
  return { mantissa: BigInt(units), digits: PRICE_DIGITS };
}

/** The text of a count of 10^-8. */
function exactText(units: number): string {
  return formatScaled(BigInt(Math.round(units)), PRICE_DIGITS);
}
