import { FILL_COLUMNS, type FillColumn, type FillTexts } from "./fill-row.ts";
import { shown } from "./input-error.ts";
import { isJsonProblem, readJsonRow } from "./json-row.ts";
import type { FillLayout } from "./layout.ts";
import { nearest, snakeCase } from "./names.ts";

/** Why an object is no row of fills, told before its values are read. */
export interface NoRow {
  readonly reason: string;
  readonly column?: FillColumn;
  readonly unknownKey?: string;
  readonly isJson: boolean;
}

/**
 * The values of one JSON object by their columns, as texts: the plain way, to which the fast one (`FastObject`) is held
 * equal.
 * @param extras whether keys may stand there that the layout does not know
 */
export function readJsonFill(bytes: Uint8Array, layout: FillLayout, extras: boolean): { readonly texts: FillTexts } | NoRow {
  const read = readJsonRow(bytes);
  if (isJsonProblem(read)) return read;
  const texts: { [column in FillColumn]?: string } = {};
  let known = 0;
  for (const [column, keys] of layout.keys) {
    for (const key of keys) {
      const text = read.get(key);
      if (text === undefined) continue;
      known += 1;
      if (typeof text !== "string") return { column, reason: `is ${text.notText}, not a text or a number`, isJson: true };
      if (texts[column] !== undefined) return { column, reason: `stands twice: as ${keys.map(shown).join(" and ")}`, isJson: true };
      texts[column] = text;
    }
  }
  if (known < read.size && !extras) {
    const extra = [...read.keys()].find((key) => !(FILL_COLUMNS as readonly string[]).includes(snakeCase(key)) || ![...layout.keys.values()].flat().includes(key));
    if (extra !== undefined) return { reason: `unknown key ${shown(extra)}${hint(extra)}`, unknownKey: extra, isJson: true };
  }
  return { texts };
}

/** Whether an object is no row. */
export function isNoRow(read: { readonly texts: FillTexts } | NoRow): read is NoRow {
  return "reason" in read;
}

/** The texts with those that the file does not say, and a fee with the sign that it has here. */
export function withConstants(texts: FillTexts, layout: FillLayout): FillTexts {
  const all: { [column in FillColumn]?: string | undefined } = { ...texts };
  for (const [column, text] of layout.constants) if (all[column] === undefined || (column === "account" && all.account!.trim() === "")) all[column] = text;
  if (layout.feeTurned && all.fee !== undefined) all.fee = turned(all.fee);
  return all;
}

/** An amount with the other sign; what is none stays, to be refused as it stands. */
function turned(text: string): string {
  const [, sign, amount] = /^\s*([+-]?)([\d.].*)$/s.exec(text) ?? [];
  if (amount === undefined) return text;
  return sign === "-" ? amount : `-${amount}`;
}

function hint(key: string): string {
  const meant = nearest(key, FILL_COLUMNS);
  return meant === undefined ? "" : `: did you mean ${shown(meant)}?`;
}
