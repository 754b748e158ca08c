import fc from "fast-check";
import { expect, test } from "vitest";
import { anyFill } from "../../../test/generators.ts";
import { aheadOf, Directory, FillColumns, readMark, rowsAhead } from "./index.ts";

const NOW = 1_709_208_000_000_000_000n; // 2024-02-29T12:00:00Z
const SECOND = 1_000_000_000n;

test("a mark of a time that has not come is refused; clocks may differ by ten seconds", () => {
  const mark = (timestamp: string) => readMark({ symbol: "ABC", price: "10", timestamp }, NOW);
  expect(mark("2024-02-29T12:00:10Z")).toMatchObject({ price: "10" });
  expect(mark("2024-02-29T12:00:10.000000001Z")).toMatchObject({ column: "timestamp", code: "future_time" });
  expect(mark("2099-01-01")).toEqual({
    column: "timestamp",
    code: "future_time",
    reason: "future_time: dated 2099-01-01T00:00:00Z, and the clock here says 2024-02-29T12:00:00Z: a mark is taken once its time has come. Times without a zone are UTC",
  });
  expect(mark("1700-01-01")).toMatchObject({ price: "10" });
});

test("the rows of columns that are ahead of the clock are those whose time is", () => {
  const columns = new FillColumns(8);
  const source = new Directory();
  const nearNow = fc.bigInt({ min: NOW - 20n * SECOND, max: NOW + 20n * SECOND });
  const at = fc.oneof(nearNow, fc.constantFrom(NOW + 10n * SECOND, NOW + 10n * SECOND + 1n, -1n, 2n ** 62n, -(2n ** 62n)));
  fc.assert(
    fc.property(fc.array(fc.tuple(anyFill, at), { maxLength: 8 }), (fills) => {
      columns.clear();
      for (const [fill, ns] of fills) columns.push({ ...fill, time: { ns, unit: "ns" } }, source);
      expect(rowsAhead(columns, NOW)).toEqual(fills.flatMap(([, ns], row) => (aheadOf(ns, NOW) === undefined ? [] : [row])));
    }),
  );
});
