import { formatDecimal, multiplyDecimals, type Decimal } from "../num/index.ts";
import type { InstrumentKind } from "../model/index.ts";

/** How a venue's symbol is to be read. Without a venue, on every venue that has no rule of its own. */
export interface SymbolRule {
  readonly venue?: string;
  readonly symbol: string; // as the venue calls it
  readonly base: string;
  readonly quote: string;
  readonly kind?: Extract<InstrumentKind, "spot" | "perpetual" | "future">; // spot unless said
  readonly multiplier?: Decimal; // base units that one unit of quantity stands for, > 0; 1 unless said
  readonly expiresUs?: number; // of a future
}

/** What one unit of a currency is worth in another, by decree: an explicit 1:1 of two dollar tokens is such a rate. */
export interface ConversionRule {
  readonly from: string;
  readonly to: string;
  readonly rate: Decimal; // > 0
}

/** One edition of the rules. It holds from its time to the next edition's. */
export interface SymbolRules {
  readonly version: string;
  readonly fromUs: number; // -∞: since ever
  readonly symbols: readonly SymbolRule[];
  readonly conversions: readonly ConversionRule[];
}

/** What a venue's symbol is, in the words of the whole market. */
export interface MappedSymbol {
  readonly market: string; // "BTC/USD": what is traded, and the currency that prices are compared in
  readonly kind: "spot" | "perpetual" | "future";
  readonly base: string;
  readonly quote: string; // in which the venue states prices
  readonly currency: string; // in which the market compares them
  readonly rate: Decimal; // one quote in `currency`
  readonly multiplier: Decimal;
  readonly expiresUs: number | undefined;
  readonly version: string; // of the rules that say so
}

const ONE: Decimal = { mantissa: 1n, digits: 0 };
/** Conversions of conversions: more than so many in a row are a circle. */
const LONGEST_CHAIN = 8;
const NO_RULES: SymbolRules = { version: "none", fromUs: Number.NEGATIVE_INFINITY, symbols: [], conversions: [] };

/**
 * Maps venue symbols to markets by rules that are written down. Without a rule, only `BASE/QUOTE`, `BASE-QUOTE` and
 * `BASE_QUOTE` are read, as spot; `XBTUSD` is nobody's guess, for on one venue it is spot and on another an inverse
 * perpetual. Quotes differ unless a conversion says what one is worth in the other.
 */
export class SymbolMap {
  readonly #editions: readonly SymbolRules[];
  readonly #rules = new Map<SymbolRules, ReadonlyMap<string, SymbolRule>>(); // of each edition, by venue and symbol; of two the first

  constructor(editions: readonly SymbolRules[]) {
    this.#editions = [...editions].sort((a, b) => b.fromUs - a.fromUs);
    const wrong = this.#editions.flatMap(({ version, symbols, conversions }) => [
      ...symbols.filter(({ multiplier }) => multiplier !== undefined && multiplier.mantissa <= 0n).map(({ symbol }) => `${version}: the multiplier of ${symbol} is not above 0`),
      ...conversions.filter(({ rate }) => rate.mantissa <= 0n).map(({ from, to, rate }) => `${version}: one ${from} is not worth ${formatDecimal(rate)} ${to}: a rate is above 0`),
      ...conversions.filter(({ from }) => isCircle(from, conversions)).map(({ from }) => `${version}: the conversions of ${from} go round in a circle`),
    ]);
    if (wrong.length > 0) throw new RangeError(wrong.join("; "));
    for (const edition of this.#editions) this.#rules.set(edition, new Map([...edition.symbols].reverse().map((rule) => [keyOf(rule.venue, rule.symbol), rule])));
  }

  /** What a symbol is at a time; undefined when no rule knows it and its name does not say. */
  map(venue: string, symbol: string, atUs: number): MappedSymbol | undefined {
    const edition = this.#editions.find(({ fromUs }) => fromUs <= atUs) ?? NO_RULES;
    const { version, conversions } = edition;
    const rules = this.#rules.get(edition);
    const rule = rules?.get(keyOf(venue, symbol)) ?? rules?.get(keyOf(undefined, symbol)) ?? plainRule(symbol);
    if (rule === undefined) return undefined;
    const { currency, rate } = converted(rule.quote, conversions);
    const { base, quote, kind = "spot", multiplier = ONE, expiresUs } = rule;
    return { market: `${base}/${currency}`, kind, base, quote, currency, rate, multiplier, expiresUs, version };
  }

  /** When the edition after the one that holds at `atUs` begins; +∞ when there is none. */
  nextEditionUs(atUs: number): number {
    return this.#editions.reduce((next, { fromUs }) => (fromUs > atUs && fromUs < next ? fromUs : next), Number.POSITIVE_INFINITY);
  }
}

function keyOf(venue: string | undefined, symbol: string): string {
  return venue === undefined ? symbol : `${venue}\u0000${symbol}`;
}

function plainRule(symbol: string): SymbolRule | undefined {
  const [, base, quote] = /^([^/_-]+)[/_-]([^/_-]+)$/.exec(symbol) ?? [];
  return base === undefined || quote === undefined ? undefined : { symbol, base, quote };
}

function converted(quote: string, conversions: readonly ConversionRule[]): { readonly currency: string; readonly rate: Decimal } {
  const step = conversions.find(({ from }) => from === quote);
  if (step === undefined) return { currency: quote, rate: ONE };
  const { currency, rate } = converted(step.to, conversions);
  return { currency, rate: multiplyDecimals(step.rate, rate) };
}

function isCircle(from: string, conversions: readonly ConversionRule[]): boolean {
  let at: string | undefined = from;
  for (let steps = 0; at !== undefined; steps += 1) {
    if (steps > LONGEST_CHAIN) return true;
    at = conversions.find((one) => one.from === at)?.to;
  }
  return false;
}
