import { expect, test } from "vitest";
import { DESK_VENUES, simulatedBots, simulatedHistory, simulatedPast } from "./index.ts";

const DAY_NS = 86_400_000_000_000n;
const NOW_NS = 20_000n * DAY_NS + DAY_NS / 2n; // noon of 2024-10-04
const historyOf = (nowNs: bigint) => simulatedHistory({ seed: 12, nowNs, past: simulatedPast(12, 20_000, 0.5), rules: DESK_VENUES, bots: simulatedBots("demo") });

test("the past of the desk is the same for the same seed, lies before now, and no two fills of a venue have one id", () => {
  const { beganNs, fills, marks } = historyOf(NOW_NS);
  expect(historyOf(NOW_NS)).toEqual({ beganNs, fills, marks });
  expect(fills.every(({ time }) => time.ns >= beganNs && time.ns < NOW_NS)).toBe(true);
  expect(marks.every(({ timeNs }) => timeNs > beganNs && timeNs < NOW_NS)).toBe(true);
  expect(new Set(fills.map(({ venue, id }) => `${venue} ${id}`)).size).toBe(fills.length);
  expect(new Set(fills.map(({ strategy }) => strategy))).toEqual(new Set(["market-maker", "momentum", "rebalance", "arbitrage"]));
});

test("every minute, hour and day in which something was traded ends with a mark of every venue and symbol that is younger than a minute", () => {
  const { fills, marks } = historyOf(NOW_NS);
  const routes = new Set(marks.map(({ venue, symbol }) => `${venue} ${symbol}`));
  expect(fills.every(({ venue, symbol }) => routes.has(`${venue} ${symbol}`))).toBe(true);
  for (const periodNs of [60_000_000_000n, 3_600_000_000_000n, DAY_NS]) {
    const marked = new Map<bigint, number>();
    for (const { timeNs } of marks) if (periodNs - (timeNs % periodNs) <= 60_000_000_000n) marked.set(timeNs / periodNs, (marked.get(timeNs / periodNs) ?? 0) + 1);
    const isOver = (at: bigint) => (at + 1n) * periodNs <= NOW_NS;
    for (const at of new Set(fills.map(({ time }) => time.ns / periodNs))) if (isOver(at)) expect(marked.get(at)).toBe(routes.size);
  }
});

test("a demo that begins at midnight has a past, too", () => {
  const { fills, marks } = historyOf(20_000n * DAY_NS);
  expect(fills.length).toBeGreaterThan(1_000);
  expect(marks.at(-1)!.timeNs).toBeLessThan(20_000n * DAY_NS);
});
