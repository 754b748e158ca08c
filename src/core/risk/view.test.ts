import { expect, test } from "vitest";
import { Book } from "../book/index.ts";
import { PriceHistory } from "../market/index.ts";
import { readFillRow, type Fill } from "../model/index.ts";
import { RiskDesk, riskView, riskViewSteps, type DeskState } from "./index.ts";
import { NEVER_TRIPPED } from "./breaker.ts";

const POSITIONS = 250;
const symbolOf = (i: number) => `S${i}/USD`;
const head = { seq: 7, currency: "USD", by: "account", tellsWhy: true } as const;
const moment = { nowNs: 1_767_225_600_000_000_000n, maxAgeNs: undefined, withoutLots: true };

function fillOf(i: number): Fill {
  const read = readFillRow({ id: `${i}`, account: i % 2 === 0 ? "a" : "b", venue: "x", symbol: symbolOf(i), side: i % 3 === 0 ? "sell" : "buy", quantity: `${1 + (i % 9)}`, price: "100", timestamp: "2025-12-31T00:00:00Z" }, { signed: false, autoId: false });
  if (!("fill" in read)) throw new Error(read.reason);
  return read.fill;
}

test("what is looked at in steps is of the moment at which it was asked for, whatever comes between them", () => {
  const book = new Book({ currency: "USD" });
  const mark = (i: number, price: string) => book.marks.setLive({ venue: "", symbol: symbolOf(i), price, timeNs: moment.nowNs });
  for (let i = 0; i < POSITIONS; i += 1) {
    book.applyFill(fillOf(i));
    mark(i, "101");
  }
  const prices = new PriceHistory();
  for (let i = 0; i < POSITIONS; i += 1) prices.take({ symbol: symbolOf(i), days: Array.from({ length: 60 }, (_, day) => 20_400 + day), closes: Array.from({ length: 60 }, (_, day) => `${100 + ((day * (i + 3)) % 7)}`) });
  const state: DeskState = { book, prices, limits: { limits: {} }, breaker: NEVER_TRIPPED, pairs: () => [] };
  const desk = new RiskDesk({ method: "historical_simulation", lookbackDays: 252 }, "USD");
  desk.setHistory(() => []);
  desk.touch(book);
  const expected = riskView(desk, state, moment, head);
  expect(expected.positions).toHaveLength(POSITIONS);
  const steps = riskViewSteps(desk, state, moment, head);
  for (let count = 0; ; count += 1) {
    mark(count, "250");
    desk.touch(book);
    desk.exposures(moment);
    const step = steps.next();
    if (step.done !== true) continue;
    expect(count).toBeGreaterThan(2);
    expect(step.value).toEqual(expected);
    break;
  }
  expect(riskView(desk, state, moment, head)).not.toEqual(expected);
});
