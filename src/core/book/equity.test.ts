import fc from "fast-check";
import { expect, test } from "vitest";
import { addDecimals, decimalOf, formatDecimal, zero, type Decimal } from "../num/index.ts";
import type { Fill } from "../model/index.ts";
import { anyStory, COIN_SYMBOLS, DOLLAR_SYMBOLS, told, type Step } from "../../../test/stories.ts";
import { text } from "./amounts.ts";
import { EquityPeriods, DAY_NS } from "./equity.ts";
import { pnlBy } from "./pnl.ts";

const day = (n: number) => BigInt(n) * DAY_NS;
const fill = (dayNumber: number, quantity: string, price: string, rest: Partial<Fill> = {}): Step => ({
  fill: { account: "a", venue: "x", symbol: "ACME", id: `${dayNumber}${quantity}${price}`, quantity: decimalOf(quantity), price: decimalOf(price), fee: zero, feeCurrency: "", time: { ns: day(dayNumber) + 5n, unit: "ns" }, venueType: "unknown", liquidity: "", strategy: "", signalId: "", ...rest },
});
const mark = (dayNumber: number, price: string, symbol = "ACME") => ({ venue: "", symbol, price, timeNs: day(dayNumber) + 7n });
const shown = (points: ReturnType<EquityPeriods["curve"]>) => points.map(({ beginNs, pnl, capital, flow, equity }) => [Number(beginNs / DAY_NS), text(pnl), text(capital), text(flow), text(equity)]);

test("each day is valued at its own marks; capital is no P&L; a day without anything is left out", () => {
  const periods = new EquityPeriods();
  const book = told([fill(1, "2", "100", { fee: decimalOf("1") }), fill(3, "-1", "120")], { watcher: periods, marks: [mark(1, "105"), mark(2, "90"), mark(3, "120"), mark(6, "130")] });
  book.fund({ account: "a", currency: "USD", amount: decimalOf("1000"), timeNs: day(0) });
  book.fund({ account: "a", currency: "USD", amount: decimalOf("-300"), timeNs: day(3) });
  expect(shown(periods.curve(book, { currency: "USD", untilNs: day(9) }))).toEqual([
    [0, "0", "1000", "1000", "1000"],
    [1, "9", "1000", "0", "1009"], // 2 × 5 − 1
    [2, "-21", "1000", "0", "979"],
    [3, "39", "700", "-300", "739"], // 20 + 20 − 1
    [6, "49", "700", "0", "749"],
  ]);
  expect(periods.curve(book, { currency: "USD", untilNs: day(2) })).toHaveLength(3);
  expect(periods.curve(book, { currency: "USD", untilNs: day(9), accounts: new Set(["b"]) })).toEqual([]);
});

test("a day on which only a rate is marked has its point: what was made in euros is worth more dollars; a rate that turns nothing has none", () => {
  const periods = new EquityPeriods();
  const euros = { symbol: "SAP/EUR", feeCurrency: "EUR" };
  const book = told([fill(1, "10", "100", euros)], { watcher: periods, marks: [mark(1, "110", "SAP/EUR"), mark(1, "1.1", "EUR/USD"), mark(2, "1.2", "EUR/USD"), mark(3, "150", "USD/JPY"), mark(4, "0.8", "USD/EUR")] });
  book.fund({ account: "a", currency: "USD", amount: decimalOf("1000"), timeNs: day(1) });
  expect(shown(periods.curve(book, { currency: "USD", untilNs: day(9) }))).toEqual([
    [1, "110", "1000", "1000", "1110"],
    [2, "120", "1000", "0", "1120"],
    [4, "120", "1000", "0", "1120"], // EUR/USD goes before USD/EUR
  ]);
  expect(shown(periods.curve(book, { currency: "EUR", untilNs: day(3) })).map(([at, pnl, capital]) => [at, pnl, capital])).toEqual([
    [1, "100", "909.090909090909090909"],
    [2, "100", "833.333333333333333333"],
  ]);
});

