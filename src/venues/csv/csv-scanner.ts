/** One row as places in bytes. The same object is used for every row: take what you need before the next. */
export interface CsvRow {
  bytes: Uint8Array;
  begin: number; // the row without its line end is bytes[begin … end)
  end: number;
  line: number; // of its first byte, counted from 1
  cells: number;
  from: Int32Array; // cell k is bytes[from[k] … to[k]), without its quotes
  to: Int32Array;
  doubled: boolean; // some cell may hold doubled quotes: see `unquoted`
}

export interface CsvTaker {
  row(row: CsvRow): void;
  /**
   * May take the row that starts at `start`, and others behind it, each of one line; says how many, 0 to have it as a `row`, and
   * where the next one starts at `fastEnd`. Called once `fastRoom` is not 0, with at least so many bytes to look at, which
   * stay as they are in this array.
   */
  fastRows?(bytes: Uint8Array, start: number, line: number): number;
  readonly fastEnd?: number;
  fastRoom?: number;
  /** A row that is none. `raw` is its first line, or the start of it. */
  broken(line: number, reason: string, raw: Uint8Array): void;
}

const LF = 10;
const CR = 13;
const QUOTE = 34;
const INCOMPLETE = -1;
/** A longer row is refused, so that no file can fill the memory. */
export const LONGEST_ROW = 1 << 20;

/**
 * Splits CSV bytes into rows and cells (RFC 4180; line ends LF or CRLF; a quote inside an unquoted cell is plain text).
 * Bytes come in pieces of any size. Empty lines are no rows. Where quotes are wrong, or a row is too long, the one line
 * is refused and reading goes on with the next: a stray quote must not swallow the rest of the file.
 */
export class CsvScanner {
  readonly #separator: number;
  readonly #taker: CsvTaker;
  readonly #longest: number;
  readonly #row: CsvRow = { bytes: new Uint8Array(0), begin: 0, end: 0, line: 1, cells: 0, from: new Int32Array(32), to: new Int32Array(32), doubled: false };
  #buffer = new Uint8Array(0); // used again for every piece: fresh memory costs more than copying
  #rest = new Uint8Array(0); // what the last piece left over, at the start of the buffer
  #skipping = false; // inside the rest of a line that is too long
  #problem = "";
  #hasRoom = true; // so that rows may be read the fast way

  constructor(separator: number, taker: CsvTaker, longest = LONGEST_ROW) {
    this.#separator = separator;
    this.#taker = taker;
    this.#longest = longest;
  }

  /** Takes the next bytes; they may be overwritten afterwards. */
  push(chunk: Uint8Array): void {
    const kept = this.#rest.length;
    const length = kept + chunk.length;
    if (length > this.#buffer.length) {
      this.#buffer = new Uint8Array(length + (length >> 3));
      this.#buffer.set(this.#rest);
    }
    this.#buffer.set(chunk, kept);
    this.#keep(this.#rows(this.#buffer.subarray(0, length), false), length);
  }

