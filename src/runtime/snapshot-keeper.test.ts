import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SnapshotKeeper, type SnapshotOutcome } from "./snapshot-keeper.ts";

let folder: string;
let told: SnapshotOutcome[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fillbook-keeper-"));
  told = [];
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const keeperOf = (program: URL) => new SnapshotKeeper({ dataDir: folder, everyEntries: 100, program, tell: (outcome) => void told.push(outcome) }, 0);
const worker = (text: string) => {
  writeFileSync(join(folder, "worker.mjs"), `import { parentPort, workerData } from "node:worker_threads"; ${text}`);
  return pathToFileURL(join(folder, "worker.mjs"));
};
const until = async (count: number) => {
  while (told.length < count) await new Promise((done) => setTimeout(done, 2));
};

test.each([
  ["cannot be begun at all", () => new URL("https://example.com/worker.js")],
  ["has no program", () => pathToFileURL(join(folder, "none.mjs"))],
  ["fails", () => worker("throw new Error('of the test')")],
  ["ends without a word", () => worker("process.exit()")],
])("a thread that %s harms nothing: it is told once, and another is tried a tenth of the entries later", async (_, program) => {
  const keeper = keeperOf(program());
  keeper.reached(99);
  expect(told).toEqual([]);
  keeper.reached(100);
  await until(1);
  await new Promise((done) => setTimeout(done, 20)); // its end comes after its error
  keeper.reached(109);
  expect(told).toEqual([{ failed: expect.any(String) as string }]);
  keeper.reached(110);
  await until(2);
  expect(keeper.last).toBe(0);
  await keeper.stop();
});

test("the next snapshot comes so many entries after the last, also when they came while it was written", async () => {
  const keeper = keeperOf(worker("setTimeout(() => parentPort.postMessage({ seq: workerData.seq }), 20)"));
  keeper.reached(100);
  keeper.reached(150);
  keeper.reached(230); // while the first is written
  await until(2);
  expect(told).toMatchObject([{ seq: 100 }, { seq: 230 }]);
  expect(keeper.last).toBe(230);
  await keeper.stop();
});
