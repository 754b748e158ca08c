import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backtest } from "../src/core/risk/index.ts";
import { runCommand } from "./command-kit.ts";
import { madeReturns } from "./returns-kit.ts";

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "fillbook-backtest-"))));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

function fillbook(...args: string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = runCommand(["risk", "backtest", ...args], folder, process.env);
  return { status, out: stdout, err: stderr };
}

/** Closes of made-up returns, one a day from 2020-01-01 on, as a wide file. */
function prices(name: string, symbols: number, days: number): string {
  const { columns } = madeReturns(4, symbols, days);
  const levels = columns.map(() => 100);
  const rows = Array.from({ length: days + 1 }, (_, t) => {
    if (t > 0) columns.forEach((column, i) => (levels[i]! *= 1 + column[t - 1]!));
    return [new Date(Date.UTC(2020, 0, 1 + t)).toISOString().slice(0, 10), ...levels.map((level) => level.toFixed(10))].join(",");
  });
  writeFileSync(join(folder, name), `date,${columns.map((_, i) => `S${i}`).join(",")}\n${rows.join("\n")}\n`);
  return name;
}

test("a backtest shows every method, and as JSON what the library says", () => {
  const file = prices("one.csv", 1, 400);
  const table = fillbook(file);
  expect(table).toMatchObject({ status: 0, err: "" });
  expect(table.out).toContain("S0: one-day VaR at 95 %, 2020-09-10 to 2021-02-04, each forecast from the 252 returns before it");
  for (const method of ["historical_simulation", "filtered_historical", "ewma", "parametric", "cornish_fisher"]) expect(table.out).toMatch(new RegExp(`^${method} +148 +\\d+ +\\d`, "m"));
  const found = JSON.parse(fillbook(file, "--confidence", "0.9", "--window", "100", "--json").out) as { methods: { method: string; breaches: number; kupiec: { pValue: number }; christoffersen: { pValue: number } | null }[] };
  expect(found).toMatchObject({ symbol: "S0", returns: 400, confidence: 0.9, window: 100, horizonDays: 1, refused: 0 });
  const closes = readFileSync(join(folder, file), "utf8").trim().split("\n").slice(1).map((line) => Number(line.split(",")[1]));
  const expected = backtest(closes.slice(1).map((close, i) => close / closes[i]! - 1), { confidence: 0.9, window: 100 });
  found.methods.forEach(({ method, breaches, kupiec, christoffersen }, i) => {
    expect([method, breaches, kupiec, christoffersen]).toEqual([expected[i]!.method, expected[i]!.breaches, expected[i]!.kupiec, expected[i]!.independence ?? null]);
  });
});

test("of several symbols one is chosen", () => {
  const file = prices("two.csv", 2, 20);
  expect(fillbook(file)).toEqual({ status: 2, out: "", err: "fillbook: two.csv: has prices of S0, S1; choose one with --symbol\n" });
  expect(fillbook(file, "--symbol", "S2").err).toContain("--symbol: two.csv has no S2; it has S0, S1");
  expect(fillbook(file, "--symbol", "S1").err).toContain("S1 has 21 closes; a window of 252 returns needs 254 at least");
  expect(fillbook(file, "--symbol", "S1", "--window", "10")).toMatchObject({ status: 0 });
  expect(fillbook(file, "--symbol", "S1", "--confidence", "95").err).toBe('fillbook: --confidence: "95" is not a number between 0 and 1, such as 0.95\n');
});

test("rows that say no price are listed, and long stretches without one are told", () => {
  writeFileSync(join(folder, "bad.csv"), "date,A\n2020-01-01,1\n2020-01-02,2\n2020-01-03,x\n2020-01-04,3\n2020-02-01,4\n2020-02-02,3\n");
  const { status, err } = fillbook("bad.csv", "--window", "2");
  expect(status).toBe(1);
  expect(err).toBe("bad.csv: A has no close between 2020-01-04 and 2020-02-01: what happened in between counts as one day\nbad.csv: 1 rows or cells say no price: see bad.csv.refused.csv\n");
  expect(readFileSync(join(folder, "bad.csv.refused.csv"), "utf8")).toContain('4,A,"""x"" is not a price');
});
