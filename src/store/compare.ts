import { rowViewsOf } from "../core/book/index.ts";
import { fold } from "../core/engine/index.ts";
import type { FileJournal } from "../journal/index.ts";
import { inSnapshot, type Database } from "./database.ts";
import { idOf } from "./position-rows.ts";
import { pairFigures } from "./pair-rows.ts";
import { mustFollow, type ProjectionOptions } from "./projection.ts";

/** A row of `trader_positions` or `trader_pairs` that is not what the book says. */
export interface TableDifference {
  readonly row: string; // account, symbol, venue; of a pair "pair" and its id
  readonly table: string;
  readonly book: string;
}
export interface TablesChecked {
  readonly name: string; // of the database
  readonly seq: number; // the entry that the tables show
  readonly positions: number;
  readonly pairs: number;
  readonly differences: readonly TableDifference[];
}

const PAIR_FIGURES = ["arb_type", "status", "cost_cents", "fees_cents", "yes_quantity", "no_quantity", "hedged_quantity", "guaranteed_profit_cents", "max_profit_cents", "max_loss_cents", "realized_pnl_cents"] as const;
const FIGURES = ["quantity", "total_cost", "realized_pnl", "num_trades", "total_volume", "status"] as const;

/**
 * Compares the positions and the pairs in the tables with the book of the same entry, to the last digit. Undefined where nothing was written yet.
 * @throws StoreMismatch
 */
export async function compareTables(db: Database, journal: FileJournal, options: Pick<ProjectionOptions, "currency" | "marksMaxAgeNs">): Promise<TablesChecked | undefined> {
  const { cursor, table, pairTable } = await inSnapshot(db, async () => ({ // a service may write meanwhile
    cursor: (await db.query("SELECT seq, block_hash FROM fillbook_cursor WHERE name = 'book'"))[0],
    table: await db.query(`SELECT id, account, symbol, venue, ${FIGURES.map((figure) => `${figure}::text`).join(", ")} FROM trader_positions`),
    pairTable: await db.query(`SELECT pair_id, ${PAIR_FIGURES.map((figure) => `${figure}::text`).join(", ")}, legs FROM trader_pairs`),
  }));
  if (cursor === undefined) return undefined;
  const seq = Number(cursor["seq"]);
  journal.refresh();
  mustFollow(db, journal, seq, String(cursor["block_hash"]));
  const { book, pairs } = fold(() => journal.blocks(), { ...options, untilSeq: seq });
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
  const rowsOfPairs = new Map(pairTable.map((row) => [String(row["pair_id"]), row]));
  let pairCount = 0;
  for (const { pairId } of pairs.pairs()) {
    const wanted = pairFigures(pairs, pairId);
    if (wanted === undefined) continue;
    pairCount += 1;
    const row = rowsOfPairs.get(pairId);
    rowsOfPairs.delete(pairId);
    if (row === undefined) {
      differences.push({ row: `pair ${pairId}`, table: "no row", book: `cost_cents ${String(wanted["cost_cents"])}` });
      continue;
    }
    const other = PAIR_FIGURES.filter((figure) => String(row[figure]) !== String(wanted[figure]));
    const textOf = (of: Readonly<Record<string, unknown>>) => other.map((figure) => `${figure} ${String(of[figure])}`).join(" ");
    if (other.length > 0) differences.push({ row: `pair ${pairId}`, table: textOf(row), book: textOf(wanted) });
    else if (plain(row["legs"]) !== plain(wanted["legs"])) differences.push({ row: `pair ${pairId}`, table: plain(row["legs"]), book: plain(wanted["legs"]) });
  }
  for (const pairId of rowsOfPairs.keys()) differences.push({ row: `pair ${pairId}`, table: "a row", book: "no pair" });
  return { name: db.name, seq, positions, pairs: pairCount, differences };
}

/** JSON in one form: a database keeps the keys of objects in an order of its own. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plain).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, of]) => `${key}:${plain(of)}`).join(",")}}`;
}
