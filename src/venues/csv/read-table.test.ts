import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/csv-kit.ts";
import { InputError, readTable, type RefusedRow, type TableRow, type TableShape } from "./index.ts";

const MARKS: TableShape = { columns: ["venue", "symbol", "price", "timestamp"], required: ["symbol", "price"], listKey: "marks" };

async function read(content: string, shape = MARKS) {
  const rows: TableRow[] = [];
  const refused: RefusedRow[] = [];
  const report = await withFile(content, (path) => readTable(path, shape, { row: (row) => rows.push(row), refused: (row) => refused.push(row) }));
  return { rows: rows.map(({ line, values }) => ({ line, ...values })), refused, report };
}

describe("a table", () => {
  const expected = [
    { line: 2, venue: "", symbol: "BTC/USD", price: "1.50", timestamp: "" },
    { line: 3, venue: "kraken", symbol: "ETH/USD", price: "1e-7", timestamp: "2024-01-01" },
  ];
  test.each([
    ["CSV", 'symbol,venue,price,timestamp\nBTC/USD,,1.50,\n"ETH/USD" ,kraken,1e-7,2024-01-01\n'.replace('" ,', '",')],
    ["CSV with semicolons", "symbol;venue;price;timestamp\r\nBTC/USD;;1.50;\r\nETH/USD;kraken;1e-7;2024-01-01"],
    ["JSON", '[\n{"symbol":"BTC/USD","price":1.50},\n{"symbol":"ETH/USD","venue":"kraken","price":1e-7,"timestamp":"2024-01-01"}]'],
    ["JSON in an object", '{"marks":[\n{"symbol":"BTC/USD","price":1.50},\n{"symbol":"ETH/USD","venue":"kraken","price":1e-7,"timestamp":"2024-01-01"}]}'],
    ["NDJSON", '\n{"symbol":"BTC/USD","price":1.50}\n{"symbol":"ETH/USD","venue":"kraken","price":1e-7,"timestamp":"2024-01-01"}'],
  ])("is read from %s, its numbers as they are written", async (_, content) => {
    const { rows, refused, report } = await read(content);
    expect(rows.map((row) => ({ venue: "", timestamp: "", ...row }))).toEqual(expected); // what a row does not say is not there
    expect(refused).toEqual([]);
    expect(report.rows).toBe(2);
  });

  test("has camelCase keys in JSON", async () => {
    const { rows } = await read('[{"symbol":"A","priceIncrement":0.010,"inverse":true}]', { columns: ["symbol", "price_increment", "inverse"] });
    expect(rows).toEqual([{ line: 1, symbol: "A", price_increment: "0.010", inverse: "true" }]);
  });

  test("may have any columns at all", async () => {
    const { rows, report } = await read("date;BTC;__proto__\n2024-01-01;1;\n", { columns: "any" });
    expect(report.columns).toEqual(["date", "BTC", "__proto__"]);
    expect(Object.entries(rows[0]!)).toContainEqual(["BTC", "1"]);
  });

  test("refuses rows one by one", async () => {
    const { rows, refused } = await read("symbol,price\n,1\nA,2\nB\nC,\n \n");
    expect(rows).toMatchObject([{ line: 3, symbol: "A" }]);
    expect(refused.map(({ line, column, reason }) => [line, column, reason])).toEqual([
      [2, "symbol", "is empty"],
      [4, undefined, "has 1 cell where the header has 2"],
      [5, "price", "is empty"],
    ]);
    const json = await read('{"symbol":"A","price":[1]}\n{"symbol":"A","prise":1}\n{"symbol":"A","price":1}\n7\n');
    expect(json.refused.map(({ reason }) => reason)).toEqual(["is a list, not a text or a number", 'unknown key "prise": did you mean "price"?', 'is not an object: write {"id": …}']);
  });

  test.each([
    ["symbol,prise\nA,1\n", 'fills.csv:1:8: unknown column "prise": did you mean "price"?; the columns are venue, symbol, price, timestamp'],
    ["symbol,symbol,price\n", 'fills.csv:1:8: the column "symbol" stands twice; remove or rename one of them'],
    ["symbol,venue\n", 'fills.csv:1:1: the column "price" is missing; add it to the first line, the header'],
    ["", "fills.csv: is empty; check that it was written to the end"],
  ])("cannot be read: %j", async (content, message) => {
    const failure: unknown = await read(content).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect((failure as Error).message.endsWith(message)).toBe(true);
  });
});
