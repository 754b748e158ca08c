import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { PriceRun } from "../../core/engine/index.ts";
import { Directory, type Mark } from "../../core/model/index.ts";
import { holdsPairs, isRefusedList, readColumnMap, readFills, readPairMap, readPairs, RefusedFile, SortedSpool, type FileFormat, type PairMap, type PairRow, type ReadFillsOptions } from "../../venues/csv/index.ts";
import { contextOf, type CommonOptions, type Context } from "../context.ts";
import { exportHead, rowOfFill } from "../exported.ts";
import { doubtfulQuotes, ImportDoubts } from "../import-doubts.ts";
import { interleaved } from "../interleave.ts";
import { progressOf } from "../progress.ts";
import { UsageError } from "../usage-error.ts";
import { openWriter, type Writer } from "../writer.ts";
import { readDefinitions, writeDefinitions, type DefinitionRow } from "./instruments.ts";
import { readEvents, writeEvents, type EventRow } from "./events.ts";
import { readMarks } from "./marks.ts";
import { readExportedPrices, writePrices } from "./prices.ts";

export interface ImportOptions extends CommonOptions {
  readonly format: FileFormat | "auto";
  readonly map?: string;
  readonly account?: string;
  readonly venue?: string;
  readonly ignoreExtra?: boolean;
  readonly events?: string; // a file of events to be put between the fills
}

/** What `fillbook import --json` prints. */
export interface ImportAnswer {
  accepted: number; // fills
  events: number; // accepted beside them
  duplicates: number;
  refused: number;
  seq: number; // the last entry of the journal
  refusedFiles: string[];
  warnings: string[];
}

/** Batches between two waits for the disk: nothing is answered before the last one, the others only bound what a power failure undoes. */
const BATCHES_A_SYNC = 64;

/**
 * `fillbook import`: reads all files, sorts their rows by time, file and line, and only then books them, so that a file
 * that cannot be read leaves nothing behind. Stopped in the middle, it is simply run again: what was booked is a duplicate.
 */
export async function importFiles(named: readonly string[], options: ImportOptions): Promise<number> {
  const context = await contextOf(options);
  const files = withoutLists(named, context);
  const pairMap = options.map === undefined ? undefined : await readPairMap(options.map);
  const map = options.map === undefined || pairMap !== undefined ? undefined : await readColumnMap(options.map);
  const writer = await openWriter(context, { currency: currencyOf(files), onProgress: progressOf(context, "reading the journal") });
  const spoolFolder = join(context.dataDir, writer.isSole ? "import" : `import-${process.pid}`);
  const spool = new SortedSpool({ folder: spoolFolder });
  let refusals: ReadonlyMap<string, RefusedFile> = new Map();
  try {
    sweep(context.dataDir, writer.isSole ? /^import(-\d+)?$/ : new RegExp(`^${basename(spoolFolder)}$`)); // what killed imports left
    refusals = freshRefusals(options.events === undefined ? files : [...files, options.events]);
    const work: Work = {
      context,
      files,
      eventsFile: options.events,
      reading: { format: options.format, map, account: options.account, venue: options.venue, ignoreExtra: options.ignoreExtra },
      source: new Directory(),
      spool,
      refusals,
      definitions: [],
      marks: [],
      prices: [],
      pairMap,
      pairs: [],
      events: [],
      answer: { accepted: 0, events: 0, duplicates: 0, refused: 0, seq: 0, refusedFiles: [], warnings: [] },
    };
    try {
      await read(work);
    } catch (error) {
      for (const refused of refusals.values()) refused.discard(); // nothing is booked, so nothing is left out of it
      throw error;
    }
    await book(work, writer).catch((error: unknown) => {
      const { accepted } = work.answer;
      if (accepted > 0) context.note(`${accepted.toLocaleString("en-US")} rows were booked before the import stopped. Run it again once that is mended: they are duplicates then`);
      throw error;
    });
    const status = say(work);
    const problem = writer.finish();
    if (problem !== undefined) context.note(problem);
    return status;
  } finally {
    await writer.close();
    spool.close();
    rmSync(spoolFolder, { recursive: true, force: true });
    for (const refused of refusals.values()) refused.close();
  }
}

