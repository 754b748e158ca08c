import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FoldThread } from "./fold-thread.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fillbook-fold-thread-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A thread that does as the symbol of a question says: fails, ends, is silent, or answers with the symbol. */
function thread(): FoldThread {
  const program = join(folder, "worker.mjs");
  writeFileSync(program, `
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", ({ query }) => {
      const symbol = query.filter.symbol;
      if (symbol === "throw") throw new Error("of the test");
      if (symbol === "end") process.exit();
      if (symbol === "wrong") return parentPort.postMessage({ error: "Error: cannot be read" });
      if (symbol !== "silent") parentPort.postMessage({ text: symbol });
    });`);
  return new FoldThread({ dataDir: folder, currency: "USD", marksMaxAgeNs: undefined }, pathToFileURL(program));
}

const ask = (folds: FoldThread, symbol: string) => folds.ask({ kind: "history", filter: { symbol }, limit: 1 }).catch((error: Error) => error.message);

test("a thread that is lost takes its own question with it and no other: the next begins another thread", async () => {
  const folds = thread();
  for (let round = 0; round < 5; round += 1) {
    const answers = ["a", "throw", "b", "c", "end", "d", "wrong", "e"].map((symbol) => ask(folds, symbol));
    expect(await Promise.all(answers)).toEqual(["a", "of the test", "b", "c", "the service stops", "d", "Error: cannot be read", "e"]);
  }
  await folds.close();
});

test("closing answers whoever waits, the one that is under way too", async () => {
  const folds = thread();
  const answers = ["silent", "b"].map((symbol) => ask(folds, symbol));
  await folds.close();
  expect(await Promise.all(answers)).toEqual(["the service stops", "the service stops"]);
});

test("more questions than may wait are refused at once", async () => {
  const folds = thread();
  const answers = Array.from({ length: 65 }, () => ask(folds, "silent"));
  expect(() => folds.ask({ kind: "history", filter: {}, limit: 1 })).toThrow("too many questions");
  await folds.close();
  expect(new Set(await Promise.all(answers))).toEqual(new Set(["the service stops"]));
});

test("where no thread can be had each question is told so, and none waits for ever", async () => {
  const folds = new FoldThread({ dataDir: folder, currency: "USD", marksMaxAgeNs: undefined }, new URL("https://example.com/worker.js"));
  expect(await Promise.all(["a", "b"].map((symbol) => ask(folds, symbol)))).toEqual([expect.stringMatching("URL"), expect.stringMatching("URL")]);
});
