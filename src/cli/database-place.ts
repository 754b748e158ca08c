import type { Context } from "./context.ts";

/** The address of a PostgreSQL server; undefined for the embedded database, and for none. */
export function serverOf({ database }: Pick<Context, "database">): string | undefined {
  return database === "embedded" || database === "off" ? undefined : database;
}
