import fc from "fast-check";
import { expect, test } from "vitest";
import type { Exposure } from "../model/index.ts";
import { decimalOf } from "../num/index.ts";
import { correlationRisk } from "./concentration.ts";
import { momentsOf } from "./covariance.ts";
import { Part } from "./part.ts";
import { VAR_METHODS } from "./estimate.ts";
import { RiskModel } from "./risk-model.ts";
import type { PriceSeries } from "../market/index.ts";

const SYMBOLS = ["A", "B", "C", "D"];
/** Closes that a seed determines: each symbol moves by itself and with the rest. */
function seriesOf(seed: number): PriceSeries[] {
  let state = seed + 1;
  const next = () => ((state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 4_294_967_296) - 0.5;
  const days = Int32Array.from({ length: 120 }, (_, i) => 19_000 + i);
  const common = Array.from(days, () => next() * 0.02);
  return SYMBOLS.map((symbol) => {
    let close = 100;
    return { symbol, days, closes: Float64Array.from(days, (_, i) => (close *= 1 + common[i]! + next() * 0.03)) };
  });
}

const exposure = (symbol: string, value: string | undefined, venue = "x"): Exposure => {
  const of = value === undefined ? undefined : decimalOf(value);
  return { account: "a", symbol, settle: "USD", value: of, pnl: of, venues: [{ venue, value: of, heldThere: of }] };
};
const anyValue = fc.integer({ min: -50_000, max: 50_000 }).map((cents) => `${cents / 100}`);

test("law: one exposure in the place of another gives, by every method, what all of them anew give", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99 }), fc.array(anyValue, { minLength: 4, maxLength: 4 }), fc.integer({ min: 0, max: 3 }), anyValue, fc.constantFrom(...VAR_METHODS), (seed, values, at, value, method) => {
      const model = new RiskModel(seriesOf(seed), { method, lookbackDays: 100, confidence: 0.95, scenarios: 200 });
      const before = values.map((one, i) => exposure(SYMBOLS[i]!, one));
      const after = before.with(at, exposure(SYMBOLS[at]!, value));
      const quick = new Part(before, model).with(before[at], after[at]!);
      const whole = new Part(after, model);
      expect(quick.gross).toEqual(whole.gross);
      expect(quick.size).toBeCloseTo(whole.size!, 8);
      expect(quick.correlationRisk.value).toBeCloseTo(whole.correlationRisk.value!, 8);
      if (whole.var.value === null) expect(quick.var).toEqual(whole.var);
      else expect(quick.var.value).toBeCloseTo(whole.var.value, 7);
    }),
    { numRuns: 150 },
  );
});

test("law: correlation risk without a matrix is that of all pairs", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99 }), fc.array(anyValue, { minLength: 4, maxLength: 4 }), (seed, values) => {
      const model = new RiskModel(seriesOf(seed), { method: "historical_simulation", lookbackDays: 100 });
      const { matrix } = momentsOf(model.returns.columns)!.correlation;
      const weights = values.map(Number);
      const expected = correlationRisk(weights, (i, j) => matrix.values[i * 4 + j]!) ?? 0;
      expect(new Part(values.map((one, i) => exposure(SYMBOLS[i]!, one)), model).correlationRisk.value).toBeCloseTo(expected, 9);
    }),
  );
});

test("a perfect hedge risks nothing by any method, and is still held on two venues", () => {
  for (const method of VAR_METHODS) {
    const model = new RiskModel(seriesOf(1), { method, lookbackDays: 100 });
    const hedge: Exposure = { account: "a", symbol: "A", settle: "USD", value: decimalOf("0"), pnl: undefined, venues: [{ venue: "x", value: decimalOf("100"), heldThere: decimalOf("100") }, { venue: "y", value: decimalOf("-100"), heldThere: decimalOf("0") }] };
    const part = new Part([hedge], model);
    expect([part.var, part.gross]).toEqual([{ value: 0 }, { value: decimalOf("200") }]);
  }
});

test("what has no mark, or no prices, makes the whole unknown, by name; the gross exposure of what is marked stays known", () => {
  const model = new RiskModel([...seriesOf(1), { symbol: "NEW", days: new Int32Array(0), closes: new Float64Array(0) }], { method: "parametric", lookbackDays: 100 });
  const noPrices = new Part([exposure("A", "100"), exposure("NEW", "50")], model);
  expect([noPrices.var, noPrices.gross]).toEqual([{ value: null, reason: "no_prices: NEW" }, { value: decimalOf("150") }]);
  const noMark = new Part([exposure("A", "100"), exposure("B", undefined)], model);
  expect([noMark.var, noMark.gross, noMark.net]).toMatchObject([{ value: null, reason: "no_mark: B" }, { reason: "no_mark: B" }, { reason: "no_mark: B" }]);
  expect(noMark.with(exposure("B", undefined), exposure("B", "5")).var.value).toBeGreaterThan(0);
  expect(noPrices.with(undefined, exposure("C", undefined)).var).toEqual({ value: null, reason: "no_prices: NEW; no_mark: C" });
});