test("a cut makes two of its day: what came before it, at the marks of then, and what came from it on", () => {
  const cutNs = day(3) + 6n; // the fill of the third day is before it, its mark behind
  const periods = new EquityPeriods(DAY_NS, cutNs);
  const book = told([fill(1, "2", "100"), fill(3, "-1", "120"), fill(5, "1", "130")], { watcher: periods, marks: [mark(1, "105"), mark(3, "125"), mark(5, "130")] });
  const points = periods.curve(book, { currency: "USD", untilNs: day(9) });
  expect(points.map(({ beginNs, endNs, pnl }) => [beginNs, endNs, text(pnl)])).toEqual([
    [day(1), day(2) - 1n, "10"],
    [day(3), cutNs - 1n, "25"], // 20 realized, and 5 by the mark of the first day
    [cutNs, day(4) - 1n, "45"],
    [day(5), day(6) - 1n, "50"],
  ]);
  const quiet = new EquityPeriods(DAY_NS, day(4) + 6n); // nothing happens on that day: the cut has a point, for a span begins there
  expect(shown(quiet.curve(told([fill(1, "2", "100")], { watcher: quiet, marks: [mark(1, "105")] }), { currency: "USD", untilNs: day(9) })).map(([at]) => at)).toEqual([1, 4]);
  const whole = new EquityPeriods(DAY_NS, day(3));
  expect(whole.curve(told([fill(1, "2", "100")], { watcher: whole, marks: [mark(1, "105")] }), { currency: "USD", untilNs: day(9) })).toHaveLength(1);
});

test("a day that no mark values is unknown, with the symbol named, and the next one is known again", () => {
  const periods = new EquityPeriods();
  const book = told([fill(1, "2", "100"), fill(4, "-2", "110")], { watcher: periods, marks: [mark(2, "101")] });
  const points = periods.curve(book, { currency: "USD", untilNs: day(9) });
  expect(shown(points)).toEqual([[1, null, "0", "0", null], [2, "2", "0", "0", null], [4, "20", "0", "0", null]]);
  expect(points.map(({ unknown }) => unknown)).toEqual([["ACME"], [], []]);
});

test("a split restates the days before it, which stay worth what they were; an asset moved in is capital", () => {
  const periods = new EquityPeriods();
  const event = { id: "e", account: "a", venue: "x", symbol: "ACME" };
  const book = told(
    [fill(1, "2", "100"), { event: { ...event, type: "split", over: 4n, under: 1n, timeNs: day(2) } }, { event: { ...event, type: "moved", quantity: decimalOf("8"), cost: decimalOf("240"), timeNs: day(3) } }],
    { watcher: periods, marks: [mark(1, "110"), mark(2, "28"), mark(3, "31")] },
  );
  expect(shown(periods.curve(book, { currency: "USD", untilNs: day(9) }))).toEqual([
    [1, "20", "0", "0", null],
    [2, "24", "0", "0", null],
    [3, "56", "240", "240", "296"], // 16 × 31 − 200 − 240
  ]);
});

test("what is held goes on under a new name, and the days before stay under the old one", () => {
  const periods = new EquityPeriods();
  const book = told([fill(1, "2", "100"), { event: { id: "e", type: "renamed", symbol: "ACME", to: "NEWACME", timeNs: day(3) } }], { watcher: periods, marks: [mark(1, "101"), mark(2, "102"), mark(3, "103", "NEWACME")] });
  expect(shown(periods.curve(book, { currency: "USD", untilNs: day(9) })).map(([, pnl]) => pnl)).toEqual(["2", "4", "6"]);
});

test("law: the last point is the book's net P&L, to the last digit, whatever happened", () => {
  for (const symbols of [DOLLAR_SYMBOLS, COIN_SYMBOLS]) {
    fc.assert(
      fc.property(anyStory(symbols), fc.constantFrom(1n, 7n, 100n), (steps, seconds) => {
        const periods = new EquityPeriods(seconds * 1_000_000_000n);
        const book = told(steps, { watcher: periods });
        const currency = symbols === COIN_SYMBOLS ? "BTC" : "USD";
        const moment = { nowNs: 10n ** 15n };
        const [last] = periods.curve(book, { currency, untilNs: moment.nowNs }).slice(-1);
        const expected = pnlBy(book, "venue", moment, currency).total.net;
        if (last === undefined) return void expect(expected).toBe("0");
        if (last.pnl === undefined || expected === null) return void expect(text(last.pnl)).toBe(expected);
        const splits = steps.some((step) => "event" in step && step.event.type === "split");
        const off: Decimal = addDecimals(last.pnl, { ...decimalOf(expected), mantissa: -decimalOf(expected).mantissa });
        if (splits) expect(Math.abs(Number(formatDecimal(off)))).toBeLessThan(1e-9); // quotients that do not end
        else expect(formatDecimal(off)).toBe("0");
      }),
    );
  }
});
