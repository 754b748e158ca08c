import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Client } from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import type { Benchmark, Measured } from "./measure.ts";
import { startPostgres } from "./postgres.ts";
import { fillRows } from "./rows.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const ROWS = Number(process.env["STORE_ROWS"] ?? 1_000_000);
/** Rows of a transaction, as the projection has them: about. */
const ROWS_A_COMMIT = 100_000;
const COMMAND = join(import.meta.dirname, "..", "src", "bin", "main.js");
const TABLES = ["trader_position_history", "trader_performance"] as const;
const COLUMNS = ["account", "venue", "symbol", "id", "side", "quantity", "price", "fee", "feeCurrency", "timestamp", "strategy"] as const;

export const store: Benchmark = {
  name: "store",
  measures: `\`fillbook import\` of ${ROWS.toLocaleString("en-US")} fills with the store on a PostgreSQL server: reading, booking, the journal and all tables with their indexes, daily sums and positions, to the end of the process`,
  against: "COPY of exactly the rows of its history and performance tables, exported from there as text, into equal empty tables with the same indexes, in transactions of as many rows, fsync on",
  goal: 0.5,
  run: () => inTemporaryFolder(measure),
};

async function measure(folder: string): Promise<Measured> {
  const file = join(folder, "fills.csv");
  await writeRows(file);
  const postgres = await startPostgres(folder);
  const { client } = postgres;
  try {
    const value = await importInto(client, postgres.url, file, join(folder, "data"));
    const baseline = await copyAgain(client);
    const [size] = (await client.query<{ size: string }>("SELECT pg_size_pretty(pg_database_size(current_database())) AS size")).rows;
    return { value, baseline, unit: "fills/s", ratio: value / baseline, runs: 1, notes: [`PostgreSQL ${postgres.version}, its settings as they come; SQL held ${size!.size} in the end; one round of each, the import first`] };
  } finally {
    await dropAll(client);
    await postgres.stop();
  }
}

/** Fills a second, to the moment at which SQL holds all of them. */
async function importInto(client: Client, url: string, file: string, data: string): Promise<number> {
  await dropAll(client);
  await client.query("CHECKPOINT");
  const begun = performance.now();
  const command = spawn(process.execPath, [COMMAND, "import", "--data", data, "--database", url, "--json", file], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  command.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const [status] = (await once(command, "exit")) as [number];
  const seconds = (performance.now() - begun) / 1000;
  rmSync(data, { recursive: true, force: true });
  if (status !== 0) throw new Error(`the import ended with ${status}: ${said.slice(-500)}`);
  await mustHoldAll(client, said);
  return ROWS / seconds;
}

/** Every fill is in every table that is to have it. */
async function mustHoldAll(client: Client, said: string): Promise<void> {
  const { rows } = await client.query<Record<string, string>>(
    `SELECT (SELECT count(*) FROM trader_position_history WHERE position_after IS NOT NULL) AS history, (SELECT count(*) FROM trader_performance) AS performance,
            (SELECT sum(trades) FROM trader_daily_performance) AS days, (SELECT sum(num_trades) FROM trader_positions WHERE venue = '') AS positions`,
  );
  for (const [what, count] of Object.entries(rows[0]!)) if (Number(count) !== ROWS) throw new Error(`SQL tells ${count} fills in ${what}: ${said.slice(-500)}`);
}

/** Rows a second of COPY of what the import wrote. */
async function copyAgain(client: Client): Promise<number> {
  for (const table of TABLES) await client.query(`DROP TABLE IF EXISTS copy_${table}; CREATE TABLE copy_${table} (LIKE ${table} INCLUDING ALL)`);
  await client.query("CHECKPOINT");
  const [{ first, last }] = (await client.query<{ first: number; last: number }>("SELECT min(seq)::int AS first, max(seq)::int AS last FROM trader_position_history")).rows as [{ first: number; last: number }];
  let milliseconds = 0;
  for (let at = first; at <= last; at += ROWS_A_COMMIT) {
    const texts: Buffer[][] = [];
    for (const table of TABLES) texts.push(await exported(client, table, at));
    const begun = performance.now();
    await client.query("BEGIN");
    for (const [i, table] of TABLES.entries()) await pipeline(Readable.from(texts[i]!), client.query(copyFrom(`COPY copy_${table} FROM STDIN`)));
    await client.query("COMMIT");
    milliseconds += performance.now() - begun;
  }
  const [{ count }] = (await client.query<{ count: string }>("SELECT count(*) FROM copy_trader_position_history")).rows as [{ count: string }];
  if (Number(count) !== ROWS) throw new Error(`${count} rows were copied`);
  for (const table of TABLES) await client.query(`DROP TABLE copy_${table}`);
  return ROWS / (milliseconds / 1000);
}

/** The rows of a transaction as the text of COPY: not timed. */
async function exported(client: Client, table: string, from: number): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  const copy = client.query(copyTo(`COPY (SELECT * FROM ${table} WHERE seq >= ${from} AND seq < ${from + ROWS_A_COMMIT} ORDER BY seq) TO STDOUT`));
  for await (const piece of copy) pieces.push(piece as Buffer);
  return pieces;
}

async function dropAll(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>("SELECT format('%I', tablename) AS name FROM pg_tables WHERE schemaname = 'public' AND (tablename LIKE 'trader%' OR tablename LIKE 'fillbook%' OR tablename LIKE 'copy_trader%')");
  if (rows.length > 0) await client.query(`DROP TABLE ${rows.map(({ name }) => name).join(", ")}`);
}

async function writeRows(file: string): Promise<void> {
  function* lines(): Iterable<string> {
    yield `${COLUMNS.map((column) => (column === "feeCurrency" ? "fee_currency" : column)).join(",")}\n`;
    let text = "";
    for (const row of fillRows(ROWS, 20_240_108)) {
      text += `${COLUMNS.map((column) => row[column]).join(",")}\n`;
      if (text.length < 1 << 20) continue;
      yield text;
      text = "";
    }
    yield text;
  }
  await pipeline(Readable.from(lines()), createWriteStream(file));
}
