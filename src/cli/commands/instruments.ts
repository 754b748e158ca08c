import { readInstrument, type Instrument } from "../../core/model/index.ts";
import { readTable, RefusedFile } from "../../venues/csv/index.ts";
import { contextOf, type CommonOptions } from "../context.ts";
import { openWriter, type Writer, type Written } from "../writer.ts";

const TABLE = {
  columns: ["venue", "symbol", "kind", "base", "quote", "settle", "multiplier", "inverse", "price_increment", "quantity_increment", "expires"],
  required: ["symbol", "kind", "quote"],
  listKey: "instruments",
};

/** A definition and the line it stands on. */
export interface DefinitionRow {
  readonly line: number;
  readonly raw: string;
  readonly instrument: Instrument;
}

/** `fillbook instruments`: takes definitions; prints {defined, unchanged, refused}. */
export async function instruments(file: string, options: CommonOptions): Promise<number> {
  const context = await contextOf(options);
  const refused = RefusedFile.fresh(`${file}.refused.csv`);
  try {
    const rows = await readDefinitions(file, refused);
    const writer = await openWriter(context);
    try {
      const { accepted, duplicates } = await writeDefinitions(writer, rows, refused);
      await writer.sync();
      const answer = { defined: accepted, unchanged: duplicates, refused: refused.count, seq: writer.seq, refusedFiles: refused.count > 0 ? [refused.path] : [] };
      context.print(context.json ? JSON.stringify(answer, null, 2) : `${answer.defined} defined, ${answer.unchanged} unchanged, ${refused.count} refused${refused.count > 0 ? `: see ${refused.path}` : ""}`);
      return refused.count > 0 ? 1 : 0;
    } finally {
      await writer.close();
    }
  } finally {
    refused.close();
  }
}

/** Writes definitions; those refused go to the file of refused rows. */
export async function writeDefinitions(writer: Writer, rows: readonly DefinitionRow[], refused: RefusedFile): Promise<Written> {
  const written = await writer.instruments(rows.map(({ instrument }) => instrument));
  for (const { row, column, reason } of written.refused) refused.add({ line: rows[row]!.line, ...(column === undefined ? {} : { column }), reason, raw: rows[row]!.raw });
  return written;
}

/** Reads definitions; rows that define nothing go to `refused` with the reason. */
export async function readDefinitions(file: string, refused: RefusedFile): Promise<DefinitionRow[]> {
  const rows: DefinitionRow[] = [];
  await readTable(file, TABLE, {
    row: ({ line, values, raw }) => {
      const read = readInstrument(values);
      if ("reason" in read) refused.add({ line, column: read.column, reason: read.reason, raw });
      else rows.push({ line, raw, instrument: read });
    },
    refused: (row) => refused.add(row),
  });
  return rows;
}
