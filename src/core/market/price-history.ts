import { assert } from "../num/index.ts";
import type { Priced } from "../model/index.ts";

/** The closes of one symbol. It never changes: another fact makes another one. */
export interface PriceSeries {
  readonly symbol: string;
  readonly days: Int32Array; // UTC days since 1970, ascending, each once
  readonly closes: Float64Array; // of each day, above 0; floats, for statistics only
}

interface Held extends PriceSeries {
  readonly texts: readonly string[]; // the closes as they were written
}

/** The closes of every symbol: a fold of `priced` facts. Later ones for a day take the place of earlier ones. */
export class PriceHistory {
  readonly #held = new Map<string, Held>();
  #symbols: readonly string[] | undefined;
  #version = 0;

  /** Grows with each fact that says something new. */
  get version(): number {
    return this.#version;
  }

  /** Closes of all symbols together. */
  get count(): number {
    let count = 0;
    for (const { days } of this.#held.values()) count += days.length;
    return count;
  }

  /** Symbols with a close, in the order of their names. */
  symbols(): Iterable<string> {
    return (this.#symbols ??= [...this.#held.keys()].sort());
  }

  seriesOf(symbol: string): PriceSeries | undefined {
    return this.#held.get(symbol);
  }

  /** The close of a day as it was written. */
  closeOf(symbol: string, day: number): string | undefined {
    const held = this.#held.get(symbol);
    if (held === undefined) return undefined;
    const at = firstFrom(held.days, day);
    return held.days[at] === day ? held.texts[at] : undefined;
  }

  /** Takes a fact. @param lastDay closes of later days are left out */
  take({ symbol, days, closes }: Pick<Priced, "symbol" | "days" | "closes">, lastDay = Number.POSITIVE_INFINITY): void {
    const end = lastDay === Number.POSITIVE_INFINITY ? days.length : firstFrom(days, lastDay + 1);
    if (end === 0) return;
    const held = this.#held.get(symbol);
    if (held === undefined) this.#symbols = undefined;
    this.#held.set(symbol, merged(held ?? { symbol, days: new Int32Array(0), closes: new Float64Array(0), texts: [] }, days, closes, end));
    this.#version += 1;
  }

  /** All of it as facts, a symbol each, in the order of their names: equal histories give equal facts. */
  *facts(): Iterable<Pick<Priced, "symbol" | "days" | "closes">> {
    for (const symbol of this.symbols()) {
      const { days, texts } = this.#held.get(symbol)!;
      yield { symbol, days: [...days], closes: texts };
    }
  }
}

/** The first `end` closes over, or beside, those that are held. */
function merged(held: Held, days: readonly number[], closes: readonly string[], end: number): Held {
  const all = new Int32Array(held.days.length + end);
  const texts: string[] = [];
  let at = 0; // in what is held
  const add = (day: number, text: string) => void (all[texts.push(text) - 1] = day);
  for (let i = 0; i < end; i += 1) {
    const day = days[i]!;
    assert(i === 0 || day > days[i - 1]!, "days of a fact ascend");
    for (; at < held.days.length && held.days[at]! < day; at += 1) add(held.days[at]!, held.texts[at]!);
    if (held.days[at] === day) at += 1;
    add(day, closes[i]!);
  }
  for (; at < held.days.length; at += 1) add(held.days[at]!, held.texts[at]!);
  return { symbol: held.symbol, days: all.slice(0, texts.length), closes: Float64Array.from(texts, Number), texts };
}

/** Where the first day from `day` on stands. */
function firstFrom(days: ArrayLike<number>, day: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle]! < day) low = middle + 1;
    else high = middle;
  }
  return low;
}
