import { machineOf, type MachineMemory } from "../../core/num/index.ts";
import type { Directory, FillColumns } from "../../core/model/index.ts";
import { ABSENT, nameBytes } from "./byte-index.ts";
import { CSV_ROWS_CODE } from "./csv-rows-code.ts";
import { canBeFast, constantNumbers } from "./fast-cells.ts";
import { FastNames, NAMED } from "./fast-names.ts";
import type { FillColumn, FillTexts } from "./fill-row.ts";
import type { FillLayout } from "./layout.ts";
import type { UnitsSeen } from "./units.ts";

/** Bytes that must be left after a row's start: no cell that is read here reaches further. */
export const FAST_ROOM = 8192;
const MOST_CELLS = 28; // of at most 257 bytes each

/** Places in the memory, in bytes, and numbers: as in assembly/csv-rows.ts. */
const STOPPED_AT = 0; // of what is said, in words
const REASON = 1;
const NAME_KIND = 2;
const NAME_FROM = 3;
const NAME_TO = 4;
const UNITS = 5;
const EPOCHS = 6;
const UNIT_COUNT = 4;
const FOUND = 16;
const OTHERWISE = 24;
const KINDS = 42;
const SAID_WORDS = 128;
const MOST = 8192;
const WINDOW = 512 * 1024;
const NAME = 2;
const ROUTE = 3;
const IGNORED = 0;
const FIRST_NAMED = 16;
/** What a cell may hold, by its number there. */
const KIND_OF = new Map<FillColumn, number>([
  ["id", 1], ["side", 2], ["quantity", 3], ["price", 4], ["fee", 5], ["timestamp", 6], ["seq", 7],
  ["arrival_price", 8], ["slippage", 9], ["latency_ms", 10], ["execution_score", 11], ["order_id", 12],
  ...NAMED.map((column, k) => [column, FIRST_NAMED + k] as const),
]);

interface Machine {
  readonly memory: MachineMemory;
  read(from: number, to: number, first: number, most: number, cells: number, separator: number, isSigned: number, textAt: number, textFrom: number): number;
  learnName(kind: number, from: number, to: number, number: number): void;
  learnRoute(number: number): void;
}

/**
 * Reads the CSV rows nearly all files are made of, some thousand at a time, by machine code (WebAssembly): a third of the
 * time that code of ours takes once it is compiled, and quick from the first row on. Whatever is out of the ordinary it
 * leaves to `readFillRow`, and learns the words of that row.
 */
export class FastRows {
  /** Whether a layout lets rows be read this way at all. */
  readonly possible: boolean;
  /** Where rows are added from now on. */
  fills: FillColumns;
  /** Of what `read` added last: row k's place in the export at [k], if the file has a `seq` column. */
  seqs = new Float64Array(0);
  readonly #machine: Machine | undefined;
  readonly #names: FastNames;
  readonly #goesOn: Uint8Array;
  readonly #cells: number;
  readonly #separator: number;
  readonly #isSigned: number;
  readonly #hasSeq: boolean;
  #memory: Memory | undefined;
  #bytes: Uint8Array = new Uint8Array(0); // whose part [windowFrom … windowTo) lies in the memory
  #windowFrom = 0;
  #windowTo = 0;

