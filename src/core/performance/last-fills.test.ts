import { expect, test } from "vitest";
import type { Fill } from "../model/index.ts";
import { decimalOf } from "../num/index.ts";
import { executionScore, LastFills, slippageOf, type Execution } from "./index.ts";

function execution(seq: number): Execution {
  const fill: Fill = { account: "a", venue: "x", symbol: "ACME", id: `${seq}`, quantity: decimalOf("-2"), price: decimalOf("99"), fee: decimalOf("1"), feeCurrency: "", time: { ns: 0n, unit: "ns" }, venueType: "unknown", liquidity: "", strategy: "", signalId: "s1" };
  const slippage = slippageOf(-1, fill.price, decimalOf("100"));
  return { seq, fill, timeNs: 0n, venueType: "cex", currency: "USD", value: decimalOf("198"), isInverse: false, fee: undefined, closes: true, pnl: decimalOf("-1.5"), slippage, latencyMs: undefined, score: executionScore({ slippage: slippage!.basisPoints }) };
}

test("the last fills are kept in their order, each with its slippage in price and basis points and the parts of its score", () => {
  const last = new LastFills(3);
  expect(last.view()).toEqual([]);
  for (const seq of [1, 2]) last.take(execution(seq));
  expect(last.view().map(({ seq }) => seq)).toEqual([1, 2]);
  for (const seq of [3, 4]) last.take(execution(seq));
  const fills = last.view();
  expect(fills.map(({ seq }) => seq)).toEqual([2, 3, 4]);
  expect(fills[0]).toEqual({
    seq: 2, id: "2", timestamp: "1970-01-01T00:00:00Z", account: "a", venue: "x", venueType: "cex", symbol: "ACME", signalId: "s1", strategy: null, quantity: "-2", price: "99",
    slippage: { basisPoints: 100, price: 1, from: "arrival" }, latencyMs: null, executionScore: { value: 2 ** -10, from: "computed", parts: { slippage: 2 ** -10, latency: null, fee: null, fillRatio: null } }, fee: null, pnl: "-1.5", currency: "USD",
  });
});
