import { afterEach, beforeEach, expect, test } from "vitest";
import { fillJson, Serving, type ServingOptions } from "../../test/service-kit.ts";

let serving: Serving;
const begin = async (options: ServingOptions = {}) => void (serving = await Serving.begin(options));
beforeEach(() => begin());
afterEach(() => serving.close());

/** Closes of the 300 days before the service's clock. */
function closes(): object[] {
  const end = Math.floor(Number(serving.clock.ns / 86_400_000_000_000n));
  return Array.from({ length: 300 }, (_, i) => ({ date: new Date((end - 300 + i) * 86_400_000).toISOString().slice(0, 10), symbol: "BTC/USD", close: (60_000 + 900 * Math.sin(i * 1.1)).toFixed(2) }));
}
const fill = (id: string, account: string, quantity: string) => fillJson(id, { account, symbol: "BTC/USD", quantity, price: "60000", timestamp: "2024-07-03T08:00:00Z" });

interface Study {
  readonly methods: readonly { readonly method: string; readonly var: number | null; readonly reason: string | null }[];
  readonly correlation: { readonly exposures: readonly number[] };
  readonly backtest: { readonly window: number; readonly days: readonly string[]; readonly reason: string | null };
}
const study = async (query = "", headers = {}) => (await serving.get(`/v1/risk/study${query}`, headers)) as unknown as [number, Study];

test("a study is of what is held now: its VaR is that of GET /v1/risk, and it follows a fill", async () => {
  await serving.post("/v1/prices", closes());
  await serving.post("/v1/fills", fill("1", "main", "1"));
  await serving.post("/v1/marks", { symbol: "BTC/USD", price: "60000" });
  const [, risk] = (await serving.get("/v1/risk")) as unknown as [number, { portfolio: { var: number } }];
  const [status, found] = await study();
  expect([status, found]).toMatchObject([200, { method: "historical_simulation", confidence: 0.95, horizonDays: 1, lookbackDays: 252, currency: "USD", correlation: { symbols: ["BTC/USD"], values: [[1]] }, backtest: { window: 252, returns: 299, reason: null } }]);
  expect(found.methods.find(({ method }) => method === "historical_simulation")!.var).toBe(risk.portfolio.var);
  expect(found.backtest.days.length).toBe(47);
  expect((await study("?window=60"))[1].backtest.days.length).toBe(239);
  await serving.post("/v1/fills", fill("2", "main", "2"));
  expect((await study())[1].correlation.exposures).toEqual([180_000]);
});

test("a token sees what its accounts hold, and their limits, alone", async () => {
  await serving.close();
  await begin({ tokens: [{ name: "all", scopes: ["read", "write", "admin"] }, { name: "mine", scopes: ["read"], accounts: ["mine"] }] });
  const [all, mine] = [serving.bearer("all"), serving.bearer("mine")];
  await serving.post("/v1/prices", closes(), all);
  await serving.post("/v1/fills", [fill("1", "mine", "1"), fill("2", "theirs", "3")], all);
  await serving.post("/v1/marks", { symbol: "BTC/USD", price: "60000" }, all);
  const exposures = async (query: string, headers: object) => (await study(query, headers))[1].correlation.exposures;
  expect([await exposures("", all), await exposures("?account=theirs", all), await exposures("", mine)]).toEqual([[240_000], [180_000], [60_000]]);
  for (const path of ["study", "limits"]) expect((await serving.get(`/v1/risk/${path}?account=theirs`, mine))[0]).toBe(403);
  const limits = await serving.get("/v1/risk/limits", mine);
  expect(limits).toMatchObject([200, { limits: expect.arrayContaining([expect.objectContaining({ scope: "position:mine/BTC/USD", name: "max_position_value", value: "60000" })]) as unknown }]);
  expect(JSON.stringify(limits)).not.toContain("theirs");
});

test("limits come with what stands to them, the nearest first, and all are counted", async () => {
  await serving.post("/v1/fills", [fill("1", "main", "1"), fillJson("e", { account: "main", symbol: "ETH/USD", quantity: "10", price: "3000", timestamp: "2024-07-03T08:00:00Z" })]);
  await serving.post("/v1/marks", [{ symbol: "BTC/USD", price: "60000" }, { symbol: "ETH/USD", price: "3000" }]);
  const put = await fetch(`${serving.url}/v1/limits`, { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify({ maxPositionValue: "50000", maxGrossExposure: "100000", concentrationLimit: null, maxVar: null, maxPortfolioVar: null, maxDrawdownLimit: null, maxCorrelationRisk: null }) });
  expect(put.status).toBe(200);
  expect(await serving.get("/v1/risk/limits?limit=2")).toMatchObject([200, {
    limits: [{ name: "max_position_value", scope: "position:main/BTC/USD", value: "60000", limit: "50000", breach: true, utilization: 1.2 }, { name: "max_gross_exposure", scope: "portfolio", value: "90000", warning: true }], breached: 1, near: 1, unknown: 0, kept: 1,
  }]);
});

test("markets are listed with their best prices, and how many of their venues count", async () => {
  expect(await serving.get("/v1/liquidity")).toMatchObject([200, { total: 0, markets: [] }]);
  const timestamp = new Date(Number(serving.clock.ns / 1_000_000n)).toISOString();
  await serving.post("/v1/books", [
    { type: "snapshot", venue: "kraken", symbol: "BTC/USD", timestamp, bids: [["99", "5"]], asks: [["100", "1"]] }, { type: "update", venue: "binance", symbol: "BTC/USD", timestamp, bids: [["98", "1"]] }, { type: "snapshot", venue: "kraken", symbol: "ETH/USD", timestamp, bids: [["9", "5"]], asks: [] },
  ]);
  expect(await serving.get("/v1/liquidity")).toMatchObject([200, { total: 2, markets: [{ symbol: "BTC/USD", best: { bid: { price: "99", quantity: "5", venues: ["kraken"] }, ask: { price: "100" } }, spread: "1", usable: 1, venues: 2 }, { symbol: "ETH/USD", best: { ask: null }, spread: null }] }]);
  expect(await serving.get("/v1/liquidity?limit=1")).toMatchObject([200, { total: 2, markets: [{ symbol: "BTC/USD" }] }]);
});

test("performance tells each day for charts, beside a benchmark", async () => {
  const at = (day: number) => ({ timestamp: `2024-07-0${day}T08:00:00Z` });
  await serving.post("/v1/events", { type: "deposit", currency: "USD", amount: "100000", account: "main", ...at(1) });
  await serving.post("/v1/fills", fillJson("1", { account: "main", symbol: "BTC/USD", quantity: "1", price: "60000", fee: "0", ...at(1) }));
  await serving.post("/v1/marks", [{ symbol: "BTC/USD", price: "60000", ...at(1) }, { symbol: "BTC/USD", price: "63000", ...at(2) }]);
  await serving.post("/v1/prices", [{ date: "2024-07-01", symbol: "SPY", close: "500" }, { date: "2024-07-02", symbol: "SPY", close: "505" }]);
  const [, told] = (await serving.get("/v1/performance?series=true&benchmark=SPY")) as unknown as [number, { series: { at: string; benchmark: number | null }[] }];
  expect(told.series.at(-1)).toMatchObject({ at: "2024-07-02T23:59:59.999999999Z", equity: "103000", pnl: "3000", index: 1.03, drawdownPct: 0, benchmark: 1.01 });
  expect((await serving.get("/v1/performance"))[1]).not.toHaveProperty("series");
});
