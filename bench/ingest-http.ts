import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { copyAll, copyTexts, dropTable, emptyTable } from "./history-table.ts";
import { alternate, type Benchmark, type Measured } from "./measure.ts";
import { startPostgres } from "./postgres.ts";
import { fillRows, type FillRow } from "./rows.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const ROWS = 400_000;
const ROWS_A_REQUEST = 10_000;
const CONNECTIONS = 4;
const COMMAND = join(import.meta.dirname, "..", "src", "cli", "main.js");

export const ingestHttp: Benchmark = {
  name: "ingest-http",
  measures: `400,000 fills posted to a running \`fillbook serve\` over loopback as NDJSON, 10,000 a request on ${CONNECTIONS} connections, to the last durable answer; answers name every fill`,
  against: "COPY of the same fills into a PostgreSQL history table (exact NUMERIC, UUID key, its indexes), committed by 10,000, fsync on",
  goal: 2,
  run: () => inTemporaryFolder(measure),
};

async function measure(folder: string): Promise<Measured> {
  const rows = [...fillRows(ROWS, 20_240_107)];
  const texts = copyTexts(rows, ROWS_A_REQUEST);
  const postgres = await startPostgres(folder);
  const { service, url } = await serve(join(folder, "data"));
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
    return { ...measured, notes: [`PostgreSQL ${postgres.version}; the service keeps no SQL tables yet, so there is no projection whose lag could be told`] };
  } finally {
    service.kill("SIGTERM");
    await once(service, "exit");
    await postgres.stop();
  }
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

async function serve(dataDir: string): Promise<{ readonly service: ChildProcess; readonly url: string }> {
  const service = spawn(process.execPath, [COMMAND, "serve", "--port", "0", "--log-level", "error", "--data", dataDir, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
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
