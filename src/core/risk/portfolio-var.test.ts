import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyBook, EVERY_METHOD, madeReturns } from "../../../test/returns-kit.ts";
import { matrixOfReturns, planPortfolioVar, planPositionVar, portfolioVar, varMethodOf, type ReturnsMatrix, type VarRequest } from "./index.ts";

const sumOf = (values: readonly (number | undefined)[]) => values.reduce<number>((total, value) => total + value!, 0);
const grossOf = (exposures: readonly number[]) => exposures.reduce((total, exposure) => total + Math.abs(exposure), 1e-9);
const laws = (title: string, holds: (request: Omit<VarRequest, "method"> & { exposures: number[] }, by: Pick<VarRequest, "method">) => void, numRuns = 15) => {
  describe(title, () => {
    test.each(EVERY_METHOD.map((by) => [JSON.stringify(by), by] as const))("by %s", (_, by) => {
      fc.assert(fc.property(anyBook, fc.constantFrom(0.9, 0.95, 0.99), fc.constantFrom(1, 10), (book, confidence, horizonDays) => { holds({ ...book, confidence, horizonDays }, by); }), { numRuns });
    });
  });
};

laws("components add up to the whole", (request, by) => {
  const found = portfolioVar({ ...request, ...by });
  if (found.reason !== undefined) return expect(found.component).toEqual([]);
  const gross = grossOf(request.exposures);
  expect(Math.abs(sumOf(found.component) - found.var!) / gross).toBeLessThan(1e-12);
  expect(Math.abs(sumOf(found.shortfallComponent) - found.expectedShortfall!) / gross).toBeLessThan(1e-12);
  found.component.forEach((component, i) => { expect(component).toBeCloseTo(request.exposures[i]! * found.marginal[i]!, 6); });
});

laws("twice the book loses twice as much", (request, by) => {
  const [once, twice] = [1, 2].map((factor) => portfolioVar({ ...request, ...by, exposures: request.exposures.map((exposure) => exposure * factor) }));
  if (once!.var === undefined) return expect(twice!.var).toBeUndefined();
  expect(Math.abs(twice!.var! - 2 * once!.var)).toBeLessThanOrEqual(1e-12 * grossOf(request.exposures));
});

laws("the order of positions says nothing", (request, by) => {
  if (by.method === "monte_carlo") return; // other order, other random numbers
  const { returns, exposures } = request;
  const turned: ReturnsMatrix = { ...returns, columns: returns.columns.toReversed(), symbols: returns.symbols.toReversed() };
  const [there, back] = [portfolioVar({ ...request, ...by, positions: true }), portfolioVar({ ...request, ...by, exposures: exposures.toReversed(), returns: turned, positions: true })];
  const near = (a: number | undefined, b: number | undefined) => { expect(Math.abs((a ?? 0) - (b ?? 0))).toBeLessThanOrEqual(1e-10 * grossOf(exposures)); };
  near(there.var, back.var);
  there.component.forEach((component, i) => { near(component, back.component.toReversed()[i]); });
  there.standalone.forEach((one, i) => { near(one, back.standalone.toReversed()[i]); });
});

laws("incremental is the whole less the whole without the position, and a position alone is a book of its own", (request, by) => {
  const whole = portfolioVar({ ...request, ...by, positions: true });
  if (whole.var === undefined || by.method === "monte_carlo") return;
  const { exposures, returns } = request;
  exposures.forEach((exposure, i) => {
    const without = portfolioVar({ ...request, ...by, exposures: exposures.with(i, 0) }).var;
    if (without === undefined) return expect(whole.incremental[i] ?? 0).toBe(0);
    expect(Math.abs(whole.incremental[i]! - (whole.var! - without))).toBeLessThanOrEqual(1e-12 * grossOf(exposures)); // of nothing, exactly
    const alone = portfolioVar({ ...request, ...by, exposures: [exposure], returns: { ...returns, columns: [returns.columns[i]!] } });
    if (alone.var !== undefined) expect(Math.abs(whole.standalone[i]! - alone.var)).toBeLessThanOrEqual(1e-9 * grossOf(exposures));
  });
}, 6);

laws("a perfect hedge loses nothing", (request, by) => {
  const exposures = request.exposures.map((exposure, i) => (i === 0 ? 1_000 : i === 1 ? -1_000 : 0 * exposure));
  const columns = request.returns.columns.with(1, request.returns.columns[0]!);
  const found = portfolioVar({ ...request, ...by, exposures, returns: { ...request.returns, columns }, positions: true });
  expect(found.var).toBeCloseTo(0, 9);
  expect(found.expectedShortfall).toBeCloseTo(0, 9);
});

