import { inTransaction, type Database } from "./database.ts";

/** All that migrations make. */
export const TABLES = [
  "fillbook_cursor", "fillbook_migrations", "trader_positions", "trader_position_history", "trader_performance", "trader_daily_performance", "trader_risk_metrics", "trader_pnl_series",
  "trader_marks", "trader_refusals", "trader_pairs", "trader_opportunities",
];

/** Drops all that migrations made: to write it again. */
export function dropTables(db: Database): Promise<void> {
  return inTransaction(db, () => db.run(`DROP TABLE IF EXISTS ${TABLES.join(", ")}`));
}
