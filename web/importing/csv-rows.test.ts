import fc from "fast-check";
import { expect, test } from "vitest";
import { CsvRows, type CsvRow } from "./csv-rows.ts";

function read(text: string, cuts: readonly number[] = []): CsvRow[] {
  const rows = new CsvRows();
  const places = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])].sort((a, b) => a - b);
  return places.slice(1).flatMap((to, i) => rows.take(text.slice(places[i], to), to === text.length));
}
const problems = (text: string) => read(text).flatMap(({ line, problem }) => (problem === undefined ? [] : [[line, problem]]));

test("rows are texts by the names of the head, with the line that each begins at", () => {
  expect(read('id,price,note\r\n1,0.10,"a, ""b""\nc"\r\n\r\n2,,x')).toEqual([{ line: 2, values: { id: "1", price: "0.10", note: 'a, "b"\nc' } }, { line: 5, values: { id: "2", note: "x" } }]);
  expect(read("\uFEFFid;price\n1;2,5\n")).toEqual([{ line: 2, values: { id: "1", price: "2,5" } }]);
  expect(read("a\tb\n1\t2")).toEqual([{ line: 2, values: { a: "1", b: "2" } }]);
});

test("a row is none where a cell of it would be a guess: a comma too many, one too few, text behind a quote, bytes that are no UTF-8", () => {
  expect(read("price,fee\n60000,1,25\n2,3\n")).toEqual([{ line: 2, problem: "has 3 cells where the head has 2", values: { row: "60000,1,25" } }, { line: 3, values: { price: "2", fee: "3" } }]);
  expect(problems("a,b\n1\n2,3\n")).toEqual([[2, "has 1 cell where the head has 2"]]);
  expect(problems('a,b\n"60000"5,1\n')).toEqual([[2, "text follows the closing quote of cell 1"]]);
  expect(problems(`a,b\n1,kr${new TextDecoder().decode(Uint8Array.of(0xff))}ken\n`)).toEqual([[2, "is not UTF-8: save the file as UTF-8"]]);
});

test("a stray quote takes no other line with it", () => {
  expect(read('a,b\n1,5" pipe\n2,say "x"\n').map(({ values }) => values["b"])).toEqual(['5" pipe', 'say "x"']);
  const rows = read('a,b\n1,"open\n2,x\n3,y\n');
  expect(rows.map(({ line, problem }) => [line, problem])).toEqual([[2, "a quote opened in cell 2 is never closed"], [3, undefined], [4, undefined]]);
  expect(problems('a,b\n1,"open\n2,x\n3,"y"\n4,z\n')).toEqual([[2, "text follows the closing quote of cell 2"]]);
});

test("a line beyond a megabyte is none, and a quote is not looked for any further; the lines behind are read", () => {
  const long = "x".repeat(600_000);
  expect(problems(`a\n${long}${long}\n1\n`)).toEqual([[2, "longer than 1048576 characters"]]);
  const rows = new CsvRows();
  const pieces = ["a,b\n", '1,"', `${long}\n`, `${long}\n`, "2,3\n"];
  const found = pieces.flatMap((piece, i) => rows.take(piece, i === pieces.length - 1));
  expect(found.map(({ line, problem }) => [line, problem])).toEqual([[2, "a quote opened here is not closed within 1048576 characters"], [3, "has 1 cell where the head has 2"], [4, undefined]]);
});

test("a head that names a column twice, or cannot be read, is told of", () => {
  for (const [head, says] of [["price,fee,price\n1,2,3\n", 'the column "price" stands twice: remove or rename one of them'], ['a,"b\n1,2\n', "the head cannot be read: a quote opened in cell 2 is never closed"]] as const) {
    const rows = new CsvRows();
    rows.take(head, true);
    expect(rows.headProblem).toBe(says);
  }
});

const anyCell = fc.stringMatching(/^[a-z0-9 ,;"\n.-]{1,8}$/);
test("what was quoted is read again, wherever the file is cut into pieces", () => {
  fc.assert(fc.property(fc.array(fc.tuple(anyCell, anyCell), { minLength: 1, maxLength: 8 }), fc.array(fc.nat()), (cells, cuts) => {
    const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
    const text = `a,b\n${cells.map((row) => `${row.map(quoted).join(",")}\n`).join("")}`;
    expect(read(text, cuts).map(({ values }) => [values["a"], values["b"]])).toEqual(cells);
  }));
});

test("any text is read alike, wherever it is cut into pieces", () => {
  const anyText = fc.array(fc.constantFrom("a", ",", '"', '"', "\n", "\r", "\r\n"), { maxLength: 40 }).map((signs) => `a,b\n${signs.join("")}`);
  fc.assert(fc.property(anyText, fc.array(fc.nat(), { maxLength: 6 }), (text, cuts) => {
    expect(read(text, cuts.map((cut) => Math.max(4, cut % (text.length + 1))))).toEqual(read(text));
  }), { numRuns: 2_000 });
});
