import { afterEach, describe, expect, test } from "vitest";
import { decimal } from "../../test/ladders.ts";
import { fillJson, Serving, until } from "../../test/service-kit.ts";
import { SymbolMap, TakerFees, TransferCosts, type TakerFee } from "../core/market/index.ts";
import { zero } from "../core/num/index.ts";
import type { MarketSettings } from "../runtime/index.ts";

let serving: Serving;
afterEach(() => serving.close());

const EVER = Number.NEGATIVE_INFINITY;
const rules = new SymbolMap([{ version: "r1", fromUs: EVER, symbols: [{ venue: "kraken", symbol: "XBTUSD", base: "BTC", quote: "USD" }], conversions: [{ from: "USDT", to: "USD", rate: decimal("1") }] }]);
const fee = (venue: string, rate: string, more: Partial<TakerFee> = {}): TakerFee => ({ venue, fromUs: EVER, rate: decimal(rate), ...more });
const settings: MarketSettings = { rules, fees: new TakerFees([fee("kraken", "0.001"), fee("binance", "0.001")]), maxAgeUs: 5_000_000, minBasisPoints: zero, minNetProfit: zero, transferCosts: new TransferCosts([]), marks: false };
const NOW = "2024-07-03T09:46:40Z"; // of the service's clock

/** The ladders of the worked example of docs/markets.md: kraken asks less than binance bids. */
const KRAKEN = { type: "snapshot", venue: "kraken", symbol: "XBTUSD", timestamp: NOW, sequence: 7, bids: [["99", "5"]], asks: [["100", "1"], ["101", "2"], ["102.9", "5"]] };
const BINANCE = { type: "snapshot", venue: "binance", symbol: "BTC/USDT", timestamp: NOW, bids: [["103", "2"], ["102", "3"]], asks: [["104", "1"]] };
const update = (more: object) => ({ type: "update", venue: "kraken", symbol: "XBTUSD", timestamp: NOW, ...more });

interface Found {
  readonly buyVenue: string;
  readonly netProfit: string;
  readonly quantity: string;
  readonly usesInventory: boolean;
  readonly inventoryQuantity: string;
}
const opportunities = async (query = "", headers = {}) => (await serving.get(`/v1/opportunities${query}`, headers))[1] as unknown as { readonly opportunities: readonly Found[]; readonly ended?: readonly Found[] };
const begin = async (more: Partial<MarketSettings> = {}, options: object = {}) => void (serving = await Serving.begin({ markets: { ...settings, ...more }, ...options }));
const second = 1_000_000_000n;

test("two ladders that cross are an opportunity with its exact profit, until one of them is stale; then it is over", async () => {
  await begin();
  expect(await serving.post("/v1/books", [KRAKEN, BINANCE])).toEqual([200, { results: [0, 1].map((index) => ({ index, status: "accepted", code: "taken", reason: null })), seq: 0 }]);
  const [found] = (await opportunities()).opportunities;
  expect(found).toMatchObject({ kind: "cross", symbol: "BTC/USD", buyVenue: "kraken", buySymbol: "XBTUSD", sellVenue: "binance", sellSymbol: "BTC/USDT", quantity: "3", buyPrice: "100.666666667", grossProfit: "6", fees: "0.61", netProfit: "5.39", bestNetProfit: "5.39", firstSeen: NOW, ageMs: 0, usesInventory: false });
  serving.clock.ns += 4n * second;
  expect((await opportunities("?ended=5")).opportunities).toMatchObject([{ lifeMs: 4_000, ageMs: 4_000 }]);
  serving.clock.ns += 2n * second;
  const after = await opportunities("?ended=5");
  expect(after).toMatchObject({ opportunities: [], ended: [{ buyVenue: "kraken", firstSeen: NOW, bestNetProfit: "5.39" }] });
  expect(after.ended![0]).not.toHaveProperty("usesInventory");
  expect(await opportunities("?ended=5&symbol=ETH/USD")).toMatchObject({ opportunities: [], ended: [] });
});

