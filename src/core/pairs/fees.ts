import { compareDecimals, formatDecimal, multiplyDecimals, subtractDecimals, zero, type Decimal } from "../num/index.ts";
import { kalshiFee, kalshiOrderFees, kalshiTerms, polymarketFee, polymarketTerms, type AccountGrid, type FeeSchedules, type MarketFees } from "../market/index.ts";
import type { PairFilled } from "./fact.ts";

/** How fees are computed where a venue says none. */
export interface FeeTerms {
  readonly schedules?: FeeSchedules | undefined; // those that the venues published
  readonly gridOf?: ((account: string) => AccountGrid) | undefined; // decimals of a dollar that a Kalshi account is kept to; 2
}

/** What the schedules say of a fill. */
export interface ScheduleFee {
  readonly feeCents: Decimal;
  readonly feeShares: Decimal; // taken in contracts instead
  readonly source: string;
}

/** A fill that was charged otherwise than its schedule says. The venue's own fee is the one that counts. */
export interface FeeDifference {
  readonly pairId: string;
  readonly venue: string;
  readonly market: string;
  readonly id: string; // of the fill
  readonly recordedCents: string;
  readonly computedCents: string;
  readonly differenceCents: string; // recorded − computed
  readonly source: string; // of the schedule
}

const HUNDRED: Decimal = { mantissa: 100n, digits: 0 };
const HUNDREDTH: Decimal = { mantissa: 1n, digits: 2 };

/**
 * The fees of the fills of one order, oldest first, by the schedule of their time. Fills whose role is not said took.
 * @returns undefined for a fill of whose time or market no schedule is known
 */
export function scheduleFees(fills: readonly PairFilled[], own: MarketFees = {}, { schedules, gridOf }: FeeTerms = {}): (ScheduleFee | undefined)[] {
  const first = fills[0];
  if (first === undefined) return [];
  return first.venue === "polymarket" ? fills.map((fill) => ofPolymarket(fill, own, schedules)) : ofKalshi(fills, own, gridOf?.(first.account) ?? 2, schedules);
}

function ofKalshi(fills: readonly PairFilled[], own: MarketFees, grid: AccountGrid, schedules?: FeeSchedules): (ScheduleFee | undefined)[] {
  const terms = fills.map(({ market, time }) => kalshiTerms(market, time.ns, own, schedules));
  if (terms.includes(undefined)) return fills.map(() => undefined);
  const lots = fills.map(({ quantity, priceCents, action, role }, i) => {
    const price = multiplyDecimals(priceCents, HUNDREDTH);
    return { contracts: quantity, price, action, tradeFee: kalshiFee(quantity, price, role === "maker" ? terms[i]!.maker : terms[i]!.taker) };
  });
  return kalshiOrderFees(lots, grid).map(({ netFee }, i) => ({ feeCents: multiplyDecimals(netFee, HUNDRED), feeShares: zero, source: terms[i]!.source }));
}

function ofPolymarket({ quantity, priceCents, action, role, time }: PairFilled, own: MarketFees, schedules?: FeeSchedules): ScheduleFee | undefined {
  const terms = polymarketTerms(time.ns, own, schedules);
  if (role === "maker") return { feeCents: zero, feeShares: zero, source: "makers pay nothing" };
  if (terms === undefined) return undefined;
  const { usdc, shares } = polymarketFee(quantity, multiplyDecimals(priceCents, HUNDREDTH), terms, action);
  return { feeCents: multiplyDecimals(usdc, HUNDRED), feeShares: shares, source: own.rate === undefined ? `Polymarket, ${own.category ?? ""}` : "the market's own rate" };
}

/**
 * The fill with the schedule's fee where the venue said none. Where no schedule is known it stays as it is, with a fee that is not known.
 * @param earlier fills of the same order, oldest first: Kalshi rounds over an order
 */
export function withScheduleFee(fill: PairFilled, own?: MarketFees, terms?: FeeTerms, earlier: readonly PairFilled[] = []): PairFilled {
  if (fill.feeCents !== undefined) return fill;
  const fee = scheduleFees([...earlier, fill], own, terms).at(-1);
  return fee === undefined ? fill : { ...fill, feeCents: fee.feeCents, feeShares: fee.feeShares, feeIsComputed: true };
}

/** Fees that venues told, held against the schedules. */
export interface FeeCheck {
  readonly checked: number; // fills whose fee the venue told, and a schedule says
  readonly unknown: number; // fills whose fee the venue told, and no schedule says
  readonly differences: readonly FeeDifference[];
}

/**
 * Where the venues' own fees are not what the schedules say. Fills of an order are computed together; fills of whose time or
 * market no schedule is known are left out.
 */
export function feeDifferences(fills: readonly PairFilled[], ownOf?: (fill: PairFilled) => MarketFees | undefined, terms?: FeeTerms): FeeDifference[] {
  return [...checkedFees(fills, ownOf, terms).differences];
}

/** The same, and how many fills could be checked. */
export function checkedFees(fills: readonly PairFilled[], ownOf: (fill: PairFilled) => MarketFees | undefined = () => undefined, terms?: FeeTerms): FeeCheck {
  const orders = new Map<string, PairFilled[]>();
  for (const fill of fills) {
    const key = JSON.stringify([fill.venue, fill.account, fill.market, fill.orderId === "" ? `fill ${fill.id}` : `order ${fill.orderId}`]);
    orders.set(key, [...(orders.get(key) ?? []), fill]);
  }
  let [checked, unknown] = [0, 0];
  const differences = [...orders.values()].flatMap((order) => {
    const oldestFirst = order.toSorted((a, b) => (a.time.ns < b.time.ns ? -1 : a.time.ns > b.time.ns ? 1 : 0));
    return scheduleFees(oldestFirst, ownOf(oldestFirst[0]!), terms).flatMap((fee, i): FeeDifference[] => {
      const { feeCents, feeIsComputed, pairId, venue, market, id } = oldestFirst[i]!;
      if (feeCents === undefined || feeIsComputed) return [];
      if (fee === undefined) unknown += 1;
      else checked += 1;
      if (fee === undefined || compareDecimals(fee.feeCents, feeCents) === 0) return [];
      return [{ pairId, venue, market, id, recordedCents: formatDecimal(feeCents), computedCents: formatDecimal(fee.feeCents), differenceCents: formatDecimal(subtractDecimals(feeCents, fee.feeCents)), source: fee.source }];
    });
  });
  return { checked, unknown, differences };
}
