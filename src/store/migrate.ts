import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inTransaction, type Database } from "./database.ts";
import { TABLES } from "./drop.ts";

/** The database is not for this Fillbook. */
class DatabaseUnusable extends Error {
  override readonly name = "DatabaseUnusable";
}

const FOLDER = fileURLToPath(new URL("../store/migrations", import.meta.url)); // the same from a bundle
/** "fillbook" as a number: who else takes advisory locks on this database takes other ones. */
const LOCK = "7379542720131230571";

const TABLE = `CREATE TABLE IF NOT EXISTS fillbook_migrations (
  version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at TIMESTAMPTZ NOT NULL DEFAULT now())`;

/** A migration: `0001_tables.sql` is version 1. */
interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/**
 * Brings a database to the newest schema, each migration in a transaction, one process at a time. Returns the names of those applied.
 * @throws DatabaseUnusable for a database of a newer Fillbook, for one whose migrations are not ours, for tables of somebody else, and for an encoding that has not every character
 */
export async function migrate(db: Database): Promise<string[]> {
  await mustHoldNames(db);
  await db.query(`SELECT pg_advisory_lock(${LOCK})`);
  try {
    await db.run(TABLE);
    const applied = new Map((await db.query("SELECT version, name, sha256 FROM fillbook_migrations")).map((row) => [Number(row["version"]), row]));
    if (applied.size === 0) await mustBeEmpty(db);
    const ours = migrations();
    mustKnowAll(db, applied, ours);
    const missing = ours.filter(({ version }) => !applied.has(version));
    for (const { version, name, sql, sha256 } of missing) {
      await inTransaction(db, async () => {
        await db.run(sql);
        await db.query("INSERT INTO fillbook_migrations (version, name, sha256) VALUES ($1, $2, $3)", [version, name, sha256]);
      });
    }
    return missing.map(({ name }) => name);
  } finally {
    await db.query(`SELECT pg_advisory_unlock(${LOCK})`);
  }
}

/** Names may hold any character; a database of another encoding would refuse one some day, and the tables would stay there. SQL_ASCII takes all bytes as they are. */
async function mustHoldNames(db: Database): Promise<void> {
  const [row] = await db.query("SELECT current_setting('server_encoding') AS encoding");
  const encoding = String(row!["encoding"]);
  if (encoding !== "UTF8" && encoding !== "SQL_ASCII") throw new DatabaseUnusable(`${db.name} has the encoding ${encoding}, which has not every character: give it one made with ENCODING 'UTF8' TEMPLATE template0`);
}

/** Tables of ours before our first migration are somebody else's: `fillbook rebuild` would drop them. */
async function mustBeEmpty(db: Database): Promise<void> {
  const [found] = await db.query("SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NOT NULL", [TABLES.filter((name) => name !== "fillbook_migrations")]);
  if (found !== undefined) throw new DatabaseUnusable(`${db.name} holds a table ${String(found["name"])} that Fillbook did not make: give it a database of its own`);
}

function mustKnowAll(db: Database, applied: ReadonlyMap<number, Readonly<Record<string, unknown>>>, ours: readonly Migration[]): void {
  for (const [version, { name, sha256 }] of applied) {
    const own = ours.find((one) => one.version === version);
    if (own === undefined) throw new DatabaseUnusable(`${db.name} was made by a newer Fillbook (migration ${String(name)}): use that one, or another database`);
    if (own.sha256 !== sha256) throw new DatabaseUnusable(`${db.name} holds another migration ${String(name)} than this Fillbook: give it a database of its own`);
  }
}

function migrations(): Migration[] {
  return readdirSync(FOLDER)
    .filter((name) => /^\d{4}_\w+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(FOLDER, name), "utf8");
      return { version: Number(name.slice(0, 4)), name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
    });
}
