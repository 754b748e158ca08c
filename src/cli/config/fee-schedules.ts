import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from "yaml";
import type { FeeSchedules, KalshiRates, KalshiSeries, PolymarketRates } from "../../core/market/index.ts";
import { readTime, shown } from "../../core/model/index.ts";
import { decimalOf, isProblem, readDecimal } from "../../core/num/index.ts";
import { BadValue } from "./settings.ts";

const ROWS = {
  "kalshi.rates": { needs: ["from", "taker", "maker"], may: ["source"], like: "{from: 2026-12-01, taker: 0.07, maker: 0.0175}" },
  "kalshi.series": { needs: ["series", "from"], may: ["type", "multiplier", "source"], like: "{series: KXNFLGAME, from: 2026-12-01, type: quadratic_with_maker_fees, multiplier: 0.5}" },
  "polymarket.rates": { needs: ["category", "from", "rate"], may: ["exponent", "digits", "source"], like: "{category: sports, from: 2026-12-01, rate: 0.05}" },
} as const;
type Kind = keyof typeof ROWS;
const KINDS = Object.keys(ROWS) as Kind[];
const TYPES: readonly KalshiSeries["type"][] = ["quadratic", "quadratic_with_maker_fees"];
/** Today's formula of Polymarket: rate × p × (1 − p), five decimals of a USDC. */
const USUAL = { exponent: "1", digits: "5" };

/**
 * Reads a file of dated fee schedules: lists `rates` and `series` under `kalshi`, `rates` under `polymarket`, a row for each day from which something holds.
 * Scalars are read as text, so that no rate passes through a float.
 * @param file for messages and as the source of rows that name none
 * @throws BadValue with the line and the column
 */
