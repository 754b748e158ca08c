import { abs, tenTo, type Decimal } from "../num/index.ts";
import type { Unusable } from "./ladder-message.ts";
import type { ListedLadder } from "./ladder-set.ts";
import { mergedLevels, type Cursor } from "./merge-levels.ts";
import type { MappedSymbol } from "./symbol-rules.ts";

/** Why a ladder is not part of the consolidated one. */
export type LeftOut = Unusable | "other_kind";

/** One level of one venue, in the units of the consolidated ladder. */
export interface VenueLevel {
  readonly price: bigint;
  readonly quantity: bigint;
  readonly venue: string;
  readonly symbol: string; // the venue's
}

/** A ladder that is, or is not, part of it. */
export interface Source {
  readonly listed: ListedLadder;
  readonly mapped: MappedSymbol;
  readonly ageMs: number | null; // null: nothing was ever said of it
  readonly reason: LeftOut | undefined; // undefined: it is part
}

export interface ConsolidatedOptions {
  readonly nowUs: number;
  readonly maxAgeUs: number;
  readonly kind?: MappedSymbol["kind"]; // spot unless said: contracts and goods are not added up
}

/**
 * Many venues as one ladder of one market: every level keeps its venue, prices are in the market's currency. It is a view
 * as of one time: unusable ladders are left out, with their reason, and the ladders are read as they stand when asked.
 *
 * Amounts are integers: prices of `priceDigits` decimals, quantities (of the base) of `quantityDigits`.
 */
export class ConsolidatedLadder {
  readonly market: string;
  readonly sources: readonly Source[];
  readonly priceDigits: number;
  readonly quantityDigits: number;
  readonly #parts: readonly Source[];

  constructor(market: string, ladders: readonly ListedLadder[], { nowUs, maxAgeUs, kind = "spot" }: ConsolidatedOptions) {
    this.market = market;
    this.sources = ladders.flatMap((listed): Source[] => {
      const { ladder, mapped } = listed;
      if (mapped?.market !== market) return [];
      const reason = mapped.kind === kind ? ladder.unusable(nowUs, maxAgeUs) : "other_kind";
      return [{ listed, mapped, ageMs: Number.isFinite(ladder.timeUs) ? Math.max(0, (nowUs - ladder.timeUs) / 1_000) : null, reason }];
    });
    this.#parts = this.sources.filter(({ reason }) => reason === undefined);
    this.priceDigits = this.#parts.reduce((most, { listed, mapped }) => Math.max(most, listed.ladder.priceDigits + mapped.rate.digits), 0);
    this.quantityDigits = this.#parts.reduce((most, { listed, mapped }) => Math.max(most, listed.ladder.quantityDigits + mapped.multiplier.digits), 0);
  }

  /**
   * Levels of all venues, the best first; at one price, the venue that was heard of first.
   * @param weightOf levels go by price × weight, and where these are equal by price; > 0, undefined: the venue's symbol is left out
   */
  *levels(side: "bids" | "asks", weightOf: (venue: string, symbol: string) => bigint | undefined = () => 1n): Generator<VenueLevel> {
    const cursors = this.#parts.flatMap((source, order) => this.#cursor(source, order, weightOf(source.listed.ladder.venue, source.listed.ladder.symbol)));
    for (const { cursor: { listed: { ladder: { venue, symbol } } }, price, quantity } of mergedLevels(side, cursors)) yield { price, quantity, venue, symbol };
  }

  /** The best price of a side with all that stands there, and the venues it stands on. */
  best(side: "bids" | "asks"): { readonly price: bigint; readonly quantity: bigint; readonly venues: readonly string[] } | undefined {
    let best: { price: bigint; quantity: bigint; venues: string[] } | undefined;
    for (const { price, quantity, venue } of this.levels(side)) {
      if (best !== undefined && price !== best.price) break;
      best ??= { price, quantity: 0n, venues: [] };
      best.quantity += quantity;
      if (!best.venues.includes(venue)) best.venues.push(venue);
    }
    return best;
  }

  /** Twice the middle between the best bid and ask, so that it is an integer; undefined when a side is empty. */
  get twiceMiddle(): bigint | undefined {
    const [bid, ask] = [this.best("bids"), this.best("asks")];
    return bid === undefined || ask === undefined ? undefined : bid.price + ask.price;
  }

  /** The levels of a side no further than `basisPoints` from the middle. */
  within(side: "bids" | "asks", basisPoints: Decimal): VenueLevel[] {
    return this.nearest(side, this.levels(side), basisPoints);
  }

  /** Of levels in order, the first ones: those no further than `basisPoints` from the middle. */
  nearest(side: "bids" | "asks", ordered: Iterable<VenueLevel>, basisPoints: Decimal): VenueLevel[] {
    const middle = this.twiceMiddle;
    if (middle === undefined) return [];
    const levels: VenueLevel[] = [];
    const whole = 10_000n * tenTo(basisPoints.digits);
    const most = abs(middle) * basisPoints.mantissa;
    for (const level of ordered) {
      const away = side === "bids" ? middle - 2n * level.price : 2n * level.price - middle;
      if (away * whole > most) break;
      levels.push(level);
    }
    return levels;
  }

  #cursor({ listed, mapped: { rate, multiplier } }: Source, order: number, weight: bigint | undefined): Cursor[] {
    if (weight === undefined) return [];
    const priceFactor = rate.mantissa * tenTo(this.priceDigits - listed.ladder.priceDigits - rate.digits);
    const quantityFactor = multiplier.mantissa * tenTo(this.quantityDigits - listed.ladder.quantityDigits - multiplier.digits);
    return [{ listed, order, priceFactor, quantityFactor, weight, rank: 0, price: 0n, key: 0n }];
  }
}
