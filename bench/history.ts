// `npm run history [-- --rows N]`: N fills in the tables of a PostgreSQL server (DATABASE_URL, which must be empty, or one of its own),
// and how long the questions of docs/sql.md take.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import pg, { type Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { migrate, openPostgres } from "../src/store/index.ts";
import { startPostgres, type Postgres } from "./postgres.ts";
import { Random } from "./random.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const { values } = parseArgs({ options: { rows: { type: "string", default: "10000000" } } });
const ROWS = Number(values.rows);
const DAYS = 365;
const FIRST_DAY_MS = Date.UTC(2025, 0, 1);
const DAY_MS = 86_400_000;
const SYMBOLS = 1_000;
const STRATEGIES = 20;
const VENUES = ["kraken", "binance"] as const;
const TABLES = ["trader_position_history", "trader_performance"] as const;
const RUNS = 9;
const GOAL_MS = 200;
const TIMED = ["a symbol's last page", "a day's P&L", "a month by strategy"] as const;
const ROWS_A_TEXT = 1_000;

const count = (n: number): string => n.toLocaleString("en-US");
const say = (line: string): void => void process.stdout.write(`${line}\n`);

await inTemporaryFolder(async (folder) => {
  const postgres = await startPostgres(folder);
  try {
    const db = await openPostgres(postgres.url);
    await migrate(db);
    await db.close();
    say(`history: PostgreSQL ${postgres.version}, ${count(ROWS)} fills over ${DAYS} days in ${count(SYMBOLS)} symbols, ${STRATEGIES} strategies and ${VENUES.length} venues`);
    await fill(postgres);
    for (const name of TIMED) await time(postgres.client, name, documented(name));
  } finally {
    await postgres.stop();
  }
});

/** Rows first, then the indexes of the schema: the same tables as rows that came one by one would make. */
async function fill({ client, url }: Postgres): Promise<void> {
  const begun = performance.now();
  const seconds = (): string => ((performance.now() - begun) / 1000).toFixed(0);
  const [known] = (await client.query<{ is_empty: boolean }>("SELECT NOT EXISTS (SELECT FROM trader_position_history) AS is_empty")).rows;
  if (known?.is_empty !== true) throw new Error("the database holds fills already: name an empty one in DATABASE_URL");
  await Promise.all(
    TABLES.map(async (table) => {
      const own = new pg.Client(url);
      await own.connect();
      await fillTable(own, table, (what) => say(`  ${table}: ${what} after ${seconds()} s`));
      await own.end();
    }),
  );
  await client.query("SET work_mem = '256MB'");
  await client.query(`INSERT INTO trader_daily_performance (day, account, venue, symbol, strategy, signal_id, currency, fee_currency, trades, volume, pnl, fees)
    SELECT (timestamp AT TIME ZONE 'UTC')::date, account, venue, symbol, coalesce(strategy, ''), coalesce(signal_id, ''), currency, fee_currency, count(*), sum(abs(quantity)), sum(pnl), sum(fee)
    FROM trader_performance GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1`);
  await client.query("ANALYZE; SET work_mem TO DEFAULT");
  const [size] = (await client.query<{ size: string; days: string }>("SELECT pg_size_pretty(pg_database_size(current_database())) AS size, (SELECT count(*) FROM trader_daily_performance) AS days")).rows;
  say(`  filled in ${seconds()} s: ${size!.size}, ${count(Number(size!.days))} daily sums`);
}

async function fillTable(client: Client, table: (typeof TABLES)[number], done: (what: string) => void): Promise<void> {
  await client.query("SET maintenance_work_mem = '512MB'; SET synchronous_commit = off");
  const { rows } = await client.query<{ name: string; is_key: boolean; definition: string }>(
    "SELECT c.relname AS name, indisprimary AS is_key, pg_get_indexdef(indexrelid) AS definition FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = $1::regclass",
    [table],
  );
  await client.query(`ALTER TABLE ${table} SET UNLOGGED`); // read like any other; filling it does not write the log of changes
  for (const { name, is_key } of rows) await client.query(is_key ? `ALTER TABLE ${table} DROP CONSTRAINT ${name}` : `DROP INDEX ${name}`);
  await pipeline(Readable.from(table === "trader_performance" ? performanceTexts() : historyTexts()), client.query(copyFrom(`COPY ${table} FROM STDIN`)));
  done("copied");
  for (const { is_key, definition } of rows) await client.query(is_key ? `ALTER TABLE ${table} ADD PRIMARY KEY (id)` : definition);
  done("indexed");
}

