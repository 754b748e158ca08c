import { expect, test } from "vitest";
import type { PositionView } from "../src/core/book/index.ts";
import { totalsOf } from "./totals.ts";

const position = (currency: string, netTotalPnl: string | null, realizedPnl = "0", unrealizedPnl: string | null = "0", fees: string | null = "0") => ({ currency, netTotalPnl, realizedPnl, unrealizedPnl, fees }) as PositionView;

test("totals are exact, beyond what a double holds", () => {
  expect(totalsOf([position("USD", "9007199254740993.000000000000000001", "0.1", "0.1", "-0.5"), position("USD", "-1", "0.2", "0.2", "0.25")])).toEqual([
    { currency: "USD", net: "9007199254740992.000000000000000001", realized: "0.3", unrealized: "0.3", fees: "-0.25", unknown: 0 },
  ]);
});

test("two currencies never add up; that of most positions comes first", () => {
  expect(totalsOf([position("EUR", "1"), position("USD", "2"), position("USD", "3")]).map(({ currency, net }) => [currency, net])).toEqual([["USD", "5"], ["EUR", "1"]]);
});

test("a sum over something unknown is unknown, and says over how many", () => {
  expect(totalsOf([position("USD", "1", "7"), position("USD", null, "1", null, null)])).toEqual([{ currency: "USD", net: null, realized: "8", unrealized: null, fees: null, unknown: 1 }]);
});

test("nothing adds up to nothing", () => {
  expect(totalsOf([])).toEqual([]);
});
