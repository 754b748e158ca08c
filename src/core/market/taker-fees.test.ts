import { expect, test } from "vitest";
import { decimal } from "../../../test/ladders.ts";
import { FREE, TakerFees } from "./index.ts";

const EVER = Number.NEGATIVE_INFINITY;
const list = [
  { venue: "kraken", fromUs: EVER, rate: decimal("0.0026") },
  { venue: "kraken", fromUs: 100, rate: decimal("0.004") },
  { venue: "kraken", fromUs: EVER, symbol: "USDT/USD", rate: decimal("0.002") },
  { venue: "kraken", fromUs: 50, tier: "vip", rate: decimal("0.001") },
];

test("the latest fee that has begun holds, a symbol's own before that of all", () => {
  const fees = new TakerFees(list);
  expect(fees.rateAt("kraken", "BTC/USD", 99)).toEqual(decimal("0.0026"));
  expect(fees.rateAt("kraken", "BTC/USD", 100)).toEqual(decimal("0.004"));
  expect(fees.rateAt("kraken", "USDT/USD", 100)).toEqual(decimal("0.002"));
  expect([fees.nextChangeUs(EVER), fees.nextChangeUs(50), fees.nextChangeUs(100)]).toEqual([50, 100, Number.POSITIVE_INFINITY]);
});

test("a tier's fee holds from its day on, before it the venue's", () => {
  const fees = new TakerFees(list, new Map([["kraken", "vip"]]));
  expect(fees.rateAt("kraken", "BTC/USD", 49)).toEqual(decimal("0.0026"));
  expect(fees.rateAt("kraken", "BTC/USD", 50)).toEqual(decimal("0.001"));
});

test("a venue that is not listed is unknown, not free", () => {
  expect(new TakerFees(list).rateAt("binance", "BTC/USD", 0)).toBeUndefined();
  expect(FREE.rateAt("binance", "BTC/USD", 0)).toEqual(decimal("0"));
});

test("percents written as shares are seen", () => {
  expect(() => new TakerFees([{ venue: "kraken", fromUs: EVER, rate: decimal("2.6") }])).toThrow("the taker fee of kraken is 2.6: a rate is a share below 1");
});
