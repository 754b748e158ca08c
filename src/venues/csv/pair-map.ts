import { isMap, LineCounter, parseDocument, type Scalar } from "yaml";
import { InputError, shown } from "./input-error.ts";
import { nearest } from "./names.ts";

const LEG = ["venue", "market", "side", "price", "price_cents", "quantity", "fee", "fees_cents"] as const;
/** What a map of a two-leg table names: legs a and b, of whichever venue each row says. */
export const PAIR_MAP_KEYS: readonly string[] = ["id", "pair_id", "arb_type", "timestamp", "account", "kalshi_market", "polymarket_market", "polymarket_category", "realized", ...["a", "b"].flatMap((leg) => LEG.map((column) => `leg_${leg}_${column}`))];
const REQUIRED: readonly string[] = ["timestamp", ...["a", "b"].flatMap((leg) => ["venue", "side", "quantity"].map((column) => `leg_${leg}_${column}`))];

/** For each key the file's column, or a constant. `auto` for an id is made from the row, for a type from its legs. */
export type PairMap = ReadonlyMap<string, { readonly column: string } | { readonly text: string } | "auto">;

/** Whether a map is one of a two-leg table. */
export function isPairMap(text: string): boolean {
  return /^\s*["']?(pair_id|leg_[ab]_\w+)["']?\s*:/m.test(text);
}

/** Reads a map of a two-leg table (YAML). @param path for messages @throws InputError */
export function parsePairMap(text: string, path: string): PairMap {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const place = (offset: number | undefined) => {
    const { line, col } = lines.linePos(offset ?? 0);
    return `${path}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const [broken] = document.errors;
  if (broken !== undefined) throw new InputError(place(broken.pos[0]), `not YAML: ${broken.message.split("\n")[0]}`, "write one line per column, like `leg_a_price: fill_price`");
  if (!isMap<Scalar, Scalar>(document.contents)) throw new InputError(place(0), "a map is a list of columns", "write one line per column, like `leg_a_price: fill_price`");
  const map = new Map<string, { readonly column: string } | { readonly text: string } | "auto">();
  for (const { key, value } of document.contents.items) {
    const name = String(key.value);
    const where = place(key.range?.[0]);
    const said = value?.value;
    if (!PAIR_MAP_KEYS.includes(name)) {
      const meant = nearest(name, PAIR_MAP_KEYS);
      throw new InputError(where, `a two-leg table has no column ${shown(name)}`, meant === undefined ? `its columns are ${PAIR_MAP_KEYS.join(", ")}` : `did you mean ${shown(meant)}?`);
    }
    if (typeof said !== "string") throw new InputError(where, `${name} must be a text`, `write "${name}: its column", or "=text" for a constant`);
    map.set(name, said === "auto" && ["id", "pair_id", "arb_type"].includes(name) ? "auto" : said.startsWith("=") ? { text: said.slice(1) } : { column: said.trim() });
  }
  const missing = REQUIRED.find((name) => !map.has(name)) ?? ["a", "b"].map((leg) => `leg_${leg}_price`).find((name) => !map.has(name) && !map.has(`${name}_cents`));
  if (missing !== undefined) throw new InputError(place(0), `the map names no ${missing}`, `add a line "${missing}: its column"`);
  return map;
}
