import type { OpportunityView } from "../core/opportunity/index.ts";
import { upsert } from "./batch.ts";
import type { Database, SqlValues } from "./database.ts";
import { uuidOf } from "./uuid.ts";

/** What its row needs of an opportunity. */
export type SeenOpportunity = Pick<OpportunityView, "kind" | "symbol" | "buyVenue" | "buySymbol" | "sellVenue" | "sellSymbol" | "quantity" | "buyPrice" | "sellPrice" | "grossProfit" | "fees" | "netProfit" | "bestNetProfit" | "basisPoints" | "firstSeen" | "lastSeen">;

/** The row of an opportunity as it was seen last: one from its first sight to its last. */
export function opportunityRow(one: SeenOpportunity): SqlValues {
  return {
    id: uuidOf("opportunity", JSON.stringify([one.kind, one.symbol, one.buyVenue, one.buySymbol, one.sellVenue, one.sellSymbol, one.firstSeen])),
    symbol: one.symbol, buy_venue: one.buyVenue, sell_venue: one.sellVenue, quantity: one.quantity, buy_price: one.buyPrice, sell_price: one.sellPrice, gross_profit: one.grossProfit, fees: one.fees, net_profit: one.netProfit,
    best_net_profit: one.bestNetProfit, basis_points: one.basisPoints, first_seen: one.firstSeen, last_seen: one.lastSeen,
  };
}

/** Writes rows of opportunities; one that is there already is written over. */
export function writeOpportunities(db: Database, rows: readonly SqlValues[]): Promise<void> {
  return upsert(db, "trader_opportunities", ["id"], rows);
}

/** All rows that there are: no journal holds them, so who drops the tables keeps these. None where there is no such table. */
export async function keptOpportunities(db: Database): Promise<readonly SqlValues[]> {
  const [found] = await db.query("SELECT to_regclass('trader_opportunities') IS NOT NULL AS there");
  return found?.["there"] === true ? ((await db.query("SELECT * FROM trader_opportunities")) as readonly SqlValues[]) : [];
}
