import fc from "fast-check";
import { expect, test } from "vitest";
import { note, shownAmount, wrapped } from "../src/cli/table.ts";
import { formatScaled } from "../src/core/num/index.ts";

test("a remark is broken between words at 80 columns, and keeps its indent", () => {
  const text = `  ${"word ".repeat(40).trim()}`;
  const lines = wrapped(text).split("\n");
  expect(lines.every((line) => line.length <= 80 && line.startsWith("  word"))).toBe(true);
  expect(lines.map((line) => line.trim()).join(" ")).toBe(text.trim());
  expect(note("short")).toBe("short");
  expect(wrapped("x".repeat(90))).toBe("x".repeat(90)); // nothing to break
});

test("an amount fits its width from the smallest to the largest, and a shortened one is near what it stands for", () => {
  const anyAmount = fc.tuple(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), fc.nat(8)).map(([mantissa, digits]) => formatScaled(mantissa, digits));
  fc.assert(
    fc.property(anyAmount, fc.integer({ min: 9, max: 14 }), (exact, width) => {
      const shown = shownAmount(exact, width);
      expect(shown.length).toBeLessThanOrEqual(width + 2); // where rounding up adds a digit, and a comma
      const unit = { M: 1e6, B: 1e9, T: 1e12 }[shown.at(-1)!] ?? 1;
      const value = Number(shown.replace(/[~,MBT]/g, "")) * unit;
      if (!shown.startsWith("~")) expect(value).toBe(Number(exact));
      else expect(Math.abs(value - Number(exact))).toBeLessThanOrEqual(Math.max(Math.abs(Number(exact)) / 100, 0.001));
    }),
  );
});
test("an amount is told in millions only where its whole digits do not fit", () => {
  expect([shownAmount("2740", 9), shownAmount("-981533.25", 9), shownAmount("8581479.5", 9), shownAmount("8581479.5", 12), shownAmount("-2635207", 9)]).toEqual(["2,740", "~-981,533", "~8.58148M", "8,581,479.5", "~-2.6352M"]);
  expect([shownAmount("1234567890123", 9), shownAmount("1234567890123456", 9)]).toEqual(["~1,234.6B", "~1,234.6T"]);
});
