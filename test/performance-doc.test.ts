import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import { expect, test } from "vitest";
import { performance } from "../src/index.ts";
import { root } from "./files.ts";

const SIGNIFICANT = 6;

/** Every `EXPRESSION // → RESULT` in the code of the page. */
const lines = [...readFileSync(join(root, "docs/performance.md"), "utf8").matchAll(/^```js\n([\s\S]*?)^```/gm)].flatMap(([, code]) => code!.trim().split("\n")).map((line) => line.split(" // → ") as [string, string]);

/** As JSON, numbers to six significant digits. */
function shown(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === "number" ? Number(one.toPrecision(SIGNIFICANT)) + 0 : one));
}

test("docs/performance.md has examples", () => {
  expect(lines.length).toBeGreaterThan(15);
});

test.each(lines)("in docs/performance.md: %s is %s", (expression, result) => {
  const evaluate = compileFunction(`"use strict"; return (${expression});`, ["performance"]) as (...scope: unknown[]) => unknown;
  expect(shown(evaluate(performance))).toBe(result);
});
