import { EVENT_COLUMNS, isEventProblem, readEvent, type EventReport } from "../../core/engine/index.ts";
import { Ledger } from "../../runtime/index.ts";
import { readTable, RefusedFile } from "../../venues/csv/index.ts";
import { contextOf, type CommonOptions } from "../context.ts";
import { noteTorn, progressOf } from "../progress.ts";

const TABLE = { columns: [...EVENT_COLUMNS, "seq"], required: ["type"], listKey: "events" };

/** An event and the line it stands on. */
export interface EventRow {
  readonly file: string;
  readonly line: number;
  readonly raw: string;
  readonly report: EventReport;
  readonly seq: number | undefined; // its place in the export that it comes from
}

/** What `fillbook events --json` prints. */
interface EventsAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly seq: number;
  readonly refusedFiles: readonly string[];
  readonly warnings: readonly string[];
}

/** `fillbook events`: takes every fact that is no fill, in the order of the file; prints {accepted, duplicates, refused, seq}. */
export async function events(file: string, options: CommonOptions): Promise<number> {
  const context = await contextOf(options);
  const refused = RefusedFile.fresh(`${file}.refused.csv`);
  try {
    const rows = await readEvents(file, refused, context.clock.nowNs());
    const { currency, marksMaxAgeNs } = context.config;
    const ledger = Ledger.open({ dataDir: context.dataDir, currency, marksMaxAgeNs, clock: context.clock, onProgress: progressOf(context, "reading the journal") });
    try {
      noteTorn(context, ledger.openReport);
      const taken = takeEvents(ledger, rows, () => refused);
      ledger.sync();
      const answer: EventsAnswer = { ...taken, refused: refused.count, seq: ledger.seq, refusedFiles: refused.count > 0 ? [refused.path] : [] };
      for (const warning of answer.warnings) context.note(`warning: ${warning}`);
      if (context.json) context.print(JSON.stringify(answer, null, 2));
      else {
        context.print(`${answer.accepted} accepted, ${answer.duplicates} duplicates, ${answer.refused} refused; the journal ends at entry ${answer.seq.toLocaleString("en-US")}`);
        if (refused.count > 0) context.print(`refused rows with their reasons: ${refused.path}`);
      }
      return refused.count > 0 ? 1 : 0;
    } finally {
      ledger.close();
    }
  } finally {
    refused.close();
  }
}

/** Has events decided; those refused go to the file of refused rows of the file they come from. Warnings begin with their place. */
export function takeEvents(ledger: Ledger, rows: readonly EventRow[], refusedOf: (file: string) => RefusedFile): Pick<EventsAnswer, "accepted" | "duplicates" | "warnings"> {
  const decisions = ledger.take(rows.map(({ report }) => report));
  const warnings: string[] = [];
  decisions.forEach((decision, i) => {
    const { file, line, raw } = rows[i]!;
    if (decision.is === "refused") refusedOf(file).add({ line, ...(decision.field === undefined ? {} : { column: decision.field }), reason: `${decision.code}: ${decision.why}`, raw });
    if (decision.is === "news" && decision.warning !== undefined) warnings.push(`${file}:${line}: ${decision.warning}`);
  });
  const count = (is: "news" | "known") => decisions.filter((decision) => decision.is === is).length;
  return { accepted: count("news"), duplicates: count("known"), warnings };
}

/** Reads events; rows that are none go to `refused` with the reason. */
export async function readEvents(file: string, refused: RefusedFile, nowNs: bigint): Promise<EventRow[]> {
  const rows: EventRow[] = [];
  await readTable(file, TABLE, {
    row: ({ line, values, raw }) => {
      const { seq = "", ...texts } = values;
      const read = readEvent(texts, nowNs);
      if (isEventProblem(read)) refused.add({ line, column: read.column, reason: read.reason, raw });
      else if (!/^\d{0,15}$/.test(seq)) refused.add({ line, column: "seq", reason: `"${seq}" is no place in an export: write an integer`, raw });
      else rows.push({ file, line, raw, report: read, seq: seq === "" ? undefined : Number(seq) });
    },
    refused: (row) => refused.add(row),
  });
  return rows;
}
