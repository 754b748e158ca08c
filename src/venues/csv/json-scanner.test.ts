import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pieces } from "../../../test/csv-kit.ts";
import { JsonScanner, isOneElement, type ElementTaker } from "./json-scanner.ts";
import { LineScanner } from "./line-scanner.ts";

interface Seen {
  elements: string[];
  lines: number[];
  broken: [line: number, reason: string][];
}

function scan(text: string, { sizes = [1 << 20], longest = 1 << 20, lines = false, cut = undefined as string | undefined } = {}): Seen {
  const seen: Seen = { elements: [], lines: [], broken: [] };
  const taker: ElementTaker = {
    element: (bytes, line) => {
      seen.elements.push(Buffer.from(bytes).toString());
      seen.lines.push(line);
    },
    broken: (line, reason) => seen.broken.push([line, reason]),
  };
  const scanner = lines ? new LineScanner(taker, longest) : new JsonScanner(taker, "fills", longest);
  for (const piece of pieces(Buffer.from(text), sizes)) {
    scanner.push(piece);
    piece.fill(0);
  }
  scanner.finish(cut);
  return seen;
}

const anyRow = fc.dictionary(fc.string({ maxLength: 5 }).filter((key) => key !== "__proto__"), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
const anySizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });

describe("a list is given element by element", () => {
  test("as JSON.parse has them, wherever the pieces end, bare or inside an object", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyRow, fc.jsonValue({ maxDepth: 1 }))), fc.constantFrom(undefined, 1), fc.boolean(), anySizes, (rows, indent, wrapped, sizes) => {
        const text = JSON.stringify(wrapped ? { asOf: "x", n: { fills: [1] }, s: 'fills":', fills: rows, next: null, more: [[1]] } : rows, undefined, indent);
        const seen = scan(text, { sizes });
        expect(seen.broken).toEqual([]);
        expect(seen.elements.map((element) => JSON.parse(element) as unknown)).toEqual(JSON.parse(JSON.stringify(rows)));
      }),
      { numRuns: 2000 },
    );
  });

  test("objects one after the other are elements too", () => {
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1 }), fc.constantFrom(" ", "\n", ""), anySizes, (rows, between, sizes) => {
        const text = rows.map((row) => JSON.stringify(row)).join(between);
        fc.pre(!rows.some((row) => Array.isArray(row["fills"])));
        expect(scan(text, { sizes }).elements.map((element) => JSON.parse(element) as unknown)).toEqual(rows.map((row) => JSON.parse(JSON.stringify(row)) as unknown));
      }),
    );
  });

  test("with the line each starts in", () => {
    expect(scan('[\n{"a":\n1},\n\n2\n, {"b": "x"}]').lines).toEqual([2, 5, 6]);
  });
});

describe("what is broken", () => {
  test("an element that never ends is refused, those before it are not", () => {
    expect(scan('[{"a":1},\n{"b":2')).toMatchObject({ elements: ['{"a":1}'], broken: [[2, "starts here and never ends: a bracket or a quote is missing"]] });
  });
  test("a list that is not closed is told", () => {
    expect(scan('[{"a":1},\n')).toMatchObject({ elements: ['{"a":1}'], broken: [[2, "the list is not closed: the file ends early"]] });
  });
  test("a missing quote spoils its line only", () => {
    expect(scan('[\n{"a":"x},\n{"b":1}\n,{"c":1}]')).toEqual({ elements: ['{"b":1}', '{"c":1}'], lines: [3, 4], broken: [[2, "a quote is missing"]] });
    expect(scan('{"a":"x}\n{"b":1}\n', { lines: true }).elements).toEqual(['{"a":"x}', '{"b":1}']);
  });
  test("an element that is too long is passed over", () => {
    for (const sizes of [[4], [1000]]) {
      expect(scan(`[1,"${"x".repeat(99)}",\n2]`, { longest: 20, sizes })).toMatchObject({ elements: ["1", "2"], broken: [[1, "longer than 20 bytes"]] });
      expect(scan(`1\n"${"x".repeat(99)}"\n2\n`, { longest: 20, sizes, lines: true })).toEqual({ elements: ["1", "2"], lines: [1, 3], broken: [[2, "longer than 20 bytes"]] });
    }
  });
  test("a cut takes the last element with it", () => {
    expect(scan('[{"a":1},{"b":2', { cut: "cut" })).toMatchObject({ elements: ['{"a":1}'], broken: [[1, "cut"]] });
    expect(scan('{"a":1}\n{"b":2}', { cut: "cut", lines: true })).toMatchObject({ elements: ['{"a":1}'], broken: [[2, "cut"]] });
  });
});

test("an object on its line is a row, one around a list is not", () => {
  const whole = (text: string) => isOneElement(Buffer.from(text), "fills");
  expect([whole('{"id":"1"}'), whole('{"id":'), whole('{"fills":[]}'), whole('{"asOf":"x","fills":[{}]}'), whole("{} {}")]).toEqual([true, false, false, false, false]);
});
