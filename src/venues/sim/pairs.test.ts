import { expect, test } from "vitest";
import { Engine, MemoryStore, pairsPage } from "../../core/engine/index.ts";
import { PairQuotes, simulatedPairs } from "./index.ts";

const NOW_NS = 1_790_000_000_000_000_000n;

test("the desk's pairs are booked as an operator would report them: hedged, not quite, one-sided, disputed, paid, unwound", () => {
  const engine = new Engine(new MemoryStore(), { currency: "USD" });
  for (const report of simulatedPairs("demo", NOW_NS)) expect(engine.pair([report], NOW_NS)).toMatchObject([{ is: "news" }]);
  engine.mark(new PairQuotes(1).next(NOW_NS), NOW_NS);
  const { pairs } = pairsPage(engine, { nowNs: NOW_NS }, {}, { after: 0, limit: 100 });
  const told = Object.fromEntries(pairs.map(({ pairId, status, isFullyHedged, unhedgedQuantity, realizedPnlCents }) => [pairId, [status, isFullyHedged, unhedgedQuantity, Math.sign(Number(realizedPnlCents))]]));
  expect(told).toEqual({
    "fed-cut-march": ["open", true, "0", 0], "btc-above-150k": ["open", false, "80", 0], "senate-flip": ["open", true, "0", 0], "rain-nyc": ["open", false, "120", 0],
    "shutdown-november": ["closing", false, "150", 1], "cpi-above-3": ["closed", false, "0", 1], "oscars-best": ["closed", false, "0", -1],
  });
  expect(pairs.filter(({ status }) => status === "open").every(({ unrealizedPnlCents, feesCents }) => unrealizedPnlCents !== null && Number(feesCents) > 0)).toBe(true);
});

test("what is quoted for pairs wanders between one cent and 99, the same for the same seed, and only for those that go on", () => {
  const [one, same] = [new PairQuotes(7), new PairQuotes(7)];
  for (let i = 0n; i < 3_000n; i += 1n) {
    const quotes = one.next(i);
    expect(quotes).toEqual(same.next(i));
    expect(quotes).toHaveLength(8);
    for (const { price } of quotes) expect(Number(price)).toBeGreaterThan(0);
    for (const { price } of quotes) expect(Number(price)).toBeLessThan(1);
  }
});
