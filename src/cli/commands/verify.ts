import { existsSync } from "node:fs";
import { compareBooks, fold, type RowDifference } from "../../core/engine/index.ts";
import { describeTorn, FileJournal, JournalCorrupt, JournalTooShort, verifyJournal, type Progress, type Verified } from "../../journal/index.ts";
import { checkSnapshots, stateHash, type SnapshotChecked } from "../../runtime/index.ts";
import { contextOf, mustBeThere, type CommonOptions, type Context } from "../context.ts";
import { compareTables, embeddedFolder, StoreMismatch, type TableDifference } from "../../store/index.ts";
import { isWrittenNow, progressOf } from "../progress.ts";
import { withTables } from "../tables.ts";

const LISTED = 20;

/**
 * `fillbook verify`: every checksum and the hash chain, then the book folded twice, by the columns and by the readable
 * reference, and the snapshots compared with it. Status 1 when anything differs, or when the last write is unfinished and
 * nobody is at it.
 */
export async function verify(options: CommonOptions): Promise<number> {
  const context = await contextOf(options);
  mustBeThere(context.dataDir);
  const journal = checked(context);
  if (journal === undefined) return 1;
  if (journal.away.length > 0) {
    shownInPart(context, journal);
    return 1;
  }
  const folds = compareFolds(context.dataDir, context.config.currency, progressOf(context, "folding the book"));
  const snapshots = checkedSnapshots(context);
  const tables = await checkedTables(context);
  const ok = folds.differences.length === 0 && (tables?.differences.length ?? 0) === 0 && tables?.problem === undefined && snapshots.every(({ problem }) => problem === undefined) && (journal.torn === undefined || isWrittenNow(context));
  if (context.json) context.print(JSON.stringify({ ok, ...journal, ...folds, snapshots: snapshots.map(({ problem = null, stateHash: hash = null, ...rest }) => ({ ...rest, stateHash: hash, problem })), tables: tables ?? null }, null, 2));
  else {
    shown(context, journal, folds, snapshots);
    if (tables !== undefined) shownTables(context, tables);
  }
  return ok ? 0 : 1;
}

/** Undefined when the journal is damaged, which was then said. */
function checked(context: Context): Verified | undefined {
  try {
    return verifyJournal(context.dataDir, progressOf(context, "checking the journal"));
  } catch (error) {
    if (!context.json || !(error instanceof JournalCorrupt)) throw error;
    context.print(JSON.stringify({ ok: false, segment: error.segment, ...error.damage, reason: error.message }, null, 2));
    return undefined;
  }
}

function checkedSnapshots({ dataDir, config }: Context): SnapshotChecked[] {
  try {
    return checkSnapshots(dataDir, config.currency);
  } catch (error) {
    if (!(error instanceof JournalTooShort)) throw error;
    return [{ seq: error.snapshotSeq, stateHash: undefined, problem: error.message }];
  }
}

interface Tables {
  readonly name: string;
  readonly seq: number; // the entry that they show
  readonly positions: number;
  readonly pairs: number;
  readonly differences: readonly TableDifference[];
  readonly problem?: string; // they are not of this journal
}

/** The positions and pairs in the SQL tables against the book of the same entry; undefined where there are none, or a running service holds them. */
async function checkedTables(context: Context): Promise<Tables | undefined> {
  const isEmbedded = context.database === "embedded";
  if (context.database === "off" || (isEmbedded && (!existsSync(embeddedFolder(context.dataDir)) || isWrittenNow(context)))) return undefined;
  return withTables(context, async (db) => {
    const journal = FileJournal.open(context.dataDir, { write: false });
    try {
      return await compareTables(db, journal, context.config);
    } catch (error) {
      if (!(error instanceof StoreMismatch)) throw error;
      return { name: db.name, seq: 0, positions: 0, pairs: 0, differences: [], problem: error.message };
    } finally {
      journal.close();
    }
  });
}

function many(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

function shownTables(context: Context, { name, seq, positions, pairs, differences, problem }: Tables): void {
  if (problem !== undefined) return context.print(`tables: ${problem}`);
  if (differences.length === 0) return context.print(`tables: the ${many(positions, "position")}${pairs === 0 ? "" : ` and the ${many(pairs, "pair")}`} in ${name} are those of the book at entry ${seq.toLocaleString("en-US")}`);
  context.print(`tables: ${differences.length} rows in ${name} are not those of the book at entry ${seq.toLocaleString("en-US")}; fillbook rebuild writes them again`);
  for (const { row, table, book } of differences.slice(0, LISTED)) context.print(`  ${row}: ${table}, by the book ${book}`);
}

/** Segments that were archived are not there: what is there was checked, and no book can be folded. */
function shownInPart(context: Context, journal: Verified): void {
  if (context.json) return context.print(JSON.stringify({ ok: false, ...journal, reason: "archived segments are not there: what is there was checked, the book was not" }, null, 2));
  shownJournal(context, journal);
  for (const { name, firstSeq, lastSeq, path } of journal.away) context.print(`away: ${name}, entries ${firstSeq.toLocaleString("en-US")} to ${lastSeq.toLocaleString("en-US")}, is not at ${path}`);
  context.print("book: not checked, since it begins with what is away. Mount what holds it, or copy it back into the folder journal, and run it again");
}

interface Folds {
  readonly stateHash: string; // of the fold by columns
  readonly differences: readonly RowDifference[];
}

function compareFolds(dataDir: string, currency: string, onProgress: Progress): Folds {
  const journal = FileJournal.open(dataDir, { write: false });
  try {
    const columns = fold(() => journal.blocks(1, onProgress), { currency });
    const reference = fold(() => journal.blocks(1, onProgress), { currency, readable: true });
    return { stateHash: stateHash(columns), differences: compareBooks(columns.book, reference.book) };
  } finally {
    journal.close();
  }
}

function shownJournal(context: Context, journal: Verified): void {
  const size = journal.bytes < 1_048_576 ? `${(journal.bytes / 1024).toFixed(1)} kB` : `${(journal.bytes / 1_048_576).toFixed(1)} MB`;
  context.print(`journal: ${journal.entries.toLocaleString("en-US")} entries in ${journal.blocks} blocks, ${size}; every checksum and the hash chain hold`);
  if (journal.archived > 0) context.print(`archived: ${journal.archived} of its ${journal.segments} segments, each the file that was moved away, by its SHA-256`);
  if (journal.torn?.bytes === 0) context.print(describeTorn(journal.torn));
  else if (journal.torn !== undefined) context.print(`the last write was not finished: ${journal.torn.bytes} bytes from byte ${journal.torn.offset} of ${journal.torn.segment} are no whole block (${journal.torn.why}); the next write cuts them off and keeps them beside`);
  context.print(`head hash: ${journal.headHash}`);
}

function shown(context: Context, journal: Verified, { stateHash: hash, differences }: Folds, snapshots: readonly SnapshotChecked[]): void {
  shownJournal(context, journal);
  context.print(`state hash: ${hash}`);
  for (const { seq, problem } of snapshots) {
    context.print(`snapshot at entry ${seq.toLocaleString("en-US")}: ${problem ?? "its state, and the identities of its fills, are those of the full replay"}`);
  }
  if (differences.length === 0) return context.print("book: the columns and the readable reference agree on every row");
  context.print(`book: ${differences.length} rows differ between the columns and the readable reference`);
  for (const { row, first, second } of differences.slice(0, LISTED)) context.print(`  ${row}: ${first}, by the reference ${second}`);
}
