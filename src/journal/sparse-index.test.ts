import { expect, test } from "vitest";
import { SparseIndex } from "./sparse-index.ts";

/** An index over blocks of 10 entries and 40,000 bytes each, told in order. */
function over(blocks: number): SparseIndex {
  const index = new SparseIndex(1, 64);
  for (let n = 0; n < blocks; n += 1) index.passed(1 + n * 10, 10, 64 + n * 40_000, 64 + (n + 1) * 40_000);
  return index;
}

test("an entry is found in a short stretch of whole blocks", () => {
  const index = over(10);
  for (let seq = 1; seq <= 100; seq += 1) {
    const { firstSeq, start, end } = index.stretchOf(seq);
    expect(start).toBe(64 + ((firstSeq - 1) / 10) * 40_000);
    expect(firstSeq).toBeLessThanOrEqual(seq);
    expect(seq).toBeLessThan(firstSeq + ((end - start) / 40_000) * 10);
    expect(end - start).toBe(80_000); // the first multiple of a block that is at least 64 KiB
  }
});

test("what was passed before, or lies beyond a gap, changes nothing", () => {
  const index = over(3);
  index.passed(11, 10, 40_064, 80_064);
  index.passed(61, 10, 240_064, 280_064);
  expect([index.coveredSeq, index.coveredEnd]).toEqual([31, 120_064]);
  expect(index.stretchOf(30)).toEqual({ firstSeq: 21, start: 80_064, end: 120_064 });
});

test("nothing passed yet: the stretch is empty and stands at the start", () => {
  expect(over(0).stretchOf(1)).toEqual({ firstSeq: 1, start: 64, end: 64 });
});
