import type { Decimal } from "../../core/num/index.ts";
import type { LadderMessage, Level } from "../../core/market/index.ts";
import { LOT_DIGITS, PRICE_DIGITS, SYMBOLS, type Listing, type SimulatedSymbol, type VenueRules } from "./catalog.ts";
import type { Random } from "./random.ts";
import type { Quote } from "./venue.ts";

/** How the ladders of a venue misbehave: shares of all its messages about them, 0 never, 1 always. */
export interface LadderFaults {
  readonly gap: number; // never comes; a snapshot follows within a second or two
  readonly crossed: number; // shows a bid above the best ask for a moment
  readonly stall: number; // the line holds everything back for some seconds
}

/** Ladders that never fail. */
export const FAULTLESS_LADDERS: LadderFaults = { gap: 0, crossed: 0, stall: 0 };
/** As the demo shows it: each happens now and then. */
export const DEMO_LADDER_FAULTS: LadderFaults = { gap: 0.000_5, crossed: 0.001, stall: 0.000_2 };

const DEPTH = 15;
/** Share of steps in which a ladder changes, and of its levels that then do. */
const CHANGES = 0.35;
const RENEWED = 0.12;
const SNAPSHOT_EVERY = 600; // messages
const MS = 1_000_000n;
const STALL_MS = [2_000, 8_000] as const;
const MEND_MS = [500, 2_000] as const;

interface UnderWay {
  readonly dueNs: bigint;
  readonly message: LadderMessage;
}

/**
 * The ladder of one symbol on one made-up venue, as its feed tells it: a snapshot, then updates numbered one by one, late by
 * the venue's latency. Seeded: the same seed and quotes, the same messages.
 */
export class SimulatedLadder {
  readonly #rules: VenueRules;
  readonly #of: SimulatedSymbol;
  readonly #listing: Listing;
  readonly #faults: LadderFaults;
  readonly #random: Random;
  readonly #bids = new Map<number, number>(); // price in ticks → quantity in lots
  readonly #asks = new Map<number, number>();
  readonly #underWay: UnderWay[] = [];
  #sequence = 0;
  #sinceSnapshot = Number.POSITIVE_INFINITY;
  #mendNs: bigint | undefined; // when to send a snapshot after a loss
  #stalledToNs = 0n;
  #crossedAt: number | undefined; // a bid that should not be there

  constructor(rules: VenueRules, symbol: string, faults: LadderFaults, random: Random) {
    this.#rules = rules;
    this.#of = SYMBOLS.find((one) => one.symbol === symbol)!;
    this.#listing = rules.listings[symbol]!;
    this.#faults = faults;
    this.#random = random;
  }

