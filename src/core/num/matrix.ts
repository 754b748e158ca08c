/** A square matrix, row by row: the value of row i and column j stands at `i · size + j`. */
export interface SquareMatrix {
  readonly size: number;
  readonly values: Float64Array;
}

/** A matrix out of its rows. */
export function matrixOf(rows: readonly ArrayLike<number>[]): SquareMatrix {
  const size = rows.length;
  const values = new Float64Array(size * size);
  rows.forEach((row, i) => values.set(Array.from(row), i * size));
  return { size, values };
}

/**
 * `matrix · vector`.
 * @example [...multiply(matrixOf([[1, 2], [3, 4]]), [1, 1])] // => [3, 7]
 */
export function multiply({ size, values }: SquareMatrix, vector: ArrayLike<number>): Float64Array {
  const product = new Float64Array(size);
  for (let i = 0; i < size; i += 1) {
    let total = 0;
    for (let j = 0; j < size; j += 1) total += values[i * size + j]! * vector[j]!;
    product[i] = total;
  }
  return product;
}

/** The sum of products. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i += 1) total += a[i]! * b[i]!;
  return total;
}

/** A pivot this small, beside the largest value of the diagonal, is rounding: such a row follows from those before it. */
const ROUNDING = 1e-12;
/** What a factor may miss its matrix by, beside the largest value of the diagonal. */
const MISSED = 1e-9;

/**
 * The lower triangle L with `L · Lᵀ = matrix`, also where the matrix is only semidefinite (a perfect hedge, more rows than days): a row that follows
 * from those before it adds no direction. `undefined` for a matrix that no covariance can have.
 * @example [...cholesky(matrixOf([[4, 2], [2, 5]])).values] // => [2, 0, 1, 2]
 * @example cholesky(matrixOf([[1, 2], [2, 1]])) // => undefined
 */
export function cholesky({ size, values }: SquareMatrix): SquareMatrix | undefined {
  const factor = new Float64Array(size * size);
  let largest = 0;
  for (let i = 0; i < size; i += 1) largest = Math.max(largest, values[i * size + i]!);
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let rest = values[i * size + j]!;
      for (let k = 0; k < j; k += 1) rest -= factor[i * size + k]! * factor[j * size + k]!;
      const pivot = factor[j * size + j]!;
      if (i === j) {
        if (!(rest >= -MISSED * largest)) return undefined;
        factor[i * size + i] = rest > ROUNDING * largest ? Math.sqrt(rest) : 0;
      } else if (pivot > 0) factor[i * size + j] = rest / pivot;
      else if (Math.abs(rest) > Math.sqrt(MISSED) * largest) return undefined;
    }
  }
  return { size, values: factor };
}

/** Eigenvalues, and of each its vector of length 1: a column of `vectors`. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: SquareMatrix;
}

const SWEEPS = 60;

/**
 * The eigenvalues and vectors of a symmetric matrix, by Jacobi's rotations (Golub & Van Loan, 8.5): O(n³) a sweep, about eight of them.
 * @example [...symmetricEigen(matrixOf([[2, 1], [1, 2]])).values].map((value) => Math.round(value * 1e12) / 1e12) // => [1, 3]
 */
export function symmetricEigen(matrix: SquareMatrix): Eigen {
  const { size } = matrix;
  const a = Float64Array.from(matrix.values);
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) vectors[i * size + i] = 1;
  for (let sweep = 0; sweep < SWEEPS && offDiagonal(a, size) > 1e-30 * dot(a, a); sweep += 1) {
    for (let p = 0; p < size - 1; p += 1) for (let q = p + 1; q < size; q += 1) rotate(a, vectors, size, p, q);
  }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]!), vectors: { size, values: vectors } };
}

function offDiagonal(a: Float64Array, size: number): number {
  let total = 0;
  for (let i = 0; i < size; i += 1) for (let j = 0; j < i; j += 1) total += a[i * size + j]! ** 2;
  return total;
}

function rotate(a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const across = a[p * size + q]!;
  if (across === 0) return;
  const theta = (a[q * size + q]! - a[p * size + p]!) / (2 * across);
  const tangent = Math.abs(theta) > 1e150 ? 0.5 / theta : (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  turn(a, size, p, q, size, 1, cosine, sine);
  turn(a, size, p, q, 1, size, cosine, sine);
  turn(vectors, size, p, q, 1, size, cosine, sine);
}

/** Turns the lines p and q: columns where a line's next value is `step` = size on, rows where it is 1 on. */
function turn(a: Float64Array, size: number, p: number, q: number, line: number, step: number, cosine: number, sine: number): void {
  for (let k = 0; k < size; k += 1) {
    const [x, y] = [a[p * line + k * step]!, a[q * line + k * step]!];
    a[p * line + k * step] = cosine * x - sine * y;
    a[q * line + k * step] = sine * x + cosine * y;
  }
}

/** A correlation matrix that can be one, and what was done to the given one; `undefined` where nothing had to be. */
export interface RepairedCorrelation {
  readonly matrix: SquareMatrix;
  readonly factor: SquareMatrix; // its Cholesky factor
  readonly repair: { readonly negativeEigenvalues: number; readonly smallest: number; readonly largestChange: number } | undefined;
}

const LEAST_EIGENVALUE = 1e-8;

/**
 * A correlation matrix near the given one that is positive semidefinite: correlations of pairs that are known for different days need not
 * fit together. Negative eigenvalues are lifted to 1e-8 and the diagonal is made 1 again (Rebonato & Jäckel 1999). What was done is told.
 * @example repairedCorrelation(matrixOf([[1, 0.5], [0.5, 1]])).repair // => undefined
 */
export function repairedCorrelation(given: SquareMatrix): RepairedCorrelation {
  const factor = cholesky(given);
  if (factor !== undefined) return { matrix: given, factor, repair: undefined };
  const { size } = given;
  const { values, vectors } = symmetricEigen(given);
  const lifted = values.map((value) => Math.max(value, LEAST_EIGENVALUE));
  const matrix = { size, values: new Float64Array(size * size) };
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let total = 0;
      for (let k = 0; k < size; k += 1) total += vectors.values[i * size + k]! * lifted[k]! * vectors.values[j * size + k]!;
      matrix.values[i * size + j] = total;
    }
  }
  const roots = Float64Array.from({ length: size }, (_, i) => Math.sqrt(matrix.values[i * size + i]!));
  let largestChange = 0;
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const value = i === j ? 1 : matrix.values[i * size + j]! / (roots[i]! * roots[j]!);
      matrix.values[i * size + j] = value;
      matrix.values[j * size + i] = value;
      largestChange = Math.max(largestChange, Math.abs(value - given.values[i * size + j]!));
    }
  }
  const below = values.filter((value) => value < 0);
  return { matrix, factor: cholesky(matrix)!, repair: { negativeEigenvalues: below.length, smallest: Math.min(...below), largestChange } };
}
