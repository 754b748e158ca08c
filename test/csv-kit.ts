import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Directory, type Fill } from "../src/core/model/index.ts";
import { readFills, type FileReport, type ReadFillsOptions, type RefusedRow } from "../src/venues/csv/index.ts";

/** What reading a file gave, row by row and readable. */
export interface Read {
  readonly fills: readonly Fill[];
  readonly lines: readonly number[];
  readonly seqs: readonly number[] | undefined;
  readonly refused: readonly RefusedRow[];
  readonly report: FileReport;
}

/** Runs `use` with the path of a file that holds `content`, in a folder of its own. */
export async function withFile<Result>(content: string | Uint8Array, use: (path: string) => Promise<Result> | Result, name = "fills.csv"): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "fillbook-csv-"));
  try {
    writeFileSync(join(folder, name), content);
    return await use(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads fills out of a file. */
export async function readPath(path: string, options: ReadFillsOptions = {}): Promise<Read> {
  const directory = new Directory();
  const fills: Fill[] = [];
  const lines: number[] = [];
  const seqs: number[] = [];
  const refused: RefusedRow[] = [];
  const report = await readFills(path, directory, options, {
    fills: (columns, itsLines, itsSeqs) => {
      for (let row = 0; row < columns.count; row += 1) fills.push(columns.read(row, directory));
      lines.push(...itsLines);
      seqs.push(...(itsSeqs ?? []));
    },
    refused: (row) => refused.push(row),
  });
  return { fills, lines, seqs: seqs.length > 0 ? seqs : undefined, refused, report };
}

/** Reads fills out of a text or bytes, as if they stood in a file. */
export function readContent(content: string | Uint8Array, options: ReadFillsOptions = {}): Promise<Read> {
  return withFile(content, (path) => readPath(path, options));
}

/** The message that reading ends with, without the folder of the test. */
export async function failureOf(content: string | Uint8Array, options: ReadFillsOptions = {}): Promise<string> {
  return withFile(content, async (path) => {
    const error: unknown = await readPath(path, options).then(
      () => new Error("it was read"),
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof Error)) throw new TypeError("something else than an error was thrown");
    return `${error.name} ${error.message.replaceAll(path, "FILE")}`;
  });
}

/** Bytes in pieces of the given sizes, again and again. */
export function* pieces(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, k = 0; at < bytes.length; k += 1) {
    const size = Math.max(1, sizes[k % sizes.length] ?? bytes.length);
    yield Uint8Array.from(bytes.subarray(at, at + size));
    at += size;
  }
}
