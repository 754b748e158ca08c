import { describe, expect, test } from "vitest";
import { dec, ToldPair } from "../../../test/pair-kit.ts";
import { withOwnSchedules } from "../market/index.ts";
import { formatDecimal, multiplyDecimals } from "../num/index.ts";
import { adviceFor, capitalByMarket, feeDifferences, PairTracker, readPairedFill, scheduleFees, unrealizedAtBids, withScheduleFee, type Leg, type PairFilled, type PairLevel, type PairPrices, type PairTexts, type PairVerdict, type PairedTexts } from "./index.ts";

const NS_A_DAY = 86_400_000_000_000n;
type Quote = readonly [cents: string, quantity: string];
const levels = (...all: readonly Quote[]): PairLevel[] => all.map(([cents, quantity]) => ({ priceCents: dec(cents), quantity: dec(quantity) }));
const markets = (resolvesAtNs?: bigint) => [{ venue: "kalshi" as const, market: "m", orientation: "same" as const, resolvesAtNs }, { venue: "polymarket" as const, market: "m", orientation: "same" as const, resolvesAtNs }];
const hedged = (resolvesAtNs?: bigint) => new ToldPair().define("poly_yes_kalshi_no", ...markets(resolvesAtNs)).buy("kalshi", "no", "10", "50", { fee: "17.5" }).buy("polymarket", "yes", "8", "45");

describe("what is held is worth", () => {
  const marks: Record<string, string> = { kalshi: "52", polymarket: "44" };
  const markOf = (leg: Leg) => (marks[leg.venue] === undefined ? undefined : dec(marks[leg.venue]!));

  test("its marks, less what it cost; nothing is said where a leg has none", () => {
    expect(hedged().view({ markOf }).unrealizedPnlCents).toBe("-5.5"); // 520 + 352 − 877.5
    expect(hedged().view({ markOf: (leg) => (leg.venue === "kalshi" ? dec("52") : undefined) }).unrealizedPnlCents).toBeNull();
    expect(hedged().view().unrealizedPnlCents).toBeNull();
  });

  test("what the bids would pay for all of it, after fees; nothing is said where they do not take it all", () => {
    const bidsOf = (leg: Leg) => (leg.venue === "kalshi" ? levels(["52", "4"], ["51", "20"]) : levels(["44", "8"]));
    const prices: PairPrices = { bidsOf, exitFeeOf: (leg, { quantity }) => (leg.venue === "kalshi" ? multiplyDecimals(quantity, dec("0.5")) : dec("0")) };
    expect(hedged().view(prices).unrealizedAtBidsCents).toBe("-16.5"); // 208 + 306 − 5 + 352 − 877.5
    expect(unrealizedAtBids(hedged().state, { bidsOf: () => levels(["44", "8"]) })).toBeUndefined();
  });

  test("nothing once all of it is settled, without any price", () => {
    expect(hedged().settle("kalshi", "0").settle("polymarket", "0").view()).toMatchObject({ unrealizedPnlCents: "0", unrealizedAtBidsCents: "0" });
  });
});

test("the return of a year is what is guaranteed on the capital, times the years that fit in the days to go", () => {
  const view = hedged(73n * NS_A_DAY).buy("polymarket", "yes", "2", "35").view({}, 0n); // 947.5 paid for 1000
  expect(view).toMatchObject({ guaranteedProfitCents: "52.5", capitalLockedCents: "947.5", daysToResolution: 73 });
  expect(view.annualizedReturn).toBeCloseTo((52.5 / 947.5) * 5, 12);
  expect(hedged().view()).toMatchObject({ daysToResolution: null, annualizedReturn: null });
  expect(hedged(73n * NS_A_DAY).view({}, 74n * NS_A_DAY)).toMatchObject({ daysToResolution: null, annualizedReturn: null });
});

