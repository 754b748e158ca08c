import { expect, test } from "vitest";
import { decimalOf } from "../num/index.ts";
import type { Exposure } from "../model/index.ts";
import type { PriceSeries } from "../market/index.ts";
import { scenariosOf, stress, type Scenario, type StressInput } from "./scenarios.ts";

const position = (symbol: string, venues: readonly (readonly [venue: string, value: string, held: string])[]): Exposure => {
  const value = decimalOf(`${venues.reduce((sum, [, one]) => sum + Number(one), 0)}`);
  return { account: "a", symbol, settle: "USD", value, pnl: value, venues: venues.map(([venue, one, held]) => ({ venue, value: decimalOf(one), heldThere: decimalOf(held) })) };
};
const BTC = position("BTC/USD", [["x", "1000", "1000"], ["y", "-400", "0"]]);
const SPY = position("SPY", [["x", "-500", "0"]]);
const closes = (symbol: string, days: readonly number[], prices: readonly number[]): PriceSeries => ({ symbol, days: Int32Array.from(days), closes: Float64Array.from(prices) });
const series = new Map([["BTC/USD", closes("BTC/USD", [10, 11, 15], [100, 90, 50])], ["SPY", closes("SPY", [12, 15], [400, 380])]]);
const input: StressInput = {
  exposures: [BTC, SPY], limits: { limits: { max_daily_loss: decimalOf("900"), max_drawdown_limit: decimalOf("0.1") } }, equity: decimalOf("6000"),
  classOf: (symbol) => (symbol === "SPY" ? "equity" : "spot"), seriesOf: (symbol) => series.get(symbol), volatilityOf: (symbol) => (symbol === "SPY" ? 0.01 : 0.04),
};
const shocks = (rest: Partial<Extract<Scenario, { kind: "shocks" }>>): Scenario => ({ name: "s", kind: "shocks", symbols: new Map(), venues: new Map(), classes: new Map(), others: undefined, ...rest });
const pnls = (scenario: Scenario) => stress([scenario], input)[0]!.positions.map(({ pnl }) => pnl);

test("a shock of the symbol goes before that of its class, that before the venue's, that before all others'; what has none stays", () => {
  expect(pnls(shocks({ symbols: new Map([["BTC/USD", -0.5]]) }))).toEqual([-300, 0]);
  expect(pnls(shocks({ symbols: new Map([["SPY", 0.1]]), classes: new Map([["equity", -0.9], ["spot", -0.1]]), others: 5 }))).toEqual([-60, -50]);
  expect(pnls(shocks({ venues: new Map([["x", -0.2]]), others: -0.1 }))).toEqual([-200 + 40, 100]);
  expect(pnls(shocks({ others: -0.1 }))).toEqual([-60, 50]);
});

test("a window of the past moves each position as its closes moved; one without closes then leaves the whole unknown, by name", () => {
  const window: Scenario = { name: "w", kind: "window", fromDay: 12, toDay: 20 };
  expect(stress([window], input)[0]).toMatchObject({ pnl: expect.closeTo(600 * (50 / 90 - 1) - 500 * (380 / 400 - 1), 9) as number, reason: null });
  expect(stress([{ ...window, fromDay: 11 }], input)[0]).toMatchObject({ pnl: null, reason: "unknown: SPY" });
});

test("correlation one moves every position against its holder; a venue that is gone takes what it holds", () => {
  expect(pnls({ name: "t", kind: "together", deviations: 3 })).toEqual([-600 * 0.12, -500 * 0.03]);
  expect(stress(scenariosOf([BTC, SPY]).filter(({ kind }) => kind === "venue_gone"), input).map(({ name, pnl }) => [name, pnl])).toEqual([["venue_gone:x", -1000], ["venue_gone:y", 0]]);
});

test("reverse stress: how many times over until the daily limit, and until the drawdown limit of the equity; a gain never reaches one", () => {
  expect(stress([shocks({ symbols: new Map([["BTC/USD", -0.5]]) })], input)[0]!.timesToLimit).toEqual({ max_daily_loss: 3, max_drawdown_limit: 2 });
  expect(stress([shocks({ others: 0.1 })], { ...input, exposures: [BTC] })[0]!.timesToLimit).toEqual({ max_daily_loss: null, max_drawdown_limit: null });
});

test("a close long before the window, or long before its end, does not stand for it", () => {
  const window: Scenario = { name: "w", kind: "window", fromDay: 30, toDay: 32 };
  const long = { ...input, exposures: [BTC], seriesOf: () => closes("BTC/USD", [10, 31], [100, 50]) };
  expect(stress([window], long)[0]).toMatchObject({ pnl: null, reason: "unknown: BTC/USD" }); // 21 days of fall are not those two
  expect(stress([{ ...window, fromDay: 15, toDay: 60 }], long)[0]!.pnl).toBeNull();
  expect(stress([{ ...window, fromDay: 20 }], long)[0]!.pnl).toBe(-300);
});
