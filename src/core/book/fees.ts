import { addDecimals, MoneyBag, multiplyDecimals, zero, type Decimal } from "../num/index.ts";
import type { Known } from "./amounts.ts";
import type { Rates } from "./rates.ts";

/** A fee in a currency that is neither the settle nor the base currency. */
interface ForeignFee {
  readonly currency: string;
  readonly amount: Decimal;
  readonly timeNs: bigint;
}

/**
 * The fees of one row that its table has no room for: those in other currencies, and those finer than its money digits.
 * A foreign fee is worth what the mark of its fill's time says: the last one not later than the fill, however old, else
 * the first one after it. That depends on the marks alone, not on whether they were journaled before or after the fill.
 */
export class OtherFees {
  readonly amounts = new MoneyBag(); // as paid
  #valued: Decimal = zero; // in the settle currency
  readonly #foreign: ForeignFee[] = [];
  #total: Known = zero; // of #foreign up to #totalOf, with the marks of #totalVersion
  #totalOf = 0;
  #totalVersion = -1;

  /** A fee whose worth in the settle currency is known. */
  addValued(currency: string, amount: Decimal, value: Decimal): void {
    this.amounts.add(currency, amount);
    this.#valued = addDecimals(this.#valued, value);
  }

  /** A fee in a currency that only a mark can value. */
  addForeign(fee: ForeignFee): void {
    this.amounts.add(fee.currency, fee.amount);
    this.#foreign.push(fee);
  }

  /** All of it in the settle currency; undefined while a fee has no mark to value it. */
  total(settle: string, rates: Rates): Known {
    if (rates.version !== this.#totalVersion) {
      this.#totalVersion = rates.version;
      this.#total = zero;
      this.#totalOf = 0;
    }
    for (; this.#totalOf < this.#foreign.length && this.#total !== undefined; this.#totalOf += 1) {
      const value = valueOf(this.#foreign[this.#totalOf]!, settle, rates);
      this.#total = value && addDecimals(this.#total, value);
    }
    return this.#total && addDecimals(this.#valued, this.#total);
  }

  /** Currencies of fees that no mark values, in alphabetical order. */
  unvalued(settle: string, rates: Rates): string[] {
    const currencies = new Set(this.#foreign.map(({ currency }) => currency));
    return [...currencies].filter((currency) => this.#foreign.some((fee) => fee.currency === currency && valueOf(fee, settle, rates) === undefined)).sort();
  }
}

function valueOf({ currency, amount, timeNs }: ForeignFee, settle: string, rates: Rates): Known {
  return rates.convert(amount, currency, settle, { atNs: timeNs, nowNs: timeNs }) ?? rates.convertByFirstAfter(amount, currency, settle, timeNs);
}

/** `amount` of a base currency at `price`, exactly: what a fee in kind is worth. */
export function worth(amount: Decimal, price: Decimal, multiplier: Decimal): Decimal {
  return multiplyDecimals(multiplyDecimals(amount, price), multiplier);
}
