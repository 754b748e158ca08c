import { isProblem, readDecimal, zero, type Decimal } from "../num/index.ts";
import type { Fill, FillNotes } from "./fill.ts";
import { nameProblem } from "./name.ts";
import { shown } from "./shown.ts";
import { readTime, type Instant } from "./time.ts";
import { LIQUIDITIES, VENUE_TYPES, type Liquidity, type VenueType } from "./venue.ts";

/** The columns of a fill; the first seven are required. `seq` stands in exports. In JSON the same in camelCase. */
export const FILL_COLUMNS = [
  "id", "venue", "symbol", "side", "quantity", "price", "timestamp", "account", "venue_type", "order_id", "fee", "fee_currency",
  "liquidity", "signal_id", "strategy", "arrival_price", "slippage", "latency_ms", "execution_score", "seq",
] as const;
export type FillColumn = (typeof FILL_COLUMNS)[number];
export const REQUIRED_FILL_COLUMNS: readonly FillColumn[] = FILL_COLUMNS.slice(0, 7);

/** One row as texts, in whatever way a file gave them; "" and `undefined` are empty. */
export type FillTexts = { readonly [column in FillColumn]?: string | undefined };

/** Why a row is no fill. */
export interface RowProblem {
  readonly column: FillColumn;
  readonly reason: string;
}

/** A fill and its place in the export it comes from, if it comes from one. */
export interface FillRow {
  readonly fill: Fill;
  readonly seq: number | undefined;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

/** Thrown inside this file only, so that each value is read in one line. */
class Refused extends Error {
  readonly problem: RowProblem;
  constructor(column: FillColumn, reason: string) {
    super(reason);
    this.problem = { column, reason };
  }
}

/**
 * Reads one row in the plain way: every rule about a fill's values stands here, for files and the library; the fast way
 * of files (`FastRows`) is held equal to it. Spaces around a value are no part of it.
 * @param rules `signed`: the side is the sign of the quantity; `autoId`: the row brings no id, it gets one later
 */
export function readFillRow(texts: FillTexts, rules: { readonly signed: boolean; readonly autoId: boolean }): FillRow | RowProblem {
  try {
    const quantity = quantityOf(texts, rules.signed);
    const fill: Fill = {
      account: required(texts, "account"),
      venue: required(texts, "venue"),
      symbol: required(texts, "symbol"),
      id: rules.autoId ? "" : required(texts, "id"),
      quantity,
      price: decimal("price", required(texts, "price")),
      fee: feeOf(texts),
      feeCurrency: name(texts, "fee_currency"),
      time: timeOf(required(texts, "timestamp")),
      venueType: word(texts, "venue_type", VENUE_TYPES, "unknown") as VenueType,
      liquidity: word(texts, "liquidity", LIQUIDITIES, "") as Liquidity,
      strategy: name(texts, "strategy"),
      signalId: name(texts, "signal_id"),
      ...notesOf(texts),
    };
    return { fill, seq: seqOf(texts) };
  } catch (error) {
    if (error instanceof Refused) return error.problem;
    throw error;
  }
}

/** Whether reading a row failed. */
export function isRowProblem(read: FillRow | RowProblem): read is RowProblem {
  return "reason" in read;
}

function quantityOf(texts: FillTexts, signed: boolean): Decimal {
  const side = signed ? "" : required(texts, "side").toLowerCase();
  if (!signed && side !== "buy" && side !== "sell") throw new Refused("side", `${shown(side)} is neither buy nor sell`);
  const quantity = decimal("quantity", required(texts, "quantity"));
  if (quantity.mantissa === 0n) throw new Refused("quantity", "a fill of 0 moves nothing");
  if (signed) return quantity;
  if (quantity.mantissa < 0n) throw new Refused("quantity", `${shown(texts.quantity!)} is negative: side says buy or sell (a map with "side: sign" reads signed quantities)`);
  return side === "buy" ? quantity : { mantissa: -quantity.mantissa, digits: quantity.digits };
}

function feeOf(texts: FillTexts): Decimal {
  const text = trimmed(texts, "fee");
  return text === "" ? zero : decimal("fee", text);
}

function decimal(column: FillColumn, text: string): Decimal {
  const read = readDecimal(text);
  if (isProblem(read)) throw new Refused(column, read.why);
  return read;
}

function timeOf(text: string): Instant {
  const read = readTime(text);
  if ("problem" in read) throw new Refused("timestamp", read.why);
  return read;
}

function notesOf(texts: FillTexts): FillNotes {
  const orderId = name(texts, "order_id");
  const [arrivalPrice, slippage, latencyMs, executionScore] = (["arrival_price", "slippage", "latency_ms", "execution_score"] as const).map((column) => {
    const text = trimmed(texts, column);
    if (text !== "" && (text.length > 64 || !NUMBER.test(text))) throw new Refused(column, `${shown(text)} is not a plain number`);
    return text;
  });
  return {
    ...(orderId ? { orderId } : {}),
    ...(arrivalPrice ? { arrivalPrice } : {}),
    ...(slippage ? { slippage } : {}),
    ...(latencyMs ? { latencyMs } : {}),
    ...(executionScore ? { executionScore } : {}),
  };
}

function seqOf(texts: FillTexts): number | undefined {
  if (texts.seq === undefined) return undefined;
  const text = trimmed(texts, "seq");
  const seq = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(seq)) throw new Refused("seq", text === "" ? "is empty" : `${shown(text)} is no place in an export: write an integer`);
  return seq;
}

function required(texts: FillTexts, column: FillColumn): string {
  const text = name(texts, column);
  if (text === "") throw new Refused(column, texts[column] === undefined ? "is missing" : "is empty");
  return text;
}

function name(texts: FillTexts, column: FillColumn): string {
  const text = trimmed(texts, column);
  const problem = text === "" ? undefined : nameProblem(text);
  if (problem !== undefined) throw new Refused(column, `${shown(text)} ${problem}`);
  return text;
}

function word(texts: FillTexts, column: FillColumn, words: readonly string[], otherwise: string): string {
  const text = trimmed(texts, column).toLowerCase();
  if (text === "") return otherwise;
  if (!words.includes(text)) throw new Refused(column, `${shown(text)} is none of ${words.filter((w) => w !== "").join(", ")}`);
  return text;
}

function trimmed(texts: FillTexts, column: FillColumn): string {
  return texts[column]?.trim() ?? "";
}