export function readFeeSchedules(text: string, file: string): Partial<FeeSchedules> {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: "failsafe", lineCounter: lines });
  const place = (node: unknown) => {
    const { line, col } = lines.linePos((node as Node | null)?.range?.[0] ?? 0);
    return `${file}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error !== undefined) throw new BadValue(`${file}:${error.linePos?.[0].line ?? 1}:${error.linePos?.[0].col ?? 1}: not YAML: ${error.message.split("\n")[0]!}`);
  const found: { readonly [kind in Kind]: FeeRow[] } = { "kalshi.rates": [], "kalshi.series": [], "polymarket.rates": [] };
  for (const [venue, lists, at] of entriesOf(document.contents, place, "the file")) {
    if (!KINDS.some((kind) => kind.startsWith(`${venue}.`))) throw new BadValue(`${at}: ${shown(venue)} is no venue with schedules: write kalshi or polymarket`);
    for (const [list, rows, where] of entriesOf(lists, place, venue)) {
      const kind = KINDS.find((one) => one === `${venue}.${list}`);
      if (kind === undefined) throw new BadValue(`${where}: ${venue} has no list ${shown(list)}: write ${KINDS.filter((one) => one.startsWith(venue)).map((one) => one.split(".")[1]!).join(" or ")}`);
      if (!isSeq(rows)) throw new BadValue(`${where}: ${kind}: is a list of rows such as ${ROWS[kind].like}`);
      for (const row of rows.items) found[kind].push(new FeeRow(kind, row, place, file));
    }
  }
  for (const rows of Object.values(found)) noTwice(rows);
  return { kalshiRates: found["kalshi.rates"].map(ratesOf), kalshiSeries: found["kalshi.series"].map(seriesOf), polymarketRates: found["polymarket.rates"].map(polymarketOf) };
}

function ratesOf(row: FeeRow): KalshiRates {
  return { from: row.day(), taker: row.share("taker"), maker: row.share("maker"), source: row.source };
}

function seriesOf(row: FeeRow): KalshiSeries {
  return { series: row.text("series"), from: row.day(), type: row.oneOf("type", TYPES, "quadratic"), multiplier: row.number("multiplier", "1"), source: row.source };
}

function polymarketOf(row: FeeRow): PolymarketRates {
  const [exponent, digits] = [row.oneOf("exponent", ["1", "2"], USUAL.exponent), row.oneOf("digits", ["4", "5", "6"], USUAL.digits)];
  return { from: row.day(), rates: { [row.text("category")]: row.share("rate") }, exponent: Number(exponent), timesPrice: false, digits: Number(digits), source: row.source };
}

function noTwice(rows: readonly FeeRow[]): void {
  const seen = new Map<string, FeeRow>();
  for (const row of rows) {
    const before = seen.get(row.name);
    if (before !== undefined) throw new BadValue(`${row.where}: ${row.name} is said at ${before.where} already: leave one of the two out`);
    seen.set(row.name, row);
  }
}

/** One row of a list. */
class FeeRow {
  readonly where: string;
  readonly source: string;
  readonly #texts = new Map<string, string>();

  constructor(kind: Kind, of: unknown, place: (node: unknown) => string, file: string) {
    this.where = place(of);
    const { needs, may, like } = ROWS[kind];
    const keys: readonly string[] = [...needs, ...may];
    for (const [key, value, at] of entriesOf(of, place, kind)) {
      if (!keys.includes(key)) throw new BadValue(`${at}: ${kind}: ${shown(key)} is no key of a row: its keys are ${keys.join(", ")}`);
      if (!isScalar(value) || typeof value.value !== "string" || value.value.trim() === "") throw new BadValue(`${at}: ${kind}: ${key} is one value, as in ${like}`);
      this.#texts.set(key, value.value.trim());
    }
    const missing = needs.find((key) => !this.#texts.has(key));
    if (missing !== undefined) throw new BadValue(`${this.where}: ${kind}: a row without ${missing}: write ${like}`);
    this.source = this.#texts.get("source") ?? file;
  }

  /** What it is a row of, and from when. */
  get name(): string {
    return `${this.#texts.get("series") ?? this.#texts.get("category") ?? "the rate"} from ${this.#texts.get("from")!}`;
  }

  text(key: string): string {
    return this.#texts.get(key)!;
  }

  day(): string {
    const text = this.text("from");
    const time = readTime(text);
    if ("problem" in time || !/^\d{4}-\d{2}-\d{2}/.test(text)) throw new BadValue(`${this.where}: from: ${shown(text)} is no time like 2026-12-01 or 2026-12-01T14:00:00Z`);
    return text;
  }

  oneOf<Word extends string>(key: string, words: readonly Word[], usual: Word): Word {
    const text = this.#texts.get(key) ?? usual;
    const found = words.find((word) => word === text);
    if (found === undefined) throw new BadValue(`${this.where}: ${key}: ${shown(text)} is none of ${words.join(", ")}`);
    return found;
  }

  /** Of a dollar. */
  share(key: string): string {
    const text = this.number(key);
    const { mantissa, digits } = decimalOf(text);
    if (mantissa >= 10n ** BigInt(digits)) throw new BadValue(`${this.where}: ${key}: ${shown(text)}: a rate is a share below 1, like 0.07`);
    return text;
  }

  number(key: string, usual?: string): string {
    const text = this.#texts.get(key) ?? usual!;
    const value = readDecimal(text);
    if (isProblem(value) || value.mantissa < 0n) throw new BadValue(`${this.where}: ${key}: ${shown(text)} is not a number of at least 0`);
    return text;
  }
}

function entriesOf(of: unknown, place: (node: unknown) => string, what: string): [key: string, value: unknown, where: string][] {
  if (!isMap(of)) throw new BadValue(`${place(of)}: ${what} holds keys with values after a colon`);
  return of.items.map(({ key, value }) => {
    if (!isScalar(key) || typeof key.value !== "string") throw new BadValue(`${place(key)}: ${what}: a key is a word`);
    return [key.value, value, place(key)];
  });
}
