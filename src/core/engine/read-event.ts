import { isProblem, readDecimal, tenTo, type Decimal } from "../num/index.ts";
import { COST_METHODS, formatTime, LIMITED_BY, nameProblem, readLimits, readOverrides, readTime, reasonProblem, shown, type CostMethod, type FillIdentity, type Instant, type LimitOverrides } from "../model/index.ts";
import type { Amendment, EventReport } from "./event-report.ts";

/** The columns of an event. In JSON the same in camelCase. */
export const EVENT_COLUMNS = [
  "type", "id", "account", "venue", "symbol", "timestamp", "currency", "amount", "quantity", "cost", "price", "ratio", "to", "method",
  "fill", "fill_timestamp", "side", "fee", "fee_currency", "strategy", "signal_id", "limits", "overrides", "by", "is", "limit", "scope", "value", "threshold", "who", "why",
] as const;
export type EventColumn = (typeof EVENT_COLUMNS)[number];
const EVENT_TYPES = ["funding", "deposit", "withdrawal", "split", "rename", "settlement", "bust", "amend", "configure", "limit", "breach", "trip", "reset", "probe"] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** One event as texts; "" and a missing column are empty. Spaces around a text are no part of it. */
export type EventTexts = Readonly<Record<string, string | undefined>>;

/** Why texts are no event: the column at fault, and how to mend it. */
export interface EventProblem {
  readonly column: string;
  readonly reason: string;
}

/**
 * What each type takes beside `type` and `id`. A bust or an amendment names its fill in `fill`; without it, `id` is the
 * fill's, as in the fill itself, and the event has none. A deposit or a withdrawal is one of an asset, or of cash.
 */
const TAKES = {
  funding: { needs: ["venue", "symbol", "timestamp", "amount"], may: ["account", "currency"] },
  asset: { needs: ["venue", "symbol", "timestamp", "quantity"], may: ["account", "cost"] },
  cash: { needs: ["timestamp", "currency", "amount"], may: ["account"] },
  split: { needs: ["symbol", "timestamp", "ratio"], may: [] },
  rename: { needs: ["symbol", "timestamp", "to"], may: [] },
  settlement: { needs: ["symbol", "timestamp", "price"], may: ["account", "venue"] },
  bust: { needs: ["venue", "symbol"], may: ["fill", "account", "timestamp"] },
  amend: { needs: ["venue", "symbol"], may: ["fill", "account", "timestamp", "fill_timestamp", "side", "quantity", "price", "fee", "fee_currency", "strategy", "signal_id"] },
  configure: { needs: ["method"], may: ["account", "timestamp"] },
  limit: { needs: ["limits"], may: ["overrides", "by", "timestamp"] },
  breach: { needs: ["timestamp", "is", "limit", "scope"], may: ["account", "value", "threshold"] },
  trip: { needs: ["timestamp", "by", "who", "why"], may: [] },
  reset: { needs: ["timestamp", "to", "who", "why"], may: [] },
  probe: { needs: ["timestamp", "who", "why"], may: [] },
} as const satisfies Record<string, { readonly needs: readonly EventColumn[]; readonly may: readonly EventColumn[] }>;

export const NUMBER = /^-?\d{1,40}(?:\.\d{1,40})?(?:e[+-]?\d{1,3})?$/i;

/** Thrown inside this file only, so that each value is read in one line. */
class Refused extends Error {
  readonly problem: EventProblem;
  constructor(column: string, reason: string) {
    super(reason);
    this.problem = { column, reason };
  }
}

/**
 * Reads an event out of its texts; every rule about them stands here, for files, the library and the service.
 * @param nowNs the time of a bust, an amendment or a choice of method that states none
 * @example readEvent({ type: "split", symbol: "NVDA", ratio: "10", timestamp: "2024-06-10" }, 0n)
 * // => { type: "split", id: "", timeNs: 1717977600000000000n, symbol: "NVDA", over: 10n, under: 1n }
 * @example readEvent({ type: "split", symbol: "NVDA", timestamp: "2024-06-10" }, 0n) // => { column: "ratio", reason: "is missing: a split needs it" }
 */
export function readEvent(texts: EventTexts, nowNs: bigint): EventReport | EventProblem {
  try {
    return read(texts, nowNs);
  } catch (error) {
    if (error instanceof Refused) return error.problem;
    throw error;
  }
}

/** Whether reading failed. */
export function isEventProblem(of: EventReport | EventProblem): of is EventProblem {
  return "reason" in of;
}

