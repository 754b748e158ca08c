import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root, sourceFiles } from "./files.ts";
import { importProblems, impurities } from "./tidy.ts";

const files = sourceFiles("src", "web").map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

test("imports point one way, and folders are entered by their index", () => {
  expect(files.length).toBeGreaterThan(10);
  expect(files.flatMap(({ path, text }) => importProblems(path, text))).toEqual([]);
});

test("src/core reads no clock and rolls no dice", () => {
  expect(files.flatMap(({ path, text }) => impurities(path, text))).toEqual([]);
});

describe("the import rule sees", () => {
  const allowed: [why: string, path: string, text: string][] = [
    ["an earlier row by its index", "src/core/book/book.ts", `import { abs } from "../num/index.ts";`],
    ["its own folder", "src/cli/main.ts", `import { table } from "./table/rows.ts";`],
    ["a package", "src/cli/main.ts", `import { Command } from "commander";`],
    ["a venue from the command line", "src/cli/import.ts", `import { readCsv } from "../venues/csv/index.ts";`],
    ["core from the page", "web/replica.ts", `import { step } from "../src/core/engine/index.ts";`],
    ["anything from a test", "src/core/num/x.test.ts", `import { main } from "../../cli/main.ts";`],
    ["a comment", "src/core/num/x.ts", `// import { main } from "../../cli/main.ts";`],
  ];
  test.each(allowed)("no fault in %s", (_why, path, text) => {
    expect(importProblems(path, text)).toEqual([]);
  });

  const refused: [why: string, path: string, text: string, says: string][] = [
    ["a later row", "src/core/num/x.ts", `import { Fill } from "../model/index.ts";`, "later row"],
    ["a later row of types", "src/core/num/x.ts", `import type { Fill } from "../model/index.ts";`, "later row"],
    ["a later row passed on", "src/journal/index.ts", `export { main } from "../cli/index.ts";`, "later row"],
    ["a later row loaded when needed", "src/journal/x.ts", `const cli = await import("../cli/index.ts");`, "later row"],
    ["a neighbour in the row", "src/core/risk/x.ts", `import { a } from "../pairs/index.ts";`, "one row"],
    ["one venue in another", "src/venues/csv/x.ts", `import { a } from "../sim/index.ts";`, "one row"],
    ["a side door", "src/core/book/x.ts", `import { abs } from "../num/integer.ts";`, "entered by its index.ts"],
    ["a side door of a venue", "src/cli/x.ts", `import { a } from "../venues/csv/scan.ts";`, "entered by its index.ts"],
    ["the page in the service", "web/replica.ts", `import { hub } from "../src/server/index.ts";`, "src/core only"],
    ["the page by a side door", "web/replica.ts", `import { abs } from "../src/core/num/integer.ts";`, "entered by its index.ts"],
    ["a test in production", "src/core/num/x.ts", `import { anyFill } from "../../../test/generators.ts";`, "outside src"],
    ["a folder without a row", "src/helpers/x.ts", `import { abs } from "../core/num/index.ts";`, "no row"],
    ["the library's door from inside", "src/journal/x.ts", `import { Book } from "../index.ts";`, "later row"],
  ];
  test.each(refused)("%s", (_why, path, text, says) => {
    expect(importProblems(path, text)).toEqual([expect.stringContaining(says)]);
  });
});

describe("the purity rule sees", () => {
  test.each([
    "Date.now()", "new Date()", "new Date", "Date()", "new Date(2026, 1, 1)", "performance.now()", "Math.random()", 'Math["random"]()',
    "setTimeout(f, 1)", "process.hrtime()", "Buffer.alloc(1)", "globalThis.Date", "console.log(1)",
  ])("%s", (expression) => {
    expect(impurities("src/core/num/x.ts", `export const x = 1;\nexport const y = ${expression};`)).toEqual([expect.stringContaining("x.ts:2 uses ")]);
  });
  test.each(["node:fs", "fs", "node:crypto"])("an import of %s", (name) => {
    expect(impurities("src/core/num/x.ts", `import * as m from "${name}"; export const y = m;`)).toEqual([expect.stringContaining(name)]);
  });
  test.each(["new Date(0)", "order.process", "{ process: 1 }", '"Date.now()"', "0 /* Math.random() */"])("no fault in %s", (expression) => {
    expect(impurities("src/core/num/x.ts", `export const y = ${expression};`)).toEqual([]);
  });
  test("and it looks at src/core only", () => {
    expect(impurities("src/runtime/clock.ts", "Date.now()")).toEqual([]);
    expect(impurities("src/core/num/x.test.ts", "Date.now()")).toEqual([]);
  });
});
