import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cholesky, symmetricEigen } from "./matrix.ts";
import { dot, matrixOf, multiply, repairedCorrelation, type SquareMatrix } from "./index.ts";

const anySize = fc.integer({ min: 1, max: 7 });
/** A·Aᵀ of random A: rank at most `rank`. */
const anySemidefinite = fc.tuple(anySize, fc.integer({ min: 1, max: 7 })).chain(([size, rank]) =>
  fc.array(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: rank, maxLength: rank }), { minLength: size, maxLength: size }).map((rows) => matrixOf(rows.map((a) => rows.map((b) => dot(a, b))))),
);

const at = ({ size, values }: SquareMatrix, i: number, j: number) => values[i * size + j]!;
function product(factor: SquareMatrix): number[][] {
  const rows = Array.from({ length: factor.size }, (_, i) => factor.values.subarray(i * factor.size, (i + 1) * factor.size));
  return rows.map((a) => rows.map((b) => dot(a, b)));
}

describe("a matrix", () => {
  test("that is semidefinite is the square of its Cholesky factor, whatever its rank", () => {
    fc.assert(fc.property(anySemidefinite, (matrix) => {
      const factor = cholesky(matrix)!;
      expect(factor).toBeDefined();
      const largest = Math.max(...matrix.values, 1e-300);
      product(factor).forEach((row, i) => row.forEach((value, j) => { expect(Math.abs(value - at(matrix, i, j)) / largest).toBeLessThan(1e-4); }));
    }));
  });

  test("with a perfect copy has a factor without a direction for it", () => {
    expect([...cholesky(matrixOf([[1, 1], [1, 1]]))!.values]).toEqual([1, 0, 1, 0]);
    expect(cholesky(matrixOf([[0, 1], [1, 0]]))).toBeUndefined();
    expect(cholesky(matrixOf([[-1]]))).toBeUndefined();
  });

  test("that is symmetric is made up of its eigenvalues and vectors", () => {
    fc.assert(fc.property(anySemidefinite, (matrix) => {
      const { values, vectors } = symmetricEigen(matrix);
      const { size } = matrix;
      for (let k = 0; k < size; k += 1) {
        const vector = Array.from({ length: size }, (_, i) => at(vectors, i, k));
        expect(dot(vector, vector)).toBeCloseTo(1, 10);
        multiply(matrix, vector).forEach((value, i) => { expect(value).toBeCloseTo(values[k]! * vector[i]!, 8); });
      }
    }));
  });
});

describe("correlations", () => {
  test("that fit together stay as they are", () => {
    expect(repairedCorrelation(matrixOf([[1, 0.9], [0.9, 1]])).repair).toBeUndefined();
  });

  test("that do not are repaired, and it is told", () => {
    const { matrix, factor, repair } = repairedCorrelation(matrixOf([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]));
    expect(repair?.negativeEigenvalues).toBe(1);
    expect(repair?.smallest).toBeCloseTo(-0.8, 12);
    expect(repair?.largestChange).toBeGreaterThan(0.3);
    for (let i = 0; i < 3; i += 1) expect(at(matrix, i, i)).toBe(1);
    expect(Math.min(...symmetricEigen(matrix).values)).toBeGreaterThan(0);
    product(factor).forEach((row, i) => row.forEach((value, j) => { expect(value).toBeCloseTo(at(matrix, i, j), 10); }));
  });
});
