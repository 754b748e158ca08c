import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyInstant } from "../../../test/generators.ts";
import { daysInMonth, epochSeconds, formatTime, formatTimeAs, readTime, TIME_UNITS, unitNs, type Instant } from "./time.ts";

const FIRST = BigInt(Date.UTC(1678, 0, 1)) * 1_000_000n;
const AFTER_LAST = BigInt(Date.UTC(2262, 0, 1)) * 1_000_000n;
const anyNs = fc.oneof(
  fc.bigInt({ min: FIRST, max: AFTER_LAST - 1n }),
  fc.bigInt({ min: FIRST / 10n ** 9n, max: AFTER_LAST / 10n ** 9n - 1n }).map((seconds) => seconds * 10n ** 9n),
  fc.bigInt({ min: -3_000_000_000n, max: 3_000_000_000n }), // around 1970, where signs change
);

/** The instant a text holds; the test ends where it holds none. */
function read(text: string): Instant {
  const time = readTime(text);
  if ("problem" in time) throw new Error(time.why);
  return time;
}
const why = (text: string): string => {
  const time = readTime(text);
  return "problem" in time ? time.why : "";
};

describe("ISO 8601", () => {
  const noon = 1_709_208_000_000_000_000n; // 2024-02-29T12:00:00Z
  test.each([
    ["2024-02-29T12:00:00Z", noon, "s"],
    ["2024-02-29 12:00:00", noon, "s"],
    ["2024-02-29t12:00z", noon, "s"],
    ["2024-02-29 12:00:00 UTC", noon, "s"],
    ["2024-02-29T14:00:00+02:00", noon, "s"],
    ["2024-02-29T06:30:00-0530", noon, "s"],
    ["2024-03-01T02:00:00+14", noon, "s"],
    ["2024-02-29", noon - 43_200_000_000_000n, "s"],
    ["2024-02-29T12:00:00.5Z", noon + 500_000_000n, "ms"],
    ["2024-02-29T12:00:00,500Z", noon + 500_000_000n, "ms"],
    ["2024-02-29T12:00:00.0001Z", noon + 100_000n, "us"],
    ["2024-02-29T12:00:00.000000001Z", noon + 1n, "ns"],
    ["1969-12-31T23:59:59.999999999Z", -1n, "ns"],
    ["1678-01-01", FIRST, "s"],
    ["2261-12-31T23:59:59.999999999Z", AFTER_LAST - 1n, "ns"],
  ])("%s", (text, ns, unit) => {
    expect(readTime(text)).toEqual({ ns, unit });
  });

  test.each([
    ["2023-02-29", "names a day that does not exist"],
    ["1900-02-29", "names a day that does not exist"],
    ["2024-04-31", "names a day that does not exist"],
    ["2024-00-10", "names a day that does not exist"],
    ["2024-13-01", "names a day that does not exist"],
    ["2024-01-00", "names a day that does not exist"],
    ["2024-01-01T24:00:00Z", "names a time of day that does not exist"],
    ["2024-01-01T12:60:00Z", "names a time of day that does not exist"],
    ["2024-01-01T12:00:60Z", "names a time of day that does not exist"],
    ["2024-01-01T12:00:00+16:00", "names a time zone that does not exist"],
    ["2024-01-01T12:00:00+02:60", "names a time zone that does not exist"],
    ["1677-12-31", "lies outside the years 1678 to 2261"],
    ["2262-01-01", "lies outside the years 1678 to 2261"],
    ["20240131", "looks like a date, not an epoch: write 2024-01-31"],
    ["", "is neither ISO 8601"],
    ["now", "is neither ISO 8601"],
    ["1.5", "is neither ISO 8601"],
    ["01/02/2024", "is neither ISO 8601"],
    ["2024-1-1", "is neither ISO 8601"],
    ["2024-01-01T12:00:00.0000000001Z", "is neither ISO 8601"],
    ["2024-01-01\u0000", "is neither ISO 8601"],
    ["9".repeat(20), "lies outside the years 1678 to 2261"],
    ["9".repeat(1_000_000), "lies outside the years 1678 to 2261"],
  ])("%.40s %s", (text, says) => {
    expect(why(text)).toContain(says);
    expect(why(text).length).toBeLessThan(150);
  });
});

