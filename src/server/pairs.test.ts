import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Serving } from "../../test/service-kit.ts";
import type { PairView } from "../core/pairs/index.ts";

let serving: Serving;
afterEach(() => serving.close());

const row = (more: object = {}) => ({
  id: "r1", pairId: "P1", arbType: "poly_yes_kalshi_no", kalshiMarket: "KXRAIN-26", kalshiSide: "no", kalshiPriceCents: "50", kalshiQuantity: "8", kalshiFeesCents: "14", polymarketMarket: "0xrain", polymarketSide: "yes",
  polymarketPriceCents: "45", polymarketQuantity: "10", polymarketFeesCents: "0", timestamp: "2026-02-08T01:15:10Z", ...more,
});
const single = (more: object = {}) => ({ id: "k9", pairId: "P1", venue: "kalshi", symbol: "KXRAIN-26", side: "buy", outcome: "no", quantity: "2", price: "0.51", fee: "0.04", timestamp: "2026-02-08T01:16:00Z", ...more });
const pairs = async (query = "", headers = {}) => ((await serving.get(`/v1/pairs${query}`, headers))[1] as unknown as { pairs: PairView[] }).pairs;
const hash = () => serving.service.read(({ folded }) => ({ pairs: [...folded.pairs.pairs()], seq: folded.seq }));

test("a row with both legs and a fill of one venue are booked, shown with their figures, and known again after a restart", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "fillbook-pairs-"));
  serving = await Serving.begin({ dataDir });
  expect(await serving.post("/v1/pairs/fills", row())).toMatchObject([200, { results: [{ index: 0, status: "accepted", seq: 4, reason: null }], seq: 4 }]);
  expect((await pairs())[0]).toMatchObject({ pairId: "P1", status: "open", hedgedQuantity: "8", unhedgedSide: "yes", unhedgedQuantity: "2", costCents: "864", guaranteedProfitCents: "-64", isFullyHedged: false });
  expect(await serving.post("/v1/pairs/fills", single())).toMatchObject([200, { results: [{ status: "accepted", seq: 5 }] }]);
  const [pair] = await pairs("?status=open");
  expect(pair).toMatchObject({ isFullyHedged: true, costCents: "970", guaranteedProfitCents: "30", outcomes: { yes: "30", no: "30", kalshiYesPolyNo: "-970", kalshiNoPolyYes: "1030" } });
  expect(await serving.get("/v1/pairs/P1")).toEqual([200, pair]);
  expect(await serving.get("/v1/pairs/summary")).toMatchObject([200, { totalPositions: 1, openPositions: 1, closedPositions: 0, guaranteedProfitCents: "30", feesCents: "18", capitalLockedCents: "970", unhedgedPositions: 0 }]);
  const before = await hash();
  await serving.close();
  serving = await Serving.begin({ dataDir });
  expect(await hash()).toEqual(before);
  expect(await serving.post("/v1/pairs/fills", [row(), single()])).toMatchObject([200, { results: [{ index: 0, status: "duplicate" }, { index: 1, status: "duplicate" }], seq: 5 }]);
  expect(await pairs("?status=closed")).toEqual([]);
  rmSync(dataDir, { recursive: true });
});

test("a row is booked whole or not at all, and says why it is not", async () => {
  serving = await Serving.begin();
  await serving.post("/v1/pairs/fills", [row(), single({ id: "r2", price: "0.4" })]);
  const rows = [
    row({ id: "r2", kalshiPriceCents: "41", polymarketQuantity: "3" }), // its Kalshi leg has the id of another fill: so nothing of it is booked
    row({ arbType: "both" }), row({ id: "r3", kalshiSide: "yes" }), row({ id: "r4", kalshiQuantity: "-1" }), row({ id: "r5", timestamp: "2026-02-30" }), single({ pairId: "P9", outcome: undefined, id: "x" }), single({ id: "y", price: "45" }), single({ id: "z", venue: "kraken" }), row({ id: "r6", colour: "red" }), single({ id: "k10" }),
  ];
  const [status, { results }] = await serving.post("/v1/pairs/fills", rows.map((one) => JSON.stringify(one)).join("\n"), { "content-type": "application/x-ndjson" });
  expect(status).toBe(207);
  expect(results.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^conflicting_fill: fill r2 of kalshi is known with other content/), expect.stringMatching(/^arb_type: "both" is none of/), expect.stringMatching(/^kalshi_side: is yes/), expect.stringMatching(/^kalshi_quantity: is -1/), expect.stringMatching(/^timestamp: /),
    expect.stringMatching(/^outcome: is empty/), expect.stringMatching(/^price: is not between 0 and 1 dollar/), expect.stringMatching(/^venue: "kraken" is none of/), expect.stringMatching(/^unknown key "colour"/), null,
  ]);
  expect((await pairs()).map(({ pairId, legs }) => [pairId, ...legs.map(({ fills, quantity }) => `${fills} ${quantity}`)])).toEqual([["P1", "3 12", "1 10"]]);
});

