import { afterEach, beforeEach, expect, test } from "vitest";
import { Serving } from "../../test/service-kit.ts";
import type { PairAdvice, Reconciliation } from "../core/pairs/index.ts";

const NOW = "2026-08-06T07:06:40Z"; // when both venues' fees are known
let serving: Serving;
beforeEach(async () => {
  serving = await Serving.begin();
  serving.clock.ns = BigInt(Date.parse(NOW)) * 1_000_000n;
});
afterEach(() => serving.close());

const row = (more: object = {}) => ({
  id: "r1", pairId: "P1", arbType: "poly_yes_kalshi_no", kalshiMarket: "KXRAIN", kalshiSide: "no", kalshiPriceCents: "50", kalshiQuantity: "8", kalshiFeesCents: "14", polymarketMarket: "0xrain", polymarketSide: "yes", polymarketCategory: "politics",
  polymarketPriceCents: "45", polymarketQuantity: "10", polymarketFeesCents: "0", timestamp: "2026-08-01T01:15:10Z", ...more,
});
const advice = async (query = "", headers = {}) => (await serving.get(`/v1/pairs/P1/advice${query}`, headers)) as unknown as [number, PairAdvice];
const book = (venue: string, symbol: string, bids: string[][], asks: string[][]) => serving.post("/v1/books", { type: "snapshot", venue, symbol, timestamp: NOW, bids, asks });

test("two YES stand alone: what buying the missing NO and selling them would make sure, by ladders, marks, or prices that are given", async () => {
  await serving.post("/v1/pairs/fills", row());
  expect(await advice()).toMatchObject([200, { unhedgedSide: "yes", unhedgedQuantity: "2", advice: { asItIs: { guaranteedTotalCents: "-64", worstWithDivergenceCents: "-864" }, complete: null, unwind: null, better: null }, reasons: { complete: "no_price: kalshi KXRAIN", unwind: "no_price: polymarket 0xrain" } }]);

  await book("kalshi", "KXRAIN", [["0.48", "1"], ["0.47", "5"]], [["0.5", "10"]]);
  await serving.post("/v1/marks", [{ venue: "polymarket", symbol: "0xrain", price: "0.40" }]);
  const [, found] = await advice();
  // NO at 52 and 53 meets who bids 48 and 47 for YES; 0.0175 dollars each are 2 cents on the account's grid
  expect(found.advice?.complete).toEqual({ venue: "kalshi", cashCents: "105", feesCents: "4", guaranteedTotalCents: "27", changeCents: "91" });
  // 2 × 0.04 × 0.4 × 0.6 dollars
  expect(found.advice?.unwind).toEqual({ venue: "polymarket", cashCents: "80", feesCents: "1.92", guaranteedTotalCents: "14.08", changeCents: "78.08" });
  expect(found).toMatchObject({ advice: { better: "complete", completePricesFrom: "ladder", unwindPricesFrom: "mark" }, reasons: { complete: null, unwind: null } });

  expect(await advice("?askCents=60&bidCents=44")).toMatchObject([200, { advice: { better: "unwind", complete: { cashCents: "120" }, unwind: { cashCents: "88" }, completePricesFrom: "given" } }]);
  expect(await advice("?askCents=101")).toMatchObject([400, { detail: "askCents: a contract costs 0 to 100 cents" }]);
  expect(await serving.get("/v1/pairs/P2/advice")).toMatchObject([404, { code: "unknown_pair" }]);
  expect(await serving.get("/v1/pairs/advice")).toMatchObject([200, { pairs: [{ pairId: "P1", advice: { better: "complete" } }] }]);
});

test("what is wanted on ladders values what is held, after the fees of selling it", async () => {
  await serving.post("/v1/pairs/fills", row());
  await book("kalshi", "KXRAIN", [["0.48", "1"]], [["0.5", "10"]]); // NO sells at 50
  expect(await serving.get("/v1/pairs/P1")).toMatchObject([200, { unrealizedAtBidsCents: null }]);
  await book("polymarket", "0xrain", [["0.46", "10"]], []);
  // 8 × 50 + 10 × 46 − 864 − 14 (8 × 0.07 × 0.25 dollars) − 9.936
  expect(await serving.get("/v1/pairs/P1")).toMatchObject([200, { unrealizedAtBidsCents: "-27.936" }]);
});