test("what is held on both venues shows as closable without capital; a token sees that of its accounts only", async () => {
  await begin({}, { tokens: [{ name: "all", scopes: ["read", "write"] }, { name: "mine", scopes: ["read"], accounts: ["mine"] }] });
  const all = serving.bearer("all");
  await serving.post("/v1/books", [KRAKEN, BINANCE], all);
  const held = (id: string, account: string, venue: string, symbol: string, quantity: string) => fillJson(id, { account, venue, symbol, quantity, price: "90" });
  await serving.post("/v1/fills", [held("1", "mine", "kraken", "XBTUSD", "1"), held("2", "mine", "binance", "BTC/USDT", "0.5"), held("3", "theirs", "binance", "BTC/USDT", "1.5")], all);
  const inventory = async (query: string, headers: object) => (await opportunities(query, headers)).opportunities.map(({ usesInventory, inventoryQuantity }) => [usesInventory, inventoryQuantity]);
  expect(await inventory("", all)).toEqual([[true, "2"]]);
  expect(await inventory("?account=theirs", all)).toEqual([[false, "0"]]); // nothing on kraken
  expect(await inventory("", serving.bearer("mine"))).toEqual([[true, "0.5"]]);
  expect(await inventory("", all)).toEqual([[true, "2"]]);
});

test("each message has its answer: what is lost, old or wrong is told, and a snapshot mends it", async () => {
  await begin();
  const rows = [update({ sequence: 8, asks: [["100", "2"]] }), KRAKEN, update({ sequence: 8, bids: [["99", "4"]] }), update({ sequence: 8 }), update({ sequence: 12 }), update({ sequence: 13, bids: [["99", "-1"]] }), { ...KRAKEN, venue: "" }];
  const [status, { results }] = await serving.post("/v1/books", rows.map((row) => JSON.stringify(row)).join("\n"), { "content-type": "application/x-ndjson" });
  expect([status, ...results.map((one) => (one as unknown as { code: string }).code)]).toEqual([207, "waiting", "taken", "old", "old", "gap", "refused", "refused"]);
  expect(results.map((one) => one.status)).toEqual(["accepted", "accepted", "duplicate", "duplicate", "accepted", "refused", "refused"]);
  expect(results[4]).toMatchObject({ warning: "number 9 was to come, and 12 came: the ladder is unusable until a snapshot" });
  expect([results[5]!.reason, results[6]!.reason]).toEqual([expect.stringContaining("below 0"), "venue: is empty"]);
  expect(await serving.get("/v1/liquidity/BTC/USD")).toMatchObject([200, { bids: [], best: { bid: null, ask: null }, venues: [{ venue: "kraken", usable: false, reason: "gap" }] }]);
  await serving.post("/v1/books", { ...KRAKEN, sequence: 14 });
  expect(await serving.get("/v1/liquidity/BTC/USD")).toMatchObject([200, { best: { bid: { price: "99" }, ask: { price: "100" } }, venues: [{ usable: true, reason: null }] }]);
  const sum = { ...KRAKEN, sequence: 15, checksum: { kind: "kraken", value: 1 } };
  expect((await serving.post("/v1/books", sum))[1].results).toMatchObject([{ code: "mismatch", warning: expect.stringContaining("1 there") as string }]);
});

test("nobody relies on a ladder of which something was said that cannot be read, until a snapshot mends it; the rest of the body counts", async () => {
  const unread = [{ asks: [["1234567890123456789.123456789", "1"]] }, { asks: "none" }, { timestamp: "yesterday" }, { bidz: [] }];
  for (const what of unread) {
    await begin();
    expect((await opportunities()).opportunities).toEqual([]);
    const [status, { results }] = await serving.post("/v1/books", [KRAKEN, BINANCE, update(what), update({ ...what, symbol: "never heard of" }), { ...update(what), venue: 7 }]);
    expect([status, ...results.map((one) => one.status)]).toEqual([207, "accepted", "accepted", "refused", "refused", "refused"]);
    expect(await serving.get("/v1/liquidity/BTC/USD")).toMatchObject([200, { venues: [{ venue: "kraken", usable: false, reason: "gap" }, { venue: "binance", usable: true }] }]);
    expect((await opportunities()).opportunities).toEqual([]);
    expect((await serving.get("/v1/liquidity"))[1]).toMatchObject({ total: 1 });
    await serving.post("/v1/books", { ...KRAKEN, sequence: 8 });
    expect((await opportunities()).opportunities).toHaveLength(1);
    await serving.close();
  }
  await begin();
});

