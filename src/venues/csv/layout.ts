import type { ColumnMap } from "./column-map.ts";
import { FILL_COLUMNS, REQUIRED_FILL_COLUMNS, type FillColumn } from "./fill-row.ts";
import { InputError, shown } from "./input-error.ts";
import { nearest } from "./names.ts";

/** Where each value of a fill stands in a file. */
export interface FillLayout {
  readonly cells: number; // columns of the file; 0 for JSON, which has none
  readonly from: ReadonlyMap<FillColumn, number>; // the file's column of a value, counted from 0
  readonly keys: ReadonlyMap<FillColumn, readonly string[]>; // its key in JSON, of which at most one may stand in an object
  readonly constants: ReadonlyMap<FillColumn, string>; // for what the file does not say
  readonly signed: boolean;
  readonly autoId: boolean;
  readonly feeTurned: boolean; // the file writes a fee that was paid with a minus
}

export interface LayoutOptions {
  readonly map?: ColumnMap | undefined;
  readonly account?: string | undefined;
  readonly venue?: string | undefined;
  readonly ignoreExtra?: boolean | undefined;
}

/** Columns of a FILE.refused.csv that say why, not what. */
const ABOUT_REFUSALS: readonly string[] = ["line", "column", "reason"];

/** The layout of a table with this header. `place` says where column k stands, for messages. */
export function layoutOfHeader(header: readonly string[], options: LayoutOptions, place: (cell: number) => string): FillLayout {
  const names = header.map((name) => name.trim());
  const from = options.map === undefined ? canonical(names, options, place) : mapped(names, options.map, place);
  const layout = { ...withoutFile(options), cells: names.length, from };
  for (const column of REQUIRED_FILL_COLUMNS) {
    if (from.has(column) || layout.constants.has(column) || (column === "side" && layout.signed) || (column === "id" && layout.autoId)) continue;
    throw missing(column, names, options, place(0));
  }
  return layout;
}

/** The layout of JSON objects: each column by its keys. */
export function layoutOfJson(options: LayoutOptions, path: string): FillLayout {
  const keys = new Map<FillColumn, readonly string[]>();
  const { map } = options;
  for (const column of FILL_COLUMNS) {
    const source = map?.get(column);
    if (map === undefined) keys.set(column, [...new Set([camelCase(column), column])]);
    else if (source?.kind === "column") keys.set(column, [source.name]);
  }
  const layout = { ...withoutFile(options), cells: 0, keys };
  for (const column of REQUIRED_FILL_COLUMNS) {
    if (keys.has(column) || layout.constants.has(column) || (column === "side" && layout.signed) || (column === "id" && layout.autoId)) continue;
    throw missing(column, [], options, path);
  }
  return layout;
}

/** Says which known name was meant by an unknown one. */
export function unknownName(name: string, known: readonly string[], where: string, what = "column"): InputError {
  const meant = nearest(name, known);
  const mend = meant === undefined ? `known are ${known.join(", ")}: rename it` : `did you mean ${shown(meant)}? Rename it`;
  return new InputError(where, `unknown ${what} ${shown(name)}`, `${mend}, pass --ignore-extra, or describe the file with a --map`);
}

function withoutFile(options: LayoutOptions): FillLayout {
  const constants = new Map<FillColumn, string>([["account", "default"]]);
  for (const [column, source] of options.map ?? []) if (source.kind === "constant") constants.set(column, source.text);
  if (options.account !== undefined) constants.set("account", options.account); // what is typed wins over the map
  if (options.venue !== undefined) constants.set("venue", options.venue);
  const fee = options.map?.get("fee");
  return {
    cells: 0,
    from: new Map(),
    keys: new Map(),
    constants,
    signed: options.map?.get("side")?.kind === "sign",
    autoId: options.map?.get("id")?.kind === "auto",
    feeTurned: fee?.kind === "column" && fee.turned === true,
  };
}

function canonical(names: readonly string[], options: LayoutOptions, place: (cell: number) => string): Map<FillColumn, number> {
  const from = new Map<FillColumn, number>();
  if (!names.some((name) => isFillColumn(name))) throw noHeader(names, place(0));
  names.forEach((name, cell) => {
    if (isFillColumn(name)) {
      if (from.has(name)) throw new InputError(place(cell), `the column ${shown(name)} stands twice`, "remove or rename one of them");
      from.set(name, cell);
    } else if (options.ignoreExtra !== true && !ABOUT_REFUSALS.includes(name)) {
      const free = FILL_COLUMNS.filter((column) => !names.includes(column));
      if (name === "") throw new InputError(place(cell), "a column has no name", "name it, pass --ignore-extra, or describe the file with a --map");
      throw unknownName(name, nearest(name, free) === undefined ? FILL_COLUMNS : free, place(cell));
    }
  });
  return from;
}

function mapped(names: readonly string[], map: ColumnMap, place: (cell: number) => string): Map<FillColumn, number> {
  const from = new Map<FillColumn, number>();
  for (const [column, source] of map) {
    if (source.kind !== "column") continue;
    const cell = names.indexOf(source.name);
    if (cell < 0) {
      const meant = nearest(source.name, names);
      const hint = meant === undefined ? `its columns are ${names.map(shown).join(", ")}` : `did you mean ${shown(meant)}?`;
      throw new InputError(place(0), `the map takes ${column} from a column ${shown(source.name)} that the file does not have`, hint);
    }
    if (names.lastIndexOf(source.name) !== cell) {
      throw new InputError(place(names.lastIndexOf(source.name)), `the column ${shown(source.name)}, which the map takes ${column} from, stands twice`, "rename one of them");
    }
    from.set(column, cell);
  }
  return from;
}

function missing(column: FillColumn, names: readonly string[], options: LayoutOptions, where: string): InputError {
  if (options.map !== undefined) return new InputError(where, `the map does not say where ${column} comes from`, mendMap(column));
  const others = names.filter((name) => !isFillColumn(name));
  const meant = others.find((name) => nearest(name, [column]) === column);
  const hint = meant === undefined ? "" : `is it ${shown(meant)}? `;
  return new InputError(where, `the column ${shown(column)} is missing`, `${hint}${column === "venue" ? "add it or pass --venue" : "add it or describe the file with a --map"}`);
}

function mendMap(column: FillColumn): string {
  if (column === "id") return 'add "id: auto" if the file has no trade ids';
  if (column === "side") return 'add "side: sign" if quantities are signed';
  return column === "venue" ? 'add "venue: =name" or pass --venue' : `add "${column}: its column", or "${column}: =text" for a constant`;
}

function noHeader(names: readonly string[], where: string): InputError {
  const first = names.slice(0, 4).map(shown).join(", ");
  return new InputError(where, `no column of a fill stands in the first line (${first}${names.length > 4 ? ", …" : ""})`, `start the file with a header like ${REQUIRED_FILL_COLUMNS.join(",")}, or describe it with a --map`);
}

function isFillColumn(name: string): name is FillColumn {
  return (FILL_COLUMNS as readonly string[]).includes(name);
}

function camelCase(column: string): string {
  return column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