test("too few on a ladder, and a fee that no schedule says, are no way out; once a venue has decided none is needed", async () => {
  await serving.post("/v1/pairs/fills", row({ polymarketCategory: "unheard_of" }));
  await book("kalshi", "KXRAIN", [["0.48", "1.5"]], []);
  await serving.post("/v1/marks", [{ venue: "polymarket", symbol: "0xrain", price: "0.40" }]);
  expect((await advice())[1].reasons).toEqual({ advice: null, complete: "no_fee_schedule: polymarket 0xrain", unwind: "no_fee_schedule: polymarket 0xrain" });
  expect((await advice("?askCents=50&bidCents=50"))[1].advice?.complete).toMatchObject({ venue: "kalshi" });
  await serving.post("/v1/pairs/P1/settle", { venue: "kalshi", result: "no" });
  expect((await advice())[1]).toMatchObject({ advice: null, reasons: { advice: "a venue has decided: NO" } });
  expect(await serving.get("/v1/pairs/advice")).toMatchObject([200, { pairs: [] }]);
});

test("a mark of a token values the leg that holds it, before the mark of its market", async () => {
  await serving.post("/v1/pairs/fills", [
    { type: "pair_defined", pairId: "P1", id: "d", timestamp: "2026-08-01", arbType: "poly_yes_kalshi_no", markets: JSON.stringify([{ venue: "kalshi", market: "KXRAIN", orientation: "same" }, { venue: "polymarket", market: "0xrain", orientation: "opposite", yesToken: "111", noToken: "222", fees: { category: "politics" } }]) },
    { id: "p1", pairId: "P1", venue: "polymarket", symbol: "0xrain", side: "buy", outcome: "no", quantity: "10", priceCents: "45", feesCents: "0", timestamp: "2026-08-01" },
  ]);
  const unrealized = async () => ((await serving.get("/v1/pairs/P1"))[1] as unknown as { unrealizedPnlCents: string | null }).unrealizedPnlCents;
  expect(await unrealized()).toBe(null);
  await serving.post("/v1/marks", [{ venue: "polymarket", symbol: "111", price: "0.58" }]);
  expect(await unrealized()).toBe("-30"); // its NO is worth 42
  await serving.post("/v1/marks", [{ venue: "polymarket", symbol: "0xrain", price: "0.52" }]);
  expect(await unrealized()).toBe("30");
  await serving.post("/v1/marks", [{ venue: "polymarket", symbol: "222", price: "0.50" }]);
  expect(await unrealized()).toBe("50");
  await book("polymarket", "222", [["0.49", "10"]], []);
  expect((await advice())[1].advice).toMatchObject({ unwind: { cashCents: "490" }, unwindPricesFrom: "ladder" });
});

const reconcile = async (body: object, headers = {}) => (await serving.post("/v1/pairs/reconcile", { venue: "kalshi", ...body }, headers)) as unknown as [number, Reconciliation];
const fill = (id: string, count: string, no: string, fee: string) => ({ fill_id: id, ticker: "KXRAIN", side: "no", action: "buy", count_fp: count, no_price_dollars: no, yes_price_dollars: (1 - Number(no)).toFixed(2), is_taker: true, fee_cost: fee, created_time: "2026-08-01T01:15:10Z" });
const fills = (...of: object[]) => JSON.stringify({ fills: of });
const positions = (quantity: string) => JSON.stringify({ market_positions: [{ ticker: "KXRAIN", position_fp: quantity }] });