/** Where the rows of a file that are refused go: beside it, for a pipe into the working folder. */
function refusedPath(file: string): string {
  return `${statSync(file, { throwIfNoEntry: false })?.isFile() === true ? file : basename(file)}.refused.csv`;
}

/**
 * The files without the lists of what an earlier import of others among them refused, which come along with `*.csv`.
 * @throws UsageError for any other file that stands where such a list will be written
 */
function withoutLists(files: readonly string[], context: Context): readonly string[] {
  const fileOf = new Map(files.map((file) => [resolve(refusedPath(file)), file]));
  return files.filter((file) => {
    const of = fileOf.get(resolve(file));
    if (of === undefined) return true;
    if (!isRefusedList(file)) throw new UsageError(`${file}: the refused rows of ${of} are written there: rename it first, or leave it out`);
    context.note(`${file} lists rows that an earlier import of ${of} refused: it is left out`);
    return false;
  });
}

/** A new list of refused rows for each file, the same one for all that would write to one place. */
function freshRefusals(files: readonly string[]): ReadonlyMap<string, RefusedFile> {
  const byPlace = new Map<string, RefusedFile>();
  const listOf = (file: string): RefusedFile => {
    const path = refusedPath(file);
    const list = byPlace.get(resolve(path)) ?? RefusedFile.fresh(path);
    byPlace.set(resolve(path), list);
    return list;
  };
  return new Map(files.map((file) => [file, listOf(file)]));
}

/** Removes folders of a data folder. */
function sweep(dataDir: string, names: RegExp): void {
  if (!existsSync(dataDir)) return;
  for (const name of readdirSync(dataDir)) if (names.test(name)) rmSync(join(dataDir, name), { recursive: true, force: true });
}

/** The base currency that an exported document counts in: an empty journal takes it over, any other must agree. */
function currencyOf(files: readonly string[]): string | undefined {
  for (const file of files) {
    const exported = exportHead(file);
    if (exported !== undefined) return exported.currency;
  }
  return undefined;
}

/** One import from beginning to end. */
interface Work {
  readonly context: Context;
  readonly files: readonly string[];
  readonly eventsFile: string | undefined;
  readonly reading: ReadFillsOptions;
  readonly source: Directory;
  readonly spool: SortedSpool;
  readonly refusals: ReadonlyMap<string, RefusedFile>; // by file
  readonly definitions: { readonly file: string; readonly rows: DefinitionRow[] }[]; // of exported documents
  readonly marks: Mark[];
  readonly prices: { readonly file: string; readonly runs: readonly PriceRun[] }[]; // of exported documents
  readonly pairMap: PairMap | undefined; // of two-leg tables
  readonly pairs: { readonly file: string; readonly rows: readonly PairRow[] }[];
  readonly events: EventRow[];
  readonly answer: ImportAnswer;
}

async function read({ context, files, eventsFile, reading, source, spool, refusals, definitions, marks, prices, pairMap, pairs, events, answer }: Work): Promise<void> {
  for (const [index, file] of files.entries()) {
    if (pairMap !== undefined || (reading.map === undefined && holdsPairs(file))) {
      pairs.push({ file, rows: await readPairs(file, { map: pairMap, account: reading.account, format: reading.format }, (row) => refusals.get(file)!.add(row)) });
      continue;
    }
    const doubts = new ImportDoubts(file);
    const report = await readFills(file, source, { ...reading, onProgress: progressOf(context, `reading ${file}`) }, {
      fills: (fills, lines, seqs) => {
        doubts.see(fills, lines);
        spool.add(fills, index, lines, seqs);
      },
      refused: (row) => refusals.get(file)!.add(row),
    });
    answer.warnings.push(...report.warnings.map((warning) => `${file}: ${warning}`), ...doubts.warnings(reading.map !== undefined));
    if (exportHead(file) === undefined) continue;
    definitions.push({ file, rows: await readDefinitions(file, refusals.get(file)!) });
    marks.push(...(await readMarks(file, refusals.get(file)!, context.clock.nowNs())));
    prices.push({ file, runs: await readExportedPrices(file, refusals.get(file)!) });
    pairs.push({ file, rows: await readPairs(file, {}, (row) => refusals.get(file)!.add(row)) });
    events.push(...(await readEvents(file, refusals.get(file)!, context.clock.nowNs())));
  }
  if (eventsFile !== undefined) events.push(...(await readEvents(eventsFile, refusals.get(eventsFile)!, context.clock.nowNs())));
}

