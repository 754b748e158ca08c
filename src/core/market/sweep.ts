import { formatRatio, formatScaled, tenTo, type Decimal } from "../num/index.ts";
import type { ConsolidatedLadder } from "./consolidated.ts";
import type { TakerFees } from "./taker-fees.ts";

/** What taking a size from all venues at once costs; amounts exact, in the market's currency. */
export interface Sweep {
  readonly side: "buy" | "sell";
  readonly quantity: string; // that could be had; less than asked for where the ladders end
  readonly isComplete: boolean;
  readonly amount: string; // paid when buying, received when selling, before fees
  readonly fees: string | null; // null: some venue's fee is unknown
  readonly averagePrice: string | null; // before fees, 12 digits
  readonly averagePriceWithFees: string | null;
  readonly worstPrice: string | null; // of the last level touched
  readonly venues: readonly { readonly venue: string; readonly quantity: string }[];
}

/**
 * Takes `quantity` from the best levels on. With `byNet`, levels go by what they cost after their venue's fee, as somebody
 * who pays the fees would take them; a venue whose fee is unknown is then left out.
 */
export function sweep(of: ConsolidatedLadder, side: "buy" | "sell", quantity: Decimal, fees: Pick<TakerFees, "rateAt">, nowUs: number, byNet = false): Sweep {
  const rates = new Map<string, Decimal | undefined>();
  for (const { listed: { ladder }, reason } of of.sources) if (reason === undefined) rates.set(keyOf(ladder), fees.rateAt(ladder.venue, ladder.symbol, nowUs));
  let shareDigits = 0;
  for (const rate of rates.values()) shareDigits = Math.max(shareDigits, rate?.digits ?? 0);
  const one = tenTo(shareDigits);
  const sign = side === "buy" ? 1n : -1n;
  const shares = new Map([...rates].map(([key, rate]) => [key, rate && rate.mantissa * tenTo(shareDigits - rate.digits)]));
  const weightOf = (venue: string, symbol: string) => {
    const share = shares.get(keyOf({ venue, symbol }));
    return share === undefined ? undefined : one + sign * share; // above 0, since a rate is a share below 1: a venue's own levels stay in order
  };
  const levels = of.levels(side === "buy" ? "asks" : "bids", byNet ? weightOf : undefined);
  // quantities asked for may be finer than the ladders'
  const finer = Math.max(0, quantity.digits - of.quantityDigits);
  const digits = of.quantityDigits + finer;
  let left = quantity.mantissa * tenTo(digits - quantity.digits);
  let [had, amount, charged]: [bigint, bigint, bigint | undefined] = [0n, 0n, 0n];
  let worst: bigint | undefined;
  const byVenue = new Map<string, bigint>();
  for (const level of left === 0n ? [] : levels) {
    const share = shares.get(keyOf(level));
    const stands = level.quantity * tenTo(finer);
    const part = stands < left ? stands : left;
    left -= part;
    had += part;
    amount += part * level.price;
    charged = charged === undefined || share === undefined ? undefined : charged + part * level.price * share;
    worst = worst === undefined || sign * (level.price - worst) > 0n ? level.price : worst;
    byVenue.set(level.venue, (byVenue.get(level.venue) ?? 0n) + part);
    if (left === 0n) break;
  }
  const money = of.priceDigits + digits;
  const average = (total: bigint, more: number) => (had === 0n ? null : formatRatio(total, had * tenTo(of.priceDigits + more), 12));
  return {
    side, quantity: formatScaled(had, digits), isComplete: left === 0n,
    amount: formatScaled(amount, money), fees: charged === undefined ? null : formatScaled(charged, money + shareDigits),
    averagePrice: average(amount, 0), averagePriceWithFees: charged === undefined ? null : average(amount * one + sign * charged, shareDigits),
    worstPrice: worst === undefined ? null : formatScaled(worst, of.priceDigits),
    venues: [...byVenue].map(([venue, part]) => ({ venue, quantity: formatScaled(part, digits) })),
  };
}

function keyOf({ venue, symbol }: { readonly venue: string; readonly symbol: string }): string {
  return `${venue}\u0000${symbol}`;
}
