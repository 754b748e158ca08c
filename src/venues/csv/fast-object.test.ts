import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { oddText, plainText } from "../../../test/fill-texts.ts";
import { Directory, FillColumns, type Fill } from "../../core/model/index.ts";
import { FastObject } from "./fast-object.ts";
import { FILL_COLUMNS, isRowProblem, readFillRow, REQUIRED_FILL_COLUMNS, type FillColumn, type FillTexts } from "./fill-row.ts";
import { FillStream } from "./fill-stream.ts";
import { isNoRow, readJsonFill, withConstants } from "./json-fill.ts";
import { layoutOfJson } from "./layout.ts";
import { SLACK } from "./pending.ts";

const layout = layoutOfJson({}, "x");
const camel = (column: FillColumn) => layout.keys.get(column)![0]!;

/** A text as JSON has it: as a text, mostly, or as what else stands for it. */
function spelled(text: string, bare: boolean): string {
  if (bare && text === "") return "null";
  return bare && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? text : JSON.stringify(text);
}

/** One member of an object, as it is written. */
const anyMember = (column: FillColumn): fc.Arbitrary<string> =>
  fc
    .record({ text: fc.oneof({ weight: 150, arbitrary: plainText[column] }, { weight: 1, arbitrary: oddText }), bare: fc.boolean(), snake: fc.integer({ min: 0, max: 20 }) })
    .map(({ text, bare, snake }) => `"${snake === 0 ? column : camel(column)}":${spelled(text, bare)}`);

/** What makes a row one that the plain reader must look at: strange values, keys, and no JSON at all. */
const oddMember = fc.constantFrom(
  '"id":"\\u0041"', '"id":"a\\"b"', '"id":{"a":"}"}', '"id":["x"]', '"id":true', '"price":1e2', '"price":1E-3', '"price":-0', '"price":01', '"price":1.', '"price":.5', '"price":+1',
  `"price":${"1".repeat(40)}`, `"price":"0.${"1".repeat(40)}"`, '"price":"1e2"', '"quantity":-5', '"quantity":null', '"venue":""', '"venue":null', '"venue":"Börse"', '"venue":7', '"timestamp":1709208000.5',
  '"account":" "', '"fee":"-0"', '"fee":null', '"mood":"good"', '"mood":1', '"mood":{"a":[1,2]}', '"__proto__":"x"', '"":""', '"venue_type":"dex"', '"latencyMs":1.50', '"seq":3', '"seq":null', '"seq":"x"', '"x', '"x":', "7", "",
);

/** Something now and then. */
const now = <T>(what: fc.Arbitrary<T>) => fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: what });

const anyObject = (columns: readonly FillColumn[]): fc.Arbitrary<string> =>
  fc
    .record({
      members: fc.tuple(...columns.map(anyMember)),
      without: now(fc.nat(columns.length - 1)),
      odd: now(fc.tuple(fc.nat(columns.length), oddMember)),
      spaces: fc.oneof({ weight: 8, arbitrary: fc.constant(["", ""]) }, { weight: 1, arbitrary: fc.constantFrom([" ", ""], [" ", " "], ["\t", " "]) }),
    })
    .map(({ members, without, odd, spaces: [after, around] }) => {
      const all = members.filter((_, i) => i !== without);
      if (odd !== undefined) all.splice(odd[0], 0, odd[1]);
      return `{${around}${all.map((member) => member.replace(":", `:${after}`)).join(`,${after}`)}${around}}`;
    });

/** Objects that have the same keys in the same order, mostly. */
const anyObjects: fc.Arbitrary<string[]> = fc
  .shuffledSubarray([...FILL_COLUMNS].filter((column) => column !== "seq"))
  .map((some) => [...new Set([...some, ...REQUIRED_FILL_COLUMNS])])
  .chain((columns) => fc.array(fc.oneof({ weight: 10, arbitrary: anyObject(columns) }, { weight: 1, arbitrary: anyObject([...columns].reverse()) }), { minLength: 30, maxLength: 50 }));

type Outcome = { readonly fill: Fill } | { readonly column: string | undefined; readonly reason: string };

/** What the plain reader makes of an object. */
function plainly(object: Uint8Array, extras: boolean): Outcome & { readonly texts?: FillTexts } {
  const read = readJsonFill(object, layout, extras);
  if (isNoRow(read)) return { column: read.column, reason: read.reason };
  const row = readFillRow(withConstants(read.texts, layout), layout);
  return isRowProblem(row) ? { column: row.column, reason: row.reason } : { fill: row.fill, texts: read.texts };
}