  /** Lets the venue's quote move the ladder; the messages that have come by now, in their order. */
  advance(quote: Quote, nowNs: bigint): LadderMessage[] {
    const isDue = this.#sinceSnapshot >= SNAPSHOT_EVERY || (this.#mendNs !== undefined && nowNs >= this.#mendNs);
    const before = { bids: new Map(this.#bids), asks: new Map(this.#asks) };
    if (isDue || this.#crossedAt !== undefined || this.#random.chance(CHANGES)) {
      this.#move(quote);
      if (isDue) this.#say("snapshot", { bids: this.#bids, asks: this.#asks }, nowNs);
      else this.#say("update", { bids: changed(before.bids, this.#bids), asks: changed(before.asks, this.#asks) }, nowNs);
    }
    const come = this.#underWay.findIndex(({ dueNs }) => dueNs > nowNs);
    return this.#underWay.splice(0, come < 0 ? this.#underWay.length : come).map(({ message }) => message);
  }

  #move({ bid, ask }: Quote): void {
    const tick = 10 ** (PRICE_DIGITS - this.#listing.priceDigits);
    const [best, worst] = [Math.round(bid / tick), Math.round(ask / tick)];
    const step = Math.max(1, Math.round((worst - best) / 2));
    if (this.#crossedAt !== undefined) this.#bids.delete(this.#crossedAt);
    this.#crossedAt = undefined;
    this.#fill(this.#bids, Array.from({ length: DEPTH }, (_, rank) => Math.max(1, best - rank * step)));
    this.#fill(this.#asks, Array.from({ length: DEPTH }, (_, rank) => worst + rank * step));
    if (!this.#random.chance(this.#faults.crossed)) return;
    this.#crossedAt = worst + step;
    this.#bids.set(this.#crossedAt, this.#lots(0));
  }

  /** Levels beyond the best go, and so do those too far away; the rest stay or are renewed. */
  #fill(side: Map<number, number>, prices: readonly number[]): void {
    const [from, to] = [Math.min(...prices), Math.max(...prices)];
    for (const price of side.keys()) if (price < from || price > to) side.delete(price);
    for (const [rank, price] of prices.entries()) if (side.size < DEPTH ? !side.has(price) : this.#random.chance(RENEWED)) side.set(price, this.#lots(rank));
    if (!side.has(prices[0]!)) side.set(prices[0]!, this.#lots(0));
    for (const price of side.keys()) if (side.size > DEPTH && price !== prices[0]) side.delete(price); // the oldest
  }

  /** More stands further away, as it does on venues. */
  #lots(rank: number): number {
    const units = this.#random.integer(this.#of.usual, this.#of.usual * (4 + rank));
    const digits = Math.min(LOT_DIGITS, this.#listing.quantityDigits);
    return Math.max(1, Math.floor(units / 10 ** (LOT_DIGITS - digits)));
  }

  #say(type: LadderMessage["type"], { bids, asks }: { readonly bids: ReadonlyMap<number, number>; readonly asks: ReadonlyMap<number, number> }, nowNs: bigint): void {
    this.#sequence += 1;
    this.#sinceSnapshot = type === "snapshot" ? 0 : this.#sinceSnapshot + 1;
    if (type === "snapshot") this.#mendNs = undefined;
    else if (this.#random.chance(this.#faults.gap)) {
      this.#mendNs ??= nowNs + BigInt(this.#random.integer(...MEND_MS)) * MS;
      return;
    }
    if (this.#random.chance(this.#faults.stall)) this.#stalledToNs = nowNs + BigInt(this.#random.integer(...STALL_MS)) * MS;
    const [low, high] = this.#rules.latencyMs;
    const arrivesNs = nowNs + BigInt(this.#random.integer(low, high)) * MS;
    const lastNs = this.#underWay.at(-1)?.dueNs ?? 0n;
    const dueNs = [arrivesNs, lastNs, this.#stalledToNs].reduce((latest, ns) => (ns > latest ? ns : latest));
    const message: LadderMessage = {
      type, venue: this.#rules.venue, symbol: this.#of.symbol, timeUs: Number(nowNs / 1_000n), sequence: this.#sequence, bids: this.#levels(bids), asks: this.#levels(asks),
    };
    this.#underWay.push({ dueNs, message });
  }

  #levels(side: ReadonlyMap<number, number>): Level[] {
    const quantityDigits = Math.min(LOT_DIGITS, this.#listing.quantityDigits);
    const amount = (units: number, digits: number): Decimal => ({ mantissa: BigInt(units), digits });
    return [...side].map(([price, lots]) => ({ price: amount(price, this.#listing.priceDigits), quantity: amount(lots, quantityDigits) }));
  }
}

/** What an update says to come from one side to another: gone levels with a quantity of 0. */
function changed(from: ReadonlyMap<number, number>, to: ReadonlyMap<number, number>): Map<number, number> {
  const gone = [...from.keys()].filter((price) => !to.has(price)).map((price) => [price, 0] as const);
  return new Map([...gone, ...[...to].filter(([price, lots]) => from.get(price) !== lots)]);
}
