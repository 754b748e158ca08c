import { formatQuotient, formatSmall } from "../num/index.ts";
import { formatTime } from "../model/index.ts";
import { moneyDigits, NEVER, type PlainPosition } from "../position/index.ts";
import type { Book } from "./book.ts";
import { netValuation } from "./figures.ts";
import type { Moment } from "./rates.ts";
import type { BookRow, NetRow, VenueRow } from "./rows.ts";
import { pricePerUnit, valueVenue, type Valuation } from "./value.ts";
import { ageSeconds, isOpen } from "./view.ts";

/** The figures of a position and of its part on one venue as JSON, without braces: the text of `positionPart` from `status` on. */
export interface PlainPart {
  readonly position: string;
  readonly part: string;
  readonly unrealizedPnl: string | null; // of the position
}

const MOST_DIGITS = 15;

/** `positionPart` in a fraction of its time, for rows whose amounts are all exact doubles; undefined for others. */
export function plainPart(book: Book, net: NetRow, of: VenueRow, moment: Moment): PlainPart | undefined {
  const own = book.table.readPlain(of.row);
  if (own === undefined) return undefined;
  const part = rowText(book, of, own, valueVenue(book, of, { quantity: BigInt(own.quantity) }, moment), moment, own.quantity !== 0);
  if (part === undefined) return undefined;
  if (net.venues.length === 1) return { position: part.text, part: part.text, unrealizedPnl: part.unrealizedPnl };
  const whole = book.table.readPlain(net.row);
  const position = whole && rowText(book, net, whole, netValuation(book, net, { quantity: BigInt(whole.quantity) }, moment), moment, isOpen(book, net));
  return position && { position: position.text, part: part.text, unrealizedPnl: position.unrealizedPnl };
}

function rowText(book: Book, row: BookRow, p: PlainPosition, valuation: Valuation | undefined, moment: Moment, holds: boolean): { readonly text: string; readonly unrealizedPnl: string | null } | undefined {
  const { instrument, fees: sideFees, funding } = row;
  const scale = book.table.scale(row.row);
  const { quantityDigits, multiplier, inverse } = scale;
  if (inverse || multiplier.mantissa !== 1n || multiplier.digits !== 0 || funding !== undefined || !sideFees.isEmpty) return undefined;
  const digits = moneyDigits(scale);
  const { quantity, cost, realized, fees } = p;
  const isFlat = quantity === 0;
  const value = valuation && plainValue(valuation, digits);
  const netRealized = realized - fees;
  const unrealized = value === undefined ? 0 : value - cost;
  const total = realized + unrealized;
  const netTotal = total - fees;
  if (Number.isNaN(value) || !Number.isSafeInteger(netRealized) || !Number.isSafeInteger(unrealized) || !Number.isSafeInteger(total) || !Number.isSafeInteger(netTotal)) return undefined;

  const money = (amount: number): string => formatSmall(amount, digits);
  const valued = (amount: number): string | null => (value === undefined ? null : money(amount));
  const { settle, kind } = instrument;
  const costText = money(cost);
  const feesText = money(fees);
  const avgPrice = isFlat ? null : (formatQuotient(cost, quantity, quantityDigits - digits) ?? pricePerUnit(instrument, { mantissa: BigInt(quantity), digits: quantityDigits }, { mantissa: BigInt(cost), digits }));
  const peak = value === undefined ? 0 : Number(money(p.peakCost));
  const unrealizedPnl = valued(unrealized);
  const totalPnl = valued(total);
  const percentage = totalPnl === null || peak === 0 ? null : (100 * Number(totalPnl)) / peak;
  const markAge = valuation?.markTimeNs === undefined ? null : ageSeconds(valuation.markTimeNs, moment);
  const maxLoss = isFlat ? "0" : quantity < 0 || cost < 0 || kind === "future" ? null : costText;
  const text =
    `"status":"${holds ? "open" : "closed"}","quantity":"${formatSmall(quantity, quantityDigits)}","avgPrice":${quoted(avgPrice)},"totalCost":"${quantity < 0 ? money(-cost) : costText}",` +
    `"realizedPnl":"${money(realized)}","fees":"${feesText}","feesByCurrency":${fees === 0 ? "{}" : `{${JSON.stringify(settle)}:"${feesText}"}`},"unvaluedFees":[],"funding":"0",` +
    `"netRealizedPnl":"${money(netRealized)}","markPrice":${quoted(isFlat ? null : (valuation?.markPrice ?? null))},"markAge":${markAge},"unrealizedPnl":${quoted(unrealizedPnl)},` +
    `"totalPnl":${quoted(totalPnl)},"netTotalPnl":${quoted(valued(netTotal))},"pnlPercentage":${percentage},` +
    `"positionValue":${quoted(isFlat ? "0" : valued(Math.abs(value ?? 0)))},"maxLoss":${quoted(maxLoss)},"numTrades":${p.trades},"totalVolume":"${formatSmall(p.volume, quantityDigits)}",` +
    `"currency":${JSON.stringify(settle)},"openedAt":${quotedTime(p.openedNs)},"lastUpdated":${quotedTime(p.lastNs)}`;
  return { text, unrealizedPnl };
}

/** A value at so many digits; NaN when it is no exact double there. */
function plainValue({ value }: Valuation, digits: number): number {
  const mantissa = Number(value.mantissa);
  const finer = digits - value.digits;
  const scaled = finer < 0 || finer > MOST_DIGITS ? Number.NaN : mantissa * 10 ** finer;
  return Number.isSafeInteger(mantissa) && Number.isSafeInteger(scaled) ? scaled : Number.NaN;
}

/** JSON of a text of digits. */
function quoted(text: string | null): string {
  return text === null ? "null" : `"${text}"`;
}

function quotedTime(ns: bigint): string {
  return ns === NEVER ? "null" : `"${formatTime(ns)}"`;
}
