import { mkdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { PriceRun } from "../../core/engine/index.ts";
import { isEvent, isPairFact, type Directory, type Event, type FillColumns, type Instrument, type Mark, type PairFact } from "../../core/model/index.ts";
import { FileJournal } from "../../journal/index.ts";
import { readBook } from "../../runtime/index.ts";
import { contextOf, mustBeThere, type CommonOptions } from "../context.ts";
import { cell, EVENT_CELLS, eventCells, FILL_COLUMNS, fillCells, INSTRUMENT_COLUMNS, instrumentCells, MARK_COLUMNS, markCells, PAIR_CELLS, pairCells, PRICE_COLUMNS, priceCellsOf, type Cells, type FillCells } from "../exported.ts";

export interface ExportOptions extends CommonOptions {
  readonly format: string;
  readonly out?: string;
}

type Write = (text: string) => Promise<void>;
const FLUSH_AT = 256 * 1024;

/** What is exported beside the fills. */
interface Rest {
  readonly directory: Directory;
  readonly currency: string;
  readonly instruments: readonly Instrument[];
  readonly marks: readonly Mark[];
  readonly prices: readonly PriceRun[]; // those that count, a symbol each
  readonly pairs: readonly PairFact[]; // in the order of the journal
  readonly events: readonly { readonly seq: number; readonly event: Event }[];
}

/**
 * `fillbook export`: fills in the order of the journal (column `seq`, which an import obeys), definitions, marks and events. As
 * CSV on stdout the fills alone; all of it with `--out` or as JSON.
 */
export async function exportAll(options: ExportOptions): Promise<number> {
  const context = await contextOf(options);
  mustBeThere(context.dataDir);
  const journal = FileJournal.open(context.dataDir, { write: false });
  try {
    const rest = restOf(context.dataDir, context.config.currency, journal);
    if (options.out !== undefined) {
      await toFolder(options.out, rest, journal);
      const answer = { folder: options.out, instruments: rest.instruments.length, marks: rest.marks.length, prices: pricesIn(rest), pairs: rest.pairs.length, events: rest.events.length, seq: journal.nextSeq - 1 };
      context.print(context.json ? JSON.stringify(answer, null, 2) : foundIn(options.out, answer));
    } else if (options.format === "json" || context.json) await toStdout((write) => writeJson(write, rest, journal));
    else {
      await toStdout((write) => writeCsv(write, FILL_COLUMNS, fillsOf(journal, rest.directory)));
      if (rest.instruments.length + rest.marks.length + rest.prices.length + rest.pairs.length + rest.events.length > 0) context.note(`Not in this table: ${rest.instruments.length} definitions, ${rest.marks.length} marks, ${pricesIn(rest)} prices${rest.pairs.length === 0 ? "" : `, ${rest.pairs.length} facts of pairs`} and ${rest.events.length} events. All of it: fillbook export --format json, or --out DIR`);
    }
  } finally {
    journal.close();
  }
  return 0;
}

function pricesIn({ prices }: Rest): number {
  return prices.reduce((sum, { closes }) => sum + closes.length, 0);
}

function foundIn(folder: string, { instruments, marks, prices, pairs, events }: { readonly instruments: number; readonly marks: number; readonly prices: number; readonly pairs: number; readonly events: number }): string {
  const first = `instruments.csv (${instruments}), marks.csv (${marks})${prices === 0 ? "" : `, prices.csv (${prices})`}${pairs === 0 ? "" : `, pairs.csv (${pairs})`}`;
  if (events === 0) return `${first} and fills.csv are in ${folder}; import them in this order`;
  return `${first}, events.csv (${events}) and fills.csv are in ${folder}; import them in this order, the events with the fills: fillbook import fills.csv --events events.csv`;
}

function restOf(dataDir: string, currency: string, journal: FileJournal): Rest {
  const { book, risk } = readBook(dataDir, { currency });
  const marks: Mark[] = [];
  const pairs: PairFact[] = [];
  const events: { readonly seq: number; readonly event: Event }[] = [];
  for (const { firstSeq, sections } of journal.blocks()) {
    let seq = firstSeq;
    for (const section of sections) {
      if (section.kind === "facts") {
        section.facts.forEach((fact, i) => {
          if (fact.type === "marked") marks.push(fact.mark);
          else if (isPairFact(fact)) pairs.push(fact);
          else if (isEvent(fact)) events.push({ seq: seq + i, event: fact });
        });
      }
      seq += section.kind === "fills" ? section.fills.count : section.facts.length;
    }
  }
  return { directory: book.directory, currency: book.instruments.currency, instruments: book.instruments.definitions(), marks, prices: [...risk.prices.facts()], pairs, events };
}

async function toFolder(folder: string, rest: Rest, journal: FileJournal): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const file = async (name: string, fill: (write: Write) => Promise<void>) => {
    const handle = await open(join(folder, name), "w");
    try {
      await fill((text) => handle.writeFile(text));
    } finally {
      await handle.close();
    }
  };
  await file("instruments.csv", (write) => writeCsv(write, INSTRUMENT_COLUMNS, rest.instruments.map(instrumentCells)));
  await file("marks.csv", (write) => writeCsv(write, MARK_COLUMNS, rest.marks.map(markCells)));
  if (rest.prices.length > 0) await file("prices.csv", (write) => writeCsv(write, PRICE_COLUMNS, allPrices(rest)));
  if (rest.pairs.length > 0) await file("pairs.csv", (write) => writeCsv(write, PAIR_CELLS, rest.pairs.map(pairCells)));
  if (rest.events.length > 0) await file("events.csv", (write) => writeCsv(write, EVENT_CELLS, rest.events.map(({ seq, event }) => eventCells(event, seq))));
  await file("fills.csv", (write) => writeCsv(write, FILL_COLUMNS, fillsOf(journal, rest.directory)));
}