test("capital is told by market, and what is lost when both sides lose", () => {
  expect([...capitalByMarket(hedged().state)]).toEqual([["kalshi m", dec("517.5")], ["polymarket m", dec("360")]]);
  expect(hedged().view()).toMatchObject({ mismatchLossCents: "877.5", worstWithDivergenceCents: "-877.5", unhedgedSide: "no", unhedgedQuantity: "2" });
});

test("a summary adds up the pairs, and counts nothing twice", () => {
  const tracker = new PairTracker({ now: () => 0n });
  const rows: PairedTexts[] = [
    { id: "1", pair_id: "a", arb_type: "poly_yes_kalshi_no", kalshi_market: "K1", kalshi_side: "no", kalshi_price_cents: "50", kalshi_quantity: "10", kalshi_fees_cents: "18", polymarket_market: "0x1", polymarket_side: "yes", polymarket_price_cents: "45", polymarket_quantity: "10", polymarket_fees_cents: "0", timestamp: "2026-08-01T10:00:00Z" },
    { id: "2", pair_id: "b", arb_type: "kalshi_yes_poly_no", kalshi_market: "K2", kalshi_side: "yes", kalshi_price_cents: "40", kalshi_quantity: "5", kalshi_fees_cents: "9", polymarket_market: "0x2", polymarket_side: "no", polymarket_price_cents: "55", polymarket_quantity: "0", polymarket_fees_cents: "0", timestamp: "2026-08-01T10:00:01Z" },
  ];
  for (const row of [...rows, ...rows]) tracker.recordFill(row);
  const net = (side: "yes" | "no", cents: string): PairFilled => ({
    type: "pair_filled", pairId: "c", id: side, time: { ns: 0n, unit: "s" }, account: "default", venue: "kalshi", market: "K3", side, action: "buy", quantity: dec("10"), priceCents: dec(cents), grossCents: undefined,
    feeCents: dec("0"), feeIsComputed: false, feeShares: dec("0"), role: "", isFinal: true, orderId: "",
  });
  tracker.recordFill(net("yes", "40"));
  tracker.recordFill(net("no", "55"));
  expect(tracker.getSummary()).toEqual({
    totalPositions: 3, openPositions: 2, closingPositions: 0, expiredPositions: 0, closedPositions: 1, guaranteedProfitCents: "-177", realizedPnlCents: "50", unrealizedPnlCents: null, unhedgedPositions: 1, feesCents: "27", capitalLockedCents: "1177",
  });
  expect(tracker.getPosition("b")).toMatchObject({ status: "open", unhedgedSide: "yes", legs: [{ venue: "kalshi", quantity: "5" }, { venue: "polymarket", side: "no", quantity: "0", avgPriceCents: null, fills: 0 }] });
  expect(tracker.closePosition("a")).toMatchObject({ is: "new" });
  expect([tracker.closePosition("a").is, tracker.closePosition("z").is, tracker.getPosition("a")?.status, tracker.getPosition("z")]).toEqual(["duplicate", "refused", "closing", undefined]);
  expect([...tracker.positions()].map(({ pairId, arbType }) => `${pairId} ${arbType}`)).toEqual(["a poly_yes_kalshi_no", "b kalshi_yes_poly_no", "c kalshi_only"]);
});

