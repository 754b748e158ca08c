import { rowViewsOf } from "../core/book/index.ts";
import { fold } from "../core/engine/index.ts";
import type { FileJournal } from "../journal/index.ts";
import { inSnapshot, type Database } from "./database.ts";
import { idOf } from "./position-rows.ts";
import { mustFollow, type ProjectionOptions } from "./projection.ts";

/** A row of `trader_positions` that is not what the book says. */
export interface TableDifference {
  readonly row: string; // account, symbol, venue
  readonly table: string;
  readonly book: string;
}
export interface TablesChecked {
  readonly name: string; // of the database
  readonly seq: number; // the entry that the tables show
  readonly positions: number;
  readonly differences: readonly TableDifference[];
}

const FIGURES = ["quantity", "total_cost", "realized_pnl", "num_trades", "total_volume", "status"] as const;

/**
 * Compares the positions in the tables with the book of the same entry, to the last digit. Undefined where nothing was written yet.
 * @throws StoreMismatch
 */
export async function compareTables(db: Database, journal: FileJournal, options: Pick<ProjectionOptions, "currency" | "marksMaxAgeNs">): Promise<TablesChecked | undefined> {
  const { cursor, table } = await inSnapshot(db, async () => ({ // a service may write meanwhile
    cursor: (await db.query("SELECT seq, block_hash FROM fillbook_cursor WHERE name = 'book'"))[0],
    table: await db.query(`SELECT id, account, symbol, venue, ${FIGURES.map((figure) => `${figure}::text`).join(", ")} FROM trader_positions`),
  }));
  if (cursor === undefined) return undefined;
  const seq = Number(cursor["seq"]);
  journal.refresh();
  mustFollow(db, journal, seq, String(cursor["block_hash"]));
  const { book } = fold(() => journal.blocks(), { ...options, untilSeq: seq });
  const rows = new Map(table.map((row) => [String(row["id"]), row]));
  const differences: TableDifference[] = [];
  let positions = 0;
  for (const net of book.nets()) {
    const { net: whole, venues } = rowViewsOf(book, net, { nowNs: 0n, withoutLots: true });
    for (const { venue, view } of [{ venue: "", view: whole }, ...venues.map(({ row, view: own }) => ({ venue: row.venue, view: own }))]) {
      positions += 1;
      const id = idOf(net, venue);
      const row = rows.get(id);
      rows.delete(id);
      const wanted = [view.quantity, view.totalCost, view.realizedPnl, `${view.numTrades}`, view.totalVolume, view.status].join(" ");
      const found = row === undefined ? "no row" : FIGURES.map((figure) => String(row[figure])).join(" ");
      if (found !== wanted) differences.push({ row: [net.account, net.symbol, venue || "net"].join(" "), table: found, book: wanted });
    }
  }
  for (const row of rows.values()) differences.push({ row: [row["account"], row["symbol"], String(row["venue"]) || "net"].join(" "), table: "a row", book: "no position" });
  return { name: db.name, seq, positions, differences };
}
