import { parentPort } from "node:worker_threads";
import { readStrip } from "./strip-reader.ts";
import type { StripTask } from "./strip.ts";

parentPort!.on("message", (task: StripTask) => {
  const strip = readStrip(task);
  const buffers = strip?.batches.flatMap(({ fills, lines, seqs }) => [fills.buffer, lines.buffer, ...(seqs === undefined ? [] : [seqs.buffer])]);
  parentPort!.postMessage(strip, buffers);
});
