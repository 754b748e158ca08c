import { jsonOf } from "./copy-text.ts";
import type { Rewritten } from "./corrections.ts";
import { inTransaction, type Database, type SqlValues } from "./database.ts";
import { HISTORY_COLUMNS, PERFORMANCE_COLUMNS, type FillText } from "./fill-rows.ts";
import type { Sample, SamplerState } from "./samples.ts";

/** What one transaction writes, with the cursor. */
export interface Batch {
  readonly from: number; // the cursor before
  readonly to: number;
  readonly blockHash: string;
  readonly currency: string;
  readonly fills: AsyncIterable<FillText> | Iterable<FillText>;
  /** Known once all of `fills` has been taken. */
  readonly positions: () => readonly SqlValues[];
  readonly marks: readonly SqlValues[];
  readonly refusals: readonly SqlValues[];
  readonly samples: readonly Sample[];
  readonly state: SamplerState;
  readonly rewritten: readonly Rewritten[];
}

/** Writes a batch: all of it and the cursor, or nothing. @throws Error when the cursor is not where the batch begins */
export async function writeBatch(db: Database, batch: Batch): Promise<void> {
  const { marks, refusals, samples, rewritten } = batch;
  await inTransaction(db, async () => {
    await moveCursor(db, batch);
    for (const part of rewritten) await deleteRows(db, part, batch.from);
    for await (const { history, performance } of batch.fills) {
      await db.copy("trader_position_history", HISTORY_COLUMNS, history);
      await db.copy("trader_performance", PERFORMANCE_COLUMNS, performance);
    }
    await addDays(db, batch);
    const positions = batch.positions();
    if (rewritten.length > 0) await deletePositions(db, rewritten, positions);
    await upsert(db, "trader_positions", ["id"], positions, rewritten.length > 0 ? [] : ["created_at"]);
    await upsert(db, "trader_marks", ["seq"], marks);
    await upsert(db, "trader_refusals", ["seq"], refusals);
    await upsert(db, "trader_risk_metrics", ["period"], samples.map(({ risk }) => risk));
    await upsert(db, "trader_pnl_series", ["period", "account"], samples.flatMap(({ series }) => series));
    await writeShares(db, new Map(samples.flatMap(({ shares }) => [...shares])));
  });
}

async function moveCursor(db: Database, { from, to, blockHash, currency, state }: Batch): Promise<void> {
  const row = [from, to, blockHash, currency, jsonOf(state)];
  const moved = await db.query("UPDATE fillbook_cursor SET seq = $2, block_hash = $3, currency = $4, state = $5 WHERE name = 'book' AND seq = $1 RETURNING name", row);
  if (moved.length === 1) return;
  const begun = from === 0 ? await db.query("INSERT INTO fillbook_cursor (name, seq, block_hash, currency, state) SELECT 'book', $1::bigint, $2, $3, $4::jsonb ON CONFLICT DO NOTHING RETURNING name", row.slice(1)) : [];
  if (begun.length !== 1) throw new Error(`${db.name} is no longer at entry ${from}: another Fillbook writes there`);
}

/** Rows of fills that were known and are written anew. */
async function deleteRows(db: Database, { account, symbols, fromSeq }: Rewritten, through: number): Promise<void> {
  for (const table of ["trader_position_history", "trader_performance"]) {
    await db.query(`DELETE FROM ${table} WHERE seq BETWEEN $1 AND $2 AND ($3::text IS NULL OR account = $3) AND ($4::text[] IS NULL OR symbol = ANY($4))`, [fromSeq, through, account, symbols]);
  }
}

const DAYS = `SELECT (timestamp AT TIME ZONE 'UTC')::date, account, venue, symbol, coalesce(strategy, ''), coalesce(signal_id, ''), currency, fee_currency,
  count(*), sum(abs(quantity)), sum(pnl), sum(fee) FROM trader_performance`;
const INTO_DAYS = "INSERT INTO trader_daily_performance (day, account, venue, symbol, strategy, signal_id, currency, fee_currency, trades, volume, pnl, fees)";

/** Adds the new fills to the sums of their days; where fills were written anew, the days of those symbols are summed again. */
async function addDays(db: Database, { from, to, rewritten }: Batch): Promise<void> {
  for (const { account, symbols } of rewritten) {
    const of = "($1::text IS NULL OR account = $1) AND ($2::text[] IS NULL OR symbol = ANY($2))";
    await db.query(`DELETE FROM trader_daily_performance WHERE ${of}`, [account, symbols]);
    await db.query(`${INTO_DAYS} ${DAYS} WHERE ${of} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`, [account, symbols]);
  }
  if (rewritten.length > 0 || from === to) return;
  await db.query(
    `${INTO_DAYS} ${DAYS} WHERE seq > $1 AND seq <= $2 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
     ON CONFLICT (day, account, venue, symbol, strategy, signal_id, currency, fee_currency) DO UPDATE SET trades = trader_daily_performance.trades + excluded.trades,
       volume = trader_daily_performance.volume + excluded.volume, pnl = trader_daily_performance.pnl + excluded.pnl, fees = trader_daily_performance.fees + excluded.fees`,
    [from, to],
  );
}

/** Positions that are no more, since all that they were was taken back. */
async function deletePositions(db: Database, rewritten: readonly Rewritten[], positions: readonly SqlValues[]): Promise<void> {
  const ids = positions.map(({ id }) => id);
  for (const { account, symbols } of rewritten) {
    await db.query("DELETE FROM trader_positions WHERE ($1::text IS NULL OR account = $1) AND ($2::text[] IS NULL OR symbol = ANY($2)) AND id <> ALL($3::uuid[])", [account, symbols, ids]);
  }
}

/** Rows of a statement: what a parameter can hold in little time. */
const ROWS_AT_ONCE = 2_000;

/** Writes rows, over those of the same key. @param kept columns that stay as they are where the row is there */
async function upsert(db: Database, table: string, key: readonly string[], rows: readonly SqlValues[], kept: readonly string[] = []): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first);
  const set = columns.filter((column) => !key.includes(column) && !kept.includes(column)).map((column) => `${column} = excluded.${column}`);
  const sql = `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${columns.join(", ")} FROM json_populate_recordset(NULL::${table}, $1::json) ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${set.join(", ")}`;
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) await db.query(sql, [jsonOf(rows.slice(at, at + ROWS_AT_ONCE))]);
}

async function writeShares(db: Database, shares: ReadonlyMap<string, string | null>): Promise<void> {
  if (shares.size === 0) return;
  await db.query("UPDATE trader_positions SET concentration_ratio = new.share FROM unnest($1::uuid[], $2::numeric[]) AS new (id, share) WHERE trader_positions.id = new.id", [[...shares.keys()], [...shares.values()]]);
}
