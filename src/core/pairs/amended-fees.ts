import { compareDecimals, zero } from "../num/index.ts";
import type { PairBook } from "./book.ts";
import { fillKey, type PairFact, type PairFillAmended, type PairFilled, type PairVoided } from "./fact.ts";
import { withScheduleFee } from "./fees.ts";
import { ownFees, type PairedOptions } from "./paired-row.ts";

type Fees = Pick<PairedOptions, "feesOf" | "schedules" | "gridOf">;

/**
 * A correction with the fees that follow from it, as it is booked. A fee that the schedule gave is computed anew for the price and the quantity
 * that a fill is amended to, by the schedule of the fill's own time; so are the computed fees of later fills of its order, on Kalshi. A fee that the venue
 * told stays, and one that the correction tells, or that was decided before (an export), is taken as it is.
 */
export function withFeesAnew(book: PairBook, fact: PairFact, fees: Fees = {}): PairFact {
  if (fact.type !== "pair_voided" && fact.type !== "pair_fill_amended") return fact;
  const stands = book.fillsOf(fact.pairId).find((fill) => fillKey(fill) === fillKey(fact.fill));
  if (stands === undefined) return fact;
  return fact.type === "pair_voided" ? withOrderFees(book, fact, stands, undefined, fees) : amendmentAnew(book, fact, stands, fees);
}

function amendmentAnew(book: PairBook, fact: PairFillAmended, stands: PairFilled, fees: Fees): PairFillAmended {
  const { quantity = stands.quantity, priceCents = stands.priceCents, feeCents } = fact;
  if (feeCents !== undefined && fact.feeShares === undefined && stands.feeIsComputed && stands.feeShares.mantissa !== 0n) return { ...fact, feeShares: zero }; // it is all of the fee
  if (fact.quantity === undefined && fact.priceCents === undefined) return fact;
  const fill: PairFilled = { ...stands, quantity, priceCents, grossCents: undefined, feeCents: undefined, feeShares: zero, feeIsComputed: false };
  const isTold = feeCents !== undefined || (stands.feeCents !== undefined && !stands.feeIsComputed);
  const computed = isTold ? fill : computedAnew(book, fill, book.earlierOf(stands), fees);
  return withOrderFees(book, computed.feeIsComputed ? { ...fact, feeCents: computed.feeCents, feeShares: computed.feeShares, feeIsComputed: true } : fact, stands, fill, fees);
}

/** @param now the fill as it will stand; undefined: it is voided */
function withOrderFees<Correction extends PairVoided | PairFillAmended>(book: PairBook, fact: Correction, stands: PairFilled, now: PairFilled | undefined, fees: Fees): Correction {
  if (fact.orderFees !== undefined || stands.venue !== "kalshi") return fact;
  const later = book.laterOf(stands).filter(({ feeIsComputed }) => feeIsComputed);
  const orderFees = later.flatMap((fill) => {
    const earlier = book.earlierOf(fill).flatMap((one) => (fillKey(one) !== fillKey(stands) ? [one] : now === undefined ? [] : [now]));
    const { feeCents } = computedAnew(book, { ...fill, feeCents: undefined, feeIsComputed: false }, earlier, fees);
    return feeCents === undefined || compareDecimals(feeCents, fill.feeCents ?? zero) === 0 ? [] : [{ id: fill.id, feeCents }];
  });
  return later.length === 0 ? fact : { ...fact, orderFees };
}

function computedAnew(book: PairBook, fill: PairFilled, earlier: readonly PairFilled[], { feesOf, ...terms }: Fees): PairFilled {
  return withScheduleFee(fill, feesOf?.(fill.venue, fill.market) ?? ownFees(fill, book.pair(fill.pairId)?.markets ?? []), terms, earlier);
}
