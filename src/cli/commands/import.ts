import { rmSync } from "node:fs";
import { join } from "node:path";
import { Directory, type Mark } from "../../core/model/index.ts";
import { Ledger } from "../../runtime/index.ts";
import { readColumnMap, readFills, RefusedFile, SortedSpool, type FileFormat, type ReadFillsOptions } from "../../venues/csv/index.ts";
import { contextOf, type CommonOptions, type Context } from "../context.ts";
import { isExport, rowOfFill } from "../exported.ts";
import { noteTorn, progressOf } from "../progress.ts";
import { readDefinitions, type DefinitionRow } from "./instruments.ts";
import { readMarks } from "./marks.ts";

export interface ImportOptions extends CommonOptions {
  readonly format: FileFormat | "auto";
  readonly map?: string;
  readonly account?: string;
  readonly venue?: string;
  readonly ignoreExtra?: boolean;
}

/** What `fillbook import --json` prints. */
export interface ImportAnswer {
  accepted: number;
  duplicates: number;
  refused: number;
  seq: number; // the last entry of the journal
  refusedFiles: string[];
  warnings: string[];
}

/** Batches between two waits for the disk. */
const BATCHES_A_SYNC = 8;

/**
 * `fillbook import`: reads all files, sorts their rows by time, file and line, and only then books them, so that a file
 * that cannot be read leaves nothing behind. Stopped in the middle, it is simply run again: what was booked is a duplicate.
 */
export async function importFiles(files: readonly string[], options: ImportOptions): Promise<number> {
  const context = await contextOf(options);
  const { currency, marksMaxAgeNs } = context.config;
  const map = options.map === undefined ? undefined : readColumnMap(options.map);
  const ledger = Ledger.open({ dataDir: context.dataDir, currency, marksMaxAgeNs, clock: context.clock, onProgress: progressOf(context, "reading the journal") });
  const spoolFolder = join(context.dataDir, "import");
  rmSync(spoolFolder, { recursive: true, force: true }); // what a killed import left: we hold the lock
  const work: Work = {
    context,
    files,
    reading: { format: options.format, map, account: options.account, venue: options.venue, ignoreExtra: options.ignoreExtra },
    source: new Directory(),
    spool: new SortedSpool({ folder: spoolFolder }),
    refusals: files.map((file) => RefusedFile.fresh(`${file}.refused.csv`)),
    definitions: [],
    marks: [],
    answer: { accepted: 0, duplicates: 0, refused: 0, seq: 0, refusedFiles: [], warnings: [] },
  };
  try {
    noteTorn(context, ledger.openReport);
    await read(work);
    book(work, ledger);
  } finally {
    ledger.close();
    work.spool.close();
    rmSync(spoolFolder, { recursive: true, force: true });
    for (const refused of work.refusals) refused.close();
  }
  return say(work);
}

/** One import from beginning to end. */
interface Work {
  readonly context: Context;
  readonly files: readonly string[];
  readonly reading: ReadFillsOptions;
  readonly source: Directory;
  readonly spool: SortedSpool;
  readonly refusals: readonly RefusedFile[]; // by file
  readonly definitions: DefinitionRow[]; // of exported documents
  readonly marks: Mark[];
  readonly answer: ImportAnswer;
}

async function read({ context, files, reading, source, spool, refusals, definitions, marks, answer }: Work): Promise<void> {
  for (const [index, file] of files.entries()) {
    const report = await readFills(file, source, { ...reading, onProgress: progressOf(context, `reading ${file}`) }, {
      fills: (fills, lines, seqs) => spool.add(fills, index, lines, seqs),
      refused: (row) => refusals[index]!.add(row),
    });
    answer.warnings.push(...report.warnings.map((warning) => `${file}: ${warning}`));
    if (!isExport(file)) continue;
    definitions.push(...(await readDefinitions(file, refusals[index]!)));
    marks.push(...(await readMarks(file, refusals[index]!)));
  }
}

function book({ context, source, spool, refusals, definitions, marks, answer }: Work, ledger: Ledger): void {
  for (const { why } of ledger.define(definitions.map(({ instrument }) => instrument)).refused) answer.warnings.push(`a definition was refused: ${why}`);
  const progress = progressOf(context, "booking", "fills");
  let batches = 0;
  let differing = 0;
  let done = 0;
  for (const { fills, files, lines } of spool.batches()) {
    const decision = ledger.bookFills(fills, source);
    for (const { row, fill, refusal } of decision.refused) refusals[files[row]!]!.add({ line: lines[row]!, reason: refusal.why, raw: rowOfFill(fill) });
    answer.accepted += decision.accepted.count;
    answer.duplicates += decision.duplicates;
    differing += decision.differing;
    done += fills.count;
    batches += 1;
    if (batches % BATCHES_A_SYNC === 0) ledger.sync();
    progress(done, spool.rows);
  }
  ledger.mark(marks);
  ledger.sync();
  answer.seq = ledger.seq;
  if (differing > 0) answer.warnings.push(`${differing} duplicates differ in a column beside the fill's content (strategy, order_id, …): the first stays`);
}

function say({ context, answer, refusals }: Work): number {
  answer.refused = refusals.reduce((sum, { count }) => sum + count, 0);
  answer.refusedFiles = refusals.filter(({ count }) => count > 0).map(({ path }) => path);
  for (const warning of answer.warnings) context.note(`warning: ${warning}`);
  if (context.json) context.print(JSON.stringify(answer, null, 2));
  else {
    const count = (n: number) => n.toLocaleString("en-US");
    context.print(`${count(answer.accepted)} accepted, ${count(answer.duplicates)} duplicates, ${count(answer.refused)} refused; the journal ends at entry ${count(answer.seq)}`);
    for (const path of answer.refusedFiles) context.print(`refused rows with their reasons: ${path}`);
  }
  return answer.refused > 0 ? 1 : 0;
}
