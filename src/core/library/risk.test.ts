import { expect, test } from "vitest";
import { Book } from "./book.ts";
import { price, quantity } from "./amounts.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 0, 5, 12);

function desk(): Book {
  const book = new Book({ now: () => new Date(NOW_MS), onListenerError: (error) => { throw error; } });
  const days = Array.from({ length: 200 }, (_, i) => new Date(Date.UTC(2026, 0, 4) - (199 - i) * DAY_MS));
  book.closes("BTC/USD", days.map((day, i) => [day, i % 2 === 0 ? "60000" : "58800"] as const));
  book.closes("ETH/USD", days.map((day, i) => [day, i % 3 === 0 ? 3000 : 3060] as const));
  book.event({ type: "deposit", currency: "USD", amount: "200000" as never, timestamp: new Date(NOW_MS - DAY_MS) });
  book.setLimits({ concentrationLimit: null, maxCorrelationRisk: null, maxPositionValue: 500_000, maxVar: null });
  book.apply({ id: "1", venue: "x", symbol: "BTC/USD", side: "buy", quantity: quantity("1"), price: price("60000"), timestamp: new Date(NOW_MS) });
  book.mark({ symbol: "BTC/USD", price: price("60000") });
  book.mark({ symbol: "ETH/USD", price: price("3000") });
  return book;
}
const order = { venue: "x", symbol: "BTC/USD", side: "buy", quantity: quantity("1") } as const;

test("a program asks what an order would do, in the names of the service, and nothing is booked", () => {
  const book = desk();
  expect(book.check(order)).toMatchObject({ allowed: true, breaches: [], effect: "increases", after: { quantity: "2", avgPrice: "60000" }, var: { before: expect.closeTo(1200, 2) as number, after: expect.closeTo(2400, 2) as number } });
  expect(book.position("default", "BTC/USD")?.quantity).toBe("1");
  book.setLimits({ maxPortfolioVar: "2000" });
  expect(book.check(order)).toMatchObject({ allowed: false, breaches: [{ limit: "max_portfolio_var", scope: "portfolio", threshold: 2000 }] });
  expect(book.check({ ...order, symbol: "ETH/USD", price: price("3000") })).toMatchObject({ allowed: true, var: { before: expect.closeTo(1200, 2) as number } });
  expect(book.check({ ...order, quantity: "0" as never })).toMatchObject({ status: "refused", field: "quantity" });
  expect(book.setLimits({ maxPortfolioVar: "-1" })).toMatchObject({ status: "refused", field: "maxPortfolioVar" });
  expect(() => book.setLimits({ maxPortfolioVra: "1" } as never)).toThrow(/no limit: they are maxPositionValue/);
});

test("risk follows fills, marks and events, and conventions that are asked for", () => {
  const book = desk();
  const before = book.risk();
  expect(before).toMatchObject({ method: "historical_simulation", portfolio: { equity: "200000", dayPnl: "0", checks: { portfolioVar: { limit: 20000, breach: false } } }, positions: [{ symbol: "BTC/USD" }] });
  book.setLive({ symbol: "BTC/USD", price: price("54000") });
  expect(book.risk().portfolio).toMatchObject({ equity: "194000", dayPnl: "-6000", maxDrawdown: "6000", var: expect.closeTo(before.portfolio.var! * 0.9, 6) as number });
  book.apply({ id: "2", venue: "y", symbol: "BTC/USD", side: "sell", quantity: quantity("1"), price: price("54000"), timestamp: new Date(NOW_MS) });
  expect(book.risk({ method: "parametric", confidence: 0.99 })).toMatchObject({ confidence: 0.99, portfolio: { var: 0, grossExposure: "108000", netExposure: "0" }, venues: [{ venue: "x", heldThere: "54000" }, { venue: "y", heldThere: "0" }] });
  book.event({ type: "bust", venue: "y", symbol: "BTC/USD", fill: "2" });
  expect(book.risk().portfolio.grossExposure).toBe("54000");
});

test("while the breaker is open only what makes a position smaller passes", () => {
  const book = desk();
  expect(book.breaker("trip", "fire drill").status).toBe("accepted");
  expect(book.check(order)).toMatchObject({ allowed: false, breaches: [{ limit: "breaker", reason: expect.stringMatching(/fire drill/) as string }] });
  expect(book.check({ ...order, side: "sell" })).toMatchObject({ allowed: true, after: { quantity: "0" } });
  book.breaker("reset", "over");
  expect(book.check(order)).toMatchObject({ allowed: true });
});

test("closes that are none say which and why", () => {
  const book = desk();
  expect(() => book.closes("BTC/USD", [["2026-01-02", "-1"]])).toThrow(/closes: BTC\/USD, 2026-01-02: /);
  expect(book.closes("BTC/USD", [["2025-12-30", "60000"], ["2025-12-30", "1"]])).toBeGreaterThan(0);
});

test("spot and a perpetual of one name are two positions: an order for one takes the other for nothing it would reduce", () => {
  const book = desk();
  book.define({ venue: "y", symbol: "BTC/USD", kind: "perpetual", base: "BTC", quote: "USD", settle: "USD", multiplier: "0.1" } as never);
  const short = { ...order, venue: "y", side: "sell", quantity: quantity("5") } as const; // half a BTC
  expect(book.check(short)).toMatchObject({ effect: "increases", after: { quantity: "-5" }, var: { before: expect.closeTo(1200, 2) as number, after: expect.closeTo(600, 2) as number } });
  book.apply({ id: "2", venue: "y", symbol: "BTC/USD", side: "sell", quantity: quantity("5"), price: price("60000"), timestamp: new Date(NOW_MS) });
  book.setLimits({ maxGrossExposure: 100_000 });
  const answer = book.check({ ...short, quantity: quantity("4") });
  expect(answer).toMatchObject({ effect: "increases", breaches: [{ limit: "max_gross_exposure", value: "114000" }] }); // 60,000 of spot, and 9 contracts
  expect(book.check({ ...short, side: "buy", quantity: quantity("5") })).toMatchObject({ effect: "reduces", after: { quantity: "0" } });
});

test("capital in another currency is worth what it is now, not what it was when the journal was folded last", () => {
  const book = desk();
  book.mark({ symbol: "EUR/USD", price: price("1.10"), timestamp: new Date(NOW_MS - 2 * DAY_MS) });
  book.event({ type: "deposit", currency: "EUR", amount: "100000" as never, timestamp: new Date(NOW_MS - DAY_MS) });
  expect(book.risk().portfolio.equity).toBe("310000");
  book.setLive({ symbol: "EUR/USD", price: price("1.20") });
  expect(book.risk().portfolio).toMatchObject({ equity: "320000", dayPnl: "0" });
});

test("an answer says of which days its returns are", () => {
  expect(desk().risk()).toMatchObject({ observations: 199, window: { from: "2025-06-20", to: "2026-01-04" } });
});
