import fc from "fast-check";
import type { FillColumn } from "../src/core/model/index.ts";

/** What stands in the columns of nearly all files. */
export const plainText: Record<FillColumn, fc.Arbitrary<string>> = {
  id: fc.stringMatching(/^[a-zA-Z0-9:-]{1,20}$/),
  venue: fc.constantFrom("binance", "kraken", "a venue"),
  symbol: fc.constantFrom("BTC/USDT", "ETH-EUR", "GPS"),
  side: fc.constantFrom("buy", "sell", "BUY", "Sell"),
  quantity: fc.stringMatching(/^\d{0,5}[1-9](\.\d{1,8})?$/),
  price: fc.stringMatching(/^-?\d{1,6}(\.\d{1,8})?$/),
  timestamp: fc.constantFrom("2024-02-29T12:34:56.789Z", "2024-02-29T12:34:56Z", "1709208000123", "1709208000", "2024-02-29 00:00:00+00:00", "1709208000123456789"),
  account: fc.constantFrom("main", "", "second"),
  venue_type: fc.constantFrom("cex", "dex", "", "CEX"),
  order_id: fc.constantFrom("", "o-1", "o 2"),
  fee: fc.constantFrom("", "0", "0.010", "-0.5"),
  fee_currency: fc.constantFrom("", "USDT", "BNB"),
  liquidity: fc.constantFrom("", "maker", "taker"),
  signal_id: fc.constantFrom("", "s1"),
  strategy: fc.constantFrom("", "mm", "arb 2"),
  arrival_price: fc.constantFrom("", "100.25"),
  slippage: fc.constantFrom("", "-1.5"),
  latency_ms: fc.constantFrom("", "12"),
  execution_score: fc.constantFrom("", "0.97"),
  seq: fc.constantFrom("1", "42", "900719925474099"),
};
/** What stands there now and then. */
export const oddText = fc.constantFrom("", " ", "0", "-1", "1e5", "NaN", "1,000", " kraken", "kraken ", "é", "\u0000", "x".repeat(257), "2023-02-29T00:00:00Z", "5.", "-0", "+3", "buyy", "makerr", "9".repeat(16), "0.1234567890123456", "20240101", "a\u001fb");