describe("advice for a pair with ten YES against eight NO:", () => {
  const oneSided = () => new ToldPair().buy("polymarket", "yes", "10", "45").buy("kalshi", "no", "8", "50");
  const asks = (...all: readonly Quote[]) => [{ venue: "kalshi" as const, levels: levels(...all), feeOf: () => dec("4") }];
  const bids = (...all: readonly Quote[]) => [{ venue: "polymarket" as const, levels: levels(...all) }];

  test("the way that guarantees more is the better one, and both say what they cost", () => {
    expect(adviceFor(oneSided().state, asks(["51", "1"], ["52", "5"]), bids(["40", "5"]))).toEqual({
      unhedgedSide: "yes", unhedgedQuantity: "2", asItIs: { guaranteedTotalCents: "-50", worstWithDivergenceCents: "-850" },
      complete: { venue: "kalshi", cashCents: "103", feesCents: "8", guaranteedTotalCents: "39", changeCents: "89" },
      unwind: { venue: "polymarket", cashCents: "80", feesCents: "0", guaranteedTotalCents: "30", changeCents: "80" },
      better: "complete",
    });
  });

  test("what it says of either is what the pair says when it is done", () => {
    const advice = adviceFor(oneSided().state, asks(["51", "2"]), bids(["40", "2"]))!;
    expect(oneSided().buy("kalshi", "no", "2", "51", { fee: "4" }).view().guaranteedTotalCents).toBe(advice.complete?.guaranteedTotalCents);
    expect(oneSided().sell("polymarket", "yes", "2", "40").view().guaranteedTotalCents).toBe(advice.unwind?.guaranteedTotalCents);
  });

  test("what was realized before counts", () => {
    const before = oneSided().buy("polymarket", "yes", "1", "45").sell("polymarket", "yes", "1", "38");
    expect(adviceFor(before.state, asks(["51", "2"]), bids(["40", "2"]))).toMatchObject({ asItIs: { guaranteedTotalCents: "-57" }, complete: { guaranteedTotalCents: "37" }, unwind: { guaranteedTotalCents: "23" } });
  });

  test("a way without the depth for it is none", () => {
    expect(adviceFor(oneSided().state, asks(["51", "1"]), bids(["40", "2"]))).toMatchObject({ complete: null, better: "unwind" });
    expect(adviceFor(oneSided().state, [], [])).toMatchObject({ complete: null, unwind: null, better: null });
    expect(adviceFor(oneSided().state, [], [{ venue: "kalshi", levels: levels(["40", "9"]) }])).toMatchObject({ unwind: null });
  });

  test("a pair that is hedged, or decided, needs none", () => {
    expect(adviceFor(oneSided().buy("kalshi", "no", "2", "51").state, [], [])).toBeUndefined();
    expect(adviceFor(oneSided().settle("kalshi", "0").state, [], [])).toBeUndefined();
  });
});

