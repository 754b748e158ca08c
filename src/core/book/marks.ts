import { assert, divideHalfEven, formatDecimal, isProblem, readDecimal, trimmed, tenTo, type Decimal } from "../num/index.ts";
import { floorTo, type Mark } from "../model/index.ts";

/** Of each venue, symbol and interval the last mark is the mark of record; the interval of marks that say no other. */
export const MARK_INTERVAL_NS = 60_000_000_000n;

const PRICE_DIGITS = 18;

/** A price at a time. */
export interface TimedPrice {
  readonly price: Decimal;
  readonly timeNs: bigint;
}

/**
 * Marks per venue and symbol, each a series in the order of time, so that the mark of any moment can be asked for.
 * Marks of record are at most one per symbol and sampling interval.
 */
export class Marks {
  readonly #series = new Map<string, Map<string, TimedPrice[]>>(); // symbol → venue → prices, oldest first
  readonly #live = new Map<string, TimedPrice>(); // the latest beside the series, each replaced by the next
  readonly #splits = new Map<string, { readonly over: bigint; readonly under: bigint; readonly timeNs: bigint }[]>(); // by symbol
  /** Counts up with every mark. */
  version = 0;
  /** Venue and symbol of every series, in the order they came. */
  readonly marked: { readonly venue: string; readonly symbol: string }[] = [];

  /** Adds a mark of record; an earlier one of the same venue, symbol and interval is replaced. */
  add(mark: Mark, everyNs = MARK_INTERVAL_NS): void {
    this.version += 1;
    const price = readDecimal(mark.price);
    assert(!isProblem(price), "a journaled mark has a price");
    const series = this.#seriesOf(mark);
    const at = countUpTo(series, mark.timeNs);
    const same = at > 0 && floorTo(series[at - 1]!.timeNs, everyNs) === floorTo(mark.timeNs, everyNs);
    series.splice(same ? at - 1 : at, same ? 1 : 0, { price, timeNs: mark.timeNs });
  }

  /** Sets the live mark of a venue and symbol: it values, but is of no record, and the next one takes its place. */
  setLive(mark: Mark): void {
    this.version += 1;
    const price = readDecimal(mark.price);
    assert(!isProblem(price), "a live mark has a price");
    this.#seriesOf(mark); // so that it is among the symbols and venues with a mark
    this.#live.set(`${mark.venue}\u0000${mark.symbol}`, { price, timeNs: mark.timeNs });
  }

  /** The live marks. */
  live(): Mark[] {
    return Array.from(this.#live, ([key, { price, timeNs }]) => {
      const [venue = "", symbol = ""] = key.split("\u0000");
      return { venue, symbol, price: formatDecimal(price), timeNs };
    });
  }

  /** The marks of record, series by series, oldest first, and the splits that restate them. */
  all(): { readonly series: { readonly venue: string; readonly symbol: string; readonly prices: readonly TimedPrice[] }[]; readonly splits: { readonly symbol: string; readonly over: bigint; readonly under: bigint; readonly timeNs: bigint }[] } {
    const series = this.marked.map(({ venue, symbol }) => ({ venue, symbol, prices: this.#series.get(symbol)!.get(venue)! })).filter(({ prices }) => prices.length > 0);
    return { series, splits: [...this.#splits].flatMap(([symbol, splits]) => splits.map((split) => ({ symbol, ...split }))) };
  }

  /** Says that a unit of a symbol became `over ÷ under` units: older marks price the old unit. */
  split(symbol: string, over: bigint, under: bigint, timeNs: bigint): void {
    this.version += 1;
    const splits = this.#splits.get(symbol);
    if (splits === undefined) this.#splits.set(symbol, [{ over, under, timeNs }]);
    else splits.push({ over, under, timeNs });
  }

  /** What a mark of a symbol says of today's unit: older than a split, it is restated, with as many decimals as are ever kept. */
  sinceSplits(symbol: string, { price, timeNs }: TimedPrice, inverse: boolean): Decimal {
    let restated = price;
    for (const split of this.#splits.get(symbol) ?? []) {
      if (timeNs >= split.timeNs) continue;
      const { mantissa, digits } = restated;
      const [over, under] = inverse ? [split.over, split.under] : [split.under, split.over]; // more inverse contracts for one base are worth it at a higher price
      restated = trimmed(divideHalfEven(mantissa * over * tenTo(PRICE_DIGITS), under * tenTo(digits)), PRICE_DIGITS);
    }
    return restated;
  }

  /** The last mark of exactly this venue ("" for the common one) not later than `atNs`; the latest of all without it. */
  at(venue: string, symbol: string, atNs?: bigint): TimedPrice | undefined {
    const recorded = this.recordedAt(venue, symbol, atNs);
    if (this.#live.size === 0) return recorded;
    const live = this.#live.get(`${venue}\u0000${symbol}`);
    const isLater = live !== undefined && (atNs === undefined || live.timeNs <= atNs) && (recorded === undefined || live.timeNs >= recorded.timeNs);
    return isLater ? live : recorded;
  }

  /** The same among the marks of record alone. */
  recordedAt(venue: string, symbol: string, atNs?: bigint): TimedPrice | undefined {
    const series = this.#series.get(symbol)?.get(venue);
    return series?.[(atNs === undefined ? series.length : countUpTo(series, atNs)) - 1];
  }

  /** All marks of record of exactly this venue, oldest first. */
  recorded(venue: string, symbol: string): readonly TimedPrice[] {
    return this.#series.get(symbol)?.get(venue) ?? [];
  }

  /** The first mark of exactly this venue that is later than `timeNs`. */
  after(venue: string, symbol: string, timeNs: bigint): TimedPrice | undefined {
    const series = this.#series.get(symbol)?.get(venue);
    return series?.[countUpTo(series, timeNs)];
  }

  /** Venues that a symbol has marks of; "" is the common one. */
  venues(symbol: string): string[] {
    return [...(this.#series.get(symbol)?.keys() ?? [])];
  }

  #seriesOf({ venue, symbol }: Mark): TimedPrice[] {
    let venues = this.#series.get(symbol);
    if (venues === undefined) this.#series.set(symbol, (venues = new Map<string, TimedPrice[]>()));
    let series = venues.get(venue);
    if (series === undefined) {
      venues.set(venue, (series = []));
      this.marked.push({ venue, symbol });
    }
    return series;
  }
}

/** How many of the series are not later than `timeNs`. */
function countUpTo(series: readonly TimedPrice[], timeNs: bigint): number {
  let low = 0;
  let high = series.length;
  if (high > 0 && series[high - 1]!.timeNs <= timeNs) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (series[middle]!.timeNs <= timeNs) low = middle + 1;
    else high = middle;
  }
  return low;
}