test("the outcome of a fill that names none is that which the pair holds there, turned round where the market is", async () => {
  serving = await Serving.begin();
  const markets = JSON.stringify([{ venue: "kalshi", market: "KXDRY", orientation: "opposite" }, { venue: "polymarket", market: "0xrain", orientation: "same" }]);
  const fill = (id: string, venue: string, symbol: string) => single({ id, venue, symbol, outcome: undefined, pairId: "P2" });
  expect(await serving.post("/v1/pairs/fills", [{ type: "pair_defined", pairId: "P2", id: "d", timestamp: "2026-02-08", arbType: "poly_yes_kalshi_no", markets }, fill("a", "kalshi", "KXDRY"), fill("b", "polymarket", "0xrain")])).toMatchObject([200, {}]);
  expect((await pairs())[0]!.legs.map(({ venue, side, venueSide }) => `${venue} ${side} ${venueSide}`)).toEqual(["kalshi no yes", "polymarket yes yes"]);
});

test("a repeat that brings the venue's own fee books that fee, once", async () => {
  serving = await Serving.begin();
  const fill = single({ timestamp: "2026-02-08T01:16:00Z", fee: undefined });
  await serving.post("/v1/pairs/fills", fill);
  expect((await pairs())[0]).toMatchObject({ feesCents: "4" }); // computed: 0.07 × 2 × 0.51 × 0.49, rounded up to a cent
  expect(await serving.post("/v1/pairs/fills", [single({ fee: "0.03" }), single({ fee: "0.03" })])).toMatchObject([200, { results: [{ status: "accepted", warning: expect.stringMatching(/3 cents are booked now/) as string }, { status: "duplicate" }] }]);
  expect((await pairs())[0]).toMatchObject({ feesCents: "3" });
});

test("a pair is asked to be closed, is closing, and is closed when its markets have settled", async () => {
  serving = await Serving.begin();
  await serving.post("/v1/pairs/fills", [row(), single()]);
  expect(await serving.post("/v1/pairs/P1/close", { by: "Ada" })).toMatchObject([200, { status: "closing", changes: [{ from: "open", to: "closing", cause: "close_asked" }] }]);
  const { seq } = serving.service;
  expect(await serving.post("/v1/pairs/P1/close", {})).toMatchObject([200, { status: "closing" }]);
  expect(serving.service.seq).toBe(seq); // asked again, nothing changes
  expect(await serving.post("/v1/pairs/P1/settle", { venue: "kalshi", result: "no" })).toMatchObject([200, { status: "closing", realizedPnlCents: "480" }]); // 1000 − 502 − 18
  expect(await serving.post("/v1/pairs/P1/settle", { result: "no" })).toMatchObject([200, { status: "closed", realizedPnlCents: "30", capitalLockedCents: "0" }]);
  const settled = serving.service.seq;
  expect(await serving.post("/v1/pairs/P1/settle", { result: "no" })).toMatchObject([200, { status: "closed" }]);
  expect(serving.service.seq).toBe(settled);
  expect(await serving.get("/v1/pairs/summary")).toMatchObject([200, { closedPositions: 1, openPositions: 0, realizedPnlCents: "30" }]);
});

test("a pair that is closed is not asked to close: nothing is journaled, and the answer says why", async () => {
  serving = await Serving.begin();
  await serving.post("/v1/pairs/fills", [row(), single()]);
  await serving.post("/v1/pairs/P1/settle", { result: "no" });
  const { seq } = serving.service;
  expect(await serving.post("/v1/pairs/P1/close", {})).toMatchObject([409, { code: "impossible_change", detail: expect.stringMatching(/the pair P1 is closed/) as string }]);
  expect(serving.service.seq).toBe(seq);
});

