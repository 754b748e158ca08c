import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";
import { expect, test } from "vitest";
import { root, sourceFiles } from "./files.ts";

interface Example {
  readonly path: string;
  readonly line: number;
  readonly expression: string;
  readonly result: string | undefined;
}

/** Every `@example EXPRESSION // => RESULT` of a file; the result may stand on the next line. */
function examplesIn(path: string, text: string): Example[] {
  const lines = text.split("\n");
  return lines.flatMap((line, at) => {
    const [, first] = /^\s*(?:\/\*)?\*+\s*@example\s+(.*?)\s*(?:\*\/\s*)?$/.exec(line) ?? [];
    if (first === undefined) return [];
    const [, next = ""] = /^\s*\*\s*(\/\/ => .*?)\s*(?:\*\/\s*)?$/.exec(lines[at + 1] ?? "") ?? [];
    const shown = `${first} ${next}`.trim();
    const [, expression = shown, result] = /^(.*?)\s*\/\/ => (.*)$/.exec(shown) ?? [];
    return [{ path, line: at + 1, expression, result }];
  });
}

/** The value of a JavaScript expression in which the exports of a module and of its folder's index are known by name; of the page the module's alone, for its indexes want a browser. */
async function evaluate(expression: string, scope: Record<string, unknown>): Promise<unknown> {
  const names = Object.keys(scope).filter((name) => name !== "default");
  const body = compileFunction(`"use strict"; return (${expression});`, names) as (...values: unknown[]) => unknown;
  return await body(...names.map((name) => scope[name]));
}

async function scopeOf(path: string): Promise<Record<string, unknown>> {
  const index = join(dirname(path), "index.ts");
  const load = async (file: string): Promise<object> => (existsSync(join(root, file)) ? ((await import(pathToFileURL(join(root, file)).href)) as object) : {});
  return { ...(path.startsWith("web/") ? {} : await load(index)), ...(await load(path)) };
}

const examples = sourceFiles("src", "web")
  .filter((path) => !path.endsWith(".test.ts"))
  .flatMap((path) => examplesIn(path, readFileSync(join(root, path), "utf8")));

test("there are examples to run", () => {
  expect(examples.length).toBeGreaterThan(10);
});

test.each(examples.map((example) => [`${example.path}:${example.line}`, example] as const))("the example at %s holds", async (_place, { path, expression, result }) => {
  expect(result, "an example ends with `// => RESULT`").toBeDefined();
  const scope = await scopeOf(path);
  expect(await evaluate(expression, scope)).toStrictEqual(await evaluate(result!, scope));
});

test("an example is found with its place, and a wrong one is seen", async () => {
  const [one, two, three] = examplesIn("src/x.ts", "/**\n * @example half(4n) // => 2n\n */\n/** @example half(1n) */\n/**\n * @example half(6n)\n * // => 3n\n */");
  expect(one).toEqual({ path: "src/x.ts", line: 2, expression: "half(4n)", result: "2n" });
  expect(two).toEqual({ path: "src/x.ts", line: 4, expression: "half(1n)", result: undefined });
  expect(three).toEqual({ path: "src/x.ts", line: 6, expression: "half(6n)", result: "3n" });
  expect(await evaluate("half(4n)", { half: (n: bigint) => n / 2n })).toBe(2n);
  expect(await evaluate("half(4n)", { half: (n: bigint) => n })).not.toBe(2n);
});
