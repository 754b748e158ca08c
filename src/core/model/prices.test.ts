import fc from "fast-check";
import { expect, test } from "vitest";
import { closeProblem, dayNs, dayOf, packDays, sameClose, unpackDays } from "./index.ts";

test("days packed are the days unpacked", () => {
  fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: -30_000, max: 60_000 })), (days) => {
    const ascending = days.sort((a, b) => a - b);
    expect(unpackDays(packDays(ascending))).toEqual(ascending);
  }));
});

test("every moment of a day is of that day, before 1970 too", () => {
  for (const day of [-20_000, -1, 0, 1, 19_724]) expect([dayOf(dayNs(day)), dayOf(dayNs(day + 1) - 1n), dayOf(dayNs(day) - 1n)]).toEqual([day, day, day - 1]);
});

test.each(["0", "0.000", "-1", "", "1,000", "NaN", "Infinity", "0x1", "1e400", " 1", "1 2", ".", "e1", `${"1".repeat(65)}`])("%j is no close", (text) => {
  expect(closeProblem(text)).toBeTypeOf("string");
});
test.each(["1", "0.1", ".5", "5.", "1e-7", "1E+2", "185.6400000000000001234"])("%j is a close", (text) => {
  expect(closeProblem(text)).toBeUndefined();
});

test("closes are the same when their values are, exactly", () => {
  expect([sameClose("100", "1e2"), sameClose("1.50", "1.5"), sameClose("0.10000000000000000001", "0.1"), sameClose("1e-7", "0.0000001")]).toEqual([true, true, false, true]);
});
