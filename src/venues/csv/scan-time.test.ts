import fc from "fast-check";
import { expect, test } from "vitest";
import { formatTimeAs, readTime, TIME_UNITS, unitNs } from "../../core/model/index.ts";
import { scanTime, scannedTime } from "./scan-time.ts";

function scan(text: string): { ns: bigint; unit: string } | undefined {
  if (scanTime(Buffer.from(`${text},1`), 0) !== text.length) return undefined;
  return { ns: (BigInt(scannedTime.high) << 32n) | BigInt(scannedTime.low), unit: TIME_UNITS[scannedTime.unit]! };
}

const anyNs = fc.bigInt({ min: -2_208_988_800_000_000_000n, max: 7_289_654_399_999_999_999n }); // 1900 to 2200

test("ISO times of every unit are read as readTime reads them", () => {
  fc.assert(
    fc.property(anyNs, fc.constantFrom(...TIME_UNITS), fc.constantFrom("T", " "), fc.constantFrom("Z", "+00:00"), (ns, unit, t, zone) => {
      const text = formatTimeAs(ns, unit).replace("T", t).replace("Z", zone);
      expect(scan(text)).toEqual(readTime(text));
    }),
    { numRuns: 5000 },
  );
});

test("epochs of every unit are read as readTime reads them", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 100_000_000n, max: 9_214_646_399_999_999_999n }), fc.constantFrom(...TIME_UNITS), (ns, unit) => {
      const text = `${ns / unitNs(unit)}`;
      const fast = scan(text);
      const read = readTime(text);
      if (text.length >= 9 && !("problem" in read)) expect(fast).toEqual(read);
      else expect(fast).toBeUndefined();
    }),
    { numRuns: 5000 },
  );
});

test("what it cannot be sure of it leaves alone, and never says what readTime does not", () => {
  const near = fc.string({ unit: fc.constantFrom(..."0129-:TZ.+ "), minLength: 8, maxLength: 30 });
  const almost = fc.tuple(anyNs, fc.nat(29), fc.constantFrom(..."0123456789-:T.Z ")).map(([ns, at, c]) => {
    const text = formatTimeAs(ns, "ms");
    return text.slice(0, at) + c + text.slice(at + 1);
  });
  fc.assert(
    fc.property(fc.oneof(near, almost), (text) => {
      const fast = scan(text);
      if (fast !== undefined) expect(readTime(text)).toEqual(fast);
    }),
    { numRuns: 5000 },
  );
});

test.each(["2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-00T00:00:00Z", "2024-01-01T24:00:00Z", "20240131", "99999999999999999999", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00.0123456789Z"])(
  "%s is left to readTime",
  (text) => {
    scan("2024-02-29T00:00:00Z");
    expect(scan(text)).toBeUndefined();
  },
);

test("a day that does not exist is not taken for the one that was read before", () => {
  for (let day = 0; day <= 99; day += 1) {
    scan("2024-02-01T00:00:00Z");
    const text = `2024-01-${String(day).padStart(2, "0")}T00:00:00Z`;
    const read = readTime(text);
    expect(scan(text)).toEqual("problem" in read ? undefined : read);
  }
});
