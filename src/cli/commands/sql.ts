import { inSnapshot, type SqlRow } from "../../store/index.ts";
import { contextOf, type CommonOptions } from "../context.ts";
import { table } from "../table.ts";
import { bringToEnd, withTables } from "../tables.ts";
import { UsageError } from "../usage-error.ts";

/** `fillbook sql QUERY`: asks the tables, after bringing them to the end of the journal. It reads only. */
export async function sql(query: string, options: CommonOptions): Promise<number> {
  const context = await contextOf(options);
  const { seq, rows } = await withTables(context, async (db) => {
    await bringToEnd(db, context);
    return inSnapshot(db, async () => {
      const [cursor] = await db.query("SELECT seq FROM fillbook_cursor WHERE name = 'book'");
      return { seq: Number(cursor?.["seq"] ?? 0), rows: await db.query(query).catch(refused) };
    });
  });
  if (context.json) context.print(JSON.stringify({ seq, rows }, null, 2));
  else if (rows.length === 0) context.print("no rows");
  else context.print(table(Object.keys(rows[0]!).map((title) => ({ title, of: (row: SqlRow) => cell(row[title]) })), rows));
  return 0;
}

function refused({ message, cause }: Error): never {
  throw new UsageError(`the query fails: ${cause instanceof Error ? cause.message : message}; fillbook sql "SELECT * FROM trader_positions" shows how one looks`);
}

function cell(value: unknown): string {
  if (value === null) return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}
