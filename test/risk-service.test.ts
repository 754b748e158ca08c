import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RiskSettings } from "../src/server/index.ts";
import { fillJson, Serving, type ServingOptions } from "./service-kit.ts";

const RISK: RiskSettings = { risk: { method: "historical_simulation", lookbackDays: 252, confidence: 0.95, horizonDays: 1 }, tripOn: new Set(["portfolio_var", "max_drawdown", "daily_loss"]), coolDownNs: undefined, probes: 1, unknown: "refuse", refusalBurst: 5, quietNs: 1_000_000_000n, tickMs: 5 };

let dataDir: string;
let serving: Serving;
beforeEach(() => void (dataDir = mkdtempSync(join(tmpdir(), "fillbook-risk-"))));
afterEach(async () => {
  await serving.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function begin(options: ServingOptions = {}): Promise<void> {
  serving = await Serving.begin({ dataDir, risk: RISK, ...options });
}

/** Closes of the days before the clock of the service: BTC swings by 2 %, ETH by 2 % the other way every third day. */
function closes(): object[] {
  const end = Math.floor(Number(serving.clock.ns / 86_400_000_000_000n));
  return Array.from({ length: 300 }, (_, i) => end - 300 + i).flatMap((day, i) => {
    const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
    return [{ date, symbol: "BTC/USD", close: i % 2 === 0 ? "60000" : "58800" }, { date, symbol: "ETH/USD", close: i % 3 === 0 ? "3000" : "3060" }];
  });
}

type Json = Record<string, unknown> & { readonly portfolio: { readonly var: number | null; readonly equity: string; readonly checks: Record<string, { breach: boolean | null }> }; readonly breaker: { readonly state: string; readonly reason: string | null }; readonly allowed: boolean; readonly breaches: { readonly limit: string; readonly scope: string }[]; readonly positions: { readonly symbol: string }[] };
const get = async (path: string, headers?: Record<string, string>) => (await serving.get(path, headers)) as unknown as [number, Json];
const check = async (side: "buy" | "sell", quantity: string, more: object = {}) => ((await serving.post("/v1/check", { symbol: "BTC/USD", venue: "kraken", side, quantity, price: "60000", ...more })) as unknown as [number, Json])[1];

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await holds()) return;
    serving.clock.ns += 50_000_000n;
    await sleep(10);
  }
  throw new Error("it never came to that");
}
const breakerIs = (state: string) => until(async () => (await get("/v1/breaker"))[1]["state"] === state);

/** A book of 1 BTC and 10 ETH at their marks, with closes, capital and limits that leave room. */
async function desk(): Promise<void> {
  const at = { timestamp: "2024-07-03T08:00:00Z" };
  await serving.post("/v1/prices", closes());
  await serving.post("/v1/events", [{ type: "deposit", currency: "USD", amount: "200000", ...at }]);
  await serving.post("/v1/fills", [fillJson("b1", { symbol: "BTC/USD", side: "buy", quantity: "1", price: "60000", ...at }), fillJson("e1", { symbol: "ETH/USD", side: "buy", quantity: "10", price: "3000", ...at })]);
  await serving.post("/v1/marks", [{ symbol: "BTC/USD", price: "60000" }, { symbol: "ETH/USD", price: "3000" }]);
  await put({ concentrationLimit: "1", maxPositionValue: "500000", maxCorrelationRisk: "1", maxVar: "50000" });
}
async function put(limits: object): Promise<void> {
  const answer = await fetch(`${serving.url}/v1/limits`, { method: "PUT", body: JSON.stringify(limits), headers: { "content-type": "application/json" } });
  expect(answer.status).toBe(200);
}

