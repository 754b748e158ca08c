import { spawn, spawnSync, type ChildProcess, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PositionView, SummaryView } from "../src/core/book/index.ts";
import { root } from "./files.ts";

const command = join(root, "dist/src/bin/main.js");
let folder: string; // also where the demo puts its own journal
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fillbook-demo-test-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL"); // only of a test that failed does one still run
  rmSync(folder, { recursive: true, force: true });
});

function fillbook(...args: string[]) {
  return spawnSync(process.execPath, [command, ...args], { cwd: folder, encoding: "utf8", env: { ...process.env, TMPDIR: folder } });
}

/** A demo that runs, and the lines it prints. */
function running(...args: string[]) {
  const child: ChildProcessByStdio<null, Readable, null> = spawn(process.execPath, [command, "demo", "--port", "0", ...args], { cwd: folder, stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, TMPDIR: folder } });
  children.push(child);
  const ended = once(child, "exit").then(([status]) => status as number | null);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async () => (await lines.next()).value as string;
  const rest = async () => {
    const all: string[] = [];
    for (let next = await lines.next(); next.done !== true; next = await lines.next()) all.push(next.value);
    return all;
  };
  return { child, line, rest, ended };
}

test("the demo says first where its page is, is followed there, and ends cleanly, saying what was booked", async () => {
  const { child, line, rest, ended } = running();
  const [, url] = /^Fillbook demo: (http:\/\/127\.0\.0\.1:\d+)$/.exec(await line()) ?? [];
  expect(await (await fetch(url!)).text()).toContain("<title>Fillbook</title>");
  expect(await line()).toContain("4 simulated venues trade");
  expect(await line()).toMatch(/^[0-4] of 4 venues connected · \d+ fills\/s · \d+ booked, \d+ said twice, \d+ corrected, \d+ refused$/);
  const positions = async () => ((await (await fetch(`${url}/v1/positions`)).json()) as { positions: PositionView[] }).positions;
  await expect.poll(async () => (await positions()).filter(({ netTotalPnl }) => netTotalPnl !== null).map(({ symbol }) => symbol), { timeout: 60_000 }).toContain("BTC/USD");
  child.kill("SIGINT");
  expect((await rest()).slice(-3)).toEqual(["", expect.stringMatching(/^Ended\. Booked were \d+ fills; /), "The demo's journal is thrown away. A book of your own: npx fillbook import FILE"]);
  expect(await ended).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});

test("its venues have ladders: within seconds there are opportunities between them, and every market is seen as one", async () => {
  const { child, line, ended } = running("--data", "mine");
  const [, url] = /(http:\/\/127\.0\.0\.1:\d+)$/.exec(await line()) ?? [];
  const get = async (path: string) => (await (await fetch(url! + path)).json()) as { readonly opportunities: readonly { readonly netProfit: string; readonly currency: string }[]; readonly venues: readonly { readonly venue: string; readonly usable: boolean }[] };
  await expect.poll(async () => (await get("/v1/opportunities")).opportunities.filter(({ netProfit }) => Number(netProfit) > 0).length, { timeout: 30_000, interval: 100 }).toBeGreaterThan(0);
  await expect.poll(async () => (await get("/v1/liquidity/ETH/USD")).venues.filter(({ usable }) => usable).map(({ venue }) => venue).sort(), { timeout: 30_000, interval: 100 }).toEqual(["harbor", "northgate", "poolswap"]);
  const shown = fillbook("liquidity", "ETH/USD", "--data", "mine", "--quantity", "1");
  expect(shown).toMatchObject({ status: 0, stderr: "", stdout: expect.stringMatching(/^ETH\/USD: best bid \d.*venue.*within.*share.*with fees/s) as string });
  expect(JSON.parse(fillbook("opportunities", "--data", "mine", "--json").stdout)).toMatchObject({ opportunities: expect.any(Array) as unknown, asOf: expect.any(String) as string });
  expect(fillbook("liquidity", "NONE/USD", "--data", "mine")).toMatchObject({ status: 2, stderr: expect.stringContaining("answers 404: there is no ladder of NONE/USD: there are ACME/USD, BTC/USD, ") as string });
  child.kill("SIGINT");
  expect(await ended).toBe(0);
  for (const words of [["opportunities"], ["liquidity", "ETH/USD"]]) expect(fillbook(...words, "--data", "mine")).toMatchObject({ status: 2, stdout: "", stderr: expect.stringMatching(/^fillbook: mine: no service runs on this folder, and .* only while one does: start it with fillbook serve/) as string });
});

test("with --json it is one document a second, with the address in each", async () => {
  const { line, ended } = running("--json", "--seconds", "4");
  const documents = [await line(), await line()].map((text) => JSON.parse(text) as { url: string; seq: number; summary: SummaryView; positions: PositionView[] });
  for (const { url, positions } of documents) {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(positions.length).toBeGreaterThan(0);
  }
  expect(documents[1]!.seq).toBeGreaterThan(documents[0]!.seq);
  expect(await ended).toBe(0);
});

test("a port that is taken is said, and how to choose another", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  expect(fillbook("demo", "--port", `${port}`)).toMatchObject({ status: 2, stdout: "", stderr: `fillbook: --port: ${port} is taken, perhaps by another Fillbook: choose another with --port N, or any free one with --port 0\n` });
  expect(fillbook("demo", "--port", "70000")).toMatchObject({ status: 2, stderr: expect.stringContaining("70000") as string });
  expect(readdirSync(folder)).toEqual([]);
  taken.close();
});

test("a folder of one's own is kept, and must be empty", () => {
  expect(fillbook("demo", "--port", "0", "--seconds", "3", "--data", "mine")).toMatchObject({ status: 0, stdout: expect.stringContaining("npx fillbook positions --data mine") as string });
  expect(JSON.parse(fillbook("positions", "--data", "mine", "--json").stdout)).toMatchObject({ positions: expect.arrayContaining([expect.objectContaining({ symbol: "BTC/USD" })]) as unknown });
  expect(fillbook("verify", "--data", "mine").status).toBe(0);
  mkdirSync(join(folder, "other"));
  writeFileSync(join(folder, "other", "notes.txt"), "");
  for (const data of ["mine", "other"]) expect(fillbook("demo", "--port", "0", "--data", data)).toMatchObject({ status: 2, stderr: expect.stringContaining("is not empty") as string });
});
