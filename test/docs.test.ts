import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./files.ts";

const documents = [...readdirSync(root), ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)].filter((name) => name.endsWith(".md"));

/** Files and folders a document names: `src/…` and the like in code, and what it links to. */
function namedIn(text: string, from: string): string[] {
  const inCode = [...text.matchAll(/`((?:src|test|docs|scripts|bench)\/[\w./-]*)`/g)].map(([, path]) => path!);
  const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map(([, path]) => join(dirname(from), path!));
  return [...inCode, ...linked];
}

test.each(documents)("what %s names exists", (document) => {
  const text = readFileSync(join(root, document), "utf8").replace(/^```[^]*?^```/gm, "");
  expect(namedIn(text, document).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("a name is found in code and in a link, from where the document stands", () => {
  expect(namedIn("see `src/a.ts`, [b](b.md#c) and [d](https://d.example)", "docs/x.md")).toEqual(["src/a.ts", "docs/b.md"]);
});
