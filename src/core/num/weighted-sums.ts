import { assert } from "./assert.ts";
import { machineOf, PAGE_BYTES, type MachineMemory } from "./machine-code.ts";

/**
 * The machine code that adds up rows two at a time (WebAssembly SIMD), for it is four times as quick as the same loops in JavaScript. In its text form, but for the repetition:
 *
 *     (func (export "sums") (param $weights i32) (param $count i32) (param $table i32) (param $to i32) (param $end i32)
 *       (loop $blocks                       ;; eight rows at a time: four pairs $a … $d, first 0
 *         (local.set $at (local.get $weights))
 *         (loop $symbols
 *           (local.set $weight (v128.load64_splat (local.get $at)))
 *           (local.set $a (f64x2.add (local.get $a) (f64x2.mul (local.get $weight) (v128.load (local.get $table)))))   ;; $b … $d at 16, 32, 48
 *           (local.set $table (i32.add (local.get $table) (i32.const 64)))
 *           (br_if $symbols (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) ($weights + 8 · $count))))
 *         (v128.store (local.get $to) (local.get $a))                                                                 ;; $b … $d at 16, 32, 48
 *         (br_if $blocks (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 64))) (local.get $end)))))
 */
const CODE =
  "0061736d0100000001090160057f7f7f7f7f00030201000503010001071102066d656d6f727902000473756d7300000afe0101fb0102027f057b2000" +
  "20014103746a21060340fd0c000000000000000000000000000000002108fd0c000000000000000000000000000000002109fd0c0000000000000000" +
  "0000000000000000210afd0c00000000000000000000000000000000210b2000210503402005fd0a03002107200820072002fd000400fdf201fdf001" +
  "2108200920072002fd000410fdf201fdf0012109200a20072002fd000420fdf201fdf001210a200b20072002fd000430fdf201fdf001210b200241c0" +
  "006a2102200541086a22052006490d000b20032008fd0b040020032009fd0b04102003200afd0b04202003200bfd0b0430200341c0006a2203200449" +
  "0d000b0b";

const ROWS_A_BLOCK = 8;
const DOUBLE_BYTES = 8;
const MOST_PAGES = 65_536;

interface Machine {
  readonly memory: MachineMemory;
  sums(weights: number, count: number, table: number, to: number, end: number): void;
}

/**
 * Σ weight × column, row by row, of columns that stay as they are while weights change. The terms of each row are added in the order of the columns, so the answer is
 * that of `plainSums`, bit for bit. Takes as much memory again as the columns.
 */
export class WeightedSums {
  readonly #machine: Machine;
  readonly #count: number;
  readonly #length: number;
  readonly #weights: Float64Array;
  readonly #found: Float64Array;

  private constructor(machine: Machine, columns: readonly Float64Array[], length: number) {
    this.#machine = machine;
    this.#count = columns.length;
    this.#length = length;
    const padded = paddedLength(length);
    const { memory } = machine;
    memory.grow(pagesFor(columns.length, length));
    const table = new Float64Array(memory.buffer, columns.length * DOUBLE_BYTES, columns.length * padded);
    columns.forEach((column, i) => {
      for (let t = 0; t < length; t += 1) table[((t >> 3) * columns.length + i) * ROWS_A_BLOCK + (t & 7)] = column[t]!;
    });
    this.#weights = new Float64Array(memory.buffer, 0, columns.length);
    this.#found = new Float64Array(memory.buffer, columns.length * (1 + padded) * DOUBLE_BYTES, padded);
  }

  /** `undefined` where there is nothing to add, too much for 4 GiB, or no such machine code: then `plainSums` does it. */
  static over(columns: readonly Float64Array[], length: number): WeightedSums | undefined {
    if (columns.length === 0 || length === 0 || pagesFor(columns.length, length) >= MOST_PAGES) return undefined;
    const machine = machineOf<Machine>(CODE);
    if (machine === undefined) return undefined;
    try {
      return new WeightedSums(machine, columns, length);
    } catch {
      return undefined; // no memory
    }
  }

  /** Writes the sums into `to`. */
  into(to: Float64Array, weights: ArrayLike<number>): void {
    assert(weights.length === this.#count && to.length === this.#length, "weights and sums have the size of the table");
    this.#weights.set(weights);
    this.#machine.sums(0, this.#count, this.#count * DOUBLE_BYTES, this.#found.byteOffset, this.#found.byteOffset + this.#found.byteLength);
    to.set(this.#length === this.#found.length ? this.#found : this.#found.subarray(0, this.#length));
  }
}

/** The same, to be read: writes Σ weight × column into `to`. */
export function plainSums(to: Float64Array, weights: ArrayLike<number>, columns: readonly Float64Array[]): void {
  to.fill(0);
  columns.forEach((column, i) => {
    for (let t = 0; t < to.length; t += 1) to[t]! += weights[i]! * column[t]!;
  });
}

function paddedLength(length: number): number {
  return Math.ceil(length / ROWS_A_BLOCK) * ROWS_A_BLOCK;
}

function pagesFor(count: number, length: number): number {
  return Math.ceil(((count * (1 + paddedLength(length)) + paddedLength(length)) * DOUBLE_BYTES) / PAGE_BYTES);
}
