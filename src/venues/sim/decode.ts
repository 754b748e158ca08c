import { parse } from "lossless-json";
import { divideHalfEven, formatScaled, isProblem, readDecimal, rescale } from "../../core/num/index.ts";
import { isEventProblem, readEvent, type EventReport } from "../../core/engine/index.ts";
import { isRowProblem, readFillRow, readMark, shown, type Fill, type Mark, type VenueType } from "../../core/model/index.ts";

/** What a venue said, read but not yet believed. `n` is its place in the numbered stream. */
export type VenueReport =
  | { readonly is: "fill"; readonly n: number; readonly fill: Fill }
  | { readonly is: "correction"; readonly n: number; readonly report: EventReport }
  | { readonly is: "mark"; readonly mark: Mark }
  | { readonly is: "heartbeat"; readonly last: number }
  | { readonly is: "unreadable"; readonly why: string; readonly raw: string };

/** Who speaks: names that the venue itself does not say. */
export interface Speaker {
  readonly venue: string;
  readonly venueType: VenueType;
}

/** Longest raw text that a refusal carries, in characters. */
const RAW_KEPT = 4_096;

type Texts = Readonly<Record<string, string>>;

/** Thrown inside this file only, so that each value is read in one line. */
class Unreadable extends Error {}

/**
 * Reads one text of a simulated venue. Amounts stay text until they are scaled integers: no float is involved, whether
 * the venue writes them as JSON texts or as JSON numbers.
 * @param nowNs when it was heard: a quote of later than that is none
 */
export function decode(raw: string, speaker: Speaker, nowNs: bigint): VenueReport {
  try {
    return read(textsOf(raw), speaker, nowNs);
  } catch (error) {
    if (error instanceof Unreadable) return { is: "unreadable", why: error.message, raw: raw.slice(0, RAW_KEPT) };
    throw error;
  }
}

function read(texts: Texts, speaker: Speaker, nowNs: bigint): VenueReport {
  const channel = texts["ch"] ?? "";
  switch (channel) {
    case "trade":
      return { is: "fill", n: count(texts, "n"), fill: fillOf(texts, speaker) };
    case "bust":
    case "amend":
      return { is: "correction", n: count(texts, "n"), report: correctionOf(texts, speaker) };
    case "quote":
      return { is: "mark", mark: markOf(texts, speaker, nowNs) };
    case "heartbeat":
      return { is: "heartbeat", last: count(texts, "last") };
    default:
      throw new Unreadable(`ch: ${shown(channel)} is none of trade, bust, amend, quote, heartbeat`);
  }
}

function textsOf(raw: string): Texts {
  let value: unknown;
  try {
    value = parse(raw, undefined, (number) => number);
  } catch {
    throw new Unreadable("is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Unreadable("is no JSON object");
  const texts: Record<string, string> = {};
  for (const [key, field] of Object.entries(value)) {
    if (typeof field !== "string") throw new Unreadable(`${key}: is neither text nor number`);
    texts[key] = field;
  }
  return texts;
}

function fillOf(texts: Texts, { venue, venueType }: Speaker): Fill {
  const [strategy, signal] = (texts["tag"] ?? "").split("/");
  const row = readFillRow(
    {
      account: texts["account"], venue, venue_type: venueType, symbol: texts["symbol"], id: texts["id"], side: texts["side"], quantity: texts["qty"], price: texts["px"], fee: texts["fee"],
      fee_currency: texts["feeCcy"], timestamp: texts["ts"], liquidity: texts["liq"], order_id: texts["order"], arrival_price: texts["arrival"], latency_ms: texts["latencyMs"], strategy, signal_id: signal,
    },
    { signed: false, autoId: false },
  );
  if (isRowProblem(row)) throw new Unreadable(`${row.column}: ${row.reason}`);
  return row.fill;
}

function correctionOf(texts: Texts, { venue }: Speaker): EventReport {
  if (!texts["ts"]) throw new Unreadable("ts: is empty");
  const event = readEvent({ type: texts["ch"], id: texts["ref"], fill: texts["id"], account: texts["account"], venue, symbol: texts["symbol"], timestamp: texts["ts"], quantity: texts["qty"], fee: texts["fee"] }, 0n);
  if (isEventProblem(event)) throw new Unreadable(`${event.column}: ${event.reason}`);
  return event;
}

/** The middle of bid and ask, rounded half-even at one digit more than they have: that holds a half exactly. */
function markOf(texts: Texts, { venue }: Speaker, nowNs: bigint): Mark {
  const [bid, ask] = [decimal(texts, "bid"), decimal(texts, "ask")];
  const digits = Math.min(18, Math.max(bid.digits, ask.digits) + 1);
  const middle = divideHalfEven(rescale(bid.mantissa, bid.digits, digits) + rescale(ask.mantissa, ask.digits, digits), 2n);
  const mark = readMark({ venue, symbol: texts["symbol"], price: formatScaled(middle, digits), timestamp: texts["ts"] }, nowNs);
  if ("reason" in mark) throw new Unreadable(`${mark.column}: ${mark.reason}`);
  return mark;
}

function decimal(texts: Texts, field: string): { readonly mantissa: bigint; readonly digits: number } {
  const value = readDecimal(texts[field] ?? "");
  if (isProblem(value)) throw new Unreadable(`${field}: ${value.why}`);
  return value;
}

function count(texts: Texts, field: string): number {
  const value = Number(texts[field]);
  if (!/^\d{1,15}$/.test(texts[field] ?? "")) throw new Unreadable(`${field}: ${shown(texts[field] ?? "")} is no whole number`);
  return value;
}
