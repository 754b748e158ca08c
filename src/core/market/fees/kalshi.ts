/**
 * What Kalshi charges, by date. A row holds from its day (UTC) on, until a later row of the same series. Rates are per
 * contract and of p × (1 − p), in dollars. Sources and what is not known: docs/pairs.md.
 */
export interface KalshiRates {
  readonly from: string; // ISO date
  readonly taker: string;
  readonly maker: string; // of series that charge makers; the others charge them nothing
  readonly source: string;
}

/** How one series departs from the rates. Its name is what a market's ticker begins with, up to its first "-". */
export interface KalshiSeries {
  readonly series: string;
  readonly from: string;
  readonly type: "quadratic" | "quadratic_with_maker_fees";
  readonly multiplier: string;
  readonly source: string;
}

export const KALSHI_RATES: readonly KalshiRates[] = [
  { from: "2025-07-01", taker: "0.07", maker: "0.0175", source: "Kalshi fee schedule, in force since 2025-07-01; PDF of 2026-02-05 says the same" },
];

const ENDPOINT = "GET /series/{ticker} as others recorded it in 2026";

export const KALSHI_SERIES: readonly KalshiSeries[] = [
  { series: "KXINX", from: "2025-07-01", type: "quadratic", multiplier: "0.5", source: ENDPOINT },
  { series: "KXMLBGAME", from: "2025-07-01", type: "quadratic_with_maker_fees", multiplier: "1", source: ENDPOINT },
  { series: "KXMLBGAME", from: "2026-08-07", type: "quadratic_with_maker_fees", multiplier: "0.5", source: "GET /series/fee_changes; a contract at 48 was charged $0.0088" },
  { series: "KXNBA", from: "2025-07-01", type: "quadratic_with_maker_fees", multiplier: "1", source: ENDPOINT },
  { series: "KXFED", from: "2025-07-01", type: "quadratic_with_maker_fees", multiplier: "1", source: ENDPOINT },
  { series: "KXFEDDECISION", from: "2025-07-01", type: "quadratic_with_maker_fees", multiplier: "1", source: ENDPOINT },
  { series: "KXCPI", from: "2025-07-01", type: "quadratic_with_maker_fees", multiplier: "1", source: ENDPOINT },
];
