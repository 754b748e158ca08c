import { closeSync, openSync, readSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";
import { formatDecimal } from "../core/num/index.ts";
import { formatTime, formatTimeAs, type Fill, type Instrument, type Mark } from "../core/model/index.ts";

export const FILL_COLUMNS = ["seq", "id", "venue", "symbol", "side", "quantity", "price", "timestamp", "account", "venue_type", "order_id", "fee", "fee_currency", "liquidity", "signal_id", "strategy", "arrival_price", "slippage", "latency_ms", "execution_score"] as const;
export const INSTRUMENT_COLUMNS = ["venue", "symbol", "kind", "base", "quote", "settle", "multiplier", "inverse", "price_increment", "quantity_increment", "expires"] as const;
export const MARK_COLUMNS = ["venue", "symbol", "price", "timestamp"] as const;
export type Cells<Column extends string> = Readonly<Record<Column, string>>;
export type FillCells = Cells<(typeof FILL_COLUMNS)[number]>;

const HEAD = 4_096;

/** Whether a file is a document that `fillbook export --format json` wrote: definitions and marks stand beside its fills. */
export function isExport(path: string): boolean {
  const bytes = Buffer.alloc(HEAD);
  const file = openSync(path, "r");
  const read = readSync(file, bytes, 0, HEAD, 0);
  closeSync(file);
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const head = packed ? gunzipSync(bytes.subarray(0, read), { finishFlush: constants.Z_SYNC_FLUSH }) : bytes.subarray(0, read);
  return /^\uFEFF?\s*\{\s*"fillbook"\s*:/.test(head.toString("utf8"));
}

/** A fill as a line of CSV, without its place in the journal. */
export function rowOfFill(fill: Fill): string {
  const cells = fillCells(fill, 0);
  return FILL_COLUMNS.slice(1).map((column) => cell(cells[column])).join(",");
}

/** A fill with its place in the journal. */
export function fillCells(fill: Fill, seq: number): FillCells {
  const { quantity, time } = fill;
  return {
    seq: `${seq}`,
    id: fill.id,
    venue: fill.venue,
    symbol: fill.symbol,
    side: quantity.mantissa > 0n ? "buy" : "sell",
    quantity: asWritten(quantity.mantissa < 0n ? -quantity.mantissa : quantity.mantissa, quantity.digits),
    price: asWritten(fill.price.mantissa, fill.price.digits),
    timestamp: formatTimeAs(time.ns, time.unit),
    account: fill.account,
    venue_type: fill.venueType,
    order_id: fill.orderId ?? "",
    fee: formatDecimal(fill.fee),
    fee_currency: fill.feeCurrency,
    liquidity: fill.liquidity,
    signal_id: fill.signalId,
    strategy: fill.strategy,
    arrival_price: fill.arrivalPrice ?? "",
    slippage: fill.slippage ?? "",
    latency_ms: fill.latencyMs ?? "",
    execution_score: fill.executionScore ?? "",
  };
}

export function instrumentCells(of: Instrument): Cells<(typeof INSTRUMENT_COLUMNS)[number]> {
  return {
    venue: of.venue, symbol: of.symbol, kind: of.kind, base: of.base, quote: of.quote, settle: of.settle, multiplier: formatDecimal(of.multiplier), inverse: `${of.inverse}`,
    price_increment: of.priceIncrement ?? "", quantity_increment: of.quantityIncrement ?? "", expires: of.expiresNs === undefined ? "" : formatTime(of.expiresNs),
  };
}

export function markCells(of: Mark): Cells<(typeof MARK_COLUMNS)[number]> {
  return { venue: of.venue, symbol: of.symbol, price: of.price, timestamp: formatTimeAs(of.timeNs, "ns") };
}

/** With every decimal it came with: digits of undefined symbols are learned from what is written. */
function asWritten(mantissa: bigint, digits: number): string {
  const text = mantissa.toString().replace("-", "").padStart(digits + 1, "0");
  const sign = mantissa < 0n ? "-" : "";
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** A text as a cell of CSV. */
export function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
