import { isProblem, readDecimal } from "../../core/num/index.ts";
import { nameProblem, readTime, type Mark } from "../../core/model/index.ts";
import { Ledger } from "../../runtime/index.ts";
import { readTable, RefusedFile } from "../../venues/csv/index.ts";
import { contextOf, type CommonOptions } from "../context.ts";
import { noteTorn } from "../progress.ts";

const TABLE = { columns: ["venue", "symbol", "price", "timestamp"], required: ["symbol", "price", "timestamp"], listKey: "marks" };

/** `fillbook marks`: takes mark prices; prints {accepted, unchanged, refused}. Of a symbol and minute the last one is kept. */
export async function marks(file: string, options: CommonOptions): Promise<number> {
  const context = await contextOf(options);
  const refused = RefusedFile.fresh(`${file}.refused.csv`);
  try {
    const read = await readMarks(file, refused);
    const { currency, marksMaxAgeNs } = context.config;
    const ledger = Ledger.open({ dataDir: context.dataDir, currency, marksMaxAgeNs, clock: context.clock });
    try {
      noteTorn(context, ledger.openReport);
      const accepted = ledger.mark(read);
      ledger.sync();
      const answer = { accepted, unchanged: read.length - accepted, refused: refused.count, seq: ledger.seq, refusedFiles: refused.count > 0 ? [refused.path] : [] };
      context.print(context.json ? JSON.stringify(answer, null, 2) : `${accepted} accepted, ${answer.unchanged} known or not the last of their minute, ${refused.count} refused${refused.count > 0 ? `: see ${refused.path}` : ""}`);
      return refused.count > 0 ? 1 : 0;
    } finally {
      ledger.close();
    }
  } finally {
    refused.close();
  }
}

/** Reads marks; rows that mark nothing go to `refused` with the reason. */
export async function readMarks(file: string, refused: RefusedFile): Promise<Mark[]> {
  const rows: Mark[] = [];
  await readTable(file, TABLE, {
    row: ({ values, line }) => {
      const { venue = "", symbol = "", price: written = "", timestamp = "" } = values;
      const raw = Object.values(values).join(",");
      const price = readDecimal(written);
      const time = readTime(timestamp);
      if (isProblem(price)) refused.add({ line, column: "price", reason: price.why, raw });
      else if (nameProblem(symbol) !== undefined || (venue !== "" && nameProblem(venue) !== undefined)) refused.add({ line, column: nameProblem(symbol) === undefined ? "venue" : "symbol", reason: nameProblem(symbol) ?? nameProblem(venue)!, raw });
      else if ("problem" in time) refused.add({ line, column: "timestamp", reason: time.why, raw });
      else rows.push({ venue, symbol, price: written, timeNs: time.ns });
    },
    refused: (row) => refused.add(row),
  });
  return rows;
}
