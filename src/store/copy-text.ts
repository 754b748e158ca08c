const SPECIAL = /[\\\t\n\r\0]/;
const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\uFFFD" };

/**
 * A value in the text form of COPY: `\N` for null. PostgreSQL's text knows no NUL character: U+FFFD stands for it.
 * @see https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export function copyText(value: string | null): string {
  if (value === null) return "\\N";
  return SPECIAL.test(value) ? value.replace(/[\\\t\n\r\0]/g, (character) => ESCAPES[character]!) : value;
}

/** JSON that PostgreSQL takes: it refuses an escaped NUL, too. */
export function jsonOf(value: unknown): string {
  return withoutNul(JSON.stringify(value));
}

/** The same of JSON that there is. */
export function withoutNul(text: string): string {
  return text.includes("\\u0000") ? text.replace(/(?<!\\)((?:\\\\)*)\\u0000/g, "$1\uFFFD") : text; // a backslash of its own stands before, doubled
}

const PIECE = 256 * 1024;

/** Lines on their way to COPY, as bytes: held as texts they would have to be collected as garbage one by one. */
export class CopyLines {
  #pieces: Uint8Array[] = [];
  #piece = Buffer.allocUnsafe(0);
  #at = 0;

  add(line: string): void {
    const most = line.length * 3; // in UTF-8
    if (this.#at + most > this.#piece.length) {
      this.#end();
      this.#piece = Buffer.allocUnsafe(Math.max(PIECE, most));
    }
    this.#at += this.#piece.write(line, this.#at);
  }

  /** Takes out those that wait. */
  take(): readonly Uint8Array[] {
    this.#end();
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  #end(): void {
    if (this.#at > 0) this.#pieces.push(this.#piece.subarray(0, this.#at));
    this.#piece = this.#piece.subarray(this.#at);
    this.#at = 0;
  }
}
