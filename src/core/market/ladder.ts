import { compareDecimals, formatDecimal, scaled, type Decimal } from "../num/index.ts";
import { checksumOf } from "./checksum.ts";
import type { LadderAnswer, LadderDigits, LadderMessage, Level, Unusable } from "./ladder-message.ts";
import { LadderSide, splitUnits } from "./ladder-side.ts";
import type { LevelStore } from "./level-store.ts";

/** Updates remembered while a ladder waits for its snapshot: a venue answers within seconds. */
const MOST_WAITING = 1_000;
/** Clocks differ by less; a ladder dated further ahead would stay fresh for ever. */
const MOST_AHEAD_US = 10_000_000;
/** No change of a level is so deep. A small integer, not +∞: an object holds it in place, and a double in a box of its own. */
export const UNTOUCHED = 2 ** 30 - 1;

/**
 * Bids and asks of one symbol on one venue, kept by snapshots and updates. What is lost, contradicts itself or is too old
 * makes it unusable, with the reason, until a snapshot mends it: it never shows what may be wrong.
 *
 * Prices are integers of `priceDigits` decimals up to 2^53, quantities of `quantityDigits` decimals up to 9 × 10^30.
 */
export class Ladder {
  readonly venue: string;
  readonly symbol: string;
  readonly bids: LadderSide;
  readonly asks: LadderSide;
  /** The best ranks that changed since somebody who follows this ladder put them back to `UNTOUCHED`. */
  touchedBid = UNTOUCHED;
  touchedAsk = UNTOUCHED;
  /** How deep whoever follows it looks: a change at a deeper rank concerns nobody. `UNTOUCHED`: every change does. */
  reachBid = UNTOUCHED;
  reachAsk = UNTOUCHED;
  #digits: LadderDigits;
  #sequence: number | undefined;
  #timeUs = Number.NEGATIVE_INFINITY;
  #broken: "no_snapshot" | "gap" | "checksum" | undefined = "no_snapshot";
  #depth: number | undefined;
  #waiting: LadderMessage[] = [];

  /** @param store room for its levels, shared with ladders that change beside it */
  constructor(venue: string, symbol: string, digits: LadderDigits = { price: 0, quantity: 0 }, store?: LevelStore) {
    this.bids = new LadderSide(true, store);
    this.asks = new LadderSide(false, store);
    this.venue = venue;
    this.symbol = symbol;
    this.#digits = digits;
  }

  /** Decimals of its prices and quantities: another object whenever they become finer. */
  get digits(): LadderDigits {
    return this.#digits;
  }

  get priceDigits(): number {
    return this.#digits.price;
  }

  get quantityDigits(): number {
    return this.#digits.quantity;
  }

  /** The number of the last message taken; undefined where the venue gives none. */
  get sequence(): number | undefined {
    return this.#sequence;
  }

  /** When the venue last said something of it, microseconds since 1970; -∞ before. */
  get timeUs(): number {
    return this.#timeUs;
  }

  /** Why it cannot be relied on whatever the time: it lacks its snapshot, lost an update, or contradicts itself. */
  get broken(): Unusable | undefined {
    return this.#broken ?? (this.bids.best > this.asks.best ? "crossed" : undefined);
  }

  /** Why it cannot be relied on now; undefined when it can. Bids and asks may meet (locked), but not cross. */
  unusable(nowUs: number, maxAgeUs: number): Unusable | undefined {
    const ageUs = nowUs - this.#timeUs;
    return this.broken ?? (ageUs > maxAgeUs ? "stale" : ageUs < -MOST_AHEAD_US ? "ahead" : undefined);
  }

  /** Whether something changed that concerns who follows it. */
  get isTouched(): boolean {
    return this.touchedBid <= this.reachBid || this.touchedAsk <= this.reachAsk;
  }

