import { addDecimals, formatDecimal, zero, type Decimal } from "./decimal.ts";
import { assert } from "./assert.ts";

/** An exact amount of one currency. */
export interface Money {
  readonly currency: string;
  readonly amount: Decimal;
}

/** The sum of two amounts of one currency. Two currencies never add up: that is a bug, and it stops. */
export function addMoney(a: Money, b: Money): Money {
  assert(a.currency === b.currency, `${a.currency} and ${b.currency} do not add up without a mark`);
  return { currency: a.currency, amount: addDecimals(a.amount, b.amount) };
}

/** Amounts of several currencies side by side, each exact. */
export class MoneyBag {
  #amounts: Map<string, Decimal> | undefined; // made for the first amount: a book has thousands of bags that stay empty

  add(currency: string, amount: Decimal): void {
    this.#amounts ??= new Map();
    this.#amounts.set(currency, addDecimals(this.get(currency), amount));
  }

  get(currency: string): Decimal {
    return this.#amounts?.get(currency) ?? zero;
  }

  /** Currencies with an amount other than 0, in alphabetical order. */
  entries(): [string, Decimal][] {
    return [...(this.#amounts ?? [])].filter(([, amount]) => amount.mantissa !== 0n).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** `{ "BNB": "0.001" }`: every currency with an amount, as exact text. */
  toJSON(): Record<string, string> {
    return Object.fromEntries(this.entries().map(([currency, amount]) => [currency, formatDecimal(amount)]));
  }
}
