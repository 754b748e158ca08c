import { compareDecimals, formatDecimal, multiplyDecimals, subtractDecimals, zero, type Decimal } from "../num/index.ts";
import { kalshiFee, kalshiOrderFees, kalshiTerms, polymarketFee, polymarketTerms, type AccountGrid, type MarketFees } from "../market/index.ts";
import type { PairFilled } from "./fact.ts";

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
 * @param grid decimals of a dollar that the Kalshi account is kept to
 * @returns undefined for a fill of whose time or market no schedule is known
 */
export function scheduleFees(fills: readonly PairFilled[], own: MarketFees = {}, grid: AccountGrid = 2): (ScheduleFee | undefined)[] {
  const first = fills[0];
  if (first === undefined) return [];
  return first.venue === "polymarket" ? fills.map((fill) => ofPolymarket(fill, own)) : ofKalshi(fills, own, grid);
}

function ofKalshi(fills: readonly PairFilled[], own: MarketFees, grid: AccountGrid): (ScheduleFee | undefined)[] {
  const terms = fills.map(({ market, time }) => kalshiTerms(market, time.ns, own));
  if (terms.includes(undefined)) return fills.map(() => undefined);
  const lots = fills.map(({ quantity, priceCents, action, role }, i) => {
    const price = multiplyDecimals(priceCents, HUNDREDTH);
    return { contracts: quantity, price, action, tradeFee: kalshiFee(quantity, price, role === "maker" ? terms[i]!.maker : terms[i]!.taker) };
  });
  return kalshiOrderFees(lots, grid).map(({ netFee }, i) => ({ feeCents: multiplyDecimals(netFee, HUNDRED), feeShares: zero, source: terms[i]!.source }));
}

function ofPolymarket({ quantity, priceCents, action, role, time }: PairFilled, own: MarketFees): ScheduleFee | undefined {
  const terms = polymarketTerms(time.ns, own);
  if (role === "maker") return { feeCents: zero, feeShares: zero, source: "makers pay nothing" };
  if (terms === undefined) return undefined;
  const { usdc, shares } = polymarketFee(quantity, multiplyDecimals(priceCents, HUNDREDTH), terms, action);
  return { feeCents: multiplyDecimals(usdc, HUNDRED), feeShares: shares, source: own.rate === undefined ? `Polymarket, ${own.category ?? ""}` : "the market's own rate" };
}

/**
 * The fill with the schedule's fee where the venue said none. Where no schedule is known it stays as it is, with a fee that is not known.
 * @param earlier fills of the same order, oldest first: Kalshi rounds over an order
 */
export function withScheduleFee(fill: PairFilled, own?: MarketFees, grid: AccountGrid = 2, earlier: readonly PairFilled[] = []): PairFilled {
  if (fill.feeCents !== undefined) return fill;
  const fee = scheduleFees([...earlier, fill], own, grid).at(-1);
  return fee === undefined ? fill : { ...fill, feeCents: fee.feeCents, feeShares: fee.feeShares, feeIsComputed: true };
}

/**
 * Where the venues' own fees are not what the schedules say. Fills of an order are computed together; fills of whose time or
 * market no schedule is known are left out.
 */
export function feeDifferences(fills: readonly PairFilled[], ownOf: (fill: PairFilled) => MarketFees | undefined = () => undefined, grid: AccountGrid = 2): FeeDifference[] {
  const orders = new Map<string, PairFilled[]>();
  for (const fill of fills) {
    const key = JSON.stringify([fill.venue, fill.account, fill.market, fill.orderId === "" ? `fill ${fill.id}` : `order ${fill.orderId}`]);
    orders.set(key, [...(orders.get(key) ?? []), fill]);
  }
  return [...orders.values()].flatMap((order) => {
    const oldestFirst = order.toSorted((a, b) => (a.time.ns < b.time.ns ? -1 : a.time.ns > b.time.ns ? 1 : 0));
    return scheduleFees(oldestFirst, ownOf(oldestFirst[0]!), grid).flatMap((fee, i): FeeDifference[] => {
      const { feeCents, feeIsComputed, pairId, venue, market, id } = oldestFirst[i]!;
      if (fee === undefined || feeCents === undefined || feeIsComputed || compareDecimals(fee.feeCents, feeCents) === 0) return [];
      return [{ pairId, venue, market, id, recordedCents: formatDecimal(feeCents), computedCents: formatDecimal(fee.feeCents), differenceCents: formatDecimal(subtractDecimals(feeCents, fee.feeCents)), source: fee.source }];
    });
  });
}
