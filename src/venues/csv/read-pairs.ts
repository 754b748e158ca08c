import { hash } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";
import { formatDecimal, isProblem, multiplyDecimals, readDecimal, type Decimal } from "../../core/num/index.ts";
import { PAIR_COLUMNS, type PairTexts } from "../../core/pairs/index.ts";
import type { FileFormat } from "./format.ts";
import { InputError } from "./input-error.ts";
import type { PairMap } from "./pair-map.ts";
import { readTable } from "./read-table.ts";
import type { RefusedRow } from "./refused.ts";

/** A row about a pair, and where it stands. */
export interface PairRow {
  readonly line: number;
  readonly raw: string;
  readonly texts: PairTexts;
  readonly realized: string | undefined; // what the file itself says, in cents; with a map that names it
}

export interface ReadPairsOptions {
  readonly map?: PairMap | undefined;
  readonly account?: string | undefined; // of rows that name none
  readonly format?: FileFormat | "auto" | undefined;
}

const HEAD = 4_096;
const HUNDRED: Decimal = { mantissa: 100n, digits: 0 };

/** Whether a file is one of pairs: its first line, or its first row, has a column `pair_id`. Not told of a pipe, which cannot be read twice. */
export function holdsPairs(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const bytes = Buffer.alloc(HEAD);
  const file = openSync(path, "r");
  const read = readSync(file, bytes, 0, HEAD, 0);
  closeSync(file);
  const head = bytes[0] === 0x1f && bytes[1] === 0x8b ? unpacked(bytes.subarray(0, read)) : bytes.toString("utf8", 0, read);
  if (/^\uFEFF?\s*[[{]/.test(head)) return !/^\uFEFF?\s*\{\s*"fillbook"/.test(head) && /"pair(Id|_id)"\s*:/.test(head);
  return /(^|[,;\t])\s*"?pair_id"?\s*([,;\t\r]|$)/.test(head.replace(/^\uFEFF/, "").trimStart().split("\n")[0]!);
}

function unpacked(bytes: Uint8Array): string {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString("utf8");
  } catch {
    return ""; // damaged: reading it as fills says so, with the place
  }
}

/**
 * Reads rows about pairs: with both legs, of one venue, or with a `type`. With a map, any two-leg table. What the cells say is read when
 * they are booked, by what is known of their pair then.
 * @throws InputError for a file that cannot be read at all
 */
export async function readPairs(path: string, { map, account, format = "auto" }: ReadPairsOptions, refused: (row: RefusedRow) => void): Promise<PairRow[]> {
  const rows: PairRow[] = [];
  if (map === undefined) {
    await readTable(path, { columns: PAIR_COLUMNS, required: ["pair_id"], listKey: "pairs" }, {
      row: ({ line, raw, values: { seq: _, ...texts } }) => void rows.push({ line, raw, realized: undefined, texts: texts["account"] === "" || texts["account"] === undefined ? { ...texts, ...(account === undefined || (texts["type"] ?? "") !== "" ? {} : { account }) } : texts }),
      refused,
    }, format);
    return rows;
  }
  const ids = new Map<string, number>();
  const { columns } = await readTable(path, { columns: "any" }, {
    row: ({ line, raw, values }) => {
      const read = legsOf(values, map, account, ids);
      if ("reason" in read) refused({ line, column: read.column, reason: read.reason, raw });
      else rows.push({ line, raw, ...read });
    },
    refused,
  }, format);
  const absent = [...map].find(([, source]) => source !== "auto" && "column" in source && columns.length > 0 && !columns.includes(source.column));
  if (absent !== undefined) throw new InputError(`${path}:1:1`, `the map takes ${absent[0]} from a column that is not there`, `the columns are ${columns.join(", ")}`);
  return rows;
}

/** The texts of a map from a file. @throws InputError */
export async function readPairMap(path: string): Promise<PairMap | undefined> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new InputError(path, `the map cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"})`, "check the path");
  }
  const { isPairMap, parsePairMap } = await import("./pair-map.ts");
  return isPairMap(text) ? parsePairMap(text, path) : undefined;
}

class Unmapped extends Error {
  readonly column: string;
  constructor(column: string, reason: string) {
    super(reason);
    this.column = column;
  }
}

/** A row of two legs as one with a column for each venue. */
function legsOf(values: Readonly<Record<string, string>>, map: PairMap, account: string | undefined, ids: Map<string, number>): Pick<PairRow, "texts" | "realized"> | { readonly column: string; readonly reason: string } {
  const text = (key: string): string => {
    const source = map.get(key);
    if (source === undefined || source === "auto") return "";
    return "text" in source ? source.text : (values[source.column] ?? "").trim();
  };
  const cents = (key: string): string => text(`${key}_cents`) || inCents(key, text(key));
  try {
    const texts: Record<string, string> = { timestamp: text("timestamp"), account: text("account") || (account ?? ""), polymarket_category: text("polymarket_category"), kalshi_market: text("kalshi_market"), polymarket_market: text("polymarket_market") };
    for (const leg of ["leg_a", "leg_b"]) {
      const venue = text(`${leg}_venue`).toLowerCase();
      if (venue !== "kalshi" && venue !== "polymarket") throw new Unmapped(`${leg}_venue`, `"${venue}" is neither kalshi nor polymarket`);
      if (texts[`${venue}_side`] !== undefined) throw new Unmapped(`${leg}_venue`, `both legs are at ${venue}: give each as a fill of its own`);
      texts[`${venue}_side`] = text(`${leg}_side`).toLowerCase();
      texts[`${venue}_quantity`] = text(`${leg}_quantity`) || "0";
      texts[`${venue}_price_cents`] = cents(`${leg}_price`);
      texts[`${venue}_fees_cents`] = text(`${leg}_fees_cents`) || inCents(`${leg}_fee`, text(`${leg}_fee`));
      const market = text(`${leg}_market`);
      if (market !== "") texts[`${venue}_market`] = market;
    }
    texts["arb_type"] = text("arb_type") || (texts["kalshi_side"] === "no" ? "poly_yes_kalshi_no" : "kalshi_yes_poly_no");
    const id = text("id") || autoId(Object.entries(texts).filter(([column]) => !/fees|category/.test(column)).map(([, value]) => value), ids);
    return { texts: { ...texts, id, pair_id: text("pair_id") || id }, realized: text("realized") === "" ? undefined : inCents("realized", text("realized")) };
  } catch (error) {
    if (error instanceof Unmapped) return { column: error.column, reason: error.message };
    throw error;
  }
}

/** Made from what was traded, and the row's number among equal ones, so that the same file again has the same ids. */
function autoId(content: readonly string[], ids: Map<string, number>): string {
  const digest = hash("sha256", content.join("\u0000"), "hex").slice(0, 12);
  const count = (ids.get(digest) ?? 0) + 1;
  ids.set(digest, count);
  return `auto-${digest}-${count}`;
}

/** Dollars as cents; "" where there is nothing. */
function inCents(column: string, dollars: string): string {
  if (dollars === "") return "";
  const read = readDecimal(dollars);
  if (isProblem(read)) throw new Unmapped(column, read.why);
  return formatDecimal(multiplyDecimals(read, HUNDRED));
}
