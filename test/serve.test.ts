import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "./files.ts";
import { fillJson } from "./service-kit.ts";

const COMMAND = join(root, "dist/src/bin/main.js");
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
  const child = spawn(process.execPath, [COMMAND, "serve", "--data", dataDir, "--port", "0", "--database", "off", "--json", "--log-level", "silent", ...more], { stdio: ["ignore", "pipe", "inherit"] });
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

/** Runs `serve` that is to fail. */
async function failing(...more: string[]): Promise<{ readonly code: number; readonly said: string }> {
  const child = spawn(process.execPath, [COMMAND, "serve", "--data", join(dataDir, "new"), "--database", "off", ...more], { stdio: ["ignore", "ignore", "pipe"] });
  running = child;
  let said = "";
  child.stderr.on("data", (data: Buffer) => (said += data.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, said };
}

test("a service that cannot start says why, not that it listened or stopped, and leaves no journal", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  for (const [option, value, reason] of [["--port", `${port}`, /something listens there already/], ["--host", "0.0.0.0", /no token/], ["--log-level", "loud", /--log-level/]] as const) {
    const { code, said } = await failing(option, value);
    expect([code, said]).toEqual([2, expect.stringMatching(reason)]);
    expect(said).not.toMatch(/listening|stopped|recover/);
    expect(said.trim().split("\n")).toHaveLength(1);
    expect(existsSync(join(dataDir, "new"))).toBe(false);
  }
  taken.close();
  await (await serve()).stop();
  cpSync(join(dataDir, "journal"), join(dataDir, "new", "journal"), { recursive: true });
  writeFileSync(join(dataDir, "new", "journal", readdirSync(join(dataDir, "journal"))[0]!), "no journal at all, but longer than a header of sixty-four bytes would be, so that it is damage");
  const { code, said } = await failing("--port", "0");
  expect(code).not.toBe(0);
  expect(said).not.toMatch(/listening|stopped/);
});

test("a client written with fillbook/stream follows the service", async () => {
  const { url, stop } = await serve();
  const post = (...rows: object[]) => fetch(`${url}/v1/fills`, { method: "POST", body: JSON.stringify(rows), headers: { "content-type": "application/json" } });
  await post(fillJson("1"));
  const client = spawn(process.execPath, [join(root, "dist/examples/follow.js"), url, "--changes", "2"], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  client.stdout.on("data", (data: Buffer) => (said += data.toString()));
  while (!said.includes("\n")) await once(client.stdout, "data");
  await post(fillJson("2", { side: "sell", price: "60001.10" }));
  await once(client, "close");
  expect(said).toBe("entry 2: default: 0.5 BTC/USD at 60000.1, net unknown USD\nentry 3: default: 0 BTC/USD at –, net 0.5 USD\n");
  expect(await stop()).toBe(0);
});

test("the NDJSON of the examples is taken as the page on HTTP says", async () => {
  const { url, stop } = await serve();
  const answer = await fetch(`${url}/v1/fills`, { method: "POST", body: readFileSync(join(root, "examples/fills.ndjson")), headers: { "content-type": "application/x-ndjson" } });
  expect([answer.status, ((await answer.json()) as { results: unknown[] }).results.length]).toEqual([200, 3]);
  expect(await stop()).toBe(0);
});

test("a command hands more rows to a service than one request may have", async () => {
  const { stop } = await serve();
  const file = join(dataDir, "marks.csv");
  const name = "X".repeat(200);
  writeFileSync(file, `venue,symbol,price,timestamp\n${Array.from({ length: 70_000 }, (_, i) => `,${name}${i},${i === 69_999 ? "x" : "1"},2024-01-01T00:00:00Z`).join("\n")}\n`);
  const child = spawn(process.execPath, [COMMAND, "marks", file, "--data", dataDir, "--json"], { stdio: ["ignore", "pipe", "ignore"] });
  let said = "";
  child.stdout.on("data", (data: Buffer) => (said += data.toString()));
  await once(child, "close");
  expect(JSON.parse(said)).toMatchObject({ accepted: 69_999, refused: 1 });
  expect(await stop()).toBe(0);
});

test("an import through the service warns of repeats whose other columns differ, as one without a service does", async () => {
  const { stop } = await serve();
  const said = (name: string, strategy: string) => {
    const file = join(dataDir, name);
    writeFileSync(file, `id,venue,symbol,side,quantity,price,timestamp,strategy\n1,x,ABC,buy,1,10,2024-01-01,${strategy}\n2,x,ABC,buy,1,10,2024-01-01,same\n`);
    return spawnSync(process.execPath, [COMMAND, "import", file, "--data", dataDir, "--json"], { encoding: "utf8" });
  };
  const warnings = ["1 duplicate differs in a column beside the fill's content (strategy, order_id, …): the first stays"];
  expect(JSON.parse(said("first.csv", "a").stdout)).toMatchObject({ accepted: 2, warnings: [] });
  expect(JSON.parse(said("again.csv", "b").stdout)).toMatchObject({ accepted: 0, duplicates: 2, warnings });
  expect(await stop()).toBe(0);
  expect(JSON.parse(said("alone.csv", "b").stdout)).toMatchObject({ accepted: 0, duplicates: 2, warnings });
});

test("without a token it listens on this machine only", async () => {
  const child = spawn(process.execPath, [COMMAND, "serve", "--data", dataDir, "--host", "0.0.0.0", "--port", "0", "--database", "off"], { stdio: ["ignore", "ignore", "pipe"] });
  running = child;
  let said = "";
  child.stderr.on("data", (data: Buffer) => (said += data.toString()));
  const [code] = (await once(child, "exit")) as [number];
  expect(code).toBe(2);
  expect(said).toMatch(/--host 0\.0\.0\.0: no token is configured/);
});
