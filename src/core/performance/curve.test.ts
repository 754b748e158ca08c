import fc from "fast-check";
import { expect, test } from "vitest";
import type { EquityPoint } from "../book/index.ts";
import { decimalOf, type Decimal } from "../num/index.ts";
import { curveMoneyWeighted, curveReturns, joinBenchmark, moneyWeightedReturn, timeWeightedReturn } from "./index.ts";

const DAY = 86_400_000_000_000n;

/** A point a day: equity at its end, what came in, both as text; undefined is not known. */
function points(...days: readonly (readonly [equity: string | undefined, flow: string | undefined])[]): EquityPoint[] {
  const known = (text: string | undefined): Decimal | undefined => (text === undefined ? undefined : decimalOf(text));
  return days.map(([equity, flow], i) => ({ beginNs: BigInt(i) * DAY, endNs: BigInt(i + 1) * DAY - 1n, pnl: known(equity), capital: known(flow), flow: known(flow), inKind: decimalOf("0"), equity: known(equity), unknown: [] }));
}
const values = (...of: Parameters<typeof curveReturns>) => curveReturns(...of).returns.map(({ value }) => value);

test("a deposit is no gain: from the start of its day it works, or it came at its end", () => {
  const curve = points(["100", "100"], ["110", "0"], ["231", "100"], ["131", "-100"]);
  expect(values(curve)).toEqual([0, 0.1, 0.1, 0]);
  expect(values(curve, "end")).toEqual([0.1, 21 / 110, 0]);
});

test("a day that is not known is spanned by the next return, with what came in meanwhile", () => {
  const { returns, unknown } = curveReturns(points(["100", "100"], [undefined, "50"], ["165", "0"]));
  expect(unknown).toBe(1);
  expect(returns.map(({ value, fromNs, toNs }) => [value, fromNs, toNs])).toEqual([[0, -1n, DAY - 1n], [0.1, DAY - 1n, 3n * DAY - 1n]]);
});

test("where what came in is not known there is no return, and the next begins anew", () => {
  expect(values(points(["100", "100"], ["500", undefined], ["550", "0"]))).toEqual([0, 0.1]);
});

test("nothing at work makes no return, and is counted", () => {
  expect(curveReturns(points(["0", "0"], ["-5", "0"], ["95", "100"]))).toMatchObject({ returns: [{ value: 0 }], impossible: 1 });
  expect(curveReturns([]).hasCapital).toBe(false);
});

test("law: returns of a curve are those of the formula on its plain values, for either timing", () => {
  const day = fc.tuple(fc.integer({ min: 1_000, max: 9_000 }), fc.integer({ min: -400, max: 400 }));
  fc.assert(fc.property(fc.array(day, { minLength: 2, maxLength: 20 }), fc.constantFrom("start" as const, "end" as const), (days, timing) => {
    const curve = points(["5000", "5000"], ...days.map(([equity, flow]) => [`${equity}`, `${flow}`] as const));
    const returns = curveReturns(curve, timing).returns.slice(timing === "start" ? 1 : 0);
    const whole = returns.reduce((product, { value }) => product * (1 + value), 1) - 1;
    expect(whole).toBeCloseTo(timeWeightedReturn([5000, ...days.map(([equity]) => equity)], [0, ...days.map(([, flow]) => flow)], timing) as number, 9);
  }));
});

test("money-weighted: the rate at which what was put in becomes what there is; without flows it is the growth itself", () => {
  expect(moneyWeightedReturn([{ amount: 100, years: 0 }, { amount: 50, years: 1 }], 176, 2)).toBeCloseTo(0.1, 9); // 100 × 1.21 + 50 × 1.1
  expect(moneyWeightedReturn([{ amount: 100, years: 0 }], -5, 1)).toBe("not_applicable");
  expect(moneyWeightedReturn([], 5, 1)).toBe("too_few");
  const days = Array.from({ length: 731 }, (_, i): [string, string] => [`${100 + (21 * i) / 730}`, i === 0 ? "100" : "0"]);
  expect(curveMoneyWeighted(curveReturns(points(...days)).returns)).toBeCloseTo(1.21 ** (365.25 / 731) - 1, 6);
});

test("law: the money-weighted rate puts all flows at the end to what there is", () => {
  const flow = fc.record({ amount: fc.integer({ min: 1, max: 500 }), years: fc.double({ min: 0, max: 3, noNaN: true }) });
  fc.assert(fc.property(fc.array(flow, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 4000 }), (flows, end) => {
    const rate = moneyWeightedReturn(flows, end, 4);
    if (typeof rate !== "number") return;
    expect(flows.reduce((sum, { amount, years }) => sum + amount * (1 + rate) ** (4 - years), 0) / end).toBeCloseTo(1, 6);
  }));
});

test("a benchmark is joined on the interval of each return; an interval without a close at one end is dropped and counted", () => {
  const { returns } = curveReturns(points(["100", "100"], ["110", "0"], ["121", "0"], ["133.1", "0"]));
  const join = joinBenchmark(returns, { symbol: "SPY", days: [-1, 0, 1, 3], closes: [50, 50, 51, 60] });
  expect(join).toEqual({ symbol: "SPY", returns: [0, 0.1], benchmark: [0, 51 / 50 - 1], dropped: { noPriceAtStart: 1, noPriceAtEnd: 1 } });
});

test("an interval that begins within a day has no close where it begins: what the benchmark made that day is not beside it", () => {
  const [whole, part] = [points(["100", "100"], ["110", "0"]), points(["121", "0"])[0]!];
  const { returns } = curveReturns([...whole, { ...part, beginNs: 2n * DAY, endNs: 2n * DAY + 5n }, { ...part, beginNs: 2n * DAY + 6n, endNs: 3n * DAY - 1n }]);
  expect(joinBenchmark(returns.slice(1), { symbol: "SPY", days: [0, 1, 2], closes: [50, 51, 60] })).toMatchObject({ benchmark: [51 / 50 - 1, 60 / 51 - 1], dropped: { noPriceAtStart: 1, noPriceAtEnd: 0 } });
});
