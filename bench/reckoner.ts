import type { Fill, Instrument } from "../src/core/model/index.ts";
import { compared, decimal, divided, magnitude, minus, negative, nothing, plus, rounded, times, type Rational } from "./rational.ts";

/**
 * A row of the book reckoned anew from the accounting rules, in exact fractions and by itself: it shares no code with
 * the positions it is compared with. Slow and simple on purpose.
 */
export class Reckoner {
  quantity: Rational = nothing;
  cost: Rational = nothing; // signed
  realized: Rational = nothing;
  volume: Rational = nothing;
  trades = 0;
  lastNs = -(2n ** 63n);
  readonly fees = new Map<string, Rational>();
  /** Σ signed quantity × multiplier × price, or of the base values of an inverse contract: what the law is about. */
  flow: Rational = nothing;
  #priceDigits: number;
  #quantityDigits: number;
  readonly #instrument: Instrument;

  constructor(instrument: Instrument) {
    this.#instrument = instrument;
    this.#priceDigits = instrument.priceDigits ?? 0;
    this.#quantityDigits = instrument.quantityDigits ?? 0;
  }

  apply(fill: Fill): void {
    const instrument = this.#instrument;
    const currency = fill.feeCurrency === "" ? instrument.quote : fill.feeCurrency;
    const inKind = instrument.kind === "spot" && currency === instrument.base && currency !== instrument.settle;
    if (instrument.priceDigits === undefined) this.#priceDigits = Math.max(this.#priceDigits, fill.price.digits);
    if (instrument.quantityDigits === undefined) this.#quantityDigits = Math.max(this.#quantityDigits, fill.quantity.digits);
    if (inKind) this.#quantityDigits = Math.max(this.#quantityDigits, neededDigits(fill.fee));

    const price = decimal(fill.price.mantissa, fill.price.digits);
    const quantity = decimal(fill.quantity.mantissa, fill.quantity.digits);
    const fee = decimal(fill.fee.mantissa, fill.fee.digits);
    this.#move(quantity, price);
    this.volume = plus(this.volume, magnitude(quantity));
    this.trades += 1;
    if (fill.time.ns > this.lastNs) this.lastNs = fill.time.ns;
    this.fees.set(currency, plus(this.fees.get(currency) ?? nothing, fee));
    if (inKind && fee.n !== 0n) this.#move(negative(fee), price);
  }

  /** Closes what it can at the average cost and opens with what is left. */
  #move(quantity: Rational, price: Rational): void {
    const { inverse } = this.#instrument;
    const value = this.#value(quantity, price);
    this.flow = plus(this.flow, value);
    let closing: Rational = nothing; // the part of the value that closes
    let released: Rational = nothing;
    if (this.quantity.n !== 0n && this.quantity.n < 0n !== quantity.n < 0n) {
      const flips = compared(magnitude(quantity), magnitude(this.quantity)) > 0;
      const part = flips ? negative(this.quantity) : quantity;
      closing = flips ? this.#round(times(value, divided(part, quantity))) : value;
      released = this.#round(times(this.cost, divided(negative(part), this.quantity)));
    }
    const gain = negative(plus(closing, released));
    this.realized = inverse ? minus(this.realized, gain) : plus(this.realized, gain);
    this.cost = plus(minus(this.cost, released), minus(value, closing));
    this.quantity = plus(this.quantity, quantity);
  }

  #value(quantity: Rational, price: Rational): Rational {
    const { multiplier, inverse } = this.#instrument;
    const units = times(quantity, decimal(multiplier.mantissa, multiplier.digits));
    return inverse ? rounded(divided(units, price), 18) : times(units, price);
  }

  #round(amount: Rational): Rational {
    const { inverse, multiplier } = this.#instrument;
    return rounded(amount, inverse ? 18 : Math.max(this.#priceDigits + this.#quantityDigits + multiplier.digits, 8));
  }
}

/** Decimals without needless zeros. */
function neededDigits({ mantissa, digits }: { readonly mantissa: bigint; readonly digits: number }): number {
  if (mantissa === 0n) return 0;
  let needed = digits;
  for (let rest = mantissa; needed > 0 && rest % 10n === 0n; rest /= 10n) needed -= 1;
  return needed;
}
