import type { FillColumns } from "../model/index.ts";
import { machineOf, PAGE_BYTES, type MachineMemory } from "../num/index.ts";
import { FEW_ROWS_CODE } from "./few-rows-code.ts";
import { POWERS } from "./hot.ts";
import { FACTOR, FORM, FORM_SHIFT, MONEY_DIGITS, PRICE_DIGITS, QUANTITY_DIGITS, READABLE, ROW_SHIFT, SETTLE, UNSTATED, type PositionTable } from "./table.ts";

/** Fills that are applied together. As in assembly/few-rows.ts, where the layout of the memory is told, in bytes. */
const MOST = 4_096;
const POWERS_AT = MOST * 43;
const SLOTS_AT = 180_224;
const SLOT_BYTES = 256;
const SLOTS = 63;
/** So many rows are each taken through all fills at once. */
const MOST_QUICK = 2;
const FORM_AT = 128;
const FACTOR_AT = 152;
const ROUTES_AT = 6 * PAGE_BYTES;
const ROW = 1 << ROW_SHIFT;
/** Rounds after which code counts as worth compiling well. */
const WORKED = 8;
const WORKED_LARGE = 3;
/** At that, thousands of units cost more than single words hold: such costs go another way. */
const LARGE_PRICE = 2 ** 42;
/** Of eight bytes, of four. */
const DOUBLE = 3;
const WORD = 2;

/** Where the fills of one route are booked: rows of the table. */
export interface Place {
  readonly route: number;
  readonly venueRow: number | undefined; // undefined: in none
  readonly netRow: number | undefined;
}

interface Machine {
  readonly memory: MachineMemory;
  walk(count: number, slots: number, all: number): number;
}

let shared: FewRows | null | undefined; // null: there is no such machine
let isPrepared = false;

/**
 * Applies fills of a few rows, many at a time, by machine code (WebAssembly): money of 64 bits, of 128 where it must be. It takes
 * a third of the time of `applyFills`, a tenth where amounts leave a double, and nothing must be compiled before it is quick:
 * so it serves whoever books a symbol anew, once in a while.
 */
export class FewRows {
  readonly #machine: Machine;
  #columns: Columns;
  #doubles: Float64Array;
  #ints: Int32Array;
  #pairs: Uint8Array; // of slots, by route
  #places: readonly Place[] = [];
  #rows: number[] = []; // of the table: slots 1, 2, …
  #all = 0; // the bits of slots to which all routes go

  private constructor(machine: Machine) {
    this.#machine = machine;
    const { buffer } = machine.memory;
    this.#columns = columnsOf(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#ints = new Int32Array(buffer);
    this.#pairs = new Uint8Array(buffer, ROUTES_AT);
    this.#doubles.set(POWERS, POWERS_AT >> DOUBLE);
  }

  /** The one of this program, since nothing of a table stays in it; `undefined` where there is no such machine. */
  static shared(): FewRows | undefined {
    if (shared === undefined) {
      const machine = machineOf<Machine>(FEW_ROWS_CODE);
      shared = machine === undefined ? null : new FewRows(machine);
    }
    return shared ?? undefined;
  }

  /** Has the machine code at its full speed before somebody waits for it: the system compiles what has worked for a while once more, beside the program. */
  static prepare(): void {
    if (isPrepared) return;
    isPrepared = true;
    const few = FewRows.shared();
    if (few !== undefined) few.#work();
  }

