// `npm run bench [-- NAME …] [--json]`: the figures of Fillbook, each beside a baseline measured in the same run.
import { appendAck } from "./append-ack.ts";
import { applyExact } from "./apply-exact.ts";
import { applyVsC } from "./apply-vs-c.ts";
import { applyWide } from "./apply-wide.ts";
import { attribution } from "./attribution.ts";
import { bust } from "./bust.ts";
import { check, riskLive } from "./check.ts";
import { ingestCsv } from "./ingest-csv.ts";
import { ingestHttp } from "./ingest-http.ts";
import { ladderUpdate } from "./ladder-update.ts";
import type { Benchmark, Measured, NotRun } from "./measure.ts";
import { pipeline } from "./pipeline.ts";
import { replay } from "./replay.ts";
import { restart } from "./restart.ts";
import { printed, reported } from "./report.ts";
import { store } from "./store.ts";
import { stream } from "./stream.ts";
import { varFull } from "./var-full.ts";
import { varUpdate } from "./var-update.ts";

const benchmarks: readonly Benchmark[] = [applyExact, applyWide, applyVsC, pipeline, replay, restart, bust, attribution, ingestCsv, ingestHttp, appendAck, stream, store, varUpdate, varFull, check, riskLive, ladderUpdate];

const words = process.argv.slice(2);
const json = words.includes("--json");
const names = words.filter((word) => word !== "--json");
const unknown = names.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  process.stderr.write(`bench: there is no ${unknown.join(", ")}; there are ${benchmarks.map(({ name }) => name).join(", ")}\n`);
  process.exit(2);
}

const results: [Benchmark, Measured | NotRun][] = [];
for (const benchmark of benchmarks) {
  if (names.length > 0 && !names.includes(benchmark.name)) continue;
  process.stderr.write(`bench: ${benchmark.name} …\n`);
  results.push([benchmark, await outcome(benchmark)]);
}
process.stdout.write(json ? `${JSON.stringify({ results: results.map(([benchmark, result]) => reported(benchmark, result)) }, null, 2)}\n` : printed(results));

/** One that breaks down is told of, and the others are run all the same. */
async function outcome(benchmark: Benchmark): Promise<Measured | NotRun> {
  try {
    return await benchmark.run();
  } catch (error) {
    process.exitCode = 1;
    return { notRun: `it failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}
