import type { CsvRow } from "./csv-scanner.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Text of bytes, `undefined` where they are no UTF-8. */
export function textOf(bytes: Uint8Array, from: number, to: number): string | undefined {
  try {
    return strict.decode(bytes.subarray(from, to));
  } catch {
    return undefined;
  }
}

/** Text of one cell of a row, without its quotes; `undefined` where its bytes are no UTF-8. */
export function cellText(row: CsvRow, cell: number): string | undefined {
  const from = row.from[cell]!;
  const text = textOf(row.bytes, from, row.to[cell]!);
  const quoted = row.doubled && from > row.begin && row.bytes[from - 1] === 34;
  return quoted ? text?.replaceAll('""', '"') : text;
}
