// `npm run risk-load [-- --seconds 20 --rate 5000 --positions 2000]`: marks at a steady rate, as NDJSON over loopback, into a running `fillbook serve` that holds so many
// positions with a year of closes each. Now and then a mark takes one position over its limit: how long after it was due at the client the breach is in the stream is how old risk is,
// with the request, the valuation, every figure of the portfolio and each position's part, the journal's sync and the stream in between. Status 1 when 1 % or more of the breaches take longer than 250 ms, or one is missing.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { WebSocket } from "ws";
import { Directory, FillColumns } from "../src/core/model/index.ts";
import { WriterLock } from "../src/journal/index.ts";
import { Ledger } from "../src/runtime/index.ts";
import { Random } from "./random.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const COMMAND = fileURLToPath(new URL("../src/bin/main.js", import.meta.url));
const WITHIN_MS = 250;
const BATCH_MS = 50;
const WARM_MS = 3_000;
const READ_MS = 5_000; // now and then somebody reads all of it
const DAYS = 252;
const DAY_MS = 86_400_000;
const WATCHED = "watched";
const QUANTITY = 50;
const PRICE = 100;
const BEYOND = 3_000; // 50 of it are 150,000: the limit is 100,000

const { values } = parseArgs({ options: { seconds: { type: "string", default: "20" }, rate: { type: "string", default: "5000" }, positions: { type: "string", default: "2000" } } });
const [seconds, rate, positions] = [values.seconds, values.rate, values.positions].map(Number) as [number, number, number];
const canaries = Math.floor(positions / 10);
const random = new Random(6);

