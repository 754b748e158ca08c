import { accessSync, closeSync, constants, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** A row that was not taken, and why. */
export interface RefusedRow {
  readonly line: number; // where the row starts, counted from 1
  readonly column?: string; // the canonical column at fault, where it is one
  readonly reason: string;
  readonly raw: string; // at most 4 KiB of the row as it stands in the file
}

const RAW_BYTES = 4096;
const FLUSH_AT = 64 * 1024;
const HEADER = "line,column,reason,row\n";
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** The start of a row as text, for people to find it again; bytes that are no UTF-8 show as U+FFFD. */
export function rawText(bytes: Uint8Array): string {
  let end = Math.min(bytes.length, RAW_BYTES);
  if (end < bytes.length) while (end > RAW_BYTES - 4 && (bytes[end]! & 0xc0) === 0x80) end -= 1; // never through a character
  return lenient.decode(bytes.subarray(0, end));
}

/** Writes FILE.refused.csv as refusals come, so that a million of them need no memory. The file is made with the first one. */
export class RefusedFile {
  readonly path: string;
  count = 0;
  #file: number | undefined;
  #waiting = "";

  constructor(path: string) {
    this.path = path;
  }

  /** A file for a new run: one that an earlier run left would tell of rows that are booked by now. */
  static fresh(path: string): RefusedFile {
    accessSync(dirname(path), constants.W_OK); // told before anything is booked
    rmSync(path, { force: true });
    return new RefusedFile(path);
  }

  add(row: RefusedRow): void {
    if (this.count === 0) this.#waiting = HEADER;
    this.count += 1;
    this.#waiting += `${row.line},${cell(row.column ?? "")},${cell(row.reason)},${cell(row.raw)}\n`;
    if (this.#waiting.length >= FLUSH_AT) this.#flush();
  }

  /** Takes back all that was added. */
  discard(): void {
    this.#waiting = "";
    this.count = 0;
    if (this.#file === undefined) return;
    this.close();
    rmSync(this.path, { force: true });
  }

  close(): void {
    this.#flush();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #flush(): void {
    if (this.#waiting === "") return;
    this.#file ??= openSync(this.path, "w");
    const bytes = Buffer.from(this.#waiting);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#waiting = "";
  }
}

/** Whether a file is one that `RefusedFile` wrote. */
export function isRefusedList(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const bytes = Buffer.alloc(HEADER.length);
  const file = openSync(path, "r");
  try {
    return readSync(file, bytes, 0, bytes.length, 0) === bytes.length && bytes.toString() === HEADER;
  } finally {
    closeSync(file);
  }
}

/** Writes refused rows as CSV: `line,column,reason,row`. Cells are data: one that starts with `=` stays as it is. */
export function writeRefused(path: string, rows: Iterable<RefusedRow>): void {
  const file = new RefusedFile(path);
  try {
    for (const row of rows) file.add(row);
  } finally {
    file.close();
  }
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
