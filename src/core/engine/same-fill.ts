import { formatDecimal, scaled, type Decimal } from "../num/index.ts";
import { floorTo, formatTimeAs, TIME_UNITS, unitNs, type Fill } from "../model/index.ts";

/** What differs between two statements of one fill, undefined when nothing does: side, quantity, price, fee, its currency, and the time at the coarser unit. */
export function contentDifference(a: Fill, b: Fill, quote: string): string | undefined {
  if (a.quantity.mantissa > 0n !== b.quantity.mantissa > 0n) return `side ${a.quantity.mantissa > 0n ? "buy, now sell" : "sell, now buy"}`;
  if (!equal(a.quantity, b.quantity)) return `quantity ${unsigned(a.quantity)}, now ${unsigned(b.quantity)}`;
  if (!equal(a.price, b.price)) return `price ${formatDecimal(a.price)}, now ${formatDecimal(b.price)}`;
  if (!equal(a.fee, b.fee)) return `fee ${formatDecimal(a.fee)}, now ${formatDecimal(b.fee)}`;
  if (a.fee.mantissa !== 0n && (a.feeCurrency || quote) !== (b.feeCurrency || quote)) return `fee currency ${a.feeCurrency || quote}, now ${b.feeCurrency || quote}`;
  const coarser = unitNs(TIME_UNITS[Math.min(TIME_UNITS.indexOf(a.time.unit), TIME_UNITS.indexOf(b.time.unit))]!);
  if (floorTo(a.time.ns, coarser) !== floorTo(b.time.ns, coarser)) return `time ${formatTimeAs(a.time.ns, a.time.unit)}, now ${formatTimeAs(b.time.ns, b.time.unit)}`;
  return undefined;
}

/** Whether they differ in what is not part of the content. */
export function notesDiffer(a: Fill, b: Fill): boolean {
  return a.strategy !== b.strategy || a.signalId !== b.signalId || a.orderId !== b.orderId || a.venueType !== b.venueType || a.liquidity !== b.liquidity || a.arrivalPrice !== b.arrivalPrice || a.slippage !== b.slippage || a.latencyMs !== b.latencyMs || a.executionScore !== b.executionScore;
}

/** What to tell of such a repeat: it is a duplicate all the same. @param seq the entry of the first statement */
export function otherColumnsWarning(seq: number): string {
  return `other_columns: a column beside the fill's content (strategy, order_id, …) differs from that of entry ${seq}: the first stays`;
}

function equal(a: Decimal, b: Decimal): boolean {
  const digits = Math.max(a.digits, b.digits);
  return scaled(a, digits) === scaled(b, digits);
}

function unsigned(quantity: Decimal): string {
  return formatDecimal(quantity).replace("-", "");
}
