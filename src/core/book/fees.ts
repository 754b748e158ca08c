import { addDecimals, divideHalfEven, MoneyBag, multiplyDecimals, tenTo, trimmed, zero, type Decimal } from "../num/index.ts";
import type { Moment, Rates } from "./rates.ts";

const VALUE_DIGITS = 18;

interface Unvalued {
  readonly currency: string;
  readonly amount: Decimal;
  readonly timeNs: bigint;
}

/**
 * The fees of one row that its table has no room for: those in other currencies, and those finer than its money digits.
 * A fee is valued once, at the mark of the fill's time; where there was none yet, it waits until one is supplied.
 */
export class OtherFees {
  readonly amounts = new MoneyBag(); // as paid
  #valued: Decimal = zero; // in the settle currency
  readonly #waiting: Unvalued[] = [];

  /** A fee whose worth in the settle currency is known. */
  addValued(currency: string, amount: Decimal, value: Decimal): void {
    this.amounts.add(currency, amount);
    this.#valued = addDecimals(this.#valued, value);
  }

  /** A fee in a currency that only a mark can value. */
  addForeign(currency: string, amount: Decimal, timeNs: bigint, settle: string, rates: Rates, maxAgeNs: bigint | undefined): void {
    const value = valueAt(currency, amount, timeNs, settle, rates, maxAgeNs);
    if (value !== undefined) return this.addValued(currency, amount, value);
    this.amounts.add(currency, amount);
    this.#waiting.push({ currency, amount, timeNs });
  }

  /** All of it in the settle currency; undefined while a fee has no mark to value it. */
  total(settle: string, rates: Rates, moment: Moment): Decimal | undefined {
    let total = this.#valued;
    for (const fee of this.#waiting) {
      const value = valueAt(fee.currency, fee.amount, fee.timeNs, settle, rates, moment.maxAgeNs) ?? valueLater(fee, settle, rates, moment);
      if (value === undefined) return undefined;
      total = addDecimals(total, value);
    }
    return total;
  }
}

/** By the last mark not later than the fill. */
function valueAt(currency: string, amount: Decimal, timeNs: bigint, settle: string, rates: Rates, maxAgeNs: bigint | undefined): Decimal | undefined {
  return rounded(rates.convert(amount, currency, settle, { atNs: timeNs, nowNs: timeNs, maxAgeNs }));
}

/** No mark is as old as the fill: by the first one after it, so that later marks do not change the value again. */
function valueLater(fee: Unvalued, settle: string, rates: Rates, moment: Moment): Decimal | undefined {
  const rate = rates.firstRateAfter(fee.currency, settle, fee.timeNs, moment.atNs);
  return rounded(rate === undefined ? undefined : multiplyDecimals(fee.amount, rate));
}

function rounded(value: Decimal | undefined): Decimal | undefined {
  if (value === undefined || value.digits <= VALUE_DIGITS) return value;
  return trimmed(divideHalfEven(value.mantissa, tenTo(value.digits - VALUE_DIGITS)), VALUE_DIGITS);
}

/** `amount` of a base currency at `price`, exactly: what a fee in kind is worth. */
export function worth(amount: Decimal, price: Decimal, multiplier: Decimal): Decimal {
  return multiplyDecimals(multiplyDecimals(amount, price), multiplier);
}
