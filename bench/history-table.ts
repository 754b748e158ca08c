import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Client } from "pg";
import { from } from "pg-copy-streams";
import type { FillRow } from "./rows.ts";

/**
 * Table of position history: exact NUMERIC, a UUID key, indexes by position and time. What only a book can say (P&L, the
 * position after the fill) stays NULL, and nothing keeps a fill from being there twice: both spare the baseline work.
 */
const TABLE = `CREATE TABLE bench_position_history (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(), position_id UUID NOT NULL, seq BIGINT NOT NULL, fill_id TEXT NOT NULL,
  account TEXT NOT NULL, venue TEXT NOT NULL, symbol TEXT NOT NULL, action TEXT NOT NULL, quantity NUMERIC NOT NULL, price NUMERIC NOT NULL,
  fee NUMERIC NOT NULL, fee_currency TEXT NOT NULL, liquidity TEXT, strategy TEXT, signal_id TEXT, timestamp TIMESTAMPTZ NOT NULL,
  realized_pnl NUMERIC, unrealized_pnl NUMERIC, position_after JSONB, venue_position_after JSONB);
  CREATE INDEX bench_history_position ON bench_position_history (position_id);
  CREATE INDEX bench_history_timestamp ON bench_position_history (timestamp)`;
const COPY = "COPY bench_position_history (position_id, seq, fill_id, account, venue, symbol, action, quantity, price, fee, fee_currency, liquidity, strategy, timestamp) FROM STDIN";

/** An empty table; what an earlier round left is written out first. */
export async function emptyTable(client: Client): Promise<void> {
  await client.query("DROP TABLE IF EXISTS bench_position_history");
  await client.query(TABLE);
  await client.query("CHECKPOINT");
}

export async function dropTable(client: Client): Promise<void> {
  await client.query("DROP TABLE IF EXISTS bench_position_history");
}

/** What COPY reads, one text a commit. */
export function copyTexts(rows: Iterable<FillRow>, rowsACommit: number): Buffer[] {
  const texts: Buffer[] = [];
  let lines: string[] = [];
  let seq = 0;
  for (const row of rows) {
    const { id, account, venue, symbol, side, quantity, price, fee, feeCurrency, liquidity, strategy, timestamp } = row;
    lines.push(`${[positionId(account, symbol), (seq += 1), id, account, venue, symbol, side, quantity, price, fee, feeCurrency, liquidity, strategy, timestamp].join("\t")}\n`);
    if (lines.length < rowsACommit) continue;
    texts.push(Buffer.from(lines.join("")));
    lines = [];
  }
  if (lines.length > 0) texts.push(Buffer.from(lines.join("")));
  return texts;
}

/** Copies the texts, each in a transaction of its own. Returns how many rows the table then has. */
export async function copyAll(client: Client, texts: readonly Buffer[]): Promise<number> {
  let rows = 0;
  for (const text of texts) {
    const copy = client.query(from(COPY));
    await pipeline(Readable.from([text]), copy);
    rows += copy.rowCount;
  }
  return rows;
}

const positionIds = new Map<string, string>();

/** The key of a position: the same for the same position. */
function positionId(account: string, symbol: string): string {
  const key = JSON.stringify([account, symbol]);
  let id = positionIds.get(key);
  if (id === undefined) positionIds.set(key, (id = createHash("sha256").update(key).digest("hex").slice(0, 32)));
  return id;
}
