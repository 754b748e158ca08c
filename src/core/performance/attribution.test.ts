import fc from "fast-check";
import { expect, test } from "vitest";
import { addDecimals, decimalOf, formatDecimal, zero } from "../num/index.ts";
import { pnlBy } from "../book/index.ts";
import { Book, price, quantity, amount, type Attribution, type NewFill } from "../../index.ts";
import { anyStory, COIN_SYMBOLS, DOLLAR_SYMBOLS, told } from "../../../test/stories.ts";
import { ATTRIBUTION_KEYS, AttributionFold, readAttributionKeys, type AttributionKeys } from "./index.ts";

const single = ATTRIBUTION_KEYS.map((key): AttributionKeys => [key]);
const pairs = ATTRIBUTION_KEYS.flatMap((a) => ATTRIBUTION_KEYS.filter((b) => a !== b).map((b): AttributionKeys => [a, b]));

const at = (seconds: number) => new Date(seconds * 1000);
const fill = (id: number, side: "buy" | "sell", units: string, at_: string, rest: Partial<NewFill> = {}): NewFill => ({ id: `${id}`, venue: "x", symbol: "ABC", side, quantity: quantity(units), price: price(at_), timestamp: at(id), ...rest });

test("each group adds up: a worked book of three fills and a flip", () => {
  const book = new Book({ now: () => at(100) });
  book.apply(fill(1, "buy", "2", "100", { signalId: "s1", fee: amount("1"), arrivalPrice: price("99.5"), latencyMs: amount("10") }));
  book.apply(fill(2, "sell", "3", "110", { signalId: "s2", fee: amount("3"), slippage: amount("-4"), latencyMs: amount("30"), venue: "y" }));
  book.apply(fill(3, "buy", "0.5", "108", { latencyMs: amount("5") }));
  book.mark({ symbol: "ABC", price: price("107"), timestamp: at(50) });
  const { total, groups } = book.attribution({ by: "signal" });
  // s1: 2 × 10 − 1 − 2 (two thirds of the closing fee); s2: short 1 from 110: 0.5 × 2 + 0.5 × 3 − 1; untagged: nothing but its own fill
  expect(groups.map(({ key, totalPnl, numTrades, avgPnlPerTrade, totalQuantity, fees }) => [key, totalPnl, numTrades, avgPnlPerTrade, totalQuantity, fees])).toEqual([
    ["", "0", 1, "0", "0.5", "0"],
    ["s1", "17", 1, "17", "2", "3"],
    ["s2", "1.5", 1, "1.5", "3", "1"],
  ]);
  expect(total).toMatchObject({ totalPnl: "18.5", numTrades: 3, avgPnlPerTrade: "6.16666666667", totalQuantity: "5.5", totalLatencyMs: 45, avgLatencyMs: 15 });
  expect(groups.map(({ avgSlippage }) => avgSlippage)).toEqual([null, (0.5 / 99.5) * 10_000, -4]);
  // by venue too, each venue's own rows count: x holds 2 from 100 and 0.5 from 108, y is short 3 from 110
  expect(book.attribution({ by: "signal,venue" }).groups.map(({ key, totalPnl, numTrades }) => [key, totalPnl, numTrades])).toEqual([[",x", "-0.5", 1], ["s1,x", "13", 1], ["s2,y", "6", 1]]);
});

test("amounts of many digits, as those of an inverse contract that a rate turns into dollars, have their average a trade", () => {
  const book = new Book({ now: () => at(100) });
  book.define({ symbol: "COIN", kind: "perpetual", base: "ETH", quote: "USD", settle: "ETH", inverse: true });
  book.mark({ symbol: "ETH/USD", price: price("2012.123456"), timestamp: at(0) });
  book.apply(fill(1, "buy", "1", "3000", { symbol: "COIN", signalId: "s1" }));
  book.apply(fill(2, "sell", "1", "3100", { symbol: "COIN", signalId: "s2" }));
  const { groups, total } = book.attribution({ by: "signal", currency: "USD" });
  // 1/3000 − 1/3100 = 0.000010752688172043 ETH, at 2012.123456
  expect([total.totalPnl, total.avgPnlPerTrade, groups.length]).toEqual(["0.021635736086021483740608", "0.010817868043", 2]);
});

