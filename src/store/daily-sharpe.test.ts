import fc from "fast-check";
import { expect, test } from "vitest";
import { sharpeRatio } from "../core/performance/index.ts";
import { DailySharpe } from "./daily-sharpe.ts";

const same = <T>(amount: T): T => amount;
const at = (day: number, equity: number, usd = "100") => ({ day, equity, capital: { USD: usd } });

test("the first return is against what was put in, a deposit is no gain, and the day at hand counts as it is", () => {
  const daily = new DailySharpe();
  expect(daily.take(at(0, 101), same, true)).toBeNull(); // one return: 1 %
  expect(daily.take(at(1, 207, "200"), same, true)).toBeCloseTo(sharpeRatio([0.01, 207 / 201 - 1]) as number, 9);
  expect(daily.take(at(2, 200, "200"), same, false)).toBeCloseTo(sharpeRatio([0.01, 207 / 201 - 1, 200 / 207 - 1]) as number, 9);
});

test("without capital, with one return, and where returns never vary, there is none", () => {
  expect(new DailySharpe().take(undefined, same, true)).toBeNull();
  const flat = new DailySharpe();
  expect([0, 1, 2, 3].map((day) => flat.take(at(day, 100), same, true))).toEqual([null, null, null, null]);
});

test("money that comes in another currency is worth what that is on its day", () => {
  const daily = new DailySharpe();
  daily.take({ day: 0, equity: 110, capital: { USD: "100" } }, same, true);
  const worth = (amount: { readonly mantissa: bigint; readonly digits: number }, currency: string) => (currency === "EUR" ? { ...amount, mantissa: amount.mantissa * 2n } : amount);
  expect(daily.take({ day: 1, equity: 129, capital: { USD: "100", EUR: "5" } }, worth, true)).toBeCloseTo(sharpeRatio([0.1, 129 / 120 - 1]) as number, 9);
});

test("it is the Sharpe ratio of the last samples of the days, however many there are in a day, and goes on from a state that was written down", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.double({ min: 50, max: 200, noNaN: true }), { minLength: 1, maxLength: 4 }), { minLength: 3, maxLength: 12 }), (days) => {
      let daily = new DailySharpe();
      let found: number | null = null;
      days.forEach((samples, day) => samples.forEach((equity) => {
        daily.take(at(day, 77), same, false); // written again later: nothing stays of it
        found = daily.take(at(day, equity), same, true);
        daily = new DailySharpe(JSON.parse(JSON.stringify(daily.state)) as typeof daily.state);
      }));
      const closes = days.map((samples) => samples.at(-1)!);
      const all = sharpeRatio(closes.map((close, i) => close / (closes[i - 1] ?? 100) - 1));
      if (typeof all === "number" && Math.abs(all) < 1e6) expect(found).toBeCloseTo(all, 6);
    }),
  );
});
