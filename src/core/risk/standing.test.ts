import { expect, test } from "vitest";
import { decimalOf, zero } from "../num/index.ts";
import { DAY_NS, type EquityPoint } from "../book/index.ts";
import { standingOf } from "./standing.ts";

/** A point a day: net P&L so far, and capital so far. */
const days = (rows: readonly (readonly [pnl: string | undefined, capital: string])[], hasCapital = true): EquityPoint[] =>
  rows.map(([pnl, capital], i) => {
    const [of, put] = [pnl === undefined ? undefined : decimalOf(pnl), decimalOf(capital)];
    return { beginNs: BigInt(i) * DAY_NS, endNs: BigInt(i + 1) * DAY_NS - 1n, pnl: of, capital: put, flow: undefined, inKind: zero, equity: hasCapital && pnl !== undefined ? decimalOf(`${Number(pnl) + Number(capital)}`) : undefined, unknown: pnl === undefined ? ["ACME"] : [] };
  });

test("the deepest fall is money of P&L, and a part of equity compounded; one that is made good says so, with its days", () => {
  const found = standingOf(days([["0", "1000"], ["100", "1000"], ["-120", "1000"], ["50", "1000"], ["150", "1000"], ["95", "1000"]]));
  expect(found).toMatchObject({ equity: { value: decimalOf("1095") }, pnl: { value: decimalOf("95") }, dayPnl: { value: decimalOf("-55") }, durationDays: 3, recovered: true, unknownDays: 0 });
  expect(found.maxDrawdown).toEqual({ money: { value: decimalOf("220") }, fraction: { value: expect.closeTo(220 / 1100, 12) as number } });
  expect(found.drawdown).toEqual({ money: { value: decimalOf("55") }, fraction: { value: expect.closeTo(55 / 1150, 12) as number } });
});

test("capital that leaves is no loss, and capital that comes hides none", () => {
  const left = standingOf(days([["0", "1000"], ["0", "400"]]));
  expect(left.maxDrawdown).toEqual({ money: { value: decimalOf("0") }, fraction: { value: 0 } });
  const came = standingOf(days([["0", "1000"], ["-200", "3000"]])); // 200 of the 3,000 that worked that day
  expect(came.maxDrawdown.fraction.value).toBeCloseTo(200 / 3000, 12);
});

test("without capital money is told and parts of equity are not; a loss of all of it leaves no part to tell", () => {
  const none = standingOf(days([["0", "0"], ["-30", "0"]], false));
  expect(none).toMatchObject({ equity: { reason: "no_capital" }, maxDrawdown: { money: { value: decimalOf("30") }, fraction: { value: null, reason: "no_capital" } }, recovered: false, durationDays: 1 });
  expect(standingOf(days([["0", "100"], ["-150", "100"], ["-150", "100"]])).drawdown.fraction).toEqual({ value: null, reason: "no_equity" });
});

test("a loss from the first day on is a fall: nothing was lost before it", () => {
  expect(standingOf(days([["-40", "100"]])).maxDrawdown).toEqual({ money: { value: decimalOf("40") }, fraction: { value: 0.4 } });
});

test("days that no mark values are left out and counted; an unknown today leaves today's figures unknown", () => {
  expect(standingOf(days([["10", "100"], [undefined, "100"], ["5", "100"]]))).toMatchObject({ dayPnl: { value: decimalOf("-5") }, unknownDays: 1 });
  expect(standingOf(days([[undefined, "100"], [undefined, "100"], ["5", "100"]]))).toMatchObject({ pnl: { value: decimalOf("5") }, dayPnl: { value: undefined, reason: "no_mark_before_today" }, unknownDays: 2 });
  expect(standingOf(days([["10", "100"], [undefined, "100"]]))).toMatchObject({ pnl: { reason: "no_mark: ACME" }, drawdown: { fraction: { value: null } }, maxDrawdown: { money: { value: decimalOf("0") } } });
  expect(standingOf([])).toMatchObject({ equity: { reason: "no_history" }, durationDays: null });
});

test("an account that was emptied and filled again goes on from where it was", () => {
  const { drawdown, maxDrawdown } = standingOf(days([["0", "1000"], ["-100", "1000"], ["-100", "100"], ["-100", "100"], ["-100", "1100"], ["-200", "1100"]])); // −10 %, all out, again 1000 in, −10 %
  expect(drawdown.fraction.value).toBeCloseTo(0.19, 12);
  expect(maxDrawdown.fraction.value).toBeCloseTo(0.19, 12);
});
