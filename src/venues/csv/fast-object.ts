import type { Directory, FillColumns } from "../../core/model/index.ts";
import { ABSENT, ByteIndex, hashOf, nameBytes, scanName, scannedName } from "./byte-index.ts";
import { canBeFast, FastCells, IGNORED, kindOf } from "./fast-cells.ts";
import { FILL_COLUMNS, type FillColumn, type FillTexts } from "./fill-row.ts";
import type { FillLayout } from "./layout.ts";

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const COLON = 58;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;

/** Keys that no fill has are told apart too, as far as the bits of a number go. */
const MOST_KEYS = 31;
const SEQ = FILL_COLUMNS.indexOf("seq");
/** Longest text between two values that is expected to come again; the shortest has five bytes. */
const LONGEST_JOINT = 48;
const WORD = 4;
/** Words of a joint: its whole ones, and one at its end. */
const JOINT_WORDS = LONGEST_JOINT / WORD + 1;

export interface FastObjectOptions {
  readonly lines: boolean; // whether an object must be followed by a line end, which is read with it
  readonly extras: boolean; // whether keys may stand there that the layout does not know
}

/**
 * Reads the JSON objects nearly all fills come in, in one pass over the bytes: see `FastCells`. Keys stand in any order;
 * what stands between two values is compared with what stood there in the row before. Whatever is out of the ordinary
 * (escapes, nested values, exponents, a key that stands twice) it leaves to `readJsonFill` and `readFillRow`.
 */
export class FastObject {
  /** Whether a layout lets rows be read this way at all. */
  readonly possible: boolean;
  /** Whether rows must have a `seq`, or must not; `undefined`: as they like. */
  wantsSeq: boolean | undefined;
  readonly #cells: FastCells;
  readonly #options: FastObjectOptions;
  readonly #keys = new ByteIndex(); // the number of a key: its column's place in FILL_COLUMNS; from there on, of keys no fill has
  readonly #required: number; // bits of the keys that no row lacks
  readonly #kinds = new Int32Array(MOST_KEYS).fill(IGNORED); // of each key
  #keyCount: number = FILL_COLUMNS.length;
  // What stood behind the value of a key k, up to the next one, and which key that was; k = 0 is the start, 1 + the key's number else.
  readonly #joints = new Int32Array((MOST_KEYS + 1) * JOINT_WORDS);
  readonly #jointLength = new Int32Array(MOST_KEYS + 1);
  readonly #nextKey = new Int32Array(MOST_KEYS + 1);
  #bytes: Uint8Array = new Uint8Array(0); // those that are read, and a view of them
  #view: DataView = new DataView(this.#bytes.buffer);

  constructor(layout: FillLayout, fills: FillColumns, directory: Directory, options: FastObjectOptions) {
    this.#cells = new FastCells(layout, fills, directory);
    this.#options = options;
    let once = true;
    for (const [column, keys] of layout.keys) {
      const number = FILL_COLUMNS.indexOf(column);
      this.#kinds[number] = kindOf(column);
      for (const key of keys) {
        const bytes = Buffer.from(key);
        once &&= this.#keys.find(bytes, 0, bytes.length, hashOf(bytes)) === ABSENT;
        this.#keys.set(bytes, 0, bytes.length, hashOf(bytes), number);
      }
    }
    const required: readonly FillColumn[] = ["id", "quantity", "price", "timestamp", ...(layout.signed ? [] : ["side" as const])];
    this.#required = required.reduce((bits, column) => bits | (1 << FILL_COLUMNS.indexOf(column)), 0);
    this.possible = canBeFast(layout) && once;
  }

  /** Where rows are added from now on. */
  set fills(fills: FillColumns) {
    this.#cells.fills = fills;
  }
  /** Place in the export of the row last read, if it has a `seq`. */
  get seq(): number {
    return this.#cells.seq;
  }

