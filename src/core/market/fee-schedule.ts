import { assert, isProblem, multiplyDecimals, readDecimal, type Decimal } from "../num/index.ts";
import { readTime, type MarketFees } from "../model/index.ts";
import { KALSHI_RATES, KALSHI_SERIES } from "./fees/kalshi.ts";
import { POLYMARKET_IN_USDC_FROM, POLYMARKET_RATES } from "./fees/polymarket.ts";
import type { PolymarketTerms } from "./polymarket-fee.ts";

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
export function kalshiTerms(ticker: string, at: bigint | string, own: MarketFees = {}): KalshiTerms | undefined {
  const ns = nsOf(at);
  const rates = KALSHI_RATES.findLast(({ from }) => nsOf(from) <= ns);
  if (rates === undefined) return undefined;
  const name = ticker.split("-")[0];
  const series = KALSHI_SERIES.findLast(({ series: of, from }) => of === name && nsOf(from) <= ns);
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
export function polymarketTerms(at: bigint | string, own: MarketFees): PolymarketTerms | undefined {
  const ns = nsOf(at);
  const buyerPaysIn = ns < nsOf(POLYMARKET_IN_USDC_FROM) ? "shares" : "usdc";
  const { category, rate } = own;
  if (rate !== undefined) return { rate: decimal(rate), exponent: 1, timesPrice: false, digits: 5, buyerPaysIn };
  if (category === undefined || !POLYMARKET_RATES.some(({ rates }) => Object.hasOwn(rates, category))) return undefined;
  const row = POLYMARKET_RATES.findLast(({ from, rates }) => nsOf(from) <= ns && Object.hasOwn(rates, category));
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
