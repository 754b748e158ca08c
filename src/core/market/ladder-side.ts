import { assert } from "../num/index.ts";
import { LevelStore, NUMBERS_A_LEVEL } from "./level-store.ts";

/** A quantity is `high × 10^15 + low` units: 18 decimals of a large amount do not fit one double, and nothing is rounded away. */
const HIGH_UNIT_EXACT = 10n ** 15n;
/** Levels looked at one by one from the best on, before the rest is halved: nearly all changes are near the best. */
const NEAR = 12;
/** Up to so many levels are moved by a loop; more by `copyWithin`, whose call alone costs as much. */
const FEW = 24;
const FIRST_CAPACITY = 16;

/**
 * Bids or asks of one ladder: prices and quantities as integers in a typed array, sorted, the best level last, so that a
 * change near the best moves few others. Nothing is allocated for a change, but for a side that grows.
 *
 * Levels are counted by rank: 0 is the best. What an integer means (its decimals) the ladder knows.
 */
export class LadderSide {
  readonly isBid: boolean;
  readonly #store: LevelStore;
  /** From `#from` on two numbers a level: its key, ascending (the price of a bid, minus the price of an ask), and the low part of its quantity. */
  #levels: Float64Array;
  #from: number;
  #capacity: number;
  #high: Float64Array | undefined; // made for the first quantity of 10^15 units or more; a number a level
  #count = 0;

