import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { expect, test } from "vitest";
import { databaseOf, migrate } from "../src/store/index.ts";
import { root } from "./files.ts";

const page = readFileSync(join(root, "docs/sql.md"), "utf8");

test("the queries of docs/sql.md run, and the page names every table", async () => {
  const db = databaseOf(await PGlite.create());
  await migrate(db);
  const blocks = [...page.matchAll(/```sql\n([^]*?)```/g)].map(([, sql]) => sql!);
  expect(blocks.length).toBeGreaterThan(3);
  for (const sql of blocks) await expect(db.query(sql), sql).resolves.toEqual([]);
  const tables = await db.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'fillbook_migrations'");
  for (const { tablename } of tables) expect(page).toContain(`\`${String(tablename)}\``);
  await db.close();
});

test("the columns that docs/sql.md speaks of are there", async () => {
  const db = databaseOf(await PGlite.create());
  await migrate(db);
  const columns = new Set((await db.query("SELECT DISTINCT column_name AS name FROM information_schema.columns WHERE table_schema = 'public'")).map(({ name }) => String(name)));
  const lines = page.split("\n").filter((line) => line.startsWith("| `"));
  const named = lines.flatMap((line) => [...line.split("|").at(-2)!.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
  expect(named.filter((name) => !columns.has(name) && name !== "pnl_calculation_frequency" && name !== "trader_performance")).toEqual([]);
  await db.close();
});
