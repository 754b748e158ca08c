// `npm run soak [-- --seconds 60 --rate 20000 --clients 50 --positions 1000 --seed 1 --snapshot-entries 1000000]`: fills in NDJSON at a steady rate into a
// running service while stream clients follow it. Says at the end whether anything was lost, whether every client ended
// equal to the book, and how memory went: what is resident, and of it the objects, the arrays, and the tables of known
// fills, which grow by design. What is resident beside those tables should be level. Status 1 when something was wrong.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { WriterLock } from "../src/journal/index.ts";
import { Random } from "./random.ts";
import type { ClientsReport } from "./soak-clients.ts";

const COMMAND = fileURLToPath(new URL("../src/bin/main.js", import.meta.url));
const CLIENTS = new URL("./soak-clients.js", import.meta.url);
const POSTS_A_SECOND = 100;
const IN_FLIGHT = 64;
const SAMPLE_MS = 1_000;
/** Of the time: memory is told for each. */
const PARTS = 10;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    rate: { type: "string", default: "20000" },
    clients: { type: "string", default: "50" },
    positions: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    "snapshot-entries": { type: "string", default: "1000000" },
  },
});
const [seconds, rate, clients, positions, seed] = [values.seconds, values.rate, values.clients, values.positions, values.seed].map(Number) as [number, number, number, number, number];

const folder = mkdtempSync(join(tmpdir(), "fillbook-soak-"));
const config = join(folder, "soak.yaml");
writeFileSync(config, `snapshot_entries: ${values["snapshot-entries"]}\n`);
const service = spawn(process.execPath, [COMMAND, "serve", "--data", folder, "--config", config, "--port", "0"], { stdio: ["ignore", "ignore", "pipe"] });
service.stderr.resume();
try {
  process.exitCode = (await soak(await addressOf(folder, service))) ? 0 : 1;
} finally {
  service.kill("SIGTERM");
  await new Promise((done) => service.once("exit", done));
  rmSync(folder, { recursive: true });
}

async function soak(address: string): Promise<boolean> {
  const watchers = new Worker(CLIENTS, { workerData: { address, clients } });
  const report = new Promise<ClientsReport>((done, failed) => watchers.once("message", done).once("error", failed));
  const sent = await post(address);
  const lastSeq = sent.seq;
  watchers.postMessage(lastSeq);
  const { equal, different, frames, megabytes, snapshots, secondsBehind } = await report;
  const booked = await bookedFills(address);
  const say = (what: string, text: string) => process.stdout.write(`${what.padEnd(22)}${text}\n`);
  say("posted", `${sent.fills.toLocaleString("en-US")} fills in ${sent.seconds.toFixed(1)} s: ${Math.round(sent.fills / sent.seconds).toLocaleString("en-US")} a second; refused ${sent.refused}, sent again ${sent.repeated}`);
  say("booked", `${booked.toLocaleString("en-US")} trades; the journal ends at entry ${lastSeq.toLocaleString("en-US")}`);
  say("answers", `p50 ${quantile(sent.waits, 0.5).toFixed(1)} ms, p99 ${quantile(sent.waits, 0.99).toFixed(1)} ms from the time a post was due`);
  say("stream clients", `${equal} of ${clients} ended equal to the book${different.length === 0 ? "" : `; different: ${different.slice(0, 3).join("; ")}`}; ${secondsBehind.toFixed(1)} s after the last answer`);
  say("stream", `${frames.toLocaleString("en-US")} frames with ${Math.round(megabytes).toLocaleString("en-US")} MB received in all, ${snapshots} of them (parts of) snapshots`);
  sayMemory(sent.memory);
  return equal === clients && sent.refused === 0 && booked === sent.fills;
}

interface Sent {
  fills: number;
  refused: number;
  repeated: number; // posts that were answered with 429 or 503
  seq: number;
  seconds: number;
  readonly waits: number[]; // milliseconds
  readonly memory: Sample[]; // one a second
}

/** Posts at the rate, open loop: a post is due whatever became of the one before. */
async function post(address: string): Promise<Sent> {
  const sent: Sent = { fills: 0, refused: 0, repeated: 0, seq: 0, seconds: 0, waits: [], memory: [] };
  const random = new Random(seed);
  const a = Math.round(rate / POSTS_A_SECOND);
  const begun = performance.now();
  const underWay = new Set<Promise<void>>();
  const sampling = setInterval(() => void sample(address, sent.fills).then((one) => sent.memory.push(one)), SAMPLE_MS);
  for (let n = 0; n < seconds * POSTS_A_SECOND; n += 1) {
    const due = (n * 1000) / POSTS_A_SECOND;
    const early = due - (performance.now() - begun);
    if (early > 1) await wait(early);
    while (underWay.size >= IN_FLIGHT) await Promise.race(underWay);
    const body = ndjson(n * a, a, random);
    const one: Promise<void> = send(address, body, sent).then(() => {
      sent.fills += a;
      sent.waits.push(performance.now() - begun - due);
      underWay.delete(one);
    });
    underWay.add(one);
  }
  await Promise.all(underWay);
  sent.seconds = (performance.now() - begun) / 1000;
  clearInterval(sampling);
  return sent;
}

