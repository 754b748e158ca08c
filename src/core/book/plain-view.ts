import { formatSmall } from "../num/index.ts";
import { formatTime } from "../model/index.ts";
import { NEVER } from "../position/index.ts";
import type { Book } from "./book.ts";
import { plainPartOf, type PlainFigures } from "./plain-figures.ts";
import type { Moment } from "./rates.ts";
import type { NetRow, VenueRow } from "./rows.ts";
import { ageSeconds } from "./view.ts";

/** The figures of a position and of its part on one venue as JSON, without braces: the text of `positionPart` from `status` on. */
export interface PlainPart {
  readonly position: string;
  readonly part: string;
  readonly unrealizedPnl: string | null; // of the position
}

/** `positionPart` in a fraction of its time, for rows whose amounts are all exact doubles; undefined for others. */
export function plainPart(book: Book, net: NetRow, of: VenueRow, moment: Moment): PlainPart | undefined {
  const plain = plainPartOf(book, net, of, moment);
  if (plain === undefined) return undefined;
  const part = textOf(plain.part, moment);
  return { position: plain.net === plain.part ? part : textOf(plain.net, moment), part, unrealizedPnl: plain.net.isValued ? formatSmall(plain.net.unrealized, plain.net.digits) : null };
}

function textOf(figures: PlainFigures, moment: Moment): string {
  const { position, quantityDigits, digits, isValued, markTimeNs } = figures;
  const { quantity, cost, fees } = position;
  const money = (amount: number): string => formatSmall(amount, digits);
  const valued = (amount: number): string => (isValued ? `"${money(amount)}"` : "null");
  const isFlat = quantity === 0;
  const costText = money(cost);
  const feesText = money(fees);
  return (
    `"status":"${figures.holds ? "open" : "closed"}","quantity":"${formatSmall(quantity, quantityDigits)}","avgPrice":${quoted(figures.avgPrice)},"totalCost":"${quantity < 0 ? money(-cost) : costText}",` +
    `"realizedPnl":"${money(position.realized)}","fees":"${feesText}","feesByCurrency":${fees === 0 ? "{}" : `{${JSON.stringify(figures.currency)}:"${feesText}"}`},"unvaluedFees":[],"funding":"0",` +
    `"netRealizedPnl":"${money(figures.netRealized)}","markPrice":${quoted(figures.markPrice)},"markAge":${markTimeNs === undefined ? null : ageSeconds(markTimeNs, moment)},"unrealizedPnl":${valued(figures.unrealized)},` +
    `"totalPnl":${valued(figures.total)},"netTotalPnl":${valued(figures.netTotal)},"pnlPercentage":${figures.pnlPercentage},` +
    `"positionValue":${isFlat ? '"0"' : valued(Math.abs(figures.value))},"maxLoss":${isFlat ? '"0"' : figures.isLossBounded ? `"${costText}"` : "null"},"numTrades":${position.trades},"totalVolume":"${formatSmall(position.volume, quantityDigits)}",` +
    `"currency":${JSON.stringify(figures.currency)},"openedAt":${quotedTime(position.openedNs)},"lastUpdated":${quotedTime(position.lastNs)}`
  );
}

/** JSON of a text of digits. */
function quoted(text: string | null): string {
  return text === null ? "null" : `"${text}"`;
}

function quotedTime(ns: bigint): string {
  return ns === NEVER ? "null" : `"${formatTime(ns)}"`;
}
