import { CARRY, COST, FEES, FORM, MOST_TRADES, QUANTITY, REALIZED, ROW_SHIFT, TIME, TRADES, VOLUME, type PositionTable } from "./table.ts";
import { carry } from "./wide.ts";

const EARLIEST = -(2 ** 31);
/** Sizes that add up to less, together with what is held, can be added and taken without a loss. */
const MOST_SIZE = 2 ** 51;
const WORD = 2 ** 53;

/** What some fills add up to, per route: what their rows take without asking in which order they came. */
export class RouteSums {
  // By slot, in units of its rows:
  readonly sizes: Float64Array; // quantities without their signs
  readonly values: Float64Array;
  readonly paid: Float64Array; // fees
  readonly counts: Int32Array;
  readonly highs: Int32Array; // the latest time
  readonly lows: Uint32Array;
  slots: Int32Array = new Int32Array(0); // by route: its slot + 1
  // Of all fills, without signs: each of their sums, and each sum on the way to it, is at most as large.
  allSizes = 0;
  allValues = 0;
  allFees = 0;
  readonly #routes: Int32Array; // by slot
  #count = 0; // of slots
  #rows: Int32Array = this.slots;
  #touched: number[] = []; // rows of the table, each once

  /** @param most fills */
  constructor(most: number) {
    this.sizes = new Float64Array(most);
    this.values = new Float64Array(most);
    this.paid = new Float64Array(most);
    this.counts = new Int32Array(most);
    this.highs = new Int32Array(most);
    this.lows = new Uint32Array(most);
    this.#routes = new Int32Array(most);
  }

  /** Forgets all fills. @param rows as in `applyFills` */
  begin(rows: Int32Array): void {
    for (let slot = 0; slot < this.#count; slot += 1) this.slots[this.#routes[slot]!] = 0;
    if (this.slots.length < rows.length >> 1) this.slots = new Int32Array(rows.length >> 1);
    this.#count = 0;
    this.#rows = rows;
  }

  /** Gives a route a slot. */
  addRoute(route: number): void {
    const slot = this.#count;
    this.#count += 1;
    this.slots[route] = slot + 1;
    this.#routes[slot] = route;
    this.sizes[slot] = 0;
    this.values[slot] = 0;
    this.paid[slot] = 0;
    this.counts[slot] = 0;
    this.highs[slot] = EARLIEST;
    this.lows[slot] = 0;
  }

  /** Whether all rows are of a form, and stay exact in single words whichever way the fills take them. */
  fit({ lines, lineInts }: PositionTable, form: number): boolean {
    if (!(this.allFees < CARRY)) return false; // NaN, too
    this.#touched = this.#rowsTouched();
    return this.#touched.every((row) => {
      const b = row << ROW_SHIFT;
      const cost = Math.abs(lines[b + COST]!) + this.allValues;
      return (
        lineInts[(b << 1) + FORM] === form &&
        lineInts[(b << 1) + TRADES]! < MOST_TRADES - this.highs.length &&
        Math.abs(lines[b + QUANTITY]!) + this.allSizes < MOST_SIZE &&
        Math.abs(lines[b + REALIZED]!) + 2 * cost < WORD // so that a cost is below 2^52, and exact even with half a unit more
      );
    });
  }

  #rowsTouched(): number[] {
    const rows = new Set<number>();
    for (let slot = 0; slot < this.#count; slot += 1) {
      const route = this.#routes[slot]!;
      rows.add(this.#rows[2 * route]!);
      rows.add(this.#rows[2 * route + 1]!);
    }
    return [...rows];
  }

  /** Adds all sums to the rows. Realized P&L is left without the cost that will be held: `realize` adds it. */
  addTo(table: PositionTable): void {
    const { lines } = table;
    for (const row of this.#touched) lines[(row << ROW_SHIFT) + REALIZED]! -= lines[(row << ROW_SHIFT) + COST]!;
    for (let slot = 0; slot < this.#count; slot += 1) {
      const route = this.#routes[slot]!;
      this.#addSlot(table, slot, this.#rows[2 * route]!);
      this.#addSlot(table, slot, this.#rows[2 * route + 1]!);
    }
  }

  #addSlot({ lines, lineInts, rests }: PositionTable, slot: number, row: number): void {
    const b = row << ROW_SHIFT;
    lines[b + REALIZED]! -= this.values[slot]!;
    lines[b + VOLUME]! += this.sizes[slot]!;
    if (lines[b + VOLUME]! >= CARRY) carry(lines, rests, b + VOLUME);
    lines[b + FEES]! += this.paid[slot]!;
    if (Math.abs(lines[b + FEES]!) >= CARRY) carry(lines, rests, b + FEES);
    lineInts[(b << 1) + TRADES]! += this.counts[slot]!;
    const time = (b + TIME) << 1;
    const high = this.highs[slot]!;
    const low = this.lows[slot]!;
    const lastHigh = lineInts[time + 1]!;
    if (high < lastHigh || (high === lastHigh && low <= lineInts[time]! >>> 0)) return;
    lineInts[time] = low;
    lineInts[time + 1] = high;
  }

  /** After the walk: realized − cost changes by what the fills were worth, so realized follows from cost. */
  realize({ lines }: PositionTable): void {
    for (const row of this.#touched) lines[(row << ROW_SHIFT) + REALIZED]! += lines[(row << ROW_SHIFT) + COST]!;
  }
}
