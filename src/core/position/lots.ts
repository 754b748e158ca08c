import { assert, divideHalfEven, tenTo } from "../num/index.ts";
import type { LotMethod } from "../model/index.ts";
import { FirstIn, Highest, LastIn, type Shelf } from "./shelf.ts";

/** Where a lot came from. */
export interface LotOrigin {
  readonly id: string; // of the fill, or of the deposit
  readonly venue: string;
  readonly timeNs: bigint;
  readonly strategy: string; // "" for none
  readonly signalId: string;
}

/** A price as an exact fraction: so much cost for so many units, both signed like the lot. */
export interface UnitPrice {
  readonly cost: bigint;
  readonly quantity: bigint;
}

/** An open part of a position. Integers of the row's digits. What is kept of where it came from is its holder's choice. */
export interface Lot<Origin = LotOrigin> {
  readonly origin: Origin;
  readonly order: number; // counts up with every lot of the row
  quantity: bigint; // signed like the position
  cost: bigint; // signed like the quantity (for positive prices)
  unitCost: bigint; // cost and quantity when it was opened: its price, whatever is left of it
  unitQuantity: bigint;
}

/**
 * The open lots of a row, all of one sign. Which one closes first is the method's: the oldest, the youngest, or the one
 * with the highest cost (for a long the highest price, for a short the lowest; among equals the oldest).
 */
export class Lots<Origin = LotOrigin> {
  readonly method: LotMethod;
  readonly #inverse: boolean;
  readonly #shelf: Shelf<Origin>;
  #opened = 0;

  constructor(method: LotMethod, inverse: boolean) {
    this.method = method;
    this.#inverse = inverse;
    this.#shelf = shelfOf<Origin>(method, inverse);
  }

  /** The open lots in the order in which they were opened. */
  list(): Lot<Origin>[] {
    return [...this.#shelf.all()].sort((a, b) => a.order - b.order);
  }

  get count(): number {
    return this.#shelf.count;
  }

  /** @param unit what its price is told by, where the cost is rounded: equal prices are equal whatever the quantity */
  open(quantity: bigint, cost: bigint, origin: Origin, unit: UnitPrice = { cost, quantity }): Lot<Origin> {
    const lot: Lot<Origin> = { origin, order: this.#opened, quantity, cost, unitCost: unit.cost, unitQuantity: unit.quantity };
    this.#shelf.add(lot);
    this.#opened += 1;
    return lot;
  }

  /**
   * Closes `quantity`, signed like the lots, and returns the cost that it releases. A part of a lot releases
   * `round_half_even(cost × part ÷ quantity)`, which is exact for a lot bought at one price.
   * @param each sees every part that is taken out of a lot: what it released, and the lot as it was before
   */
  close(quantity: bigint, each?: (lot: Lot<Origin>, part: bigint, released: bigint) => void): bigint {
    let left = quantity;
    let released = 0n;
    while (left !== 0n) {
      const lot = this.#shelf.first();
      assert(lot !== undefined && (lot.quantity === 0n || lot.quantity > 0n === left > 0n), "lots hold what their position holds");
      if (lot.quantity === 0n || (lot.quantity > 0n ? lot.quantity <= left : lot.quantity >= left)) {
        each?.(lot, lot.quantity, lot.cost);
        released += lot.cost;
        left -= lot.quantity;
        this.#shelf.dropFirst();
      } else {
        const part = divideHalfEven(lot.cost * left, lot.quantity);
        each?.(lot, left, part);
        released += part;
        lot.cost -= part;
        lot.quantity -= left;
        left = 0n;
      }
    }
    return released;
  }

  /** States all lots in other units: `over ÷ under` for one, in quantity digits that are finer by `finer`. */
  split(over: bigint, under: bigint): void {
    let carried = 0n; // what rounding moved: lots must add up to the position
    let before = 0n;
    for (const lot of this.list()) {
      before += lot.quantity;
      const upTo = divideHalfEven(before * over, under);
      lot.quantity = upTo - carried;
      carried = upTo;
      lot.unitQuantity *= over;
      lot.unitCost *= under;
    }
  }

  /** Counts in finer digits: exact. */
  rescale(finerQuantity: number, finerMoney: number): void {
    const q = tenTo(finerQuantity);
    const m = tenTo(finerMoney);
    for (const lot of this.#shelf.all()) {
      lot.quantity *= q;
      lot.unitQuantity *= q;
      lot.cost *= m;
      lot.unitCost *= m;
    }
  }

  /** How many lots were opened so far: the order of the next one. */
  get opened(): number {
    return this.#opened;
  }

  /** Puts lots back, in the order opened. */
  restore(lots: readonly Lot<Origin>[], opened: number): void {
    for (const lot of lots) this.#shelf.add({ ...lot });
    this.#opened = opened;
  }

  /** A copy that changes on its own. */
  copy(): Lots<Origin> {
    const copy = new Lots<Origin>(this.method, this.#inverse);
    copy.restore(this.list(), this.#opened);
    return copy;
  }
}

function shelfOf<Origin>(method: LotMethod, inverse: boolean): Shelf<Origin> {
  if (method === "fifo") return new FirstIn<Origin>();
  return method === "lifo" ? new LastIn<Origin>() : new Highest<Origin>(inverse);
}
