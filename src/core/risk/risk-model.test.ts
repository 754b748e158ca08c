import { expect, test } from "vitest";
import { VAR_METHODS } from "./estimate.ts";
import { RiskModel } from "./risk-model.ts";

const DAYS = 300;
/** Closes that swing, each symbol in its own way. */
function series(symbol: string, speed: number): { symbol: string; days: Int32Array; closes: Float64Array } {
  return { symbol, days: Int32Array.from({ length: DAYS }, (_, day) => day), closes: Float64Array.from({ length: DAYS }, (_, day) => 100 + 10 * Math.sin(day * speed) + 3 * Math.sin(day * day)) };
}
const all = Array.from({ length: 40 }, (_, i) => series(`S${i}`, 0.3 + i / 7));

test.each(VAR_METHODS)("by %s a position alone risks what it does beside others, and what a book of it alone does", (method) => {
  const model = new RiskModel(all, { method, lookbackDays: 252, confidence: 0.95 });
  const single = new RiskModel([all[17]!], { method, lookbackDays: 252, confidence: 0.95 });
  for (const exposure of [1000, -250]) {
    expect(model.alone("S17", exposure)).toEqual(single.alone("S17", exposure));
    const [alone, whole] = [model.alone("S17", exposure).var.value, single.portfolio(Float64Array.of(exposure), single.pnlOf(Float64Array.of(exposure)), false).var];
    expect(alone === null).toBe(whole === undefined); // Cornish–Fisher may be outside its domain
    expect(Math.abs((alone ?? 0) - (whole ?? 0))).toBeLessThan(1e-9);
  }
});

test("the work for a position alone does not grow with the number of the others", () => {
  const reads = new Map<string, number>();
  const watched = all.map((one) => ({ ...one }));
  const model = new RiskModel(watched, { method: "parametric", lookbackDays: 252, confidence: 0.95 });
  model.returns.columns.forEach((column, i) => Object.defineProperty(model.returns.columns, i, { get: () => (reads.set(`${i}`, (reads.get(`${i}`) ?? 0) + 1), column) }));
  model.alone("S17", 1);
  expect([...reads.keys()]).toEqual(["17"]);
});

test("what exposures made of past days is the same each time it is asked for, also of a price that never moved", () => {
  const still = { symbol: "STILL", days: all[0]!.days, closes: new Float64Array(DAYS).fill(1) };
  const model = new RiskModel([...all, still], { method: "parametric", lookbackDays: 252, confidence: 0.95 });
  const exposures = Float64Array.from({ length: 41 }, (_, i) => (i % 5 === 0 ? 0 : 100 - i * 7));
  for (const of of [() => model.pnlOf(exposures), () => model.standardOf(exposures)]) {
    const [first, second, third] = [of(), of(), of()];
    expect(first.every(Number.isFinite) && first.some((value) => value !== 0)).toBe(true);
    expect([second, third]).toEqual([first, first]);
  }
});