/** Prints the median of several runs, all rows fetched, after one that is not counted; and the plan, where it is slow. */
async function time(client: Client, name: string, sql: string): Promise<void> {
  const took: number[] = [];
  let found = 0;
  for (let run = -1; run < RUNS; run += 1) {
    const begun = performance.now();
    found = (await client.query(sql)).rows.length;
    if (run >= 0) took.push(performance.now() - begun);
  }
  took.sort((a, b) => a - b);
  const median = took[took.length >> 1]!;
  say(`${name}: ${median.toFixed(1)} ms (slowest of ${RUNS}: ${took.at(-1)!.toFixed(1)} ms), ${count(found)} rows; goal: under ${GOAL_MS} ms`);
  if (found === 0) throw new Error(`${name} finds nothing`);
  if (median < GOAL_MS) return;
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

/** What the rows of one fill have in common. */
interface Made {
  readonly seq: number;
  readonly symbol: number;
  readonly venue: string;
  readonly strategy: string;
  readonly isBuy: boolean;
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
  readonly pnl: string;
  readonly at: string;
}

/** The same fills each time, in the order of time. A symbol is traded by two strategies. */
function* fills(): Iterable<Made> {
  const random = new Random(20_250_101);
  for (let row = 0; row < ROWS; row += 1) {
    const symbol = random.below(SYMBOLS);
    const units = random.between(1, 100_000);
    const ticks = random.between(100, 50_000);
    yield {
      seq: row + 1, symbol, venue: random.pick(VENUES), strategy: `strategy-${(symbol + random.below(2)) % STRATEGIES}`, isBuy: random.chance(0.5),
      quantity: (units / 1000).toFixed(3), price: (ticks / 100).toFixed(2), fee: ((units * ticks) / 100_000_000).toFixed(4), pnl: (random.between(-50_000, 50_000) / 1000).toFixed(5),
      at: new Date(FIRST_DAY_MS + Math.floor((row * DAYS * DAY_MS) / ROWS)).toISOString(),
    };
  }
}

function historyTexts(): Iterable<Buffer> {
  return textsOf(({ seq, symbol, venue, strategy, isBuy, quantity, price, fee, pnl, at }) => {
    const after = `"status":"open","quantity":"${quantity}","avgPrice":"${price}","realizedPnl":"${pnl}","fees":"${fee}","numTrades":${seq},"lastUpdated":"${at}"`; // of two dozen figures: enough to be read
    return `${uuid(1, seq)}\t${uuid(2, symbol)}\t${seq}\tT${seq}\tmain\t${venue}\tcex\tS${symbol}/USD\t${isBuy ? "buy" : "sell"}\t${quantity}\t${price}\t${fee}\tUSD\t${at}\t${at}\t${pnl}\t\\N\tf\t0\t\\N\t${strategy}\t` +
      `{"account":"main","symbol":"S${symbol}/USD","kind":"spot","method":"average",${after}}\t{"venue":"${venue}",${after}}\t${at}\n`;
  });
}

function performanceTexts(): Iterable<Buffer> {
  return textsOf(({ seq, symbol, venue, strategy, isBuy, quantity, price, fee, pnl, at }) =>
    `${uuid(3, seq)}\t${seq}\tmain\tS${symbol}/USD\t\\N\t${venue}\t${strategy}\t${isBuy ? "" : "-"}${quantity}\t${price}\t\\N\t\\N\t\\N\t${pnl}\tUSD\t${fee}\tUSD\t${at}\t${at}\n`);
}

function* textsOf(line: (made: Made) => string): Iterable<Buffer> {
  let text = "";
  let lines = 0;
  for (const made of fills()) {
    text += line(made);
    if ((lines += 1) % ROWS_A_TEXT > 0) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}

/** Ids spread like hashes, and each of them once: multiplying by an odd number is one to one. */
function uuid(kind: number, n: number): string {
  const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, "0");
  const [a, b] = [hex(Math.imul(n, 0x9e3779b1)), hex(Math.imul(n ^ 0x5bd1e995, 0x85ebca6b))];
  return `${a}-${b.slice(0, 4)}-5${b.slice(4, 7)}-8${b.slice(5, 8)}-${kind}000${a}`;
}
