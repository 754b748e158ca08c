import fc from "fast-check";
import { expect, test } from "vitest";
import { linkedBrinson, type BrinsonPeriod } from "./index.ts";

test("one period by hand: more of what rose, less of what fell", () => {
  const found = linkedBrinson([{ weights: [0.6, 0.3, 0], contributions: [0.06, -0.015, 0.002], benchmarkWeights: [0.5, 0.5, 0], benchmarkReturns: [0.1, -0.05, 0], cash: 0.001 }])!;
  expect(found.segments[0]).toEqual({ allocation: expect.closeTo(0.01, 12) as number, selection: expect.closeTo(0, 12) as number, interaction: expect.closeTo(0, 12) as number, trading: 0 });
  expect(found.segments[1]!.allocation).toBeCloseTo(0.01, 12);
  expect(found.segments[2]).toEqual({ allocation: expect.closeTo(0, 12) as number, selection: 0, interaction: 0, trading: expect.closeTo(0.002, 12) as number });
  expect([found.cash, found.activeReturn]).toEqual([expect.closeTo(0.001, 12), expect.closeTo(0.023, 12)]);
});

test("what the benchmark has nothing of is allocation; what is not held costs what it would have brought", () => {
  const [outside, left] = linkedBrinson([{ weights: [0.5, 0], contributions: [0.05, 0], benchmarkWeights: [0, 1], benchmarkReturns: [0, 0.02], cash: 0 }])!.segments;
  expect([outside!.allocation, outside!.selection, left!.allocation]).toEqual([0.05, 0, -0.02]);
});

test("there is nothing to tell of no period, and of a loss of everything", () => {
  expect(linkedBrinson([])).toBeUndefined();
  const period: BrinsonPeriod = { weights: [1], contributions: [-1], benchmarkWeights: [1], benchmarkReturns: [0], cash: 0 };
  expect(linkedBrinson([period])).toBeUndefined();
  expect(linkedBrinson([{ ...period, contributions: [Number.NaN] }])).toBeUndefined();
});

test("law: over any periods all effects add up to the difference of the compounded returns", () => {
  const figure = (most: number) => fc.integer({ min: -1000, max: 1000 }).map((n) => (n / 1000) * most);
  const three = (most: number) => fc.tuple(figure(most), figure(most), figure(most));
  const period: fc.Arbitrary<BrinsonPeriod> = fc.record({ weights: three(2), contributions: three(0.2), benchmarkWeights: fc.constantFrom([0.5, 0.3, 0.2], [1, 0, 0], [0.2, 0, 0.4]), benchmarkReturns: three(0.3), cash: figure(0.01) }).map((of) => ({ ...of, benchmarkReturns: of.benchmarkReturns.map((value, i) => (of.benchmarkWeights[i] === 0 ? 0 : value)) }));
  fc.assert(
    fc.property(fc.array(period, { minLength: 1, maxLength: 30 }), (periods) => {
      const found = linkedBrinson(periods)!;
      const all = found.segments.reduce((sum, { allocation, selection, interaction, trading }) => sum + allocation + selection + interaction + trading, found.cash);
      expect(all).toBeCloseTo(found.activeReturn, 9);
    }),
  );
});
