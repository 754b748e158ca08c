import fc from "fast-check";
import { expect, test } from "vitest";
import { finished } from "../core/num/index.ts";
import { jsonSteps } from "./json-steps.ts";

test("law: JSON in steps is what JSON.stringify writes, and long lists take several", () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.array(fc.jsonValue(), { minLength: 90, maxLength: 260 })), { maxKeys: 4 }), (of) => {
    expect(finished(jsonSteps(of))).toBe(JSON.stringify(of));
  }), { numRuns: 60 });
  expect([...jsonSteps({ list: Array.from({ length: 1_000 }, (_, i) => i) })].length).toBeGreaterThan(5);
});
