import { parse, stringify } from "lossless-json";
import { aboveZero, missing, notBelowZero, Payload, Unreadable } from "../../core/model/index.ts";
import { VenueReader, type PairSide, type VenueFill, type VenueOrder, type VenuePosition, type VenueReport, type VenueSettlement } from "../../core/pairs/index.ts";
import { abs, addDecimals, compareDecimals, formatDecimal, multiplyDecimals, negatedDecimal, subtractDecimals, zero, type Decimal } from "../../core/num/index.ts";

/** Whose account it is: the venue does not say it in its own messages. */
export interface Speaker {
  readonly account: string;
}

const reader = new VenueReader({ parse, stringify });
const HUNDRED: Decimal = { mantissa: 100n, digits: 0 };
const ONE: Decimal = { mantissa: 1n, digits: 0 };
const SIDES = ["yes", "no"] as const;
const ACTIONS = ["buy", "sell"] as const;

/**
 * Reads one text of Kalshi: pages of fills, positions and settlements, an order's answer, messages of the fill and market_position
 * channels; old names and new, cents and dollars. A row that cannot be read is told with its raw text; the others go on.
 */
export function decode(raw: string, speaker: Speaker): readonly VenueReport[] {
  return reader.reports(raw, (value) => read(new Payload(value), speaker));
}

function read(payload: Payload, { account }: Speaker): readonly VenueReport[] {
  if (payload.has("fills")) return rows(payload.list("fills"), (row) => ({ is: "fill", fill: fillOf(row, account) }));
  if (payload.has("market_positions")) return rows(payload.list("market_positions"), (row) => ({ is: "position", position: positionOf(row, CENTS) }));
  if (payload.has("settlements")) return rows(payload.list("settlements"), (row) => ({ is: "settlement", settlement: settlementOf(row) }));
  if (payload.has("order")) return rows([payload.requiredField("order")], (row) => ({ is: "order", order: orderOf(row) }));
  if (payload.has("error")) throw new Unreadable(`the venue refused: ${new Payload(payload.field("error")).text("code", "message") ?? "no reason"}`);
  const type = payload.text("type");
  if (type === "fill") return rows([payload.requiredField("msg")], (row) => ({ is: "fill", fill: fillOf(row, account) }));
  if (type === "market_position") return rows([payload.requiredField("msg")], (row) => ({ is: "position", position: positionOf(row, HUNDREDTHS_OF_A_CENT) }));
  throw new Unreadable("is none of fills, market_positions, settlements, order, and no message of the channels fill and market_position");
}

function rows(values: readonly unknown[], reportOf: (row: Payload) => VenueReport): readonly VenueReport[] {
  return reader.rows(values, (row) => [reportOf(row)]);
}

function fillOf(row: Payload, account: string): VenueFill {
  const { side, action } = directionOf(row);
  const yesCents = row.cents(["yes_price_dollars", "yes_price_fixed"], ["yes_price"]);
  const noCents = row.cents(["no_price_dollars", "no_price_fixed"], ["no_price"]);
  const priceCents = side === "yes" ? (yesCents ?? (noCents && subtractDecimals(HUNDRED, noCents))) : (noCents ?? (yesCents && subtractDecimals(HUNDRED, yesCents)));
  if (priceCents === undefined) missing("yes_price_dollars", "yes_price");
  if (yesCents !== undefined && noCents !== undefined) mustBeWhole(yesCents, noCents);
  const isTaker = row.flag("is_taker");
  return {
    account, venue: "kalshi", market: row.required("market_ticker", "ticker"), token: undefined, side, action, quantity: aboveZero("count_fp", row.requiredDecimal("count_fp", "count")), priceCents: ofContract(priceCents),
    feeCents: row.cents(["fee_cost", "fee_cost_dollars"], []), role: isTaker === undefined ? "" : isTaker ? "taker" : "maker", status: "final",
    id: row.required("fill_id", "trade_id"), orderId: row.text("order_id") ?? "", time: row.requiredTime("ts_ms", "created_time", "ts"),
  };
}

