import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AssertionFailed } from "./assert.ts";
import { abs, divideHalfEven, rescale, tenTo } from "./integer.ts";

const anyInteger = fc.oneof(fc.bigInt({ min: -50n, max: 50n }), fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }));
const anyDivisor = anyInteger.filter((n) => n !== 0n);

describe("division goes to the nearest integer, a half to the even one", () => {
  test.each([
    [5n, 2n, 2n],
    [7n, 2n, 4n],
    [-5n, 2n, -2n],
    [-7n, 2n, -4n],
    [5n, -2n, -2n],
    [1n, 3n, 0n],
    [2n, 3n, 1n],
    [0n, 7n, 0n],
    [15n, 10n, 2n],
    [25n, 10n, 2n],
    [10n ** 30n + 1n, 2n, 5n * 10n ** 29n],
  ])("%s ÷ %s is %s", (numerator, denominator, quotient) => {
    expect(divideHalfEven(numerator, denominator)).toBe(quotient);
  });

  test("as the definition says: nearer than any other, even in a tie", () => {
    fc.assert(
      fc.property(anyInteger, anyDivisor, (numerator, denominator) => {
        const quotient = divideHalfEven(numerator, denominator);
        const twiceRest = 2n * abs(numerator - quotient * denominator);
        expect(twiceRest <= abs(denominator)).toBe(true);
        if (twiceRest === abs(denominator)) expect(quotient % 2n).toBe(0n);
      }),
      { numRuns: 2000 },
    );
  });

  test("ties, of which random numbers have few", () => {
    fc.assert(
      fc.property(anyInteger, anyDivisor, (whole, half) => {
        const quotient = divideHalfEven((2n * whole + 1n) * half, 2n * half);
        expect(quotient % 2n).toBe(0n);
        expect([whole, whole + 1n]).toContain(quotient);
      }),
    );
  });

  test("a divisor of 0 is a bug", () => {
    expect(() => divideHalfEven(1n, 0n)).toThrow(AssertionFailed);
  });
});

test("a power of ten has a whole exponent of at least 0", () => {
  expect([0, 1, 18, 127, 128, 200].map((n) => tenTo(n).toString().length)).toEqual([1, 2, 19, 128, 129, 201]);
  expect(() => tenTo(-1)).toThrow(AssertionFailed);
  expect(() => tenTo(0.5)).toThrow(AssertionFailed);
});

describe("rescaling", () => {
  test.each([
    [15n, 1, 3, 1500n],
    [1500n, 3, 1, 15n],
    [25n, 1, 0, 2n],
    [35n, 1, 0, 4n],
    [-25n, 1, 0, -2n],
    [7n, 4, 4, 7n],
  ])("%s at %i decimals, at %i: %s", (value, from, to, expected) => {
    expect(rescale(value, from, to)).toBe(expected);
  });

  test("to finer digits and back changes nothing", () => {
    fc.assert(
      fc.property(anyInteger, fc.nat(20), fc.nat(40), (value, from, more) => {
        expect(rescale(rescale(value, from, from + more), from + more, from)).toBe(value);
      }),
    );
  });

  test("to coarser digits moves a value by half of its last digit at most", () => {
    fc.assert(
      fc.property(anyInteger, fc.nat(20), fc.nat(40), (value, to, less) => {
        const back = rescale(value, to + less, to) * tenTo(less);
        expect(2n * abs(value - back) <= tenTo(less)).toBe(true);
      }),
    );
  });
});
