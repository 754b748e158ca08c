import { readInstrument, type Instrument } from "../../core/model/index.ts";
import type { DefinitionDecision } from "../../core/engine/index.ts";
import { Ledger } from "../../runtime/index.ts";
import { readTable, RefusedFile } from "../../venues/csv/index.ts";
import { contextOf, type CommonOptions } from "../context.ts";
import { noteTorn } from "../progress.ts";

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
    const { currency, marksMaxAgeNs } = context.config;
    const ledger = Ledger.open({ dataDir: context.dataDir, currency, marksMaxAgeNs, clock: context.clock });
    try {
      noteTorn(context, ledger.openReport);
      const decisions = takeDefinitions(ledger, rows, refused);
      ledger.sync();
      const count = (is: DefinitionDecision["is"]) => decisions.filter((decision) => decision.is === is).length;
      const answer = { defined: count("news"), unchanged: count("known"), refused: refused.count, seq: ledger.seq, refusedFiles: refused.count > 0 ? [refused.path] : [] };
      context.print(context.json ? JSON.stringify(answer, null, 2) : `${answer.defined} defined, ${answer.unchanged} unchanged, ${refused.count} refused${refused.count > 0 ? `: see ${refused.path}` : ""}`);
      return refused.count > 0 ? 1 : 0;
    } finally {
      ledger.close();
    }
  } finally {
    refused.close();
  }
}

/** Has definitions decided; those refused go to the file of refused rows. */
export function takeDefinitions(ledger: Ledger, rows: readonly DefinitionRow[], refused: RefusedFile): DefinitionDecision[] {
  const decisions = ledger.define(rows.map(({ instrument }) => instrument));
  decisions.forEach((decision, i) => {
    const { line, raw } = rows[i]!;
    if (decision.is === "refused") refused.add({ line, reason: decision.why, raw });
  });
  return decisions;
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
