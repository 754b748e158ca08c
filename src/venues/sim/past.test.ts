import { expect, test } from "vitest";
import { SYMBOLS } from "./catalog.ts";
import { simulatedPast } from "./index.ts";

const TODAY = 20_000; // 2024-10-04, a Friday

test("the past of every symbol ends the day before, within a day's move of the price that the demo begins with, and is the same for the same seed", () => {
  const past = simulatedPast(7, TODAY);
  expect(past.map(({ symbol }) => symbol)).toEqual(SYMBOLS.map(({ symbol }) => symbol));
  for (const [i, { days, closes }] of past.entries()) {
    expect(days[days.length - 1]).toBe(TODAY - 1);
    expect(Array.from(days)).toEqual(Array.from(days).toSorted((a, b) => a - b));
    expect(closes.length).toBe(days.length);
    expect(closes.every((close) => Number(close) > 0)).toBe(true);
    const { price, restless } = SYMBOLS[i]!;
    expect(Math.abs((Number(closes.at(-1)) * 1e8) / price - 1)).toBeLessThan(2 * restless * Math.sqrt(86_400));
  }
  expect(simulatedPast(7, TODAY)).toEqual(past);
  expect(simulatedPast(8, TODAY)).not.toEqual(past);
});

test("an equity has no closes of weekends", () => {
  const { days } = simulatedPast(7, TODAY).find(({ symbol }) => symbol === "ACME")!;
  expect(Array.from(days).map((day) => new Date(day * 86_400_000).getUTCDay()).some((day) => day === 0 || day === 6)).toBe(false);
});
