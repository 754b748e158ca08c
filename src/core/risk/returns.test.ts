import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jointReturns, type PriceSeries, type ReturnsOptions } from "./index.ts";

const series = (symbol: string, closes: Readonly<Record<number, number>>): PriceSeries => ({ symbol, days: Int32Array.from(Object.keys(closes), Number), closes: Float64Array.from(Object.values(closes)) });
const read = (all: readonly PriceSeries[], options: ReturnsOptions) => {
  const { symbols, days, columns, missing, carried } = jointReturns(all, { leastDays: 1, ...options });
  return { days: [...days], columns: Object.fromEntries(symbols.map((symbol, i) => [symbol, Array.from(columns[i]!, (value) => Number(value.toFixed(6)))])), missing: Object.fromEntries(missing), carried: Object.fromEntries(carried) };
};

// 1970-01-01, day 0, was a Thursday: days 2 and 3 are a weekend.
const share = series("SHARE", { 0: 100, 1: 110, 4: 121, 5: 121 });
const coin = series("COIN", { 0: 10, 1: 20, 2: 30, 3: 30, 4: 40, 5: 20 });

describe("two calendars", () => {
  test("meet on exchange days: the coin's weekend is in its Monday", () => {
    expect(read([share, coin], {})).toEqual({ days: [1, 4, 5], columns: { SHARE: [0.1, 0.1, 0], COIN: [1, 1, -0.5] }, missing: {}, carried: {} });
  });

  test("meet every day: the share keeps its close over the weekend, and it is told how often", () => {
    expect(read([share, coin], { calendar: "every_day" })).toEqual({
      days: [1, 2, 3, 4, 5], columns: { SHARE: [0.1, 0, 0, 0.1, 0], COIN: [1, 0.5, 0, 0.333333, -0.5] }, missing: {}, carried: { SHARE: 2 },
    });
  });

  test("a day on which half of the exchanges rest is no exchange day", () => {
    const other = series("OTHER", { 0: 1, 1: 2, 5: 4 });
    expect(read([share, other], {})).toMatchObject({ days: [1, 5], columns: { SHARE: [0.1, 0.1], OTHER: [1, 1] }, missing: {} });
  });
});

describe("what is missing", () => {
  const gap = series("GAP", { 0: 10, 1: 11, 5: 12, 6: 18 });
  const full = [series("A", { 0: 1, 1: 2, 4: 4, 5: 8, 6: 4 }), series("B", { 0: 1, 1: 2, 4: 4, 5: 8, 6: 4 })];

  test("takes its days out, listwise, and is counted by name", () => {
    expect(read([...full, gap], {})).toMatchObject({ days: [1, 6], columns: { GAP: [0.1, 0.5] }, missing: { GAP: { count: 2, reason: "gaps" } } });
  });

  test("is NaN, pairwise", () => {
    expect(read([...full, gap], { missing: "pairwise" })).toMatchObject({ days: [1, 4, 5, 6], columns: { GAP: [0.1, Number.NaN, Number.NaN, 0.5], A: [1, 1, 1, -0.5] }, missing: { GAP: { count: 2, reason: "gaps" } } });
  });

  test("at the beginning is a late listing", () => {
    const late = series("LATE", { 5: 1, 6: 2 });
    expect(read([...full, late], {})).toMatchObject({ days: [6], missing: { LATE: { count: 3, reason: "listed_late" } } });
    expect(read([...full, late], { lookbackDays: 1 })).toMatchObject({ days: [6], missing: {} });
  });

  test("altogether leaves a symbol out, with the reason", () => {
    const [none, old, few] = [series("NONE", {}), series("OLD", { 0: 1, 1: 2, 4: 3 }), series("FEW", { 5: 1, 6: 2 })];
    expect(read([...full, none, old, few], { leastDays: 2, maxAgeDays: 1 })).toMatchObject({
      days: [1, 4, 5, 6], columns: { A: [1, 1, 1, -0.5] }, missing: { NONE: { count: 0, reason: "no_prices" }, OLD: { count: 2, reason: "stale" }, FEW: { count: 1, reason: "too_few" } },
    });
    expect(read([none], {})).toEqual({ days: [], columns: {}, missing: { NONE: { count: 0, reason: "no_prices" } }, carried: {} });
  });

  test("at the end ends the window for all, and is told", () => {
    const ended = series("ENDED", { 0: 1, 1: 2, 4: 3 });
    expect(read([...full, ended], {})).toMatchObject({ days: [1, 4], missing: { ENDED: { count: 2, reason: "ended" } } });
    expect(read([...full, ended], { missing: "pairwise" })).toMatchObject({ days: [1, 4, 5, 6], columns: { ENDED: [1, 0.5, Number.NaN, Number.NaN] }, missing: { ENDED: { count: 2, reason: "ended" } } });
  });

  test("after a day is not looked at", () => {
    expect(read(full, { untilDay: 4 })).toMatchObject({ days: [1, 4] });
  });
});

test("the last returns are taken, simple or log", () => {
  expect(read([coin], { lookbackDays: 2, kind: "log" })).toMatchObject({ days: [4, 5], columns: { COIN: [Number(Math.log(4 / 3).toFixed(6)), Number(Math.log(0.5).toFixed(6))] } });
});

test("listwise returns have no holes, and compound to the change of the closes between exchange days", () => {
  const anySeries = fc.array(fc.option(fc.double({ min: 1, max: 100, noNaN: true }), { freq: 6 }), { minLength: 30, maxLength: 60 });
  fc.assert(fc.property(fc.array(anySeries, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 40 }), fc.constantFrom("exchange_days" as const, "every_day" as const), (rows, lookbackDays, calendar) => {
    const all = rows.map((row, i) => series(`S${i}`, Object.fromEntries(row.flatMap((close, day) => (close === null ? [] : [[day, close]])))));
    const { days, columns, symbols } = jointReturns(all, { lookbackDays, calendar, leastDays: 1 });
    expect(days.length).toBeLessThanOrEqual(lookbackDays);
    columns.forEach((column, i) => {
      expect(column.length).toBe(days.length);
      const own = all.find(({ symbol }) => symbol === symbols[i])!;
      column.forEach((value, t) => {
        expect(Number.isFinite(value)).toBe(true);
        const at = own.days.indexOf(days[t]!);
        if (value !== 0) expect(own.closes.some((close) => Math.abs(own.closes[at]! / close - 1 - value) < 1e-12)).toBe(true);
      });
    });
  }));
});
