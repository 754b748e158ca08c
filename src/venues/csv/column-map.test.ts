import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { failureOf, readContent, readPath, withFile } from "../../../test/csv-kit.ts";
import { formatDecimal } from "../../core/num/index.ts";
import { parseColumnMap } from "./column-map.ts";
import { InputError, readColumnMap } from "./index.ts";

const MAP = parseColumnMap('{timestamp: "", symbol: symbol, quantity: amount, side: sign, price: price, id: auto, venue: =backtest}', "map.yaml");
const TABLE = `,amount,price,sid,symbol,txn_dollars
2004-01-09 00:00:00+00:00,448,15.54,0,AMD,-6961.92
2004-01-09 00:00:00+00:00,-4357,4.82375000001,1,CERN,21017.07875
2004-01-09 00:00:00+00:00,448,15.54,0,AMD,-6961.92
2004-01-12 00:00:00+00:00,0,15.54,0,AMD,0
`;

describe("a table of another shape", () => {
  test("is read by its map: signed quantities, a column without a header, a constant, ids of its own", async () => {
    const { fills, refused } = await readContent(TABLE, { map: MAP });
    expect(fills).toMatchObject([
      { venue: "backtest", symbol: "AMD", quantity: { mantissa: 448n }, price: { mantissa: 1554n, digits: 2 }, time: { ns: 1_073_606_400_000_000_000n } },
      { symbol: "CERN", quantity: { mantissa: -4357n }, price: { mantissa: 482_375_000_001n, digits: 11 } },
      { symbol: "AMD", quantity: { mantissa: 448n } },
    ]);
    expect(new Set(fills.map((fill) => fill.id)).size).toBe(3);
    expect(refused).toMatchObject([{ line: 5, column: "quantity", reason: "a fill of 0 moves nothing" }]);
  });

  test("has the same ids again, however it writes its numbers and in whatever order its columns stand", async () => {
    const ids = async (text: string) => (await readContent(text, { map: MAP })).fills.map((fill) => fill.id);
    const first = await ids(TABLE);
    expect(await ids(TABLE)).toEqual(first);
    expect(await ids(TABLE.replaceAll("448,", "448.00,").replaceAll(" 00:00:00+00:00", "T00:00:00Z"))).toEqual(first);
    const turned = TABLE.trimEnd().split("\n").map((line) => line.split(",").reverse().join(",")).join("\n");
    expect(await ids(turned)).toEqual(first);
  });

  test("may be JSON", async () => {
    const map = parseColumnMap("id: trade.id\nvenue: =k\nsymbol: S\nside: sign\nquantity: q\nprice: p\ntimestamp: t\nstrategy: S", "map.yaml");
    const { fills } = await readContent('[{"trade.id":7,"S":"GPS","q":-1.50,"p":2,"t":1704067200,"other":[1]}]', { map });
    expect(fills).toMatchObject([{ id: "7", venue: "k", symbol: "GPS", strategy: "GPS", quantity: { mantissa: -15n, digits: 1 } }]);
  });

  test("may write fees that were paid with a minus, where the map says so", async () => {
    const map = parseColumnMap("{id: n, venue: =k, symbol: s, side: sign, quantity: q, price: p, timestamp: t, fee: -c}", "map.yaml");
    const fees = ["-1.25", " -1", "0.5", "+0.5", "0", "", "-.5", "- 1", "--1", "-+1", "-x"];
    const { fills, refused } = await readContent(`n,s,q,p,t,c\n${fees.map((fee, n) => `${n},ABC,1,1,2024-01-01,${fee}`).join("\n")}\n`, { map });
    expect(fills.map(({ id, fee }) => [id, formatDecimal(fee)])).toEqual([["0", "1.25"], ["1", "1"], ["2", "-0.5"], ["3", "-0.5"], ["4", "0"], ["5", "0"], ["6", "0.5"]]);
    expect(refused.map(({ line, column, reason }) => [line, column, reason.split(" is ")[0]])).toEqual([[9, "fee", '"- 1"'], [10, "fee", '"--1"'], [11, "fee", '"-+1"'], [12, "fee", '"-x"']]);
    const json = await readContent('{"n":"1","s":"ABC","q":1,"p":1,"t":"2024-01-01","c":-1.25}\n{"n":"2","s":"ABC","q":1,"p":1,"t":"2024-01-01"}', { map });
    expect(json.fills.map(({ fee }) => formatDecimal(fee))).toEqual(["1.25", "0"]);
    const plain = Array.from({ length: 2000 }, (_, n) => n);
    const long = await readContent(`n,s,q,p,t,c\n${plain.map((n) => `${n},ABC,1,1,1704067200,-0.${n + 1}`).join("\n")}\n`, { map }); // so many are read by machine code where that may be
    expect(long.fills.map(({ fee }) => formatDecimal(fee))).toEqual(plain.map((n) => `0.${n + 1}`.replace(/0+$/, "")));
    const lines = await readContent(plain.map((n) => `{"n":"${n}","s":"ABC","q":1,"p":1,"t":1704067200,"c":-1.${n + 1}}`).join("\n"), { map });
    expect(lines.fills.map(({ fee }) => formatDecimal(fee))).toEqual(plain.map((n) => `1.${n + 1}`.replace(/0+$/, "")));
    const dash = parseColumnMap("{id: n, venue: =k, symbol: s, side: sign, quantity: q, price: p, timestamp: t, fee: '-'}", "map.yaml");
    expect((await readContent("n,s,q,p,t,-\n1,ABC,1,1,2024-01-01,-2\n", { map: dash })).fills.map(({ fee }) => formatDecimal(fee))).toEqual(["-2"]); // a column of this name
  });

  test("what is typed wins over a constant of the map", async () => {
    const { fills } = await readContent(TABLE, { map: MAP, venue: "paper", account: "a" });
    expect(fills[0]).toMatchObject({ venue: "paper", account: "a" });
  });

  test("one column may serve two, and a mapped column may be quoted", async () => {
    const map = parseColumnMap("{id: n, venue: v, symbol: s, side: d, quantity: q, price: p, timestamp: t, strategy: v}", "map.yaml");
    const { fills } = await readContent('n,v,s,d,q,p,t\n1,k,"a ""b""",buy,1,1,2024-01-01\n', { map });
    expect(fills).toMatchObject([{ id: "1", venue: "k", strategy: "k", symbol: 'a "b"' }]);
  });
});

