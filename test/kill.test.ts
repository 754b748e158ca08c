import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { killOver } from "../bench/kill/kill.ts";
import { freePort } from "../bench/kill/service-process.ts";
import { completed, found, traceAnswers } from "../bench/kill/trace.ts";
import { root } from "./files.ts";

const program = join(root, "dist/src/bin/main.js");

/** A part of `npm run kill`, which kills a hundred times. */
test("killed outright under posting clients, the service holds every acknowledged fill once, at the entry that it told, and SQL equals the book", async () => {
  const { kills, answers, fills, pairs, rows, positions } = await killOver(program, 20_240_229, 3);
  expect(kills).toBe(3);
  expect(answers).toBeGreaterThan(0);
  expect(fills).toBeGreaterThan(0);
  expect(pairs).toBeGreaterThan(0);
  expect(rows).toBe(fills);
  expect(positions).toBeGreaterThan(0);
});

test("system calls show: a fill is written, then its segment is synced, then it is answered", async () => {
  if (spawnSync("strace", ["-V"]).status !== 0) {
    process.stderr.write("kill.test: strace is not installed, so system calls are not traced here (apt-get install strace)\n");
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "fillbook-trace-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const command = { program, dataDir: join(folder, "data"), port: await freePort() };
  const traced = await traceAnswers(command, join(folder, "trace"), 3, (path) => readFileSync(path, "utf8"));
  expect(traced).toHaveLength(24);
  for (const { written, synced, answered } of traced) {
    expect(written).toBeLessThan(synced);
    expect(synced).toBeLessThan(answered);
  }
});

test("a trace is read with its calls that another thread interrupted", () => {
  const calls = completed([
    '7 pwrite64(21</d/1.fbj>, "..traced-0..", 300, 64) = 300',
    "8 fdatasync(21</d/1.fbj> <unfinished ...>",
    '7 write(22<TCP:[1->2]>, "HTTP/1.1 200 OK..{\\"index\\":0,\\"status\\":\\"accepted\\",\\"seq\\":2}", 90) = 90',
    "8 <... fdatasync resumed>)           = 0",
  ]);
  expect(found(calls, "traced-0", 2)).toEqual({ id: "traced-0", written: 0, synced: 3, answered: 2 }); // answered too early
  expect(() => found(calls.slice(0, 2), "traced-0", 2)).toThrow("no fdatasync");
});
