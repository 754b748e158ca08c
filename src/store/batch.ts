import { jsonOf } from "./copy-text.ts";
import type { Rewritten } from "./corrections.ts";
import { inTransaction, type Database, type SqlValues } from "./database.ts";
import { HISTORY_COLUMNS, PERFORMANCE_COLUMNS, type FillText } from "./fill-rows.ts";
import type { PositionFigures, Sample, SamplerState } from "./samples.ts";

/** What one transaction writes. */
export interface Batch {
  readonly from: number; // the cursor before
  readonly rewritten: readonly Rewritten[];
  /** Rows of fills. They may be made as they are taken, while the database writes those before them. */
  readonly fills: Iterable<FillText>;
  /** The rest, known once all of `fills` has been taken. */
  readonly rest: () => BatchRest;
}
export interface BatchRest {
  readonly to: number; // the cursor after
  readonly blockHash: string;
  readonly currency: string;
  readonly state: SamplerState;
  readonly positions: readonly SqlValues[];
  readonly marks: readonly SqlValues[];
  readonly refusals: readonly SqlValues[];
  readonly pairs: readonly SqlValues[];
  readonly gonePairs: readonly string[]; // of which nothing stands any more
  readonly renamed: readonly string[]; // symbols of which positions may be no more
  readonly samples: readonly Sample[];
}

/** Writes a batch: all of it and the cursor, or nothing. Returns the cursor. @throws Error when it is not where the batch begins */
export function writeBatch(db: Database, { from, rewritten, fills, rest }: Batch): Promise<number> {
  return inTransaction(db, async () => {
    for (const part of rewritten) await deleteRows(db, part, from);
    await copyFills(db, fills);
    const { to, blockHash, currency, state, positions, marks, refusals, pairs, gonePairs, renamed, samples } = rest();
    await moveCursor(db, from, [to, blockHash, currency, jsonOf(state)]);
    await addDays(db, from, to, rewritten);
    for (const part of rewritten) await deletePositions(db, part, positions);
    if (renamed.length > 0) await deletePositions(db, { account: null, symbols: renamed }, positions);
    await upsert(db, "trader_positions", ["id"], positions);
    await upsert(db, "trader_marks", ["seq"], marks);
    await upsert(db, "trader_refusals", ["seq"], refusals);
    await upsert(db, "trader_pairs", ["id"], pairs);
    if (gonePairs.length > 0) await db.query("DELETE FROM trader_pairs WHERE pair_id = ANY($1)", [gonePairs]);
    await upsert(db, "trader_risk_metrics", ["period"], samples.map(({ risk }) => risk));
    await deleteSeries(db, samples);
    await upsert(db, "trader_pnl_series", ["period", "account"], samples.flatMap(({ series }) => series));
    await writeFigures(db, new Map(samples.flatMap(({ figures }) => [...figures])));
    return to;
  });
}

async function copyFills(db: Database, fills: Iterable<FillText>): Promise<void> {
  const performance: Uint8Array[] = [];
  function* history(): Iterable<Uint8Array> {
    for (const text of fills) {
      performance.push(...text.performance);
      yield* text.history;
    }
  }
  await db.copy("trader_position_history", HISTORY_COLUMNS, history());
  if (performance.length > 0) await db.copy("trader_performance", PERFORMANCE_COLUMNS, performance);
}

async function moveCursor(db: Database, from: number, row: readonly (string | number)[]): Promise<void> {
  const moved = await db.query("UPDATE fillbook_cursor SET seq = $1, block_hash = $2, currency = $3, state = $4 WHERE name = 'book' AND seq = $5 RETURNING name", [...row, from]);
  if (moved.length === 1) return;
  const begun = from === 0 ? await db.query("INSERT INTO fillbook_cursor (name, seq, block_hash, currency, state) SELECT 'book', $1::bigint, $2, $3, $4::jsonb ON CONFLICT DO NOTHING RETURNING name", row) : [];
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
async function addDays(db: Database, from: number, to: number, rewritten: readonly Rewritten[]): Promise<void> {
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

/** Deletes positions that are no more: renamed away, or all that they were was taken back. @param positions those that there are */
async function deletePositions(db: Database, { account, symbols }: Pick<Rewritten, "account" | "symbols">, positions: readonly SqlValues[]): Promise<void> {
  await db.query("DELETE FROM trader_positions WHERE ($1::text IS NULL OR account = $1) AND ($2::text[] IS NULL OR symbol = ANY($2)) AND id <> ALL($3::uuid[])", [account, symbols, positions.map(({ id }) => id)]);
}

/** Rows of a statement: what a parameter can hold in little time. */
const ROWS_AT_ONCE = 2_000;

/** Writes rows, over those of the same key. Columns that they do not name stay as they are. */
export async function upsert(db: Database, table: string, key: readonly string[], rows: readonly SqlValues[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first);
  const set = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  const sql = `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${columns.join(", ")} FROM json_populate_recordset(NULL::${table}, $1::json) ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${set.join(", ")}`;
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) await db.query(sql, [jsonOf(rows.slice(at, at + ROWS_AT_ONCE))]);
}

/** Deletes what a period has so far: an account may be no more. */
async function deleteSeries(db: Database, samples: readonly Sample[]): Promise<void> {
  if (samples.length > 0) await db.query("DELETE FROM trader_pnl_series WHERE period = ANY($1::timestamptz[])", [samples.map(({ risk }) => risk["period"])]);
}

async function writeFigures(db: Database, figures: ReadonlyMap<string, PositionFigures>): Promise<void> {
  if (figures.size === 0) return;
  const columns = [[...figures.keys()], Array.from(figures.values(), ({ share }) => share), Array.from(figures.values(), ({ var95 }) => var95)];
  await db.query("UPDATE trader_positions SET concentration_ratio = new.share, var_95 = new.var FROM unnest($1::uuid[], $2::numeric[], $3::float8[]) AS new (id, share, var) WHERE trader_positions.id = new.id", columns);
}
