import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate, type Database } from "../src/store/index.ts";
import { emptyDatabase } from "./empty-database.ts";
import { root } from "./files.ts";

const page = readFileSync(join(root, "docs/sql.md"), "utf8");

let db: Database;
beforeAll(async () => {
  db = await emptyDatabase();
  await migrate(db);
});
afterAll(() => db.close());

test("the queries of docs/sql.md run, and the page names every table", async () => {
  const blocks = [...page.matchAll(/```sql\n([^]*?)```/g)].map(([, sql]) => sql!);
  expect(blocks.length).toBeGreaterThan(3);
  for (const sql of blocks) await expect(db.query(sql), sql).resolves.toEqual([]);
  const tables = await db.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'fillbook_migrations'");
  for (const { tablename } of tables) expect(page).toContain(`\`${String(tablename)}\``);
});

test("the columns that docs/sql.md speaks of are there", async () => {
  const columns = new Set((await db.query("SELECT DISTINCT column_name AS name FROM information_schema.columns WHERE table_schema = 'public'")).map(({ name }) => String(name)));
  const lines = page.split("\n").filter((line) => line.startsWith("| `"));
  const named = lines.flatMap((line) => [...line.split("|").at(-2)!.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
  expect(named.filter((name) => !columns.has(name) && name !== "pnl_calculation_frequency" && name !== "trader_performance")).toEqual([]);
});
