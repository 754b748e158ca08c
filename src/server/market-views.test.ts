import { afterEach, expect, test } from "vitest";
import { decimal } from "../../test/ladders.ts";
import { fillJson, Serving, until } from "../../test/service-kit.ts";
import { SymbolMap, TakerFees, TransferCosts, type SymbolRule } from "../core/market/index.ts";
import { zero } from "../core/num/index.ts";
import type { MarketSettings } from "../runtime/index.ts";

let serving: Serving;
afterEach(() => serving.close());

const EVER = Number.NEGATIVE_INFINITY;
const NOW = "2024-07-03T09:46:40Z"; // of the service's clock
const symbols: SymbolRule[] = ["a", "b"].map((venue) => ({ venue, symbol: "BTCPERP", base: "BTC", quote: "USD", kind: "perpetual" as const }));
const settings: MarketSettings = {
  rules: new SymbolMap([{ version: "r1", fromUs: EVER, symbols, conversions: [] }]), fees: new TakerFees(["a", "b"].map((venue) => ({ venue, fromUs: EVER, rate: decimal("0.001") }))),
  maxAgeUs: 3_600_000_000, minBasisPoints: zero, minNetProfit: zero, transferCosts: new TransferCosts([]), marks: false,
};
const begin = async (more: Partial<MarketSettings> = {}, options: object = {}) => void (serving = await Serving.begin({ markets: { ...settings, ...more }, ...options }));
const ladder = (venue: string, symbol: string, bid: string, ask: string, more: object = {}) => ({ type: "snapshot", venue, symbol, timestamp: NOW, bids: [[bid, "5"]], asks: [[ask, "5"]], ...more });
const get = async (path: string, headers = {}) => (await serving.get(path, headers)) as unknown as [number, Record<string, unknown>];
const held = (id: string, account: string, venue: string, quantity: string) => fillJson(id, { account, venue, symbol: "BTC/USD", quantity, price: "90" });

test("a round within a venue is told beside what is between venues, and asked for alone", async () => {
  await begin();
  // ETH costs 10 USD, brings 0.11 BTC, and these 11 USD: three fees of a thousandth leave 10.967…
  await serving.post("/v1/books", [ladder("a", "ETH/USD", "9", "10"), ladder("a", "ETH/BTC", "0.11", "0.12"), ladder("a", "BTC/USD", "100", "101"), ladder("b", "BTC/USD", "102", "103")]);
  const [, all] = await get("/v1/opportunities");
  expect(all).toMatchObject({ opportunities: [{ kind: "cross", symbol: "BTC/USD", buyVenue: "a", sellVenue: "b" }], triangles: [{ kind: "triangular", symbol: "ETH>BTC>USD", currency: "USD", buyVenue: "a", quantity: "5", grossProfit: "5", netProfit: "4.840055" }] });
  expect((await get("/v1/opportunities?kind=triangle"))[1]).toMatchObject({ opportunities: [], triangles: [{ symbol: "ETH>BTC>USD" }] });
  expect((await get("/v1/opportunities?kind=cross"))[1]).not.toHaveProperty("triangles");
  expect((await get("/v1/opportunities?symbol=BTC/USD"))[1]).toMatchObject({ opportunities: [{}], triangles: [] });
  expect((await get("/v1/opportunities?kind=square"))[0]).toBe(400);
});

test("a contract is held against the goods: its basis, what either way earns, and funding as its venue announced it", async () => {
  await begin();
  await serving.post("/v1/books", [ladder("a", "BTC/USD", "99", "101"), ladder("a", "BTCPERP", "109", "111", { funding: { rate: "0.0002", intervalHours: 8 } }), ladder("b", "BTCPERP", "99", "100")]);
  await serving.post("/v1/books", { type: "update", venue: "b", symbol: "BTCPERP", timestamp: NOW, funding: { rate: "-0.0001", intervalHours: 8 } });
  const [, { basis, opportunities, triangles }] = await get("/v1/opportunities?kind=basis");
  expect(basis).toMatchObject([
    { symbol: "BTC/USD", kind: "perpetual", spotVenue: "a", contractVenue: "a", basis: "10", basisPoints: 1000, premiumEdge: "7.79", fundingPerDay: expect.closeTo(0.0006, 12) as number }, // 109 × 0.999 − 101 × 1.001
    { contractVenue: "b", basis: "-0.5", discountEdge: "-1.199", fundingPerDay: expect.closeTo(-0.0003, 12) as number },
  ]);
  expect([opportunities, triangles]).toMatchObject([[{ kind: "basis", buySymbol: "BTC/USD", sellSymbol: "BTCPERP" }], undefined]);
  expect((await get("/v1/inventory/BTC/USD"))[1]).toMatchObject({ fundingSpread: { longVenue: "b", shortVenue: "a", perDay: expect.closeTo(0.0009, 12) as number } });
  const [, { results }] = await serving.post("/v1/books", [{ rate: "2", intervalHours: 8 }, { rate: "0.1", intervalHours: 0 }, "0.1"].map((funding) => ({ ...ladder("a", "BTCPERP", "1", "2"), funding })));
  expect(results.map(({ reason }) => reason?.slice(0, 17))).toEqual(["funding: is none:", "funding: is none:", "funding: is none:"]);
});

