import { setTimeout as wait } from "node:timers/promises";
import { FileJournal, JournalLocked, WriterLock } from "../journal/index.ts";
import { beginWriting, ceaseWriting, deleteOlder, mustFollow, openStore, Projection, type Database, type ProjectionOptions } from "../store/index.ts";
import type { Config } from "./config.ts";
import { mustBeThere, type Context } from "./context.ts";
import { serverOf } from "./database-place.ts";
import { progressOf } from "./progress.ts";
import { UsageError } from "./usage-error.ts";

/** Entries of a transaction of a command, which has nothing else to do meanwhile. */
const SERVER_AT_ONCE = 100_000;
/** So long it is waited for another who writes. */
const PATIENCE_MS = 5_000;
const LOOK_MS = 50;

/** How the tables are kept. */
export function projectionOptions({ currency, marksMaxAgeNs, marksEveryNs, risk }: Config): Pick<ProjectionOptions, "currency" | "marksMaxAgeNs" | "periodNs" | "risk"> {
  return { currency, marksMaxAgeNs, periodNs: marksEveryNs, risk };
}

/** Brings the tables of a server to the end of the journal, after a command that wrote. What is in the journal is safe if that fails. */
export async function followOnServer(context: Context): Promise<void> {
  const url = serverOf(context);
  if (url === undefined) return;
  try {
    const db = await openStore({ dataDir: context.dataDir, url }, (text) => context.note(text));
    try {
      await bringToEnd(db, context);
    } finally {
      await db.close();
    }
  } catch (error) {
    context.note(`the journal holds all of it, the tables do not yet: ${(error as Error).message}`);
  }
}

/**
 * The tables, of a server or embedded, whose folder is then held.
 * @throws UsageError where they are off, there is no such folder, or a running service holds them
 */
export async function withTables<T>(context: Context, work: (db: Database) => Promise<T>): Promise<T> {
  if (context.database === "off") throw new UsageError("--database: is off, so there are no tables; name a PostgreSQL server, or write embedded");
  mustBeThere(context.dataDir); // a name that is mistyped is not to empty the tables of another
  const url = serverOf(context);
  const lock = url === undefined ? lockFolder(context.dataDir) : undefined;
  try {
    const db = await openStore({ dataDir: context.dataDir, url }, (text) => context.note(text));
    try {
      return await work(db);
    } finally {
      await db.close();
    }
  } finally {
    lock?.release();
  }
}

/** Writes what the tables do not know yet, or has it written by who writes them now. Returns the entry that they then show. */
export async function bringToEnd(db: Database, context: Context): Promise<number> {
  const journal = FileJournal.open(context.dataDir, { write: false });
  try {
    if (!(await beginWriting(db))) return await writtenByAnother(db, journal, context);
    const projection = await Projection.open(db, journal, { ...projectionOptions(context.config), ...(serverOf(context) === undefined ? {} : { entriesAtOnce: SERVER_AT_ONCE }) });
    const [from, end] = [projection.seq, journal.nextSeq - 1];
    const progress = progressOf(context, "writing the tables", "entries");
    await projection.advance(end, (seq) => progress(seq - from, end - from));
    await projection.sample();
    if (context.config.retentionDays !== undefined) await deleteOlder(db, context.config.retentionDays, context.clock.nowNs());
    await ceaseWriting(db);
    return projection.seq;
  } finally {
    journal.close();
  }
}

/** Waits until the one who writes the tables has reached the journal's end of now, but not for long. Returns the entry that they show. @throws StoreMismatch */
async function writtenByAnother(db: Database, journal: FileJournal, context: Context): Promise<number> {
  const end = journal.nextSeq - 1;
  for (const giveUpAt = performance.now() + PATIENCE_MS; ; await wait(LOOK_MS)) {
    const [cursor] = await db.query("SELECT seq, block_hash FROM fillbook_cursor WHERE name = 'book'");
    const seq = Number(cursor?.["seq"] ?? 0);
    journal.refresh();
    if (cursor !== undefined) mustFollow(db, journal, seq, String(cursor["block_hash"]));
    if (seq >= end) return seq;
    if (performance.now() < giveUpAt) continue;
    context.note(`the tables show entry ${seq.toLocaleString("en-US")}, the journal ends at ${end.toLocaleString("en-US")}: another Fillbook writes them, and is behind`);
    return seq;
  }
}

function lockFolder(dataDir: string): WriterLock {
  try {
    return WriterLock.acquire(dataDir);
  } catch (error) {
    if (!(error instanceof JournalLocked) || error.address === undefined) throw error;
    throw new UsageError(`a service runs on this folder (${error.address}) and holds the embedded database: stop it first, or have it write to a PostgreSQL server (--database), which anybody may ask meanwhile`);
  }
}
