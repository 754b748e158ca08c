import { join } from "node:path";
import { Directory, type TimeUnit } from "../../core/model/index.ts";
import { Ledger } from "../../runtime/index.ts";
import { readColumnMap, readFills, RefusedFile, SortedSpool, type FileFormat, type ReadFillsOptions } from "../../venues/csv/index.ts";
import { contextOf, type CommonOptions, type Context } from "../context.ts";
import { fillRow } from "../fill-row.ts";
import { noteTorn, progressOf } from "../progress.ts";
import { readDefinitions, takeDefinitions } from "./instruments.ts";
import { readMarks, takeMarks } from "./marks.ts";

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
  const context = contextOf(options);
  const source = new Directory();
  const spool = new SortedSpool(join(context.dataDir, "import"));
  const refusals = files.map((file) => new RefusedFile(`${file}.refused.csv`));
  const answer: ImportAnswer = { accepted: 0, duplicates: 0, refused: 0, seq: 0, refusedFiles: [], warnings: [] };
  try {
    const rest = await readAll(context, files, options, source, spool, refusals, answer);
    book(context, files, source, spool, refusals, answer, rest);
  } finally {
    spool.close();
    for (const refused of refusals) refused.close();
  }
  answer.refused = refusals.reduce((sum, { count }) => sum + count, 0);
  answer.refusedFiles = refusals.filter(({ count }) => count > 0).map(({ path }) => path);
  say(context, answer);
  return answer.refused > 0 ? 1 : 0;
}

async function readAll(context: Context, files: readonly string[], options: ImportOptions, source: Directory, spool: SortedSpool, refusals: readonly RefusedFile[], answer: ImportAnswer) {
  const map = options.map === undefined ? undefined : readColumnMap(options.map);
  const units = new Set<TimeUnit>();
  const rest = { instruments: [] as Awaited<ReturnType<typeof readDefinitions>>, marks: [] as Awaited<ReturnType<typeof readMarks>> };
  for (const [index, file] of files.entries()) {
    const reading: ReadFillsOptions = { format: options.format, map, account: options.account, venue: options.venue, ignoreExtra: options.ignoreExtra, onProgress: progressOf(context, `reading ${file}`) };
    const report = await readFills(file, source, reading, {
      fills: (fills, lines, seqs) => spool.add(fills, index, lines, seqs),
      refused: (row) => refusals[index]!.add(row),
    });
    answer.warnings.push(...report.warnings.map((warning) => `${file}: ${warning}`));
    for (const unit of report.units) units.add(unit);
    if (report.exported) {
      rest.instruments.push(...(await readDefinitions(file, "instruments")));
      rest.marks.push(...(await readMarks(file, "marks")));
    }
  }
  return rest;
}

function book(context: Context, files: readonly string[], source: Directory, spool: SortedSpool, refusals: readonly RefusedFile[], answer: ImportAnswer): void {
  void files;
  const { currency, marksMaxAgeNs } = context.config;
  const ledger = Ledger.open({ dataDir: context.dataDir, currency, marksMaxAgeNs, clock: context.clock, onProgress: progressOf(context, "reading the journal") });
  try {
    noteTorn(context, ledger.openReport);
    const progress = progressOf(context, "booking");
    let batches = 0;
    let differing = 0;
    let done = 0;
    for (const { fills, files: fileOf, lines } of spool.sorted()) {
      const decision = ledger.bookFills(fills, source);
      for (const { row, fill, refusal } of decision.refused) refusals[fileOf[row]!]!.add({ line: lines[row]!, reason: refusal.why, raw: fillRow(fill) });
      answer.accepted += decision.accepted.count;
      answer.duplicates += decision.duplicates;
      differing += decision.differing;
      done += fills.count;
      batches += 1;
      if (batches % BATCHES_A_SYNC === 0) ledger.sync();
      progress(done, spool.count);
    }
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
