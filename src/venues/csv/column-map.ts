import { isMap, LineCounter, parseDocument, type Scalar } from "yaml";
import { z } from "zod";
import { FILL_COLUMNS, type FillColumn } from "./fill-row.ts";
import { InputError, shown } from "./input-error.ts";
import { nearest } from "./names.ts";

/** Where a value comes from: a column of the file, a fixed text, the sign of the quantity, or the row itself. */
export type ColumnSource =
  | { readonly kind: "column"; readonly name: string; readonly turned?: boolean } // turned: a fee that is paid below 0
  | { readonly kind: "constant"; readonly text: string }
  | { readonly kind: "sign" }
  | { readonly kind: "auto" };

/** How to read a table of another shape: for each column of a fill, where it comes from. */
export type ColumnMap = ReadonlyMap<FillColumn, ColumnSource>;

const Entry = z.union([z.string(), z.number().transform(String)], { error: "must be a text: the file's column, \"\" for the one without a header, or =text" });

/**
 * Reads a column map (YAML). Keys are columns of a fill; a value is the file's own column, `""` for the one without a
 * header, `=text` for a constant; `side: sign`, `id: auto` and `fee: -column` (of a venue that writes what was paid with a
 * minus) have meanings of their own. `path` is for messages.
 */
export function parseColumnMap(text: string, path: string): ColumnMap {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const place = (offset: number | undefined) => {
    const { line, col } = lines.linePos(offset ?? 0);
    return `${path}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const [broken] = document.errors;
  if (broken !== undefined) throw new InputError(place(broken.pos[0]), `not YAML: ${broken.message.split("\n")[0]}`, "write one line per column, like `quantity: amount`");
  const table = z.record(z.string(), z.unknown()).safeParse(document.toJS());
  if (!table.success) throw new InputError(place(0), "a map is a list of columns", "write one line per column, like `quantity: amount`");
  const map = new Map<FillColumn, ColumnSource>();
  for (const [column, value] of Object.entries(table.data)) {
    const key = isMap<Scalar>(document.contents) ? document.contents.items.find((pair) => String(pair.key.value) === column)?.key : undefined;
    const where = place(key?.range?.[0]);
    if (!isMappable(column)) {
      const meant = nearest(column, FILL_COLUMNS);
      throw new InputError(where, `a fill has no column ${shown(column)}`, meant === undefined ? `its columns are ${FILL_COLUMNS.join(", ")}` : `did you mean ${shown(meant)}?`);
    }
    const entry = Entry.safeParse(value);
    if (!entry.success) throw new InputError(where, `${column} ${entry.error.issues[0]?.message ?? "must be a text"}`, `write "${column}: its column"`);
    map.set(column, sourceOf(column, entry.data));
  }
  return map;
}

function sourceOf(column: FillColumn, text: string): ColumnSource {
  if (text.startsWith("=")) return { kind: "constant", text: text.slice(1) };
  if (column === "side" && text === "sign") return { kind: "sign" };
  if (column === "id" && text === "auto") return { kind: "auto" };
  if (column === "fee" && /^-./.test(text)) return { kind: "column", name: text.slice(1).trim(), turned: true };
  return { kind: "column", name: text.trim() };
}

function isMappable(column: string): column is FillColumn {
  return (FILL_COLUMNS as readonly string[]).includes(column);
}
