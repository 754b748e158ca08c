import fc from "fast-check";
import { expect, test } from "vitest";
import { finished, zero, type Decimal } from "../num/index.ts";
import type { Exposure, LimitSet } from "../model/index.ts";
import { pairSumsOf } from "./pair-risk.ts";
import { Part } from "./part.ts";
import { JudgedPositions, judgementsOf, riskOf, wholeRiskOf, type RiskInput } from "./report.ts";
import { RiskModel } from "./risk-model.ts";
import { standingOf } from "./standing.ts";

const SYMBOLS = ["A", "B", "C", "NEVER PRICED"];
const days = Int32Array.from({ length: 40 }, (_, day) => 19_000 + day);
const models = [1, 2].map((seed) => new RiskModel(SYMBOLS.map((symbol, i) => ({ symbol, days: i === 3 ? new Int32Array(0) : days, closes: i === 3 ? new Float64Array(0) : Float64Array.from(days, (_, day) => 100 + ((day * (i + seed) * 7) % 13)) })), { method: "historical_simulation", confidence: 0.95, horizonDays: 1, lookbackDays: 30 }));
const amount = (mantissa: number): Decimal => ({ mantissa: BigInt(mantissa), digits: 0 });
const limitSets: readonly LimitSet[] = [
  { limits: {} },
  { limits: { max_position_value: amount(500), max_var: amount(9), concentration_limit: { mantissa: 3n, digits: 1 }, max_portfolio_var: amount(40), warning_level: { mantissa: 8n, digits: 1 } } },
  { limits: { max_position_value: amount(500) }, overrides: { venue: new Map([["x", { max_position_value: amount(100), max_portfolio_var: amount(9) }]]), account: new Map([["a", { max_gross_exposure: amount(800) }]]) } },
];
const anyExposure: fc.Arbitrary<Exposure> = fc.record({ account: fc.constantFrom("a", "b"), symbol: fc.constantFrom(...SYMBOLS), units: fc.option(fc.integer({ min: -1_000, max: 1_000 }), { nil: undefined, freq: 9 }) }).map(({ account, symbol, units }) => {
  const value = units === undefined ? undefined : amount(units);
  return { account, symbol, settle: "USD", value, pnl: value, venues: [{ venue: "x", value, heldThere: zero }] };
});
const anyChange = fc.record({ at: fc.nat(5), to: anyExposure, limits: fc.constantFrom(...limitSets), model: fc.constantFrom(...models) });

test("what is judged of a book that changes, while the rest is kept, is what is judged of all of it", () => {
  let breaches = 0;
  fc.assert(
    fc.property(fc.array(anyExposure, { minLength: 1, maxLength: 6 }), fc.array(anyChange, { maxLength: 12 }), (start, changes) => {
      const judged = new JudgedPositions();
      const exposures = [...start];
      for (const { at, to, limits, model } of changes) {
        exposures[at % exposures.length] = to;
        const input: RiskInput = { exposures, whole: new Part(exposures, model), model, limits, standing: standingOf([]), standingOf: () => standingOf([]), pairsOf: () => pairSumsOf([], () => zero) };
        const judgements = judgementsOf(input, new JudgedPositions());
        expect(judgementsOf(input, judged)).toEqual(judgements);
        const { portfolio, positions } = finished(riskOf(input));
        expect(wholeRiskOf(input, judged)).toEqual({ portfolio, judgements });
        expect(positions.map(({ checks }) => checks.var)).toEqual(judgements.flatMap(({ limit, scope, check }) => (limit === "max_var" && scope.startsWith("position:") && !scope.includes("@") ? [check] : [])));
        breaches += judgements.filter(({ check }) => check.breach).length;
      }
    }),
    { numRuns: 300 },
  );
  expect(breaches).toBeGreaterThan(1_000);
});