await inTemporaryFolder(async (folder) => {
  prepare(folder);
  const config = join(folder, "load.yaml");
  writeFileSync(config, "breaker:\n  trip_on: []\n");
  const service = spawn(process.execPath, [COMMAND, "serve", "--data", folder, "--config", config, "--port", "0", "--database", "off"], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  service.stderr.on("data", (text: Buffer) => (said = `${said}${text.toString()}`.slice(-2_000)));
  try {
    const address = await addressOf(folder, () => service.exitCode);
    process.exitCode = (await load(address, () => cpuSeconds(service.pid!))) ? 0 : 1;
  } catch (error) {
    process.stderr.write(said);
    throw error;
  } finally {
    service.kill("SIGTERM");
    await new Promise((done) => service.once("exit", done));
  }
});

/** A book of so many positions, a tenth of them in the account that is watched, each with a year of closes and a mark. */
function prepare(folder: string): void {
  const nowNs = BigInt(Date.now()) * 1_000_000n;
  const today = Math.floor(Date.now() / DAY_MS);
  const ledger = Ledger.open({ dataDir: folder, currency: "USD", clock: { nowNs: () => nowNs } });
  ledger.writesLater = true;
  const directory = new Directory();
  const fills = new FillColumns(positions);
  for (let i = 0; i < positions; i += 1) {
    fills.push({ account: i < canaries ? WATCHED : "main", venue: "x", symbol: symbolOf(i), id: `${i}`, quantity: { mantissa: BigInt(i < canaries ? QUANTITY : random.between(-QUANTITY, QUANTITY) || 1), digits: 0 }, price: { mantissa: BigInt(PRICE), digits: 0 }, fee: { mantissa: 0n, digits: 0 }, feeCurrency: "", time: { ns: nowNs, unit: "ns" }, venueType: "cex", liquidity: "", strategy: "", signalId: "" }, directory);
    let close = PRICE;
    const closes = Array.from({ length: DAYS }, () => (close *= 1 + (random.fraction() - 0.5) / 50).toFixed(4));
    ledger.price([{ symbol: symbolOf(i), days: closes.map((_, day) => today - DAYS + day), closes }]);
  }
  ledger.bookFills(fills, directory);
  ledger.take([{ type: "capital", id: "", timeNs: nowNs, account: "main", currency: "USD", amount: { mantissa: 10_000_000n, digits: 0 } }]);
  ledger.mark(Array.from({ length: positions }, (_, i) => ({ venue: "", symbol: symbolOf(i), price: `${PRICE}`, timeNs: nowNs })));
  ledger.sync();
  ledger.close();
}

function symbolOf(position: number): string {
  return `S${position}/USD`;
}

async function load(address: string, cpu: () => number | undefined): Promise<boolean> {
  const due = new Map<string, number>(); // when the mark that takes a position over its limit was due
  const ages: number[] = [];
  const waits: number[] = [];
  const reads: number[] = [];
  const socket = new WebSocket(`${address.replace(/^http/, "ws")}/v1/stream`);
  const following = new Promise<void>((done, failed) => {
    socket.on("open", () => socket.send(JSON.stringify({ account: WATCHED, format: "rows" })));
    socket.on("error", failed);
    socket.on("message", (data: Buffer) => {
      done();
      const at = performance.now();
      const { risk } = JSON.parse(data.toString()) as { readonly risk?: { readonly breaches: readonly { readonly is: string; readonly limit: string; readonly scope: string }[] } };
      for (const { is, limit, scope } of risk?.breaches ?? []) {
        const symbol = scope.split("/").slice(1).join("/");
        const since = due.get(symbol);
        if (is !== "begun" || limit !== "max_position_value" || since === undefined) continue;
        due.delete(symbol);
        ages.push(at - since);
      }
    });
  });
  await following;
  await (await fetch(`${address}/v1/risk`)).text(); // all is valued once
  const a = Math.round((rate * BATCH_MS) / 1_000);
  const batches = Math.round((seconds * 1_000 + WARM_MS) / BATCH_MS);
  const every = Math.max(1, Math.floor((batches - WARM_MS / BATCH_MS) / canaries));
  const begun = performance.now();
  const cpuBefore = cpu();
  const stolenBefore = stolenSeconds();
  const underWay = new Set<Promise<void>>();
  let next = 0; // of the watched positions
  let at = 0;
  let readAt = begun + READ_MS;
  for (let n = 0; n < batches; n += 1) {
    const dueAt = begun + n * BATCH_MS;
    const early = dueAt - performance.now();
    if (early > 1) await wait(early);
    let body = "";
    for (let i = 0; i < a; i += 1, at += 7) {
      const position = at % positions;
      if (position >= canaries) body += `{"symbol":"${symbolOf(position)}","price":"${PRICE + random.between(-400, 400) / 100}"}\n`;
    }
    if (n * BATCH_MS >= WARM_MS && n % every === 0 && next < canaries && batches - n > 40) {
      due.set(symbolOf(next), dueAt);
      body += `{"symbol":"${symbolOf(next)}","price":"${BEYOND}"}\n`;
      next += 1;
    }
    const one: Promise<void> = send(address, body).then(() => {
      waits.push(performance.now() - dueAt);
      underWay.delete(one);
    });
    underWay.add(one);
    if (performance.now() > readAt) {
      readAt += READ_MS;
      const asked = performance.now();
      void fetch(`${address}/v1/risk`).then((response) => response.text()).then(() => reads.push(performance.now() - asked));
    }
  }
  await Promise.all(underWay);
  const took = (performance.now() - begun) / 1_000;
  const cpuAfter = cpu();
  const stolenAfter = stolenSeconds();
  for (let patience = 0; patience < 40 && due.size > 0; patience += 1) await wait(50);
  socket.terminate();
  const late = ages.filter((age) => age > WITHIN_MS).length + due.size;
  const say = (what: string, text: string) => process.stdout.write(`${what.padEnd(20)}${text}\n`);
  const spread = (of: readonly number[]) => `p50 ${quantile(of, 0.5).toFixed(0)} ms, p95 ${quantile(of, 0.95).toFixed(0)} ms, p99 ${quantile(of, 0.99).toFixed(0)} ms, most ${quantile(of, 1).toFixed(0)} ms`;
  say("marks", `${(a * batches).toLocaleString("en-US")} in ${took.toFixed(1)} s, ${Math.round((a * batches) / took).toLocaleString("en-US")} a second, over ${positions.toLocaleString("en-US")} positions`);
  say("risk was as old as", `${spread(ages)}: ${ages.length} breaches, from when the mark was due to the stream; ${late} later than ${WITHIN_MS} ms${due.size > 0 ? `, of these ${due.size} never came` : ""}`);
  say("a post of marks", spread(waits));
  say("GET /v1/risk", spread(reads));
  say("the service", `${cpuBefore === undefined || cpuAfter === undefined ? "" : `used ${(((cpuAfter - cpuBefore) / took) * 100).toFixed(0)} % of a core; `}the machine's load was ${loadavg()[0]!.toFixed(1)}${stolenBefore === undefined || stolenAfter === undefined ? "" : `, and its host took ${(((stolenAfter - stolenBefore) / took) * 100).toFixed(0)} % of a core from it`}`);
  return ages.length > 0 && late * 100 < ages.length;
}

async function send(address: string, body: string): Promise<void> {
  const response = await fetch(`${address}/v1/marks`, { method: "POST", headers: { "content-type": "application/x-ndjson", prefer: "return=minimal" }, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST /v1/marks: ${response.status} ${text.slice(0, 300)}`);
}

async function addressOf(dataDir: string, exitCode: () => number | null): Promise<string> {
  for (;;) {
    if (exitCode() !== null) throw new Error(`the service ended with status ${exitCode()}`);
    const address = WriterLock.holder(dataDir)?.address;
    if (address !== undefined && address !== null && (await fetch(`${address}/readyz`)).ok) return address;
    await wait(50);
  }
}

/** Processor seconds of a process so far; undefined where the system does not tell. */
function cpuSeconds(pid: number): number | undefined {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ").slice(11, 13);
    return (Number(user) + Number(system)) / 100;
  } catch {
    return undefined;
  }
}

/** Processor seconds that the host of a virtual machine gave to others, of all cores; undefined where the system does not tell. */
function stolenSeconds(): number | undefined {
  try {
    return Number(readFileSync("/proc/stat", "utf8").split("\n")[0]!.trim().split(/\s+/)[8]) / 100;
  } catch {
    return undefined;
  }
}

function quantile(of: readonly number[], share: number): number {
  return [...of].sort((a, b) => a - b)[Math.min(of.length - 1, Math.floor(of.length * share))] ?? Number.NaN;
}
