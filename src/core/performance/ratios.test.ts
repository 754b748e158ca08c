import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  alpha, annualReturn, battingAverage, beta, brinson, calmarRatio, captureRatio, cumulativeReturns, downsideDeviation, expectancy, factorAttribution, gainToPain, informationRatio, kellyFraction, leastTrackRecord, omegaRatio, payoffRatio,
  probabilisticSharpe, profitFactor, roundTrips, sharpeInterval, sharpeRatio, simpleReturns, sortinoRatio, stability, tailRatio, totalReturn, trackingError, tradeSums, treynorRatio, volatility, winRate,
} from "./index.ts";

const returns = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 4, maxLength: 60 });

test("what is undefined says why, and is never NaN or infinite", () => {
  const flat = [0.01, 0.01, 0.01];
  expect([sharpeRatio(flat), sharpeRatio([0.01]), sortinoRatio(flat), sortinoRatio([0.1]), omegaRatio(flat, 252), gainToPain(flat), calmarRatio(flat, 252), stability([0.1]), tailRatio([])]).toEqual(["zero_variance", "too_few", "no_losses", "too_few", "no_losses", "no_losses", "no_losses", "too_few", "too_few"]);
  expect([beta([1, 2], [1, 1]), beta([1], [1]), informationRatio(flat, flat), treynorRatio([0.1, 0.1], [0.1, 0.2], 252), volatility([]), totalReturn([])]).toEqual(["zero_variance", "too_few", "zero_variance", "not_applicable", "too_few", "too_few"]);
  expect([winRate(tradeSums([0])), profitFactor(tradeSums([5])), payoffRatio(tradeSums([-1])), kellyFraction(tradeSums([5])), expectancy(tradeSums([])), expectancy(tradeSums([0]))]).toEqual(["too_few", "no_losses", "too_few", "no_losses", "too_few", 0]);
  expect([probabilisticSharpe([0.1, 0.2, 0.1], 0), probabilisticSharpe([1, 1, 1, 1], 0), annualReturn([], 252)]).toEqual(["too_few", "zero_variance", "too_few"]);
});

test("a loss in the first period counts in Calmar's drawdown", () => {
  expect(calmarRatio([-0.5, 1.5], 2)).toBeCloseTo(0.5, 12); // 25 % a year over a fall by half
});

test("the Sharpe ratio of a rate per period, as one number or as a row of them", () => {
  expect(sharpeRatio([0.02, 0.03, 0.04], { riskFree: 0.01 })).toBeCloseTo(2, 12);
  expect(sharpeRatio([0.02, 0.03, 0.04], { riskFree: [0.01, 0.01, 0.01], periodsPerYear: 4 })).toBeCloseTo(4, 12);
  expect(downsideDeviation([0.03, -0.03], { over: "downside" })).toBeCloseTo(0.03, 12);
});

describe("laws", () => {
  test("missing returns are left out, wherever they are", () => {
    fc.assert(fc.property(returns, fc.integer({ min: 0, max: 60 }), (all, place) => {
      const gaps = all.toSpliced(Math.min(place, all.length), 0, Number.NaN);
      for (const figure of [sharpeRatio, sortinoRatio, volatility, totalReturn, tailRatio, stability, gainToPain]) expect(figure(gaps)).toEqual(figure(all));
    }));
  });

  test("every ratio is a finite number or a reason", () => {
    fc.assert(fc.property(returns, returns, (a, b) => {
      const n = Math.min(a.length, b.length);
      const [x, y] = [a.slice(0, n), b.slice(0, n)];
      const all = [sharpeRatio(x), sortinoRatio(x), omegaRatio(x, 252), calmarRatio(x, 252), tailRatio(x), stability(x), informationRatio(x, y), trackingError(x, y), beta(x, y), alpha(x, y), treynorRatio(x, y, 252), captureRatio(x, y, { side: "up", method: "geometric" }), probabilisticSharpe(x, 0), leastTrackRecord(x, 0, 0.05), ...battingAverage(x, y)];
      for (const figure of all) expect(typeof figure === "string" || Number.isFinite(figure)).toBe(true);
    }));
  });

  test("returns of what returns lead to are those returns", () => {
    fc.assert(fc.property(returns, (all) => {
      simpleReturns([1, ...cumulativeReturns(all, 1)]).forEach((value, i) => expect(value).toBeCloseTo(all[i]!, 9));
    }));
  });

  test("beta and alpha of a line are its slope and its height", () => {
    fc.assert(fc.property(returns, fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -0.1, max: 0.1, noNaN: true }), (benchmark, slope, height) => {
      const own = benchmark.map((value) => slope * value + height);
      const found = beta(own, benchmark);
      if (typeof found !== "number" || (volatility(benchmark) as number) < 1e-3) return;
      expect(found).toBeCloseTo(slope, 6);
      expect(alpha(own, benchmark)).toBeCloseTo(height, 6);
    }));
  });

  test("Brinson's parts add up to the active return, and so do the factors' and the specific return", () => {
    const weight = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(fc.property(fc.array(fc.tuple(weight, weight, weight), { minLength: 1, maxLength: 6 }), fc.constantFrom("brinson_hood_beebower" as const, "brinson_fachler" as const), (groups, kind) => {
      const [wp, rp, rb] = [groups.map(([a]) => a), groups.map(([, b]) => b), groups.map(([, , c]) => c)];
      const wb = wp.toReversed(); // the same sum: what Fachler takes off allocation is then nothing in all
      const { allocation, selection, interaction, activeReturn } = brinson(wp, rp, wb, rb, kind);
      expect([...allocation, ...selection, ...interaction].reduce((sum, part) => sum + part, 0)).toBeCloseTo(activeReturn, 9);
      const { common, specific, tilt, timing } = factorAttribution([0.1], [wp], [rp.map((one) => [one, -one])], [[0.3, 0.1]]);
      expect(common[0]! + specific[0]!).toBeCloseTo(0.1, 12);
      expect(tilt[0]! + timing[0]!).toBeCloseTo(common[0]!, 12);
    }));
  });

  test("round trips that end flat make what the cash says", () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 1, max: 99 })), { maxLength: 20 }), (trades) => {
      const held = trades.reduce((sum, [units]) => sum + units, 0);
      const all = [...trades, [-held, 50] as const];
      const pnl = roundTrips(all.map(([units]) => units), all.map(([, price]) => price)).reduce((sum, trip) => sum + trip.pnl, 0);
      expect(pnl).toBe(-all.reduce((sum, [units, price]) => sum + units * price, 0) + 0);
    }));
  });

  test("the interval of a Sharpe ratio holds the ratio", () => {
    fc.assert(fc.property(returns, (all) => {
      const [found, ratio] = [sharpeInterval(all, 0.05), sharpeRatio(all)];
      if (typeof found === "string" || typeof ratio !== "number") return;
      expect(found[0] <= ratio + 1e-9 && ratio <= found[1] + 1e-9).toBe(true);
    }));
  });
});
