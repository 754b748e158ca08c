import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CustomTypesConfig } from "pg";
import type { Database, SqlRow } from "./database.ts";

/** What does not answer in this time is not there. */
const CONNECT_MS = 10_000;

/** The server does not answer, or lets nobody in. */
class DatabaseUnreachable extends Error {
  override readonly name = "DatabaseUnreachable";
}

/** A PostgreSQL server, over one connection. @throws DatabaseUnreachable */
export async function openPostgres(url: string): Promise<Database> {
  const [{ default: pg }, { from: copyFrom }] = await Promise.all([import("pg"), import("pg-copy-streams")]); // only for those who need them
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, application_name: "fillbook" });
  let lost: Error | undefined;
  client.on("error", (error) => (lost = error)); // told by the next statement
  try {
    await client.connect();
  } catch (error) {
    throw new DatabaseUnreachable(`${nameOf(url)} cannot be reached: ${(error as Error).message || (error as NodeJS.ErrnoException).code}`, { cause: error });
  }
  const mustBeThere = () => {
    if (lost !== undefined) throw lost;
  };
  return {
    name: nameOf(url),
    query: async (sql, params = []) => {
      mustBeThere();
      const { rows } = await client.query<SqlRow>({ text: sql, values: [...params], types: asText });
      return rows;
    },
    run: async (sql) => {
      mustBeThere();
      await client.query(sql);
    },
    copy: async (table, columns, texts) => {
      mustBeThere();
      await pipeline(Readable.from(texts), client.query(copyFrom(`COPY ${table} (${columns.join(", ")}) FROM STDIN`)));
    },
    close: () => client.end(),
  };
}

/** Times as text, too: a Date knows no microseconds. JSON is parsed, text stays. */
const JSON_TYPES = new Set([114, 3802]);
const BOOLEAN = 16;
const asText: CustomTypesConfig = {
  getTypeParser: (oid: number) => (JSON_TYPES.has(oid) ? JSON.parse : oid === BOOLEAN ? (text: string) => text === "t" : (text: string) => text) as never,
};

/** Where it is, without who asks. */
function nameOf(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `the PostgreSQL server at ${hostname || "localhost"}${port === "" ? "" : `:${port}`}${pathname}`;
  } catch {
    return "the PostgreSQL server of --database";
  }
}
