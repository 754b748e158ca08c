import fc from "fast-check";
import { expect, test } from "vitest";
import { CsvRows, type CsvRow } from "./csv-rows.ts";

function read(text: string, cuts: readonly number[] = []): CsvRow[] {
  const rows = new CsvRows();
  const places = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])].sort((a, b) => a - b);
  return places.slice(1).flatMap((to, i) => rows.take(text.slice(places[i], to), to === text.length));
}

test("rows are texts by the names of the head, with the line that each begins at", () => {
  expect(read('id,price,note\r\n1,0.10,"a, ""b""\nc"\r\n\r\n2,,x')).toEqual([{ line: 2, values: { id: "1", price: "0.10", note: 'a, "b"\nc' } }, { line: 5, values: { id: "2", note: "x" } }]);
  expect(read("\uFEFFid;price\n1;2,5\n")).toEqual([{ line: 2, values: { id: "1", price: "2,5" } }]);
});

const anyCell = fc.stringMatching(/^[a-z0-9 ,;"\n.-]{1,8}$/);
test("what was quoted is read again, wherever the file is cut into pieces", () => {
  fc.assert(fc.property(fc.array(fc.tuple(anyCell, anyCell), { minLength: 1, maxLength: 8 }), fc.array(fc.nat()), (cells, cuts) => {
    const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
    const text = `a,b\n${cells.map((row) => `${row.map(quoted).join(",")}\n`).join("")}`;
    expect(read(text, cuts).map(({ values }) => [values["a"], values["b"]])).toEqual(cells);
  }));
});
