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

/** What an exported document holds beside its fills. */
interface Rest {
  readonly definitions: DefinitionRow[];
  readonly marks: Mark[];
}

/** Batches between two waits for the disk. */
const BATCHES_A_SYNC = 8;

/**
 * `fillbook import`: reads all files, sorts their rows by time, file and line, and only then books them, so that a file
 * that cannot be read leaves nothing behind. Stopped in the middle, it is simply run again: what was booked is a duplicate.
 */
export async function importFiles(files: readonly string[], options: ImportOptions): Promise<number> {
  const context = contextOf(options);
  const source = new Directory();
  const spool = new SortedSpool({ folder: join(context.dataDir, "import") });
  const refusals = files.map((file) => new RefusedFile(`${file}.refused.csv`));
  const answer: ImportAnswer = { accepted: 0, duplicates: 0, refused: 0, seq: 0, refusedFiles: [], warnings: [] };
  try {
    const rest = await readAll(context, files, options, source, spool, refusals, answer);
    book(context, source, spool, refusals, answer, rest);
  } finally {
    spool.close();
    for (const refused of refusals) refused.close();
  }
  answer.refused = refusals.reduce((sum, { count }) => sum + count, 0);
  answer.refusedFiles = refusals.filter(({ count }) => count > 0).map(({ path }) => path);
  say(context, answer);
  return answer.refused > 0 ? 1 : 0;
}

async function readAll(context: Context, files: readonly string[], options: ImportOptions, source: Directory, spool: SortedSpool, refusals: readonly RefusedFile[], answer: ImportAnswer): Promise<Rest> {
  const map = options.map === undefined ? undefined : readColumnMap(options.map);
  const rest: Rest = { definitions: [], marks: [] };
  for (const [index, file] of files.entries()) {
    const reading: ReadFillsOptions = { format: options.format, map, account: options.account, venue: options.venue, ignoreExtra: options.ignoreExtra, onProgress: progressOf(context, `reading ${file}`) };
    const report = await readFills(file, source, reading, {
      fills: (fills, lines, seqs) => spool.add(fills, index, lines, seqs),
      refused: (row) => refusals[index]!.add(row),
    });
    answer.warnings.push(...report.warnings.map((warning) => `${file}: ${warning}`));
    if (!isExport(file)) continue;
    rest.definitions.push(...(await readDefinitions(file, refusals[index]!)));
    rest.marks.push(...(await readMarks(file, refusals[index]!)));
  }
  return rest;
}

function book(context: Context, source: Directory, spool: SortedSpool, refusals: readonly RefusedFile[], answer: ImportAnswer, rest: Rest): void {
  const { currency, marksMaxAgeNs } = context.config;
  const ledger = Ledger.open({ dataDir: context.dataDir, currency, marksMaxAgeNs, clock: context.clock, onProgress: progressOf(context, "reading the journal") });
  try {
    noteTorn(context, ledger.openReport);
    for (const { why } of ledger.define(rest.definitions.map(({ instrument }) => instrument)).refused) answer.warnings.push(`a definition was refused: ${why}`);
    const progress = progressOf(context, "booking");
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
    ledger.mark(rest.marks);
    ledger.sync();
    answer.seq = ledger.seq;
    if (differing > 0) answer.warnings.push(`${differing} duplicates differ in a column beside the fill's content (strategy, order_id, …): the first stays`);
  } finally {
    ledger.close();
  }
}

function say(context: Context, answer: ImportAnswer): void {
  for (const warning of answer.warnings) context.note(`warning: ${warning}`);
  if (context.json) return context.print(JSON.stringify(answer, null, 2));
  const count = (n: number) => n.toLocaleString("en-US");
  context.print(`${count(answer.accepted)} accepted, ${count(answer.duplicates)} duplicates, ${count(answer.refused)} refused; the journal ends at entry ${count(answer.seq)}`);
  for (const path of answer.refusedFiles) context.print(`refused rows with their reasons: ${path}`);
}
