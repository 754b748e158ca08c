import { mkdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { formatDecimal } from "../../core/num/index.ts";
import { type Directory, formatTime, formatTimeAs, type Fill, type FillColumns, type Instrument, type Mark } from "../../core/model/index.ts";
import { FileJournal } from "../../journal/index.ts";
import { readBook } from "../../runtime/index.ts";
import { contextOf, type CommonOptions } from "../context.ts";

export interface ExportOptions extends CommonOptions {
  readonly format: string;
  readonly out?: string;
}

type Write = (text: string) => Promise<void>;
const FLUSH_AT = 256 * 1024;

const FILL_COLUMNS = ["seq", "id", "venue", "symbol", "side", "quantity", "price", "timestamp", "account", "venue_type", "order_id", "fee", "fee_currency", "liquidity", "signal_id", "strategy", "arrival_price", "slippage", "latency_ms", "execution_score"] as const;
const INSTRUMENT_COLUMNS = ["venue", "symbol", "kind", "base", "quote", "settle", "multiplier", "inverse", "price_increment", "quantity_increment", "expires"] as const;
const MARK_COLUMNS = ["venue", "symbol", "price", "timestamp"] as const;
type Cells<Column extends string> = Readonly<Record<Column, string>>;

/** What is exported beside the fills. */
interface Rest {
  readonly directory: Directory;
  readonly currency: string;
  readonly instruments: readonly Instrument[];
  readonly marks: readonly Mark[];
}

/**
 * `fillbook export`: fills in the order of the journal (column `seq`, which an import obeys), definitions and marks. As
 * CSV on stdout the fills alone; all of it with `--out` or as JSON.
 */
export async function exportAll(options: ExportOptions): Promise<number> {
  const context = contextOf(options);
  const journal = FileJournal.open(context.dataDir, { write: false });
  try {
    const rest = restOf(context.dataDir, context.config.currency, journal);
    if (options.out !== undefined) await toFolder(options.out, rest, journal);
    else if (options.format === "json") await toStdout((write) => writeJson(write, rest, journal));
    else {
      await toStdout((write) => writeCsv(write, FILL_COLUMNS, fillsOf(journal, rest.directory)));
      if (rest.instruments.length + rest.marks.length > 0) context.note(`Not in this table: ${rest.instruments.length} definitions and ${rest.marks.length} marks. All of it: fillbook export --format json, or --out DIR`);
    }
  } finally {
    journal.close();
  }
  return 0;
}

function restOf(dataDir: string, currency: string, journal: FileJournal): Rest {
  const { book } = readBook(dataDir, { currency });
  const marks: Mark[] = [];
  for (const block of journal.blocks()) for (const section of block.sections) if (section.kind === "facts") for (const fact of section.facts) if (fact.type === "marked") marks.push(fact.mark);
  return { directory: book.directory, currency: book.instruments.currency, instruments: book.instruments.definitions(), marks };
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
  await file("fills.csv", (write) => writeCsv(write, FILL_COLUMNS, fillsOf(journal, rest.directory)));
}

/** Waits where stdout is slower than we are; a reader that goes away (`| head`) ends the export quietly. */
async function toStdout(fill: (write: Write) => Promise<void>): Promise<void> {
  let gone = false;
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    gone = true;
  };
  process.stdout.on("error", onError);
  await fill((text) => new Promise((resolve) => (gone ? resolve() : process.stdout.write(text, () => resolve()))));
}

function* fillsOf(journal: FileJournal, directory: Directory): Iterable<Cells<(typeof FILL_COLUMNS)[number]>> {
  for (const block of journal.blocks()) {
    let seq = block.firstSeq;
    for (const section of block.sections) {
      if (section.kind === "fills") yield* sectionCells(section.fills, seq, directory);
      seq += section.kind === "fills" ? section.fills.count : section.facts.length;
    }
  }
}

function* sectionCells(fills: FillColumns, firstSeq: number, directory: Directory): Iterable<Cells<(typeof FILL_COLUMNS)[number]>> {
  for (let row = 0; row < fills.count; row += 1) yield fillCells(fills.read(row, directory), firstSeq + row);
}

function fillCells(fill: Fill, seq: number): Cells<(typeof FILL_COLUMNS)[number]> {
  const { quantity, time } = fill;
  return {
    seq: `${seq}`,
    id: fill.id,
    venue: fill.venue,
    symbol: fill.symbol,
    side: quantity.mantissa > 0n ? "buy" : "sell",
    quantity: asWritten(quantity.mantissa < 0n ? -quantity.mantissa : quantity.mantissa, quantity.digits),
    price: asWritten(fill.price.mantissa, fill.price.digits),
    timestamp: formatTimeAs(time.ns, time.unit),
    account: fill.account,
    venue_type: fill.venueType,
    order_id: fill.orderId ?? "",
    fee: formatDecimal(fill.fee),
    fee_currency: fill.feeCurrency,
    liquidity: fill.liquidity,
    signal_id: fill.signalId,
    strategy: fill.strategy,
    arrival_price: fill.arrivalPrice ?? "",
    slippage: fill.slippage ?? "",
    latency_ms: fill.latencyMs ?? "",
    execution_score: fill.executionScore ?? "",
  };
}

function instrumentCells(of: Instrument): Cells<(typeof INSTRUMENT_COLUMNS)[number]> {
  return {
    venue: of.venue, symbol: of.symbol, kind: of.kind, base: of.base, quote: of.quote, settle: of.settle, multiplier: formatDecimal(of.multiplier), inverse: `${of.inverse}`,
    price_increment: of.priceIncrement ?? "", quantity_increment: of.quantityIncrement ?? "", expires: of.expiresNs === undefined ? "" : formatTime(of.expiresNs),
  };
}

function markCells(of: Mark): Cells<(typeof MARK_COLUMNS)[number]> {
  return { venue: of.venue, symbol: of.symbol, price: of.price, timestamp: formatTimeAs(of.timeNs, "ns") };
}

/** With every decimal it came with: digits of undefined symbols are learned from what is written. */
function asWritten(mantissa: bigint, digits: number): string {
  const text = mantissa.toString().replace("-", "").padStart(digits + 1, "0");
  const sign = mantissa < 0n ? "-" : "";
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
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

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One JSON document; `fills` last, so that a reader knows the definitions first. */
async function writeJson(write: Write, rest: Rest, journal: FileJournal): Promise<void> {
  await write(`{"fillbook": 1, "currency": ${JSON.stringify(rest.currency)}`);
  await writeList(write, "instruments", rest.instruments.map(instrumentCells));
  await writeList(write, "marks", rest.marks.map(markCells));
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