test("breach, trip, refusal, restart and reset: while the breaker is open only what makes a position smaller passes, and a restart leaves it open", async () => {
  await begin();
  await desk();
  const [, risk] = await get("/v1/risk");
  expect(risk).toMatchObject({ method: "historical_simulation", observations: 252, portfolio: { equity: "200000", var: expect.closeTo(1788.24, 2) as number, checks: { portfolioVar: { breach: false } } }, breaker: { state: "closed" } });
  expect(await check("buy", "1")).toMatchObject({ allowed: true, breaches: [], after: { quantity: "2" } });

  expect(await serving.post("/v1/check", {})).toMatchObject([400, { detail: "venue: is missing" }]);
  expect(await serving.post("/v1/check", { venue: "kraken", quantity: 1 })).toMatchObject([400, { detail: "symbol: is missing" }]);
  expect(await serving.post("/v1/check", { venue: "kraken", symbol: "NEW", side: "buy", quantity: 1 })).toMatchObject([400, { detail: "price: is missing, and NEW has no fresh mark on kraken" }]);
  await put({ maxPortfolioVar: "1000" });
  await breakerIs("open");
  expect((await get("/v1/breaker"))[1]).toMatchObject({ by: "portfolio_var", who: "fillbook", reason: expect.stringMatching(/max_portfolio_var of portfolio: 1\d\d\d.* is more than 1000/) as string });
  expect(await check("buy", "0.1")).toMatchObject({ allowed: false, effect: "increases", breaches: [{ limit: "max_portfolio_var", scope: "portfolio" }, { limit: "breaker" }] });
  expect(await check("sell", "0.5")).toMatchObject({ allowed: true, effect: "reduces", after: { quantity: "0.5" } });
  expect(await check("sell", "1.5")).toMatchObject({ allowed: false, effect: "increases" }); // a flip is no reduction
  expect((await get("/v1/positions/BTC%2FUSD"))[1].positions).toMatchObject([{ quantity: "1" }]); // nothing was booked

  await serving.close();
  await begin();
  expect((await get("/v1/risk"))[1].breaker.state).toBe("open");
  await put({ maxPortfolioVar: "20000" });
  await sleep(50);
  expect((await get("/v1/breaker"))[1]["state"]).toBe("open"); // without a cool-down only somebody closes it
  expect((await serving.post("/v1/breaker/reset", { why: "hedged" }))[0]).toBe(200);
  expect(await check("buy", "0.1")).toMatchObject({ allowed: true, breaches: [] });
});

test("after the cool-down it is half open: so many probes pass, and then none; a breach opens it again, and peace closes it", async () => {
  await begin({ risk: { ...RISK, coolDownNs: 2_000_000_000n } });
  await desk();
  await serving.post("/v1/breaker/trip", { why: "by hand" });
  expect(await check("buy", "0.1")).toMatchObject({ allowed: false });
  await breakerIs("half_open");
  expect((await check("buy", "0.1")).allowed).toBe(true);
  expect(await check("buy", "0.1")).toMatchObject({ allowed: false, breaches: [{ limit: "breaker", reason: expect.stringMatching(/1 of 1 probes is used/) as string }] });
  expect((await check("sell", "0.1")).allowed).toBe(true);
  await put({ maxPortfolioVar: "1000" });
  await breakerIs("open");
  await put({ maxPortfolioVar: "20000" });
  await breakerIs("closed");
});

test("a day's loss trips it, of marks alone; a loss of the day before does not", async () => {
  await begin();
  await desk();
  await put({ maxDailyLoss: "5000" });
  await sleep(60);
  expect((await get("/v1/breaker"))[1]["state"]).toBe("closed");
  await serving.post("/v1/marks", [{ symbol: "BTC/USD", price: "54000" }]);
  await breakerIs("open");
  expect((await get("/v1/risk"))[1].portfolio).toMatchObject({ dayPnl: "-6000", maxDrawdown: "6000", maxDrawdownPct: expect.closeTo(3, 9) as number, checks: { dailyLoss: { value: "6000", limit: "5000", breach: true }, drawdown: { value: expect.closeTo(0.03, 12) as number, breach: false } } });
  serving.clock.ns += 86_400_000_000_000n;
  await serving.post("/v1/marks", [{ symbol: "BTC/USD", price: "54000" }, { symbol: "ETH/USD", price: "3000" }]);
  await expect.poll(async () => (await get("/v1/risk"))[1].portfolio).toMatchObject({ dayPnl: "0", maxDrawdown: "6000", checks: { dailyLoss: { breach: false } } });
});

