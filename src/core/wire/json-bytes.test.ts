import fc from "fast-check";
import { expect, test } from "vitest";
import { formatSmall } from "../num/index.ts";
import { decodeUtf8, encodeUtf8 } from "../model/index.ts";
import { JsonBytes } from "./index.ts";

const written = (write: (into: JsonBytes) => void, into = new JsonBytes(1)) => {
  write(into);
  return decodeUtf8(into.bytes, 0, into.length);
};

test("an amount is written as it is read: -1.5, 0, 0.001, and the greatest exact integer", () => {
  expect(written((into) => into.amount(-1500, 3))).toBe('"-1.5"');
  expect(written((into) => into.amount(0, 18))).toBe('"0"');
  expect(written((into) => into.amount(1, 3))).toBe('"0.001"');
  expect(written((into) => into.amount(Number.MAX_SAFE_INTEGER, 0))).toBe('"9007199254740991"');
  expect(written((into) => into.amount(-Number.MAX_SAFE_INTEGER, 22))).toBe('"-0.0000009007199254740991"');
});

test("law: an amount is written as formatSmall says it, whatever stood there before", () => {
  const into = new JsonBytes(1);
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -2_000_000, max: 2_000_000 }), fc.nat(30).map((power) => Math.min(2 ** 53 - 1, 10 ** power))), fc.nat(36), (mantissa, digits) => {
      into.clear();
      expect(written((bytes) => bytes.amount(mantissa, digits), into)).toBe(`"${formatSmall(mantissa, digits)}"`);
    }),
    { numRuns: 2_000 },
  );
});

test("law: texts of any characters follow each other as UTF-8, in a place that grows", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" })), (texts) => {
      const into = new JsonBytes(1);
      for (const text of texts) into.text(text);
      into.again(0, into.length);
      const once = encodeUtf8(texts.join(""));
      expect(into.bytes.slice(0, into.length)).toEqual(new Uint8Array([...once, ...once]));
    }),
  );
});