  /** Takes what the venue said; all of a message or, when it is refused, nothing of it. */
  take(message: LadderMessage): LadderAnswer {
    const why = message.unread ?? this.#fit(message);
    if (why !== undefined) {
      if (this.#broken === undefined) this.#break("gap"); // what it said is not known
      return { code: "refused", why };
    }
    return message.type === "snapshot" ? this.#restart(message) : this.#update(message);
  }

  /**
   * The short way for a message that changes one level, in the ladder's own units and without an object: as `take` for an
   * update with that level. `low` and `high` as `LadderSide.set` has them.
   * @returns whether the ladder has it; `false`: it was old, or something before it is missing
   */
  change(isBid: boolean, price: number, low: number, high: number, sequence: number, timeUs: number): boolean {
    if (this.#broken !== undefined || (this.#sequence !== undefined && sequence !== this.#sequence + 1)) {
      if (this.#broken === undefined && sequence > this.#sequence!) this.#break("gap");
      return false;
    }
    this.#sequence = sequence;
    this.#timeUs = timeUs;
    if (isBid) {
      const rank = this.bids.set(price, low, high);
      if (rank >= 0 && rank < this.touchedBid) this.touchedBid = rank;
    } else {
      const rank = this.asks.set(price, low, high);
      if (rank >= 0 && rank < this.touchedAsk) this.touchedAsk = rank;
    }
    if (this.#depth !== undefined) this.#trim(this.#depth);
    return true;
  }

  #restart(message: LadderMessage): LadderAnswer {
    const isOlder = message.sequence !== undefined && this.#sequence !== undefined && message.sequence < this.#sequence && message.timeUs <= this.#timeUs;
    if (isOlder && this.#broken === undefined) return { code: "old" }; // one that counts from 1 again is newer by its time
    this.bids.clear();
    this.asks.clear();
    this.#broken = undefined;
    this.#sequence = message.sequence;
    this.touchedBid = 0;
    this.touchedAsk = 0;
    let answer = this.#write(message);
    const waiting = message.sequence === undefined ? [] : this.#waiting; // without a number nobody knows which of them it holds
    this.#waiting = [];
    for (const update of waiting) {
      const next = this.#update(update);
      if (next.code === "gap" || next.code === "mismatch") answer = next;
    }
    return answer;
  }

  #update(message: LadderMessage): LadderAnswer {
    if (this.#broken !== undefined) {
      if (this.#waiting.length >= MOST_WAITING) this.#waiting.shift();
      this.#waiting.push(message);
      return { code: "waiting" };
    }
    const last = this.#sequence;
    if (last !== undefined && message.sequence !== undefined) {
      if (message.sequence <= last) return { code: "old" };
      const follows = message.previousSequence === undefined ? (message.firstSequence ?? message.sequence) <= last + 1 : message.previousSequence <= last;
      if (!follows) {
        this.#break("gap");
        this.#waiting.push(message);
        return { code: "gap", expected: last + 1, came: message.firstSequence ?? message.sequence };
      }
    }
    if (message.sequence !== undefined) this.#sequence = message.sequence;
    return this.#write(message);
  }

  #write(message: LadderMessage): LadderAnswer {
    const isWhole = message.type === "snapshot"; // in whatever order it came, the worst goes first: so each stands at its end at once, and moves no other
    const bids = isWhole ? message.bids.toSorted((a, b) => compareDecimals(a.price, b.price)) : message.bids;
    const asks = isWhole ? message.asks.toSorted((a, b) => compareDecimals(b.price, a.price)) : message.asks;
    for (const { price, quantity } of bids) this.touchedBid = Math.min(this.touchedBid, this.#set(this.bids, price, quantity));
    for (const { price, quantity } of asks) this.touchedAsk = Math.min(this.touchedAsk, this.#set(this.asks, price, quantity));
    this.#timeUs = message.timeUs;
    this.#depth = message.depth ?? this.#depth;
    if (this.#depth !== undefined) this.#trim(this.#depth);
    if (message.checksum === undefined) return { code: "taken" };
    const expected = message.checksum.value >>> 0;
    const computed = checksumOf(message.checksum.kind, this);
    if (computed === expected) return { code: "taken" };
    this.#break("checksum");
    return { code: "mismatch", expected, computed };
  }

  #set(side: LadderSide, price: Decimal, quantity: Decimal): number {
    const [low, high] = splitUnits(scaled(quantity, this.#digits.quantity)!)!;
    const rank = side.set(Number(scaled(price, this.#digits.price)!), low, high);
    return rank < 0 ? UNTOUCHED : rank;
  }

  #trim(depth: number): void {
    this.bids.keep(depth);
    this.asks.keep(depth);
  }

  #break(why: "gap" | "checksum"): void {
    this.#broken = why;
    this.touchedBid = 0;
    this.touchedAsk = 0;
  }

  /** Makes room for the message's decimals; or why an amount of it cannot be kept. */
  #fit(message: LadderMessage): string | undefined {
    const levels = [...message.bids, ...message.asks];
    const below = levels.find(({ quantity }) => quantity.mantissa < 0n);
    if (below !== undefined) return `a level has a quantity of ${formatDecimal(below.quantity)}: it is at least 0`;
    const written = message.checksum === undefined ? undefined : message.digits; // a checksum may be of the digits as written
    let price = Math.max(this.#digits.price, written?.price ?? 0);
    let quantity = Math.max(this.#digits.quantity, written?.quantity ?? 0);
    for (const level of levels) {
      price = Math.max(price, level.price.digits);
      quantity = Math.max(quantity, level.quantity.digits);
    }
    const large = levels.find((level) => !fits(level, { price, quantity }));
    if (large !== undefined) return `a level of ${formatDecimal(large.quantity)} at ${formatDecimal(large.price)} has more digits than a ladder keeps: a price has up to 15 in all, a quantity up to 30`;
    if (price === this.#digits.price && quantity === this.#digits.quantity) return undefined;
    return this.#refine({ price, quantity });
  }

  #refine(digits: LadderDigits): string | undefined {
    const prices = 10 ** (digits.price - this.#digits.price);
    const quantities = 10 ** (digits.quantity - this.#digits.quantity);
    const sides = [this.bids, this.asks];
    if (!sides.every((side) => side.canRefine(prices, quantities))) return "its decimals are finer than what the ladder holds can be stated in";
    for (const side of sides) side.refine(prices, quantities);
    this.#digits = digits;
    return undefined;
  }
}

function fits({ price, quantity }: Level, digits: LadderDigits): boolean {
  return Number.isSafeInteger(Number(scaled(price, digits.price))) && splitUnits(scaled(quantity, digits.quantity)!) !== undefined;
}
