import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ageText, compareExact, decimalsShown, paddingText, shownText } from "./text.ts";

const anyAmount = fc.tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 18 })).map(([negative, whole, decimals]) => `${negative ? "-" : ""}${whole}${decimals.length > 0 ? `.${decimals.join("")}` : ""}`);

describe("a figure", () => {
  test.each([
    ["0", 4, "0"],
    ["-1234567.5", 4, "−1,234,567.5"],
    ["999.129", 2, "999.12"],
    ["-63421.567", 0, "−63,421"],
    ["0.00", 2, "0.00"],
    ["0.0000000312", 8, "0.00000003"],
    ["0.00000000312", 8, "0.0000000031"],
    ["0.4", 0, "0.4"],
  ])("of %s with at most %i decimals is %s", (exact, most, says) => {
    expect(shownText(exact, most)).toBe(says);
  });

  test("shows digits that the service said, none rounded, none made up", () => {
    fc.assert(fc.property(anyAmount, fc.integer({ min: 1, max: 18 }), (exact, most) => {
      const shown = shownText(exact, most).replaceAll(",", "").replace("\u2212", "-");
      expect(exact.startsWith(shown)).toBe(true);
      expect(shown.split(".")[1]?.length ?? 0).toBe(decimalsShown(exact, most));
    }));
  });

  test("that is not 0 never reads as 0", () => {
    const anyLittle = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 17 }), fc.bigInt({ min: 1n, max: 10n ** 18n })).map(([negative, zeros, digits]) => `${negative ? "-" : ""}0.${"0".repeat(zeros)}${digits}`);
    fc.assert(fc.property(anyLittle, fc.integer({ min: 0, max: 8 }), (exact, most) => {
      expect(shownText(exact, most)).toMatch(/[1-9]/);
    }));
  });

  test("lines up with every other one on the point, whatever decimals each has", () => {
    fc.assert(fc.property(fc.array(anyAmount, { minLength: 1 }), (amounts) => {
      const to = Math.max(...amounts.map((exact) => decimalsShown(exact, 8)));
      const widths = amounts.map((exact) => (shownText(exact, 8).split(".")[1] ?? "").length + (exact.includes(".") ? 1 : 0) + paddingText(decimalsShown(exact, 8), to).length);
      expect(new Set(widths).size).toBe(1);
    }));
  });
});

test("figures are in order by what they exactly are", () => {
  fc.assert(fc.property(fc.bigInt(), fc.bigInt(), fc.integer({ min: 0, max: 20 }), (a, b, digits) => {
    const text = (value: bigint) => `${value < 0n ? "-" : ""}${`${value < 0n ? -value : value}`.padStart(digits + 1, "0").replace(new RegExp(`(\\d{${digits}})$`), digits === 0 ? "$1" : ".$1")}`;
    expect(Math.sign(compareExact(text(a), text(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
  }));
});

test.each([[0, "0 s"], [89.9, "89 s"], [90, "1 min"], [5399, "89 min"], [7200, "2 h"], [200_000, "2 d"], [-3, "0 s"]])("%f seconds are %s", (seconds, says) => {
  expect(ageText(seconds)).toBe(says);
});