test("objects read the fast way are the objects read the plain way", () => {
  let fast = 0;
  let all = 0;
  fc.assert(
    fc.property(anyObjects, fc.boolean(), fc.constantFrom("\n", "\r\n"), (objects, extras, newline) => {
      const directory = new Directory();
      const columns = new FillColumns(100);
      const reader = new FastObject(layout, columns, directory, { lines: true, extras });
      expect(reader.possible).toBe(true);
      for (const object of objects) {
        const expected = plainly(Buffer.from(object), extras);
        const before = columns.count;
        const end = reader.read(Buffer.from(`before${object}${newline}${"\0".repeat(SLACK)}`), 6);
        all += 1;
        if (end < 0) {
          expect(columns.count).toBe(before);
          if (!("fill" in expected)) continue;
          columns.push(expected.fill, directory);
          reader.learn(expected.texts!);
          continue;
        }
        fast += 1;
        expect(end).toBe(6 + Buffer.byteLength(object) + newline.length);
        expect(columns.count).toBe(before + 1);
        expect({ fill: columns.read(before, directory) }).toEqual({ fill: "fill" in expected ? expected.fill : expected });
      }
    }),
    { numRuns: 500 },
  );
  expect(fast / all).toBeGreaterThan(0.5); // the rest met something odd
});

/** What a stream makes of a body that is cut so. */
function streamed(body: Buffer, format: "ndjson" | "json", extras: boolean, cuts: readonly number[]): Outcome[] {
  const directory = new Directory();
  const outcomes: Outcome[] = [];
  const stream = new FillStream(directory, { format, ignoreExtra: extras }, {
    fills: (fills, indexes) => indexes.forEach((index, row) => (outcomes[index] = { fill: fills.read(row, directory) })),
    refused: ({ index, column, reason }) => (outcomes[index] = { column, reason }),
  });
  const places = [0, ...[...cuts].sort((a, b) => a - b), body.length];
  for (let i = 1; i < places.length; i += 1) stream.push(body.subarray(places[i - 1], places[i]));
  stream.finish();
  return outcomes;
}

const expectedOf = (objects: readonly string[], extras: boolean): Outcome[] =>
  objects.map((object) => {
    const { texts: _, ...outcome } = plainly(Buffer.from(object), extras);
    return outcome;
  });

describe("a stream gives what the plain reader makes of each row", () => {
  test("in NDJSON, wherever it is cut", () => {
    fc.assert(
      fc.property(anyObjects, fc.boolean(), fc.constantFrom("\n", "\r\n"), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (objects, extras, newline, parts) => {
        const body = Buffer.from(objects.map((object) => object + newline).join(""));
        expect(streamed(body, "ndjson", extras, parts.map((part) => Math.floor(part * body.length)))).toEqual(expectedOf(objects.map((object) => object + newline.slice(0, -1)), extras));
      }),
      { numRuns: 200 },
    );
  });

  test("in a list, wherever it is cut", () => {
    fc.assert(
      fc.property(anyObjects, fc.boolean(), fc.constantFrom(",", ",\n", " , "), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (some, extras, comma, parts) => {
        const objects = some.filter((object) => isWhole(object)); // a quote that is missing breaks a list, as it must
        const body = Buffer.from(`[${objects.join(comma)}]`);
        expect(streamed(body, "json", extras, parts.map((part) => Math.floor(part * body.length)))).toEqual(expectedOf(objects, extras));
      }),
      { numRuns: 200 },
    );
  });

  test("with any bytes changed", () => {
    const object = `{"id":"T-1","venue":"kraken","symbol":"BTC/USD","side":"buy","quantity":"0.50","price":40000.25,"timestamp":"2024-02-29T12:34:56.789Z","fee":"1.5","feeCurrency":"USD","liquidity":"taker"}`;
    const change = fc.record({ at: fc.nat(object.length - 1), byte: fc.oneof(fc.constantFrom(...Buffer.from('"\\{}[]:,.-+eE0123456789 tn\u007f')), fc.integer({ min: 0, max: 255 }).filter((byte) => byte !== 10)), add: fc.boolean() });
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 2 }), { minLength: 10, maxLength: 30 }), (rows) => {
        const lines = rows.map((changes) => {
          let bytes = Buffer.from(object);
          for (const { at, byte, add } of changes) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(add ? at : at + 1)]);
          return bytes;
        });
        const body = Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]));
        const expected = lines.map((line): Outcome => {
          const { texts: _, ...outcome } = plainly(line, false);
          return outcome;
        });
        expect(streamed(body, "ndjson", false, [])).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  test("cut at every byte", () => {
    const [objects] = fc.sample(anyObjects, { numRuns: 1, seed: 20_240_229 });
    const few = objects!.slice(0, 6);
    const body = Buffer.from(few.map((object) => `${object}\n`).join(""));
    for (let cut = 0; cut <= body.length; cut += 1) expect(streamed(body, "ndjson", false, [cut])).toEqual(expectedOf(few, false));
    expect(streamed(body, "ndjson", false, Array.from(body.keys()))).toEqual(expectedOf(few, false));
  });
});

/** Whether an object's brackets and quotes close, so that a list goes on behind it. */
function isWhole(object: string): boolean {
  return !/"x\s*[,}]/.test(object);
}
