import { zero, type Decimal } from "../num/index.ts";
import type { Exposure, Instrument, VenueExposure } from "../model/index.ts";
import { minus, plus, type Known } from "./amounts.ts";
import type { Book } from "./book.ts";
import { figuresOf, type Figures } from "./figures.ts";
import { converted, type Moment, type Rate } from "./rates.ts";
import type { NetRow } from "./rows.ts";
import { valueAt } from "./value.ts";

/**
 * Turns positions into exposures in one currency; rates are looked up once, so make another one for each moment.
 * An inverse contract's value in its base currency, turned into the reporting one, is its exposure: worth the same at each price of the base
 * while it is held, it gains base currency as the price rises by exactly what a linear position of that value would.
 */
export class Exposures {
  readonly #rates = new Map<string, Rate | undefined>();
  readonly #book: Book;
  readonly #moment: Moment;
  readonly #currency: string;

  constructor(book: Book, moment: Moment, currency: string) {
    this.#book = book;
    this.#moment = moment;
    this.#currency = currency;
  }

  of(net: NetRow): Exposure {
    const { net: whole, venues } = figuresOf(this.#book, net, this.#moment);
    const { settle } = net.instrument;
    return {
      account: net.account,
      symbol: net.symbol,
      settle,
      value: this.#turned(whole.value, settle),
      pnl: this.#turned(plus(minus(plus(whole.realized, whole.unrealized), whole.fees), whole.funding), settle),
      venues: venues.filter(({ figures }) => figures.position.quantity !== 0n).map(({ row, figures }): VenueExposure => ({
        venue: row.venue,
        value: this.#turned(figures.value, settle),
        heldThere: this.#turned(heldThere(row.instrument, figures), settle),
      })),
    };
  }

  /** An amount of a position's settle currency for `contracts × price`, with its multiplier: what an order is worth. */
  sized({ instrument }: NetRow, quantity: Decimal, price: Decimal): Decimal | undefined {
    if (instrument.inverse && price.mantissa === 0n) return undefined;
    return this.#turned(valueAt(instrument, quantity, price), instrument.settle);
  }

  #turned(amount: Known, from: string): Known {
    if (amount === undefined || amount.mantissa === 0n || from === this.#currency) return amount;
    if (!this.#rates.has(from)) this.#rates.set(from, this.#book.rates.rate(from, this.#currency, this.#moment));
    return converted(amount, this.#rates.get(from));
  }
}

/** Kinds that a venue keeps for its customer: the rest are contracts, of which only the gain is owed. */
const KEPT: readonly Instrument["kind"][] = ["spot", "equity", "option", "binary"];

function heldThere({ kind }: Instrument, { value, unrealized }: Figures): Known {
  const owed = KEPT.includes(kind) ? value : unrealized;
  return owed && (owed.mantissa > 0n ? owed : zero);
}
