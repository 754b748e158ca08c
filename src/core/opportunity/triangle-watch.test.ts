import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimal, message } from "../../../test/ladders.ts";
import { LadderSet, SymbolMap, TakerFees, type LadderMessage } from "../market/index.ts";
import { TriangleWatch, type TriangleView } from "./index.ts";

const EVER = Number.NEGATIVE_INFINITY;
const say = (symbol: string, bids: string, asks: string, more: Partial<LadderMessage> = {}) => message("snapshot", bids, asks, { venue: "v", symbol, ...more });

function watchOf(messages: readonly LadderMessage[], rate = "0.001"): { watch: TriangleWatch; ladders: LadderSet; ended: TriangleView[] } {
  const ladders = new LadderSet(new SymbolMap([]));
  for (const one of messages) ladders.take(one);
  const ended: TriangleView[] = [];
  const watch = new TriangleWatch(ladders, { fees: new TakerFees([{ venue: "v", fromUs: EVER, rate: decimal(rate) }]), maxAgeUs: 1_000_000, onEnded: (one) => ended.push(one) });
  watch.refresh(0);
  return { watch, ladders, ended };
}

// 1 ETH costs 3000 dollars, brings 0.051 BTC, and that 3060 dollars
const ETH_USD = say("ETH/USD", "2990 x 5", "3000 x 2, 3100 x 9");
const ETH_BTC = say("ETH/BTC", "0.051 x 10", "0.052 x 10");
const BTC_USD = say("BTC/USD", "60000 x 0.04, 59500 x 9", "60100 x 1");

describe("three symbols of one venue", () => {
  test("go round as long as a unit earns something after three fees", () => {
    const [found, ...others] = watchOf([ETH_USD, ETH_BTC, BTC_USD]).watch.live();
    expect(others).toEqual([]);
    // 2 ETH cost 6000 and 6 fee, bring 0.102 BTC less 0.000102; no whole ETH fits into 0.04 BTC, so all is sold at 59500
    expect(found).toEqual({
      kind: "triangular", symbol: "ETH>BTC>USD", currency: "USD", buyVenue: "v", sellVenue: "v", quantity: "2", middleQuantity: "0.101898",
      grossProfit: "69", fees: "18.131931", netProfit: "50.868069", basisPoints: 84.6954195804, bestNetProfit: "50.868069",
      firstSeen: "1970-01-01T00:00:00Z", lastSeen: "1970-01-01T00:00:00Z", lifeMs: 0, ageMs: 0,
    });
  });

  test("in the finest units of its ladders, and a rest below one is left", () => {
    const fine = { ...ETH_USD, asks: [{ price: decimal("3000"), quantity: decimal("2.0001") }] };
    const [found] = watchOf([fine, ETH_BTC, BTC_USD]).watch.live();
    // 0.04 BTC at 60000 take 0.785 ETH (0.7851 would bring 0.04000006…); the other 1.2151 go at 59500
    expect(found!.quantity).toBe("2.0001");
    const first = 0.785 * 0.051 * 0.999 * 60_000 * 0.999;
    const second = 1.2151 * 0.051 * 0.999 * 59_500 * 0.999;
    expect(Number(found!.netProfit)).toBeCloseTo(first + second - 2.0001 * 3000 * 1.001, 8);
    expect(Number(found!.grossProfit) - Number(found!.fees)).toBeCloseTo(Number(found!.netProfit), 10);
  });

  test("the other way round, too", () => {
    const [found] = watchOf([say("ETH/USD", "3100 x 1", "3110 x 1"), ETH_BTC, say("BTC/USD", "58000 x 1", "59000 x 1")]).watch.live();
    // 0.052 BTC and fee are bought for 59000, one ETH for them, and that sold at 3100
    expect(found).toMatchObject({ symbol: "USD>BTC>ETH", quantity: "1", middleQuantity: "0.052052", grossProfit: "32" });
    expect(Number(found!.netProfit)).toBeCloseTo(3100 * 0.999 - 0.052052 * 59_000 * 1.001, 9);
  });

  test("live until they are over, and not on a ladder that is unusable", () => {
    const { watch, ladders, ended } = watchOf([say("ETH/USD", "", "2900 x 1"), ETH_BTC, BTC_USD]);
    expect(watch.live()).toHaveLength(1);
    watch.refresh(500_000);
    ladders.take(message("update", "", "", { venue: "v", symbol: "ETH/BTC", timeUs: 600_000 }));
    watch.refresh(1_000_001);
    expect(watch.live()).toEqual([]);
    expect(ended).toMatchObject([{ lifeMs: 500 }]);
    for (const one of [ETH_USD, ETH_BTC]) expect(watchOf([say("ETH/USD", "", "2900 x 1"), ETH_BTC, { ...BTC_USD, venue: "w" }, one]).watch.live()).toEqual([]);
  });
});