  /** Moves what is left over to the start of the buffer. */
  #keep(from: number, to: number): void {
    this.#buffer.copyWithin(0, from, to);
    this.#rest = this.#buffer.subarray(0, to - from);
  }

  /** The line that the next row starts in, counted from 1. */
  get line(): number {
    return this.#row.line;
  }

  /** Counts lines that somebody else has read. */
  passLines(lines: number): void {
    this.#row.line += lines;
  }

  /** Gives all rows that are whole. Says whether nothing is left over: then the next byte is the first of a row. */
  settle(): boolean {
    const { length } = this.#rest;
    this.#hasRoom = false;
    const at = this.#rows(this.#rest, false);
    this.#hasRoom = true;
    this.#keep(at, length);
    return this.#rest.length === 0 && !this.#skipping;
  }

  /** Ends the file. `cut` says why it ends too early: its last row is then refused, however whole it looks. */
  finish(cut?: string): void {
    const rest = this.#rest;
    this.#rest = new Uint8Array(0);
    this.#hasRoom = false;
    const at = this.#rows(rest, cut === undefined);
    if (cut !== undefined) this.#taker.broken(this.#row.line, cut, rest.subarray(at));
  }

  /** Gives all whole rows of `bytes` and says where the first unfinished one starts. */
  #rows(bytes: Uint8Array, final: boolean): number {
    let at = 0;
    if (this.#skipping) {
      at = bytes.indexOf(LF) + 1;
      if (at === 0) return bytes.length;
      this.#skipping = false;
      this.#row.line += 1;
    }
    this.#row.bytes = bytes;
    while (at < bytes.length) {
      const line = this.#row.line;
      const room = this.#hasRoom ? (this.#taker.fastRoom ?? 0) : 0;
      if (room > 0) {
        if (at + room <= bytes.length) {
          const rows = this.#taker.fastRows!(bytes, at, line);
          if (rows > 0) {
            this.#row.line = line + rows;
            at = this.#taker.fastEnd!;
            continue;
          }
        } else return at; // the next piece makes room
      }
      this.#problem = "";
      const next = this.#scan(bytes, at, final);
      const tooLong = (next === INCOMPLETE ? bytes.length - 1 : this.#row.end) - at > this.#longest; // the last byte may be a CR
      const problem = this.#problem !== "";
      const wait = !final && !tooLong && (next === INCOMPLETE || (problem && bytes.length - 1 - at <= this.#longest && bytes.indexOf(LF, at) < 0));
      if (wait) {
        this.#row.line = line;
        return at;
      }
      if (tooLong || problem) {
        at = this.#refuseLine(bytes, at, line, tooLong);
        continue;
      }
      const after = this.#row.line;
      this.#row.line = line;
      if (this.#row.end > at) this.#taker.row(this.#row);
      this.#row.line = after;
      at = next;
    }
    return at;
  }

  /** Refuses one line, whatever quotes say, and goes on after it. */
  #refuseLine(bytes: Uint8Array, at: number, line: number, tooLong: boolean): number {
    const found = bytes.indexOf(LF, at);
    const end = found < 0 ? bytes.length : found;
    const isLineLong = end - at > this.#longest; // if only the row is too long, a quote has taken lines into it
    const reason = isLineLong ? `longer than ${this.#longest} bytes` : tooLong ? `a quote opened here is not closed within ${this.#longest} bytes` : this.#problem;
    this.#taker.broken(line, reason, bytes.subarray(at, Math.min(end, at + this.#longest)));
    this.#skipping = found < 0;
    this.#row.line = found < 0 ? line : line + 1;
    return found < 0 ? end : end + 1;
  }

  /** Fills `#row` with the row that starts at `start`; returns where the next one starts, `INCOMPLETE` where bytes are missing. */
  #scan(bytes: Uint8Array, start: number, final: boolean): number {
    const row = this.#row;
    const separator = this.#separator;
    const highest = Math.max(separator, QUOTE); // a byte above it is plain text
    const length = bytes.length;
    let { from, to } = row;
    let cell = 0;
    let at = start;
    row.begin = start;
    row.doubled = false;
    for (;;) {
      if (cell === from.length) [from, to] = this.#grow();
      if (at < length && bytes[at] === QUOTE) {
        const close = this.#closingQuote(bytes, at + 1);
        if (close >= length - 1 && !final) return INCOMPLETE; // the byte after the quote tells whether it closes
        if (close >= length) return this.#wrong(length, `a quote opened in cell ${cell + 1} is never closed`);
        from[cell] = at + 1;
        to[cell] = close;
        at = close + 1;
        const next = at < length ? bytes[at]! : LF;
        if (next === CR && at + 1 >= length && !final) return INCOMPLETE;
        if (next !== separator && next !== LF && !(next === CR && (at + 1 >= length || bytes[at + 1] === LF))) {
          return this.#wrong(at, `text follows the closing quote of cell ${cell + 1}`);
        }
        cell += 1;
        if (next === separator) {
          at += 1;
          continue;
        }
        row.end = at;
        if (next === CR) at += 1;
      } else {
        from[cell] = at;
        let byte = LF;
        for (; at < length; at += 1) {
          byte = bytes[at]!;
          if (byte <= highest && (byte === separator || byte === LF)) break;
        }
        if (at >= length) {
          if (!final) return INCOMPLETE;
          byte = LF;
        }
        if (byte === separator) {
          to[cell] = at;
          cell += 1;
          at += 1;
          continue;
        }
        row.end = at > from[cell]! && bytes[at - 1] === CR ? at - 1 : at;
        to[cell] = row.end;
        cell += 1;
      }
      row.cells = cell;
      row.line += 1;
      return at + 1;
    }
  }

  /** Where the quote that ends a quoted cell stands, or the length of `bytes`. Counts the lines in between. */
  #closingQuote(bytes: Uint8Array, start: number): number {
    let at = start;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === LF) this.#row.line += 1;
      else if (byte === QUOTE) {
        if (bytes[at + 1] !== QUOTE) return at;
        this.#row.doubled = true;
        at += 1;
      }
    }
    return bytes.length;
  }

  #wrong(end: number, problem: string): number {
    this.#problem = problem;
    this.#row.end = end;
    return end;
  }

  #grow(): [Int32Array, Int32Array] {
    const { from, to } = this.#row;
    this.#row.from = new Int32Array(from.length * 2);
    this.#row.to = new Int32Array(to.length * 2);
    this.#row.from.set(from);
    this.#row.to.set(to);
    return [this.#row.from, this.#row.to];
  }
}
