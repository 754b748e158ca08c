import type { SqlRow } from "../../store/index.ts";
import { contextOf, type CommonOptions } from "../context.ts";
import { table } from "../table.ts";
import { bringToEnd, withTables } from "../tables.ts";
import { UsageError } from "../usage-error.ts";

/** `fillbook sql QUERY`: asks the tables, after bringing them to the end of the journal. It reads only. */
export async function sql(query: string, options: CommonOptions): Promise<number> {
  const context = await contextOf(options);
  const { seq, rows } = await withTables(context, async (db) => {
    const end = await bringToEnd(db, context);
    await db.run("BEGIN READ ONLY");
    try {
      return { seq: end, rows: await db.query(query) };
    } catch (error) {
      throw new UsageError(`the query fails: ${(error as Error).message}; fillbook sql "SELECT * FROM trader_positions" shows how one looks`);
    } finally {
      await db.run("ROLLBACK");
    }
  });
  if (context.json) context.print(JSON.stringify({ seq, rows }, null, 2));
  else if (rows.length === 0) context.print("no rows");
  else context.print(table(Object.keys(rows[0]!).map((title) => ({ title, of: (row: SqlRow) => cell(row[title]) })), rows));
  return 0;
}

function cell(value: unknown): string {
  if (value === null) return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}
