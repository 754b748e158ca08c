import { describe, expect, test } from "vitest";
import { Directory, type Fill, type FillColumns } from "../../core/model/index.ts";
import { formatDecimal } from "../../core/num/index.ts";
import { FillStream, type BodyProblem, type FillStreamOptions, type RefusedFill } from "./fill-stream.ts";

interface Seen {
  readonly fills: (readonly [index: number, fill: Fill])[];
  readonly refused: RefusedFill[];
  readonly batches: number[];
  readonly end: { readonly rows: number } | BodyProblem;
}

/** What comes out of a body given in pieces of so many bytes. */
function read(body: string | Uint8Array, options: FillStreamOptions, piece = Number.POSITIVE_INFINITY): Seen {
  const directory = new Directory();
  const seen = { fills: [] as [number, Fill][], refused: [] as RefusedFill[], batches: [] as number[] };
  const stream: FillStream = new FillStream(directory, options, {
    fills: (fills: FillColumns, indexes) => {
      expect(indexes.length).toBe(fills.count);
      indexes.forEach((index, row) => seen.fills.push([index, fills.read(row, directory)]));
      seen.batches.push(fills.count);
      stream.recycle(fills);
    },
    refused: (row) => seen.refused.push(row),
  });
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length; at += piece) {
    const copy = Uint8Array.from(bytes.subarray(at, at + piece));
    stream.push(copy);
    copy.fill(0); // a stream keeps nothing of what it was given
  }
  return { ...seen, end: stream.finish() };
}

const ndjson: FillStreamOptions = { format: "ndjson" };
const json: FillStreamOptions = { format: "json" };
const fill = (id: string, more: object = {}) => ({ id, venue: "kraken", symbol: "BTC/USD", side: "buy", quantity: "0.5", price: "40000", timestamp: "2024-01-01T00:00:00Z", ...more });
const lines = (...rows: readonly (object | string)[]) => rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row)) + "\n").join("");
const ids = ({ fills }: Seen) => fills.map(([index, { id }]) => [index, id]);

describe("a stream of NDJSON", () => {
  test("gives the fills of its lines with their places", () => {
    const seen = read(lines(fill("a", { quantity: 1.25, fee: -0.5, feeCurrency: "BNB", venueType: "cex" }), "", fill("b", { side: "sell", account: "second", fee_currency: "USD" })), ndjson);
    expect(ids(seen)).toEqual([[0, "a"], [1, "b"]]);
    const [a, b] = seen.fills.map(([, one]) => one);
    expect(a).toMatchObject({ account: "default", venue: "kraken", feeCurrency: "BNB", venueType: "cex" });
    expect([formatDecimal(a!.quantity), formatDecimal(a!.fee)]).toEqual(["1.25", "-0.5"]);
    expect([b!.account, formatDecimal(b!.quantity), b!.feeCurrency]).toEqual(["second", "-0.5", "USD"]);
    expect(seen.end).toEqual({ rows: 2 });
  });

  test("refuses a row that is no fill, and goes on", () => {
    const seen = read(lines(fill("a"), "{nonsense", fill("b", { quantity: "x" }), fill("c", { qty: 1 }), [1], fill("d", { side: ["buy"] }), fill("e")), ndjson);
    expect(ids(seen)).toEqual([[0, "a"], [6, "e"]]);
    expect(seen.refused.map(({ index, column }) => [index, column])).toEqual([[1, undefined], [2, "quantity"], [3, undefined], [4, undefined], [5, "side"]]);
    expect(seen.refused.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("is not JSON"),
      expect.stringContaining("is not a plain number"),
      'unknown key "qty": did you mean "quantity"?',
      expect.stringContaining("is not an object"),
      "is a list, not a text or a number",
    ]);
    expect(seen.refused[0]!.raw).toBe("{nonsense");
    expect(seen.end).toEqual({ rows: 7 });
  });

  test("is no NDJSON when no line is", () => {
    expect(read("id,venue\n1,kraken\n", ndjson).end).toEqual({ problem: expect.stringContaining("is not JSON") as string, at: { index: 0, line: 1 }, isTooLong: false });
    expect(read("\n\n", ndjson).end).toEqual({ rows: 0 });
  });

  test("takes the account that rows do not name, and other keys where it is told so", () => {
    const seen = read(lines(fill("a", { mood: "good" }), fill("b", { account: null }), fill("c", { account: "own" })), { ...ndjson, account: "desk", ignoreExtra: true });
    expect(seen.fills.map(([, { account }]) => account)).toEqual(["desk", "desk", "own"]);
  });

  test("reads its last line without a line end", () => {
    expect(ids(read(lines(fill("a"), fill("b")).trimEnd(), ndjson))).toEqual([[0, "a"], [1, "b"]]);
  });
});

describe("a JSON body", () => {
  test("is one fill, or a list of them", () => {
    expect(ids(read(JSON.stringify(fill("a"), null, 2), json))).toEqual([[0, "a"]]);
    expect(ids(read(` ${JSON.stringify([fill("a"), fill("b")], null, 2)}\n`, json))).toEqual([[0, "a"], [1, "b"]]);
    expect(read("[]", json).end).toEqual({ rows: 0 });
  });

  test("has its rows refused one by one", () => {
    const seen = read(JSON.stringify([fill("a"), 5, fill("b", { price: null }), fill("c")]), json);
    expect(ids(seen)).toEqual([[0, "a"], [3, "c"]]);
    expect(seen.refused.map(({ index, column, reason }) => [index, column, reason])).toEqual([[1, undefined, expect.stringContaining("is not an object")], [2, "price", "is empty"]]);
    expect(seen.end).toEqual({ rows: 4 });
  });

  const a = JSON.stringify(fill("a"));
  test.each([
    ["", "is empty"],
    [" \n", "is empty"],
    [`[${a}`, "the list is not closed"],
    [`[${a},]`, "a comma stands where none belongs"],
    [`[,${a}]`, "a comma stands where none belongs"],
    [`[${a},,${a}]`, "a comma stands where none belongs"],
    [`[${a} ${a}]`, "a comma is missing"],
    [`${a}\n${a}`, "a second value follows the first"],
    [`${a},`, "a comma stands where none belongs"],
    [`[${a}][]`, "something follows the end of the list"],
    [`[${a}] x`, "something follows the end of the list"],
    [`[${a}\u0000]`, "a control character"],
    [`[${a}, {"id": }]`, "is not JSON"],
    [`[${a}, {"id": "x`, "never ends"],
    [`{"id": "x\n"}`, "a quote is missing"],
    ["id,venue", "is not JSON"],
  ])("%j is none", (body, says) => {
    expect(read(body, json).end).toMatchObject({ problem: expect.stringContaining(says) as string });
    for (const piece of [1, 7]) expect(read(body, json, piece).end).toEqual(read(body, json).end);
  });
});

test("batches are full ones, of 8,192 rows, and what is left; columns come back", () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => fill(`t${i}`));
  const seen = read(lines(...rows), ndjson, 1 << 16);
  expect(seen.fills.map(([index, { id }]) => `t${index}` === id)).not.toContain(false);
  expect(seen.fills.length).toBe(20_000);
  expect(Math.max(...seen.batches)).toBe(8192);
});

test("flush gives on what has come so far", () => {
  const got: number[] = [];
  const stream = new FillStream(new Directory(), ndjson, { fills: (fills) => got.push(fills.count), refused: () => undefined });
  stream.push(Buffer.from(lines(fill("a"), fill("b")) + "{"));
  expect(got).toEqual([]);
  stream.flush();
  expect(got).toEqual([2]);
});
