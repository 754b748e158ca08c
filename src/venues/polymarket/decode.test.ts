import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { anyBrokenPayload } from "../../../test/broken-payload.ts";
import { dec } from "../../../test/pair-kit.ts";
import { encodeUtf8 } from "../../core/model/index.ts";
import { formatDecimal } from "../../core/num/index.ts";
import type { VenueReport } from "../../core/pairs/index.ts";
import { decode } from "./index.ts";

const lines = readFileSync(new URL("fixtures/messages.ndjson", import.meta.url), "utf8").trimEnd().split("\n");
const us = { account: "A", owners: ["me"] };
const [matched, confirmed, made, listed, positions, order, resolved, half, between, neither] = lines.map((line) => decode(line, us));

const fillIn = (report: VenueReport | undefined) => {
  if (report?.is !== "fill") throw new Error(`no fill: ${JSON.stringify(report)}`);
  const { quantity, priceCents, ...rest } = report.fill;
  return { ...rest, quantity: formatDecimal(quantity), priceCents: formatDecimal(priceCents) };
};

test("a trade by the user channel and by REST is one fill, first matched, then final", () => {
  expect(fillIn(matched![0])).toEqual({ account: "A", venue: "polymarket", market: "0xm", token: "111", side: undefined, action: "buy", quantity: "25", priceCents: "57", feeCents: undefined, role: "taker", status: "matched", id: "t-1", orderId: "0xt1", time: { ns: 1_785_578_400_000_000_000n, unit: "s" } });
  expect(fillIn(confirmed![0])).toEqual({ ...fillIn(matched![0]), status: "final" });
});

test("of a trade that we made, our own orders count: against the taker in his token, beside him in the other", () => {
  expect(made!.map(fillIn)).toMatchObject([
    { id: "t-2:0xb", token: "222", action: "buy", quantity: "20", priceCents: "43", role: "maker", status: "matched" },
    { id: "t-2:0xc", token: "111", action: "sell", quantity: "5", priceCents: "57" },
  ]);
  expect(decode(lines[2]!, { account: "A" })).toMatchObject([{ is: "unreadable", why: "maker_orders: none is known to be ours: name our API key or address" }]);
});

test("a trade of the data API has no id, and its numbers go through no float", () => {
  expect(fillIn(listed![0])).toMatchObject({ id: "", action: "sell", quantity: "5.4", priceCents: "99.8", token: "111" });
});

test("positions are read with their basis, dust too", () => {
  expect(positions).toMatchObject([
    { is: "position", position: { token: "111", quantity: dec("150.5"), costCents: dec("8277.5"), realizedCents: dec("50"), isRedeemable: true } },
    { is: "position", position: { token: "222", quantity: dec("0.005"), costCents: dec("0.36"), feesCents: dec("0.01"), isRedeemable: false } },
  ]);
});

test("an order says how much of it is filled, and no price of it", () => {
  expect(order).toMatchObject([{ is: "order", order: { orderId: "0xo", filledQuantity: dec("0"), grossCents: undefined, status: "PLACEMENT" } }]);
});

test("results: a winner, half and half, in between to the last digit, and none", () => {
  const payouts = (reports: readonly VenueReport[] | undefined) => reports!.map((report) => (report.is === "resolution" ? [report.resolution.stage, ...report.resolution.payouts.map(({ token, cents }) => `${token} ${formatDecimal(cents)}`)] : []))[0];
  expect(payouts(resolved)).toEqual(["final", "111 0", "222 100"]);
  expect(payouts(half)).toEqual(["final", "111 50", "222 50"]);
  expect(payouts(between)).toEqual(["provisional", "111 58.43311669077693146635445446077281", "222 41.56688330922306853364554553922719"]);
  expect(payouts(neither)).toEqual(["final"]);
});

describe("what cannot be read says why:", () => {
  test.each([
    ["no JSON", "nonsense", "is not JSON"],
    ["the answer to an order", '{"success":true,"status":"matched","takingAmount":"5","makingAmount":"2.65"}', "read its trades instead"],
    ["a market that is open", '{"condition_id":"0xm","closed":false,"tokens":[]}', "closed: the market has no result yet"],
    ["prices that are no result", '{"conditionId":"0xm","closed":true,"outcomePrices":"[\\"0.2\\",\\"0.3\\"]","clobTokenIds":"[\\"1\\",\\"2\\"]"}', "outcomePrices: come to 0.5, not to 1"],
    ["a status nobody knows", '{"event_type":"trade","id":"1","market":"m","asset_id":"1","side":"BUY","size":"1","price":"0.5","status":"LOST","match_time":"1785578400"}', 'status: "LOST" is none of'],
    ["a price beyond 1", '{"event_type":"trade","id":"1","market":"m","asset_id":"1","side":"BUY","size":"1","price":"57","status":"MATCHED","match_time":"1785578400"}', "57: a share costs 0 to 1"],
    ["no id", '{"event_type":"trade","market":"m","asset_id":"1","side":"BUY","size":"1","price":"0.5","status":"MATCHED","match_time":"1785578400"}', "id: is missing"],
    ["a winner of another market", '{"event_type":"market_resolved","market":"m","assets_ids":["1","2"],"winning_asset_id":"3"}', "winning_asset_id: is none of assets_ids"],
  ])("%s", (_what, raw, why) => {
    expect(decode(raw, us)).toEqual([{ is: "unreadable", why: expect.stringContaining(why) as string, raw: expect.stringMatching(/./) as string }]);
  });
});

test("payloads that are cut, changed and mixed up never crash, and keep at most 4 KiB of what they were", () => {
  fc.assert(fc.property(anyBrokenPayload(lines), (raw) => {
    for (const report of decode(raw, us)) if (report.is === "unreadable") expect([report.why.length > 0, report.raw.length > 0 || raw === "", encodeUtf8(report.raw).length <= 4096]).toEqual([true, true, true]);
  }), { numRuns: 2_000 });
});