test("goods lie unevenly: what must move, what transfers and trades cost, of all accounts or of those that one may see", async () => {
  await begin({ transferCosts: new TransferCosts([{ asset: "BTC", from: "a", to: "b", cost: decimal("1.5") }, { cost: decimal("9") }]) }, { tokens: [{ name: "all", scopes: ["read", "write"] }, { name: "mine", scopes: ["read"], accounts: ["mine"] }] });
  const all = serving.bearer("all");
  await serving.post("/v1/books", [ladder("a", "BTC/USD", "100", "101"), ladder("b", "BTC/USD", "100", "102")], all);
  await serving.post("/v1/fills", [held("1", "mine", "a", "3"), held("2", "mine", "b", "1"), held("3", "theirs", "b", "4")], all);
  expect((await get("/v1/inventory/BTC/USD", all))[1]).toMatchObject({ total: "8", venues: [{ venue: "a", held: "3", target: "4", imbalance: "-1" }, { venue: "b", held: "5", imbalance: "1" }], moves: [{ from: "b", to: "a", quantity: "1" }], transferCost: "9", tradeCost: "1.201", cheaper: "trade" });
  expect((await get("/v1/inventory/BTC/USD", serving.bearer("mine")))[1]).toMatchObject({ total: "4", moves: [{ from: "a", to: "b", quantity: "1" }], transferCost: "1.5", tradeCost: "2.202", cheaper: "transfer" });
  expect((await get("/v1/inventory/BTC/USD?account=theirs", all))[1]).toMatchObject({ total: "4", moves: [{ from: "b", to: "a", quantity: "2" }] });
  expect(await get("/v1/inventory/ETH/USD", all)).toMatchObject([404, { detail: "there is no ladder of ETH/USD: there are BTC/USD" }]);
});

test("what moving goods costs is taken off, but where all is sold out of what is held", async () => {
  await begin({ transferCosts: new TransferCosts([{ from: "a", to: "b", cost: decimal("2") }]) });
  await serving.post("/v1/books", [ladder("a", "BTC/USD", "99", "100"), ladder("b", "BTC/USD", "102", "103")]);
  expect((await get("/v1/opportunities"))[1]).toMatchObject({ opportunities: [{ grossProfit: "10", fees: "1.01", transferCost: "2", netProfit: "6.99" }] });
  await begin({ transferCosts: new TransferCosts([{ asset: "BTC", cost: decimal("9") }]) });
  await serving.post("/v1/books", [ladder("a", "BTC/USD", "99", "100"), ladder("b", "BTC/USD", "102", "103")]);
  expect((await get("/v1/opportunities"))[1]).toMatchObject({ opportunities: [] });
});

test("the slower venue's latency and the market's own movement say what may be lost on the way, to who sees all accounts", async () => {
  await begin({}, { tokens: [{ name: "all", scopes: ["read", "write"] }, { name: "mine", scopes: ["read"], accounts: ["mine"] }] });
  const all = serving.bearer("all");
  await serving.post("/v1/fills", [["1", "a", "40"], ["2", "a", "60"], ["3", "b", "250"]].map(([id, venue, latencyMs]) => fillJson(id!, { venue, symbol: "BTC/USD", quantity: "0.001", price: "90", latencyMs })), all);
  await serving.post("/v1/books", [ladder("a", "BTC/USD", "99", "100"), ladder("b", "BTC/USD", "102", "103")], all);
  const first = async (headers: object) => ((await get("/v1/opportunities", headers))[1]["opportunities"] as Record<string, unknown>[])[0]!;
  expect(await first(all)).toMatchObject({ latencyMs: null, latencyRisk: null, latencyRiskReason: "no_venue_stats" });
  await until("venues are folded", async () => (await first(all))["latencyRiskReason"] === "no_deviation");
  expect((await first(all))["latencyMs"]).toBe(250);
  for (let second = 1; second <= 40; second += 1) {
    serving.clock.ns += 1_000_000_000n;
    const [bid, ask] = second % 2 === 0 ? ["99", "100"] as const : ["98", "99"] as const;
    await serving.post("/v1/books", { ...ladder("a", "BTC/USD", bid, ask), timestamp: new Date(Number(serving.clock.ns / 1_000_000n)).toISOString() }, all);
    await new Promise((done) => setTimeout(done, 130));
  }
  const told = await first(all);
  expect(told).not.toHaveProperty("latencyRiskReason");
  // about 1 % a second, half of that in a quarter of one, of 500 dollars
  expect(told["latencyRisk"]).toBeGreaterThan(1.5);
  expect(told["latencyRisk"]).toBeLessThan(3);
  expect(await first(serving.bearer("mine"))).toMatchObject({ latencyMs: null, latencyRisk: null, latencyRiskReason: "no_venue_stats" });
});