function read(texts: EventTexts, nowNs: bigint): EventReport {
  const type = word(texts, "type", EVENT_TYPES);
  checkColumns(texts, type);
  const corrects = type === "bust" || type === "amend";
  const id = corrects && textOf(texts, "fill") === "" ? "" : name(texts, "id");
  const account = name(texts, "account");
  const of = { account: account || "default", venue: name(texts, "venue"), symbol: name(texts, "symbol") };
  const head = { id, timeNs: textOf(texts, "timestamp") === "" ? nowNs : time(texts, "timestamp").ns };
  switch (type) {
    case "funding":
      return { type: "funded", ...head, ...of, amount: decimal(texts, "amount"), currency: name(texts, "currency") };
    case "deposit":
    case "withdrawal": {
      const sign = type === "deposit" ? 1n : -1n;
      if (of.symbol === "") return { type: "capital", ...head, account: of.account, currency: name(texts, "currency"), amount: times(sign, positive(texts, "amount", type)) };
      const cost = textOf(texts, "cost") === "" ? undefined : times(sign, decimal(texts, "cost"));
      return { type: "moved", ...head, ...of, quantity: times(sign, positive(texts, "quantity", type)), cost };
    }
    case "split":
      return { type: "split", ...head, symbol: of.symbol, ...ratio(texts) };
    case "rename":
      return { type: "renamed", ...head, symbol: of.symbol, to: name(texts, "to") };
    case "settlement":
      return { type: "settled", ...head, ...of, account, price: decimal(texts, "price") };
    case "bust":
      return { type: "bust", ...head, fill: fillOf(texts, of) };
    case "amend":
      return { type: "amend", ...head, fill: fillOf(texts, of), changes: changesOf(texts) };
    case "configure":
      return { type: "chosen", ...head, account: of.account, method: word<CostMethod>(texts, "method", COST_METHODS) };
    case "limit": {
      const limits = readLimits(textOf(texts, "limits"));
      if ("why" in limits) throw new Refused("limits", limits.why);
      mustHaveBeen(head.timeNs, nowNs, "limits hold from a time that has been");
      const overrides = overridesOf(texts);
      return { type: "limited", ...head, by: textOf(texts, "by") === "" ? "event" : word(texts, "by", LIMITED_BY), limits, ...(overrides === undefined ? {} : { overrides }) };
    }
    case "breach":
      mustHaveBeen(head.timeNs, nowNs, "a breach is known once it has been");
      return { type: "breached", ...head, is: word(texts, "is", ["begun", "ended"] as const), limit: name(texts, "limit"), scope: reasonOf(texts, "scope"), account, value: number(texts, "value"), threshold: number(texts, "threshold") };
    case "trip":
      mustHaveBeen(head.timeNs, nowNs, "the breaker trips now, or has tripped");
      return { type: "tripped", ...head, by: name(texts, "by"), who: name(texts, "who"), why: reasonOf(texts, "why") };
    case "reset":
      mustHaveBeen(head.timeNs, nowNs, "the breaker is reset now, or was");
      return { type: "reset", ...head, to: word(texts, "to", ["closed", "half_open"] as const), who: name(texts, "who"), why: reasonOf(texts, "why") };
    case "probe":
      mustHaveBeen(head.timeNs, nowNs, "a probe is let through now, or was");
      return { type: "probed", ...head, who: name(texts, "who"), why: reasonOf(texts, "why") };
  }
}

function mustHaveBeen(timeNs: bigint, nowNs: bigint, why: string): void {
  if (timeNs > nowNs) throw new Refused("timestamp", `${formatTime(timeNs)} is yet to come: ${why}`);
}

/** Limits in the place of common ones, as JSON text. */
function overridesOf(texts: EventTexts): LimitOverrides | undefined {
  const text = textOf(texts, "overrides");
  if (text === "") return undefined;
  let plain: unknown;
  try {
    plain = JSON.parse(text);
  } catch {
    plain = undefined; // told below
  }
  const overrides = readOverrides(plain);
  if ("why" in overrides) throw new Refused("overrides", overrides.why);
  return Object.keys(overrides).length === 0 ? undefined : overrides;
}

function reasonOf(texts: EventTexts, column: EventColumn): string {
  const text = textOf(texts, column);
  const problem = reasonProblem(text);
  if (problem !== undefined) throw new Refused(column, `${shown(text)} ${problem}`);
  return text;
}

/** A number as it is written, of an estimate maybe; "" where it is not known. */
function number(texts: EventTexts, column: EventColumn): string {
  const text = textOf(texts, column);
  if (text !== "" && !NUMBER.test(text)) throw new Refused(column, `${shown(text)} is no number: write it like 1000.5, or leave it empty where it is not known`);
  return text;
}

function checkColumns(texts: EventTexts, type: EventType): void {
  const moves = type === "deposit" || type === "withdrawal";
  const isAsset = ["symbol", "quantity", "cost"].some((column) => textOf(texts, column) !== "");
  const isCash = ["currency", "amount"].some((column) => textOf(texts, column) !== "");
  if (moves && !isAsset && !isCash) throw new Refused("symbol", `${absent(texts, "symbol")}: a ${type} needs symbol and quantity for an asset, or currency and amount for cash`);
  const { needs, may }: { readonly needs: readonly string[]; readonly may: readonly string[] } = TAKES[moves ? (isAsset ? "asset" : "cash") : type];
  const called = moves ? `${type} of ${isAsset ? "an asset" : "cash"}` : type;
  for (const column of Object.keys(texts)) {
    if (textOf(texts, column) === "" || column === "type" || column === "id" || needs.includes(column) || may.includes(column)) continue;
    const known = (EVENT_COLUMNS as readonly string[]).includes(column);
    throw new Refused(column, known ? `says nothing in ${article(called)}: leave it empty; taken are ${[...needs, ...may].join(", ")}` : `is no column of events: they are ${EVENT_COLUMNS.join(", ")}`);
  }
  const missing = needs.find((column) => textOf(texts, column) === "");
  if ((type === "bust" || type === "amend") && textOf(texts, "fill") === "" && textOf(texts, "id") === "") throw new Refused("fill", `${absent(texts, "fill")}: ${article(type)} needs the id of the fill`);
  if (missing !== undefined) throw new Refused(missing, `${absent(texts, missing)}: ${article(called)} needs it`);
}

