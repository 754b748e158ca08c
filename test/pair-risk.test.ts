import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import type { RiskSettings } from "../src/server/index.ts";
import { Serving, type ServingOptions } from "./service-kit.ts";

const RISK: RiskSettings = { risk: { method: "historical_simulation", lookbackDays: 252, confidence: 0.95, horizonDays: 1 }, tripOn: new Set(["unhedged_exposure"]), coolDownNs: undefined, probes: 1, unknown: "refuse", refusalBurst: 5, quietNs: 1_000_000_000n, tickMs: 5 };
let serving: Serving;
afterEach(() => serving.close());
const begin = async (options: ServingOptions = {}) => (serving = await Serving.begin({ risk: RISK, ...options }));

const TIME = "2026-02-08T01:15:10Z";
const row = (more: object = {}) => ({
  id: "r1", pairId: "P1", arbType: "poly_yes_kalshi_no", kalshiMarket: "KXRAIN", kalshiSide: "no", kalshiPriceCents: "50", kalshiQuantity: "8", kalshiFeesCents: "14", polymarketMarket: "0xrain", polymarketSide: "yes",
  polymarketPriceCents: "45", polymarketQuantity: "10", polymarketFeesCents: "0", timestamp: TIME, ...more,
});
interface Check {
  readonly value: string | null;
  readonly limit: string | null;
  readonly breach: boolean | null;
}
const risk = async (query = "", headers?: Record<string, string>) => {
  const { checks, pairCapitalByMarket } = ((await serving.get(`/v1/risk${query}`, headers))[1] as unknown as { portfolio: { checks: Record<string, Check>; pairCapitalByMarket: unknown[] } }).portfolio;
  return { unhedged: checks["unhedgedExposure"], divergence: checks["divergenceLoss"], capital: checks["pairCapital"], markets: pairCapitalByMarket };
};
const put = async (limits: object) => expect((await fetch(`${serving.url}/v1/limits`, { method: "PUT", body: JSON.stringify(limits), headers: { "content-type": "application/json" } })).status).toBe(200);
const breaches = () => serving.service.read(({ folded }) => folded.risk.breaches().map(({ fact: { limit, scope, value, threshold } }) => [limit, scope, value, threshold].join(" ")).sort());
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await holds()) return;
    serving.clock.ns += 50_000_000n;
    await sleep(10);
  }
  throw new Error(`it never came to that ${what}`);
}

test("what pairs expose, what they lose where venues disagree and what a market holds are held against their limits, to the last cent", async () => {
  await begin();
  expect(await risk()).toMatchObject({ unhedged: { value: "0", limit: null, breach: false }, divergence: { value: "0" }, capital: { value: "0" }, markets: [] });
  await serving.post("/v1/pairs/fills", row());
  const markets = [{ venue: "polymarket", market: "0xrain", capital: "4.5" }, { venue: "kalshi", market: "KXRAIN", capital: "4.14" }];
  expect(await risk()).toMatchObject({ unhedged: { value: "0.9", breach: false }, divergence: { value: "8.64" }, capital: { value: "4.5" }, markets }); // two YES at 45; all that was paid, 14 cents of fees among it
  await put({ maxUnhedgedExposure: "0.9", maxDivergenceLoss: "8.64", maxPairCapital: "4.5" });
  expect(await risk()).toMatchObject({ unhedged: { limit: "0.9", breach: false }, divergence: { breach: false }, capital: { breach: false } }); // equal is none
  await put({ maxDivergenceLoss: "8.63", overrides: { venue: { kalshi: { maxPairCapital: "4.13" } } } });
  expect(await risk()).toMatchObject({ divergence: { breach: true }, capital: { value: "4.14", limit: "4.13", breach: true } });
  await until("both are facts", async () => (await breaches()).length === 2);
  expect(await breaches()).toEqual(["max_divergence_loss portfolio 8.64 8.63", "max_pair_capital market:kalshi/KXRAIN 4.14 4.13"]);
});

test("a breach of the unhedged trips the breaker where it is asked to, and ends once the hedge is complete", async () => {
  await begin();
  await put({ maxUnhedgedExposure: "0.5" });
  await serving.post("/v1/pairs/fills", row());
  await until("it is open", async () => ((await serving.get("/v1/breaker"))[1] as unknown as { state: string }).state === "open");
  expect((await serving.get("/v1/breaker"))[1]).toMatchObject({ by: "unhedged_exposure", reason: "max_unhedged_exposure of portfolio: 0.9 is more than 0.5" });
  await serving.post("/v1/pairs/fills", { id: "k9", pairId: "P1", venue: "kalshi", symbol: "KXRAIN", side: "buy", outcome: "no", quantity: "2", price: "0.51", fee: "0.04", timestamp: TIME });
  await until("the breach has ended", async () => (await breaches()).length === 0);
  expect((await risk()).unhedged).toMatchObject({ value: "0", breach: false });
});

test("once a venue has decided nothing is unhedged: what the other may still make of it is divergence", async () => {
  await begin();
  await serving.post("/v1/pairs/fills", row());
  expect((await serving.post("/v1/pairs/P1/settle", { venue: "kalshi", result: "no" }))[0]).toBe(200);
  expect(await risk()).toMatchObject({ unhedged: { value: "0" }, divergence: { value: "4.5" }, markets: [{ market: "0xrain", capital: "4.5" }] });
});

test("an account has limits of its own for the pairs that it filled, and a token bound to one sees these pairs alone", async () => {
  await begin();
  await serving.post("/v1/pairs/fills", [row({ account: "a" }), row({ id: "r2", pairId: "P2", account: "b", kalshiQuantity: "0", kalshiFeesCents: "0" })]);
  expect(await risk()).toMatchObject({ unhedged: { value: "5.4" }, divergence: { value: "13.14" }, capital: { value: "9" } });
  expect(await risk("?account=b")).toMatchObject({ unhedged: { value: "4.5" }, divergence: { value: "4.5" }, markets: [{ market: "0xrain", capital: "4.5" }] });
  await put({ overrides: { account: { b: { maxUnhedgedExposure: "4", maxPairCapital: "4.4" } } } });
  await until("they are facts", async () => (await breaches()).length === 2);
  expect(await breaches()).toEqual(["max_pair_capital account:b/market:polymarket/0xrain 4.5 4.4", "max_unhedged_exposure account:b 4.5 4"]);
});

test("in another currency than the dollar they need its rate, and without it are not known", async () => {
  await begin({ currency: "EUR" });
  await put({ maxUnhedgedExposure: "1" });
  await serving.post("/v1/pairs/fills", row());
  expect((await risk()).unhedged).toMatchObject({ value: null, breach: null, reason: "no_rate: USD" });
  await serving.post("/v1/marks", [{ symbol: "USD/EUR", price: "0.8" }]);
  expect((await risk()).unhedged).toMatchObject({ value: "0.72", breach: false });
});
