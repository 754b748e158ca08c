import { parse } from "lossless-json";
import { textOf } from "./cell.ts";

/** The values of a JSON object as texts: numbers as they are written, `null` as "". */
export type JsonTexts = ReadonlyMap<string, string | { readonly notText: string }>;

/** Why bytes are no object of plain values. */
export interface JsonProblem {
  readonly reason: string;
  readonly isJson: boolean; // JSON, but something else
}

/** Reads a JSON object of plain values; no number goes through a float. */
export function readJsonRow(bytes: Uint8Array): JsonTexts | JsonProblem {
  const text = textOf(bytes, 0, bytes.length);
  if (text === undefined) return { reason: "is not UTF-8", isJson: false };
  let value: unknown;
  try {
    value = parse(text, undefined, { parseNumber: (digits) => digits, onDuplicateKey: ({ key }) => { throw new SyntaxError(`the key "${key}" stands twice`); } });
  } catch (error) {
    return { reason: `is not JSON: ${error instanceof RangeError ? "too deeply nested" : (error as Error).message}`, isJson: false };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { reason: "is not an object: write {\"id\": …}", isJson: true };
  const texts = new Map<string, string | { notText: string }>();
  for (const [key, cell] of Object.entries(value)) {
    texts.set(key, typeof cell === "string" ? cell : cell === null ? "" : { notText: typeof cell === "boolean" ? String(cell) : Array.isArray(cell) ? "a list" : "an object" });
  }
  return texts;
}

/** Whether reading an object failed. */
export function isJsonProblem(read: JsonTexts | JsonProblem): read is JsonProblem {
  return "reason" in read;
}
