import { expect, test } from "vitest";
import { Deviations } from "./deviation.ts";

test("a market that moves by a thousandth each second has that deviation, one that stands still none, and one that is new is not known", () => {
  const deviations = new Deviations();
  for (let second = 0; second <= 60; second += 1) {
    deviations.take("swings", second % 2 === 0 ? 100 : 100 * Math.exp(0.001), second * 1e6);
    deviations.take("stands", 100, second * 1e6);
    if (second < 30) deviations.take("new", 100 + second, second * 1e6);
  }
  expect(deviations.perSecond("swings")).toBeCloseTo(0.001, 12);
  expect(deviations.perSecond("stands")).toBe(0);
  expect([deviations.perSecond("new"), deviations.perSecond("unheard of")]).toEqual([undefined, undefined]);
});

test("prices within a second count once, spans of four seconds as four times the variance, and prices that are none not at all", () => {
  const often = new Deviations();
  const seldom = new Deviations();
  for (let second = 0; second <= 240; second += 1) {
    const price = second % 8 < 4 ? 100 : 100 * Math.exp(0.002);
    for (const part of [0, 0.3, 0.6]) often.take("m", part === 0 ? price : 1, (second + part) * 1e6);
    if (second % 4 === 0) seldom.take("m", price, second * 1e6);
    often.take("m", 0, (second + 0.9) * 1e6);
  }
  expect(seldom.perSecond("m")).toBeCloseTo(0.001, 12); // 0.002 in four seconds
  expect(often.perSecond("m")! / seldom.perSecond("m")!).toBeGreaterThan(0.8);
  expect(often.perSecond("m")! / seldom.perSecond("m")!).toBeLessThan(1.2);
});
