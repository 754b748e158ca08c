import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ageText, decimalPadding, finePadding, longer, NO_TAIL, shownFigure } from "./figures.ts";

const anyAmount = fc.tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 18 })).map(([negative, whole, decimals]) => `${negative ? "-" : ""}${whole}${decimals.length > 0 ? `.${decimals.join("")}` : ""}`);

describe("a figure", () => {
  test.each([
    ["0", 4, "0", "", "", false],
    ["-1234567.5", 4, "−1,234,567", ".5", "", false],
    ["0.00012345", 8, "0", ".00", "012345", false],
    ["999.123456", 4, "999", ".12", "34", true],
    ["63421.567", 2, "63,421", ".56", "", true],
  ])("of %s with at most %i decimals is %s%s%s", (exact, most, whole, decimals, fine, isCut) => {
    expect(shownFigure(exact, most)).toEqual({ exact, whole, decimals, fine, isCut });
  });

  test("shows digits that the service said, none rounded, none made up", () => {
    fc.assert(fc.property(anyAmount, fc.integer({ min: 2, max: 18 }), (exact, most) => {
      const { whole, decimals, fine, isCut } = shownFigure(exact, most);
      const shown = `${whole.replaceAll(",", "").replace("\u2212", "-")}${decimals}${fine}`;
      expect(exact.startsWith(shown)).toBe(true);
      expect(isCut).toBe(shown !== exact);
    }));
  });

  test("lines up with every other one on the point, whatever decimals each has", () => {
    fc.assert(fc.property(fc.array(anyAmount, { minLength: 1 }), (amounts) => {
      const figures = amounts.map((exact) => shownFigure(exact, 8));
      const tail = figures.reduce(longer, NO_TAIL);
      const widths = figures.map((figure) => `${figure.decimals}${decimalPadding(figure, tail)}${figure.fine}${finePadding(figure, tail)}`.length);
      expect(new Set(widths).size).toBe(1);
    }));
  });
});

test.each([[0, "0 s"], [89.9, "89 s"], [90, "1 min"], [5399, "89 min"], [7200, "2 h"], [200_000, "2 d"], [-3, "0 s"]])("%f seconds are %s", (seconds, says) => {
  expect(ageText(seconds)).toBe(says);
});
