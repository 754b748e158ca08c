import { divideHalfEven, multiplyDecimals, tenTo, trimmed, type Decimal } from "../num/index.ts";
import type { Instruments } from "./instruments.ts";
import type { Marks, TimedPrice } from "./marks.ts";

/** What a rate that has to be divided, or an amount valued by one, is rounded to, half-even. */
const RATE_DIGITS = 18;

/** When a figure is asked for, and how old a price it may rest on. */
export interface Moment {
  readonly atNs?: bigint | undefined; // undefined: with the latest marks
  readonly nowNs: bigint; // what ages are measured from
  readonly maxAgeNs?: bigint | undefined; // undefined: any age
}

/** The mark of (venue, symbol), else the symbol's common one; undefined when there is none that is fresh. */
export function markOf(marks: Marks, venue: string, symbol: string, moment: Moment): TimedPrice | undefined {
  const own = marks.at(venue, symbol, moment.atNs);
  if (own !== undefined && isFresh(own, moment)) return own;
  const common = marks.at("", symbol, moment.atNs);
  return common !== undefined && isFresh(common, moment) ? common : undefined;
}

function isFresh(mark: TimedPrice, moment: Moment): boolean {
  return moment.maxAgeNs === undefined || moment.nowNs - mark.timeNs <= moment.maxAgeNs;
}

/**
 * Turns amounts of one currency into another with the marks of spot symbols: BNB into USDT by BNB/USDT, or by USDT/BNB
 * turned over. The symbol's common mark first, else the freshest of its venues.
 */
export class Rates {
  readonly #instruments: Instruments;
  readonly #marks: Marks;
  #symbols = new Map<string, Set<string>>(); // "BNB\0USDT" → symbols that price it
  #indexed = new Set<string>();

  constructor(instruments: Instruments, marks: Marks) {
    this.#instruments = instruments;
    this.#marks = marks;
  }

  /** Forgets which symbol prices what: after a definition. */
  reindex(): void {
    this.#symbols = new Map();
    this.#indexed = new Set();
  }

  /** Units of `to` that one unit of `from` is worth, or undefined when no fresh mark says. */
  rate(from: string, to: string, moment: Moment): Decimal | undefined {
    return this.#rate(from, to, (venue, symbol) => {
      const mark = this.#marks.at(venue, symbol, moment.atNs);
      return mark !== undefined && isFresh(mark, moment) ? mark : undefined;
    });
  }

  /** The same by the first mark after `timeNs`, not later than `untilNs`, however long after. */
  firstRateAfter(from: string, to: string, timeNs: bigint, untilNs: bigint | undefined): Decimal | undefined {
    return this.#rate(from, to, (venue, symbol) => {
      const mark = this.#marks.after(venue, symbol, timeNs);
      return mark !== undefined && (untilNs === undefined || mark.timeNs <= untilNs) ? mark : undefined;
    });
  }

  /** `amount` of `from` in `to`: exact where the rate is a mark; undefined when no fresh mark says. */
  convert(amount: Decimal, from: string, to: string, moment: Moment): Decimal | undefined {
    if (amount.mantissa === 0n) return amount;
    const rate = this.rate(from, to, moment);
    return rate === undefined ? undefined : multiplyDecimals(amount, rate);
  }

  #rate(from: string, to: string, pick: Pick): Decimal | undefined {
    if (from === to) return { mantissa: 1n, digits: 0 };
    const direct = this.#price(from, to, pick);
    if (direct !== undefined) return direct.price;
    const turned = this.#price(to, from, pick);
    if (turned === undefined || turned.price.mantissa === 0n) return undefined;
    return trimmed(divideHalfEven(tenTo(RATE_DIGITS + turned.price.digits), turned.price.mantissa), RATE_DIGITS);
  }

  #price(base: string, quote: string, pick: Pick): TimedPrice | undefined {
    let best: TimedPrice | undefined;
    for (const symbol of this.#pricing(base, quote)) {
      const common = pick("", symbol);
      if (common !== undefined) return common;
      for (const venue of this.#marks.venues(symbol)) {
        const mark = pick(venue, symbol);
        if (mark !== undefined && (best === undefined || mark.timeNs > best.timeNs)) best = mark;
      }
    }
    return best;
  }

  #pricing(base: string, quote: string): Set<string> {
    for (const symbol of this.#marks.symbols()) {
      if (this.#indexed.has(symbol)) continue;
      this.#indexed.add(symbol);
      for (const venue of this.#marks.venues(symbol)) {
        const instrument = this.#instruments.of(venue, symbol);
        if (instrument.kind !== "spot") continue;
        const key = `${instrument.base}\u0000${instrument.quote}`;
        const known = this.#symbols.get(key);
        if (known === undefined) this.#symbols.set(key, new Set([symbol]));
        else known.add(symbol);
      }
    }
    return this.#symbols.get(`${base}\u0000${quote}`) ?? EMPTY;
  }
}

type Pick = (venue: string, symbol: string) => TimedPrice | undefined;

const EMPTY = new Set<string>();
