import fc from "fast-check";
import { expect, test } from "vitest";
import { anyDecimal } from "../../../test/generators.ts";
import { formatDecimal, readDecimal, type Decimal } from "./decimal.ts";
import { compareDecimals, divideDecimals, greatestOf, leastOf, roundDecimal, subtractDecimals, type Rounding } from "./exact.ts";
import { abs, tenTo } from "./integer.ts";

const read = (text: string): Decimal => readDecimal(text) as Decimal;

test.each<[text: string, rounding: Rounding, expected: string]>([
  ["2.5", "ceiling", "3"], ["2.5", "floor", "2"], ["2.5", "half_even", "2"], ["2.5", "half_up", "3"],
  ["-2.5", "ceiling", "-2"], ["-2.5", "floor", "-3"], ["-2.5", "half_even", "-2"], ["-2.5", "half_up", "-3"],
  ["2.4999", "half_up", "2"], ["2.0001", "ceiling", "3"], ["-2.0001", "floor", "-3"], ["7", "ceiling", "7"], ["-7", "floor", "-7"],
])("%s by %s is %s", (text, rounding, expected) => {
  expect(formatDecimal(roundDecimal(read(text), 0, rounding))).toBe(expected);
});

test("what is rounded lies between floor and ceiling, less than one unit away", () => {
  fc.assert(fc.property(anyDecimal(12), fc.nat(12), (value, digits) => {
    const [down, up] = [roundDecimal(value, digits, "floor"), roundDecimal(value, digits, "ceiling")];
    expect(compareDecimals(down, value)).toBeLessThanOrEqual(0);
    expect(compareDecimals(up, value)).toBeGreaterThanOrEqual(0);
    const gap = subtractDecimals(up, down);
    expect(gap.mantissa === 0n || gap.mantissa * tenTo(digits) === tenTo(gap.digits)).toBe(true);
    for (const rounding of ["half_even", "half_up"] as const) {
      const near = roundDecimal(value, digits, rounding);
      expect([formatDecimal(down), formatDecimal(up)]).toContain(formatDecimal(near));
      const off = subtractDecimals(near, value);
      expect(2n * abs(off.mantissa) * tenTo(digits) <= tenTo(off.digits)).toBe(true);
    }
  }), { numRuns: 1_000 });
});

test("a quotient times its divisor comes back within the last digit", () => {
  fc.assert(fc.property(anyDecimal(8), anyDecimal(8).filter(({ mantissa }) => mantissa !== 0n), fc.nat(20), (a, b, digits) => {
    const quotient = divideDecimals(a, b, digits, "half_even");
    // |quotient − a/b| ≤ half of 10^−digits, over the common denominator
    const off = abs(quotient.mantissa * b.mantissa * tenTo(a.digits) - a.mantissa * tenTo(quotient.digits + b.digits));
    expect(2n * off * tenTo(digits) <= abs(b.mantissa) * tenTo(a.digits + quotient.digits)).toBe(true);
  }));
});

test("the least and the greatest of two are those two", () => {
  fc.assert(fc.property(anyDecimal(6), anyDecimal(6), (a, b) => {
    const [least, greatest] = [leastOf(a, b), greatestOf(a, b)];
    expect(compareDecimals(least, greatest)).toBeLessThanOrEqual(0);
    expect([formatDecimal(least), formatDecimal(greatest)].sort()).toEqual([formatDecimal(a), formatDecimal(b)].sort());
  }));
});
