import fc from "fast-check";
import { expect, test } from "vitest";
import { plainSums, WeightedSums } from "./index.ts";

test("sums by machine code are the plain ones, bit for bit", () => {
  const anyNumber = fc.double({ noNaN: true, min: -1e9, max: 1e9 });
  const anyTable = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 })).chain(([count, length]) => fc.record({
    columns: fc.array(fc.array(anyNumber, { minLength: length, maxLength: length }).map((column) => Float64Array.from(column)), { minLength: count, maxLength: count }),
    weights: fc.array(fc.array(anyNumber, { minLength: count, maxLength: count }), { minLength: 1, maxLength: 3 }),
  }));
  fc.assert(fc.property(anyTable, ({ columns, weights }) => {
    const length = columns[0]!.length;
    const table = WeightedSums.over(columns, length);
    expect(table).toBeDefined();
    for (const row of weights) {
      const [quick, plain] = [new Float64Array(length).fill(7), new Float64Array(length)];
      table!.into(quick, row);
      plainSums(plain, row, columns);
      expect([...quick].map((value) => value + 0)).toEqual([...plain].map((value) => value + 0));
    }
  }));
});

test("nothing has no sums, and weights of another size are our own mistake", () => {
  expect(WeightedSums.over([], 3)).toBeUndefined();
  expect(WeightedSums.over([new Float64Array(0)], 0)).toBeUndefined();
  expect(() => { WeightedSums.over([Float64Array.of(1)], 1)!.into(new Float64Array(1), [1, 2]); }).toThrow("the size of the table");
});