describe("an epoch tells its unit by its size", () => {
  test.each([
    ["0", 0n, "s"],
    ["1709208000", 1_709_208_000_000_000_000n, "s"],
    ["-1", -1_000_000_000n, "s"],
    ["+1709208000", 1_709_208_000_000_000_000n, "s"],
    ["1709208000500", 1_709_208_000_500_000_000n, "ms"],
    ["1709208000500000", 1_709_208_000_500_000_000n, "us"],
    ["1709208000500000001", 1_709_208_000_500_000_001n, "ns"],
    ["9214646399", AFTER_LAST - 1_000_000_000n, "s"],
    ["100000000000", 100_000_000_000_000_000n, "ms"],
    ["100000000000000", 100_000_000_000_000_000n, "us"],
    ["100000000000000000", 100_000_000_000_000_000n, "ns"],
    ["9214646399999999999", AFTER_LAST - 1n, "ns"],
    ["-9214560000000000000", FIRST, "ns"],
  ])("%s", (text, ns, unit) => {
    expect(readTime(text)).toEqual({ ns, unit });
  });
  test.each(["9214646400", "99999999999", "9214646400000000000", "-9214560000000000001"])("%s lies outside", (text) => {
    expect(why(text)).toContain("lies outside the years 1678 to 2261");
  });
  test("the same moment in every unit, from 1974 to 2100", () => {
    fc.assert(
      fc.property(anyInstant, ({ ns, unit }) => {
        expect(readTime(`${ns / unitNs(unit)}`)).toEqual({ ns, unit });
      }),
    );
  });
});

test("a time written is the time read again", () => {
  expect(formatTime(-1n)).toBe("1969-12-31T23:59:59.999999999Z");
  fc.assert(
    fc.property(anyNs, (ns) => {
      expect(read(formatTime(ns)).ns).toBe(ns);
    }),
    { numRuns: 1000 },
  );
});

test("a time written at its unit keeps its unit", () => {
  expect(TIME_UNITS.map((unit) => formatTimeAs(1_709_208_000_500_000_001n, unit))).toEqual([
    "2024-02-29T12:00:00Z",
    "2024-02-29T12:00:00.500Z",
    "2024-02-29T12:00:00.500000Z",
    "2024-02-29T12:00:00.500000001Z",
  ]);
  fc.assert(
    fc.property(anyNs, fc.constantFrom(...TIME_UNITS), (ns, unit) => {
      const size = unitNs(unit);
      const whole = ns - (((ns % size) + size) % size);
      if (whole >= FIRST) expect(readTime(formatTimeAs(whole, unit))).toEqual({ ns: whole, unit });
    }),
    { numRuns: 1000 },
  );
});

test("the calendar is the platform's", () => {
  const anyDay = fc.record({ year: fc.integer({ min: 1678, max: 2261 }), month: fc.integer({ min: 1, max: 12 }), day: fc.integer({ min: 1, max: 31 }), second: fc.nat(86_399) });
  fc.assert(
    fc.property(anyDay, ({ year, month, day, second }) => {
      const date = new Date(Date.UTC(year, month - 1, day));
      const exists = date.getUTCMonth() === month - 1;
      expect(day <= daysInMonth(year, month)).toBe(exists);
      const text = `${year}-${`${month}`.padStart(2, "0")}-${`${day}`.padStart(2, "0")}`;
      if (!exists) expect(why(text)).toContain("names a day that does not exist");
      else {
        expect(read(text).ns).toBe(BigInt(date.getTime()) * 1_000_000n);
        expect(epochSeconds(year, month, day, 0, 0, second)).toBe(date.getTime() / 1000 + second);
      }
    }),
    { numRuns: 1000 },
  );
});
