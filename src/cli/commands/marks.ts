import { readMark, type Mark } from "../../core/model/index.ts";
import { readTable, RefusedFile } from "../../venues/csv/index.ts";
import { contextOf, type CommonOptions } from "../context.ts";
import { openWriter } from "../writer.ts";

const TABLE = { columns: ["venue", "symbol", "price", "timestamp"], required: ["symbol", "price", "timestamp"], listKey: "marks" };

/** `fillbook marks`: takes mark prices; prints {accepted, unchanged, refused}. Of a symbol and interval the last one is kept. */
export async function marks(file: string, options: CommonOptions): Promise<number> {
  const context = await contextOf(options);
  const refused = RefusedFile.fresh(`${file}.refused.csv`);
  try {
    const read = await readMarks(file, refused, context.clock.nowNs());
    const writer = await openWriter(context);
    try {
      const { accepted, duplicates } = await writer.marks(read);
      await writer.sync();
      const answer = { accepted, unchanged: duplicates, refused: refused.count, seq: writer.seq, refusedFiles: refused.count > 0 ? [refused.path] : [] };
      context.print(context.json ? JSON.stringify(answer, null, 2) : `${accepted} accepted, ${answer.unchanged} known or not the last of their interval, ${refused.count} refused${refused.count > 0 ? `: see ${refused.path}` : ""}`);
      return refused.count > 0 ? 1 : 0;
    } finally {
      await writer.close();
    }
  } finally {
    refused.close();
  }
}

/** Reads marks; rows that mark nothing go to `refused` with the reason. */
export async function readMarks(file: string, refused: RefusedFile, nowNs: bigint): Promise<Mark[]> {
  const rows: Mark[] = [];
  await readTable(file, TABLE, {
    row: ({ values, line, raw }) => {
      const read = readMark(values, nowNs);
      if ("reason" in read) refused.add({ line, ...read, raw });
      else rows.push(read);
    },
    refused: (row) => refused.add(row),
  });
  return rows;
}
