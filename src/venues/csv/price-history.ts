import { floorTo } from "../../core/model/index.ts";

const NS_A_DAY = 86_400_000_000_000n;

/** Closes of one symbol as a file has them. */
export interface PriceRun {
  readonly symbol: string;
  readonly days: Int32Array; // UTC days since 1970-01-01, ascending
  readonly closes: readonly string[]; // of each of those days, as it is written
}

interface Close {
  readonly timeNs: bigint;
  readonly text: string;
  readonly line: number;
}

/** Closes of one symbol on their way: rows may come in any order. */
export class PriceColumn {
  readonly symbol: string;
  readonly #closes = new Map<number, Close>();

  constructor(symbol: string) {
    this.symbol = symbol;
  }

  get count(): number {
    return this.#closes.size;
  }

  /** Takes a price; the last one of a UTC day is its close. Returns why a price is not taken. */
  take(timeNs: bigint, text: string, line: number): string | undefined {
    const day = Number(floorTo(timeNs, NS_A_DAY) / NS_A_DAY);
    const known = this.#closes.get(day);
    if (known !== undefined && known.timeNs === timeNs && known.text !== text) return `has another close at that time in line ${known.line}, ${known.text}`;
    if (known === undefined || known.timeNs < timeNs) this.#closes.set(day, { timeNs, text, line });
    return undefined;
  }

  run(): PriceRun {
    const days = Int32Array.from(this.#closes.keys()).sort();
    return { symbol: this.symbol, days, closes: Array.from(days, (day) => this.#closes.get(day)!.text) };
  }
}
