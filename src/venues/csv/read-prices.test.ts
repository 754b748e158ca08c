import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/csv-kit.ts";
import { InputError, readPrices, type RefusedRow } from "./index.ts";

async function read(content: string | Uint8Array) {
  const refused: RefusedRow[] = [];
  const file = await withFile(content, (path) => readPrices(path, (row) => refused.push(row)), "prices.csv");
  return { ...file, series: file.series.map(({ symbol, days, closes }) => [symbol, [...days], closes]), refusals: refused.map(({ line, column, reason }) => [line, column, reason]) };
}

describe("prices", () => {
  const expected = [
    ["AAA", [18262, 18263], ["10.50", "11"]],
    ["BBB-USD", [18263], ["0.00012345678901234567"]],
  ];
  test.each([
    ["wide", "date,AAA,BBB-USD\n2020-01-01,10.50,\n2020-01-02,11,0.00012345678901234567\n"],
    ["wide, with shares called like parts of a bar", "date,AAA,BBB-USD,LOW,OPEN\n2020-01-01,10.50,,,\n2020-01-02,11,0.00012345678901234567,,\n"],
    ["wide with semicolons, a mark and CRLF", '\ufeffDate;"AAA";BBB-USD\r\n2020-01-01;"10.50";\r\n2020-01-02;11;0.00012345678901234567'],
    ["wide, days in any order, the index without a name", ",AAA,BBB-USD\n2020-01-02,11,0.00012345678901234567\n\n2020-01-01,10.50,\n"],
    ["long", "date,symbol,close\n2020-01-01,AAA,10.50\n2020-01-02,AAA,11\n2020-01-02,BBB-USD,0.00012345678901234567\n"],
    ["long, in another order of columns", "Symbol,Close,Timestamp\nAAA,10.50,2020-01-01T00:00:00Z\nAAA,11,2020-01-02\nBBB-USD,0.00012345678901234567,1577923200\n"],
    ["gzip", gzipSync("date,AAA,BBB-USD\n2020-01-01,10.50,\n2020-01-02,11,0.00012345678901234567\n")],
  ])("are read from a %s table, as they are written", async (_, content) => {
    const { series, refused, prices } = await read(content);
    expect(series).toEqual(expected);
    expect([refused, prices]).toEqual([0, 3]);
  });

  test("are those of the last time of each UTC day", async () => {
    const { series } = await read("time,A\n2020-01-01T16:00:00Z,3\n2020-01-01T10:00:00Z,2\n2020-01-01T23:00:00-02:00,4\n");
    expect(series).toEqual([["A", [18262, 18263], ["3", "4"]]]);
  });

  test("that are none are listed, and the others are taken", async () => {
    const { series, refused, refusals } = await read("date,A,B\n2020-01-01,1,x\n2020-02-30,1,1\n2020-01-02,0,-1.5\n2020-01-03,2\n2020-01-01,9,NaN\n2020-01-01,1,3\n");
    expect(series).toEqual([["A", [18262], ["1"]], ["B", [18262], ["3"]]]);
    expect(refusals).toEqual([
      [2, "B", '"x" is not a price: write digits and a point, like 1000.5, and leave the cell empty where there is none'],
      [3, "date", '"2020-02-30" names a day that does not exist'],
      [4, "A", '"0" is not above 0: a return over it has no meaning; leave the cell empty where there is no price'],
      [4, "B", '"-1.5" is not above 0: a return over it has no meaning; leave the cell empty where there is no price'],
      [5, undefined, "has 2 cells where the header has 3"],
      [6, "A", "has another close at that time in line 2, 1"],
      [6, "B", '"NaN" is not a price: write digits and a point, like 1000.5, and leave the cell empty where there is none'],
    ]);
    expect(refused).toBe(7);
  });

  test("name what is not read, and symbols without a price", async () => {
    expect((await read("date,symbol,open,close,volume\n2020-01-01,A,1,2,3\n")).warnings).toEqual(["columns that are not read: open, volume"]);
    expect((await read("date,A,B\n2020-01-01,1,\n")).warnings).toEqual(["no price of B"]);
  });

  test.each([
    ["close,AAA\n", "prices.csv:1:1: no column is called date; write date,SYMBOL,… or date,symbol,close in the first line, the header"],
    ["date,AAA,AAA\n", 'prices.csv:1:10: the column "AAA" stands twice; remove or rename one of them'],
    ["date,AAA,,BBB\n", "prices.csv:1:10: the name of a symbol is empty; name the column by its symbol"],
    ["date,symbol,price\n", 'prices.csv:1:1: the column "close" is missing; write date,symbol,close in the first line, the header'],
    ["date,open,close\n", 'prices.csv:1:11: "close" is no symbol; add a column "symbol", or name the column of closes by its symbol'],
    ["date\n", "prices.csv:1:1: no symbol stands in the header; write date,SYMBOL,… or date,symbol,close"],
    ['[{"date":1}]', "prices.csv:1:1: is JSON; write prices as CSV: date,SYMBOL,… or date,symbol,close"],
    ["", "prices.csv: is empty; check that it was written to the end"],
  ])("cannot be read out of %j", async (content, message) => {
    const failure: unknown = await read(content).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect((failure as Error).message).toMatch(new RegExp(`${message.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`));
  });

  test("come out as they went in, wide and long alike", async () => {
    const anyPrices = fc.array(fc.tuple(fc.integer({ min: 1, max: 9e8 }), fc.integer({ min: 0, max: 12 }), fc.boolean()), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(anyPrices, async (cells) => {
        const texts = cells.map(([units, digits, there]) => (there ? `${units}e-${digits}` : ""));
        const date = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);
        const wide = await read(`date,A\n${texts.map((text, day) => `${date(day)},${text}`).join("\n")}\n`);
        const long = await read(`date,symbol,close\n${texts.map((text, day) => `${date(day)},A,${text}`).join("\n")}\n`);
        const days = texts.flatMap((text, day) => (text === "" ? [] : [day]));
        expect(wide.series).toEqual(days.length === 0 ? [] : [["A", days, days.map((day) => texts[day])]]);
        expect(long.series).toEqual(wide.series);
      }),
      { numRuns: 30 },
    );
  });
});