test("what is not known refuses an order that increases, and no breaker is tripped by it; `allow` lets it pass", async () => {
  await begin();
  const at = { timestamp: "2024-07-03T08:00:00Z" };
  await serving.post("/v1/fills", [fillJson("b1", { symbol: "BTC/USD", side: "buy", quantity: "1", price: "60000", ...at })]);
  await put({ concentrationLimit: null });
  const unknown = await check("buy", "0.1");
  expect(unknown.allowed).toBe(false);
  expect(unknown.breaches).toEqual(expect.arrayContaining([{ limit: "max_portfolio_var", scope: "portfolio", value: null, threshold: 20000, reason: "no_mark: BTC/USD" }]));
  expect((await check("sell", "0.1")).allowed).toBe(true);
  expect((await get("/v1/risk"))[1]).toMatchObject({ portfolio: { var: null, reason: "no_mark: BTC/USD", checks: { portfolioVar: { value: null, breach: null } } }, breaker: { state: "closed" } });
  await serving.close();
  await begin({ risk: { ...RISK, unknown: "allow" } });
  expect((await check("buy", "0.1")).allowed).toBe(true);
});

test("an order is held against the rate and size of its account, and limits of its account, its venue and its strategy", async () => {
  await begin();
  await desk();
  await put({ maxOrderValue: "20000", maxOrderRate: "2", overrides: { account: { main: { maxGrossExposure: "95000" } }, strategy: { slow: { maxOrderValue: "1000" } }, venue: { kraken: { maxGrossExposure: "92000" } } } });
  const breaches = async (quantity: string, more: object) => (await check("buy", quantity, more)).breaches.map(({ limit, scope }) => `${limit} ${scope}`);
  expect(await breaches("0.4", { account: "other" })).toEqual(["max_order_value order", "max_gross_exposure venue:kraken"]);
  expect(await breaches("0.02", { account: "other", strategy: "slow" })).toEqual(["max_order_value order"]);
  for (const allowed of [true, true, false]) expect((await check("buy", "0.001", { account: "other" })).allowed).toBe(allowed);
  expect(await breaches("0.001", { account: "other" })).toEqual(["max_order_rate account:other"]);
});

test("risk by strategy is that of the open lots, whoever sold; other conventions are computed for the one who asks", async () => {
  await begin();
  await desk();
  const at = { timestamp: "2024-07-03T08:30:00Z", symbol: "BTC/USD", price: "60000" };
  await serving.post("/v1/fills", [fillJson("b2", { ...at, side: "buy", quantity: "1", strategy: "trend" }), fillJson("b3", { ...at, side: "sell", quantity: "1.5", strategy: "trend" })]);
  const [, risk] = await get("/v1/risk?by=strategy&method=parametric&confidence=0.99&horizon=10");
  const groups = risk["groups"] as { key: string; exposure: string; componentVar: number }[];
  expect([risk["method"], risk["confidence"], risk["horizonDays"], groups.map(({ key, exposure }) => [key, exposure])]).toEqual(["parametric", 0.99, 10, [["", "30000"], ["trend", "30000"]]]);
  expect(groups.reduce((sum, { componentVar }) => sum + componentVar, 0)).toBeCloseTo(risk.portfolio.var!, 8);
});

