import { expect, test } from "vitest";
import { throughTime } from "./through-time.ts";

const fill = (seq: number, account: string, action: "buy" | "sell", [quantity, after]: [string, string], { pnl = "0", realizedPnl = "0", fee = "0", feeCurrency = "USD", numTrades = 2 }: { pnl?: string | null; realizedPnl?: string; fee?: string; feeCurrency?: string; numTrades?: number } = {}) => ({
  seq, timestamp: `2024-03-01T00:00:0${seq}Z`, account, action, quantity, fee, feeCurrency, realizedPnl, positionAfter: { quantity: after, netRealizedPnl: pnl, currency: "USD", numTrades },
});

test("what accounts hold is added up after each fill, whatever the order they are told in", () => {
  const told = [fill(3, "b", "sell", ["1", "-1"], { numTrades: 1 }), fill(1, "a", "buy", ["2", "2"], { numTrades: 1 }), fill(4, "a", "sell", ["2", "0"], { pnl: "7.5", realizedPnl: "7.5" })];
  expect(throughTime(told)).toEqual({ times: [1, 3, 4].map((seconds) => Date.parse("2024-03-01") / 1_000 + seconds), quantity: [2, 1, -1], pnl: [0, 0, 7.5] });
});

test("an account whose earlier fills are not told stands from the first at what it had before", () => {
  const told = [fill(1, "a", "buy", ["1", "1"], { numTrades: 1 }), fill(2, "old", "sell", ["4", "10"], { pnl: "30", realizedPnl: "12", fee: "2" })];
  expect(throughTime(told)).toMatchObject({ quantity: [15, 11], pnl: [20, 30] }); // 14 were held and 20 made before
});

test("what cannot be known is not drawn: the P&L before a fee in another currency, or while a rate is missing", () => {
  expect(throughTime([fill(1, "a", "buy", ["1", "1"], { numTrades: 1 }), fill(2, "old", "buy", ["1", "5"], { pnl: "30", fee: "1", feeCurrency: "BNB" })]).pnl).toEqual([null, 30]);
  expect(throughTime([fill(1, "a", "buy", ["1", "1"], { pnl: null })]).pnl).toEqual([null]);
});
