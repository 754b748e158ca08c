/**
 * What Polymarket charges takers, by date; makers pay nothing. Fee in USDC: C × p^k × rate × (p × (1 − p))^exponent, with
 * k = 1 before 2026-03-30 and 0 from then on. A row holds from its day (UTC) on for its categories. Sources: docs/pairs.md.
 */
export interface PolymarketRates {
  readonly from: string; // ISO date
  readonly rates: Readonly<Record<string, string>>; // category → rate
  readonly exponent: number;
  readonly timesPrice: boolean; // whether k is 1
  readonly digits: number; // decimals of a USDC that the fee is rounded to
  readonly source: string;
}

/** From this day on fees are taken in USDC on both sides; before, a buyer paid in shares. */
export const POLYMARKET_IN_USDC_FROM = "2026-04-28";

const OLD = { timesPrice: true, digits: 4 };
const NEW = { exponent: 1, timesPrice: false, digits: 5 };
const COPIES = "docs.polymarket.com/trading/fees, dated copies";

export const POLYMARKET_RATES: readonly PolymarketRates[] = [
  { from: "2026-01-06", rates: { crypto_15m: "0.25" }, exponent: 2, ...OLD, source: "the fee page as reported on 2026-01-06" },
  { from: "2026-02-18", rates: { sports: "0.0175" }, exponent: 1, ...OLD, source: COPIES },
  { from: "2026-03-06", rates: { crypto_15m: "0.25", crypto: "0.25" }, exponent: 2, ...OLD, source: COPIES },
  {
    from: "2026-03-30",
    rates: {
      crypto_15m: "0.072", crypto: "0.072", sports: "0.03", finance: "0.04", politics: "0.04", economics: "0.05", culture: "0.05", weather: "0.05", other: "0.05", mentions: "0.04", tech: "0.04", geopolitics: "0",
    },
    ...NEW, source: COPIES,
  },
  { from: "2026-05-06", rates: { crypto_15m: "0.07", crypto: "0.07" }, ...NEW, source: COPIES },
  { from: "2026-07-10", rates: { sports: "0.05" }, ...NEW, source: "changelog of 2026-07-10" },
];