test("stale marks and a burst of refusals trip it where it is configured so", async () => {
  await begin({ marksMaxAgeNs: 60_000_000_000n, risk: { ...RISK, tripOn: new Set(["stale_marks"]) } });
  await desk();
  await sleep(60);
  expect((await get("/v1/breaker"))[1]["state"]).toBe("closed");
  serving.clock.ns += 61_000_000_000n;
  await breakerIs("open");
  expect((await get("/v1/breaker"))[1]).toMatchObject({ by: "stale_marks" });
  await serving.close();
  await begin({ risk: { ...RISK, tripOn: new Set(["refusal_burst"]) } });
  await serving.post("/v1/breaker/reset", { why: "marks are back" });
  await serving.post("/v1/fills", Array.from({ length: 6 }, (_, i) => fillJson(`bad${i}`, { quantity: "0" })));
  await breakerIs("open");
});

test("a token that is bound to accounts sees their risk alone, and may ask about orders of theirs alone", async () => {
  await begin({ tokens: [{ name: "all", scopes: ["read", "write", "admin"] }, { name: "one", scopes: ["read"], accounts: ["main"] }] });
  const all = serving.bearer("all");
  const at = { timestamp: "2024-07-03T08:00:00Z", symbol: "BTC/USD", side: "buy", price: "60000" };
  await serving.post("/v1/fills", [fillJson("b1", { ...at, account: "main", quantity: "1" }), fillJson("b2", { ...at, account: "secret", quantity: "3" })], all);
  await serving.post("/v1/marks", [{ symbol: "BTC/USD", price: "60000" }], all);
  const [status, own] = await get("/v1/risk?by=account", serving.bearer("one"));
  expect([status, own]).toMatchObject([200, { positions: [{ account: "main", exposure: "60000" }], portfolio: { grossExposure: "60000" }, groups: [{ key: "main" }] }]);
  expect(JSON.stringify(own)).not.toContain("secret");
  expect((await get("/v1/risk?account=secret", serving.bearer("one")))[0]).toBe(403);
  const order = { symbol: "BTC/USD", venue: "kraken", side: "buy", quantity: "1", price: "60000" };
  expect((await serving.post("/v1/check", { ...order, account: "secret" }, serving.bearer("one")))[0]).toBe(403);
  const [, answer] = await serving.post("/v1/check", { ...order, account: "main" }, serving.bearer("one"));
  expect(answer).toMatchObject({ allowed: false, var: { before: null, after: null }, after: { account: "main", quantity: "2" } });
  expect((await get("/v1/risk/stress?scenario=all_down_10", serving.bearer("one")))[1]).toMatchObject({ scenarios: [{ pnl: -6000 }] });
});

test.each([
  ["no price and no mark", { price: undefined, symbol: "DOGE/USD" }, /price: is missing/], ["a number", { quantity: 1.5 }, undefined], ["a slip", { qty: "1" }, /"qty" is no key of an order/],
  ["nothing to do", { quantity: "0" }, /moves nothing/], ["no side", { side: "hold" }, /neither buy nor sell/],
])("an order with %s", async (_, more, says) => {
  await begin();
  const [status, answer] = await serving.post("/v1/check", { symbol: "BTC/USD", venue: "kraken", side: "buy", quantity: "1", price: "60000", ...more });
  expect([status, says === undefined ? undefined : (answer as unknown as { detail: string }).detail]).toEqual([says === undefined ? 200 : 400, says === undefined ? undefined : expect.stringMatching(says)]);
});

test("orders that are asked about at once are counted one after the other, and each is counted", async () => {
  await begin();
  await desk();
  await put({ maxOrderRate: "3" });
  const answers = await Promise.all(Array.from({ length: 8 }, () => check("buy", "0.001")));
  expect(answers.filter(({ allowed }) => allowed)).toHaveLength(3);
  expect((await check("buy", "0.001")).breaches).toMatchObject([{ limit: "max_order_rate", value: 4 }]);
});

