import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pieces } from "../../../test/csv-kit.ts";
import { cellText } from "./cell.ts";
import { CsvScanner } from "./csv-scanner.ts";

interface Scanned {
  rows: string[][];
  lines: number[];
  broken: [line: number, reason: string, raw: string][];
}

function scan(text: string | Uint8Array, { separator = ",", sizes = [1 << 20], longest = 1 << 20, cut = undefined as string | undefined } = {}): Scanned {
  const found: Scanned = { rows: [], lines: [], broken: [] };
  const taker = {
    row: (row: Parameters<typeof cellText>[0]) => {
      found.rows.push(Array.from({ length: row.cells }, (_, cell) => cellText(row, cell) ?? "no UTF-8"));
      found.lines.push(row.line);
    },
    broken: (line: number, reason: string, raw: Uint8Array) => found.broken.push([line, reason, Buffer.from(raw).toString()]),
  };
  const scanner = new CsvScanner(separator.charCodeAt(0), taker, longest);
  for (const piece of pieces(typeof text === "string" ? Buffer.from(text) : text, sizes)) {
    scanner.push(piece);
    piece.fill(0); // pieces may be overwritten
  }
  scanner.finish(cut);
  return found;
}

const anyCell = fc.oneof(fc.string({ unit: fc.constantFrom(..."ab1 ,;\t\"\n\r.é€𝄞") , maxLength: 6 }), fc.constantFrom("", "1.5", "buy", "x\r\ny", '""'));
const anyTable = fc.record({
  separator: fc.constantFrom(",", ";", "\t"),
  newline: fc.constantFrom("\n", "\r\n"),
  rows: fc.array(fc.array(anyCell, { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
  quoteAll: fc.boolean(),
  ended: fc.boolean(),
});

function written({ separator, newline, rows, quoteAll, ended }: typeof anyTable extends fc.Arbitrary<infer Table> ? Table : never): string {
  const cell = (text: string) => (quoteAll || /[",;\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(cell).join(separator)).join(newline) + (ended ? newline : "");
}

describe("splitting into cells", () => {
  test("is what csv-parse does, wherever the pieces end", () => {
    fc.assert(
      fc.property(anyTable, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }), (table, sizes) => {
        const text = written(table);
        const expected = parse(text, { delimiter: table.separator, record_delimiter: ["\r\n", "\n"], relax_column_count: true, skip_empty_lines: true, info: false });
        const once = scan(text, { separator: table.separator });
        expect(once.rows).toEqual(expected);
        expect(once.broken).toEqual([]);
        expect(scan(text, { separator: table.separator, sizes })).toEqual(once);
      }),
      { numRuns: 3000 },
    );
  });

  test("any bytes are split alike, wherever the pieces end, and never throw", () => {
    const anyBytes = fc.array(fc.constantFrom(..."a,\"\"\n\r\u0000".split("").map((c) => c.charCodeAt(0)), 0xff, 0xc3), { maxLength: 60 }).map((bytes) => Uint8Array.from(bytes));
    fc.assert(
      fc.property(anyBytes, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }), fc.constantFrom(5, 12, 1000), (bytes, sizes, longest) => {
        expect(scan(bytes, { sizes, longest })).toEqual(scan(bytes, { longest }));
      }),
      { numRuns: 3000 },
    );
  });

  test("lines are counted as an editor does", () => {
    expect(scan('a\n\n"b\nb",c\r\n\r\nd').lines).toEqual([1, 3, 6]);
    expect(scan('a\n\n"b\nb",c\r\n\r\nd').rows).toEqual([["a"], ["b\nb", "c"], ["d"]]);
  });

  test("a quote inside an unquoted cell is plain text", () => {
    expect(scan('5" pipe,a""b\n').rows).toEqual([['5" pipe', 'a""b']]);
  });
});

describe("one broken line does not take others with it", () => {
  test("a quote that is never closed", () => {
    const { rows, broken } = scan('a,"b\nc,d\ne,f\n');
    expect(rows).toEqual([["c", "d"], ["e", "f"]]);
    expect(broken).toEqual([[1, "a quote opened in cell 2 is never closed", 'a,"b']]);
  });

  test("a quote that the next quoted cell closes", () => {
    const { rows, lines, broken } = scan('a,"b\nc,d\ne,"f"\ng,h\n');
    expect(rows).toEqual([["c", "d"], ["e", "f"], ["g", "h"]]);
    expect(lines).toEqual([2, 3, 4]);
    expect(broken).toEqual([[1, "text follows the closing quote of cell 2", 'a,"b']]);
  });

  test("a line that is too long, quoted or not, in pieces or at once", () => {
    for (const sizes of [[3], [1000]]) {
      const { rows, lines, broken } = scan(`a\n${"x".repeat(50)}\nb\n"${"y".repeat(50)}"\nc\n`, { longest: 20, sizes });
      expect(rows).toEqual([["a"], ["b"], ["c"]]);
      expect(lines).toEqual([1, 3, 5]);
      expect(broken.map(([line, reason]) => [line, reason])).toEqual([[2, "longer than 20 bytes"], [4, "longer than 20 bytes"]]);
    }
  });

  test("a short line whose quote is not closed for long is told from a long line", () => {
    for (const sizes of [[1], [3], [1000]]) {
      const { rows, broken } = scan(`a,"b\n${"c,d\n".repeat(9)}`, { longest: 20, sizes });
      expect(rows).toHaveLength(9);
      expect(broken).toEqual([[1, "a quote opened here is not closed within 20 bytes", 'a,"b']]);
    }
  });

  test("the last row of a file that was cut is refused, however whole it looks", () => {
    expect(scan("a,b\n1,2", { cut: "gzip ends early" })).toMatchObject({ rows: [["a", "b"]], broken: [[2, "gzip ends early", "1,2"]] });
  });
});
