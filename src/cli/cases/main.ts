import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { runMetricCase, type MetricCase } from "./metric-case.ts";
import { runPositionCase, type PositionCase } from "./position-case.ts";

/** `npm run cases -- FILE…`: prints a line for each case that is not met, then the counts alone on a line. */
async function main(files: readonly string[]): Promise<number> {
  if (files.length === 0) {
    process.stderr.write("usage: npm run cases -- FILE…\n");
    return 2;
  }
  let passed = 0;
  let failed = 0;
  for (const file of files) {
    const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: { readonly id: string }[] };
    for (const one of cases) {
      const differences = await run(one, dirname(file));
      if (differences.length === 0) passed += 1;
      else {
        failed += 1;
        process.stdout.write(`${one.id}: ${differences.join("; ")}\n`);
      }
    }
  }
  process.stdout.write(`${passed} passed, ${failed} failed, 0 skipped\n`);
  return failed === 0 ? 0 : 1;
}

/** A case of positions has fills, one of a figure names its metric. */
async function run(one: object, folder: string): Promise<string[]> {
  try {
    if ("metric" in one) return await runMetricCase(one as MetricCase, folder);
    return "fills" in one && "instrument" in one ? runPositionCase(one as PositionCase) : ["no runner for cases of this kind yet"];
  } catch (error) {
    return [`could not be run: ${(error as Error).message}`];
  }
}

process.exitCode = await main(process.argv.slice(2));