async function book({ context, files, source, spool, refusals, definitions, marks, prices, pairs, events, answer }: Work, writer: Writer): Promise<void> {
  for (const { file, rows } of definitions) await writeDefinitions(writer, rows, refusals.get(file)!);
  await writer.marks(marks);
  for (const { file, rows } of pairs) await writePairs(writer, rows, refusals.get(file)!, answer);
  for (const { file, runs } of prices) await writePrices(writer, runs, refusals.get(file)!);
  writer.expect(spool.rows);
  const progress = progressOf(context, "booking", "fills");
  let batches = 0;
  let differing = 0;
  let late = 0;
  let ahead = 0;
  let done = 0;
  for (const step of interleaved(spool.batches(), events)) {
    if ("events" in step) {
      const taken = await writeEvents(writer, step.events, (file) => refusals.get(file)!);
      answer.events += taken.accepted;
      answer.duplicates += taken.duplicates;
      answer.warnings.push(...taken.warnings);
      continue;
    }
    const { fills, files: fileOf, lines } = step.fills;
    const written = await writer.fills(fills, source);
    for (const { row, column, reason } of written.refused) refusals.get(files[fileOf[row]!]!)!.add({ line: lines[row]!, ...(column === undefined ? {} : { column }), reason, raw: rowOfFill(fills.read(row, source)) });
    answer.accepted += written.accepted;
    answer.duplicates += written.duplicates;
    differing += written.differing;
    late += written.late;
    ahead += written.ahead;
    done += fills.count;
    batches += 1;
    if (batches % BATCHES_A_SYNC === 0) await writer.sync();
    progress(done, spool.rows);
  }
  await writer.sync();
  answer.seq = writer.seq;
  answer.warnings.push(...doubtfulQuotes(source, (venue, symbol) => writer.assumedQuote(venue, symbol)));
  if (late > 0) answer.warnings.push(`${late === 1 ? "1 fill is" : `${late} fills are`} older than fills of the same position that were booked before: figures follow the order of booking (history marks them with *). To have all by time, import all files at once into a new folder: --data DIR`);
  if (ahead > 0) answer.warnings.push(`future_time: ${ahead} of the fills ${ahead === 1 ? "is" : "are"} dated later than the clock here says: booked all the same, but fills that follow count as late, and a book as of now does not know of it. Where such a time is wrong, amend the fill (fill_timestamp); times without a zone are UTC`);
  if (differing > 0) answer.warnings.push(`${differing === 1 ? "1 duplicate differs" : `${differing} duplicates differ`} in a column beside the fill's content (strategy, order_id, …): the first stays`);
}

/** Writes rows about pairs; those that are refused go to the file's refused rows. */
async function writePairs(writer: Writer, rows: readonly PairRow[], refused: RefusedFile, answer: ImportAnswer): Promise<void> {
  if (rows.length === 0) return;
  const written = await writer.pairs(rows.map(({ texts }) => texts));
  for (const { row, column, reason } of written.refused) refused.add({ line: rows[row]!.line, ...(column === undefined ? {} : { column }), reason, raw: rows[row]!.raw });
  answer.accepted += written.accepted;
  answer.duplicates += written.duplicates;
  answer.warnings.push(...written.warnings.map(({ row, text }) => `line ${rows[row]!.line}: ${text}`));
}

function say({ context, answer, refusals }: Work): number {
  const refused = [...new Set(refusals.values())];
  answer.refused = refused.reduce((sum, { count }) => sum + count, 0);
  answer.refusedFiles = refused.filter(({ count }) => count > 0).map(({ path }) => path);
  for (const warning of answer.warnings) context.note(`warning: ${warning}`);
  if (context.json) context.print(JSON.stringify(answer, null, 2));
  else {
    const count = (n: number) => n.toLocaleString("en-US");
    context.print(`${count(answer.accepted)} accepted${answer.events > 0 ? ` and ${count(answer.events)} events` : ""}, ${count(answer.duplicates)} duplicates, ${count(answer.refused)} refused; the journal ends at entry ${count(answer.seq)}`);
    for (const path of answer.refusedFiles) context.print(`refused rows with their reasons: ${path}`);
  }
  return answer.refused > 0 ? 1 : 0;
}