function* allPrices({ prices }: Rest): Iterable<Cells<(typeof PRICE_COLUMNS)[number]>> {
  for (const run of prices) yield* priceCellsOf(run);
}

/** Waits where stdout is slower than we are, and ends early when its reader has gone. */
async function toStdout(fill: (write: Write) => Promise<void>): Promise<void> {
  await fill((text) => new Promise((resolve) => (process.stdout.writable ? process.stdout.write(text, () => resolve()) : resolve())));
}

function* fillsOf(journal: FileJournal, directory: Directory): Iterable<FillCells> {
  for (const block of journal.blocks()) {
    let seq = block.firstSeq;
    for (const section of block.sections) {
      if (section.kind === "fills") yield* sectionCells(section.fills, seq, directory);
      seq += section.kind === "fills" ? section.fills.count : section.facts.length;
    }
  }
}

function* sectionCells(fills: FillColumns, firstSeq: number, directory: Directory): Iterable<FillCells> {
  for (let row = 0; row < fills.count; row += 1) yield fillCells(fills.read(row, directory), firstSeq + row);
}

async function writeCsv<Column extends string>(write: Write, columns: readonly Column[], rows: Iterable<Cells<Column>>): Promise<void> {
  let text = `${columns.join(",")}\n`;
  for (const row of rows) {
    text += `${columns.map((column) => cell(row[column])).join(",")}\n`;
    if (text.length < FLUSH_AT) continue;
    await write(text);
    text = "";
  }
  await write(text);
}

/** One JSON document; `fills` last, so that a reader knows the definitions first. */
async function writeJson(write: Write, rest: Rest, journal: FileJournal): Promise<void> {
  await write(`{"fillbook": 1, "currency": ${JSON.stringify(rest.currency)}`);
  await writeList(write, "instruments", rest.instruments.map(instrumentCells));
  await writeList(write, "marks", rest.marks.map(markCells));
  await writeList(write, "prices", allPrices(rest));
  await writeList(write, "pairs", rest.pairs.map(pairCells));
  await writeList(write, "events", rest.events.map(({ seq, event }) => eventCells(event, seq)));
  await writeList(write, "fills", fillsOf(journal, rest.directory));
  await write("}\n");
}

async function writeList(write: Write, name: string, rows: Iterable<Readonly<Record<string, string>>>): Promise<void> {
  let text = `,\n"${name}": [`;
  let separator = "\n";
  for (const row of rows) {
    text += separator + JSON.stringify(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== "").map(([key, value]) => [camelCase(key), value])));
    separator = ",\n";
    if (text.length < FLUSH_AT) continue;
    await write(text);
    text = "";
  }
  await write(`${text}\n]`);
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