test("liquidity is of a market under its name, with a / as it is, or under a venue's; with a size it tells what that costs", async () => {
  await begin();
  await serving.post("/v1/books", [KRAKEN, BINANCE]);
  for (const path of ["BTC%2FUSD", "BTC/USD", "XBTUSD", "BTC/USDT"]) {
    expect(await serving.get(`/v1/liquidity/${path}?levels=1`)).toMatchObject([200, { asOf: NOW, symbol: "BTC/USD", bids: [{ price: "103", quantity: "2", venue: "binance" }], asks: [{ price: "100", venue: "kraken" }], spread: "-3", venues: [{ venue: "kraken", rules: "r1" }, { venue: "binance", symbol: "BTC/USDT" }] }]);
  }
  const [, swept] = await serving.get("/v1/liquidity/BTC/USD?quantity=2");
  expect(swept).toMatchObject({ sweeps: { buy: { quantity: "2", isComplete: true, amount: "201", fees: "0.201", averagePrice: "100.5", averagePriceWithFees: "100.6005", worstPrice: "101" }, sellByNet: { amount: "206" } } });
  expect(await serving.get("/v1/liquidity/ETH/USD")).toMatchObject([404, { detail: "there is no ladder of ETH/USD: there are BTC/USD" }]);
  for (const bad of ["quantity=-1", "quantity=much", "levels=-1", "depth=3"]) expect((await serving.get(`/v1/liquidity/BTC/USD?${bad}`))[0]).toBe(400);
});

test("a venue whose fee nobody knows has no opportunities, and neither has what is below the thresholds", async () => {
  await begin({ fees: new TakerFees([fee("kraken", "0.001")]) });
  await serving.post("/v1/books", [KRAKEN, BINANCE]);
  expect((await opportunities()).opportunities).toEqual([]);
  await serving.close();
  await begin({ minNetProfit: decimal("5.4") });
  await serving.post("/v1/books", [KRAKEN, BINANCE]);
  expect((await opportunities()).opportunities).toEqual([]);
  await serving.close();
  await begin({ minBasisPoints: decimal("150") }); // of the units bought at 101 those sold for 102 earn less
  await serving.post("/v1/books", [KRAKEN, BINANCE]);
  expect((await opportunities()).opportunities).toMatchObject([{ quantity: "2" }]);
});

describe("where it is configured, the middle of a usable ladder values positions", () => {
  const markOf = async () => ((await serving.get("/v1/positions"))[1].positions as unknown as { markPrice: string | null }[])[0]!.markPrice;
  const hold = () => serving.post("/v1/fills", fillJson("1", { symbol: "XBTUSD", quantity: "1", price: "90" }));

  test("and changes with it; one that is not usable gives none", async () => {
    await begin({ marks: true });
    await hold();
    await serving.post("/v1/books", KRAKEN);
    await until("the middle is a mark", async () => (await markOf()) === "99.5");
    serving.clock.ns += second;
    await serving.post("/v1/books", update({ sequence: 8, timestamp: "2024-07-03T09:46:41Z", bids: [["99.99", "1"]] }));
    await until("the new middle is", async () => (await markOf()) === "99.995");
    serving.clock.ns += second;
    await serving.post("/v1/books", update({ sequence: 9, timestamp: "2024-07-03T09:46:42Z", bids: [["100.5", "1"]] })); // crossed
    await new Promise((done) => setTimeout(done, 300));
    expect(await markOf()).toBe("99.995");
  });

  test("and otherwise it does not", async () => {
    await begin();
    await hold();
    await serving.post("/v1/books", KRAKEN);
    await new Promise((done) => setTimeout(done, 300));
    expect(await markOf()).toBeNull();
  });
});

test("a ladder of more than a megabyte is one message", async () => {
  await begin();
  const bids = Array.from({ length: 60_000 }, (_, i) => [`${90_000 - i}.25`, "0.12345678"]);
  expect(JSON.stringify(bids).length).toBeGreaterThan(1 << 20);
  expect(await serving.post("/v1/books", { ...KRAKEN, bids, asks: [["90001", "1"]] })).toMatchObject([200, { results: [{ code: "taken" }] }]);
  expect((await serving.get("/v1/liquidity/BTC/USD"))[1]).toMatchObject({ best: { bid: { price: "90000.25" } }, venues: [{ usable: true }] });
});

test("ladders are journaled nowhere: a restart begins without any", async () => {
  await begin();
  await serving.post("/v1/books", [KRAKEN, BINANCE]);
  expect(serving.service.seq).toBe(0);
  await serving.close();
  await begin();
  expect(await serving.get("/v1/liquidity/BTC/USD")).toMatchObject([404, { detail: "there is no ladder of BTC/USD: no ladder has come yet: POST /v1/books takes them" }]);
  expect(await serving.post("/v1/books", "[{", {})).toMatchObject([400, { code: "not_json" }]);
});
