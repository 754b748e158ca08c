import { assert } from "../num/index.ts";
import { inferInstrument, instrumentProblem, type Instrument } from "../model/index.ts";

/** What was inferred is kept for so many symbols: whoever asks what an order would do may name any. */
const MOST_RESOLVED = 200_000;

/** What each symbol is, on each venue: definitions, and what is inferred where there is none. */
export class Instruments {
  readonly #defined = new Map<string, Instrument>();
  readonly #resolved = new Map<string, Instrument>();
  #currency: string;
  /** Counts up with every change of what `of` may answer. */
  version = 0;

  /** @param currency the quote of symbols that neither a definition nor their own name gives one */
  constructor(currency: string) {
    this.#currency = currency;
  }

  get currency(): string {
    return this.#currency;
  }

  configure(currency: string): void {
    this.#currency = currency;
    this.#forget();
  }

  define(instrument: Instrument): void {
    assert(instrumentProblem(instrument) === undefined, "a decided definition is one that can be kept");
    this.#defined.set(keyOf(instrument.venue, instrument.symbol), instrument);
    this.#forget();
  }

  #forget(): void {
    this.#resolved.clear();
    this.version += 1;
  }

  /** The definition for exactly this venue ("" for the default of all), if there is one. */
  definition(venue: string, symbol: string): Instrument | undefined {
    return this.#defined.get(keyOf(venue, symbol));
  }

  definitions(): Instrument[] {
    return [...this.#defined.values()];
  }

  /** The venue's own definition, else the symbol's, else what its name tells. */
  of(venue: string, symbol: string): Instrument {
    const key = keyOf(venue, symbol);
    const known = this.#resolved.get(key);
    if (known !== undefined) return known;
    const common = this.#defined.get(keyOf("", symbol));
    const instrument = this.#defined.get(key) ?? (common === undefined ? inferInstrument(venue, symbol, this.#currency) : { ...common, venue });
    if (this.#resolved.size >= MOST_RESOLVED) this.#resolved.clear();
    this.#resolved.set(key, instrument);
    return instrument;
  }
}

function keyOf(venue: string, symbol: string): string {
  return `${venue}\u0000${symbol}`;
}