  /** @param store room for its levels, shared with the sides that change beside it */
  constructor(isBid: boolean, store: LevelStore = new LevelStore()) {
    this.isBid = isBid;
    this.#store = store;
    ({ levels: this.#levels, from: this.#from, capacity: this.#capacity } = store.take(FIRST_CAPACITY));
  }

  /** How many levels there are. */
  get count(): number {
    return this.#count;
  }

  /** The best price; NaN when there is none. */
  get best(): number {
    if (this.#count === 0) return Number.NaN;
    const key = this.#levels[this.#from + 2 * this.#count - 2]!;
    return this.isBid ? key : -key;
  }

  priceAt(rank: number): number {
    const key = this.#levels[this.#from + 2 * (this.#count - 1 - rank)]!;
    return this.isBid ? key : -key;
  }

  /** The units of a quantity, those of 10^15 apart (`highAt`). */
  lowAt(rank: number): number {
    return this.#levels[this.#from + 2 * (this.#count - rank) - 1]!;
  }

  highAt(rank: number): number {
    return this.#high === undefined ? 0 : this.#high[this.#count - 1 - rank]!;
  }

  quantityAt(rank: number): bigint {
    const high = this.highAt(rank);
    const low = BigInt(this.lowAt(rank));
    return high === 0 ? low : BigInt(high) * HIGH_UNIT_EXACT + low;
  }

  /**
   * Says how much stands at a price from now on; 0 takes the level away.
   * @returns the rank of the level that changed, came or went; -1 when nothing changed
   */
  set(price: number, low: number, high = 0): number {
    const key = this.isBid ? price : -price;
    const levels = this.#levels;
    const from = this.#from;
    const count = this.#count;
    // nearly all changes are near the best: some levels one by one, then the rest by halves
    let at = count;
    const near = count > NEAR ? count - NEAR : 0;
    while (at > near && levels[from + 2 * at - 2]! >= key) at -= 1;
    if (at === near && near > 0) at = this.#find(key, near);
    const stands = at < count && levels[from + 2 * at] === key;
    if (low === 0 && high === 0) {
      if (!stands) return -1;
      this.#remove(at);
      return count - 1 - at;
    }
    if (!stands) {
      this.#insert(at, key, low, high);
      return count - at;
    }
    if (levels[from + 2 * at + 1] === low && (this.#high === undefined ? 0 : this.#high[at]!) === high) return -1;
    levels[from + 2 * at + 1] = low;
    this.#setHigh(at, high);
    return count - 1 - at;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Keeps the best `depth` levels: what a venue that sends so many does not say any more is not known. */
  keep(depth: number): void {
    const gone = this.#count - depth;
    if (gone <= 0) return;
    this.#levels.copyWithin(this.#from, this.#from + 2 * gone, this.#from + 2 * this.#count);
    this.#high?.copyWithin(0, gone, this.#count);
    this.#count = depth;
  }

  /** Whether all of it can be stated in units finer by these powers of ten. */
  canRefine(pricesBy: number, quantitiesBy: number): boolean {
    for (let rank = 0; rank < this.#count; rank += 1) {
      if (!Number.isSafeInteger(this.priceAt(rank) * pricesBy)) return false;
      if (splitUnits(this.quantityAt(rank) * BigInt(quantitiesBy)) === undefined) return false;
    }
    return true;
  }

  /** States all of it in finer units. */
  refine(pricesBy: number, quantitiesBy: number): void {
    assert(this.canRefine(pricesBy, quantitiesBy), "finer units are asked for only where they fit");
    for (let at = 0; at < this.#count; at += 1) {
      const [low, high] = splitUnits(this.quantityAt(this.#count - 1 - at) * BigInt(quantitiesBy))!;
      this.#levels[this.#from + 2 * at] = this.#levels[this.#from + 2 * at]! * pricesBy;
      this.#levels[this.#from + 2 * at + 1] = low;
      this.#setHigh(at, high);
    }
  }

  /** How many of the first `end` keys are below `key`. */
  #find(key: number, end: number): number {
    const levels = this.#levels;
    const from = this.#from;
    let least = 0;
    let most = end;
    for (let step = NEAR; most > 0; step *= 2) { // by growing steps first: what stands near is in the cache, the middle of all is not
      const below = most > step ? most - step : 0;
      if (levels[from + 2 * below]! < key) {
        least = below + 1;
        break;
      }
      most = below;
    }
    while (least < most) {
      const middle = (least + most) >> 1;
      if (levels[from + 2 * middle]! < key) least = middle + 1;
      else most = middle;
    }
    return least;
  }

  #insert(at: number, key: number, low: number, high: number): void {
    if (this.#count === this.#capacity) this.#grow();
    if (high !== 0) this.#high ??= new Float64Array(this.#capacity);
    const count = this.#count;
    const levels = this.#levels;
    const place = this.#from + 2 * at;
    const end = this.#from + 2 * count;
    if (count - at > FEW) levels.copyWithin(place + 2, place, end);
    else for (let to = end + 1; to > place + 1; to -= 1) levels[to] = levels[to - 2]!;
    this.#high?.copyWithin(at + 1, at, count);
    levels[place] = key;
    levels[place + 1] = low;
    if (this.#high !== undefined) this.#high[at] = high;
    this.#count = count + 1;
  }

  #remove(at: number): void {
    const count = this.#count - 1;
    const levels = this.#levels;
    const place = this.#from + 2 * at;
    const end = this.#from + 2 * count;
    if (count - at > FEW) levels.copyWithin(place, place + 2, end + 2);
    else for (let to = place; to < end; to += 1) levels[to] = levels[to + 2]!;
    this.#high?.copyWithin(at, at + 1, count + 1);
    this.#count = count;
  }

  #setHigh(at: number, high: number): void {
    if (this.#high === undefined && high === 0) return;
    this.#high ??= new Float64Array(this.#capacity);
    this.#high[at] = high;
  }

  #grow(): void {
    const small = { levels: this.#levels, from: this.#from, capacity: this.#capacity };
    const large = this.#store.take(2 * small.capacity);
    large.levels.set(small.levels.subarray(small.from, small.from + small.capacity * NUMBERS_A_LEVEL), large.from);
    ({ levels: this.#levels, from: this.#from, capacity: this.#capacity } = large);
    this.#store.give(small);
    if (this.#high === undefined) return;
    const high = new Float64Array(large.capacity);
    high.set(this.#high);
    this.#high = high;
  }
}

/**
 * A quantity of units as a ladder keeps it, `[low, high]`; undefined for more than 9 × 10^30 units.
 * @example splitUnits(1_500n) // => [1500, 0]
 * @example splitUnits(2n * 10n ** 15n + 7n) // => [7, 2]
 */
export function splitUnits(units: bigint): readonly [low: number, high: number] | undefined {
  assert(units >= 0n, "a level has a quantity of at least 0");
  const high = units / HIGH_UNIT_EXACT;
  return high > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : [Number(units % HIGH_UNIT_EXACT), Number(high)];
}
