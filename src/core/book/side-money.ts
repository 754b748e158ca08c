import { addDecimals, decimalOf, formatDecimal, MoneyBag, multiplyDecimals, zero, type Decimal } from "../num/index.ts";
import type { Known } from "./amounts.ts";
import type { Rates } from "./rates.ts";

/** An amount in a currency that is neither the settle nor the base currency. */
interface Foreign {
  readonly currency: string;
  readonly amount: Decimal;
  readonly timeNs: bigint;
}

/**
 * Money of one row that its table has no room for: fees in other currencies, or finer than its money digits; funding.
 * A foreign amount is worth what the mark of its time says: the last one not later, however old, else the first one
 * after it. That depends on the marks alone, not on whether they were journaled before or after it.
 */
export class SideMoney {
  #amounts: MoneyBag | undefined; // most rows have none
  #valued: Decimal = zero; // in the settle currency
  #foreign: Foreign[] = [];
  #total: Known = zero; // of #foreign up to #totalOf, with the marks of #totalVersion
  #totalOf = 0;
  #totalVersion = -1;

  /** As paid. */
  get amounts(): MoneyBag {
    return (this.#amounts ??= new MoneyBag());
  }

  /** An amount whose worth in the settle currency is known. */
  addValued(currency: string, amount: Decimal, value: Decimal): void {
    this.amounts.add(currency, amount);
    this.#valued = addDecimals(this.#valued, value);
  }

  /** An amount in a currency that only a mark can value. */
  addForeign(foreign: Foreign): void {
    this.amounts.add(foreign.currency, foreign.amount);
    this.#foreign.push(foreign);
  }

  /** Takes over all of another row's. */
  addAll(other: SideMoney): void {
    for (const [currency, amount] of other.amounts.entries()) this.amounts.add(currency, amount);
    this.#valued = addDecimals(this.#valued, other.#valued);
    for (const foreign of other.#foreign) this.#foreign.push(foreign);
  }

  /** How many amounts wait for a mark, or rest on one. */
  get foreignCount(): number {
    return this.#foreign.length;
  }

  /** Whether there is nothing to tell of. */
  get isEmpty(): boolean {
    return this.#foreign.length === 0 && this.#valued.mantissa === 0n && (this.#amounts === undefined || this.#amounts.entries().length === 0);
  }

  /** As JSON, so that `ofJSON` makes the same of it. */
  toJSON(): SideMoneyJson {
    return [this.amounts.entries().map(([currency, amount]) => [currency, formatDecimal(amount)]), formatDecimal(this.#valued), this.#foreign.map(({ currency, amount, timeNs }) => [currency, formatDecimal(amount), `${timeNs}`])];
  }

  static ofJSON([amounts, valued, foreign]: SideMoneyJson): SideMoney {
    const money = new SideMoney();
    for (const [currency, amount] of amounts) money.amounts.add(currency, decimalOf(amount));
    money.#valued = decimalOf(valued);
    money.#foreign = foreign.map(([currency, amount, timeNs]) => ({ currency, amount: decimalOf(amount), timeNs: BigInt(timeNs) }));
    return money;
  }

  /** A copy that changes on its own. */
  copy(): SideMoney {
    const copy = new SideMoney();
    copy.addAll(this);
    return copy;
  }

  /** All of it in the settle currency; undefined while an amount has no mark to value it. */
  total(settle: string, rates: Rates): Known {
    if (rates.version !== this.#totalVersion) {
      this.#totalVersion = rates.version;
      this.#total = zero;
      this.#totalOf = 0;
    }
    for (; this.#totalOf < this.#foreign.length && this.#total !== undefined; this.#totalOf += 1) {
      const value = foreignWorth(this.#foreign[this.#totalOf]!, settle, rates);
      this.#total = value && addDecimals(this.#total, value);
    }
    return this.#total && addDecimals(this.#valued, this.#total);
  }

  /** Currencies that no mark values, in alphabetical order. */
  unvalued(settle: string, rates: Rates): string[] {
    const currencies = new Set(this.#foreign.map(({ currency }) => currency));
    return [...currencies].filter((currency) => this.#foreign.some((one) => one.currency === currency && foreignWorth(one, settle, rates) === undefined)).sort();
  }
}

export type SideMoneyJson = readonly [
  amounts: readonly (readonly [currency: string, amount: string])[],
  valued: string,
  foreign: readonly (readonly [currency: string, amount: string, timeNs: string])[],
];

/** What a foreign amount is worth in the settle currency; undefined while no mark says. */
export function foreignWorth({ currency, amount, timeNs }: Foreign, settle: string, rates: Rates): Known {
  return rates.convert(amount, currency, settle, { atNs: timeNs, nowNs: timeNs, ofRecord: true }) ?? rates.convertByFirstAfter(amount, currency, settle, timeNs);
}

/** `amount` of a base currency at `price`, exactly: what a fee in kind is worth. */
export function worth(amount: Decimal, price: Decimal, multiplier: Decimal): Decimal {
  return multiplyDecimals(multiplyDecimals(amount, price), multiplier);
}
