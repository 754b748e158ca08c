import { divideHalfEven, formatDecimal, formatRatio, formatScaled } from "../num/index.ts";
import { formatTime } from "../model/index.ts";
import { moneyDigits, type Found } from "./found.ts";
import { heldAgainst } from "./held.ts";
import { kindOf } from "./market-watch.ts";
import type { OpportunityOptions } from "./options.ts";

/**
 * An opportunity as it is shown. Amounts are exact texts in the market's currency, averages have 12 digits, estimates are
 * numbers, and what is not known is null with its reason.
 */
export interface OpportunityView {
  readonly kind: "cross" | "basis";
  readonly symbol: string; // the market
  readonly currency: string; // of all money here
  readonly buyVenue: string;
  readonly buySymbol: string;
  readonly sellVenue: string;
  readonly sellSymbol: string;
  readonly quantity: string; // of the base
  readonly buyPrice: string; // averages over the quantity, in `currency`, before fees
  readonly sellPrice: string;
  readonly grossProfit: string;
  readonly fees: string; // of both takers
  readonly transferCost: string;
  readonly netProfit: string; // gross − fees − transferCost
  readonly basisPoints: number; // netProfit of what the purchase costs before fees
  readonly bestNetProfit: string; // since it was first seen
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly lifeMs: number;
  readonly ageMs: number; // of the older side
  readonly buyAgeMs: number;
  readonly sellAgeMs: number;
  readonly capital: string; // what the purchase costs with its fee, for what is not turned over out of holdings; rounded half-even where it is a part
  readonly usesInventory: boolean;
  readonly inventoryQuantity: string; // of `quantity`: closable without capital
  readonly latencyMs: number | null; // of the slower venue
  readonly latencyRisk: number | null; // what prices move in that time, one standard deviation, in `currency`
  readonly latencyRiskReason?: "no_venue_stats" | "no_deviation";
}

const SHOWN_DIGITS = 12;

/** States one opportunity as of `nowUs`. */
export function viewOf(found: Found, nowUs: number, options: OpportunityOptions): OpportunityView {
  const { buy, sell, units, quantity, cost, proceeds, life } = found;
  const digits = moneyDigits(units);
  const held = heldAgainst(buy, sell, quantity, units.quantity, options);
  const age = (timeUs: number) => Math.max(0, (nowUs - timeUs) / 1_000);
  const [buyAgeMs, sellAgeMs] = [age(found.buyTimeUs), age(found.sellTimeUs)];
  const one = 10n ** BigInt(units.share);
  return {
    kind: kindOf(buy, sell)!, symbol: buy.mapped.market, currency: buy.mapped.currency,
    buyVenue: buy.ladder.venue, buySymbol: buy.ladder.symbol, sellVenue: sell.ladder.venue, sellSymbol: sell.ladder.symbol,
    quantity: formatScaled(quantity, units.quantity),
    buyPrice: average(cost, quantity, units.price), sellPrice: average(proceeds, quantity, units.price),
    grossProfit: formatScaled(proceeds - cost, units.price + units.quantity),
    fees: formatScaled(found.buyFee + found.sellFee, digits),
    transferCost: formatScaled(found.transfer, digits),
    netProfit: formatScaled(found.net, digits),
    basisPoints: Number(formatRatio(found.net * 10_000n, cost * one, SHOWN_DIGITS)),
    bestNetProfit: formatScaled(life.best, life.digits),
    firstSeen: timeText(life.firstSeenUs), lastSeen: timeText(life.lastSeenUs), lifeMs: (life.lastSeenUs - life.firstSeenUs) / 1_000,
    ageMs: Math.max(buyAgeMs, sellAgeMs), buyAgeMs, sellAgeMs,
    capital: capitalOf(found, held.isCovered ? quantity : divideDown(held.quantity.mantissa, held.quantity.digits, units.quantity), digits),
    usesInventory: held.uses, inventoryQuantity: formatDecimal(held.quantity),
    ...latency(found, options),
  };
}

/** A ratio of price × quantity units and quantity units, as a price. */
function average(money: bigint, quantity: bigint, digits: number): string {
  return formatRatio(money, quantity * 10n ** BigInt(digits), SHOWN_DIGITS);
}

function divideDown(mantissa: bigint, from: number, to: number): bigint {
  return from > to ? mantissa / 10n ** BigInt(from - to) : mantissa * 10n ** BigInt(to - from);
}

function capitalOf({ units, cost, buyFee, quantity }: Found, covered: bigint, digits: number): string {
  const whole = cost * 10n ** BigInt(units.share) + buyFee;
  return formatScaled(divideHalfEven(whole * (quantity - covered), quantity), digits);
}

function latency({ buy, sell, units, cost }: Found, { statsOf, deviationPerSecond }: OpportunityOptions): Pick<OpportunityView, "latencyMs" | "latencyRisk" | "latencyRiskReason"> {
  const [a, b] = [statsOf?.(buy.ladder.venue), statsOf?.(sell.ladder.venue)];
  if (a === undefined || b === undefined) return { latencyMs: null, latencyRisk: null, latencyRiskReason: "no_venue_stats" };
  const latencyMs = Math.max(a.latencyMs, b.latencyMs);
  const deviation = deviationPerSecond?.(buy.mapped.market);
  if (deviation === undefined) return { latencyMs, latencyRisk: null, latencyRiskReason: "no_deviation" };
  return { latencyMs, latencyRisk: deviation * Math.sqrt(latencyMs / 1_000) * Number(formatScaled(cost, units.price + units.quantity)) };
}

export function timeText(us: number): string {
  return formatTime(BigInt(us) * 1_000n);
}
