import fc from "fast-check";
import { expect, test } from "vitest";
import { throughTime } from "./through-time.ts";

const fill = (seq: number, account: string, action: "buy" | "sell", [quantity, after]: [string, string], { pnl = "0", realizedPnl = "0", fee = "0", feeCurrency = "USD", numTrades = 2, second = seq }: { second?: number; pnl?: string | null; realizedPnl?: string; fee?: string; feeCurrency?: string; numTrades?: number } = {}) => ({
  seq, timestamp: `2024-03-01T00:00:0${second}Z`, account, action, quantity, fee, feeCurrency, realizedPnl, positionAfter: { quantity: after, netRealizedPnl: pnl, currency: "USD", numTrades },
});

test("what accounts hold is added up after each fill, whatever the order they are told in", () => {
  const told = [fill(3, "b", "sell", ["1", "-1"], { numTrades: 1 }), fill(1, "a", "buy", ["2", "2"], { numTrades: 1 }), fill(4, "a", "sell", ["2", "0"], { pnl: "7.5", realizedPnl: "7.5" })];
  expect(throughTime(told, [])).toEqual({ times: [1, 3, 4].map((seconds) => Date.parse("2024-03-01") / 1_000 + seconds), quantity: [2, 1, -1], pnl: [0, 0, 7.5] });
});

test("an account whose earlier fills are not told stands from the first at what it had before", () => {
  const told = [fill(1, "a", "buy", ["1", "1"], { numTrades: 1 }), fill(2, "old", "sell", ["4", "10"], { pnl: "30", realizedPnl: "12", fee: "2" })];
  expect(throughTime(told, [])).toMatchObject({ quantity: [15, 11], pnl: [20, 30] }); // 14 were held and 20 made before
});

test("what cannot be known is not drawn: the P&L before a fee in another currency, or while a rate is missing", () => {
  expect(throughTime([fill(1, "a", "buy", ["1", "1"], { numTrades: 1 }), fill(2, "old", "buy", ["1", "5"], { pnl: "30", fee: "1", feeCurrency: "BNB" })], []).pnl).toEqual([null, 30]);
  expect(throughTime([fill(1, "a", "buy", ["1", "1"], { pnl: null })], []).pnl).toEqual([null]);
});

test("a fill that came late stands at its own time, and the line ends at what is held", () => {
  const told = [fill(1, "a", "sell", ["3", "-3"], { numTrades: 1, second: 5, pnl: "-1" }), fill(2, "a", "buy", ["5", "2"], { second: 3, realizedPnl: "12", pnl: "11" }), fill(3, "a", "buy", ["1", "3"], { second: 6, pnl: "11" })];
  expect(throughTime(told, [])).toMatchObject({ quantity: [5, 2, 3], pnl: [12, 11, 11] });
});

test("an account whose fills are all too old to be told has held what it holds all the while", () => {
  const told = [fill(2, "a", "buy", ["1", "1"], { numTrades: 1 }), fill(3, "a", "sell", ["1", "0"], { pnl: "4" })];
  const standing = [{ account: "a", quantity: "0", netRealizedPnl: "4" }, { account: "old", quantity: "10", netRealizedPnl: "30" }];
  expect(throughTime(told, standing)).toMatchObject({ quantity: [11, 10], pnl: [30, 34] });
  expect(throughTime(told, [{ account: "old", quantity: "10", netRealizedPnl: null }]).pnl).toEqual([null, null]);
});

test("whatever the order in which fills of any time came, the picture is that of the same fills in order, and ends at what is held", () => {
  const anyFill = fc.record({ account: fc.constantFrom("a", "b"), size: fc.integer({ min: 1, max: 9 }), isBuy: fc.boolean(), second: fc.integer({ min: 0, max: 9 }) });
  fc.assert(fc.property(fc.array(anyFill, { minLength: 1, maxLength: 20 }), (all) => {
    const after = new Map<string, number>();
    const told = all.map(({ account, size, isBuy, second }, i) => {
      const isFirst = !after.has(account);
      after.set(account, (after.get(account) ?? 0) + (isBuy ? size : -size));
      return fill(i + 1, account, isBuy ? "buy" : "sell", [`${size}`, `${after.get(account)!}`], { second, numTrades: isFirst ? 1 : 2 });
    });
    let sum = 0;
    const inTime = all.map((one, i) => ({ ...one, i })).sort((a, b) => a.second - b.second || a.i - b.i).map(({ size, isBuy }) => (sum += isBuy ? size : -size));
    expect(throughTime(told, []).quantity).toEqual(inTime);
    expect(inTime.at(-1)).toBe([...after.values()].reduce((total, one) => total + one, 0));
  }));
});
