import fc from "fast-check";
import { expect, test } from "vitest";
import { addDecimals, decimalOf, formatDecimal, zero } from "../num/index.ts";
import { attributionWithin, type Attribution } from "./index.ts";

const figures = (net: string | null, numTrades = 0) => ({ totalPnl: net, realized: net, unrealized: net === null ? null : "0", fees: "0", funding: "0", totalQuantity: `${numTrades}`, numTrades, avgPnlPerTrade: "9", totalSlippage: null, avgSlippage: null, totalLatencyMs: null, avgLatencyMs: null, avgExecutionScore: null });
const book = (groups: Readonly<Record<string, readonly [net: string | null, trades: number]>>, total: string | null, missingRates: readonly string[] = []): Attribution => ({
  by: "strategy", currency: "USD", missingRates, total: figures(total, Object.values(groups).reduce((sum, [, trades]) => sum + trades, 0)), groups: Object.entries(groups).map(([key, [net, trades]]) => ({ key, keys: [key], ...figures(net, trades) })),
});

test("a span has what was made in it: groups that did nothing are left out, one that is flat again since stays", () => {
  const { groups, total } = attributionWithin(book({ a: ["10", 5], b: ["-3", 1], c: ["1", 1] }, "8"), book({ a: ["12.5", 2], c: ["1", 0], d: ["0", 1] }, "13.5"));
  expect(groups.map(({ key, totalPnl, numTrades, avgPnlPerTrade }) => [key, totalPnl, numTrades, avgPnlPerTrade])).toEqual([["a", "2.5", 2, "1.25"], ["b", "3", 0, null], ["d", "0", 1, "0"]]);
  expect(total).toMatchObject({ totalPnl: "5.5", numTrades: 3, avgPnlPerTrade: "1.83333333333" });
});

test("what is unknown at one end of the span is unknown, and what was missing is told", () => {
  const { groups, total, missingRates } = attributionWithin(book({ a: [null, 1] }, null, ["EUR"]), book({ a: ["1", 1] }, "1", ["BNB"]));
  expect([groups[0]!.totalPnl, groups[0]!.avgPnlPerTrade, total.totalPnl, missingRates]).toEqual([null, null, null, ["BNB", "EUR"]]);
});

test("law: the groups of a span add up to its total, to the last digit", () => {
  const some = fc.dictionary(fc.constantFrom("", "a", "b", "c", "d"), fc.tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => formatDecimal({ mantissa: BigInt(n), digits: 4 })), fc.nat(5)));
  const sum = (all: readonly (string | null)[]) => formatDecimal(all.reduce((total, one) => addDecimals(total, decimalOf(one!)), zero));
  fc.assert(
    fc.property(some, some, (begin, end) => {
      const [was, is] = [begin, end].map((groups) => book(groups, sum(Object.values(groups).map(([net]) => net)))) as [Attribution, Attribution];
      const { groups, total } = attributionWithin(was, is);
      expect(sum(groups.map(({ totalPnl }) => totalPnl))).toBe(total.totalPnl);
    }),
  );
});