test("of orders that are asked about at once as many pass as there are probes", async () => {
  await begin({ risk: { ...RISK, coolDownNs: 100_000_000_000n, probes: 2 } });
  await desk();
  await serving.post("/v1/breaker/trip", { why: "by hand" });
  serving.clock.ns += 100_000_000_000n;
  await breakerIs("half_open");
  const answers = await Promise.all(Array.from({ length: 6 }, () => check("buy", "0.001")));
  expect(answers.filter(({ allowed }) => allowed)).toHaveLength(2);
  expect((await get("/v1/breaker"))[1]).toMatchObject({ state: "half_open", probesUsed: 2 });
});

test("a breach that is quiet for a moment keeps the breaker open: coming back it would begin no second time", async () => {
  await begin({ risk: { ...RISK, coolDownNs: 1_000_000_000n, quietNs: 3_600_000_000_000n } });
  await desk();
  await put({ maxPortfolioVar: "1000" });
  await breakerIs("open");
  await put({ maxPortfolioVar: "20000" });
  serving.clock.ns += 10_000_000_000n;
  await sleep(100);
  expect((await get("/v1/breaker"))[1]["state"]).toBe("open");
  serving.clock.ns += 3_600_000_000_000n;
  await breakerIs("half_open");
});

test("what a token of one account is told of limits does not tell how much others hold", async () => {
  await begin({ tokens: [{ name: "all", scopes: ["read", "write", "admin"] }, { name: "one", scopes: ["read"], accounts: ["main"] }] });
  const all = serving.bearer("all");
  const at = { timestamp: "2024-07-03T08:00:00Z", symbol: "BTC/USD", side: "buy", price: "60000" };
  await serving.post("/v1/prices", closes(), all);
  await serving.post("/v1/events", [{ type: "deposit", currency: "USD", amount: "1000000", ...at }], all);
  await serving.post("/v1/fills", [fillJson("b1", { ...at, account: "main", quantity: "1" }), fillJson("b2", { ...at, account: "secret", quantity: "3" })], all);
  await serving.post("/v1/marks", [{ symbol: "BTC/USD", price: "60000" }], all);
  await fetch(`${serving.url}/v1/limits`, { method: "PUT", body: JSON.stringify({ overrides: { venue: { kraken: { maxGrossExposure: "1", maxPortfolioVar: "1" } } } }), headers: { "content-type": "application/json", ...all } });
  const [, answer] = (await serving.post("/v1/check", { symbol: "BTC/USD", venue: "kraken", side: "buy", quantity: "1", price: "60000", account: "main" }, serving.bearer("one"))) as unknown as [number, { breaches: { limit: string; scope: string; value: unknown }[] }];
  expect(answer.breaches.filter(({ limit, scope }) => limit === "concentration_limit" || scope.startsWith("venue:")).map(({ value }) => value)).toEqual([null, null, null]);
  expect(JSON.stringify(answer)).not.toMatch(/300000|0\.4\b/); // all of kraken, main's share of it
});

test("a mark of yesterday that comes after midnight is yesterday's: it is no loss of today", async () => {
  await begin();
  await desk();
  serving.clock.ns += 86_400_000_000_000n;
  const today = new Date(Number(serving.clock.ns / 1_000_000n)).toISOString().slice(0, 10);
  const yesterday = new Date(Number(serving.clock.ns / 1_000_000n) - 86_400_000).toISOString().slice(0, 10);
  await get("/v1/risk"); // the day that is over has been folded
  await serving.post("/v1/marks", [{ symbol: "BTC/USD", price: "54000", timestamp: `${yesterday}T23:59:59Z` }]);
  await serving.post("/v1/marks", [{ symbol: "BTC/USD", price: "53000", timestamp: `${today}T00:00:01Z` }]);
  await expect.poll(async () => (await get("/v1/risk"))[1].portfolio).toMatchObject({ dayPnl: "-1000", maxDrawdown: "7000" }); // a fold of days that takes long is not waited for
});
