import { formatDecimal, trimmed } from "../num/index.ts";
import { formatTime } from "../model/index.ts";
import { moneyDigits, type Scale } from "../position/index.ts";
import type { BookRow } from "./rows.ts";
import { pricePerUnit } from "./value.ts";

/** An open lot: when and by what it was opened, and what is left of it. */
export interface LotView {
  readonly openedAt: string;
  readonly quantity: string; // signed
  readonly price: string | null; // 12 significant digits
  readonly cost: string; // exact, ≥ 0 for positive prices
  readonly id: string; // of the fill that opened it, or of the deposit
  readonly venue: string;
  readonly strategy: string | null;
  readonly signalId: string | null;
}

/** The open lots of a row in the order opened; undefined where the account counts at average cost. */
export function lotsOf(row: BookRow, scale: Scale): LotView[] | undefined {
  return row.lots?.list().map(({ origin, quantity, cost }) => {
    const units = trimmed(quantity, scale.quantityDigits);
    const paid = trimmed(cost, moneyDigits(scale));
    return {
      openedAt: formatTime(origin.timeNs),
      quantity: formatDecimal(units),
      price: pricePerUnit(row.instrument, units, paid),
      cost: formatDecimal(quantity < 0n ? { ...paid, mantissa: -paid.mantissa } : paid),
      id: origin.id,
      venue: origin.venue,
      strategy: origin.strategy || null,
      signalId: origin.signalId || null,
    };
  });
}
