import { EVENT_COLUMNS, isEventProblem, readEvent, type EventReport, type EventTexts } from "../../core/engine/index.ts";
import { readTable, RefusedFile } from "../../venues/csv/index.ts";
import { contextOf, type CommonOptions } from "../context.ts";
import { progressOf } from "../progress.ts";
import { openWriter, type Writer } from "../writer.ts";

const TABLE = { columns: [...EVENT_COLUMNS, "seq"], required: ["type"], listKey: "events" };

/** An event and the line it stands on. */
export interface EventRow {
  readonly file: string;
  readonly line: number;
  readonly raw: string;
  readonly report: EventReport;
  readonly texts: EventTexts;
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
    const writer = await openWriter(context, { onProgress: progressOf(context, "reading the journal") });
    try {
      const written = await writeEvents(writer, rows, () => refused);
      await writer.sync();
      const answer: EventsAnswer = { ...written, refused: refused.count, seq: writer.seq, refusedFiles: refused.count > 0 ? [refused.path] : [] };
      for (const warning of answer.warnings) context.note(`warning: ${warning}`);
      if (context.json) context.print(JSON.stringify(answer, null, 2));
      else {
        context.print(`${answer.accepted} accepted, ${answer.duplicates} duplicates, ${answer.refused} refused; the journal ends at entry ${answer.seq.toLocaleString("en-US")}`);
        if (refused.count > 0) context.print(`refused rows with their reasons: ${refused.path}`);
      }
      return refused.count > 0 ? 1 : 0;
    } finally {
      await writer.close();
    }
  } finally {
    refused.close();
  }
}

/** Writes events; those refused go to the file of refused rows of the file they come from. Warnings begin with their place. */
export async function writeEvents(writer: Writer, rows: readonly EventRow[], refusedOf: (file: string) => RefusedFile): Promise<Pick<EventsAnswer, "accepted" | "duplicates" | "warnings">> {
  const { accepted, duplicates, refused, warnings } = await writer.events(rows);
  for (const { row, column, reason } of refused) {
    const { file, line, raw } = rows[row]!;
    refusedOf(file).add({ line, ...(column === undefined ? {} : { column }), reason, raw });
  }
  return { accepted, duplicates, warnings: warnings.map(({ row, text }) => `${rows[row]!.file}:${rows[row]!.line}: ${text}`) };
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
      else rows.push({ file, line, raw, report: read, texts, seq: seq === "" ? undefined : Number(seq) });
    },
    refused: (row) => refused.add(row),
  });
  return rows;
}
