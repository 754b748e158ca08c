import { formatScaled, type Decimal } from "../../core/num/index.ts";
import { formatTimeAs, type Fill, type Instant } from "../../core/model/index.ts";

/** What a simulated venue says, before it is text. Numbered ones (`n`, from 1 without a gap) are also in its history. */
export type Payload = Readonly<Record<string, string | number>>;

/** The trade channel. */
export function tradePayload(n: number, fill: Fill): Payload {
  return {
    n, ch: "trade", id: fill.id, order: fill.orderId ?? "", account: fill.account, symbol: fill.symbol,
    side: fill.quantity.mantissa > 0n ? "buy" : "sell", qty: unsigned(fill.quantity), px: textOf(fill.price), fee: textOf(fill.fee), feeCcy: fill.feeCurrency,
    liq: fill.liquidity, arrival: fill.arrivalPrice ?? "", latencyMs: fill.latencyMs ?? "", tag: `${fill.strategy}/${fill.signalId}`, ts: timeText(fill.time),
  };
}

/** A trade that never happened. */
export function bustPayload(n: number, fill: Fill, time: Instant): Payload {
  return { n, ch: "bust", ref: `correction-${n}`, id: fill.id, account: fill.account, symbol: fill.symbol, ts: timeText(time) };
}

/** A trade as it should have been: size and fee are stated anew. */
export function amendPayload(n: number, fill: Fill, time: Instant): Payload {
  return { ...bustPayload(n, fill, time), ch: "amend", qty: unsigned(fill.quantity), fee: textOf(fill.fee) };
}

/** Best bid and ask, at the venue's digits. Not numbered: the next one is as good. */
export function quotePayload(symbol: string, bid: Decimal, ask: Decimal, time: Instant): Payload {
  return { ch: "quote", symbol, bid: textOf(bid), ask: textOf(ask), ts: timeText(time) };
}

/** How far the numbers have come: so that a lost last message is missed. */
export function heartbeatPayload(last: number): Payload {
  return { ch: "heartbeat", last };
}

const AMOUNTS = new Set(["qty", "px", "fee", "bid", "ask", "arrival", "latencyMs"]);

/** The text on the wire. `bareNumbers`: amounts are JSON numbers, as many venues write them, with every digit. */
export function wireText(payload: Payload, bareNumbers: boolean): string {
  const fields = Object.entries(payload).map(([key, value]) => `${JSON.stringify(key)}:${bareNumbers && AMOUNTS.has(key) && value !== "" ? value : JSON.stringify(value)}`);
  return `{${fields.join(",")}}`;
}

function textOf({ mantissa, digits }: Decimal): string {
  return formatScaled(mantissa, digits);
}

function unsigned(quantity: Decimal): string {
  return textOf(quantity).replace("-", "");
}

function timeText({ ns, unit }: Instant): string {
  return formatTimeAs(ns, unit);
}
