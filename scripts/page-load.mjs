// `npm run page-load [-- --positions N --rate N --seconds N --restarts N]`: the page under load, measured in a browser. A service of its own holds N positions; fills, and marks between
// them, change N of them a second. Prints the median frame rate, the longest frames, and how the heap stands before and after, garbage collected. Then the service is killed and
// started again so many times while it is loaded, and every figure that the page holds is compared with GET /v1/positions, text by text.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { findChromium } from "./chromium.mjs";
import { command } from "./setup.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const { values } = parseArgs({ options: { positions: { type: "string", default: "10000" }, rate: { type: "string", default: "5000" }, seconds: { type: "string", default: "60" }, restarts: { type: "string", default: "10" }, view: { type: "string", default: "#/positions" } } });
const [positions, rate, seconds, restarts] = [values.positions, values.rate, values.seconds, values.restarts].map(Number);
const BATCHES_A_SECOND = 20;
const LEAST_FPS = 55;
const MARKED_EVERY = 5;
const QUIET_MS = 20_000;
const MOST_UNDER_WAY = 8; // requests

const folder = mkdtempSync(join(tmpdir(), "fillbook-page-load-"));
const service = { url: "", port: 0, child: undefined };

async function start() {
  service.child = spawn(process.execPath, [command, "serve", "--database", "off", "--json", "--log-level", "error", "--port", `${service.port}`, "--data", join(folder, "data")], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface(service.child.stdout)) {
    service.url = JSON.parse(line).url;
    service.port = Number(new URL(service.url).port);
    return;
  }
}

async function stop(signal) {
  if (service.child === undefined || service.child.exitCode !== null || service.child.signalCode !== null) return;
  const ended = once(service.child, "exit");
  service.child.kill(signal);
  await ended;
}

async function post(path, body, type = "application/json") {
  const response = await fetch(`${service.url}/v1/${path}`, { method: "POST", headers: { "content-type": type, prefer: "return=minimal" }, body });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
}

const symbolOf = (i) => `S${`${i}`.padStart(5, "0")}/USD`;
async function fill() {
  const lines = Array.from({ length: positions }, (_, i) => JSON.stringify(fillOf(i)));
  await post("fills", lines.join("\n"), "application/x-ndjson");
  for (let i = 0; i < positions; i += 1_000) await post("marks", JSON.stringify(Array.from({ length: Math.min(1_000, positions - i) }, (_, k) => ({ symbol: symbolOf(i + k), price: "150.25" }))));
}

function fillOf(i) {
  return { id: `${i}`, account: i % 2 === 0 ? "main" : "hedge", venue: ["kraken", "coinbase", "harbor"][i % 3], symbol: symbolOf(i), side: i % 5 === 0 ? "sell" : "buy", quantity: `${1 + (i % 90) / 8}`, price: `${100 + (i % 700) / 4}`, fee: "0.25", timestamp: "2026-01-05T10:00:00Z" };
}

/** Fills of so many positions a second, every fifth batch marks, until it is told to stop; a service that is away is waited for. */
function load() {
  const state = { on: true, sent: 0, late: 0 };
  state.done = (async () => {
    const each = Math.round(rate / BATCHES_A_SECOND);
    let [nextMs, underWay, batch] = [performance.now(), 0, 0];
    for (let at = 0; state.on; at = (at + each) % positions) {
      batch += 1;
      const of = Array.from({ length: each }, (_, i) => (at + i) % positions);
      const rows = batch % MARKED_EVERY === 0
        ? ["marks", JSON.stringify(of.map((i) => ({ symbol: symbolOf(i), price: `${(100 + Math.random() * 175).toFixed(2)}` }))), "application/json"]
        : ["fills", of.map((i) => JSON.stringify({ ...fillOf(i), id: `${batch}-${i}`, side: Math.random() < 0.5 ? "buy" : "sell", quantity: `${1 + Math.floor(Math.random() * 8)}`, timestamp: new Date().toISOString() })).join("\n"), "application/x-ndjson"];
      while (underWay >= MOST_UNDER_WAY) await wait(5);
      underWay += 1;
      void post(...rows).then(() => (state.sent += each), () => wait(100)).then(() => (underWay -= 1));
      nextMs += 1_000 / BATCHES_A_SECOND;
      const pause = nextMs - performance.now();
      if (pause > 0) await wait(pause);
      else if (pause < -1_000) {
        nextMs = performance.now();
        state.late += 1;
      }
    }
    while (underWay > 0) await wait(10);
  })();
  return state;
}