  /**
   * Adds the object that starts at `start` to the columns. `SLACK` bytes that go on with nothing stand behind what is known.
   * @returns where it ends; −1, with nothing added, when the plain reader must look
   */
  read(bytes: Uint8Array, start: number): number {
    const cells = this.#cells;
    if (bytes !== this.#bytes) this.#lookAt(bytes);
    cells.begin();
    let seen = 0;
    let at = start;
    for (let place = 0; ; ) {
      at = this.#follows(at, place) ? at + this.#jointLength[place]! : this.#joint(bytes, at, place);
      if (at < 0) return -1;
      const key = this.#nextKey[place]!;
      if ((seen & (1 << key)) !== 0) return -1;
      seen |= 1 << key;
      place = key + 1;
      at = bytes[at] === QUOTE ? this.#text(bytes, at + 1, this.#kinds[key]!) : this.#bare(bytes, at, this.#kinds[key]!);
      if (at < 0) return -1;
      if (bytes[at] === SPACE) at = skipSpaces(bytes, at);
      if (bytes[at] === CLOSE) break;
    }
    if ((seen & this.#required) !== this.#required) return -1;
    if (this.wantsSeq !== undefined && this.wantsSeq !== ((seen & (1 << SEQ)) !== 0)) return -1;
    at += 1;
    if (this.#options.lines) {
      if (bytes[at] === CR) at += 1;
      if (bytes[at] !== LF) return -1;
      at += 1;
    }
    return cells.end(bytes) ? at : -1;
  }

  /** Keeps the words of a row that the plain reader has just added as the last one. */
  learn(texts: FillTexts): void {
    this.#cells.learn(texts);
  }

  #lookAt(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether what is expected at this place stands there. */
  #follows(at: number, place: number): boolean {
    const view = this.#view;
    const joints = this.#joints;
    const lastWord = at + this.#jointLength[place]! - WORD;
    let i = place * JOINT_WORDS;
    for (let word = at; word < lastWord; word += WORD, i += 1) if (view.getInt32(word, true) !== joints[i]) return false;
    return lastWord > at && view.getInt32(lastWord, true) === joints[i];
  }

  /** Expects at this place what stands in bytes [start, end). */
  #expect(start: number, end: number, place: number): void {
    const lastWord = end - WORD;
    let i = place * JOINT_WORDS;
    for (let word = start; word < lastWord; word += WORD, i += 1) this.#joints[i] = this.#view.getInt32(word, true);
    this.#joints[i] = this.#view.getInt32(lastWord, true);
  }

  /** Reads what stands before a value and expects it there from now on. Returns where the value starts, −1 for what is not plain. */
  #joint(bytes: Uint8Array, start: number, place: number): number {
    if (bytes[start] !== (place === 0 ? OPEN : COMMA)) return -1;
    const from = skipSpaces(bytes, start + 1) + 1;
    if (bytes[from - 1] !== QUOTE) return -1;
    const to = scanName(bytes, from, inText);
    if (to <= from || bytes[to] !== QUOTE) return -1;
    let key = this.#keys.find(bytes, from, to, scannedName.hash);
    if (key === ABSENT) {
      if (!this.#options.extras || this.#keyCount === MOST_KEYS) return -1;
      key = this.#keyCount++;
      this.#keys.set(bytes, from, to, scannedName.hash, key);
    }
    const colon = skipSpaces(bytes, to + 1);
    if (bytes[colon] !== COLON) return -1;
    const at = skipSpaces(bytes, colon + 1);
    this.#nextKey[place] = key;
    this.#jointLength[place] = at - start <= LONGEST_JOINT ? at - start : 0;
    if (at - start <= LONGEST_JOINT) this.#expect(start, at, place);
    return at;
  }

  /** Reads a text behind its quote. */
  #text(bytes: Uint8Array, start: number, kind: number): number {
    if (bytes[start] === QUOTE) return this.#cells.empty(kind) ? start + 1 : -1;
    const at = this.#cells.value(kind, bytes, start, inText);
    return at >= 0 && bytes[at] === QUOTE ? at + 1 : -1;
  }

  /** Reads a number, which is taken as it is written, or `null`, which is the same as no text. */
  #bare(bytes: Uint8Array, start: number, kind: number): number {
    if (isNull(bytes, start)) return this.#cells.empty(kind) ? start + 4 : -1;
    const end = numberEnd(bytes, start);
    return end >= 0 && this.#cells.value(kind, bytes, start, inNumber) === end ? end : -1;
  }
}

/** For every byte, whether a text goes on with it. */
const inText = nameBytes(BACKSLASH);
/** For every byte, whether a plain number goes on with it. */
const inNumber = Uint8Array.from({ length: 256 }, (_, byte) => ((byte >= ZERO && byte <= 57) || byte === MINUS || byte === POINT ? 1 : 0));

/** Where a JSON number without exponent ends; −1 where none stands. */
function numberEnd(bytes: Uint8Array, start: number): number {
  const first = bytes[start] === MINUS ? start + 1 : start;
  let at = first;
  while ((bytes[at]! ^ ZERO) <= 9) at += 1;
  if (at === first || (bytes[first] === ZERO && at > first + 1)) return -1;
  if (bytes[at] !== POINT) return at;
  const point = at;
  at += 1;
  while ((bytes[at]! ^ ZERO) <= 9) at += 1;
  return at > point + 1 ? at : -1;
}

function isNull(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 110 && bytes[at + 1] === 117 && bytes[at + 2] === 108 && bytes[at + 3] === 108;
}

function skipSpaces(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] === SPACE || bytes[at] === TAB) at += 1;
  return at;
}
