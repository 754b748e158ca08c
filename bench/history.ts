// `npm run history [-- --rows N]`: N fills in the tables of a PostgreSQL server (DATABASE_URL, which must be empty, or one of its own),
// and how long the questions of docs/sql.md take. `--attribution` fills only what attribution asks, and asks that alone: a third of the time.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import type { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { migrate, openPostgres } from "../src/store/index.ts";
import { startPostgres } from "./postgres.ts";
import { Random } from "./random.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const { values } = parseArgs({ options: { rows: { type: "string", default: "10000000" }, attribution: { type: "boolean", default: false } } });
const ROWS = Number(values.rows);
const DAYS = 365;
const FIRST_DAY_MS = Date.UTC(2025, 0, 1);
const DAY_MS = 86_400_000;
const SYMBOLS = 1_000;
const STRATEGIES = 20;
const VENUES = ["kraken", "binance"] as const;
/** What is asked, with the most that it may take, and how often it is timed. */
const TIMED = [
  { name: "a symbol's last page", goalMs: 200, runs: 9 }, { name: "a day's P&L", goalMs: 200, runs: 9 }, { name: "a month by strategy", goalMs: 200, runs: 9 },
  { name: "attribution by strategy and venue", goalMs: 20_000, runs: 3, isOfPerformance: true }, { name: "executions by strategy and venue", goalMs: 20_000, runs: 3, isOfPerformance: true },
] as const;
const ROWS_A_TEXT = 1_000;

/** The history of the same fills: its documents have some of their two dozen figures, enough to be read. */
const HISTORY = `INSERT INTO trader_position_history (id, position_id, seq, fill_id, account, venue, venue_type, symbol, action, quantity, price, fee, fee_currency, timestamp, time_exact,
    realized_pnl, late, revision, strategy, position_after, venue_position_after, created_at)
  SELECT md5('fill ' || seq)::uuid, md5(symbol)::uuid, seq, 'T' || seq, account, venue, 'cex', symbol, CASE WHEN quantity > 0 THEN 'buy' ELSE 'sell' END, abs(quantity), price, fee, fee_currency, timestamp, timestamp::text,
    pnl, false, 0, strategy, jsonb_build_object('status', 'open', 'quantity', quantity::text, 'avgPrice', price::text, 'realizedPnl', pnl::text, 'numTrades', seq),
    jsonb_build_object('venue', venue, 'quantity', quantity::text), created_at
  FROM trader_performance`;
const DAILY = `INSERT INTO trader_daily_performance (day, account, venue, symbol, strategy, signal_id, currency, fee_currency, trades, volume, pnl, fees)
  SELECT (timestamp AT TIME ZONE 'UTC')::date, account, venue, symbol, coalesce(strategy, ''), coalesce(signal_id, ''), currency, fee_currency, count(*), sum(abs(quantity)), sum(pnl), sum(fee)
  FROM trader_performance GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1`;

const count = (n: number): string => n.toLocaleString("en-US");
const say = (line: string): void => void process.stdout.write(`${line}\n`);

await inTemporaryFolder(async (folder) => {
  const postgres = await startPostgres(folder);
  try {
    const db = await openPostgres(postgres.url);
    await migrate(db);
    await db.close();
    say(`history: PostgreSQL ${postgres.version}, ${count(ROWS)} fills over ${DAYS} days in ${count(SYMBOLS)} symbols, ${STRATEGIES} strategies and ${VENUES.length} venues`);
    await fill(postgres.client);
    for (const timed of TIMED) if (!values.attribution || "isOfPerformance" in timed) await time(postgres.client, timed, documented(timed.name));
  } finally {
    await postgres.stop();
  }
});

