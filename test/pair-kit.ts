import { isProblem, readDecimal, zero, type Decimal } from "../src/core/num/index.ts";
import {
  PairBook, summaryOf, viewOf, type ArbType, type PairFact, type PairFilled, type PairMarket, type PairPrices, type PairSettled, type PairSide, type PairState, type PairSummary, type PairVenue, type PairVerdict, type PairView,
} from "../src/core/pairs/index.ts";

/** The number of a text, in a test. */
export function dec(text: string): Decimal {
  const value = readDecimal(text);
  if (isProblem(value)) throw new Error(value.why);
  return value;
}

interface FillOptions {
  readonly fee?: string;
  readonly id?: string;
  readonly isFinal?: boolean;
  readonly market?: string;
  readonly gross?: string;
  readonly orderId?: string;
}

/** A pair that is told what happens to it, a second at a time. */
export class ToldPair {
  readonly book = new PairBook();
  readonly pairId: string;
  readonly verdicts: PairVerdict[] = [];
  #n = 0n;

  constructor(pairId = "P") {
    this.pairId = pairId;
  }

  define(arbType: ArbType, ...markets: readonly PairMarket[]): this {
    return this.take({ type: "pair_defined", ...this.head(), arbType, markets });
  }

  buy(venue: PairVenue, side: PairSide, quantity: string, cents: string, options: FillOptions = {}): this {
    return this.take(this.fill("buy", venue, side, quantity, cents, options));
  }

  sell(venue: PairVenue, side: PairSide, quantity: string, cents: string, options: FillOptions = {}): this {
    return this.take(this.fill("sell", venue, side, quantity, cents, options));
  }

  void(venue: PairVenue, id: string): this {
    return this.take({ type: "pair_voided", ...this.head(), fill: { account: "A", venue, market: "m", id }, why: "failed on chain" });
  }

  settle(venue: PairVenue, yesCents: string, { stage = "final", revenue }: { readonly stage?: PairSettled["stage"]; readonly revenue?: string } = {}): this {
    const payout = yesCents === "refund" ? { is: "refund" as const } : { is: "cents" as const, cents: dec(yesCents) };
    return this.take({ type: "pair_settled", ...this.head(), venue, market: "m", stage, payout, revenueCents: revenue === undefined ? undefined : dec(revenue) });
  }

  merge(sets: string): this {
    return this.take({ type: "pair_merged", ...this.head(), venue: "polymarket", market: "m", quantity: dec(sets) });
  }

  split(sets: string): this {
    return this.take({ type: "pair_split", ...this.head(), venue: "polymarket", market: "m", quantity: dec(sets) });
  }

  end(venue: PairVenue): this {
    return this.take({ type: "pair_market_ended", ...this.head(), venue, market: "m" });
  }

  askToClose(): this {
    return this.take({ type: "pair_close_asked", ...this.head(), by: "hand" });
  }

  take(fact: PairFact): this {
    this.verdicts.push(this.book.take(fact));
    return this;
  }

  head(): { readonly pairId: string; readonly id: string; readonly time: { readonly ns: bigint; readonly unit: "s" } } {
    this.#n += 1n;
    return { pairId: this.pairId, id: `${this.#n}`, time: { ns: this.#n * 1_000_000_000n, unit: "s" } };
  }

  fill(action: "buy" | "sell", venue: PairVenue, side: PairSide, quantity: string, cents: string, { fee, id, isFinal = true, market = "m", gross, orderId = "" }: FillOptions): PairFilled {
    const head = this.head();
    return {
      type: "pair_filled", ...head, id: id ?? head.id, account: "A", venue, market, side, action, quantity: dec(quantity), priceCents: dec(cents), grossCents: gross === undefined ? undefined : dec(gross),
      feeCents: fee === undefined ? undefined : dec(fee), feeIsComputed: false, feeShares: zero, role: "taker", isFinal, orderId,
    };
  }

  get state(): PairState {
    const pair = this.book.pair(this.pairId);
    if (pair === undefined) throw new Error("nothing was told");
    return pair;
  }

  view(prices?: PairPrices, nowNs = 0n): PairView {
    return viewOf(this.state, { nowNs, prices, confirmed: this.book.confirmed(this.pairId) });
  }

  summary(prices?: PairPrices): PairSummary {
    return summaryOf(this.book.pairs(), prices);
  }
}