test("what cannot be attributed by is told", () => {
  expect(readAttributionKeys("signal, venue")).toEqual(["signal", "venue"]);
  for (const bad of ["", "venue,venue", "signal,venue,symbol", "side"]) expect(readAttributionKeys(bad)).toContain("signal");
});

test("law: by any key and any pair the groups add up to the book's net P&L, to the last digit, whatever happened", () => {
  for (const symbols of [DOLLAR_SYMBOLS, COIN_SYMBOLS]) {
    fc.assert(
      fc.property(anyStory(symbols), fc.constantFrom(...single, ...pairs), fc.constantFrom("average" as const, "fifo" as const, "hifo" as const), (steps, keys, method) => {
        const fold = new AttributionFold(keys, told(steps).rates);
        const book = told(steps, { watcher: fold.watcher, method });
        const currency = symbols === COIN_SYMBOLS ? "BTC" : "USD";
        expectWhole(fold.result(book, { nowNs: 0n }, currency), pnlBy(book, "symbol", { nowNs: 0n }, currency).total.net);
      }),
    );
  }
});

function expectWhole({ groups, total }: Attribution, net: string | null): void {
  expect(total.totalPnl).toBe(net);
  if (net === null) return;
  expect(formatDecimal(groups.reduce((sum, { totalPnl }) => addDecimals(sum, decimalOf(totalPnl!)), zero))).toBe(net);
}

test("law: of tagged fills through the library, with busts and amendments among them, groups add up in money, trades and quantity", () => {
  const step = fc.record({ buys: fc.boolean(), units: fc.integer({ min: 1, max: 30 }), cents: fc.integer({ min: 1, max: 9_999 }), symbol: fc.constantFrom("A", "B"), venue: fc.constantFrom("x", "y"), account: fc.constantFrom("a", "b"), signalId: fc.constantFrom(undefined, "s1", "s2"), strategy: fc.constantFrom(undefined, "t1"), undone: fc.constantFrom("no", "no", "no", "bust", "amend") });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), fc.constantFrom(...single, ...pairs), (steps, keys) => {
      const book = new Book({ now: () => at(1_000) });
      for (const symbol of ["A", "B"]) book.mark({ symbol, price: price("50"), timestamp: at(0) });
      steps.forEach(({ buys, units, cents, undone: _, ...rest }, i) => book.apply({ ...fill(i + 1, buys ? "buy" : "sell", `${units / 10}`, `${cents / 100}`, { ...rest, fee: amount("0.01") }) }));
      steps.forEach(({ undone, account, venue, symbol }, i) => {
        if (undone === "bust") book.event({ type: "bust", account, venue, symbol, fill: `${i + 1}`, timestamp: at(900) });
        if (undone === "amend") book.event({ type: "amend", account, venue, symbol, fill: `${i + 1}`, quantity: quantity("7"), timestamp: at(900) });
      });
      const { groups, total, ...rest } = book.attribution({ by: keys.join(",") });
      expectWhole({ groups, total, ...rest }, book.pnl().total.net);
      expect(Number(total.totalPnl) * 1_000).toBeCloseTo(steps.reduce((sum, { buys, units, cents, undone }) => sum + (undone === "bust" ? 0 : (buys ? 1 : -1) * (undone === "amend" ? 70 : units) * (5_000 - cents) - 10), 0), 6); // what was paid, and what is held at 50, in thousandths
      expect(groups.reduce((sum, { numTrades }) => sum + numTrades, 0)).toBe(steps.filter(({ undone }) => undone !== "bust").length);
      expect(formatDecimal(groups.reduce((sum, { totalQuantity }) => addDecimals(sum, decimalOf(totalQuantity)), zero))).toBe(total.totalQuantity);
    }),
    { numRuns: 60 },
  );
});
