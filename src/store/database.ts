/** A row as the database gives it: `int8` and `numeric` as text, so that no amount passes through a float. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** A row to be written, by column. */
export type SqlValues = Readonly<Record<string, string | number | null>>;

/** A PostgreSQL, a server or an embedded one: the few calls that the store needs. One statement at a time. */
export interface Database {
  /** What it is, for people: without a password. */
  readonly name: string;
  /** Runs one statement with parameters. @throws Error as the database says it */
  query(sql: string, params?: readonly unknown[]): Promise<SqlRow[]>;
  /** Runs statements without parameters. */
  run(sql: string): Promise<void>;
  /** Writes rows in the text form of COPY into some columns of a table. A text (UTF-8) may hold many; the next is asked for when there is room for it. */
  copy(table: string, columns: readonly string[], texts: Iterable<Uint8Array>): Promise<void>;
  close(): Promise<void>;
}

/** Runs `work` in one transaction: all of it holds, or nothing. */
export async function inTransaction<T>(db: Database, work: () => Promise<T>): Promise<T> {
  await db.run("BEGIN");
  try {
    const result = await work();
    await db.run("COMMIT");
    return result;
  } catch (error) {
    await db.run("ROLLBACK").catch(() => undefined); // the first error says more
    throw error;
  }
}
