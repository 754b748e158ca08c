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
const [fills, fillMessage, positions, oldChannel, newChannel, settlements, order] = lines.map((line) => decode(line, { account: "A" }));

const fillIn = (report: VenueReport | undefined) => {
  if (report?.is !== "fill") throw new Error(`no fill: ${JSON.stringify(report)}`);
  const { quantity, priceCents, feeCents, time: _time, ...rest } = report.fill;
  return { ...rest, quantity: formatDecimal(quantity), priceCents: formatDecimal(priceCents), feeCents: feeCents && formatDecimal(feeCents) };
};

test("a fill is read to the last digit, by its new names and by its old ones", () => {
  expect(fillIn(fills![0])).toEqual({ account: "A", venue: "kalshi", market: "KXRAIN-26-NYC", token: undefined, side: "yes", action: "buy", quantity: "12.5", priceCents: "41", feeCents: "21.17", role: "taker", status: "final", id: "f-1", orderId: "o-1" });
  expect(fillIn(fills![1])).toMatchObject({ side: "no", action: "sell", quantity: "3", priceCents: "59", feeCents: undefined, role: "maker", id: "f-2" });
});

test("a row without an id is refused with its text, and the rows before it are not", () => {
  expect(fills![2]).toEqual({ is: "unreadable", why: "fill_id or trade_id: is missing", raw: expect.stringContaining('"count_fp":"4.00"') as string });
});

test("of the book's side alone an ask bought NO, at what 100 lacks of the price of YES", () => {
  expect(fillIn(fillMessage![0])).toMatchObject({ side: "no", action: "buy", quantity: "3", priceCents: "94.5", id: "t-3" });
  expect(fillMessage![0]).toMatchObject({ fill: { time: { ns: 1_785_578_400_123_000_000n, unit: "ms" } } });
});

test("positions: dollars, cents, and the channel's hundredths of a cent come to the same money", () => {
  const money = (report: VenueReport | undefined) => (report?.is === "position" ? [report.position.quantity, report.position.costCents!, report.position.realizedCents!, report.position.feesCents!].map(formatDecimal) : []);
  expect(positions!.map(money)).toEqual([["-9.13", "483.89", "0", "15.92"], ["10", "483", "-12", "15"]]);
  expect(money(oldChannel![0])).toEqual(["100", "5000", "1000", "100"]);
  expect(money(newChannel![0])).toEqual(money(oldChannel![0]));
});

test("settlements keep what was paid beside the value that is told", () => {
  expect(settlements).toMatchObject([
    { is: "settlement", settlement: { result: "scalar", yesQuantity: dec("9"), noQuantity: dec("8.86"), revenueCents: dec("6"), valueCents: dec("45"), yesCostCents: dec("450"), noCostCents: dec("440"), feesCents: dec("3.01") } },
    { is: "settlement", settlement: { result: "no", yesQuantity: dec("0"), noQuantity: dec("4"), revenueCents: dec("400"), valueCents: undefined, time: undefined } },
  ]);
});

test("what a sale brought is what its cost in terms of NO leaves of a dollar a contract", () => {
  expect(order).toMatchObject([{ is: "order", order: { action: "sell", side: "yes", filledQuantity: dec("3"), grossCents: dec("252"), feesCents: dec("2"), status: "canceled" } }]);
});

describe("what cannot be read says why:", () => {
  test.each([
    ["no JSON", "{", "is not JSON"],
    ["a list", "[]", "is no object"],
    ["another message", '{"type":"ticker"}', "is none of fills, market_positions, settlements, order"],
    ["an error of the venue", '{"error":{"code":"insufficient_balance"}}', "the venue refused: insufficient_balance"],
    ["a contradiction", '{"type":"fill","msg":{"trade_id":"1","ticker":"X","action":"buy","side":"yes","outcome_side":"no","count":1,"yes_price":5,"ts":1785578400}}', "outcome_side: no is not what buy yes is"],
    ["a price beyond a dollar", '{"type":"fill","msg":{"trade_id":"1","ticker":"X","outcome_side":"yes","count":1,"yes_price":105,"ts":1785578400}}', "105 cents: a contract costs 0 to 100"],
    ["nothing filled", '{"type":"fill","msg":{"trade_id":"1","ticker":"X","outcome_side":"yes","count_fp":"0.00","yes_price":5,"ts":1785578400}}', "0 is not above 0"],
    ["no time", '{"type":"fill","msg":{"trade_id":"1","ticker":"X","outcome_side":"yes","count":1,"yes_price":5}}', "ts_ms or created_time or ts: is missing"],
    ["a count that is no number", '{"type":"fill","msg":{"trade_id":"1","ticker":"X","outcome_side":"yes","count":"NaN","yes_price":5,"ts":1}}', 'count: "NaN" is not a plain number'],
    ["a message without its content", '{"type":"fill","message":{"trade_id":"1"}}', "msg: is missing"],
    ["an order that is none", '{"order":null}', "order: is missing"],
    ["dollars where cents are told", '{"type":"fill","msg":{"trade_id":"1","ticker":"X","outcome_side":"yes","count":1,"yes_price":0.93,"no_price_dollars":"0.07","ts":1785578400}}', "YES at 0.93 and NO at 7 cents are not 100 together"],
    ["a settlement without revenue", '{"settlements":[{"ticker":"X","market_result":"yes","yes_count":1}]}', "revenue: is missing"],
  ])("%s", (_what, raw, why) => {
    expect(decode(raw, { account: "A" })).toEqual([{ is: "unreadable", why: expect.stringContaining(why) as string, raw: expect.stringMatching(/./) as string }]);
  });
});

test("payloads that are cut, changed and mixed up never crash, and keep at most 4 KiB of what they were", () => {
  fc.assert(fc.property(anyBrokenPayload(lines), (raw) => {
    for (const report of decode(raw, { account: "A" })) if (report.is === "unreadable") expect([report.why.length > 0, report.raw.length > 0 || raw === "", encodeUtf8(report.raw).length <= 4096]).toEqual([true, true, true]);
  }), { numRuns: 2_000 });
});