describe("what is wrong with a map is told", () => {
  test.each([
    ["qty: amount", 'map.yaml:1:1: a fill has no column "qty"; did you mean "quantity"?'],
    ["id: x\nzzzzzzzzzzzz: y", /^map\.yaml:2:1: a fill has no column "zzzzzzzzzzzz"; its columns are id, venue/],
    ["id: [1]", /^map\.yaml:1:1: id must be a text.*write "id: its column"$/],
    ["id: 'x", /^map\.yaml:1:\d+: not YAML: .*; write one line per column, like `quantity: amount`$/],
    ["- id", "map.yaml:1:1: a map is a list of columns; write one line per column, like `quantity: amount`"],
    ["", "map.yaml:1:1: a map is a list of columns; write one line per column, like `quantity: amount`"],
  ])("%j", (text, message) => {
    const parse = () => parseColumnMap(text, "map.yaml");
    expect(parse).toThrow(InputError);
    expect(parse).toThrow(message);
  });

  test.each([
    ["{symbol: symbol}", "FILE:1:1: the map does not say where id comes from; add \"id: auto\" if the file has no trade ids"],
    ["{id: auto, symbol: symbol, venue: =b}", "FILE:1:1: the map does not say where side comes from; add \"side: sign\" if quantities are signed"],
    ["{id: auto, symbol: symbol, side: sign}", "FILE:1:1: the map does not say where venue comes from; add \"venue: =name\" or pass --venue"],
    ["{id: auto, venue: =b, symbol: symbol, side: sign, quantity: amount, price: prise, timestamp: ''}", 'FILE:1:1: the map takes price from a column "prise" that the file does not have; did you mean "price"?'],
  ])("%s", async (yaml, message) => {
    expect(await failureOf(TABLE, { map: parseColumnMap(yaml, "map.yaml") })).toBe(`InputError ${message}`);
  });

  test("a map that is not there", async () => {
    await expect(readColumnMap("/nowhere/map.yaml")).rejects.toThrow("/nowhere/map.yaml: the map cannot be read (ENOENT); check the path");
  });
});

test("a map is read from a file", async () => {
  await withFile(TABLE, async (path) => {
    writeFileSync(`${path}.yaml`, 'timestamp: ""\nsymbol: symbol\nquantity: amount\nside: sign\nprice: price\nid: auto\nvenue: =backtest\n');
    expect((await readPath(path, { map: await readColumnMap(`${path}.yaml`) })).fills).toHaveLength(3);
  });
});