test("net is never more than gross, and what is traded stands on each of the three ladders", () => {
  let seen = 0;
  const price = (least: number, most: number, digits: number) => fc.integer({ min: least, max: most }).map((units) => decimal(`${units}e-${digits}`));
  const side = (least: number, most: number, digits: number) =>
    fc.array(fc.record({ price: price(least, most, digits), quantity: price(1, 300, 2) }), { minLength: 1, maxLength: 4 });
  const ladder = (symbol: string, least: number, middle: number, most: number, digits: number) =>
    fc.record({ bids: side(least, middle, digits), asks: side(middle + 1, most, digits) }).map((sides) => ({ ...say(symbol, "", ""), ...sides }));
  fc.assert(
    fc.property(fc.constantFrom(285, 300, 315).chain((middle) => ladder("ETH/USD", middle - 10, middle, middle + 10, 0)), ladder("ETH/BTC", 48, 50, 52, 3), ladder("BTC/USD", 5_900, 6_000, 6_100, 0), fc.integer({ min: 0, max: 8 }), (a, b, c, rate) => {
      const total = (of: LadderMessage) => Math.max(...(["bids", "asks"] as const).map((one) => of[one].reduce((sum, { quantity }) => sum + Number(quantity.mantissa) / 10 ** quantity.digits, 0)));
      for (const one of watchOf([a, b, c], `${rate}e-3`).watch.live()) {
        seen += 1;
        expect(Number(one.netProfit)).toBeGreaterThan(0);
        expect(Number(one.netProfit)).toBeLessThanOrEqual(Number(one.grossProfit));
        expect(Number(one.quantity)).toBeLessThanOrEqual(Math.min(total(a), total(b)) + 1e-9);
        expect(Number(one.middleQuantity)).toBeLessThanOrEqual(total(c) + 1e-9);
      }
    }),
    { numRuns: 400 },
  );
  expect(seen).toBeGreaterThan(20);
});

test("triangles are those of the rules that hold: other rules end some and begin others", () => {
  const called = (quote: string) => [{ symbol: "AC", base: "ETH", quote }, { symbol: "AB", base: "ETH", quote: "BTC" }, { symbol: "BC", base: "BTC", quote: "USD" }];
  const edition = (version: string, fromUs: number, quote: string) => ({ version, fromUs, symbols: called(quote), conversions: [] });
  const ladders = new LadderSet(new SymbolMap([edition("1", EVER, "EUR"), edition("2", 10, "USD"), edition("3", 20, "EUR")]));
  for (const [symbol, from] of [["AC", ETH_USD], ["AB", ETH_BTC], ["BC", BTC_USD]] as const) ladders.take({ ...from, symbol });
  const ended: TriangleView[] = [];
  const watch = new TriangleWatch(ladders, { fees: new TakerFees([{ venue: "v", fromUs: EVER, rate: decimal("0.001") }]), maxAgeUs: 1_000_000, onEnded: (one) => ended.push(one) });
  const alive = [0, 10, 15, 20].map((nowUs) => {
    ladders.moveTo(nowUs);
    watch.refresh(nowUs);
    return watch.live().length;
  });
  expect(alive).toEqual([0, 1, 1, 0]);
  expect(ended).toMatchObject([{ symbol: "ETH>BTC>USD", lifeMs: 0.005 }]);
});
