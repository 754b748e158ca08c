import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./files.ts";

const document = readFileSync(join(root, "docs/security.md"), "utf8");

/** The rows of the table of threats, as cells. */
function threats(): string[][] {
  const table = document.slice(document.indexOf("## Threats"), document.indexOf("## Not protected"));
  return table.split("\n").filter((line) => line.startsWith("| ")).slice(2).map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

test("every line of the threat model names a test, and there is one of that name", () => {
  const rows = threats();
  expect(rows.length).toBeGreaterThan(30);
  for (const [threat, , shown = ""] of rows) {
    const [, path, name] = /^`([\w/.-]+)` “(.+)”$/.exec(shown) ?? [];
    expect([threat, path], shown).toEqual([threat, expect.any(String)]);
    expect(readFileSync(join(root, path!), "utf8").includes(`("${name!}"`), `${path!} has “${name!}”`).toBe(true);
  }
});

/** Templates that begin with a statement and put a value between; a template that is tagged makes parameters of its values, a name in capitals is a constant. */
function builtSql(text: string): string[] {
  const templates = text.matchAll(/(\w?)`\s*((?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|DROP|ALTER|TRUNCATE TABLE|COPY)\s[^`]*)`/gi);
  return [...templates].filter(([, tag, body]) => tag === "" && /\$\{(?![A-Z_]+\})/.test(body!)).map(([, , body]) => body!.slice(0, 80));
}

/** Templates of the store whose values are names of tables and columns that stand in the code, or COPY, which takes no parameters. */
const NAMES_IN_CODE = ["store/batch.ts", "store/compare.ts", "store/drop.ts", "store/embedded.ts", "store/postgres.ts", "store/retention.ts"];
const TAKES_NAMES_ONLY = /^(DELETE FROM \$\{table\} WHERE seq BETWEEN|DELETE FROM trader_daily_performance WHERE \$\{of\}|INSERT INTO \$\{table\} \(\$\{columns\.join|SELECT id, account, symbol, venue, \$\{FIGURES|SELECT pair_id, \$\{PAIR_FIGURES|DROP TABLE IF EXISTS \$\{TABLES|COPY \$\{table\} \(\$\{columns\.join)/;

test("no SQL is put together from texts", () => {
  expect(builtSql("query(`SELECT * FROM fills WHERE id = '${id}'`)")).toHaveLength(1);
  expect(builtSql("query(`SELECT ${COLUMNS} FROM fills WHERE id = $1`, [id]); sql`SELECT * FROM fills WHERE id = ${id}`")).toEqual([]);
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"));
  expect(sources.flatMap((path) => builtSql(readFileSync(join(root, "src", path), "utf8")).filter((sql) => !(NAMES_IN_CODE.includes(path) && TAKES_NAMES_ONLY.test(sql))).map((sql) => `${path}: ${sql}`))).toEqual([]);
});
