import { formatRatio, formatScaled, tenTo, type Decimal } from "../num/index.ts";
import type { ConsolidatedLadder, VenueLevel } from "./consolidated.ts";
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

interface Priced {
  readonly level: VenueLevel;
  readonly fee: Decimal | undefined;
}

/**
 * Takes `quantity` from the best levels on. With `byNet`, levels go by what they cost after their venue's fee, as somebody
 * who pays the fees would take them; a venue whose fee is unknown is then left out.
 */
export function sweep(of: ConsolidatedLadder, side: "buy" | "sell", quantity: Decimal, fees: Pick<TakerFees, "rateAt">, nowUs: number, byNet = false): Sweep {
  const levels = [...of.levels(side === "buy" ? "asks" : "bids")].map((level): Priced => ({ level, fee: fees.rateAt(level.venue, level.symbol, nowUs) }));
  const shareDigits = Math.max(0, ...levels.map(({ fee }) => fee?.digits ?? 0));
  const share = (fee: Decimal) => fee.mantissa * tenTo(shareDigits - fee.digits);
  const sign = side === "buy" ? 1n : -1n;
  const net = ({ level, fee }: Priced) => level.price * (tenTo(shareDigits) + sign * share(fee!));
  const known = byNet ? levels.filter(({ fee }) => fee !== undefined) : levels;
  const taken = byNet ? known.sort((a, b) => Number(sign * (net(a) - net(b)) > 0n) - Number(sign * (net(a) - net(b)) < 0n)) : known;
  // quantities asked for may be finer than the ladders'
  const finer = Math.max(0, quantity.digits - of.quantityDigits);
  const digits = of.quantityDigits + finer;
  let left = quantity.mantissa * tenTo(digits - quantity.digits);
  let [had, amount, charged]: [bigint, bigint, bigint | undefined] = [0n, 0n, 0n];
  let worst: bigint | undefined;
  const byVenue = new Map<string, bigint>();
  for (const { level, fee } of taken) {
    if (left === 0n) break;
    const stands = level.quantity * tenTo(finer);
    const part = stands < left ? stands : left;
    left -= part;
    had += part;
    amount += part * level.price;
    charged = charged === undefined || fee === undefined ? undefined : charged + part * level.price * share(fee);
    worst = worst === undefined || sign * (level.price - worst) > 0n ? level.price : worst;
    byVenue.set(level.venue, (byVenue.get(level.venue) ?? 0n) + part);
  }
  const money = of.priceDigits + digits;
  const average = (total: bigint, more: number) => (had === 0n ? null : formatRatio(total, had * tenTo(of.priceDigits + more), 12));
  return {
    side, quantity: formatScaled(had, digits), isComplete: left === 0n,
    amount: formatScaled(amount, money), fees: charged === undefined ? null : formatScaled(charged, money + shareDigits),
    averagePrice: average(amount, 0), averagePriceWithFees: charged === undefined ? null : average(amount * tenTo(shareDigits) + sign * charged, shareDigits),
    worstPrice: worst === undefined ? null : formatScaled(worst, of.priceDigits),
    venues: [...byVenue].map(([venue, part]) => ({ venue, quantity: formatScaled(part, digits) })),
  };
}
