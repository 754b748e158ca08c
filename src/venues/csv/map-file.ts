import { readFileSync } from "node:fs";
import type { ColumnMap } from "./column-map.ts";
import { InputError } from "./input-error.ts";

/** Reads a column map out of a file: see `parseColumnMap`. What only maps need is loaded here, since most imports have none. */
export async function readColumnMap(path: string): Promise<ColumnMap> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new InputError(path, `the map cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"})`, "check the path");
  }
  const { parseColumnMap } = await import("./column-map.ts");
  return parseColumnMap(text, path);
}
