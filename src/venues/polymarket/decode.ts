import { parse, stringify } from "lossless-json";
import { aboveZero, missing, notBelowZero, Payload, shown, Unreadable } from "../../core/model/index.ts";
import { VenueReader, type VenueFill, type VenueOrder, type VenuePosition, type VenueReport, type VenueResolution } from "../../core/pairs/index.ts";
import { addDecimals, compareDecimals, decimalOf, formatDecimal, isProblem, multiplyDecimals, readDecimal, trimmed, type Decimal } from "../../core/num/index.ts";

/** Who listens: without it a maker cannot tell his own orders from others' in a trade. */
export interface Speaker {
  readonly account: string;
  readonly owners?: readonly string[] | undefined; // API keys and addresses that are ours
}

const reader = new VenueReader({ parse, stringify });
const ACTIONS = ["buy", "sell"] as const;
const HUNDRED: Decimal = { mantissa: 100n, digits: 0 };
const ONE: Decimal = { mantissa: 1n, digits: 0 };

/**
 * Reads one text of Polymarket: trades and orders of the CLOB and its user channel, trades and positions of the data API, results of
 * markets; one, a list, or a page of them. A row that cannot be read is told with its raw text; the others go on.
 */
export function decode(raw: string, speaker: Speaker): readonly VenueReport[] {
  return reader.reports(raw, (value) => {
    const page = isObject(value) && Array.isArray(value["data"]) ? (value["data"] as unknown[]) : undefined;
    return reader.rows(page ?? (Array.isArray(value) ? (value as unknown[]) : [value]), (row) => read(row, speaker));
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function read(row: Payload, speaker: Speaker): readonly VenueReport[] {
  const event = row.has("event_type") ? row.text("event_type") : undefined;
  if (event === "market_resolved") return [{ is: "resolution", resolution: announced(row) }];
  if (event === "order" || row.has("size_matched")) return [{ is: "order", order: orderOf(row) }];
  if (event === "trade" || row.has("taker_order_id") || row.has("maker_orders")) return tradeOf(row, speaker).map((fill) => ({ is: "fill", fill }));
  if (row.has("outcomePrices")) return [{ is: "resolution", resolution: fromGamma(row) }];
  if (row.has("tokens") && row.has("condition_id")) return [{ is: "resolution", resolution: fromClob(row) }];
  if (row.has("conditionId") && row.has("transactionHash")) return [{ is: "fill", fill: publicTrade(row, speaker) }];
  if (row.has("conditionId") && row.has("avgPrice")) return [{ is: "position", position: positionOf(row) }];
  if (row.has("takingAmount")) throw new Unreadable("the answer to an order says neither its token nor its side: read its trades instead");
  throw new Unreadable("is none of a trade, an order, a position, a result of a market");
}

const STATUSES = { matched: "matched", mined: "matched", retrying: "matched", confirmed: "final", failed: "failed" } as const;

/** Our part of a trade: all of it where we took, our own orders where we made. */
function tradeOf(row: Payload, { account, owners = [] }: Speaker): VenueFill[] {
  const status = STATUSES[row.word(Object.keys(STATUSES) as (keyof typeof STATUSES)[], "status") ?? missing("status")];
  const [id, market, asset] = [row.required("id"), row.required("market"), row.required("asset_id")];
  const [time, action] = [row.requiredTime("match_time", "matchtime", "timestamp"), row.word(ACTIONS, "side") ?? missing("side")];
  const trader = row.word(["taker", "maker"], "trader_side");
  const all = { account, venue: "polymarket" as const, market, side: undefined, feeCents: undefined, status, time };
  if (trader !== "maker") {
    return [{ ...all, token: asset, action, quantity: aboveZero("size", row.requiredDecimal("size")), priceCents: priceOf(row), role: trader ?? "", id, orderId: row.text("taker_order_id") ?? "" }];
  }
  const own = row.list("maker_orders").map((order) => new Payload(order)).filter((order) => owners.some((owner) => owner === order.text("owner") || owner === order.text("maker_address")));
  if (own.length === 0) throw new Unreadable("maker_orders: none is known to be ours: name our API key or address");
  return own.map((order): VenueFill => {
    const token = order.required("asset_id");
    const orderId = order.required("order_id");
    // a maker of the taker's own token stands against him, one of the other token on his side
    const side = order.word(ACTIONS, "side") ?? (token === asset ? (action === "buy" ? "sell" : "buy") : action);
    return { ...all, token, action: side, quantity: aboveZero("matched_amount", order.requiredDecimal("matched_amount")), priceCents: priceOf(order), role: "maker", id: `${id}:${orderId}`, orderId };
  });
}

/** A trade as the data API lists it: it has no id, so it can be compared with what is booked, not booked. */
function publicTrade(row: Payload, { account }: Speaker): VenueFill {
  return {
    account, venue: "polymarket", market: row.required("conditionId"), token: row.required("asset"), side: undefined, action: row.word(ACTIONS, "side") ?? missing("side"), quantity: aboveZero("size", row.requiredDecimal("size")),
    priceCents: priceOf(row), feeCents: undefined, role: "", status: "final", id: "", orderId: "", time: row.requiredTime("timestamp"),
  };
}

function positionOf(row: Payload): VenuePosition {
  const [size, average] = [notBelowZero("size", row.requiredDecimal("size")), row.requiredDecimal("avgPrice")];
  const gross = row.decimal("grossInitialValue", "initialValue") ?? multiplyDecimals(size, average);
  return {
    venue: "polymarket", market: row.required("conditionId"), token: row.required("asset"), quantity: size, costCents: multiplyDecimals(gross, HUNDRED), realizedCents: row.cents(["realizedPnl"], []),
    feesCents: row.cents(["entryFeesUsdc"], []), isRedeemable: row.flag("redeemable") ?? false,
  };
}

/** An order: its price is the limit, so what was paid only its trades say. */
function orderOf(row: Payload): VenueOrder {
  return {
    venue: "polymarket", market: row.required("market"), token: row.required("asset_id"), side: undefined, action: row.word(ACTIONS, "side") ?? missing("side"), orderId: row.required("id"),
    filledQuantity: row.requiredDecimal("size_matched"), grossCents: undefined, feesCents: undefined, status: row.text("status", "type") ?? "",
  };
}

function announced(row: Payload): VenueResolution {
  const winner = row.required("winning_asset_id");
  const tokens = row.list("assets_ids").map((token) => text("assets_ids", token));
  if (!tokens.includes(winner)) throw new Unreadable("winning_asset_id: is none of assets_ids");
  return { venue: "polymarket", market: row.required("market"), payouts: tokens.map((token) => ({ token, cents: token === winner ? HUNDRED : decimalOf("0") })), stage: "final", time: row.time("timestamp") };
}

function fromClob(row: Payload): VenueResolution {
  if (row.flag("closed") !== true) throw new Unreadable("closed: the market has no result yet");
  const tokens = row.list("tokens").map((token) => new Payload(token)).map((token) => ({ token: token.required("token_id"), isWinner: token.flag("winner") ?? missing("winner") }));
  const winners = tokens.filter(({ isWinner }) => isWinner).length;
  const isHalf = row.flag("is_50_50_outcome") === true;
  const centsOf = (isWinner: boolean): Decimal => (isHalf ? { mantissa: 50n, digits: 0 } : isWinner ? HUNDRED : decimalOf("0"));
  return { venue: "polymarket", market: row.required("condition_id"), payouts: isHalf || winners === 1 ? tokens.map(({ token, isWinner }) => ({ token, cents: centsOf(isWinner) })) : [], stage: "final", time: undefined };
}

/** Prices of a closed market. 1 and 0 are a result; 0 and 0 are none; what lies between may be one, and is not final here. */
function fromGamma(row: Payload): VenueResolution {
  if (row.flag("closed") !== true) throw new Unreadable("closed: the market has no result yet");
  const [prices, tokens] = [inner(row, "outcomePrices"), inner(row, "clobTokenIds")];
  if (prices.length !== tokens.length) throw new Unreadable("outcomePrices: are not as many as clobTokenIds");
  const values = prices.map(exactly);
  const sum = values.reduce(addDecimals, decimalOf("0"));
  const isResult = compareDecimals(sum, ONE) === 0;
  if (!isResult && sum.mantissa !== 0n) throw new Unreadable(`outcomePrices: come to ${formatDecimal(sum)}, not to 1`);
  const isPlain = values.every((value) => value.mantissa === 0n || compareDecimals(value, ONE) === 0);
  return {
    venue: "polymarket", market: row.required("conditionId"), payouts: isResult ? values.map((value, i) => ({ token: tokens[i]!, cents: multiplyDecimals(value, HUNDRED) })) : [],
    stage: isPlain ? "final" : "provisional", time: undefined,
  };
}

/** A list that stands inside a text. */
function inner(row: Payload, name: string): string[] {
  const value = reader.parsed(row.required(name));
  if (!Array.isArray(value)) throw new Unreadable(`${name}: is no list`);
  return value.map((one) => text(name, one));
}

function text(name: string, value: unknown): string {
  if (typeof value !== "string") throw new Unreadable(`${name}: holds what is no text`);
  return value;
}

/** Payouts have more digits than amounts may have. */
function exactly(value: string): Decimal {
  const plain = /^\d{1,3}(?:\.\d{1,64})?$/.test(value) ? decimalOf(value) : readDecimal(value);
  if (isProblem(plain)) throw new Unreadable(`outcomePrices: ${plain.why}`);
  if (plain.mantissa < 0n) throw new Unreadable(`outcomePrices: ${shown(value)} is below 0`);
  return trimmed(plain.mantissa, plain.digits);
}

function priceOf(row: Payload): Decimal {
  const price = row.requiredDecimal("price");
  if (price.mantissa < 0n || compareDecimals(price, ONE) > 0) throw new Unreadable(`price: ${formatDecimal(price)}: a share costs 0 to 1`);
  return multiplyDecimals(price, HUNDRED);
}
