import { formatTime } from "../core/model/index.ts";
import { inTransaction, type Database } from "./database.ts";

const DAY_NS = 86_400_000_000_000n;
/** What grows with time, and the column that dates it. Positions, marks and refusals stay. */
const DATED = { trader_position_history: "timestamp", trader_performance: "timestamp", trader_risk_metrics: "timestamp", trader_pnl_series: "timestamp" } as const;

/** Deletes rows that are older than so many days. The journal keeps all. Returns how many. */
export function deleteOlder(db: Database, days: number, nowNs: bigint): Promise<number> {
  const before = formatTime(nowNs - BigInt(days) * DAY_NS);
  return inTransaction(db, async () => {
    let deleted = 0;
    for (const [table, column] of Object.entries(DATED)) {
      const [row] = await db.query(`WITH old AS (DELETE FROM ${table} WHERE ${column} < $1 RETURNING 1) SELECT count(*) AS count FROM old`, [before]);
      deleted += Number(row!["count"]);
    }
    await db.query("DELETE FROM trader_daily_performance WHERE day < ($1::timestamptz AT TIME ZONE 'UTC')::date", [before]);
    return deleted;
  });
}
