import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { DatabaseFailed, mustBeNamedApart, type Database, type SqlRow } from "./database.ts";
import { preparedFolder } from "./prepared.ts";

/** The folder of the embedded database inside a data folder. */
export function embeddedFolder(dataDir: string): string {
  return join(dataDir, "sql");
}

/**
 * The embedded PostgreSQL (PGlite) of a data folder. It has no lock of its own, so whoever opens it holds the data folder's. It never
 * syncs either: after a crash of the machine what it holds may be broken, so then it is begun anew, and written again from the journal.
 */
export async function openEmbedded(dataDir: string, onNote: (note: string) => void = () => undefined): Promise<Database> {
  const folder = embeddedFolder(dataDir);
  const mark = join(folder, "in-use");
  const files = join(folder, "data");
  const boot = bootId();
  if (existsSync(mark) && readFileSync(mark, "utf8") !== boot) {
    onNote("the embedded database was in use when the machine went down: its tables are written again");
    rmSync(files, { recursive: true, force: true });
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(mark, boot);
  let pg: PGlite;
  try {
    pg = await openFolder(files);
  } catch (error) {
    onNote(`the embedded database does not open (${(error as Error).message}): its tables are written again`);
    rmSync(files, { recursive: true, force: true });
    pg = await openFolder(files);
  }
  return databaseOf(pg, () => rmSync(mark, { force: true }));
}

/** @param closed called once it is closed */
export function databaseOf(pg: PGlite, closed: () => void = () => undefined): Database {
  const name = "the embedded database";
  const asked = <T>(work: Promise<T>): Promise<T> => work.catch((error: unknown) => Promise.reject(new DatabaseFailed(name, error as Error)));
  return {
    name,
    query: async (sql, params = []) => {
      const { rows, fields } = await asked(pg.query<SqlRow>(sql, [...params], { parsers: AS_TEXT }));
      mustBeNamedApart(fields);
      return rows;
    },
    run: async (sql) => void (await asked(pg.exec(sql))),
    copy: async (table, columns, texts) => {
      for (const rows of texts) await asked(pg.query(`COPY ${table} (${columns.join(", ")}) FROM '/dev/blob'`, [], { blob: new Blob([rows]) }));
    },
    close: async () => {
      await pg.close();
      closed();
    },
  };
}

async function openFolder(files: string): Promise<PGlite> {
  const { PGlite: Embedded } = await import("@electric-sql/pglite"); // large: only for those who need it
  const isNew = !existsSync(join(files, "PG_VERSION"));
  if (!isNew) return Embedded.create({ dataDir: files });
  // Under another name until it is whole: a start that was cut short must not look like a database.
  const begun = `${files}.new`;
  rmSync(begun, { recursive: true, force: true });
  const prepared = preparedFolder();
  const pg = await Embedded.create({ dataDir: begun, ...(prepared === undefined ? {} : { loadDataDir: prepared }) });
  await pg.close();
  renameSync(begun, files);
  return Embedded.create({ dataDir: files });
}

const text = (value: string) => value;
/** As the driver of a server hands them out. */
const AS_TEXT = Object.fromEntries([20, 23, 701, 1082, 1184, 1700].map((oid) => [oid, text])); // int8, int4, float8, date, timestamptz, numeric

/** Another one each time the machine starts, where it says so. */
function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return hostname();
  }
}
