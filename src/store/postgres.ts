import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CustomTypesConfig } from "pg";
import { DatabaseFailed, mustBeNamedApart, type Database, type SqlRow } from "./database.ts";

/** What does not answer in this time is not there. */
const CONNECT_MS = 10_000;
/** After so long without a word each side asks whether the other is there: else a server that lost its power is waited for, and its lock kept for a client that did, for hours. */
const ASKED_AFTER_S = 30;

/** The server does not answer, or lets nobody in. */
class DatabaseUnreachable extends Error {
  override readonly name = "DatabaseUnreachable";
}

/** A PostgreSQL server, over one connection. @throws DatabaseUnreachable */
export async function openPostgres(url: string): Promise<Database> {
  const [{ default: pg }, { from: copyFrom }] = await Promise.all([import("pg"), import("pg-copy-streams")]); // only for those who need them
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, keepAlive: true, keepAliveInitialDelayMillis: ASKED_AFTER_S * 1000, application_name: "fillbook" });
  let lost: Error | undefined;
  client.on("error", (error) => (lost = error)); // told by the next statement
  try {
    await client.connect();
    await client.query("SET TIME ZONE 'UTC'; SET datestyle = 'ISO'"); // a server or a role may have others
    await client.query(`SET tcp_keepalives_idle = ${ASKED_AFTER_S}; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 6`);
  } catch (error) {
    throw new DatabaseUnreachable(`${nameOf(url)} cannot be reached: ${(error as Error).message || (error as NodeJS.ErrnoException).code}`, { cause: error });
  }
  const name = nameOf(url);
  const asked = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      if (lost !== undefined) throw lost;
      return await work();
    } catch (error) {
      throw new DatabaseFailed(name, error as Error);
    }
  };
  return {
    name,
    query: async (sql, params = []) => {
      const { rows, fields } = await asked(() => client.query<SqlRow>({ text: sql, values: [...params], types: asText }));
      mustBeNamedApart(fields);
      return rows;
    },
    run: async (sql) => void (await asked(() => client.query(sql))),
    copy: (table, columns, texts) => {
      let unmade: Error | undefined; // it was not the database that failed
      function* watched(): Iterable<Uint8Array> {
        try {
          yield* texts;
        } catch (error) {
          throw (unmade = error as Error);
        }
      }
      return asked(() => pipeline(Readable.from(watched()), client.query(copyFrom(`COPY ${table} (${columns.join(", ")}) FROM STDIN`)))).catch((error: unknown) => {
        throw unmade ?? error;
      });
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
