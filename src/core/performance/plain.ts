import { formatDecimal, type Decimal } from "../num/index.ts";

const MOST_EXACT_DIGITS = 22; // 10^22 is the largest power of ten that a double holds

/** The double next to an exact amount: for statistics alone. */
export function plain({ mantissa, digits }: Decimal): number {
  const whole = Number(mantissa);
  return Number.isSafeInteger(whole) && digits <= MOST_EXACT_DIGITS ? whole / 10 ** digits : Number(formatDecimal({ mantissa, digits }));
}

/** A number that is added to one at a time, with what rounding lost carried along (Neumaier 1974); and how often. */
export class Tally {
  count = 0;
  #total = 0;
  #lost = 0;

  add(value: number): void {
    const next = this.#total + value;
    this.#lost += Math.abs(this.#total) >= Math.abs(value) ? this.#total - next + value : value - next + this.#total;
    this.#total = next;
    this.count += 1;
  }

  merge(other: Tally): void {
    if (other.count === 0) return;
    this.add(other.#total);
    this.#lost += other.#lost;
    this.count += other.count - 1;
  }

  /** The sum; undefined of nothing. */
  get total(): number | undefined {
    return this.count === 0 ? undefined : this.#total + this.#lost;
  }

  get mean(): number | undefined {
    return this.count === 0 ? undefined : this.total! / this.count;
  }
}
