import { parse } from "lossless-json";
import { textOf } from "./cell.ts";

/** The values of a JSON object as texts: numbers as they are written, `null` as "". */
export type JsonTexts = ReadonlyMap<string, string | { readonly notText: string }>;

/** Reads a JSON object of plain values; a sentence when it is none. No number goes through a float. */
export function readJsonRow(bytes: Uint8Array): JsonTexts | string {
  const text = textOf(bytes, 0, bytes.length);
  if (text === undefined) return "is not UTF-8";
  let value: unknown;
  try {
    value = parse(text, undefined, { parseNumber: (digits) => digits, onDuplicateKey: ({ key }) => { throw new SyntaxError(`the key "${key}" stands twice`); } });
  } catch (error) {
    return `is not JSON: ${error instanceof RangeError ? "too deeply nested" : (error as Error).message}`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "is not an object: write {\"id\": …}";
  const texts = new Map<string, string | { notText: string }>();
  for (const [key, cell] of Object.entries(value)) {
    texts.set(key, typeof cell === "string" ? cell : cell === null ? "" : { notText: typeof cell === "boolean" ? String(cell) : Array.isArray(cell) ? "a list" : "an object" });
  }
  return texts;
}