test.each<[string, string, object, number, RegExp]>([
  ["a pair that is not there", "/v1/pairs/P7/close", {}, 404, /no pair "P7"/],
  ["no result", "/v1/pairs/P1/settle", {}, 400, /^result: /],
  ["a result that is none", "/v1/pairs/P1/settle", { result: "maybe" }, 400, /^result: "maybe" is no result/],
  ["a result beyond 100 cents", "/v1/pairs/P1/settle", { result: "101" }, 409, /0 to 100/],
  ["a venue that it is not of", "/v1/pairs/P1/settle", { result: "yes", venue: "kraken" }, 400, /no such market/],
  ["a slip", "/v1/pairs/P1/close", { who: "Ada" }, 400, /"who" is no key/],
])("%s is told", async (_, path, body, status, says) => {
  serving = await Serving.begin();
  await serving.post("/v1/pairs/fills", row());
  const { seq } = serving.service;
  expect(await serving.post(path, body)).toMatchObject([status, { detail: expect.stringMatching(says) as string }]);
  expect(serving.service.seq).toBe(seq);
});

test("a mark of a market values its YES, and its NO by the rest", async () => {
  serving = await Serving.begin();
  await serving.post("/v1/pairs/fills", [row(), single()]);
  expect((await pairs())[0]).toMatchObject({ unrealizedPnlCents: null });
  await serving.post("/v1/marks", [{ venue: "kalshi", symbol: "KXRAIN-26", price: "0.4" }, { venue: "polymarket", symbol: "0xrain", price: "0.42" }]);
  expect((await pairs())[0]).toMatchObject({ unrealizedPnlCents: "50" }); // 10 × 60 + 10 × 42 − 970
});

test("a token that is bound to an account writes and sees the pairs that were filled in it alone", async () => {
  serving = await Serving.begin({ tokens: [{ name: "all", scopes: ["read", "write"] }, { name: "mine", scopes: ["read", "write"], accounts: ["mine"] }] });
  const mine = serving.bearer("mine");
  await serving.post("/v1/pairs/fills", row(), serving.bearer("all")); // of the account default
  expect(await serving.post("/v1/pairs/fills", row({ pairId: "P2", account: "mine" }), mine)).toMatchObject([200, {}]);
  expect(await serving.post("/v1/pairs/fills", row({ pairId: "P3" }), mine)).toMatchObject([403, { code: "forbidden_account" }]);
  expect(await serving.post("/v1/pairs/fills", [single({ account: "mine" }), single({ account: "mine", pairId: "P2" })], mine)).toMatchObject([207, { results: [{ status: "refused", reason: expect.stringMatching(/^forbidden_account/) as string }, { status: "accepted" }] }]);
  expect((await pairs("", mine)).map(({ pairId }) => pairId)).toEqual(["P2"]);
  expect((await pairs("", serving.bearer("all"))).map(({ pairId }) => pairId)).toEqual(["P1", "P2"]);
  expect((await pairs("?account=mine", serving.bearer("all"))).map(({ pairId }) => pairId)).toEqual(["P2"]);
  expect(await serving.post("/v1/pairs/P1/close", {}, mine)).toMatchObject([404, {}]);
  expect(await serving.get("/v1/pairs/P1", mine)).toMatchObject([404, {}]);
  expect(await serving.get("/v1/pairs/summary", mine)).toMatchObject([200, { totalPositions: 1 }]);
});

