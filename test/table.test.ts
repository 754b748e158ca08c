import { expect, test } from "vitest";
import { note, wrapped } from "../src/cli/table.ts";

test("a remark is broken between words at 80 columns, and keeps its indent", () => {
  const text = `  ${"word ".repeat(40).trim()}`;
  const lines = wrapped(text).split("\n");
  expect(lines.every((line) => line.length <= 80 && line.startsWith("  word"))).toBe(true);
  expect(lines.map((line) => line.trim()).join(" ")).toBe(text.trim());
  expect(note("short")).toBe("short");
  expect(wrapped("x".repeat(90))).toBe("x".repeat(90)); // nothing to break
});
