import type { PriceRun } from "../../core/engine/index.ts";
import { dayOf, PRICE_PERIODS, readTime } from "../../core/model/index.ts";
import { readPrices, readTable, RefusedFile } from "../../venues/csv/index.ts";
import { contextOf, type CommonOptions } from "../context.ts";
import { priceCellsOf } from "../exported.ts";
import { progressOf } from "../progress.ts";
import { UsageError } from "../usage-error.ts";
import { openWriter, type Writer } from "../writer.ts";

export interface PricesOptions extends CommonOptions {
  readonly period: string;
}

/** What was read of one file. */
interface PricesOf {
  readonly refused: RefusedFile;
  readonly runs: readonly PriceRun[];
}

/**
 * `fillbook prices`: daily closes from wide or long tables; prints {accepted, duplicates, refused, seq}. All files are read before
 * anything is written, so that one that cannot be read leaves nothing behind.
 */
export async function prices(files: readonly string[], options: PricesOptions): Promise<number> {
  const context = await contextOf(options);
  if (!(PRICE_PERIODS as readonly string[]).includes(options.period)) throw new UsageError(`--period: "${options.period}" is none of ${PRICE_PERIODS.join(", ")}: closes are those of days`);
  const read: PricesOf[] = [];
  const warnings: string[] = [];
  try {
    for (const file of new Set(files)) {
      const refused = RefusedFile.fresh(`${file}.refused.csv`);
      read.push({ refused, runs: [] });
      const { series, warnings: said } = await readPrices(file, (row) => refused.add(row));
      read[read.length - 1] = { refused, runs: series };
      warnings.push(...said.map((warning) => `${file}: ${warning}`));
    }
    const writer = await openWriter(context, { onProgress: progressOf(context, "reading the journal") });
    try {
      let accepted = 0;
      let duplicates = 0;
      for (const one of read) {
        const written = await writePrices(writer, one.runs, one.refused);
        accepted += written.accepted;
        duplicates += written.duplicates;
      }
      await writer.sync();
      const refusedFiles = read.flatMap(({ refused }) => (refused.count > 0 ? [refused.path] : []));
      const answer = { accepted, duplicates, refused: read.reduce((sum, { refused }) => sum + refused.count, 0), seq: writer.seq, refusedFiles, warnings };
      for (const warning of warnings) context.note(`warning: ${warning}`);
      if (context.json) context.print(JSON.stringify(answer, null, 2));
      else {
        context.print(`${accepted.toLocaleString("en-US")} accepted, ${duplicates.toLocaleString("en-US")} duplicates, ${answer.refused} refused; the journal ends at entry ${answer.seq.toLocaleString("en-US")}`);
        for (const path of refusedFiles) context.print(`refused rows with their reasons: ${path}`);
      }
      return answer.refused > 0 ? 1 : 0;
    } finally {
      await writer.close();
    }
  } finally {
    for (const { refused } of read) refused.close();
  }
}

/** Writes closes; those that are refused go to `refused`, as rows of a long table. Their line is 0: what a symbol has was put together from many. */
export async function writePrices(writer: Writer, runs: readonly PriceRun[], refused: RefusedFile): Promise<{ readonly accepted: number; readonly duplicates: number }> {
  if (runs.length === 0) return { accepted: 0, duplicates: 0 };
  const written = await writer.prices(runs);
  const cells = written.refused.length === 0 ? [] : runs.flatMap((run) => [...priceCellsOf(run)]);
  for (const { row, column, reason } of written.refused) {
    const { date, symbol, close } = cells[row]!;
    refused.add({ line: 0, ...(column === undefined ? {} : { column }), reason, raw: `${date},${symbol},${close}` });
  }
  return written;
}

/** The prices of a document that `fillbook export --format json` wrote; rows that are none go to `refused`. */
export async function readExportedPrices(file: string, refused: RefusedFile): Promise<PriceRun[]> {
  const runs = new Map<string, { readonly symbol: string; readonly days: number[]; readonly closes: string[] }>();
  await readTable(file, { columns: ["date", "symbol", "close"], required: ["date", "symbol", "close"], listKey: "prices" }, {
    row: ({ values: { date = "", symbol = "", close = "" }, line, raw }) => {
      const time = readTime(date);
      if ("problem" in time) return refused.add({ line, column: "date", reason: time.why, raw });
      let run = runs.get(symbol);
      if (run === undefined) runs.set(symbol, (run = { symbol, days: [], closes: [] }));
      run.days.push(dayOf(time.ns));
      run.closes.push(close);
    },
    refused: (row) => refused.add(row),
  });
  return [...runs.values()];
}