  /** Takes rows of no table through made-up fills. */
  #work(): void {
    const { quantity, price, route } = this.#columns;
    for (let fill = 0; fill < MOST; fill += 1) quantity[fill] = fill % 2 === 0 ? 2 : -1;
    route.fill(0);
    this.#pairs.set([1, 2]);
    for (const slot of [1, 2, 3]) {
      this.#ints[(SLOTS_AT + slot * SLOT_BYTES + FORM_AT) >> WORD] = 1;
      this.#doubles[(SLOTS_AT + slot * SLOT_BYTES + FACTOR_AT) >> DOUBLE] = 1;
    }
    price.fill(1);
    for (let round = 0; round < WORKED; round += 1) for (const slots of [2, 3]) this.#machine.walk(MOST, slots, 0); // few rows and more go two ways
    price.fill(LARGE_PRICE);
    for (let round = 0; round < WORKED_LARGE; round += 1) this.#machine.walk(MOST, 2, 0);
    this.#pairs.fill(0, 0, 2);
  }

  /**
   * Applies fills `picks[from … to)`, each to the rows of its place, and returns how many it did, from the first on. The one behind
   * them does not allow it, or its rows do not, or the sizes (see `applyFills` for what may be in the way).
   * @param places of all routes of the fills; the same array as long as they stay
   */
  apply(table: PositionTable, places: readonly Place[], fills: FillColumns, picks: Int32Array, from: number, to: number): number {
    if (places !== this.#places) this.#take(places);
    if (this.#rows.length === 0) return 0;
    this.#enter(table);
    let at = from;
    for (let end = from; at === end && at < to; ) {
      end = Math.min(to, at + MOST);
      this.#fill(fills, picks, at, end);
      at += this.#machine.walk(end - at, this.#rows.length, this.#all);
    }
    if (at > from) this.#leave(table);
    return at - from;
  }

  /** Notes which rows the fills of each route go to. None at all where they are too many. */
  #take(places: readonly Place[]): void {
    for (const { route } of this.#places) this.#pairs.fill(0, route * 2, route * 2 + 2);
    this.#places = places;
    this.#rows = [...new Set(places.flatMap(({ venueRow, netRow }) => [venueRow, netRow]))].filter((row) => row !== undefined);
    if (this.#rows.length > SLOTS || !this.#hasRoom(places.reduce((most, { route }) => Math.max(most, route), 0))) {
      this.#rows = [];
      return;
    }
    const slots = new Map(this.#rows.map((row, i): [number | undefined, number] => [row, i + 1]));
    this.#all = this.#rows.reduce((bits, row, i) => (i < MOST_QUICK && places.every(({ venueRow, netRow }) => venueRow === row || netRow === row) ? bits | (1 << (i + 1)) : bits), 0);
    for (const { route, venueRow, netRow } of places) this.#pairs.set([slots.get(venueRow) ?? 0, slots.get(netRow) ?? 0], route * 2);
  }

  /** Makes room for a route. */
  #hasRoom(route: number): boolean {
    const { memory } = this.#machine;
    const wanted = Math.ceil((route + 1) * 2 - this.#pairs.length);
    if (wanted <= 0) return true;
    try {
      memory.grow(Math.ceil(wanted / PAGE_BYTES));
    } catch {
      return false;
    }
    this.#columns = columnsOf(memory.buffer);
    this.#doubles = new Float64Array(memory.buffer);
    this.#ints = new Int32Array(memory.buffer);
    this.#pairs = new Uint8Array(memory.buffer, ROUTES_AT);
    return true;
  }

  #fill(fills: FillColumns, picks: Int32Array, from: number, to: number): void {
    const first = picks[from]!;
    const isRun = picks[to - 1]! - first === to - 1 - from; // picks rise
    for (const name of NAMES) {
      const [column, into] = [fills[name], this.#columns[name]];
      if (isRun) into.set(column.subarray(first, first + to - from));
      else for (let step = from; step < to; step += 1) into[step - from] = column[picks[step]!]!;
    }
  }

  #enter({ lines, rests, lineInts, forms, formInts }: PositionTable): void {
    this.#rows.forEach((row, i) => {
      const slot = SLOTS_AT + (i + 1) * SLOT_BYTES;
      const form = lineInts[(row << (ROW_SHIFT + 1)) + FORM]!;
      this.#ints[(slot + FORM_AT) >> WORD] = form;
      if (form === READABLE) return;
      this.#doubles.set(lines.subarray(row * ROW, (row + 1) * ROW), slot >> DOUBLE);
      this.#doubles.set(rests.subarray(row * ROW, (row + 1) * ROW), (slot >> DOUBLE) + ROW);
      const of = form << (FORM_SHIFT + 1);
      [QUANTITY_DIGITS, PRICE_DIGITS, MONEY_DIGITS, SETTLE, UNSTATED].forEach((word, at) => (this.#ints[((slot + FORM_AT) >> WORD) + 1 + at] = formInts[of + word]!));
      this.#doubles[(slot + FACTOR_AT) >> DOUBLE] = forms[(form << FORM_SHIFT) + FACTOR]!;
    });
  }

  #leave({ lines, rests }: PositionTable): void {
    this.#rows.forEach((row, i) => {
      const slot = SLOTS_AT + (i + 1) * SLOT_BYTES;
      if (this.#ints[(slot + FORM_AT) >> WORD] === READABLE) return;
      lines.set(this.#doubles.subarray(slot >> DOUBLE, (slot >> DOUBLE) + ROW), row * ROW);
      rests.set(this.#doubles.subarray((slot >> DOUBLE) + ROW, (slot >> DOUBLE) + 2 * ROW), row * ROW);
    });
  }
}

type Columns = ReturnType<typeof columnsOf>;

/** In the order in which they lie. */
const NAMES = ["quantity", "price", "fee", "timeHigh", "timeLow", "route", "feeCurrency", "quantityDigits", "priceDigits", "feeDigits"] as const;

function columnsOf(buffer: ArrayBuffer) {
  let at = 0;
  const next = (bytes: number) => (at += MOST * bytes) - MOST * bytes;
  return {
    quantity: new Float64Array(buffer, next(8), MOST),
    price: new Float64Array(buffer, next(8), MOST),
    fee: new Float64Array(buffer, next(8), MOST),
    timeHigh: new Int32Array(buffer, next(4), MOST),
    timeLow: new Uint32Array(buffer, next(4), MOST),
    route: new Int32Array(buffer, next(4), MOST),
    feeCurrency: new Int32Array(buffer, next(4), MOST),
    quantityDigits: new Uint8Array(buffer, next(1), MOST),
    priceDigits: new Uint8Array(buffer, next(1), MOST),
    feeDigits: new Uint8Array(buffer, next(1), MOST),
  } satisfies { readonly [Name in (typeof NAMES)[number]]: FillColumns[Name] };
}
