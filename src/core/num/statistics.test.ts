import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomialCdf, chiSquareSurvival, correlation, deviation, excessKurtosis, linearPlace, mean, normalCdf, normalQuantile, NormalRandom, orderStatistic, quantile, select, skewness, sum, tailRank, variance } from "./index.ts";

/** Without −0, which sorting and selecting may put on either side of 0. */
const anyRow = fc.array(fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0), fc.integer({ min: -3, max: 3 })), { minLength: 1, maxLength: 300 });

describe("a quantile", () => {
  test("by selection is what sorting gives, and the caller's row stays as it is", () => {
    fc.assert(
      fc.property(anyRow, fc.double({ min: 0, max: 1, noNaN: true }), (row, at) => {
        const sorted = [...row].sort((a, b) => a - b);
        const rank = Math.min(row.length, 1 + Math.floor(at * row.length));
        const before = [...row];
        const scratch = Float64Array.from(row);
        expect(select(scratch, rank)).toBe(sorted[rank - 1]);
        expect([...scratch.subarray(0, rank)].sort((a, b) => a - b)).toEqual(sorted.slice(0, rank)); // the smaller ones stand before it
        orderStatistic(row, at);
        quantile(row, at);
        expect(row).toEqual(before);
      }),
    );
  });

  test("of type 7 lies between its neighbours as NumPy has it", () => {
    expect(quantile([1, 81, 82, 83, 84, 85], 0.1)).toBe(41);
    expect(quantile([1, 2], 0.3)).toBeCloseTo(1.3, 12);
    expect(quantile([3], 0.7)).toBe(3);
    expect(quantile([], 0.5)).toBeUndefined();
    expect(quantile([1, 2, 3, 4], 0.1, 8)).toBeCloseTo(1, 12); // beyond the ends: the end
    expect(linearPlace(11, 0.1)).toEqual({ lower: 2, upper: 2, part: 0 });
  });

  test("as an order statistic is never one rank off at a multiple of 20", () => {
    for (let n = 20; n <= 2_000; n += 20) expect(tailRank(n, 0.05)).toBe(n / 20);
    expect(tailRank(252, 0.05)).toBe(13);
    expect(tailRank(10, 1 - 0.8)).toBe(2); // (1 − 0.8)·10 is 1.9999999999999996
    expect(tailRank(5, 0.01)).toBe(1);
  });
});

describe("moments", () => {
  test("by hand", () => {
    expect(mean([2, 4, 9])).toBe(5);
    expect(variance([2, 4, 9])).toBe(13);
    expect(variance([2, 4, 9], 0)).toBeCloseTo(26 / 3, 12);
    expect(deviation([7])).toBeUndefined();
    expect(mean([])).toBeUndefined();
    expect(skewness([0, 0, 0, 1], "sample")).toBeCloseTo(2, 12);
    expect(excessKurtosis([1, 2, 3, 4, 5], "sample")).toBeCloseTo(-1.2, 12);
    expect(skewness([1, 1, 1])).toBeUndefined();
    expect(excessKurtosis([1, 2, 3], "sample")).toBeUndefined();
    expect(correlation([1, 2], [5, 5])).toBeUndefined();
  });

  test("lose no digits to a large common part", () => {
    expect(variance([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toBe(30);
    expect(sum([1, 1e100, 1, -1e100])).toBe(2);
  });
});

describe("the normal distribution", () => {
  // SciPy 1.17: norm.cdf, norm.ppf
  test.each([[-37, 5.725571222524577e-300], [-10, 7.619853024160527e-24], [-6, 9.865876450376981e-10], [-1.6448536269514729, 0.05], [-0.3, 0.3820885778110474], [0, 0.5], [0.7, 0.758036347776927], [3, 0.9986501019683699]])("has Φ(%d) = %d", (x, probability) => {
    expect(Math.abs(normalCdf(x) / probability - 1)).toBeLessThan(2e-13);
  });
  test.each([[1e-300, -37.0471], [1e-10, -6.361340902404056], [0.01, -2.3263478740408408], [0.05, -1.6448536269514729], [0.5, 0], [0.75, 0.6744897501960817], [0.95, 1.6448536269514722]])("has its quantile of %d at %d", (probability, x) => {
    expect(normalQuantile(probability)).toBeCloseTo(x, probability < 1e-200 ? 4 : 14);
  });

  test("and its quantile are inverses", () => {
    fc.assert(fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (probability) => {
      expect(Math.abs(normalCdf(normalQuantile(probability)) - probability)).toBeLessThan(1e-14);
    }));
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    expect(normalQuantile(1.1)).toBeNaN();
  });

  test("squared gives the chi-square", () => {
    expect(chiSquareSurvival(3.841458820694124, 1)).toBeCloseTo(0.05, 14);
    expect(chiSquareSurvival(5.991464547107979, 2)).toBeCloseTo(0.05, 14);
    expect(chiSquareSurvival(0, 1)).toBe(1);
  });

  test("is what the random numbers have, the same for each seed", () => {
    const random = new NormalRandom(11);
    const drawn = Array.from({ length: 20_000 }, () => random.next());
    expect(Math.abs(mean(drawn)!)).toBeLessThan(0.03);
    expect(Math.abs(deviation(drawn)! - 1)).toBeLessThan(0.02);
    expect(Math.abs(drawn.filter((x) => x < -1.6448536).length / drawn.length - 0.05)).toBeLessThan(0.006);
    expect(new NormalRandom(11).next()).toBe(drawn[0]);
    expect(new NormalRandom(12).next()).not.toBe(drawn[0]);
    expect(new NormalRandom(11, 1).next()).not.toBe(drawn[0]);
  });
});

test("the binomial distribution sums up to its ends, also where its first terms are too small for a double", () => {
  expect(binomialCdf(2, 4, 0.5)).toBeCloseTo(11 / 16, 14);
  expect([binomialCdf(-1, 4, 0.5), binomialCdf(4, 4, 0.5), binomialCdf(3, 4, 0)]).toEqual([0, 1, 1]);
  expect(binomialCdf(5_000, 100_000, 0.05)).toBeCloseTo(0.5037624048, 9); // SciPy; its first term is e^−5129
});
