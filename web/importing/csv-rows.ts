/** A row of a CSV file, as texts by the names of its head. */
export interface CsvRow {
  readonly line: number; // where it begins in the file, from 1
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Reads CSV piece by piece, by RFC 4180: quoted cells may hold commas, line ends and doubled quotes. Separated by `,`, `;` or a tab, whichever the head has most of.
 * Nothing in it is read as a number.
 */
export class CsvRows {
  #rest = "";
  #line = 1;
  #names: readonly string[] | undefined;
  #separator = ",";

  /** The names of the head; undefined before it has come. */
  get names(): readonly string[] | undefined {
    return this.#names;
  }

  /** The rows that a piece completes. @param isLast nothing comes after it */
  take(piece: string, isLast: boolean): CsvRow[] {
    const text = this.#rest + piece;
    const rows: CsvRow[] = [];
    let begin = 0;
    let lines = 0;
    let isQuoted = false;
    const end = (at: number, next: number) => {
      const record = text.slice(begin, at);
      const line = this.#line;
      this.#line += lines + 1;
      lines = 0;
      begin = next;
      this.#record(record, line, rows);
    };
    for (let at = 0; at < text.length; at += 1) {
      const sign = text[at];
      if (sign === '"') isQuoted = !isQuoted;
      else if (sign === "\n" && isQuoted) lines += 1;
      else if (sign === "\n") end(text[at - 1] === "\r" && at > begin ? at - 1 : at, at + 1);
    }
    if (isLast && begin < text.length) end(text.length, text.length);
    this.#rest = text.slice(begin);
    return rows;
  }

  #record(record: string, line: number, rows: CsvRow[]): void {
    if (this.#names === undefined) {
      const head = record.replace(/^\uFEFF/, "");
      this.#separator = [",", ";", "\t"].reduce((best, one) => (head.split(one).length > head.split(best).length ? one : best));
      this.#names = cellsOf(head, this.#separator).map((name) => name.trim());
    } else if (record.trim() !== "") {
      const cells = cellsOf(record, this.#separator);
      rows.push({ line, values: Object.fromEntries(this.#names.flatMap((name, i) => (cells[i] === undefined || cells[i] === "" ? [] : [[name, cells[i]]]))) });
    }
  }
}

function cellsOf(record: string, separator: string): string[] {
  const cells: string[] = [];
  let at = 0;
  while (at <= record.length) {
    if (record[at] === '"') {
      let cell = "";
      at += 1;
      for (; at < record.length; at += 1) {
        if (record[at] !== '"') cell += record[at];
        else if (record[at + 1] === '"') {
          cell += '"';
          at += 1;
        } else break;
      }
      const next = record.indexOf(separator, at + 1);
      cells.push(cell + record.slice(at + 1, next < 0 ? undefined : next));
      at = next < 0 ? record.length + 1 : next + 1;
    } else {
      const next = record.indexOf(separator, at);
      cells.push(record.slice(at, next < 0 ? undefined : next));
      at = next < 0 ? record.length + 1 : next + 1;
    }
  }
  return cells;
}