/** What was bought or sold: by the old words where they stand, which say whether a holding was closed; else by the outcome, bought. */
function directionOf(row: Payload): Pick<VenueFill, "action"> & { readonly side: PairSide } {
  const [action, side] = [row.word(ACTIONS, "action"), row.word(SIDES, "side", "purchased_side")];
  const book = row.word(["bid", "ask"], "book_side");
  const outcome = row.word(SIDES, "outcome_side") ?? (book === undefined ? undefined : book === "bid" ? "yes" : "no");
  if (action !== undefined && side !== undefined) {
    const meant = (action === "buy") === (side === "yes") ? "yes" : "no";
    if (outcome !== undefined && outcome !== meant) throw new Unreadable(`outcome_side: ${outcome} is not what ${action} ${side} is`);
    return { action, side };
  }
  if (outcome === undefined) missing("outcome_side", "book_side", "action and side");
  return { action: "buy", side: outcome };
}

type Money = (row: Payload, name: string) => Decimal | undefined;
const CENTS: Money = (row, name) => row.cents([`${name}_dollars`], [name]);
/** The channel's plain integers count hundredths of a cent, where REST counts cents. */
const HUNDREDTHS_OF_A_CENT: Money = (row, name) => {
  const dollars = row.cents([`${name}_dollars`], []);
  const units = row.decimal(name);
  return dollars ?? (units && multiplyDecimals(units, { mantissa: 1n, digits: 2 }));
};

function positionOf(row: Payload, money: Money): VenuePosition {
  return {
    venue: "kalshi", market: row.required("market_ticker", "ticker"), token: undefined, quantity: row.requiredDecimal("position_fp", "position"), costCents: money(row, "position_cost") ?? money(row, "market_exposure"),
    realizedCents: money(row, "realized_pnl"), feesCents: money(row, "fees_paid"), isRedeemable: false,
  };
}

function settlementOf(row: Payload): VenueSettlement {
  const [yes, no] = [row.decimal("yes_count_fp", "yes_count"), row.decimal("no_count_fp", "no_count")];
  if (yes === undefined && no === undefined) missing("yes_count_fp", "no_count_fp");
  const revenueCents = row.cents(["revenue_dollars"], ["revenue"]) ?? missing("revenue");
  return {
    venue: "kalshi", market: row.required("ticker", "market_ticker"), result: row.required("market_result"), yesQuantity: notBelowZero("yes_count_fp", yes ?? zero), noQuantity: notBelowZero("no_count_fp", no ?? zero),
    yesCostCents: CENTS(row, "yes_total_cost"), noCostCents: CENTS(row, "no_total_cost"), revenueCents: notBelowZero("revenue", revenueCents), valueCents: row.cents(["value_dollars"], ["value"]),
    feesCents: row.cents(["fee_cost", "fee_cost_dollars"], []), time: row.time("settled_time"),
  };
}

/** What was filled of an order. Its cost of a sale is told in terms of the other outcome: what it brought is what 100 a contract lacks of that. */
function orderOf(row: Payload): VenueOrder {
  const { side, action } = directionOf(row);
  const filledQuantity = notBelowZero("fill_count", row.requiredDecimal("fill_count_fp", "fill_count"));
  const cost = addDecimals(CENTS(row, "taker_fill_cost") ?? zero, CENTS(row, "maker_fill_cost") ?? zero);
  return {
    venue: "kalshi", market: row.required("market_ticker", "ticker"), token: undefined, side, action, orderId: row.required("order_id"), filledQuantity,
    grossCents: action === "buy" ? cost : subtractDecimals(multiplyDecimals(filledQuantity, HUNDRED), cost), feesCents: addDecimals(CENTS(row, "taker_fees") ?? zero, CENTS(row, "maker_fees") ?? zero),
    status: row.text("status") ?? "",
  };
}

/** YES and NO cost 100 cents together; older fields are rounded to whole cents. Else one of them is in dollars where cents are told, or the other way. */
function mustBeWhole(yesCents: Decimal, noCents: Decimal): void {
  const off = subtractDecimals(addDecimals(yesCents, noCents), HUNDRED);
  if (compareDecimals({ mantissa: abs(off.mantissa), digits: off.digits }, ONE) >= 0) throw new Unreadable(`no_price_dollars: YES at ${formatDecimal(yesCents)} and NO at ${formatDecimal(noCents)} cents are not 100 together`);
}

function ofContract(cents: Decimal): Decimal {
  if (cents.mantissa < 0n || addDecimals(HUNDRED, negatedDecimal(cents)).mantissa < 0n) throw new Unreadable(`yes_price_dollars: ${formatDecimal(cents)} cents: a contract costs 0 to 100`);
  return cents;
}