function fillOf(texts: EventTexts, of: Omit<FillIdentity, "id">): FillIdentity {
  return { ...of, id: name(texts, "fill") || name(texts, "id") };
}

function changesOf(texts: EventTexts): Amendment {
  const given = (column: EventColumn): boolean => textOf(texts, column) !== "";
  const changes: Amendment = {
    ...(given("side") ? { side: word(texts, "side", ["buy", "sell"] as const) } : {}),
    ...(given("quantity") ? { quantity: positive(texts, "quantity", "fill") } : {}),
    ...(given("price") ? { price: decimal(texts, "price") } : {}),
    ...(given("fee") ? { fee: decimal(texts, "fee") } : {}),
    ...(given("fee_currency") ? { feeCurrency: name(texts, "fee_currency") } : {}),
    ...(given("fill_timestamp") ? { time: time(texts, "fill_timestamp") } : {}),
    ...(given("strategy") ? { strategy: name(texts, "strategy") } : {}),
    ...(given("signal_id") ? { signalId: name(texts, "signal_id") } : {}),
  };
  if (Object.keys(changes).length === 0) throw new Refused("fill", "is named, and nothing of it is amended: give side, quantity, price, fee, fee_currency, fill_timestamp, strategy or signal_id");
  return changes;
}

function ratio(texts: EventTexts): { readonly over: bigint; readonly under: bigint } {
  const text = textOf(texts, "ratio");
  const whole = /^(\d{1,60})\s*\/\s*(\d{1,60})$/.exec(text); // as long as a reduced ratio may be
  const parts = whole === null ? text.split("/").map((part) => readDecimal(part.trim())) : [whole[1]!, whole[2]!].map((part) => ({ mantissa: BigInt(part), digits: 0 }));
  const [over, under = { mantissa: 1n, digits: 0 }] = parts;
  const bad = (why: string) => new Refused("ratio", `${shown(text)} ${why}: write new units for one old, like 2, 0.1 or 3/2`);
  if (over === undefined || parts.length > 2 || isProblem(over) || isProblem(under)) throw bad("is no ratio");
  if (over.mantissa <= 0n || under.mantissa <= 0n) throw bad("is not above 0");
  const [a, b] = [over.mantissa * tenTo(under.digits), under.mantissa * tenTo(over.digits)];
  const common = divisor(a, b);
  return { over: a / common, under: b / common };
}

function divisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : divisor(b, a % b);
}

function positive(texts: EventTexts, column: EventColumn, of: string): Decimal {
  const value = decimal(texts, column);
  if (value.mantissa === 0n) throw new Refused(column, `a ${of} of 0 moves nothing`);
  if (value.mantissa < 0n) throw new Refused(column, `${shown(textOf(texts, column))} is negative: ${of === "fill" ? "the side says buy or sell" : "the type says deposit or withdrawal"}`);
  return value;
}

function decimal(texts: EventTexts, column: EventColumn): Decimal {
  const value = readDecimal(textOf(texts, column));
  if (isProblem(value)) throw new Refused(column, value.why);
  return value;
}

function time(texts: EventTexts, column: EventColumn): Instant {
  const value = readTime(textOf(texts, column));
  if ("problem" in value) throw new Refused(column, value.why);
  return value;
}

function name(texts: EventTexts, column: EventColumn): string {
  const text = textOf(texts, column);
  const problem = text === "" ? undefined : nameProblem(text);
  if (problem !== undefined) throw new Refused(column, `${shown(text)} ${problem}`);
  return text;
}

function word<T extends string>(texts: EventTexts, column: EventColumn, words: readonly T[]): T {
  const text = textOf(texts, column).toLowerCase();
  const found = words.find((one) => one === text);
  if (found === undefined) throw new Refused(column, text === "" ? `${absent(texts, column)}: write one of ${words.join(", ")}` : `${shown(text)} is none of ${words.join(", ")}`);
  return found;
}

function times(sign: bigint, { mantissa, digits }: Decimal): Decimal {
  return { mantissa: sign * mantissa, digits };
}

/** How a column says nothing. */
function absent(texts: EventTexts, column: string): string {
  return texts[column] === undefined ? "is missing" : "is empty";
}

function textOf(texts: EventTexts, column: string): string {
  return texts[column]?.trim() ?? "";
}

function article(what: string): string {
  return `${what.startsWith("a") ? "an" : "a"} ${what}`;
}
