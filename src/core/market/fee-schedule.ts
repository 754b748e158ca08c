import { assert, isProblem, multiplyDecimals, readDecimal, type Decimal } from "../num/index.ts";
import { readTime, type MarketFees } from "../model/index.ts";
import { KALSHI_RATES, KALSHI_SERIES, type KalshiRates, type KalshiSeries } from "./fees/kalshi.ts";
import { POLYMARKET_IN_USDC_FROM, POLYMARKET_RATES, type PolymarketRates } from "./fees/polymarket.ts";
import type { PolymarketTerms } from "./polymarket-fee.ts";

/** What the two venues charge, by date: rows of each kind in the order of their days. */
export interface FeeSchedules {
  readonly kalshiRates: readonly KalshiRates[];
  readonly kalshiSeries: readonly KalshiSeries[];
  readonly polymarketRates: readonly PolymarketRates[];
}

/** What the venues have published; sources in docs/pairs.md. */
const PUBLISHED: FeeSchedules = { kalshiRates: KALSHI_RATES, kalshiSeries: KALSHI_SERIES, polymarketRates: POLYMARKET_RATES };

/**
 * The published schedules with rows of one's own among them, each from its day on; of two rows of one day the own one counts.
 * @example kalshiTerms("KXNEW-26", "2026-12-02", {}, withOwnSchedules({ kalshiRates: [{ from: "2026-12-01", taker: "0.08", maker: "0.02", source: "a notice" }] }))?.taker // => { mantissa: 8n, digits: 2 }
 */
export function withOwnSchedules(own: Partial<FeeSchedules>): FeeSchedules {
  const byDay = <Row extends { readonly from: string }>(published: readonly Row[], more: readonly Row[] = []): readonly Row[] => [...published, ...more].sort((a, b) => Number(nsOf(a.from) - nsOf(b.from)));
  return { kalshiRates: byDay(KALSHI_RATES, own.kalshiRates), kalshiSeries: byDay(KALSHI_SERIES, own.kalshiSeries), polymarketRates: byDay(POLYMARKET_RATES, own.polymarketRates) };
}

/** The rates of a Kalshi market, the multiplier included. */
export interface KalshiTerms {
  readonly taker: Decimal;
  readonly maker: Decimal; // 0 where makers are free
  readonly source: string;
}

/**
 * What a Kalshi market charged at a time.
 * @param ticker of the market or of its series: what stands before the first "-" is the series
 * @returns undefined before the first schedule that is known
 * @example kalshiTerms("KXMLBGAME-26AUG08NYYBOS-NYY", "2026-08-08")?.taker // => { mantissa: 35n, digits: 3 }
 */
export function kalshiTerms(ticker: string, at: bigint | string, own: MarketFees = {}, { kalshiRates, kalshiSeries }: FeeSchedules = PUBLISHED): KalshiTerms | undefined {
  const ns = nsOf(at);
  const rates = kalshiRates.findLast(({ from }) => nsOf(from) <= ns);
  if (rates === undefined) return undefined;
  const name = ticker.split("-")[0];
  const series = kalshiSeries.findLast(({ series: of, from }) => of === name && nsOf(from) <= ns);
  const multiplier = decimal(own.multiplier ?? series?.multiplier ?? "1");
  const chargesMakers = (own.type ?? series?.type ?? "quadratic") === "quadratic_with_maker_fees";
  return {
    taker: multiplyDecimals(decimal(rates.taker), multiplier),
    maker: chargesMakers ? multiplyDecimals(decimal(rates.maker), multiplier) : decimal("0"),
    source: own.multiplier !== undefined || own.type !== undefined ? "the market's own fee fields" : (series?.source ?? rates.source),
  };
}

/**
 * How Polymarket computed a taker's fee at a time.
 * @param own its category, or the rate that the market itself names
 * @returns undefined where neither says what was charged; a rate of 0 for a category before its first day with fees
 */
export function polymarketTerms(at: bigint | string, own: MarketFees, { polymarketRates }: FeeSchedules = PUBLISHED): PolymarketTerms | undefined {
  const ns = nsOf(at);
  const buyerPaysIn = ns < nsOf(POLYMARKET_IN_USDC_FROM) ? "shares" : "usdc";
  const { category, rate } = own;
  if (rate !== undefined) return { rate: decimal(rate), exponent: 1, timesPrice: false, digits: 5, buyerPaysIn };
  if (category === undefined || !polymarketRates.some(({ rates }) => Object.hasOwn(rates, category))) return undefined;
  const row = polymarketRates.findLast(({ from, rates }) => nsOf(from) <= ns && Object.hasOwn(rates, category));
  if (row === undefined) return { rate: decimal("0"), exponent: 1, timesPrice: false, digits: 5, buyerPaysIn };
  return { rate: decimal(row.rates[category]!), exponent: row.exponent, timesPrice: row.timesPrice, digits: row.digits, buyerPaysIn };
}

function nsOf(at: bigint | string): bigint {
  if (typeof at === "bigint") return at;
  const time = readTime(at);
  assert("ns" in time, `${at} is a time`);
  return time.ns;
}

function decimal(text: string): Decimal {
  const value = readDecimal(text);
  assert(!isProblem(value), `${text} is a rate`);
  return value;
}
