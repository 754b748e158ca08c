import type { Lot } from "./lots.ts";

/** Lots in the order in which they close. */
export interface Shelf<Origin> {
  readonly count: number;
  add(lot: Lot<Origin>): void;
  /** The lot that closes next. */
  first(): Lot<Origin> | undefined;
  dropFirst(): void;
  all(): Iterable<Lot<Origin>>; // in no particular order
}

/** First in, first out. */
export class FirstIn<Origin> implements Shelf<Origin> {
  #lots: Lot<Origin>[] = [];
  #head = 0;

  get count(): number {
    return this.#lots.length - this.#head;
  }
  add(lot: Lot<Origin>): void {
    this.#lots.push(lot);
  }
  first(): Lot<Origin> | undefined {
    return this.#lots[this.#head];
  }
  dropFirst(): void {
    this.#head += 1;
    if (this.#head < 64 || this.#head * 2 < this.#lots.length) return;
    this.#lots = this.#lots.slice(this.#head);
    this.#head = 0;
  }
  all(): Iterable<Lot<Origin>> {
    return this.#lots.slice(this.#head);
  }
}

/** Last in, first out. */
export class LastIn<Origin> implements Shelf<Origin> {
  readonly #lots: Lot<Origin>[] = [];

  get count(): number {
    return this.#lots.length;
  }
  add(lot: Lot<Origin>): void {
    this.#lots.push(lot);
  }
  first(): Lot<Origin> | undefined {
    return this.#lots.at(-1);
  }
  dropFirst(): void {
    this.#lots.pop();
  }
  all(): Iterable<Lot<Origin>> {
    return this.#lots;
  }
}

/** Highest cost first, as a binary heap: thousands of open lots cost a few comparisons each. */
export class Highest<Origin> implements Shelf<Origin> {
  readonly #lots: Lot<Origin>[] = [];
  readonly #inverse: boolean;

  /** @param inverse a lot's cost is then quantity ÷ price: the highest price is the lowest cost of a unit */
  constructor(inverse: boolean) {
    this.#inverse = inverse;
  }

  get count(): number {
    return this.#lots.length;
  }
  add(lot: Lot<Origin>): void {
    const lots = this.#lots;
    let at = lots.push(lot) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(lot, lots[parent]!)) break;
      lots[at] = lots[parent]!;
      at = parent;
    }
    lots[at] = lot;
  }
  first(): Lot<Origin> | undefined {
    return this.#lots[0];
  }
  dropFirst(): void {
    const lots = this.#lots;
    const last = lots.pop();
    if (last === undefined || lots.length === 0) return;
    let at = 0;
    for (let child = 1; child < lots.length; child = at * 2 + 1) {
      if (child + 1 < lots.length && this.#isBefore(lots[child + 1]!, lots[child]!)) child += 1;
      if (!this.#isBefore(lots[child]!, last)) break;
      lots[at] = lots[child]!;
      at = child;
    }
    lots[at] = last;
  }
  all(): Iterable<Lot<Origin>> {
    return this.#lots;
  }

  /** Long: the higher price first; short: the lower. Signs of quantities are alike, so cross products compare prices. */
  #isBefore(a: Lot<Origin>, b: Lot<Origin>): boolean {
    const [left, right] = [a.unitCost * b.unitQuantity, b.unitCost * a.unitQuantity];
    if (left === right) return a.order < b.order;
    return left > right === (a.quantity > 0n !== this.#inverse);
  }
}
