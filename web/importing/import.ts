import { Refused, send } from "../data/index.ts";
import { mapped, type ColumnMap } from "./column-map.ts";
import { CsvRows, type CsvRow } from "./csv-rows.ts";

/** A row that was not booked. */
export interface RefusedRow {
  readonly line: number; // of the file
  readonly reason: string;
  readonly values: CsvRow["values"];
}

/** How far an import is. */
export interface Progress {
  readonly bytes: number; // read so far
  readonly rows: number; // answered so far
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly reasons: readonly RefusedRow[]; // the first thousand
  readonly seq: number | undefined; // the last entry
}
export const NOTHING_YET: Progress = { bytes: 0, rows: 0, accepted: 0, duplicates: 0, refused: 0, reasons: [], seq: undefined };

interface Answer {
  readonly results: readonly { readonly index: number; readonly reason: string | null; readonly status: string }[];
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly seq: number;
}

const BATCH_ROWS = 2_000;
const PIECE_BYTES = 1 << 20;
const SNIFFED_BYTES = 512;
const MOST_REASONS = 1_000;
const PAUSE_MS = 1_000;

/** What a file begins with: its columns and a few rows. */
export interface Head {
  readonly names: readonly string[];
  readonly rows: readonly CsvRow[];
  readonly problem: string | undefined; // why it is no table of fills
}

/** @throws DOMException for what cannot be read, such as a folder */
export async function headOf(file: File): Promise<Head> {
  const bytes = new Uint8Array(await file.slice(0, PIECE_BYTES).arrayBuffer());
  const noText = bytes.length === 0 ? "It is empty: see whether it was written to its end." : noTextBecause(bytes);
  if (noText !== undefined) return { names: [], rows: [], problem: noText };
  const rows = new CsvRows();
  const first = rows.take(new TextDecoder().decode(bytes), file.size <= PIECE_BYTES);
  const { names = [], headProblem } = rows;
  const problem = headProblem !== undefined ? `In its first line, ${headProblem}.` : names.length < 2 ? "Its first line names no columns, with commas, semicolons or tabs between them." : first.length === 0 ? "It has a head and no row." : undefined;
  return { names, rows: first, problem };
}

/** What a file is that is no text of UTF-8. */
function noTextBecause(bytes: Uint8Array): string | undefined {
  const begins = (...first: readonly number[]) => first.every((byte, i) => bytes[i] === byte);
  if (begins(0x1f, 0x8b)) return "It is packed with gzip: unpack it, or import it in a terminal as it is: fillbook import FILE";
  if (begins(0x50, 0x4b, 3, 4)) return "It is a ZIP, or a workbook: unpack it, or save the sheet as CSV.";
  if (begins(0xff, 0xfe) || begins(0xfe, 0xff)) return "It is UTF-16: save it as CSV in UTF-8.";
  if (bytes.subarray(0, SNIFFED_BYTES).some((byte) => byte < 9 || (byte > 13 && byte < 32))) return "It is no text.";
  if (/^\s*[[{]/.test(new TextDecoder().decode(bytes.subarray(0, SNIFFED_BYTES)))) return "It is JSON, and this page takes CSV. In a terminal: fillbook import FILE";
  return undefined;
}

/**
 * Posts the fills of a CSV file, batch by batch, each durable before the next goes. Every rule is the service's own: the texts go as they stand, under the names that `map` gives them. What was taken stays when
 * it is stopped, and is a duplicate when the file comes again.
 * @throws Refused when the service takes no more; an AbortError when it was stopped
 */
export async function importFills(file: File, map: ColumnMap | undefined, stop: AbortSignal, onProgress: (progress: Progress) => void): Promise<Progress> {
  const reader = new CsvRows();
  const decoder = new TextDecoder();
  let progress = NOTHING_YET;
  let waiting: CsvRow[] = [];
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    const isLast = at + PIECE_BYTES >= file.size;
    const piece = decoder.decode(await file.slice(at, at + PIECE_BYTES).arrayBuffer(), { stream: !isLast });
    const rows = reader.take(piece, isLast);
    const unread = rows.filter(({ problem }) => problem !== undefined);
    if (unread.length > 0) progress = refusing(progress, unread);
    for (const row of rows) if (row.problem === undefined) waiting.push(map === undefined ? row : { ...row, values: mapped(row.values, map) });
    while (waiting.length >= BATCH_ROWS || (isLast && waiting.length > 0)) {
      const batch = waiting.slice(0, BATCH_ROWS);
      waiting = waiting.slice(BATCH_ROWS);
      progress = added(progress, batch, await post(batch, stop));
      onProgress(progress);
      stop.throwIfAborted();
    }
    progress = { ...progress, bytes: Math.min(file.size, at + PIECE_BYTES) };
    onProgress(progress);
  }
  return progress;
}

/** A service with too much to do says so: then it is asked again. */
async function post(batch: readonly CsvRow[], stop: AbortSignal): Promise<Answer> {
  const body = batch.map(({ values }) => JSON.stringify(values)).join("\n");
  for (;;) {
    try {
      return await send<Answer>("POST", "/v1/fills", body, "application/x-ndjson", { prefer: "return=minimal" });
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 429 || stop.aborted) throw error;
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  }
}

function added(before: Progress, batch: readonly CsvRow[], { results, accepted, duplicates, refused, seq }: Answer): Progress {
  const room = MOST_REASONS - before.reasons.length;
  const found = results.flatMap(({ index, reason, status }) => {
    const row = batch[index];
    return status === "refused" && row !== undefined ? [{ line: row.line, reason: reason ?? "", values: row.values }] : [];
  });
  return {
    bytes: before.bytes, rows: before.rows + batch.length, accepted: before.accepted + accepted, duplicates: before.duplicates + duplicates, refused: before.refused + refused,
    reasons: [...before.reasons, ...found.slice(0, room).map(kept)], seq,
  };
}

/** A row that is kept while the file goes on. A cell is a part of the piece that it was read from, and would keep that in memory: it is copied. */
function kept(row: RefusedRow): RefusedRow {
  return JSON.parse(JSON.stringify(row)) as RefusedRow;
}

/** Rows that are none: the service is not asked about them. */
function refusing(before: Progress, rows: readonly CsvRow[]): Progress {
  const reasons = rows.slice(0, MOST_REASONS - before.reasons.length).map(({ line, problem = "", values }) => kept({ line, reason: problem, values }));
  return { ...before, rows: before.rows + rows.length, refused: before.refused + rows.length, reasons: [...before.reasons, ...reasons] };
}
