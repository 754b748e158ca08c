import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyDecimal } from "../../../test/generators.ts";
import { addDecimals, formatDecimal, formatQuotient, formatRatio, formatScaled, isProblem, multiplyDecimals, readDecimal, scaled, trimmed, zero, type Decimal } from "./decimal.ts";
import { abs, tenTo } from "./integer.ts";

/** The number a text holds; the test ends where it holds none. */
function read(text: string): Decimal {
  const result = readDecimal(text);
  if (isProblem(result)) throw new Error(result.why);
  return result;
}

describe("reading", () => {
  test.each([
    ["0", 0n, 0],
    ["-0", 0n, 0],
    ["0.000", 0n, 0],
    ["0e9999", 0n, 0],
    ["1.50", 15n, 1],
    ["-0.50", -5n, 1],
    ["+3", 3n, 0],
    [".5", 5n, 1],
    ["5.", 5n, 0],
    ["007", 7n, 0],
    ["1e-7", 1n, 7],
    ["1E3", 1000n, 0],
    ["1.25e1", 125n, 1],
    ["1e17", 10n ** 17n, 0],
    ["1e-18", 1n, 18],
    ["100000000000000000000e-20", 1n, 0],
    ["999999999999999999.999999999999999999", 10n ** 36n - 1n, 18],
    ["1.0000000000000000000000", 1n, 0], // more than 18 decimals, but no more than 18 that say anything
  ])("%s", (text, mantissa, digits) => {
    expect(readDecimal(text)).toEqual({ mantissa, digits });
  });

  test.each(["", " ", ".", "-", "+-1", "1.2.3", "NaN", "Infinity", "-Infinity", "1,000", "1 000", "1_000", "0x10", "1e", "e5", "١", "1\u0000", " 1", "1e99999", "9".repeat(65)])(
    "%j is no number",
    (text) => {
      expect(readDecimal(text)).toMatchObject({ problem: "not_a_number" });
    },
  );

  test.each(["1e400", "1e18", "1000000000000000000", "1.5e300", "-1e9999"])("%s is too large", (text) => {
    expect(readDecimal(text)).toMatchObject({ problem: "too_large" });
  });

  test.each(["1e-19", "0.0000000000000000001", "1.5e-18", "1e-400"])("%s has too many decimals", (text) => {
    expect(readDecimal(text)).toMatchObject({ problem: "too_precise" });
  });

  test("a refusal says what was read and how to mend it", () => {
    expect(readDecimal("1,234.50")).toEqual({ problem: "not_a_number", why: '"1,234.50" is not a plain number: write it without thousands separators, like 1000.5' });
    expect(readDecimal("12,5")).toEqual({ problem: "not_a_number", why: '"12,5" is not a plain number: write digits and a point, like 1000.5' });
    expect(readDecimal("0.1234567890123456789")).toEqual({
      problem: "too_precise",
      why: '"0.1234567890123456789" has 19 decimals; at most 18 are kept, and none is ever rounded away',
    });
    expect(readDecimal("9".repeat(65))).toEqual({ problem: "not_a_number", why: `"${"9".repeat(40)}…" has 65 characters: no amount is longer than 64` });
    expect(readDecimal("1e400")).toEqual({ problem: "too_large", why: '"1e400" has 401 digits before the point; at most 18 fit' });
  });

  test("what is written is read again, over 0 to 18 decimals", () => {
    fc.assert(
      fc.property(anyDecimal(18), (value) => {
        expect(readDecimal(formatDecimal(value))).toEqual(value);
      }),
      { numRuns: 2000 },
    );
  });

  test("an exponent only moves the point", () => {
    fc.assert(
      fc.property(anyDecimal(6), fc.integer({ min: -6, max: 6 }), (value, exponent) => {
        const moved = readDecimal(`${formatDecimal(value)}e${exponent}`);
        if (isProblem(moved)) expect(moved.problem).toBe("too_large");
        else expect(moved.mantissa * tenTo(value.digits + 6)).toBe(value.mantissa * tenTo(moved.digits + 6 + exponent));
      }),
    );
  });

  test("any text is a number or is told why not", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom(..."0123456789+-.eE, ") })), (text) => {
        const result = readDecimal(text);
        if (isProblem(result)) expect(result.why.length).toBeLessThan(200);
        else expect(result.digits >= 0 && result.digits <= 18 && (result.digits === 0 || result.mantissa % 10n !== 0n)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("writing", () => {
  test.each([
    [0n, 8, "0"],
    [5n, 0, "5"],
    [-1500n, 3, "-1.5"],
    [1n, 18, "0.000000000000000001"],
    [-1n, 1, "-0.1"],
    [1000n, 3, "1"],
    [1000n, 0, "1000"],
    [10n ** 36n - 1n, 18, "999999999999999999.999999999999999999"],
  ])("%s at %i decimals is %s", (mantissa, digits, text) => {
    expect(formatScaled(mantissa, digits)).toBe(text);
  });

  test("with no needless zero and no minus on 0", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat(24), (mantissa, digits) => {
        expect(formatScaled(mantissa, digits)).toMatch(/^(0|-?(0|[1-9]\d*)(\.\d*[1-9])?)$/);
      }),
    );
  });
});