laws("a marginal figure is what a small change of the exposure changes", (request, by) => {
  if (by.method === "monte_carlo" && grossOf(request.exposures) < 1) return;
  const found = portfolioVar({ ...request, ...by });
  if (found.var === undefined || grossOf(request.exposures) < 1_000) return;
  request.exposures.forEach((exposure, i) => {
    if (exposure === 0) return;
    const step = 1e-5 * Math.abs(exposure);
    if (step < 1e-4) return;
    const [up, down] = [exposure + step, exposure - step].map((changed) => portfolioVar({ ...request, ...by, exposures: request.exposures.with(i, changed) }).var);
    if (up === undefined || down === undefined) return;
    const slope = (up - down) / (2 * step);
    const kink = by.method !== "parametric" && by.method !== "cornish_fisher"; // scenarios: another one may become the quantile within the step
    if (kink && Math.abs(up - found.var! - (found.var! - down)) > 1e-6 * step) return;
    expect(Math.abs(slope - found.marginal[i]!)).toBeLessThan(2e-5);
  });
}, 8);

test("the shortfall of a historical simulation never grows by putting books together", () => {
  fc.assert(fc.property(anyBook, anyBook, fc.constantFrom(0.9, 0.95, 0.97), (a, b, confidence) => {
    const other = a.exposures.map((_, i) => b.exposures[i % b.exposures.length]!);
    const shortfall = (exposures: number[]) => portfolioVar({ exposures, returns: a.returns, method: "historical_simulation", confidence }).expectedShortfall!;
    const together = shortfall(a.exposures.map((exposure, i) => exposure + other[i]!));
    expect(together).toBeLessThanOrEqual(shortfall(a.exposures) + shortfall(other) + 1e-9 * grossOf([...a.exposures, ...other]));
  }));
});

describe("by hand", () => {
  const days = [-0.05, 0.01, -0.02, 0.03, 0];
  const returns = matrixOfReturns([days, [0.02, 0.01, -0.04, 0, 0.01]], ["A", "B"]);

  test("historical: exposures of 100 and 50 lose 4, on the first day, and B wins 1 of it back", () => {
    const found = portfolioVar({ exposures: [100, 50], returns, method: "historical_simulation", confidence: 0.75 }); // k = ceil(1.25) = 2
    expect(found).toMatchObject({ observations: 5, scenarioDay: 2, conventions: { quantile: "order_statistic", horizonDays: 1 } });
    expect(found.var).toBeCloseTo(4, 12); // P&L −4, 1.5, −4, 3, 0.5: days 0 and 2 lose the same, the earlier counts as the worse
    expect(found.component.map((one) => Number(one.toFixed(12)))).toEqual([2, 2]);
    expect(portfolioVar({ exposures: [100, 50], returns, method: "historical_simulation", confidence: 0.9 }).component.map((one) => Number(one.toFixed(12)))).toEqual([5, -1]);
  });

  test("the shortfall takes the last scenario of the tail in part", () => {
    const { expectedShortfall } = portfolioVar({ exposures: [100], returns: matrixOfReturns([days]), method: "historical_simulation", confidence: 0.7 });
    expect(expectedShortfall).toBeCloseTo((5 + 0.5 * 2) / 1.5, 12); // 1.5 scenarios: the worst whole, the next by half
    expect(portfolioVar({ exposures: [100], returns: matrixOfReturns([days]), method: "historical_simulation", confidence: 0.7, shortfall: "tail_mean" }).expectedShortfall).toBeCloseTo(3.5, 12);
  });

  test("parametric: mean by the day, deviation by its root", () => {
    const steady = matrixOfReturns([[0.03, 0.01]]);
    const deviation = Math.sqrt(2 * 0.0001);
    expect(portfolioVar({ exposures: [1_000], returns: steady, method: "parametric", horizonDays: 4 }).var).toBeCloseTo(1_000 * (1.6448536269514722 * 2 * deviation - 4 * 0.02), 9);
    expect(portfolioVar({ exposures: [1_000], returns: steady, method: "parametric", volatility: "zero_mean" }).var).toBeCloseTo(1_000 * 1.6448536269514722 * Math.sqrt((0.0009 + 0.0001) / 2), 9);
  });

  test("a gain that is certain is a loss below 0, and is not floored", () => {
    expect(portfolioVar({ exposures: [100], returns: matrixOfReturns([[0.01, 0.02, 0.03]]), method: "historical_simulation" }).var).toBeCloseTo(-1, 12);
  });

  test("what cannot be estimated has a reason", () => {
    for (const { method } of EVERY_METHOD) expect(portfolioVar({ exposures: [1], returns: matrixOfReturns([[0.01]]), method })).toMatchObject({ var: undefined, expectedShortfall: undefined, reason: "too_few", component: [] });
    const jump = matrixOfReturns([[...Array.from({ length: 99 }, (_, i) => (i % 2 === 0 ? 0.001 : -0.001)), -0.5]]);
    expect(portfolioVar({ exposures: [1], returns: jump, method: "cornish_fisher" })).toMatchObject({ var: undefined, reason: "outside_domain", domain: { inTail: false } });
    expect(portfolioVar({ exposures: [0], returns, method: "parametric" })).toMatchObject({ var: 0, reason: undefined });
  });

  test("the plan's formulas hold where they are right: one position, and long ones together", () => {
    expect(planPositionVar(-10_000, 0.02, 0.95)).toBeCloseTo(10_000 * 0.02 * 1.6448536269514722, 9);
    expect(planPortfolioVar([60, 40], [0.02, 0.01], [[1, 0.5], [0.5, 1]], 0.95)).toBeCloseTo(1.6448536269514722 * Math.sqrt(1.2 ** 2 + 0.4 ** 2 + 2 * 0.5 * 1.2 * 0.4), 12);
    expect(planPortfolioVar([], [], [], 0.95)).toBe(0);
  });

  test("a method has short names", () => {
    expect(["historical", "filtered", "monte_carlo", "guess"].map(varMethodOf)).toEqual(["historical_simulation", "filtered_historical", "monte_carlo", undefined]);
  });
});