describe("a paired row", () => {
  const row = (changes: PairedTexts = {}): PairedTexts => ({
    id: "1", pair_id: "a", arb_type: "poly_yes_kalshi_no", kalshi_market: "KXBTC15M-1", kalshi_side: "no", kalshi_price_cents: "50", kalshi_quantity: "100", kalshi_fees_cents: "", polymarket_market: "0x1", polymarket_side: "yes",
    polymarket_price_cents: "48", polymarket_quantity: "100", polymarket_fees_cents: "", timestamp: "2026-08-01T10:00:00Z", ...changes,
  });

  test("has its empty fees computed by the day's schedule, where one is known", () => {
    const feesOf = (venue: string) => (venue === "polymarket" ? { category: "crypto" } : undefined);
    expect(readPairedFill(row(), { feesOf })).toMatchObject([{ type: "pair_defined" }, { venue: "kalshi", feeCents: dec("175"), feeIsComputed: true }, { venue: "polymarket", feeCents: dec("174.72"), feeIsComputed: true }]);
    expect(readPairedFill(row())).toMatchObject([{}, {}, { venue: "polymarket", feeCents: undefined, feeIsComputed: false }]);
    expect(readPairedFill(row({ timestamp: "2026-02-09T10:00:00Z" }), { feesOf: () => ({ category: "crypto_15m" }) })).toMatchObject([{}, {}, { feeCents: dec("0"), feeShares: dec("1.557504") }]);
    expect(readPairedFill(row({ kalshi_fees_cents: "170" }))).toMatchObject([{}, { feeCents: dec("170"), feeIsComputed: false }, {}]);
  });

  test("whose leg did not fill gives the other alone", () => {
    expect(readPairedFill(row({ kalshi_quantity: "0", kalshi_price_cents: "" }))).toMatchObject([{ type: "pair_defined" }, { venue: "polymarket" }]);
  });

  test.each<[what: string, changes: PairedTexts, column: string, says: string]>([
    ["without an id", { id: " " }, "id", "is empty"],
    ["of no type", { arb_type: "both" }, "arb_type", "is none of poly_yes_kalshi_no"],
    ["with a float of a locale", { kalshi_price_cents: "50,5" }, "kalshi_price_cents", "is not a plain number"],
    ["with a price above a dollar", { kalshi_price_cents: "100.01" }, "kalshi_price_cents", "0 to 100 cents"],
    ["that sells", { polymarket_quantity: "-5" }, "polymarket_quantity", "buys both legs"],
    ["of a side nobody knows", { kalshi_side: "maybe" }, "kalshi_side", "neither yes nor no"],
    ["whose two sides do not hedge", { kalshi_side: "yes" }, "kalshi_side", "orientation opposite"],
    ["at no time", { timestamp: "2026-02-30" }, "timestamp", "a day that does not exist"],
  ])("%s is refused by its column", (_what, changes, column, says) => {
    expect(readPairedFill(row(changes))).toEqual({ column, reason: expect.stringContaining(says) as string });
  });

  test("of a pair that is defined the other way round is read as it was defined", () => {
    const turned = new ToldPair("a").define("poly_yes_kalshi_no", { venue: "kalshi", market: "KXBTC15M-1", orientation: "opposite" }, { venue: "polymarket", market: "0x1", orientation: "same" }).state;
    expect(readPairedFill(row({ kalshi_side: "yes" }), { pair: turned })).toMatchObject([{ type: "pair_filled", side: "yes" }, {}]);
    expect(readPairedFill(row(), { pair: turned })).toMatchObject({ column: "kalshi_side" });
    expect(readPairedFill(row({ arb_type: "kalshi_yes_poly_no" }), { pair: turned })).toMatchObject({ column: "arb_type" });
  });
});

