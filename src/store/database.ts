/** A row as the database gives it: `int8` and `numeric` as text, so that no amount passes through a float. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** A row to be written, by column. */
export type SqlValues = Readonly<Record<string, string | number | null | readonly object[]>>;

/** A PostgreSQL, a server or an embedded one: the few calls that the store needs. One statement at a time. */
export interface Database {
  /** What it is, for people: without a password. */
  readonly name: string;
  /** Runs one statement with parameters. @throws DatabaseFailed; Error when two columns have one name */
  query(sql: string, params?: readonly unknown[]): Promise<SqlRow[]>;
  /** Runs statements without parameters. */
  run(sql: string): Promise<void>;
  /** Writes rows in the text form of COPY into some columns of a table. A text (UTF-8) may hold many; the next is asked for when there is room for it. */
  copy(table: string, columns: readonly string[], texts: Iterable<Uint8Array>): Promise<void>;
  close(): Promise<void>;
}

/** The database refused a statement, or the line to it broke. `cause` has what it said alone. */
export class DatabaseFailed extends Error {
  override readonly name = "DatabaseFailed";

  constructor(database: string, cause: Error) {
    super(`${database}: ${cause.message}`, { cause });
  }
}

/** Runs `work` in one transaction: all of it holds, or nothing. */
export function inTransaction<T>(db: Database, work: () => Promise<T>): Promise<T> {
  return between(db, "BEGIN", work, "COMMIT");
}

/** Runs questions that all see the tables as they are at the first one, though somebody writes meanwhile. Nothing can be written. */
export function inSnapshot<T>(db: Database, work: () => Promise<T>): Promise<T> {
  return between(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", work, "ROLLBACK");
}

async function between<T>(db: Database, begin: string, work: () => Promise<T>, end: string): Promise<T> {
  await db.run(begin);
  try {
    const result = await work();
    await db.run(end);
    return result;
  } catch (error) {
    await db.run("ROLLBACK").catch(() => undefined); // the first error says more
    throw error;
  }
}

/** @throws Error for rows of which two columns have the same name: one would hide the other */
export function mustBeNamedApart(fields: readonly { readonly name: string }[]): void {
  const twice = fields.find(({ name }, i) => fields.findIndex((other) => other.name === name) < i);
  if (twice !== undefined) throw new Error(`two columns are called ${twice.name}: give each a name of its own with AS`);
}
