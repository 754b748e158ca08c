import { parentPort } from "node:worker_threads";
import { foldAnswer } from "./folds.ts";
import type { FoldTask, FoldResult } from "./fold-thread.ts";

parentPort!.on("message", ({ source, query }: FoldTask) => {
  let result: FoldResult;
  try {
    result = { text: foldAnswer(source, query) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    result = name === "SegmentAway" ? { error: message, isAway: true } : { error: `${name}: ${message}`, isAway: false };
  }
  parentPort!.postMessage(result);
});
