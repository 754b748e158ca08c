import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyFills } from "../../../test/generators.ts";
import { AssertionFailed } from "../num/index.ts";
import { bytesInPlace, columnsInPlace, decodeFills, encodedFillsSize, encodeFills } from "./codec.ts";
import { FillColumns } from "./columns.ts";
import { Directory } from "./directory.ts";
import type { Fill } from "./fill.ts";

function columnsOf(fills: readonly Fill[], directory: Directory): FillColumns {
  const columns = new FillColumns(fills.length + 3);
  for (const one of fills) columns.push(one, directory);
  return columns;
}

const readAll = (columns: FillColumns, directory: Directory): Fill[] => Array.from({ length: columns.count }, (_, row) => columns.read(row, directory));

describe("fills as bytes", () => {
  test("read again are the same fills, wide amounts too, wherever they stand", () => {
    const anyPlace = fc.integer({ min: 0, max: 5 }).map((eighths) => eighths * 8);
    fc.assert(
      fc.property(anyFills(12), anyFills(12), anyPlace, (first, second, offset) => {
        const directory = new Directory();
        const [a, b] = [columnsOf(first, directory), columnsOf(second, directory)];
        const bytes = new Uint8Array(offset + encodedFillsSize(a) + encodedFillsSize(b)).fill(0xaa);
        const middle = encodeFills(a, bytes, offset);
        expect(middle).toBe(offset + encodedFillsSize(a));
        expect(encodeFills(b, bytes, middle)).toBe(bytes.length);
        const one = decodeFills(bytes, offset);
        const two = decodeFills(bytes, one.end);
        expect([one.end, two.end]).toEqual([middle, bytes.length]);
        expect(readAll(one.fills, directory)).toEqual(first);
        expect(readAll(two.fills, directory)).toEqual(second);
        expect([...one.fills.wide]).toEqual([...a.wide]);
      }),
      { numRuns: 200 },
    );
  });

  test("full columns that lie in place are read from the memory they have, and others say that they are not", () => {
    let inPlace = 0;
    fc.assert(
      fc.property(anyFills(12), fc.constantFrom(0, 200, 5000), fc.integer({ min: 0, max: 1 }), (fills, textBytes, spare) => {
        const directory = new Directory();
        const columns = columnsInPlace(fills.length + spare, textBytes);
        for (const one of fills) columns.push(one, directory);
        const bytes = bytesInPlace(columns);
        expect(readAll(columns, directory)).toEqual(fills);
        if (spare > 0 || columns.wide.size > 0 || columns.textLength > textBytes + 7) expect(bytes).toBeUndefined();
        if (bytes === undefined) return;
        inPlace += 1;
        expect(bytes.buffer).toBe(columns.quantity.buffer);
        expect(readAll(decodeFills(bytes, 0).fills, directory)).toEqual(fills);
      }),
      { numRuns: 300 },
    );
    expect(inPlace).toBeGreaterThan(30);
    expect(bytesInPlace(new FillColumns(0))).toBeUndefined();
  });

  test("the same fills are the same bytes, whatever stood there before", () => {
    fc.assert(
      fc.property(anyFills(8), (fills) => {
        const columns = columnsOf(fills, new Directory());
        const [clean, dirty] = [new Uint8Array(encodedFillsSize(columns)), new Uint8Array(encodedFillsSize(columns)).fill(0xff)];
        encodeFills(columns, clean, 0);
        encodeFills(columns, dirty, 0);
        expect(dirty).toEqual(clean);
        const again = new Uint8Array(clean.length);
        encodeFills(decodeFills(clean, 0).fills, again, 0);
        expect(again).toEqual(clean);
      }),
      { numRuns: 100 },
    );
  });

  test("reading copies no column", () => {
    const directory = new Directory();
    const columns = columnsOf(fc.sample(anyFills(5), { numRuns: 1, seed: 7 })[0]!, directory);
    const bytes = new Uint8Array(encodedFillsSize(columns));
    encodeFills(columns, bytes, 0);
    const { fills } = decodeFills(bytes, 0);
    for (const column of [fills.quantity, fills.timeHigh, fills.traits, fills.feeDigits, fills.texts]) expect(column.buffer).toBe(bytes.buffer);
  });

  test("no fills take a head only", () => {
    const none = new FillColumns(0);
    const bytes = new Uint8Array(encodedFillsSize(none));
    expect(bytes.length).toBe(16);
    expect(encodeFills(none, bytes, 0)).toBe(16);
    expect(decodeFills(bytes, 0)).toMatchObject({ fills: { count: 0 }, end: 16 });
  });

  test("are written aligned, where there is room", () => {
    const none = new FillColumns(0);
    expect(() => encodeFills(none, new Uint8Array(64), 4)).toThrow(AssertionFailed);
    expect(() => encodeFills(none, new Uint8Array(8), 0)).toThrow(AssertionFailed);
  });
});
