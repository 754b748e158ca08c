import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "./files.ts";
import { fillJson } from "./service-kit.ts";

const COMMAND = join(root, "dist/src/cli/main.js");
let dataDir: string;
let running: ChildProcess | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "fillbook-serve-"));
});
afterEach(() => {
  if (running?.exitCode === null) running.kill("SIGKILL");
  rmSync(dataDir, { recursive: true, force: true });
});

async function serve(...more: string[]): Promise<{ readonly url: string; readonly entries: number; readonly stop: () => Promise<number | null> }> {
  const child = spawn(process.execPath, [COMMAND, "serve", "--data", dataDir, "--port", "0", "--json", "--log-level", "silent", ...more], { stdio: ["ignore", "pipe", "inherit"] });
  running = child;
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const stop = async () => {
    child.kill("SIGTERM");
    const [code] = (await once(child, "exit")) as [number | null];
    return code;
  };
  return { ...(JSON.parse(line.toString()) as { url: string; entries: number }), stop };
}

test("the service says where it answers, in the lock file too; a signal stops it, and the next one recovers the book", async () => {
  const first = await serve();
  expect(JSON.parse(readFileSync(join(dataDir, "lock"), "utf8"))).toMatchObject({ address: first.url });
  await fetch(`${first.url}/v1/fills`, { method: "POST", body: JSON.stringify([fillJson("1"), fillJson("2")]), headers: { "content-type": "application/json", "fillbook-acknowledge": "buffered" } });
  expect(await first.stop()).toBe(0);
  expect(existsSync(join(dataDir, "lock"))).toBe(false);
  const second = await serve();
  expect(second.entries).toBe(3);
  expect(await (await fetch(`${second.url}/v1/positions`)).json()).toMatchObject({ seq: 3, positions: [{ numTrades: 2 }] });
  expect(await second.stop()).toBe(0);
});

test("without a token it listens on this machine only", async () => {
  const child = spawn(process.execPath, [COMMAND, "serve", "--data", dataDir, "--host", "0.0.0.0", "--port", "0"], { stdio: ["ignore", "ignore", "pipe"] });
  running = child;
  let said = "";
  child.stderr.on("data", (data: Buffer) => (said += data.toString()));
  const [code] = (await once(child, "exit")) as [number];
  expect(code).toBe(2);
  expect(said).toMatch(/--host 0\.0\.0\.0: no token is configured/);
});
