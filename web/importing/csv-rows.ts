/** A row of a CSV file, as texts by the names of its head. */
export interface CsvRow {
  readonly line: number; // where it begins in the file, from 1
  readonly values: Readonly<Record<string, string>>; // cells that hold something; of a row that is none, its text under "row"
  readonly problem?: string; // why it is none
}

/** A longer row is refused, as `fillbook import` does. */
const LONGEST_ROW = 1 << 20;
const REPLACED = "\uFFFD"; // what a decoder puts in the place of bytes that are no UTF-8

type Scanned = { readonly next: number; readonly end: number; readonly lines: number; readonly cells: readonly string[] } | { readonly problem: string } | "incomplete";

/**
 * Reads CSV piece by piece, by the rules of `fillbook import`: RFC 4180, separated by `,`, `;` or a tab, whichever the head has most of; a quote inside an unquoted cell is plain text.
 * Where quotes are wrong, the one line is no row and the next one is read. A row with more cells than the head, or fewer, is none: what a cell says would be a guess.
 * Nothing in it is read as a number.
 */
export class CsvRows {
  #rest = "";
  #line = 1;
  #names: readonly string[] | undefined;
  #separator: string | undefined;
  #isSkipping = false; // inside a line that is too long
  /** Why the head cannot be used; undefined when it can, or has not come. */
  headProblem: string | undefined;

  /** The names of the head; undefined before it has come. */
  get names(): readonly string[] | undefined {
    return this.#names;
  }

  /** The rows that a piece completes. @param isLast nothing comes after it */
  take(piece: string, isLast: boolean): CsvRow[] {
    const text = this.#rest + piece;
    const rows: CsvRow[] = [];
    let at = 0;
    if (this.#isSkipping) at = this.#skip(text, 0);
    while (at < text.length) {
      if (this.#separator === undefined) {
        if (!isLast && !text.includes("\n") && text.length <= LONGEST_ROW) break; // the head is not whole
        this.#separator = separatorOf(text);
      }
      const scanned = scan(text, at, this.#separator, isLast);
      const isTooLong = (scanned === "incomplete" || "problem" in scanned ? text.length : scanned.end) - at > LONGEST_ROW;
      if (scanned === "incomplete" && !isTooLong) break;
      if (scanned !== "incomplete" && !("problem" in scanned) && !isTooLong) {
        if (scanned.end > at) this.#record(scanned.cells, text.slice(at, scanned.end), rows);
        this.#line += scanned.lines;
        at = scanned.next;
        continue;
      }
      const found = text.indexOf("\n", at);
      const end = found < 0 ? text.length : found;
      if (found < 0 && !isLast && end - at <= LONGEST_ROW) break; // the line goes on
      const problem = end - at > LONGEST_ROW ? `longer than ${LONGEST_ROW} characters` : scanned === "incomplete" || !("problem" in scanned) ? `a quote opened here is not closed within ${LONGEST_ROW} characters` : scanned.problem;
      if (this.#names === undefined) {
        this.headProblem ??= `the head cannot be read: ${problem}`;
        this.#names = [];
      } else rows.push(noRow(this.#line, problem, text.slice(at, Math.min(end, at + 1_000))));
      if (found < 0) {
        this.#isSkipping = true;
        at = end;
      } else {
        this.#line += 1;
        at = end + 1;
      }
    }
    this.#rest = text.slice(at);
    return rows;
  }

  #skip(text: string, at: number): number {
    const found = text.indexOf("\n", at);
    if (found < 0) return text.length;
    this.#isSkipping = false;
    this.#line += 1;
    return found + 1;
  }

  #record(cells: readonly string[], text: string, rows: CsvRow[]): void {
    if (this.#names === undefined) {
      const names = cells.map((name) => name.replace(/^\uFEFF/, "").trim());
      this.#names = names;
      const twice = names.find((name, i) => name !== "" && names.indexOf(name) !== i);
      if (twice !== undefined) this.headProblem = `the column "${twice}" stands twice: remove or rename one of them`;
      return;
    }
    const names = this.#names;
    if (text.includes(REPLACED)) rows.push(noRow(this.#line, "is not UTF-8: save the file as UTF-8", text));
    else if (cells.length !== names.length && text.trim() !== "") rows.push(noRow(this.#line, `has ${cells.length} ${cells.length === 1 ? "cell" : "cells"} where the head has ${names.length}`, text));
    else if (text.trim() !== "") rows.push({ line: this.#line, values: Object.fromEntries(names.flatMap((name, i) => (cells[i] === "" ? [] : [[name, cells[i]!]]))) });
  }
}

function noRow(line: number, problem: string, row: string): CsvRow {
  return { line, problem, values: { row } };
}

function separatorOf(text: string): string {
  const [head = ""] = text.split("\n", 1);
  return [",", ";", "\t"].reduce((best, one) => (head.split(one).length > head.split(best).length ? one : best));
}

/** The row that starts at `start`, or why it is none; incomplete where the next piece tells. */
function scan(text: string, start: number, separator: string, isLast: boolean): Scanned {
  const cells: string[] = [];
  let at = start;
  let lines = 1;
  for (;;) {
    if (text[at] === '"') {
      let close = at + 1;
      for (;;) {
        close = text.indexOf('"', close);
        if (close < 0 || (close === text.length - 1 && !isLast)) return close < 0 && isLast ? { problem: `a quote opened in cell ${cells.length + 1} is never closed` } : "incomplete";
        if (text[close + 1] !== '"') break;
        close += 2;
      }
      const cell = text.slice(at + 1, close);
      for (let line = cell.indexOf("\n"); line >= 0; line = cell.indexOf("\n", line + 1)) lines += 1;
      cells.push(cell.replaceAll('""', '"'));
      at = close + 1;
      if (text[at] === "\r" && at + 1 >= text.length && !isLast) return "incomplete";
      if (text[at] === separator) {
        at += 1;
        continue;
      }
      const end = at;
      if (text[at] === "\r" && (at + 1 >= text.length || text[at + 1] === "\n")) at += 1;
      if (at >= text.length || text[at] === "\n") return { next: Math.min(text.length, at + 1), end, lines, cells };
      return { problem: `text follows the closing quote of cell ${cells.length}` };
    }
    const next = text.indexOf(separator, at);
    const line = text.indexOf("\n", at);
    if (next >= 0 && (line < 0 || next < line)) {
      cells.push(text.slice(at, next));
      at = next + 1;
      continue;
    }
    if (line < 0 && !isLast) return "incomplete";
    const stop = line < 0 ? text.length : line;
    const end = stop > at && text[stop - 1] === "\r" ? stop - 1 : stop;
    cells.push(text.slice(at, end));
    return { next: Math.min(text.length, stop + 1), end, lines, cells };
  }
}
