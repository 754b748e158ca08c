import type { Benchmark, Measured, NotRun } from "./measure.ts";

/** One result of `--json`: what was not run has null figures and says why. */
export function reported({ name }: Benchmark, result: Measured | NotRun): object {
  if ("notRun" in result) return { name, value: null, unit: null, baseline: null, ratio: null, runs: 0, notRun: result.notRun };
  return { name, value: significant(result.value), unit: result.unit, baseline: significant(result.baseline), ratio: significant(result.ratio), runs: result.runs };
}

/** The table for people, at 80 columns, and below it what each figure means. */
export function printed(results: readonly [Benchmark, Measured | NotRun][]): string {
  const rows = results.map(([{ name, goal }, result]) =>
    "notRun" in result
      ? [name, "not run", "", "", "", `${goal} ×`, ""]
      : [name, figure(result.value), result.unit, figure(result.baseline), `${figure(result.ratio)} ×`, `${goal} ×`, result.ratio >= goal ? "met" : "not met"],
  );
  const head = ["name", "value", "unit", "baseline", "ratio", "goal", ""];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => cells.map((cell, column) => (isText(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join("  ").trimEnd();
  return `${[line(head), ...rows.map(line), "", ...results.flatMap(explained)].join("\n")}\n`;
}

function explained([{ name, measures, against }, result]: [Benchmark, Measured | NotRun]): string[] {
  if ("notRun" in result) return [`${name}: not run, ${result.notRun}`];
  return [`${name}: ${measures}`, `  against ${against}`, ...(result.notes ?? []).map((note) => `  ${note}`)];
}

function isText(column: number): boolean {
  return column === 0 || column === 2 || column === 6;
}

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(value >= 10 ? 3 : 2);
}

function significant(value: number): number {
  return Number(value.toPrecision(5));
}