async function send(address: string, body: string, sent: Sent): Promise<void> {
  for (;;) {
    const response = await fetch(`${address}/v1/fills`, { method: "POST", headers: { "content-type": "application/x-ndjson" }, body });
    if (response.status === 429 || response.status === 503) {
      await response.body?.cancel();
      sent.repeated += 1;
      await wait(50);
      continue;
    }
    if (!response.ok) throw new Error(`POST /v1/fills: ${response.status} ${await response.text()}`);
    const { results, seq } = (await response.json()) as { results: { status: string }[]; seq: number };
    sent.refused += results.filter(({ status }) => status === "refused").length;
    sent.seq = Math.max(sent.seq, seq);
    return;
  }
}

function ndjson(first: number, count: number, random: Random): string {
  let text = "";
  for (let i = 0; i < count; i += 1) {
    const position = random.below(positions);
    const at = new Date(1_704_067_200_000 + (first + i)).toISOString();
    text += `{"id":"T${first + i}","venue":"${position % 2 === 0 ? "kraken" : "coinbase"}","symbol":"S${position >> 1}/USD","side":"${random.chance(0.5) ? "buy" : "sell"}","quantity":"${random.between(1, 99_999) / 1000}","price":"${random.between(10_000, 99_999) / 100}","timestamp":"${at}","account":"main","fee":"0.0${random.between(1, 99)}","strategy":"carry"}\n`;
  }
  return text;
}

async function bookedFills(address: string): Promise<number> {
  const { positions: rows } = (await (await fetch(`${address}/v1/positions?limit=10000`)).json()) as { positions: { numTrades: number }[] };
  return rows.reduce((sum, { numTrades }) => sum + numTrades, 0);
}

async function addressOf(dataDir: string, process_: ChildProcess): Promise<string> {
  for (;;) {
    if (process_.exitCode !== null) throw new Error(`the service ended with status ${process_.exitCode}`);
    const address = WriterLock.holder(dataDir)?.address;
    if (address !== undefined && address !== null && (await fetch(`${address}/readyz`)).ok) return address;
    await wait(50);
  }
}

/** Memory of the service at one moment, in MB. */
interface Sample {
  readonly fills: number; // posted so far
  readonly resident: number;
  readonly heap: number; // objects of the main thread, garbage included
  readonly arrays: number; // of the main thread
  readonly identities: number; // of these arrays: the tables of known fills
}

async function sample(address: string, fills: number): Promise<Sample> {
  const text = await (await fetch(`${address}/metrics`)).text();
  const mb = (name: string) => Number(new RegExp(`^fillbook_${name}_bytes (\\S+)`, "m").exec(text)?.[1]) / 1_048_576;
  return { fills, resident: mb("resident"), heap: mb("heap_used"), arrays: mb("array_buffers"), identities: mb("identities") };
}

/** What was least and most in each tenth of the time: the least is what is left when garbage was collected. */
function sayMemory(samples: readonly Sample[]): void {
  process.stdout.write(`\nmemory in MB: least and most of each tenth of the time; known fills are tables that grow by design, the rest is what is resident beside them\n${["fills", "resident", "objects", "arrays", "known fills", "the rest"].map((title) => title.padStart(13)).join("")}\n`);
  const size = Math.max(1, Math.floor(samples.length / PARTS));
  for (let from = 0; from + size <= samples.length; from += size) {
    const part = samples.slice(from, from + size);
    const range = (of: (one: Sample) => number) => `${Math.min(...part.map(of)).toFixed(0)}–${Math.max(...part.map(of)).toFixed(0)}`.padStart(13);
    process.stdout.write(`${part.at(-1)!.fills.toLocaleString("en-US").padStart(13)}${range(({ resident }) => resident)}${range(({ heap }) => heap)}${range(({ arrays }) => arrays)}${part.at(-1)!.identities.toFixed(1).padStart(13)}${range(({ resident, identities }) => resident - identities)}\n`);
  }
}

function quantile(of: readonly number[], share: number): number {
  return [...of].sort((a, b) => a - b)[Math.min(of.length - 1, Math.floor(of.length * share))] ?? Number.NaN;
}