describe("a pair is of the accounts that filled it, and of the one that its definition names:", () => {
  const define = (pairId: string, account: string | undefined, id = "d", kalshi = "KXRAIN-26") => ({ type: "pair_defined", pairId, id, timestamp: "2026-02-08", account, arbType: "poly_yes_kalshi_no", markets: JSON.stringify([{ venue: "kalshi", market: kalshi, orientation: "same" }, { venue: "polymarket", market: "0xrain", orientation: "same" }]) });
  const posted = async (body: object, who: string) => {
    const [status, answer] = await serving.post("/v1/pairs/fills", body, serving.bearer(who));
    return status === 403 ? "forbidden" : (answer as unknown as { results: { status: string; reason: string | null }[] }).results.map(({ status: of, reason }) => (reason ?? of).split(":")[0]).join(" ");
  };
  const found = async (pairId: string, who: string) => (await serving.get(`/v1/pairs/${pairId}`, serving.bearer(who)))[0];
  beforeEach(async () => {
    serving = await Serving.begin({ tokens: [{ name: "all", scopes: ["read", "write"] }, { name: "mine", scopes: ["read", "write"], accounts: ["mine"] }, { name: "theirs", scopes: ["read", "write"], accounts: ["theirs"] }] });
  });

  test("a bound token defines a pair for an account of its own alone, and nobody else then touches it", async () => {
    expect([await posted(define("P1", undefined), "mine"), await posted(define("P1", "theirs"), "mine"), await posted(define("P1", "mine"), "mine")]).toEqual(["forbidden", "forbidden", "accepted"]);
    const { seq } = serving.service;
    const split = { type: "pair_split", pairId: "P1", id: "s", timestamp: "2026-02-08", venue: "polymarket", market: "0xrain", quantity: "1" };
    expect([await posted(define("P1", "theirs", "d2"), "theirs"), await posted(single({ account: "theirs" }), "theirs"), await posted(split, "theirs"), await posted(row({ account: "theirs" }), "theirs")]).toEqual(["forbidden", "forbidden", "forbidden", "forbidden"]);
    expect(await serving.post("/v1/pairs/P1/close", {}, serving.bearer("theirs"))).toMatchObject([404, { code: "unknown_pair" }]);
    expect([serving.service.seq, await found("P1", "theirs"), await found("P1", "mine"), await found("P1", "all")]).toEqual([seq, 404, 200, 200]);
    expect([await posted(define("P1", "mine", "d2", "KXRAIN-27"), "mine"), await posted(split, "mine")]).toEqual(["accepted", "accepted"]);
  });

  test("one that was defined for nobody is filled by who comes first, and is his", async () => {
    expect(await posted([define("P1", undefined), define("P2", undefined)], "all")).toBe("accepted accepted");
    expect([await posted(define("P1", "mine", "d2"), "mine"), await found("P1", "mine")]).toEqual(["forbidden", 404]);
    expect(await serving.post("/v1/pairs/P1/settle", { result: "yes" }, serving.bearer("mine"))).toMatchObject([404, {}]);
    expect(await posted([{ type: "pair_settled", pairId: "P1", id: "s", timestamp: "2026-02-09", venue: "kalshi", market: "KXRAIN-26", stage: "final", payout: "0" }, single({ account: "mine" })], "mine")).toBe("forbidden_account accepted");
    expect([await found("P1", "mine"), await posted(single({ account: "theirs", id: "k10" }), "theirs")]).toEqual([200, "forbidden"]);
    expect(await posted([row({ pairId: "P2", account: "theirs" }), define("P2", "theirs", "d2")], "theirs")).toBe("accepted accepted");
  });

  test("who has all accounts gives a pair to another one by defining it again; a row of which nothing filled is its account's", async () => {
    await posted(define("P1", "mine"), "all");
    await posted(define("P1", "theirs", "d2"), "all");
    await posted(row({ pairId: "P2", account: "mine", kalshiQuantity: "0", polymarketQuantity: "0" }), "all");
    expect([await found("P1", "mine"), await found("P1", "theirs"), await found("P2", "mine"), await found("P2", "theirs")]).toEqual([404, 200, 200, 404]);
    expect(await posted(single({ pairId: "P2", account: "theirs" }), "theirs")).toBe("forbidden");
  });

  test("a bound token begins no pair by a split, and learns nothing of what it may not see", async () => {
    expect(await posted({ type: "pair_split", pairId: "P1", id: "s", timestamp: "2026-02-08", venue: "polymarket", market: "0xrain", quantity: "1" }, "mine")).toBe("forbidden");
    await posted(define("P1", "theirs"), "theirs");
    expect(await posted([row({ account: "mine", arbType: "kalshi_only" }), single({ pairId: "P3", account: "mine" })], "mine")).toBe("forbidden_account accepted"); // not that its type is another
  });
});

test("pages follow each other, each pair once", async () => {
  serving = await Serving.begin();
  await serving.post("/v1/pairs/fills", ["a", "b", "c"].map((pairId) => row({ pairId, id: pairId })));
  const [, first] = await serving.get("/v1/pairs?limit=2");
  expect(first).toMatchObject({ pairs: [{ pairId: "a" }, { pairId: "b" }], next: "2" });
  expect(await serving.get(`/v1/pairs?limit=2&cursor=${first.next}`)).toMatchObject([200, { pairs: [{ pairId: "c" }], next: null }]);
});

test("buffered rows are answered at once and on disk soon after; a stop loses none", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "fillbook-pairs-"));
  serving = await Serving.begin({ dataDir, flushIntervalMs: 60_000 });
  expect(await serving.post("/v1/pairs/fills", row(), { "fillbook-acknowledge": "buffered" })).toMatchObject([200, { seq: 4 }]);
  expect(serving.service.durableThrough).toBeLessThan(4);
  await serving.close();
  serving = await Serving.begin({ dataDir });
  expect(await pairs()).toMatchObject([{ pairId: "P1", hedgedQuantity: "8" }]);
  rmSync(dataDir, { recursive: true });
});
