import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyDecimal } from "../../../test/generators.ts";
import { formatDecimal, isProblem, readDecimal, trimmed } from "./decimal.ts";
import { scanDecimal, scanned } from "./scan.ts";

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);

/** What the scanner makes of a text that stands between other numbers; undefined where it leaves it to the general reader. */
function scan(text: string): { mantissa: number; digits: number } | undefined {
  const bytes = bytesOf(`12${text}34`);
  return scanDecimal(bytes, 2, bytes.length - 2) ? { ...scanned } : undefined;
}

describe("scanning", () => {
  test.each([
    ["0", 0, 0],
    ["-0", 0, 0],
    ["1.50", 150, 2],
    ["-12.5", -125, 1],
    ["+7", 7, 0],
    [".5", 5, 1],
    ["5.", 5, 0],
    ["999999999999999", 999_999_999_999_999, 0],
    ["0.00000000000001", 1, 14],
    ["-99999999999.9999", -999_999_999_999_999, 4],
  ])("%s", (text, mantissa, digits) => {
    expect(scan(text)).toEqual({ mantissa, digits });
  });

  test.each(["", "-", ".", "-.", "1e5", "1,000", " 1", "1 ", "--1", "1-", "1.2.3", "NaN", "1000000000000000", "0.000000000000001", "/", ":"])("%j is left to the general reader", (text) => {
    expect(scan(text)).toBeUndefined();
  });

  test("wherever it answers, the general reader gives the same value", () => {
    const anyText = fc.oneof(fc.string({ unit: fc.constantFrom(..."0123456789.+-e,"), maxLength: 20 }), anyDecimal(10).map(formatDecimal));
    fc.assert(
      fc.property(anyText, (text) => {
        const seen = scan(text);
        if (seen !== undefined) expect(trimmed(BigInt(seen.mantissa), seen.digits)).toEqual(readDecimal(text));
      }),
      { numRuns: 5000 },
    );
  });

  test("it answers for every plain number of at most 15 digits", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[+-]?\d{1,8}(\.\d{0,7})?$/), (text) => {
        expect(scan(text)).toBeDefined();
        expect(isProblem(readDecimal(text))).toBe(false);
      }),
    );
  });
});