  constructor(layout: FillLayout, fills: FillColumns, separator: number, directory: Directory) {
    this.fills = fills;
    this.#names = FastNames.of(directory);
    this.#goesOn = nameBytes(separator);
    this.#cells = layout.cells;
    this.#separator = separator;
    this.#isSigned = layout.signed ? 1 : 0;
    this.#hasSeq = layout.from.has("seq");
    const once = new Set(layout.from.values()).size === layout.from.size;
    const isFit = canBeFast(layout) && once && layout.cells <= MOST_CELLS;
    this.#machine = isFit ? machineOf<Machine>(CSV_ROWS_CODE) : undefined;
    this.possible = this.#machine !== undefined;
    if (this.#machine === undefined) return;
    const { said } = this.#look(this.#machine);
    said.fill(IGNORED, KINDS, KINDS + layout.cells);
    for (const [column, cell] of layout.from) said[KINDS + cell] = KIND_OF.get(column)!;
    said.set(constantNumbers(layout, this.#names), OTHERWISE);
  }

  /**
   * Adds rows to the columns, the first one that which starts at `start`, as long as there is room, `FAST_ROOM` bytes follow and
   * nothing is out of the ordinary. `bytes` are looked at once: what they hold may change with another array only.
   * @param line of the first row, to tell `units` where it saw what
   * @returns where the next row starts; `start` itself when the plain reader must look
   */
  read(bytes: Uint8Array, start: number, line: number, units: UnitsSeen): number {
    const machine = this.#machine!;
    const { fills } = this;
    if (bytes !== this.#bytes || start < this.#windowFrom || start > this.#windowTo - FAST_ROOM) this.#load(machine, bytes, start);
    const most = Math.min(MOST, fills.capacity - fills.count);
    const textFrom = fills.textLength;
    const { said } = this.#look(machine);
    said[UNITS] = 0;
    said.fill(-1, EPOCHS, EPOCHS + UNIT_COUNT);
    let at = start - this.#windowFrom;
    let rows = 0;
    for (let goesOn = true; goesOn; ) {
      const textTo = rows === 0 ? textFrom : this.#look(machine).noteEnd[rows - 1]!;
      rows = machine.read(at, this.#windowTo - this.#windowFrom - FAST_ROOM + 1, rows, most, this.#cells, this.#separator, this.#isSigned, textTo - textFrom, textTo);
      const told = this.#look(machine).said;
      at = told[STOPPED_AT]!;
      goesOn = told[REASON] === NAME ? this.#learnName(machine, told) : told[REASON] === ROUTE && this.#learnRoute(machine, told);
    }
    if (rows > 0) this.#give(this.#look(machine), rows, textFrom, line, units);
    return this.#windowFrom + at;
  }

  /** Keeps the words of a row that the plain reader has just added as the last one. */
  learn(texts: FillTexts): void {
    this.#names.learn(texts, this.fills.traits[this.fills.count - 1]!);
  }

  #load(machine: Machine, bytes: Uint8Array, start: number): void {
    this.#bytes = bytes;
    this.#windowFrom = start;
    this.#windowTo = Math.min(bytes.length, start + WINDOW);
    const { input } = this.#look(machine);
    input.set(bytes.subarray(this.#windowFrom, this.#windowTo));
    input[this.#windowTo - this.#windowFrom] = 0; // where all reading ends
  }

  /** Numbers the name it stopped at; false when it can have none. */
  #learnName(machine: Machine, said: Int32Array): boolean {
    const [kind, from, to] = [said[NAME_KIND]!, said[NAME_FROM]!, said[NAME_TO]!];
    const { input } = this.#memory!;
    const isRead = this.#names.read(kind - FIRST_NAMED, input, from, this.#goesOn) === to;
    if (isRead) machine.learnName(kind, from, to, this.#names.number);
    return isRead;
  }

  #learnRoute(machine: Machine, said: Int32Array): boolean {
    const route = this.#names.route(said[FOUND]!, said[FOUND + 1]!, said[FOUND + 2]!);
    if (route !== ABSENT) machine.learnRoute(route);
    return route !== ABSENT;
  }

  /** Puts the rows of the memory behind those of the columns. */
  #give(memory: Memory, rows: number, textFrom: number, line: number, units: UnitsSeen): void {
    const { fills } = this;
    const to = fills.count;
    const textBytes = memory.noteEnd[rows - 1]! - textFrom;
    fills.reserveText(textBytes);
    fills.texts.set(memory.texts.subarray(0, textBytes), textFrom);
    for (const column of COLUMNS) fills[column].set(memory[column].subarray(0, rows), to);
    fills.count = to + rows;
    if (this.#hasSeq) this.seqs = memory.seqs.subarray(0, rows);
    const { said } = memory;
    for (let unit = 0; unit < UNIT_COUNT; unit += 1) {
      if ((said[UNITS]! & (1 << unit)) === 0) continue;
      const epoch = said[EPOCHS + unit]!;
      units.see(unit, false, line);
      if (epoch >= 0) units.see(unit, true, line + epoch);
    }
  }

  /** Views of the memory: others, once it has grown. */
  #look(machine: Machine): Memory {
    const { buffer } = machine.memory;
    if (this.#memory?.said.buffer !== buffer) this.#memory = memoryOf(buffer);
    return this.#memory;
  }
}

type Memory = ReturnType<typeof memoryOf>;
const COLUMNS = ["quantity", "price", "fee", "timeHigh", "timeLow", "route", "feeCurrency", "strategy", "signal", "idEnd", "noteEnd", "traits", "quantityDigits", "priceDigits", "feeDigits"] as const;

function memoryOf(buffer: ArrayBuffer) {
  let at = 1024;
  const next = <View>(Of: new (buffer: ArrayBuffer, from: number, length: number) => View, bytes: number, length = MOST): View => {
    const view = new Of(buffer, at, length);
    at += length * bytes;
    return view;
  };
  return {
    said: new Int32Array(buffer, 0, SAID_WORDS),
    quantity: next(Float64Array, 8),
    price: next(Float64Array, 8),
    fee: next(Float64Array, 8),
    seqs: next(Float64Array, 8),
    timeHigh: next(Int32Array, 4),
    timeLow: next(Uint32Array, 4),
    route: next(Int32Array, 4),
    feeCurrency: next(Int32Array, 4),
    strategy: next(Int32Array, 4),
    signal: next(Int32Array, 4),
    idEnd: next(Uint32Array, 4),
    noteEnd: next(Uint32Array, 4),
    traits: next(Uint16Array, 2),
    quantityDigits: next(Uint8Array, 1),
    priceDigits: next(Uint8Array, 1),
    feeDigits: next(Uint8Array, 1),
    texts: next(Uint8Array, 1, WINDOW + MOST * 4),
    input: next(Uint8Array, 1, WINDOW + 512),
  };
}
