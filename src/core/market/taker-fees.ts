import { formatDecimal, type Decimal } from "../num/index.ts";

/** What a venue charges a taker, from a day on, as a share of what is paid or received. */
export interface TakerFee {
  readonly venue: string;
  readonly tier?: string; // the venue's own name for it; without it, whoever is in no other
  readonly symbol?: string; // the venue's; without it, every symbol that has no fee of its own
  readonly fromUs: number; // -∞: since ever
  readonly rate: Decimal; // 0.001 is ten basis points; < 0 pays the taker
}

const NONE: Decimal = { mantissa: 0n, digits: 0 };

/**
 * Dated taker fees of venues. The fee of the account's tier wins over the venue's general one, then a symbol's own over
 * that of all; among those the latest that has begun. A venue that is not listed at all is unknown, not free.
 */
export class TakerFees {
  readonly #fees: readonly TakerFee[];
  readonly #ofVenue = new Map<string, TakerFee[]>(); // the latest first
  readonly #tiers: ReadonlyMap<string, string>;

  /** @param tiers the tier that holds by venue */
  constructor(fees: readonly TakerFee[], tiers: ReadonlyMap<string, string> = new Map()) {
    const wrong = fees.find(({ rate }) => rate.mantissa >= 10n ** BigInt(rate.digits) || rate.mantissa <= -(10n ** BigInt(rate.digits)));
    if (wrong !== undefined) throw new RangeError(`the taker fee of ${wrong.venue} is ${formatDecimal(wrong.rate)}: a rate is a share below 1; ten basis points are 0.001`);
    this.#fees = [...fees].sort((a, b) => b.fromUs - a.fromUs);
    for (const fee of this.#fees) {
      const own = this.#ofVenue.get(fee.venue);
      if (own === undefined) this.#ofVenue.set(fee.venue, [fee]);
      else own.push(fee);
    }
    this.#tiers = tiers;
  }

  /** The rate at a time; undefined when nothing is known of the venue then. */
  rateAt(venue: string, symbol: string, atUs: number): Decimal | undefined {
    const tier = this.#tiers.get(venue);
    const begun = (this.#ofVenue.get(venue) ?? []).filter((fee) => fee.fromUs <= atUs && (fee.symbol === undefined || fee.symbol === symbol));
    const ofTier = tier === undefined ? [] : begun.filter((fee) => fee.tier === tier);
    const holding = ofTier.length > 0 ? ofTier : begun.filter((fee) => fee.tier === undefined);
    return (holding.find((fee) => fee.symbol !== undefined) ?? holding[0])?.rate;
  }

  /** When some fee next changes; +∞ when none does. */
  nextChangeUs(atUs: number): number {
    return this.#fees.reduce((next, { fromUs }) => (fromUs > atUs && fromUs < next ? fromUs : next), Number.POSITIVE_INFINITY);
  }
}

/** No venue charges anything. */
export const FREE: Pick<TakerFees, "rateAt" | "nextChangeUs"> = { rateAt: () => NONE, nextChangeUs: () => Number.POSITIVE_INFINITY };
