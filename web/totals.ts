import { addDecimals, decimalOf, formatDecimal, zero, type Decimal } from "../src/core/num/index.ts";
import type { PositionView } from "../src/core/book/index.ts";

/** What all positions of one currency add up to, exactly; a sum over something unknown is unknown: null. */
export interface Totals {
  readonly currency: string;
  readonly net: string | null;
  readonly realized: string;
  readonly unrealized: string | null;
  readonly fees: string | null;
  readonly unknown: number; // positions without a net P&L
}

/** Totals by currency, that of most positions first: two currencies never add up. */
export function totalsOf(positions: readonly PositionView[]): Totals[] {
  const byCurrency = new Map<string, PositionView[]>();
  for (const position of positions) {
    const rows = byCurrency.get(position.currency);
    if (rows === undefined) byCurrency.set(position.currency, [position]);
    else rows.push(position);
  }
  return [...byCurrency].sort(([, a], [, b]) => b.length - a.length).map(([currency, rows]) => ({
    currency,
    net: sum(rows.map(({ netTotalPnl }) => netTotalPnl)),
    realized: sum(rows.map(({ realizedPnl }) => realizedPnl))!,
    unrealized: sum(rows.map(({ unrealizedPnl }) => unrealizedPnl)),
    fees: sum(rows.map(({ fees }) => fees)),
    unknown: rows.filter(({ netTotalPnl }) => netTotalPnl === null).length,
  }));
}

function sum(amounts: readonly (string | null)[]): string | null {
  let total: Decimal = zero;
  for (const amount of amounts) {
    if (amount === null) return null;
    total = addDecimals(total, decimalOf(amount));
  }
  return formatDecimal(total);
}