const MEASURE = (ms) => `new Promise((done) => {
  const frames = [];
  const begun = performance.now();
  let last = begun;
  const step = (now) => {
    frames.push(now - last);
    last = now;
    if (now - begun < ${ms}) return requestAnimationFrame(step);
    const sorted = frames.slice(1).sort((a, b) => a - b);
    done({ median: sorted[sorted.length >> 1], p95: sorted[Math.floor(sorted.length * 0.95)], longest: sorted.at(-1), count: sorted.length, ms: now - begun });
  };
  requestAnimationFrame(step);
})`;

/** Waits for something of the page: its policy lets no script be made inside it. */
async function until(page, expression) {
  for (const endMs = performance.now() + 60_000; performance.now() < endMs; await wait(100)) if (await page.evaluate(expression)) return;
  throw new Error(`waited in vain for ${expression}`);
}

async function heapOf(session) {
  for (let i = 0; i < 3; i += 1) await session.send("HeapProfiler.collectGarbage");
  return (await session.send("Runtime.getHeapUsage")).usedSize / 1e6;
}

/** What the page holds, as the blotter shows it and as the API says it: the texts that differ. */
async function differences(page) {
  const held = await page.evaluate("window.fillbookRows()");
  const said = new Map((await (await fetch(`${service.url}/v1/positions`)).json()).positions.map((row) => [`${row.account} ${row.symbol}`, row]));
  const fields = ["quantity", "avgPrice", "totalCost", "realizedPnl", "fees", "markPrice", "unrealizedPnl", "netTotalPnl", "positionValue"];
  const wrong = held.flatMap((row) => fields.filter((field) => said.get(`${row.account} ${row.symbol}`)?.[field] !== row[field]).map((field) => `${row.account} ${row.symbol} ${field}: ${row[field]} here, ${said.get(`${row.account} ${row.symbol}`)?.[field]} there`));
  return { compared: held.length * fields.length, wrong: held.length === said.size ? wrong : [`${held.length} positions here, ${said.size} there`, ...wrong] };
}

let failed = false;
const browser = await chromium.launch({ executablePath: findChromium(), args: FLAGS });
try {
  await start();
  await fill();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript("window.fillbookMeasures = true");
  await page.goto(`${service.url}/${values.view}`);
  await until(page, `document.querySelector("#connection")?.dataset.state === "live"`);
  const session = await page.context().newCDPSession(page);
  const driving = load();
  await wait(5_000); // marks of every position are there, code is warm
  const heapBefore = await heapOf(session);
  const sentBefore = driving.sent;
  const changesBefore = await page.evaluate("window.fillbookChanges()");
  const frames = await page.evaluate(MEASURE(seconds * 1_000));
  const changes = ((await page.evaluate("window.fillbookChanges()")) - changesBefore) / (frames.ms / 1_000);
  const heapAfter = await heapOf(session);
  const fps = 1_000 / frames.median;
  console.log(`${positions} positions, ${Math.round((driving.sent - sentBefore) / (frames.ms / 1_000))} positions/s filled or marked, ${Math.round(changes)} row changes/s seen over ${(frames.ms / 1_000).toFixed(0)} s`);
  console.log(`frames: median ${fps.toFixed(1)}/s, ${(frames.count / (frames.ms / 1_000)).toFixed(1)}/s on average, 95 % under ${frames.p95.toFixed(1)} ms, the longest ${frames.longest.toFixed(0)} ms`);
  console.log(`heap: ${heapBefore.toFixed(1)} MB before, ${heapAfter.toFixed(1)} MB after`);
  if (fps < LEAST_FPS) failed = true;
  for (let i = 0; i < restarts; i += 1) {
    await wait(500 + Math.random() * 1_000);
    await stop("SIGKILL");
    await start();
  }
  driving.on = false;
  await driving.done;
  const { seq } = await (await fetch(`${service.url}/readyz`)).json();
  await until(page, `document.querySelector("#connection")?.dataset.state === "live" && Number(document.querySelector("#connection .at")?.dataset.seq) >= ${seq}`);
  let { compared, wrong } = await differences(page);
  for (const endMs = performance.now() + QUIET_MS; wrong.length > 0 && performance.now() < endMs; await wait(250)) ({ compared, wrong } = await differences(page)); // a valuation has no entry of its own: the last ones may be on their way
  console.log(`after ${restarts} kills: ${compared} figures of the page compared with the API, ${wrong.length} differ`);
  for (const line of wrong.slice(0, 10)) console.log(`  ${line}`);
  if (wrong.length > 0) failed = true;
} finally {
  await browser.close();
  await stop("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
