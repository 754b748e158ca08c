import { divideHalfEven, multiplyDecimals, tenTo, trimmed, type Decimal } from "../num/index.ts";
import type { Instruments } from "./instruments.ts";
import type { Marks, TimedPrice } from "./marks.ts";

/** Decimals of an amount that had to be divided. */
const QUOTIENT_DIGITS = 18;

/** A price that turns one currency into another: by multiplying, or turned over by dividing. */
export interface Rate {
  readonly price: Decimal;
  readonly turned: boolean;
}

/** An amount by a rate: exact when it multiplies, rounded once, half-even, at 18 decimals when it divides. */
export function converted(amount: Decimal, rate: Rate): Decimal;
export function converted(amount: Decimal, rate: Rate | undefined): Decimal | undefined;
export function converted(amount: Decimal, rate: Rate | undefined): Decimal | undefined {
  if (rate === undefined || !rate.turned) return rate && multiplyDecimals(amount, rate.price);
  const { price } = rate;
  const digits = Math.max(0, QUOTIENT_DIGITS + price.digits - amount.digits);
  const spare = Math.max(0, amount.digits - QUOTIENT_DIGITS - price.digits); // an amount of more digits than are kept
  return trimmed(divideHalfEven(amount.mantissa * tenTo(digits), price.mantissa * tenTo(spare)), QUOTIENT_DIGITS);
}

/** When a figure is asked for, and how old a price it may rest on. */
export interface Moment {
  readonly atNs?: bigint | undefined; // undefined: with the latest marks
  readonly nowNs: bigint; // what ages are measured from
  readonly maxAgeNs?: bigint | undefined; // undefined: any age
  readonly ofRecord?: boolean; // by marks of record alone: for what stays as it was valued
  readonly withoutLots?: boolean; // figures only: a row may have thousands of lots
}

/** The mark of (venue, symbol), else the symbol's common one; undefined when there is none that is fresh. */
export function markOf(marks: Marks, venue: string, symbol: string, moment: Moment): TimedPrice | undefined {
  const own = markAt(marks, venue, symbol, moment);
  if (own !== undefined && isFresh(own, moment)) return own;
  const common = markAt(marks, "", symbol, moment);
  return common !== undefined && isFresh(common, moment) ? common : undefined;
}

function markAt(marks: Marks, venue: string, symbol: string, { atNs, ofRecord = false }: Moment): TimedPrice | undefined {
  return ofRecord ? marks.recordedAt(venue, symbol, atNs) : marks.at(venue, symbol, atNs);
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
  #pairs = new Map<string, Marked[]>(); // "BNB\0USDT" → what prices it
  #indexed = 0; // of `marks.marked`

  constructor(instruments: Instruments, marks: Marks) {
    this.#instruments = instruments;
    this.#marks = marks;
  }

  /** Forgets which symbol prices what: after a definition. */
  reindex(): void {
    this.#pairs = new Map();
    this.#indexed = 0;
  }

  /** Counts up with every mark and definition. */
  get version(): number {
    return this.#marks.version + this.#instruments.version;
  }

  /** What turns `from` into `to`, or undefined when no fresh mark says. */
  rate(from: string, to: string, moment: Moment): Rate | undefined {
    return this.#rate(from, to, (venue, symbol) => {
      const mark = markAt(this.#marks, venue, symbol, moment);
      return mark !== undefined && isFresh(mark, moment) ? mark : undefined;
    });
  }

  /** `amount` of `from` in `to`; undefined when no fresh mark says. */
  convert(amount: Decimal, from: string, to: string, moment: Moment): Decimal | undefined {
    if (amount.mantissa === 0n) return amount;
    return converted(amount, this.rate(from, to, moment));
  }

  /** The marked venues and symbols that may turn one of two currencies into the other. */
  between(one: string, other: string): readonly Marked[] {
    return [...this.#pricing(one, other), ...this.#pricing(other, one)];
  }

  /** The same by the first mark after `timeNs`, however long after. */
  convertByFirstAfter(amount: Decimal, from: string, to: string, timeNs: bigint): Decimal | undefined {
    return converted(amount, this.#rate(from, to, (venue, symbol) => this.#marks.after(venue, symbol, timeNs)));
  }

  #rate(from: string, to: string, pick: Pick): Rate | undefined {
    if (from === to) return { price: { mantissa: 1n, digits: 0 }, turned: false };
    const direct = this.#price(from, to, pick);
    if (direct !== undefined) return { price: direct.price, turned: false };
    const turned = this.#price(to, from, pick);
    return turned === undefined || turned.price.mantissa === 0n ? undefined : { price: turned.price, turned: true };
  }

  #price(base: string, quote: string, pick: Pick): TimedPrice | undefined {
    let best: TimedPrice | undefined;
    for (const { venue, symbol } of this.#pricing(base, quote)) {
      const mark = pick(venue, symbol);
      if (mark !== undefined && venue === "") return mark;
      if (mark !== undefined && (best === undefined || mark.timeNs > best.timeNs)) best = mark;
    }
    return best;
  }

  /** The marked venues and symbols that price `base` in `quote`: what a symbol is, each venue may define for itself. */
  #pricing(base: string, quote: string): readonly Marked[] {
    for (; this.#indexed < this.#marks.marked.length; this.#indexed += 1) {
      const marked = this.#marks.marked[this.#indexed]!;
      const instrument = this.#instruments.of(marked.venue, marked.symbol);
      if (instrument.kind !== "spot") continue;
      const key = `${instrument.base}\u0000${instrument.quote}`;
      const known = this.#pairs.get(key);
      if (known === undefined) this.#pairs.set(key, [marked]);
      else known.push(marked);
    }
    return this.#pairs.get(`${base}\u0000${quote}`) ?? [];
  }
}

interface Marked {
  readonly venue: string;
  readonly symbol: string;
}
type Pick = (venue: string, symbol: string) => TimedPrice | undefined;
