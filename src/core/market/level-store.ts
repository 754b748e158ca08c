/** Numbers that one array of the store holds: the first array few, each next one twice as many, up to so many (1 MB). */
const FIRST_NUMBERS = 256;
const MOST_NUMBERS = 2 ** 17;
/** A level is two numbers: its key and the low part of its quantity. */
export const NUMBERS_A_LEVEL = 2;
/**
 * Left free behind each room: five lines of the cache, 64 bytes each. Rooms are powers of two, and the best levels stand near their ends: at
 * strides of a power of two these would all want the same few places of the cache.
 */
const NUMBERS_APART = 40;

/** Room for `capacity` levels: `levels[from]` is the first number of the first. */
export interface LevelRoom {
  readonly levels: Float64Array;
  readonly from: number;
  readonly capacity: number;
}

/**
 * Room for the levels of many ladders in few large arrays. A typed array of its own for each side would be another object to
 * fetch from memory at every update; these few stay in the processor's cache. What a side has outgrown is kept for the next.
 */
export class LevelStore {
  #levels = new Float64Array(FIRST_NUMBERS);
  #used = 0; // numbers of `#levels`
  readonly #free = new Map<number, LevelRoom[]>(); // by capacity

  /** Room for so many levels; what stood there before still stands there. */
  take(capacity: number): LevelRoom {
    const free = this.#free.get(capacity)?.pop();
    if (free !== undefined) return free;
    const numbers = capacity * NUMBERS_A_LEVEL;
    if (numbers > MOST_NUMBERS) return { levels: new Float64Array(numbers), from: 0, capacity };
    if (this.#used + numbers > this.#levels.length) {
      this.#levels = new Float64Array(Math.max(numbers, Math.min(2 * this.#levels.length, MOST_NUMBERS)));
      this.#used = 0;
    }
    const from = this.#used;
    this.#used += numbers + NUMBERS_APART;
    return { levels: this.#levels, from, capacity };
  }

  /** Takes room back that nobody reads any more. */
  give(room: LevelRoom): void {
    if (room.capacity * NUMBERS_A_LEVEL > MOST_NUMBERS) return; // an array of its own
    const free = this.#free.get(room.capacity);
    if (free === undefined) this.#free.set(room.capacity, [room]);
    else free.push(room);
  }
}