/** Rows first, then the indexes of the schema: the same tables as rows that came one by one would make. */
async function fill(client: Client): Promise<void> {
  const begun = performance.now();
  const told = (what: string): void => say(`  ${what} after ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  const [known] = (await client.query<{ is_empty: boolean }>("SELECT NOT EXISTS (SELECT FROM trader_position_history) AS is_empty")).rows;
  if (known?.is_empty !== true) throw new Error("the database holds fills already: name an empty one in DATABASE_URL");
  await client.query("SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'; SET TimeZone = 'UTC'");
  const indexes = [...(await withoutIndexes(client, "trader_performance")), ...(await withoutIndexes(client, "trader_position_history"))];
  await pipeline(Readable.from(performanceTexts()), client.query(copyFrom("COPY trader_performance FROM STDIN")));
  told("trader_performance: copied");
  if (!values.attribution) {
    await client.query(HISTORY);
    told("trader_position_history: made from it");
    for (const index of indexes) await client.query(index);
    told("indexed");
  }
  await client.query(DAILY);
  await client.query("ANALYZE; SET work_mem TO DEFAULT");
  const [size] = (await client.query<{ size: string; days: string }>("SELECT pg_size_pretty(pg_database_size(current_database())) AS size, (SELECT count(*) FROM trader_daily_performance) AS days")).rows;
  told(`filled: ${size!.size}, ${count(Number(size!.days))} daily sums,`);
}

/** Takes a table's indexes away. Returns what makes them again. The table is read like any other; filling it does not write the log of changes. */
async function withoutIndexes(client: Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string; is_key: boolean; definition: string }>(
    "SELECT c.relname AS name, indisprimary AS is_key, pg_get_indexdef(indexrelid) AS definition FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = $1::regclass",
    [table],
  );
  await client.query(`ALTER TABLE ${table} SET UNLOGGED`);
  for (const { name, is_key } of rows) await client.query(is_key ? `ALTER TABLE ${table} DROP CONSTRAINT ${name}` : `DROP INDEX ${name}`);
  return rows.map(({ is_key, definition }) => (is_key ? `ALTER TABLE ${table} ADD PRIMARY KEY (id)` : definition));
}

/** Prints the median of several runs, all rows fetched, after one that is not counted; and the plan, where it is slow. */
async function time(client: Client, { name, goalMs, runs }: (typeof TIMED)[number], sql: string): Promise<void> {
  const took: number[] = [];
  let found = 0;
  for (let run = -1; run < runs; run += 1) {
    const begun = performance.now();
    found = (await client.query(sql)).rows.length;
    if (run >= 0) took.push(performance.now() - begun);
  }
  took.sort((a, b) => a - b);
  const median = took[took.length >> 1]!;
  say(`${name}: ${median.toFixed(1)} ms (slowest of ${runs}: ${took.at(-1)!.toFixed(1)} ms), ${count(found)} rows; goal: under ${count(goalMs)} ms`);
  if (found === 0) throw new Error(`${name} finds nothing`);
  if (median < goalMs) return;
  process.exitCode = 1;
  const { rows } = await client.query<{ "QUERY PLAN": string }>(`EXPLAIN (ANALYZE, BUFFERS) ${sql}`);
  for (const row of rows) say(`  ${row["QUERY PLAN"]}`);
}

/** The query of docs/sql.md that begins with a comment of this name. */
function documented(name: string): string {
  const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "sql.md"), "utf8");
  const block = [...page.matchAll(/```sql\n-- (.*)\n([^]*?);\n```/g)].find(([, title]) => title === name);
  if (block === undefined) throw new Error(`docs/sql.md has no query "${name}"`);
  return block[2]!;
}

/** The same fills each time, in the order of time. A symbol is traded by two strategies. */
function* performanceTexts(): Iterable<Buffer> {
  const random = new Random(20_250_101);
  let text = "";
  for (let seq = 1; seq <= ROWS; seq += 1) {
    const symbol = random.below(SYMBOLS);
    const [units, ticks] = [random.between(1, 100_000), random.between(100, 50_000)];
    const at = new Date(FIRST_DAY_MS + Math.floor(((seq - 1) * DAYS * DAY_MS) / ROWS)).toISOString();
    const [slippage, latency] = [Math.imul(seq, 0x9e3779b1) % 500, (Math.imul(seq, 0x85ebca6b) >>> 0) % 900];
    const strategy = `strategy-${(symbol + random.below(2)) % STRATEGIES}`;
    text += `${uuid(seq)}\t${seq}\tmain\tS${symbol}/USD\t\\N\t${random.pick(VENUES)}\t${strategy}\t${random.chance(0.5) ? "" : "-"}${(units / 1000).toFixed(3)}\t${(ticks / 100).toFixed(2)}\t${(slippage / 100).toFixed(2)}\t${latency}\t\\N\t` +
      `${(random.between(-50_000, 50_000) / 1000).toFixed(5)}\tUSD\t${((units * ticks) / 100_000_000).toFixed(4)}\tUSD\t${at}\t${at}\n`;
    if (seq % ROWS_A_TEXT > 0 && seq < ROWS) continue;
    yield Buffer.from(text);
    text = "";
  }
}

/** Ids spread like hashes, and each of them once: multiplying by an odd number is one to one. */
function uuid(n: number): string {
  const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, "0");
  const [a, b] = [hex(Math.imul(n, 0x9e3779b1)), hex(Math.imul(n ^ 0x5bd1e995, 0x85ebca6b))];
  return `${a}-${b.slice(0, 4)}-5${b.slice(4, 7)}-8${b.slice(5, 8)}-3000${a}`;
}
