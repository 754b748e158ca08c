import { describe, expect, test } from "vitest";
import { incrementDigits, inferInstrument, netKey, type Instrument } from "./instrument.ts";

describe("a symbol without a definition", () => {
  test.each([
    ["ETH/USD", "ETH", "USD"],
    ["ETH-EUR", "ETH", "EUR"],
    ["GPS", "GPS", "CHF"],
    ["BTC-USD-PERP", "BTC-USD-PERP", "CHF"],
    ["/USD", "/USD", "CHF"],
    ["", "", "CHF"],
  ])("%j is spot of %s in %s, where CHF is the base currency", (symbol, base, quote) => {
    expect(inferInstrument("kraken", symbol, "CHF")).toEqual({
      venue: "kraken",
      symbol,
      kind: "spot",
      base,
      quote,
      settle: quote,
      multiplier: { mantissa: 1n, digits: 0 },
      inverse: false,
      priceDigits: undefined,
      quantityDigits: undefined,
    });
  });
});

describe("venue rows net together only where a quantity means the same money", () => {
  const spot = inferInstrument("kraken", "ETH/USD", "USD");
  test("whatever the venue, the base's name and the digits", () => {
    expect(netKey({ ...spot, venue: "binance", base: "XETH", priceDigits: 2, quantityDigits: 8, priceIncrement: "0.01" })).toBe(netKey(spot));
  });
  const others: [string, Partial<Instrument>][] = [
    ["kind", { kind: "perpetual" }],
    ["quote", { quote: "EUR" }],
    ["settle", { settle: "ETH" }],
    ["multiplier", { multiplier: { mantissa: 1n, digits: 1 } }],
    ["inverse", { inverse: true }],
  ];
  test.each(others)("not with another %s", (_what, other) => {
    expect(netKey({ ...spot, ...other })).not.toBe(netKey(spot));
    expect(netKey(spot)).not.toBe(netKey({ ...spot, ...other }));
  });
});

test.each([
  ["0.05", 2],
  ["0.50", 1],
  ["5", 0],
  ["100", 0],
  ["1e-8", 8],
  ["", undefined],
  ["0", undefined],
  ["-0.01", undefined],
  ["tick", undefined],
])("an increment of %j has %s decimals", (text, digits) => {
  expect(incrementDigits(text)).toBe(digits);
});
