import { describe, expect, test } from "vitest";
import { decimal } from "../../../test/ladders.ts";
import { SymbolMap, type SymbolRules } from "./index.ts";

const EVER = Number.NEGATIVE_INFINITY;
const rules: SymbolRules = {
  version: "1", fromUs: EVER,
  symbols: [
    { venue: "kraken", symbol: "XBTUSD", base: "BTC", quote: "USD" },
    { venue: "bitmex", symbol: "XBTUSDT", base: "BTC", quote: "USDT", kind: "perpetual", multiplier: decimal("0.000001") },
    { symbol: "BTCUSDT", base: "BTC", quote: "USDT" },
  ],
  conversions: [{ from: "USDT", to: "USDC", rate: decimal("1") }, { from: "USDC", to: "USD", rate: decimal("0.999") }],
};

describe("venue symbols of one market", () => {
  const map = new SymbolMap([rules]);
  test.each([
    ["coinbase", "BTC-USD", "BTC/USD", "spot", "1"],
    ["binance", "BTC/USDT", "BTC/USD", "spot", "0.999"],
    ["bybit", "BTCUSDT", "BTC/USD", "spot", "0.999"],
    ["kraken", "XBTUSD", "BTC/USD", "spot", "1"],
    ["bitmex", "XBTUSDT", "BTC/USD", "perpetual", "0.999"],
    ["binance", "BTC_EUR", "BTC/EUR", "spot", "1"],
  ])("%s %s is %s", (venue, symbol, market, kind, rate) => {
    expect(map.map(venue, symbol, 0)).toMatchObject({ market, kind, rate: decimal(rate), version: "1" });
  });

  test.each([["bitmex", "XBTUSD"], ["nyse", "ACME"], ["x", "BTC-USD-PERP"]])("%s %s is nobody's guess", (venue, symbol) => {
    expect(map.map(venue, symbol, 0)).toBeUndefined();
  });
});

test("an edition holds from its time on", () => {
  const map = new SymbolMap([{ ...rules, version: "2", fromUs: 100, conversions: [] }, rules]);
  expect(map.map("binance", "BTC/USDT", 99)?.market).toBe("BTC/USD");
  expect(map.map("binance", "BTC/USDT", 100)).toMatchObject({ market: "BTC/USDT", version: "2" });
  expect([map.nextEditionUs(99), map.nextEditionUs(100)]).toEqual([100, Number.POSITIVE_INFINITY]);
});

test("rules that make no sense are told at once", () => {
  expect(() => new SymbolMap([{ ...rules, conversions: [{ from: "A", to: "B", rate: decimal("1") }, { from: "B", to: "A", rate: decimal("1") }] }])).toThrow("the conversions of A go round in a circle");
  expect(() => new SymbolMap([{ ...rules, conversions: [{ from: "A", to: "B", rate: decimal("0") }] }])).toThrow("one A is not worth 0 B");
  expect(() => new SymbolMap([{ ...rules, symbols: [{ symbol: "X", base: "A", quote: "B", multiplier: decimal("-1") }] }])).toThrow("the multiplier of X is not above 0");
});
