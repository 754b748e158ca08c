import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { anyFills } from "../../../test/generators.ts";
import { Directory, FillColumns, type Fill } from "../../core/model/index.ts";
import { SortedSpool } from "./index.ts";
import { sortOrder } from "./sort-order.ts";

const folder = mkdtempSync(join(tmpdir(), "fillbook-spool-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Placed {
  readonly fill: Fill;
  readonly file: number;
  readonly line: number;
  readonly seq: number | undefined;
}

const anyFiles = fc.array(
  fc.record({ fills: anyFills(30), seqs: fc.option(fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: 30, maxLength: 30 })), batch: fc.integer({ min: 1, max: 9 }) }),
  { maxLength: 4 },
);

test("gives back what was put in, sorted, whether it fits in memory or not", () => {
  fc.assert(
    fc.property(anyFiles, fc.constantFrom(1, 7, 20, 1000), fc.constantFrom(1, 300, 1_000_000), fc.boolean(), fc.boolean(), (files, rowsInMemory, textBytesInMemory, sortedAlready, roomy) => {
      const directory = new Directory();
      const spool = new SortedSpool({ folder, rowsInMemory, textBytesInMemory });
      const all: Placed[] = [];
      for (const [file, { fills, seqs, batch }] of files.entries()) {
        const ordered = sortedAlready ? fills.toSorted((a, b) => (a.time.ns < b.time.ns ? -1 : a.time.ns > b.time.ns ? 1 : 0)) : fills;
        const placed = ordered.map((fill, i) => ({ fill, file, line: 2 + i * 3, seq: seqs?.[i % seqs.length] }));
        all.push(...placed);
        const flush = (rows: readonly Placed[]) => {
          const columns = new FillColumns(roomy ? batch * 5 : batch);
          for (const { fill } of rows) columns.push(fill, directory);
          spool.add(columns, file, Uint32Array.from(rows, (row) => row.line), seqs ? Float64Array.from(rows, (row) => row.seq!) : undefined);
        };
        for (let at = 0; at < placed.length; at += batch) flush(placed.slice(at, at + batch));
      }
      const found: Placed[] = [];
      for (const { fills, files: itsFiles, lines } of spool.batches()) {
        expect([itsFiles.length, lines.length]).toEqual([fills.count, fills.count]);
        for (let row = 0; row < fills.count; row += 1) found.push({ fill: fills.read(row, directory), file: itsFiles[row]!, line: lines[row]!, seq: undefined });
      }
      spool.close();
      const key = ({ fill, seq }: Placed) => [seq === undefined ? 1n : 0n, seq === undefined ? fill.time.ns : BigInt(seq)] as const;
      const expected = all.toSorted((a, b) => {
        const [x, y] = [key(a), key(b)];
        return Number(x[0] - y[0]) || (x[1] < y[1] ? -1 : x[1] > y[1] ? 1 : 0) || a.file - b.file || a.line - b.line;
      });
      expect(found).toEqual(expected.map((row) => ({ ...row, seq: undefined })));
      expect(spool.rows).toBe(all.length);
      expect(readdirSync(folder)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("rows with long texts, or amounts too long for a double, go to disk before there are many", () => {
  for (const [id, price, runs] of [["short", 1n, 0], ["x".repeat(256), 1n, 2], ["short", 10n ** 17n + 1n, 1]] as const) {
    const directory = new Directory();
    const spool = new SortedSpool({ folder, textBytesInMemory: 100_000 });
    const [fill] = fc.sample(anyFills(1).filter(({ length }) => length === 1), { numRuns: 1, seed: 1 });
    for (let batch = 0; batch < 5; batch += 1) {
      const columns = new FillColumns(200, 0);
      for (let row = 0; row < 200; row += 1) columns.push({ ...fill![0]!, orderId: undefined, id, price: { mantissa: price, digits: 0 }, quantity: { mantissa: 1n, digits: 0 }, fee: { mantissa: 0n, digits: 0 } }, directory);
      spool.add(columns, 0, new Uint32Array(200));
    }
    expect(readdirSync(folder).flatMap((place) => readdirSync(join(folder, place)))).toHaveLength(runs);
    spool.close();
  }
});

test("the order of keys is that of Array.sort, and stable", () => {
  const anyWord = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer());
  fc.assert(
    fc.property(fc.array(fc.tuple(anyWord, anyWord)), (keys) => {
      const high = Int32Array.from(keys, ([h]) => h);
      const low = Uint32Array.from(keys, ([, l]) => l);
      const value = (i: number) => (BigInt(high[i]!) << 32n) | BigInt(low[i]!);
      const expected = keys.map((_, i) => i).sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : a - b));
      expect([...(sortOrder(high, low) ?? keys.keys())]).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});
