import { closeSync, openSync, readSync, statSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";
import { formatDecimal, type Decimal } from "../core/num/index.ts";
import { EVENT_COLUMNS, type PriceRun } from "../core/engine/index.ts";
import { dayNs, formatTime, formatTimeAs, limitsText, overridesText, type Event, type Fill, type Instrument, type Mark, type PairFact } from "../core/model/index.ts";
import { FACT_COLUMNS, pairFactTexts } from "../core/pairs/index.ts";

export const FILL_COLUMNS = ["seq", "id", "venue", "symbol", "side", "quantity", "price", "timestamp", "account", "venue_type", "order_id", "fee", "fee_currency", "liquidity", "signal_id", "strategy", "arrival_price", "slippage", "latency_ms", "execution_score"] as const;
export const INSTRUMENT_COLUMNS = ["venue", "symbol", "kind", "base", "quote", "settle", "multiplier", "inverse", "price_increment", "quantity_increment", "expires"] as const;
export const MARK_COLUMNS = ["venue", "symbol", "price", "timestamp"] as const;
export const PRICE_COLUMNS = ["date", "symbol", "close"] as const;
export const PAIR_CELLS = FACT_COLUMNS;
export const EVENT_CELLS = ["seq", ...EVENT_COLUMNS] as const;
export type Cells<Column extends string> = Readonly<Record<Column, string>>;
export type FillCells = Cells<(typeof FILL_COLUMNS)[number]>;

const HEAD = 4_096;

/**
 * The head of a document that `fillbook export --format json` wrote, where definitions and marks stand beside the fills;
 * undefined for any other file, and for a pipe, whose head cannot be read twice.
 */
export function exportHead(path: string): { readonly currency: string } | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const bytes = Buffer.alloc(HEAD);
  const file = openSync(path, "r");
  const read = readSync(file, bytes, 0, HEAD, 0);
  closeSync(file);
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const head = packed ? unpacked(bytes.subarray(0, read)) : bytes.toString("utf8", 0, read);
  const [, currency] = /^\uFEFF?\s*\{\s*"fillbook"\s*:\s*1\s*,\s*"currency"\s*:\s*"([^"\\]+)"/.exec(head) ?? [];
  return currency === undefined ? undefined : { currency };
}

function unpacked(bytes: Uint8Array): string {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString("utf8");
  } catch {
    return ""; // damaged: reading its fills says so, with the place
  }
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
    quantity: formatDecimal(quantity).replace("-", ""),
    price: formatDecimal(fill.price),
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

/** An event with its place in the journal, as `fillbook events` takes it. */
export function eventCells(event: Event, seq: number): Cells<(typeof EVENT_CELLS)[number]> {
  const cells = Object.fromEntries(EVENT_CELLS.map((column) => [column, ""])) as Record<(typeof EVENT_CELLS)[number], string>;
  return Object.assign(cells, { seq: `${seq}`, id: event.id, timestamp: formatTimeAs(event.timeNs, "ns") }, stated(event));
}

/** What an event says beside its id and its time. */
function stated(event: Event): Partial<Cells<(typeof EVENT_CELLS)[number]>> {
  switch (event.type) {
    case "funded":
      return { type: "funding", account: event.account, venue: event.venue, symbol: event.symbol, amount: formatDecimal(event.amount), currency: event.currency };
    case "moved":
      return { type: event.quantity.mantissa > 0n ? "deposit" : "withdrawal", account: event.account, venue: event.venue, symbol: event.symbol, quantity: unsigned(event.quantity), cost: event.cost === undefined ? "" : formatDecimal(event.quantity.mantissa > 0n ? event.cost : { ...event.cost, mantissa: -event.cost.mantissa }) };
    case "capital":
      return { type: event.amount.mantissa > 0n ? "deposit" : "withdrawal", account: event.account, currency: event.currency, amount: unsigned(event.amount) };
    case "split":
      return { type: "split", symbol: event.symbol, ratio: `${event.over}/${event.under}` };
    case "renamed":
      return { type: "rename", symbol: event.symbol, to: event.to };
    case "settled":
      return { type: "settlement", account: event.account, venue: event.venue, symbol: event.symbol, price: formatDecimal(event.price) };
    case "busted":
      return { type: "bust", account: event.fill.account, venue: event.fill.venue, symbol: event.fill.symbol, fill: event.fill.id };
    case "amended": {
      const { fill } = event;
      return {
        type: "amend", account: fill.account, venue: fill.venue, symbol: fill.symbol, fill: fill.id, side: fill.quantity.mantissa > 0n ? "buy" : "sell", quantity: unsigned(fill.quantity), price: formatDecimal(fill.price),
        fee: formatDecimal(fill.fee), fee_currency: fill.feeCurrency, fill_timestamp: formatTimeAs(fill.time.ns, fill.time.unit), strategy: fill.strategy, signal_id: fill.signalId,
      };
    }
    case "chosen":
      return { type: "configure", account: event.account, method: event.method };
    case "limited":
      return { type: "limit", limits: limitsText(event.limits), overrides: overridesText(event.overrides), by: event.by };
    case "breached":
      return { type: "breach", is: event.is, limit: event.limit, scope: event.scope, account: event.account, value: event.value, threshold: event.threshold };
    case "tripped":
      return { type: "trip", by: event.by, who: event.who, why: event.why };
    case "reset":
      return { type: "reset", to: event.to, who: event.who, why: event.why };
    case "probed":
      return { type: "probe", who: event.who, why: event.why };
  }
}

function unsigned(of: Decimal): string {
  return formatDecimal(of).replace("-", "");
}

export function markCells(of: Mark): Cells<(typeof MARK_COLUMNS)[number]> {
  return { venue: of.venue, symbol: of.symbol, price: of.price, timestamp: formatTimeAs(of.timeNs, "ns") };
}

/** A fact of a pair as `fillbook import` and `POST /v1/pairs/fills` take it. */
export function pairCells(fact: PairFact): Cells<(typeof PAIR_CELLS)[number]> {
  const texts = pairFactTexts(fact);
  return Object.fromEntries(PAIR_CELLS.map((column) => [column, texts[column] ?? ""])) as Cells<(typeof PAIR_CELLS)[number]>;
}

/** Closes as `fillbook prices` takes them, a row each. */
export function* priceCellsOf({ symbol, days, closes }: PriceRun): Iterable<Cells<(typeof PRICE_COLUMNS)[number]>> {
  for (const [i, close] of closes.entries()) yield { date: formatTime(dayNs(days[i]!)).slice(0, 10), symbol, close };
}

/** A text as a cell of CSV. */
export function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
