import { InputError } from "./input-error.ts";
import { isOneElement } from "./json-scanner.ts";

export type FileFormat = "csv" | "json" | "ndjson";

const END_OF_LINE = 10;
const SEPARATORS = [",", ";", "\t"].map((separator) => separator.charCodeAt(0));

/** Bytes before the text starts: a UTF-8 mark is skipped; a file that is plainly no UTF-8 text is refused. */
export function skipMark(head: Uint8Array, path: string): number {
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  const line = head.subarray(0, Math.min(head.length, 64 * 1024));
  if (starts(0xff, 0xfe) || starts(0xfe, 0xff)) throw new InputError(`${path}:1:1`, "is UTF-16 text", "save it as UTF-8");
  if (starts(0x50, 0x4b, 3, 4)) throw new InputError(`${path}:1:1`, "is a ZIP or Excel file", "save the sheet as CSV (UTF-8), or unpack it");
  const zero = line.indexOf(0);
  const end = line.indexOf(END_OF_LINE);
  if (zero >= 0 && (end < 0 || zero < end)) throw new InputError(`${path}:1:${zero + 1}`, "is not text: a NUL byte stands in its first line", "save it as UTF-8 text");
  return starts(0xef, 0xbb, 0xbf) ? 3 : 0;
}

/** Tells CSV, JSON and NDJSON by the first bytes that say something: an object on a line of its own is a row. */
export function detectFormat(head: Uint8Array, listKey: string | undefined): FileFormat {
  const start = head.findIndex((byte) => byte > 32);
  if (head[start] === 91) return "json"; // [
  if (head[start] !== 123) return "csv"; // {
  const end = head.indexOf(END_OF_LINE, start);
  return isOneElement(head.subarray(start, end < 0 ? head.length : end), listKey) ? "ndjson" : "json";
}

/** The separator of a CSV header: the one that stands in it most often, outside quotes. */
export function detectSeparator(head: Uint8Array): number {
  const counts = SEPARATORS.map(() => 0);
  let quoted = false;
  let started = false;
  for (const byte of head) {
    if (byte === 34) quoted = !quoted;
    if (quoted) continue;
    if (byte === END_OF_LINE && started) break;
    if (byte > 32 || byte === 9) started = true;
    const which = SEPARATORS.indexOf(byte);
    if (which >= 0) counts[which]! += 1;
  }
  return SEPARATORS[counts.indexOf(Math.max(...counts))]!;
}
