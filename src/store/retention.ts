import { formatTime } from "../core/model/index.ts";
import { inTransaction, type Database } from "./database.ts";

const DAY_NS = 86_400_000_000_000n;
/** What grows with time, and the column that dates it, which is indexed. Positions, marks and refusals stay. */
const DATED = { trader_position_history: "timestamp", trader_performance: "timestamp", trader_risk_metrics: "period", trader_pnl_series: "period", trader_opportunities: "last_seen" } as const;

/**
 * Deletes rows of days (UTC) that ended so many days ago. A day goes as a whole: what is left of one could no longer be summed up
 * again when a fill of it is busted. The journal keeps all but opportunities, which it never had. Returns how many.
 */
export function deleteOlder(db: Database, days: number, nowNs: bigint): Promise<number> {
  const before = formatTime(beginOfDay(nowNs - BigInt(days) * DAY_NS));
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

function beginOfDay(ns: bigint): bigint {
  const rest = ns % DAY_NS;
  return ns - (rest < 0n ? rest + DAY_NS : rest);
}
