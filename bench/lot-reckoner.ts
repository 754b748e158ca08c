import type { Fill, Instrument } from "../src/core/model/index.ts";
import { compared, decimal, divided, magnitude, minus, negative, nothing, plus, rounded, times, type Rational } from "./rational.ts";

/** Decimals kept where a share does not come out even. The book keeps 18: what the two differ by shows how it rounds. */
const KEPT_DIGITS = 30;

/** A fill as it is right, after busts and amendments, with its tag, and what its fee is worth in the settle currency. */
export interface TaggedFill {
  readonly fill: Fill;
  readonly tag: string;
  readonly fee: Rational; // paid > 0
  readonly inKind: Rational; // the part of the quantity that the fee took, else 0
}

interface Lot {
  readonly tag: string;
  readonly price: Rational; // of one contract: multiplier × price, or of an inverse one −multiplier ÷ price
  quantity: Rational;
}

/**
 * Who made what of one position, reckoned anew: lots by tag, closed first in, first out; the fee of a fill by quantity to the tags whose
 * lots it closes and, for the rest, to its own. It shares no code with the book. Slow and simple on purpose.
 */
export class LotReckoner {
  readonly made = new Map<string, Rational>(); // by tag: realized − fees + funding
  readonly #instrument: Instrument;
  readonly #lots: Lot[] = [];
  #first = 0;

  constructor(instrument: Instrument) {
    this.#instrument = instrument;
  }

  apply({ fill, tag, fee, inKind }: TaggedFill): void {
    const quantity = decimal(fill.quantity.mantissa, fill.quantity.digits);
    const price = this.#priceOf(decimal(fill.price.mantissa, fill.price.digits));
    this.#move(tag, quantity, price, fee);
    if (inKind.n !== 0n) this.#move(tag, negative(inKind), price, nothing);
  }

  /** Funding, by what each tag holds; untagged where nothing is held. */
  fund(amount: Rational): void {
    const open = this.#lots.slice(this.#first);
    const held = open.reduce((sum, { quantity }) => plus(sum, quantity), nothing);
    if (held.n === 0n) return this.#gain("", amount);
    for (const { tag, quantity } of open) this.#gain(tag, shareOf(amount, quantity, held));
  }

  /** What each tag made with what is open, which is worth `value` in all (for an inverse contract less than 0 when long). */
  at(value: Rational): Map<string, Rational> {
    const all = new Map(this.made);
    const add = (tag: string, amount: Rational) => all.set(tag, plus(all.get(tag) ?? nothing, amount));
    const open = this.#lots.slice(this.#first);
    const held = open.reduce((sum, { quantity }) => plus(sum, quantity), nothing);
    if (held.n === 0n) add("", value); // net flat, while venues hold something
    else for (const { tag, quantity, price } of open) add(tag, minus(shareOf(value, quantity, held), kept(times(quantity, price))));
    return all;
  }

  #move(tag: string, quantity: Rational, price: Rational, fee: Rational): void {
    let left = quantity;
    while (left.n !== 0n) {
      const lot = this.#lots[this.#first];
      if (lot === undefined || lot.quantity.n < 0n === left.n < 0n) {
        this.#gain(tag, negative(shareOf(fee, left, quantity)));
        this.#lots.push({ tag, price, quantity: left });
        return;
      }
      const closesAll = compared(magnitude(left), magnitude(lot.quantity)) >= 0;
      const part = closesAll ? lot.quantity : negative(left);
      this.#gain(lot.tag, minus(kept(times(part, minus(price, lot.price))), shareOf(fee, negative(part), quantity)));
      lot.quantity = minus(lot.quantity, part);
      left = plus(left, part);
      if (closesAll) this.#first += 1;
    }
  }

  #priceOf(price: Rational): Rational {
    const { multiplier, inverse } = this.#instrument;
    const units = decimal(multiplier.mantissa, multiplier.digits);
    return inverse ? negative(kept(divided(units, price))) : times(units, price);
  }

  #gain(tag: string, amount: Rational): void {
    this.made.set(tag, plus(this.made.get(tag) ?? nothing, amount));
  }
}

function shareOf(amount: Rational, part: Rational, whole: Rational): Rational {
  return amount.n === 0n ? nothing : kept(times(amount, divided(part, whole)));
}

function kept(amount: Rational): Rational {
  return rounded(amount, KEPT_DIGITS);
}