test("differences from what a venue reports come with rows that mend them, and nothing is booked until these are posted", async () => {
  await serving.post("/v1/pairs/fills", row());
  const told = [fills(fill("r1", "8", "0.50", "0.15"), fill("k2", "2", "0.51", "0.04")), positions("-10")];
  const [status, found] = await reconcile({ payloads: told });
  expect([status, found]).toMatchObject([200, {
    venue: "kalshi", account: "default", compared: { fills: 2, positions: 1, settlements: 0, resolutions: 0, orders: 0 }, causes: { fee: 1, missing_fill: 1 }, unreadable: [],
    differences: [{ cause: "fee", pairId: "P1", market: "KXRAIN", mends: [{ type: "pair_fill_amended", feeCents: "15" }] }, { cause: "missing_fill", pairId: "P1", mends: [{ type: "pair_filled", id: "k2", quantity: "2", priceCents: "51", feeCents: "4" }] }],
  }]);
  expect((await serving.get("/v1/pairs/P1"))[1]).toMatchObject({ hedgedQuantity: "8", feesCents: "14" });
  expect(await serving.post("/v1/pairs/fills", found.differences.flatMap(({ mends }) => mends))).toMatchObject([200, { results: [{ status: "accepted" }, { status: "accepted" }] }]);
  expect((await serving.get("/v1/pairs/P1"))[1]).toMatchObject({ hedgedQuantity: "10", feesCents: "19" });
  expect((await reconcile({ payloads: told }))[1].differences).toEqual([]);
  expect((await reconcile({ payloads: [fills(fill("r1", "8", "0.50", "0.15"))], since: "2026-08-01" }))[1].causes).toEqual({ unknown_fill: 1 });
  expect((await reconcile({ payloads: [], holdsAll: true }))[1].causes).toEqual({ quantity: 1 });
});

test("a venue's report of one account is held against what that account filled alone", async () => {
  await serving.post("/v1/pairs/fills", [row({ account: "a" }), { id: "k2", pairId: "P1", account: "b", venue: "kalshi", symbol: "KXRAIN", side: "buy", outcome: "no", quantity: "2", priceCents: "51", feesCents: "4", timestamp: "2026-08-02" }, row({ id: "r3", pairId: "P3", account: "b", polymarketMarket: "0xdry" })]);
  expect((await reconcile({ account: "a", payloads: [positions("-8")] }))[1].differences).toEqual([]);
  expect((await reconcile({ account: "b", payloads: [positions("-10")] }))[1].differences).toEqual([]);
  expect((await reconcile({ account: "b", payloads: [positions("-18")] }))[1].causes).toEqual({ quantity: 1 });
});

test.each<[string, object, RegExp]>([
  ["no venue", { venue: "nasdaq", payloads: [] }, /venue: write kalshi or polymarket/],
  ["payloads that are no texts", { payloads: [{ fills: [] }] }, /payloads: send a list of/],
  ["a time that is none", { payloads: [], since: "soon" }, /^since: /],
  ["a key that is none", { payloads: [], mend: true }, /"mend" is none of venue, account/],
])("%s is refused with its place", async (_what, body, why) => {
  expect(await reconcile(body)).toMatchObject([400, { detail: expect.stringMatching(why) as string }]);
});

test("what cannot be read is told with its text, and the rest is compared", async () => {
  await serving.post("/v1/pairs/fills", row());
  const [, found] = await reconcile({ payloads: ["no JSON", positions("-8")] });
  expect(found).toMatchObject({ compared: { positions: 1 }, differences: [], unreadable: [{ why: "is not JSON", raw: "no JSON" }] });
});

test("fees that a venue charged otherwise than its schedule says are told, to who may see them", async () => {
  serving = await Serving.begin({ tokens: [{ name: "all", scopes: ["read", "write"] }, { name: "b", scopes: ["read"], accounts: ["b"] }] });
  // by hand: 0.07 × 8 × 0.5 × 0.5 is 14 cents
  await serving.post("/v1/pairs/fills", [row({ account: "a", polymarketCategory: "unheard_of" }), row({ id: "r2", pairId: "P2", account: "b", kalshiFeesCents: "16", polymarketCategory: "unheard_of" })], serving.bearer("all"));
  const wrong = { pairId: "P2", venue: "kalshi", market: "KXRAIN", id: "r2", recordedCents: "16", computedCents: "14", differenceCents: "2" };
  expect(await serving.get("/v1/pairs/fees", serving.bearer("all"))).toMatchObject([200, { checked: 2, unknown: 2, differences: [wrong] }]);
  expect(await serving.get("/v1/pairs/fees?account=a", serving.bearer("all"))).toMatchObject([200, { checked: 1, differences: [] }]);
  expect(await serving.get("/v1/pairs/fees", serving.bearer("b"))).toMatchObject([200, { checked: 1, unknown: 1, differences: [wrong] }]);
});