describe("a value at given digits", () => {
  test.each([
    ["1.5", 3, 1500n],
    ["1.5", 1, 15n],
    ["1.5", 0, undefined],
    ["0", 0, 0n],
    ["-0.001", 2, undefined],
  ])("%s at %i", (text, digits, expected) => {
    expect(scaled(read(text), digits)).toBe(expected);
  });
});

test("trimming keeps the value", () => {
  expect(trimmed(1500n, 3)).toEqual({ mantissa: 15n, digits: 1 });
  expect(trimmed(15n, -2)).toEqual({ mantissa: 1500n, digits: 0 });
  expect(trimmed(0n, 12)).toBe(zero);
});

describe("sums and products are exact", () => {
  const rational = ({ mantissa, digits }: Decimal): bigint => mantissa * tenTo(40 - digits);

  test("as fractions say", () => {
    expect(formatDecimal(addDecimals(read("0.1"), read("0.2")))).toBe("0.3");
    expect(formatDecimal(multiplyDecimals(read("1.1"), read("1.1")))).toBe("1.21");
    fc.assert(
      fc.property(anyDecimal(18), anyDecimal(18), (a, b) => {
        expect(rational(addDecimals(a, b))).toBe(rational(a) + rational(b));
        expect(rational(multiplyDecimals(a, b)) * tenTo(40)).toBe(rational(a) * rational(b));
      }),
    );
  });

  test("in any order, and away again", () => {
    fc.assert(
      fc.property(anyDecimal(18), anyDecimal(18), (a, b) => {
        expect(addDecimals(a, b)).toEqual(addDecimals(b, a));
        expect(addDecimals(addDecimals(a, b), { ...b, mantissa: -b.mantissa })).toEqual(a);
      }),
    );
  });
});

describe("a quotient to some significant digits", () => {
  test.each([
    [2n, 3n, 12, "0.666666666667"],
    [1n, 8n, 12, "0.125"],
    [0n, 5n, 12, "0"],
    [-1n, 3n, 3, "-0.333"],
    [1n, -3n, 3, "-0.333"],
    [-1n, -3n, 3, "0.333"],
    [9995n, 10n, 3, "1000"], // 999.5 is a tie: up to the even 1000
    [9985n, 10n, 3, "998"],
    [99_999n, 1n, 3, "100000"],
    [123_456n, 1n, 3, "123000"],
    [1n, 10n ** 18n, 12, "0.000000000000000001"],
    [10n ** 30n + 1n, 10n ** 30n, 12, "1"],
    [65_432_109_876_543n, 10_000_000n, 12, "6543210.98765"],
  ])("%s ÷ %s to %i digits is %s", (numerator, denominator, significant, text) => {
    expect(formatRatio(numerator, denominator, significant)).toBe(text);
  });

  test("lies within half of its last digit, even in a tie", () => {
    const anyPart = fc.oneof(fc.bigInt({ min: 1n, max: 2000n }), fc.bigInt({ min: 1n, max: 10n ** 40n }));
    fc.assert(
      fc.property(anyPart, anyPart, fc.boolean(), fc.integer({ min: 1, max: 15 }), (n, d, negative, significant) => {
        const text = formatRatio(negative ? -n : n, d, significant);
        expect(text.startsWith("-")).toBe(negative);
        // 10^order ≤ n/d < 10^(order+1), found by counting, and the last digit shown is worth 10^(order+1−significant)
        let order = 0;
        while (n >= d * tenTo(order + 1)) order += 1;
        while (order <= 0 && n * tenTo(-order) < d) order -= 1;
        const last = order + 1 - significant;
        // all as integers at 80 decimals and over the common denominator d
        const unit = tenTo(80 + last) * d;
        const [whole, fraction = ""] = text.replace("-", "").split(".");
        const shown = BigInt(whole! + fraction) * tenTo(80 - fraction.length) * d;
        const twiceOff = 2n * abs(n * tenTo(80) - shown);
        expect(shown % unit).toBe(0n);
        expect(twiceOff <= unit).toBe(true);
        if (twiceOff === unit) expect((shown / unit) % 2n).toBe(0n);
      }),
      { numRuns: 2000 },
    );
  });
});

test("a quotient of doubles, where one is given, is the ratio of the same integers", () => {
  const anySmall = fc.oneof(fc.integer({ min: -2_000, max: 2_000 }), fc.maxSafeInteger());
  let given = 0;
  fc.assert(
    fc.property(anySmall, anySmall.filter((n) => n !== 0), fc.integer({ min: -12, max: 3 }), (numerator, denominator, up) => {
      const text = formatQuotient(numerator, denominator, up);
      if (text === undefined) return;
      given += 1;
      expect(text).toBe(formatRatio(BigInt(numerator) * tenTo(Math.max(up, 0)), BigInt(denominator) * tenTo(Math.max(-up, 0)), 12));
    }),
    { numRuns: 3_000 },
  );
  expect(given).toBeGreaterThan(500);
});
