import { assert } from "../num/index.ts";

/** A quantity is `high × 10^15 + low` units: 18 decimals of a large amount do not fit one double, and nothing is rounded away. */
const HIGH_UNIT_EXACT = 10n ** 15n;
/** Levels looked at one by one from the best on, before the rest is halved: nearly all changes are near the best. */
const NEAR = 12;
/** Up to so many levels are moved by a loop; more by `copyWithin`, whose call alone costs as much. */
const FEW = 24;
const FIRST_CAPACITY = 16;

/**
 * Bids or asks of one ladder: prices and quantities as integers in typed arrays, sorted, the best level last, so that a
 * change near the best moves few others. Nothing is allocated for a change, but for arrays that grow.
 *
 * Levels are counted by rank: 0 is the best. What an integer means (its decimals) the ladder knows.
 */
export class LadderSide {
  readonly isBid: boolean;
  #keys = new Float64Array(FIRST_CAPACITY); // ascending: the price of a bid, minus the price of an ask
  #low = new Float64Array(FIRST_CAPACITY);
  #high: Float64Array | undefined; // made for the first quantity of 10^15 units or more
  #count = 0;

  constructor(isBid: boolean) {
    this.isBid = isBid;
  }

  /** How many levels there are. */
  get count(): number {
    return this.#count;
  }

  /** The best price; NaN when there is none. */
  get best(): number {
    if (this.#count === 0) return Number.NaN;
    const key = this.#keys[this.#count - 1]!;
    return this.isBid ? key : -key;
  }

  priceAt(rank: number): number {
    const key = this.#keys[this.#count - 1 - rank]!;
    return this.isBid ? key : -key;
  }

  /** The units of a quantity, those of 10^15 apart (`highAt`). */
  lowAt(rank: number): number {
    return this.#low[this.#count - 1 - rank]!;
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
    const at = this.#find(key);
    const count = this.#count;
    const stands = at < count && this.#keys[at] === key;
    if (low === 0 && high === 0) {
      if (!stands) return -1;
      this.#remove(at);
      return count - 1 - at;
    }
    if (!stands) {
      this.#insert(at, key, low, high);
      return count - at;
    }
    if (this.#low[at] === low && (this.#high === undefined ? 0 : this.#high[at]!) === high) return -1;
    this.#low[at] = low;
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
    for (const column of this.#columns()) column.copyWithin(0, gone, this.#count);
    this.#count = depth;
  }

  /** Whether all of it can be stated in units finer by these powers of ten. */
  canRefine(pricesBy: number, quantitiesBy: number): boolean {
    for (let rank = 0; rank < this.#count; rank += 1) {
      if (!Number.isSafeInteger(this.#keys[rank]! * pricesBy)) return false;
      if (splitUnits(this.quantityAt(rank) * BigInt(quantitiesBy)) === undefined) return false;
    }
    return true;
  }

  /** States all of it in finer units. */
  refine(pricesBy: number, quantitiesBy: number): void {
    assert(this.canRefine(pricesBy, quantitiesBy), "finer units are asked for only where they fit");
    for (let at = 0; at < this.#count; at += 1) {
      const [low, high] = splitUnits(this.quantityAt(this.#count - 1 - at) * BigInt(quantitiesBy))!;
      this.#keys[at] = this.#keys[at]! * pricesBy;
      this.#low[at] = low;
      this.#setHigh(at, high);
    }
  }

  /** How many keys are below `key`. */
  #find(key: number): number {
    const keys = this.#keys;
    let end = this.#count;
    for (const near = end - NEAR; end > 0 && end > near; end -= 1) if (keys[end - 1]! < key) return end;
    let begin = 0;
    while (begin < end) {
      const middle = (begin + end) >> 1;
      if (keys[middle]! < key) begin = middle + 1;
      else end = middle;
    }
    return begin;
  }

  #insert(at: number, key: number, low: number, high: number): void {
    if (this.#count === this.#keys.length) this.#grow();
    if (high !== 0) this.#high ??= new Float64Array(this.#keys.length);
    const count = this.#count;
    const keys = this.#keys;
    const lows = this.#low;
    if (count - at > FEW) {
      keys.copyWithin(at + 1, at, count);
      lows.copyWithin(at + 1, at, count);
    } else {
      for (let to = count; to > at; to -= 1) {
        keys[to] = keys[to - 1]!;
        lows[to] = lows[to - 1]!;
      }
    }
    this.#high?.copyWithin(at + 1, at, count);
    keys[at] = key;
    lows[at] = low;
    if (this.#high !== undefined) this.#high[at] = high;
    this.#count = count + 1;
  }

  #remove(at: number): void {
    const count = this.#count - 1;
    const keys = this.#keys;
    const lows = this.#low;
    if (count - at > FEW) {
      keys.copyWithin(at, at + 1, count + 1);
      lows.copyWithin(at, at + 1, count + 1);
    } else {
      for (let to = at; to < count; to += 1) {
        keys[to] = keys[to + 1]!;
        lows[to] = lows[to + 1]!;
      }
    }
    this.#high?.copyWithin(at, at + 1, count + 1);
    this.#count = count;
  }

  #setHigh(at: number, high: number): void {
    if (this.#high === undefined && high === 0) return;
    this.#high ??= new Float64Array(this.#keys.length);
    this.#high[at] = high;
  }

  #columns(): Float64Array[] {
    return this.#high === undefined ? [this.#keys, this.#low] : [this.#keys, this.#low, this.#high];
  }

  #grow(): void {
    const wider = (column: Float64Array) => {
      const grown = new Float64Array(column.length * 2);
      grown.set(column);
      return grown;
    };
    this.#keys = wider(this.#keys);
    this.#low = wider(this.#low);
    if (this.#high !== undefined) this.#high = wider(this.#high);
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
