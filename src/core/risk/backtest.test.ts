import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { madeReturns } from "../../../test/returns-kit.ts";
import { BACKTEST_METHODS, backtest, baselPlusFactor, baselZone, christoffersen, clusteringOf, ewmaVariances, kupiec, matrixOfReturns, portfolioVar, trafficLightBounds, transitionsOf, volatility, type VarConventions, type VarMethod } from "./index.ts";

const anyReturns = fc.integer({ min: 1, max: 1e6 }).map((seed) => madeReturns(seed, 1, 90).columns[0]!);

describe("a backtest", () => {
  test("forecasts what the portfolio's method says of the window", () => {
    const asked: Readonly<Record<string, { method: VarMethod } & Partial<VarConventions>>> = {
      historical_simulation: { method: "historical_simulation" }, parametric: { method: "parametric" }, cornish_fisher: { method: "cornish_fisher" },
    };
    fc.assert(fc.property(anyReturns, fc.constantFrom(0.9, 0.95), (returns, confidence) => {
      for (const { method, var: forecasts } of backtest(returns, { window: 40, confidence })) {
        const by = asked[method];
        if (by === undefined) continue;
        for (const t of [40, 41, 77, 89]) {
          const { var: loss } = portfolioVar({ ...by, confidence, exposures: [1], returns: matrixOfReturns([returns.slice(t - 40, t)]) });
          if (loss === undefined) expect(forecasts[t]).toBeNaN();
          else expect(forecasts[t]).toBeCloseTo(loss, 12);
        }
      }
    }), { numRuns: 20 });
  });

  test("looks at strictly earlier returns only: what comes later changes no forecast", () => {
    fc.assert(fc.property(anyReturns, fc.integer({ min: 41, max: 89 }), (returns, from) => {
      const changed = returns.map((value, t) => (t >= from ? -3 * value : value));
      const [before, after] = [backtest(returns, { window: 40 }), backtest(changed, { window: 40 })];
      before.forEach(({ var: forecasts }, i) => { expect([...after[i]!.var.subarray(0, from + 1)]).toEqual([...forecasts.subarray(0, from + 1)]); });
    }), { numRuns: 20 });
  });

  test("counts a breach where the loss is larger than forecast", () => {
    const returns = [-1, 1, -2, 2, -2, -2.5, 0];
    const [historical] = backtest(returns, { window: 4, confidence: 0.75, methods: ["historical_simulation"] });
    expect([...historical!.var]).toEqual([NaN, NaN, NaN, NaN, 2, 2, 2.5]); // the worst of four
    expect(historical).toMatchObject({ forecasts: 3, breaches: 1, rate: 1 / 3, expected: 0.75 });
    expect(historical!.independence).toBeDefined();
  });

  test("of filtered returns takes the rank of r ÷ σ, times the σ of the day", () => {
    const returns = madeReturns(2, 1, 60).columns[0]!;
    const sigmas = ewmaVariances(returns, 0.94, 20)!.map(Math.sqrt);
    const [filtered] = backtest(returns, { window: 20, methods: ["filtered_historical"] });
    const worst = Math.min(...returns.map((value, t) => value / sigmas[t]!).subarray(30, 50)); // 20 × 5 %: the first
    expect(filtered!.var[50]).toBeCloseTo(-worst * sigmas[50]!, 14);
  });

  test("without enough returns, or without a breach, has nothing to test", () => {
    for (const one of backtest([0.1, 0.2], { window: 4 })) expect(one).toMatchObject({ forecasts: 0, breaches: 0, rate: undefined, kupiec: undefined, independence: undefined, zone: undefined });
    const calm = backtest(Array.from({ length: 30 }, (_, i) => 0.01 * (i % 3)), { window: 6, methods: ["historical_simulation"] });
    expect(calm[0]).toMatchObject({ breaches: 0, independence: undefined, zone: "green" });
    expect(BACKTEST_METHODS).toHaveLength(5);
  });
});

describe("tests of forecasts, by hand", () => {
  test("Kupiec", () => {
    expect(kupiec(250, 0, 0.01)).toEqual({ likelihoodRatio: expect.closeTo(5.025168, 5) as number, pValue: expect.closeTo(0.024983, 5) as number });
    expect(kupiec(100, 5, 0.05).likelihoodRatio).toBeCloseTo(0, 12);
    expect(kupiec(100, 100, 0.05).likelihoodRatio).toBeCloseTo(-200 * Math.log(0.05), 9);
  });

  test("Christoffersen", () => {
    expect(transitionsOf([0, 0, 1, 1, 0, 1])).toEqual({ n00: 1, n01: 2, n10: 1, n11: 1 });
    expect(christoffersen([0, 0, 0, 1]).testable).toBe(false); // nothing follows the only breach
    expect(christoffersen([1, 1, 1]).testable).toBe(false);
    const bunched = christoffersen(Array.from({ length: 100 }, (_, t) => (t >= 40 && t < 50 ? 1 : 0)));
    expect(bunched.testable).toBe(true);
    expect(bunched.pValue).toBeLessThan(1e-6);
  });

  test("Basel", () => {
    expect(trafficLightBounds([0.95, 0.9999], 250, 0.01)).toEqual([4, 9]);
    expect([0, 4, 5, 9, 10].map((exceptions) => baselZone(exceptions, 250, 0.01))).toEqual(["green", "green", "yellow", "yellow", "red"]);
    expect([0, 4, 5, 6, 7, 8, 9, 10].map(baselPlusFactor)).toEqual([0, 0, 0.4, 0.5, 0.65, 0.75, 0.85, 1]);
  });

  test("bunches", () => {
    expect(clusteringOf([0, 1, 1, 0, 0, 1], 2)).toEqual({ consecutivePairs: 1, maxInWindow: 2, meanGap: 2, minGap: 1 });
    expect(clusteringOf([0, 1], 2)).toEqual({ consecutivePairs: 0, maxInWindow: 1, meanGap: undefined, minGap: undefined });
  });
});

test("volatility by its three estimators", () => {
  expect(volatility([0.01, 0.03], { ddof: 0, periodsPerYear: 4 })).toBeCloseTo(0.02, 14);
  expect(volatility([0.3, 0.4], { estimator: "zero_mean" })).toBeCloseTo(Math.sqrt(0.125), 14);
  expect(volatility([0.1, 0.3, 0.1], { estimator: "ewma", lambda: 0.5, seed: 2 })).toBeCloseTo(Math.sqrt(((0.02 * 0.5 + 0.005) * 0.5 + 0.045) * 0.5 + 0.005), 14);
  expect(volatility([0.2, 0.4], { estimator: "ewma", lambda: 0.5, seed: "first_square" })).toBeCloseTo(Math.sqrt(0.1), 14);
  expect(volatility([0.2])).toBeUndefined();
  expect(volatility([], { estimator: "ewma", seed: "first_square" })).toBeUndefined();
});
