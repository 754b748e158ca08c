import { formatTime, type Mark } from "../../core/model/index.ts";
import type { PairReport } from "../../core/pairs/index.ts";
import { Random } from "./random.ts";

const HOUR_NS = 3_600_000_000_000n;
const DAY_HOURS = 24;
/** A probability moves so many cents a quote, about. */
const RESTLESS = 0.12;
const SURE = 97;

/** What a desk did with one pair: it wanted as many contracts of each side. */
interface Story {
  readonly pairId: string;
  readonly daysAgo: number;
  readonly daysLeft: number;
  readonly kalshi: { readonly side: "yes" | "no"; readonly cents: number; readonly quantity: number };
  readonly polymarket: { readonly cents: number; readonly quantity: number };
  readonly then: "held" | "settled" | "disputed" | "unwound";
}

const STORIES: readonly Story[] = [
  { pairId: "fed-cut-march", daysAgo: 9, daysLeft: 24, kalshi: { side: "no", cents: 46, quantity: 400 }, polymarket: { cents: 50, quantity: 400 }, then: "held" },
  { pairId: "btc-above-150k", daysAgo: 3, daysLeft: 38, kalshi: { side: "yes", cents: 31, quantity: 300 }, polymarket: { cents: 65, quantity: 220 }, then: "held" },
  { pairId: "senate-flip", daysAgo: 21, daysLeft: 130, kalshi: { side: "no", cents: 55, quantity: 250 }, polymarket: { cents: 41, quantity: 250 }, then: "held" },
  { pairId: "rain-nyc", daysAgo: 1, daysLeft: 2, kalshi: { side: "no", cents: 50, quantity: 0 }, polymarket: { cents: 45, quantity: 120 }, then: "held" },
  { pairId: "shutdown-november", daysAgo: 30, daysLeft: -2, kalshi: { side: "yes", cents: 58, quantity: 150 }, polymarket: { cents: 38, quantity: 150 }, then: "disputed" },
  { pairId: "cpi-above-3", daysAgo: 34, daysLeft: -6, kalshi: { side: "no", cents: 44, quantity: 500 }, polymarket: { cents: 51, quantity: 500 }, then: "settled" },
  { pairId: "oscars-best", daysAgo: 40, daysLeft: -12, kalshi: { side: "yes", cents: 62, quantity: 0 }, polymarket: { cents: 34, quantity: 100 }, then: "unwound" },
];

/** Kalshi's ticker and Polymarket's condition of a pair. */
function marketsOf(pairId: string): { readonly kalshi: string; readonly polymarket: string } {
  return { kalshi: `KX${pairId.replaceAll("-", "").toUpperCase()}`, polymarket: `0x${pairId}` };
}

/**
 * What the demo's desk has done on Kalshi and Polymarket until now, as an operator would report it: pairs that are hedged, one that is not quite and one that is
 * one-sided, one whose results are disputed, one that paid and one whose hedge failed and was sold. Fees are left to the schedules.
 */
export function simulatedPairs(account: string, nowNs: bigint): PairReport[] {
  return STORIES.flatMap(({ pairId, daysAgo, daysLeft, kalshi, polymarket, then }) => {
    const markets = marketsOf(pairId);
    const at = (hoursAgo: number) => formatTime(nowNs - BigInt(hoursAgo) * HOUR_NS);
    const begun = daysAgo * DAY_HOURS;
    const resolvesAt = at(-daysLeft * DAY_HOURS);
    const arbType = kalshi.side === "no" ? "poly_yes_kalshi_no" : "kalshi_yes_poly_no";
    const other = kalshi.side === "no" ? "yes" : "no";
    const fact = (type: string, hoursAgo: number, more: Readonly<Record<string, string>>) => ({ type, pair_id: pairId, id: `${pairId}-${type}-${more["venue"] ?? ""}`, timestamp: at(hoursAgo), account, ...more });
    const filled = (venue: "kalshi" | "polymarket", action: "buy" | "sell", hoursAgo: number, cents: number, quantity: number) =>
      ({ pair_id: pairId, id: `${pairId}-${venue}-${action}`, timestamp: at(hoursAgo), account, venue, symbol: markets[venue], side: action, outcome: venue === "kalshi" ? kalshi.side : other, quantity: `${quantity}`, price_cents: `${cents}`, liquidity: "taker" });
    const settled = (venue: "kalshi" | "polymarket", stage: string, payout: string) => fact("pair_settled", -daysLeft * DAY_HOURS - 3, { venue, market: markets[venue], stage, payout });
    const definition = fact("pair_defined", begun + 1, { arb_type: arbType, markets: JSON.stringify([{ venue: "kalshi", market: markets.kalshi, orientation: "same", resolvesAt }, { venue: "polymarket", market: markets.polymarket, orientation: "same", resolvesAt, fees: { category: "politics" } }]) });
    const fills = [filled("kalshi", "buy", begun, kalshi.cents, kalshi.quantity), filled("polymarket", "buy", begun, polymarket.cents, polymarket.quantity)].slice(kalshi.quantity === 0 ? 1 : 0);
    const endings = {
      held: () => [],
      settled: () => [settled("kalshi", "final", "yes"), settled("polymarket", "final", "yes")],
      disputed: () => [settled("kalshi", "final", "yes"), settled("polymarket", "disputed", "yes")],
      unwound: () => [filled("polymarket", "sell", begun - 1, polymarket.cents - 2, polymarket.quantity)],
    };
    return [definition, ...fills, ...endings[then]()] as PairReport[];
  });
}

/** What the venues quote for the pairs that go on: the price of a YES in dollars, which wanders, and is a little another on each. */
export class PairQuotes {
  readonly #random: Random;
  readonly #cents: Map<string, number>;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#cents = new Map(STORIES.filter(({ then }) => then === "held").map(({ pairId, kalshi }) => [pairId, kalshi.side === "yes" ? kalshi.cents : 100 - kalshi.cents]));
  }

  next(timeNs: bigint): Mark[] {
    return [...this.#cents].flatMap(([pairId, before]) => {
      const cents = Math.min(SURE, Math.max(100 - SURE, before + RESTLESS * this.#random.normal()));
      this.#cents.set(pairId, cents);
      const markets = marketsOf(pairId);
      const mark = (venue: string, symbol: string, of: number): Mark => ({ venue, symbol, price: (Math.round(of) / 100).toFixed(2), timeNs });
      return [mark("kalshi", markets.kalshi, cents), mark("polymarket", markets.polymarket, cents - 1.5)];
    });
  }
}
