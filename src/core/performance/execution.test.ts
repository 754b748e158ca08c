import fc from "fast-check";
import { expect, test } from "vitest";
import { decimalOf } from "../num/index.ts";
import { executionScore, slippageOf } from "./index.ts";
import { Tally } from "./plain.ts";

test("a given slippage counts before a computed one; the price then comes from the arrival price where there is one", () => {
  expect(slippageOf(1, decimalOf("102"), decimalOf("100"), 7)).toEqual({ basisPoints: 7, price: 2, from: "given" });
  expect(slippageOf(-1, decimalOf("99"), undefined, 100)).toEqual({ basisPoints: 100, price: 1, from: "given" });
  expect(slippageOf(1, decimalOf("-5"), undefined, 3)).toEqual({ basisPoints: 3, price: undefined, from: "given" });
});

test("slippage of a negative price is of its size; of an arrival at 0 there is none", () => {
  expect(slippageOf(1, decimalOf("-4"), decimalOf("-5"))).toEqual({ basisPoints: 2000, price: 1, from: "arrival" });
  expect(slippageOf(1, decimalOf("1"), decimalOf("0"))).toBeUndefined();
  expect(slippageOf(1, decimalOf("1"), undefined)).toBeUndefined();
});

test("law: what a buy pays over the arrival price a sale at the same price gains", () => {
  const price = fc.integer({ min: 1, max: 10 ** 9 }).map((mantissa) => ({ mantissa: BigInt(mantissa), digits: 4 }));
  fc.assert(fc.property(price, price, (at, arrival) => {
    const [bought, sold] = [slippageOf(1, at, arrival)!, slippageOf(-1, at, arrival)!];
    expect(bought.basisPoints + sold.basisPoints).toBe(0);
    expect(Math.sign(bought.basisPoints)).toBe(Math.sign(Number(at.mantissa - arrival.mantissa)));
  }));
});

test("a score shows its parts; those that are not known weigh nothing", () => {
  // 0.4 × ½ + 0.2 × ¼ + 0.2 × 1 + 0.2 × ½ = 0.55
  expect(executionScore({ slippage: 10, latencyMs: 500, feeBasisPoints: -2, fillRatio: 0.5 })).toEqual({ value: 0.55, from: "computed", parts: { slippage: 0.5, latency: 0.25, fee: 1, fillRatio: 0.5 } });
  expect(executionScore({ latencyMs: 250 })?.value).toBe(0.5);
  expect(executionScore({ slippage: 10 }, 0.9)).toMatchObject({ value: 0.9, from: "given", parts: { slippage: 0.5 } });
});

test("law: a score lies within 0 and 1, and more cost never makes it better", () => {
  const cost = fc.option(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { nil: undefined });
  fc.assert(fc.property(cost, cost, cost, fc.double({ min: 0, max: 1e3, noNaN: true }), (slippage, latencyMs, feeBasisPoints, more) => {
    const score = executionScore({ slippage, latencyMs, feeBasisPoints });
    if (score === undefined) return void expect(slippage ?? latencyMs).toBeUndefined();
    expect(score.value >= 0 && score.value <= 1).toBe(true);
    if (slippage !== undefined) expect(executionScore({ slippage: slippage + more, latencyMs, feeBasisPoints })!.value).toBeLessThanOrEqual(score.value + 1e-15);
  }));
});

test("a tally of very different sizes loses nothing, also in parts", () => {
  const [all, rest] = [new Tally(), new Tally()];
  for (const value of [1e16, 1]) all.add(value);
  rest.add(-1e16);
  all.merge(rest);
  expect([all.total, all.count, all.mean]).toEqual([1, 3, 1 / 3]);
  expect(new Tally().mean).toBeUndefined();
});
