import { joined } from "./bytes.ts";
import { CsvScanner, type CsvTaker } from "./csv-scanner.ts";
import { detectFormat, detectSeparator, skipMark, type FileFormat } from "./format.ts";
import { InputError } from "./input-error.ts";
import { JsonScanner, type ElementTaker } from "./json-scanner.ts";
import { LineScanner } from "./line-scanner.ts";
import { ReadAhead, STRIPS, type Strips, type StripTaker } from "./read-ahead.ts";
import { Source } from "./source.ts";

/** Takes the rows of a file of any format. */
export interface RowTaker extends CsvTaker, ElementTaker, Partial<StripTaker> {
  /** Before the first row; throws `InputError` when such a file is not wanted. */
  begin(format: FileFormat, separator: number): void;
}

export interface ReadOptions {
  readonly format?: FileFormat | "auto" | undefined;
  readonly listKey?: string | undefined; // JSON may be `{listKey: [rows]}`
  readonly longest?: number; // bytes of an object of JSON; 1 MB unless said
  readonly onProgress?: ((bytesRead: number, bytesTotal: number) => void) | undefined;
  readonly strips?: Strips | undefined; // for tests
}

interface Scanner {
  push(bytes: Uint8Array): void;
  finish(cut?: string): void;
}

const ENOUGH = 1 << 20;

/** Reads a file once, from its first byte to its last, and gives its rows. Returns warnings. */
export async function readRows(path: string, options: ReadOptions, taker: RowTaker): Promise<string[]> {
  const source = new Source(path, options.onProgress, options.strips?.chunk);
  let head: Uint8Array = new Uint8Array(0);
  let scanner: Scanner | undefined;
  const ahead = canTakeStrips(taker) ? new ReadAhead(source, taker, options.strips ?? STRIPS) : undefined;
  try {
    for await (const chunk of source.chunks()) {
      if (scanner !== undefined) scanner.push(chunk);
      else {
        head = joined(head, chunk);
        if (!saysEnough(head)) continue;
        scanner = begin(path, head, options, taker, ahead);
      }
      if (scanner instanceof CsvScanner) await ahead?.step(scanner);
    }
  } finally {
    ahead?.close();
  }
  scanner ??= begin(path, head, options, taker);
  scanner.finish(source.cut);
  return source.warnings;
}

function canTakeStrips(taker: RowTaker): taker is RowTaker & StripTaker {
  return taker.takeStrip !== undefined;
}

/** A line that says something, or so much that it does not matter. */
function saysEnough(head: Uint8Array): boolean {
  const start = head.findIndex((byte) => byte > 32);
  return head.length >= ENOUGH || (start >= 0 && head.indexOf(10, start) >= 0);
}

function begin(path: string, head: Uint8Array, options: ReadOptions, taker: RowTaker, ahead?: ReadAhead): Scanner {
  const text = head.subarray(skipMark(head, path));
  if (!text.some((byte) => byte > 32)) throw new InputError(path, "is empty", "check that it was written to the end");
  const { format = "auto", listKey, longest } = options;
  const found = format === "auto" ? detectFormat(text, listKey) : format;
  const separator = detectSeparator(text);
  taker.begin(found, separator);
  if (found === "csv") ahead?.prepare();
  const scanner = found === "csv" ? new CsvScanner(separator, taker) : found === "json" ? new JsonScanner(taker, listKey, longest) : new LineScanner(taker, longest);
  scanner.push(text);
  return scanner;
}
