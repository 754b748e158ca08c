import fc from "fast-check";
import { expect, test } from "vitest";
import type { Exposure } from "../model/index.ts";
import type { PriceSeries } from "../market/index.ts";
import { decimalOf } from "../num/index.ts";
import { studyOf, VAR_METHODS, type RiskOptions } from "./index.ts";
import { Part } from "./part.ts";
import { RiskModel } from "./risk-model.ts";

const OPTIONS: RiskOptions = { method: "historical_simulation", lookbackDays: 252 };
const exposure = (symbol: string, value: string | undefined, account = "a"): Exposure => ({ account, symbol, settle: "USD", value: value === undefined ? undefined : decimalOf(value), pnl: undefined, venues: [] });
const series = (symbol: string, closes: readonly number[]): PriceSeries => ({ symbol, days: Int32Array.from(closes, (_, i) => 20_000 + i), closes: Float64Array.from(closes) });
const wave = (count: number, turn = 1) => Array.from({ length: count }, (_, i) => 100 * (1 + turn * 0.03 * Math.sin(i * 1.3)));
const study = (exposures: readonly Exposure[], all: readonly PriceSeries[], more: { readonly window?: number; readonly mostSymbols?: number } = {}) => studyOf({ exposures, series: all, options: OPTIONS, mostSymbols: 12, ...more });

const anyCloses = fc.array(fc.integer({ min: -80, max: 80 }), { minLength: 70, maxLength: 110 }).map((steps) => steps.reduce<number[]>((closes, step) => [...closes, closes.at(-1)! * (1 + step / 1_000)], [100]));

test("each method's VaR is the one that the book has by that method", () => {
  fc.assert(fc.property(anyCloses, anyCloses, fc.integer({ min: -9_000, max: 9_000 }), fc.integer({ min: 1, max: 9_000 }), (a, b, first, second) => {
    const all = [series("A", a), series("B", b)];
    const held = [exposure("A", `${first}`), exposure("B", `${second}`)];
    const { methods, observations } = study(held, all);
    expect(methods.map(({ method }) => method)).toEqual(VAR_METHODS);
    expect(observations).toBe(Math.min(a.length, b.length) - 1);
    for (const { method, var: found } of methods) expect(found).toBe(new Part(held, new RiskModel(all, { ...OPTIONS, method })).var.value);
  }), { numRuns: 20 });
});

test("the backtest holds what the book of now would have made against forecasts that know nothing of that day or later", () => {
  fc.assert(fc.property(anyCloses, fc.integer({ min: 1, max: 9_000 }), fc.integer({ min: 500, max: 2_000 }), (closes, held, last) => {
    const book = [exposure("A", `${held}`)];
    const before = study(book, [series("A", closes)], { window: 40 }).backtest;
    expect(before).toMatchObject({ window: 40, returns: closes.length - 1, reason: null });
    before.days.forEach((_, i) => expect(before.pnl[i]).toBeCloseTo(held * (closes[41 + i]! / closes[40 + i]! - 1), 8 - Math.ceil(Math.log10(held))));
    const after = study(book, [series("A", closes.with(-1, closes.at(-1)! * (last / 1_000)))], { window: 40 }).backtest;
    before.methods.forEach(({ var: losses, method }, i) => expect([method, after.methods[i]!.var]).toEqual([method, losses]));
    const { forecasts, breaches, var: losses } = before.methods[0]!;
    expect([forecasts, breaches]).toEqual([before.days.length, losses.filter((loss, i) => -before.pnl[i]! > loss!).length]);
  }), { numRuns: 20 });
});

test("correlations are of what is held, the largest first, and null with what never varies", () => {
  const all = [series("UP", wave(90)), series("DOWN", wave(90, -1)), series("FLAT", wave(90).map(() => 5))];
  const held = [exposure("UP", "100"), exposure("DOWN", "-300"), exposure("FLAT", "50"), exposure("UP", "400", "b"), exposure("NEW", "9")];
  const { symbols, exposures, values, left } = study(held, all).correlation;
  expect([symbols, exposures, left]).toEqual([["UP", "DOWN", "FLAT"], [500, -300, 50], 1]);
  expect(values.map((row) => row.map((value) => (value === null ? null : Math.round(10 * value) / 10)))).toEqual([[1, -1, null], [-1, 1, null], [null, null, 1]]);
  expect(study(held, all, { mostSymbols: 2 }).correlation).toMatchObject({ symbols: ["UP", "DOWN"], left: 2 });
  expect(study([exposure("NEW", "9")], []).correlation).toEqual({ symbols: [], exposures: [], values: [], observations: 0, left: 1 });
});

test("what cannot be known says why", () => {
  const all = [series("A", wave(90))];
  expect(study([exposure("A", undefined)], all)).toMatchObject({ methods: VAR_METHODS.map(() => ({ var: null, reason: "no_mark: A" })), backtest: { reason: "no_mark: A", days: [] } });
  expect(study([exposure("B", "5")], [...all, series("B", [])])).toMatchObject({ methods: VAR_METHODS.map(() => ({ var: null, reason: "no_prices: B" })), backtest: { reason: "no_prices: B" } });
  expect(study([exposure("A", "5")], all).backtest).toMatchObject({ window: 252, returns: 89, reason: "too_few", methods: [] });
  expect(study([], []).backtest.reason).toBe("nothing_held");
});
