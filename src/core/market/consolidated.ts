import { abs, tenTo, type Decimal } from "../num/index.ts";
import type { Unusable } from "./ladder-message.ts";
import type { ListedLadder } from "./ladder-set.ts";
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

interface Cursor {
  readonly source: Source;
  readonly price: bigint; // factors to common units
  readonly quantity: bigint;
  rank: number;
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
    this.priceDigits = Math.max(0, ...this.#parts.map(({ listed, mapped }) => listed.ladder.priceDigits + mapped.rate.digits));
    this.quantityDigits = Math.max(0, ...this.#parts.map(({ listed, mapped }) => listed.ladder.quantityDigits + mapped.multiplier.digits));
  }

  /** Levels of all venues, the best first; at one price, the venue that was heard of first. */
  *levels(side: "bids" | "asks"): Generator<VenueLevel> {
    const cursors = this.#parts.map((source) => this.#cursor(source));
    for (;;) {
      let best: Cursor | undefined;
      let bestPrice = 0n;
      for (const cursor of cursors) {
        const levels = cursor.source.listed.ladder[side];
        if (cursor.rank >= levels.count) continue;
        const price = BigInt(levels.priceAt(cursor.rank)) * cursor.price;
        if (best !== undefined && (side === "bids" ? price <= bestPrice : price >= bestPrice)) continue;
        best = cursor;
        bestPrice = price;
      }
      if (best === undefined) return;
      const { ladder } = best.source.listed;
      yield { price: bestPrice, quantity: ladder[side].quantityAt(best.rank) * best.quantity, venue: ladder.venue, symbol: ladder.symbol };
      best.rank += 1;
    }
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
    const middle = this.twiceMiddle;
    if (middle === undefined) return [];
    const levels: VenueLevel[] = [];
    const whole = 10_000n * tenTo(basisPoints.digits);
    for (const level of this.levels(side)) {
      const away = side === "bids" ? middle - 2n * level.price : 2n * level.price - middle;
      if (away * whole > abs(middle) * basisPoints.mantissa) break;
      levels.push(level);
    }
    return levels;
  }

  #cursor(source: Source): Cursor {
    const { listed: { ladder }, mapped: { rate, multiplier } } = source;
    return {
      source, rank: 0,
      price: rate.mantissa * tenTo(this.priceDigits - ladder.priceDigits - rate.digits),
      quantity: multiplier.mantissa * tenTo(this.quantityDigits - ladder.quantityDigits - multiplier.digits),
    };
  }
}
