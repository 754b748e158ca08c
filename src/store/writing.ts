import type { Database } from "./database.ts";

/** Held by whoever writes the tables of a server: two would take turns failing. */
const WRITER_LOCK = "7379542720131230572";

/** Becomes the one who writes the tables, until `ceaseWriting` or the end of the connection. False where another is. */
export async function beginWriting(db: Database): Promise<boolean> {
  const [row] = await db.query(`SELECT pg_try_advisory_lock(${WRITER_LOCK}) AS is_ours`);
  return row?.["is_ours"] === true;
}

export async function ceaseWriting(db: Database): Promise<void> {
  await db.query(`SELECT pg_advisory_unlock(${WRITER_LOCK})`);
}