describe("the schedule", () => {
  const seconds = BigInt(Date.UTC(2026, 7, 1)) * 1_000_000n;
  const fills = (...all: readonly PairFilled[]) => all.map((fill, i): PairFilled => ({ ...fill, market: "KXBTCD-1", time: { ns: seconds + BigInt(i), unit: "ns" } }));
  const made = (quantity: string, cents: string, options: Parameters<ToldPair["fill"]>[5] = {}) => new ToldPair().fill("buy", "kalshi", "yes", quantity, cents, options);

  test("counts the fills of an order together, and tells only what differs from what the venue charged", () => {
    const single = Array.from({ length: 5 }, (_, i) => made("1", "50", { id: `${i}`, fee: "2", orderId: "o" }));
    expect(feeDifferences(fills(...single))).toMatchObject([{ id: "4", recordedCents: "2", computedCents: "1", differenceCents: "1" }]);
    expect(feeDifferences(fills(made("10", "50", { fee: "17.5" })), undefined, { gridOf: () => 4 })).toEqual([]);
    expect(feeDifferences(fills(made("10", "50")))).toEqual([]);
  });

  test("knows nothing of a market of an unknown kind, and leaves the fee unknown", () => {
    const fill = new ToldPair().fill("buy", "polymarket", "yes", "10", "50", {});
    expect(withScheduleFee(fill)).toBe(fill);
    expect(scheduleFees([fill], { category: "nobody knows" })).toEqual([undefined]);
    expect(scheduleFees([{ ...fill, role: "maker" }])).toMatchObject([{ feeCents: dec("0") }]);
  });

  test("goes on with the roundings of earlier fills of the order", () => {
    const [a, b, c, d, e] = fills(...Array.from({ length: 5 }, (_, i) => made("1", "50", { id: `${i}`, orderId: "o" })));
    expect(withScheduleFee(e!, undefined, {}, [a!, b!, c!, d!]).feeCents).toEqual(dec("1"));
    expect(withScheduleFee(e!).feeCents).toEqual(dec("2"));
  });

  test("of a fill that is recorded without a fee goes on with the fills of its order that are booked", () => {
    const tracker = new PairTracker({ now: () => 0n });
    const lot = (id: string, changes: PairTexts = {}): PairTexts => ({ id, pair_id: "P", venue: "kalshi", symbol: "KXBTCD-1", side: "yes", quantity: "1", price: "0.5", timestamp: "2026-08-01", order_id: "o", ...changes });
    const feeOf = (texts: PairTexts) => (tracker.recordFill(texts) as readonly PairVerdict[]).map((verdict) => (verdict.is === "new" && verdict.fact.type === "pair_filled" ? formatDecimal(verdict.fact.feeCents!) : verdict.is));
    // 1.75 cents each, rounded up to 2: after the fifth lot the roundings have passed a cent, and one comes back
    expect(["1", "2", "3", "4", "5"].flatMap((id) => feeOf(lot(id)))).toEqual(["2", "2", "2", "2", "1"]);
    expect(feeOf(lot("5"))).toEqual(["duplicate"]);
    expect([...feeOf(lot("6", { order_id: "another" })), ...feeOf(lot("7", { order_id: "" })), ...feeOf(lot("8", { account: "B" })), ...feeOf(lot("9", { fee: "0.03" }))]).toEqual(["2", "2", "2", "3"]);
    expect([...feeOf(lot("10")), ...feeOf(lot("11"))]).toEqual(["2", "2"]); // what is left of the first five, of the lot whose own fee counts, and of these: one cent, not more
  });

  test("is that of a row of one's own from its day on, in the grid that the account is kept to", () => {
    const schedules = withOwnSchedules({ kalshiRates: [{ from: "2026-08-02", taker: "0.1", maker: "0.05", source: "ours" }], kalshiSeries: [{ series: "KXBTCD", from: "2026-08-03", type: "quadratic", multiplier: "0.5", source: "ours" }] });
    const at = (day: number): PairFilled => ({ ...fills(made("10", "50"))[0]!, time: { ns: seconds + BigInt(day) * 86_400_000_000_000n, unit: "ns" } });
    const feeOf = (day: number, gridOf: () => 2 | 4) => scheduleFees([at(day)], {}, { schedules, gridOf }).map((fee) => formatDecimal(fee!.feeCents));
    expect([0, 1, 2].flatMap((day) => feeOf(day, () => 2))).toEqual(["18", "25", "13"]);
    expect([0, 1, 2].flatMap((day) => feeOf(day, () => 4))).toEqual(["17.5", "25", "12.5"]);
  });
});

test("a row that is refused in part leaves nothing of itself in a tracker", () => {
  const tracker = new PairTracker({ now: () => 0n });
  const row: PairTexts = { id: "1", pair_id: "a", arb_type: "poly_yes_kalshi_no", kalshi_market: "KXR", kalshi_side: "no", kalshi_price_cents: "50", kalshi_quantity: "10", kalshi_fees_cents: "0", polymarket_market: "0x1", polymarket_side: "yes", polymarket_price_cents: "48", polymarket_quantity: "10", polymarket_fees_cents: "0", timestamp: "2026-08-01" };
  tracker.recordFill(row);
  const before = tracker.getPosition("a");
  expect(tracker.recordFill({ ...row, id: "1", kalshi_market: "KXR", polymarket_quantity: "11" })).toMatchObject([{ is: "refused", code: "conflicting_fill" }]);
  expect(tracker.recordFill({ ...row, id: "2", polymarket_market: "0x2" })).toMatchObject([{ is: "refused", code: "unknown_market" }]); // though its Kalshi leg is news
  expect(tracker.getPosition("a")).toEqual(before);
  expect(tracker.recordFill({ ...row, id: "2" })).toMatchObject([{ is: "new" }, { is: "new" }]);
});
