import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import ts from "typescript";
import { root } from "./files.ts";

/** The package as its users have it: the built files, imported by name. */
const run = (path: string): string => execFileSync(process.execPath, [path], { cwd: root, encoding: "utf8" });
const example = (name: string): string => run(join(root, "dist", "examples", `${name}.js`));

test("the library imports nothing but its own files: no package, and nothing of Node", () => {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { fileName } of ts.preProcessFile(readFileSync(path, "utf8"), true, true).importedFiles) {
      expect(fileName, path).toMatch(/^\.\.?\//);
      visit(join(dirname(path), fileName));
    }
  };
  for (const door of ["index.js", "stream.js"]) visit(join(root, "dist", "src", door));
  expect(seen.size).toBeGreaterThan(30);
});

test("the example of the README prints what it shows", () => {
  const text = readFileSync(join(root, "README.md"), "utf8");
  const [, program, shown] = /```ts\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/.exec(text) ?? [];
  const folder = mkdtempSync(join(root, "dist", "readme-"));
  try {
    const path = join(folder, "example.mjs");
    writeFileSync(path, ts.transpileModule(program!, { compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext } }).outputText);
    expect(run(path)).toBe(shown);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the bot buys what fell, sells what rose, and counts nothing twice", () => {
  const lines = example("bot-loop").trimEnd().split("\n");
  expect(lines.filter((line) => /^\d/.test(line))).toEqual([
    "10:01 buy 0.5 ETH on coinbase at 3096.5",
    "10:02 buy 0.5 ETH on kraken at 3090.25",
    "10:03 sell 0.5 ETH on coinbase at 3112.75",
    "10:04 sell 0.5 ETH on kraken at 3125",
  ]);
  // 0.5 × (3112.75 − 3093.375) + 0.5 × (3125 − 3093.375) − 4 × 0.75
  expect(lines.slice(-2)).toEqual(["  entry 5: ETH/USD 0 at –, net P&L 22.5", "sent again: duplicate of entry 5"]);
});

test("the backtest says of each run what its fills come to", () => {
  const rows = example("backtest").trimEnd().split("\n").slice(1).map((line) => /^(.{15}) +(\d+) +(\S+) +(\S+) +(\S+) +(\S+)$/.exec(line)!.slice(1));
  expect(rows.map(([name]) => name!.trim())).toEqual(["average of 10", "average of 100", "average of 20", "average of 50"]);
  for (const [, trades, realized, unrealized, fees, net] of rows) {
    expect(Number(fees)).toBe(Number(trades)); // a dollar each
    expect(Number(net)).toBe(Number(realized) + Number(unrealized) - Number(fees));
  }
  expect(rows.map(([, trades, , , , net]) => [trades, net])).toEqual([["150", "4653"], ["25", "4284"], ["78", "6870"], ["37", "5480"]]);
});

test("the report closes the month", () => {
  expect(example("report")).toBe(
    [
      "desk: -2000 BTC-PERP at 91250.5 (average)",
      "  realized 0, unrealized 5701, net 5673.63 USD", // 2 BTC × (91250.5 − 88400) − 45.62 + 18.25; the busted fill and its fee are gone
      "family: 300 NVDA at 19.24 (fifo)",
      "  lot of 2026-01-12: 300 at 19.24",
      "  realized 1072, unrealized -147, net 921 USD", // 1000 × (19.1 − 18) + 200 × (19.1 − 19.24); 300 × (18.75 − 19.24); fees 4
      "all accounts: net 6078.00 EUR; 4 fills stand", // (5673.63 + 921) ÷ 1.085
      "",
    ].join("\n"),
  );
});
