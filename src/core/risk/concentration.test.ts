import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concentrationOf, correlationRisk, diversificationBenefit, normalisedHhi, planCorrelationRisk, reverseStress, sideConcentration, stressPnl } from "./index.ts";

describe("concentration", () => {
  test("by hand", () => {
    expect(concentrationOf([50, -30, 20])).toEqual({ shares: [0.5, 0.3, 0.2], largest: 0.5, index: 0, hhi: 0.38, effective: 1 / 0.38 });
    expect(concentrationOf([0, 0])).toBeUndefined();
    expect(normalisedHhi([1, 1])).toBeUndefined();
    expect(sideConcentration([-2], 4)).toEqual({ largestLong: undefined, medianLong: undefined, medianShort: -1, largestShort: -1 });
  });

  test("lies between equal parts and one alone, and scale says nothing", () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((exposure) => (Math.abs(exposure) < 1e-9 ? 0 : exposure)), { minLength: 1, maxLength: 20 }), fc.double({ min: 0.1, max: 9, noNaN: true }), (exposures, factor) => {
      const found = concentrationOf(exposures);
      if (found === undefined) return void expect(exposures.every((exposure) => exposure === 0)).toBe(true);
      expect(found.shares.reduce((total, share) => total + share, 0)).toBeCloseTo(1, 12);
      expect(found.hhi).toBeGreaterThanOrEqual(1 / exposures.length - 1e-12);
      expect(found.hhi).toBeLessThanOrEqual(1 + 1e-12);
      expect(concentrationOf(exposures.map((exposure) => exposure * factor))!.hhi).toBeCloseTo(found.hhi, 9);
    }));
  });
});

describe("correlation risk", () => {
  test("is the plan's, but 1 for positions that always move together, and −1 for a hedge", () => {
    const one = [[1, 1], [1, 1]];
    expect(planCorrelationRisk([100, 100], one)).toBe(0.5);
    expect(correlationRisk([100, 100], () => 1)).toBe(1);
    expect(correlationRisk([100, -100], () => 1)).toBe(-1);
    expect(correlationRisk([100, -100], () => 1, "long")).toBe(1);
    expect(correlationRisk([100, 0], () => 1)).toBeUndefined();
    expect(correlationRisk([100, 100, 100], (a, b) => (a + b === 1 ? 0.5 : undefined))).toBe(0.5); // pairs that are not known are left out
  });

  test("stays within −1 and 1, and is the plan's figure over the weights of its pairs", () => {
    const anyExposures = fc.array(fc.integer({ min: -50, max: 50 }).filter((exposure) => exposure !== 0), { minLength: 2, maxLength: 6 });
    fc.assert(fc.property(anyExposures, fc.double({ min: -1, max: 1, noNaN: true }), (exposures, correlation) => {
      const matrix = exposures.map((_, i) => exposures.map((__, j) => (i === j ? 1 : correlation)));
      expect(Math.abs(correlationRisk(exposures, () => correlation)!)).toBeLessThanOrEqual(Math.abs(correlation) + 1e-12);
      const weights = planCorrelationRisk(exposures, matrix.map((row) => row.map(() => 1)));
      expect(correlationRisk(exposures, () => correlation, "long")).toBeCloseTo(planCorrelationRisk(exposures, matrix) / weights, 9);
    }));
  });
});

test("stress adds up shocks, and tells how many of them reach a threshold", () => {
  expect(stressPnl({ A: 100, B: -20 }, { A: -10, C: 5 })).toBe(-1_000);
  expect(stressPnl({ constructor: 1 }, {})).toBe(0);
  expect(reverseStress(10, 100)).toBeUndefined();
  expect(diversificationBenefit([0], 0)).toEqual({ undiversified: 0, benefit: 0, fraction: undefined });
});
