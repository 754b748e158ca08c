import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { copyAll, copyTexts, dropTable, emptyTable } from "./history-table.ts";
import { alternate, type Benchmark, type Measured } from "./measure.ts";
import { startPostgres } from "./postgres.ts";
import { fillRows, type FillRow } from "./rows.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const ROWS = 400_000;
const ROWS_A_REQUEST = 10_000;
const CONNECTIONS = 4;
const LOOK_MS = 20;
const COMMAND = join(import.meta.dirname, "..", "src", "bin", "main.js");

export const ingestHttp: Benchmark = {
  name: "ingest-http",
  measures: `400,000 fills posted to a running \`fillbook serve --database off\` over loopback as NDJSON, 10,000 a request on ${CONNECTIONS} connections, to the last durable answer; answers name every fill`,
  against: "COPY of the same fills into a PostgreSQL history table (exact NUMERIC, UUID key, its indexes), committed by 10,000, fsync on",
  goal: 2,
  run: () => inTemporaryFolder(measure),
};

async function measure(folder: string): Promise<Measured> {
  const rows = [...fillRows(ROWS, 20_240_107)];
  const texts = copyTexts(rows, ROWS_A_REQUEST);
  const postgres = await startPostgres(folder);
  const { service, url } = await serve(join(folder, "data"), "off");
  let round = 0;
  try {
    const measured = await alternate({
      rounds: 5,
      unit: "fills/s",
      better: "more",
      subject: () => postAll(url, bodiesOf(rows, (round += 1))),
      baseline: async () => {
        await emptyTable(postgres.client);
        const begun = performance.now();
        const copied = await copyAll(postgres.client, texts);
        const seconds = (performance.now() - begun) / 1000;
        if (copied !== ROWS) throw new Error(`${copied} rows were copied`);
        return ROWS / seconds;
      },
    });
    await dropTable(postgres.client);
    await stop(service);
    return { ...measured, notes: [`PostgreSQL ${postgres.version}; measured is the service without tables`, await projected(join(folder, "followed"), postgres.url, rows)] };
  } finally {
    await stop(service);
    await postgres.stop();
  }
}

/** One more round, with the tables on the same server: how far they are behind at the last durable answer, and how long they take from there. */
async function projected(dataDir: string, database: string, rows: readonly FillRow[]): Promise<string> {
  const { service, url } = await serve(dataDir, database);
  try {
    await gauge(url, "fillbook_store_lag_entries");
    const rate = await postAll(url, bodiesOf(rows, 0));
    const answered = performance.now();
    const lag = await gauge(url, "fillbook_store_lag_entries");
    while ((await gauge(url, "fillbook_store_lag_entries")) > 0) await sleep(LOOK_MS);
    const seconds = (performance.now() - answered) / 1000;
    const number = (n: number): string => Math.round(n).toLocaleString("en-US");
    return `with the tables on that server, its first round on an empty folder: ${number(rate)} fills/s; the projection was ${number(lag)} entries behind at the last durable answer and had caught up ${seconds.toFixed(1)} s later (${number(lag / seconds)} entries/s)`;
  } finally {
    await stop(service);
  }
}

/** A figure of /metrics. */
async function gauge(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1];
  if (value === undefined) throw new Error(`/metrics does not tell ${name}`);
  return Number(value);
}

async function stop(service: ChildProcess): Promise<void> {
  if (service.exitCode !== null || service.signalCode !== null) return;
  service.kill("SIGTERM");
  await once(service, "exit");
}

/** The bodies of a round: the fills of each are new ones. */
function bodiesOf(rows: readonly FillRow[], round: number): Buffer[] {
  return Array.from({ length: rows.length / ROWS_A_REQUEST }, (_, i) => {
    const some = rows.slice(i * ROWS_A_REQUEST, (i + 1) * ROWS_A_REQUEST);
    return Buffer.from(some.map((row) => `${JSON.stringify({ ...row, id: `${round}-${row.id}` })}\n`).join(""));
  });
}

/** Posts all bodies. Returns fills a second. */
async function postAll(url: string, bodies: readonly Buffer[]): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const begun = performance.now();
  await Promise.all(bodies.map((body) => post(url, agent, body)));
  const seconds = (performance.now() - begun) / 1000;
  agent.destroy();
  return ROWS / seconds;
}

/** @param database `off`, or the address of a server for the tables */
async function serve(dataDir: string, database: string): Promise<{ readonly service: ChildProcess; readonly url: string }> {
  const service = spawn(process.execPath, [COMMAND, "serve", "--port", "0", "--log-level", "error", "--data", dataDir, "--database", database, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: service.stdout })) return { service, url: (JSON.parse(line) as { url: string }).url };
  throw new Error("the service ended before it said where it listens");
}

/** Posts fills, and reads the whole answer. Every one of them must have been accepted. */
async function post(url: string, agent: Agent, body: Buffer): Promise<void> {
  const asked = request(`${url}/v1/fills`, { method: "POST", agent, headers: { "content-type": "application/x-ndjson", "content-length": body.length } });
  const answered = new Promise<string>((done, failed) => {
    asked.on("error", failed).on("response", (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part)).on("error", failed);
      response.on("end", () => (response.statusCode === 200 ? done(Buffer.concat(parts).toString()) : failed(new Error(`${response.statusCode}: ${Buffer.concat(parts).toString().slice(0, 300)}`))));
    });
  });
  asked.end(body);
  const answer = await answered;
  if (answer.split('"accepted"').length - 1 !== ROWS_A_REQUEST) throw new Error(`an answer does not accept ${ROWS_A_REQUEST} fills: ${answer.slice(0, 300)}`);
}