describe("Monte Carlo", () => {
  const returns = madeReturns(5, 6, 200);
  const exposures = [100, -40, 30, 0, 60, -20];

  test("comes near to the parametric figures, and a seed always gives the same", () => {
    const parametric = portfolioVar({ exposures, returns, method: "parametric", horizonDays: 3 });
    const made = portfolioVar({ exposures, returns, method: "monte_carlo", horizonDays: 3, scenarios: 40_000 });
    expect(Math.abs(made.var! / parametric.var! - 1)).toBeLessThan(0.03);
    expect(Math.abs(made.expectedShortfall! / parametric.expectedShortfall! - 1)).toBeLessThan(0.03);
    expect(made.scenarioDay).toBeUndefined();
    const again = (randomSeed: number) => portfolioVar({ exposures, returns, method: "monte_carlo", scenarios: 1_000, randomSeed }).var;
    expect(again(3)).toBe(again(3));
    expect(again(3)).not.toBe(again(4));
  });
});

describe("returns that are not joint", () => {
  const gap = Number.NaN;
  const holed: ReturnsMatrix = {
    ...matrixOfReturns([[0.01, -0.02, 0.03, gap, gap, gap, 0.01, -0.01, 0.02], [0.01, -0.02, 0.03, 0.02, -0.03, 0.01, gap, gap, gap], [gap, gap, gap, -0.02, 0.03, -0.01, 0.01, -0.01, 0.02]]),
  };

  test("are taken pair by pair for the parametric figure, and what does not fit together is repaired", () => {
    const found = portfolioVar({ exposures: [1, -1, -1], returns: holed, method: "parametric" });
    expect(found.repair?.negativeEigenvalues).toBe(1);
    expect(found.observations).toBe(3);
    expect(found.var).toBeGreaterThan(0);
    expect(sumOf(found.component)).toBeCloseTo(found.var!, 12);
    expect(sumOf(portfolioVar({ exposures: [1, -1, -1], returns: holed, method: "monte_carlo" }).component)).toBeGreaterThan(0);
  });

  test("are looked at on the days that all have, where days are needed", () => {
    expect(portfolioVar({ exposures: [1, 1, 0], returns: holed, method: "historical_simulation" })).toMatchObject({ observations: 3, scenarioDay: 1 });
    expect(portfolioVar({ exposures: [1, 1, 1], returns: holed, method: "historical_simulation" })).toMatchObject({ observations: 0, reason: "too_few" });
  });
});
