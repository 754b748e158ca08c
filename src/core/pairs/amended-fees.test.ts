import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDecimal } from "../num/index.ts";
import { withOwnSchedules } from "../market/index.ts";
import { PairBook, PairTracker, pairFactTexts, recordPairs, type PairFees, type PairTexts } from "./index.ts";

/** A book that rows are recorded in, one after the other. */
class Told {
  readonly book = new PairBook();
  readonly #fees: PairFees;
  #n = 0;

  constructor(fees: PairFees = {}) {
    this.#fees = fees;
  }

  take(texts: PairTexts) {
    return recordPairs(this.book, texts, this.#fees);
  }

  /** A fill without a fee, on Kalshi unless it says otherwise. */
  fill(id: string, quantity: string, priceCents: string, more: PairTexts = {}): this {
    expect(this.take({ pair_id: "P", id, venue: "kalshi", symbol: "KXBTCD-1", side: "yes", quantity, price_cents: priceCents, timestamp: "2026-08-01", ...more })).toMatchObject({ is: "news" });
    return this;
  }

  amend(fill: string, more: PairTexts): this {
    this.#n += 1;
    expect(this.take({ type: "pair_fill_amended", pair_id: "P", id: `a${this.#n}`, timestamp: "2026-08-20", venue: "kalshi", market: "KXBTCD-1", fill, ...more })).toMatchObject({ is: "news" });
    return this;
  }

  /** Fees by fill, in cents and in contracts. */
  get fees(): string[] {
    return this.book.fillsOf("P").map(({ id, feeCents, feeShares, feeIsComputed }) => `${id}: ${feeCents === undefined ? "unknown" : formatDecimal(feeCents)}${feeShares.mantissa === 0n ? "" : ` and ${formatDecimal(feeShares)} contracts`}${feeIsComputed ? "" : ", told"}`);
  }
}

describe("a fee that was computed is computed anew for what its fill is amended to:", () => {
  test("on Kalshi, by price and by quantity", () => {
    // 0.07 × 10 × 0.5 × 0.5 = 17.5 cents, up to a cent
    const told = new Told().fill("f", "10", "50");
    expect(told.fees).toEqual(["f: 18"]);
    expect(told.amend("f", { price_cents: "40" }).fees).toEqual(["f: 17"]); // 0.07 × 10 × 0.4 × 0.6 = 16.8
    expect(told.amend("f", { quantity: "20" }).fees).toEqual(["f: 34"]); // 33.6
    expect(told.book.pair("P")!.legs[0]!.open).toMatchObject({ grossCents: { mantissa: 800n, digits: 0 }, feesCents: { mantissa: 34n, digits: 0 } });
  });

  test("by the schedule of the day of the fill, not of the amendment", () => {
    // KXMLBGAME has been at half since 7 August: 0.07 × 100 × 0.24 = 168 cents, and half of it
    const at = (timestamp: string): string[] => new Told().fill("f", "100", "50", { symbol: "KXMLBGAME-1", timestamp }).amend("f", { market: "KXMLBGAME-1", price_cents: "40" }).fees;
    expect([...at("2026-08-06"), ...at("2026-08-08")]).toEqual(["f: 168", "f: 84"]);
  });

  test("in the grid of the account, by a schedule of one's own", () => {
    const schedules = withOwnSchedules({ kalshiRates: [{ from: "2026-07-31", taker: "0.1", maker: "0.05", source: "ours" }] });
    expect(new Told({ schedules, gridOf: () => 4 }).fill("f", "10", "50").amend("f", { price_cents: "45" }).fees).toEqual(["f: 24.75"]); // 0.1 × 10 × 0.45 × 0.55
  });

  test("on Polymarket in dollars, and in contracts while a buyer paid so", () => {
    const row: PairTexts = { pair_id: "P", arb_type: "poly_only", id: "f", timestamp: "2026-08-01", polymarket_market: "0x1", polymarket_side: "yes", polymarket_price_cents: "50", polymarket_quantity: "10", polymarket_category: "politics" };
    const amended: PairTexts = { venue: "polymarket", market: "0x1", price_cents: "40" };
    const inDollars = new Told();
    inDollars.take(row);
    expect([inDollars.fees, inDollars.amend("f", amended).fees]).toEqual([["f: 10"], ["f: 9.6"]]); // 0.04 × 10 × 0.5 × 0.5 dollars; 0.04 × 10 × 0.4 × 0.6
    const inShares = new Told();
    inShares.take({ ...row, timestamp: "2026-04-01", polymarket_category: "sports" });
    expect([inShares.fees, inShares.amend("f", amended).fees]).toEqual([["f: 0 and 0.15 contracts"], ["f: 0 and 0.18 contracts"]]); // 0.03 × 10 × 0.25 dollars at 0.5 each; 0.072 at 0.4
    expect(inShares.amend("f", { ...amended, price_cents: "", quantity: "0.1" }).fees).toEqual(["f: 0 and 0.0018 contracts"]); // fewer than the fee took before
  });
});

describe("over an order on Kalshi,", () => {
  const order = () => ["1", "2", "3", "4", "5"].reduce((told, id) => told.fill(id, "1", "50", { order_id: "o" }), new Told());
  const feesOf = (told: Told) => told.fees.map((text) => text.split(": ")[1]);

  test("an amended fill moves what the roundings of the later ones come to", () => {
    // 1.75 cents each, up to 2: the roundings pass a cent with the fifth, and one comes back
    expect(feesOf(order())).toEqual(["2", "2", "2", "2", "1"]);
    // the first at 10 cents: 0.63 up to 1 takes 0.37; with 0.25 each they pass a cent with the fourth
    expect(feesOf(order().amend("1", { price_cents: "10" }))).toEqual(["1", "2", "2", "1", "2"]);
    expect(feesOf(order().amend("1", { price_cents: "10", fee_cents: "3" }))).toEqual(["3, told", "2", "2", "1", "2"]);
    expect(feesOf(order().amend("1", { price_cents: "10" }).amend("1", { price_cents: "50" }))).toEqual(["2", "2", "2", "2", "1"]);
  });

  test("a fill that never came to be takes its rounding with it", () => {
    const told = order();
    expect(told.take({ type: "pair_voided", pair_id: "P", id: "v", timestamp: "2026-08-20", venue: "kalshi", market: "KXBTCD-1", fill: "1", why: "error" })).toMatchObject({ is: "news", facts: [{ orderFees: [{ id: "5" }] }] });
    expect(told.fees).toEqual(["2: 2", "3: 2", "4: 2", "5: 2"]);
  });

  test("a fee that the venue told stays, and only later fills of the same order move", () => {
    const told = order().fill("6", "1", "50").amend("5", { fee_cents: "2" }).amend("1", { price_cents: "10" });
    expect(feesOf(told)).toEqual(["1", "2", "2", "1", "2, told", "2"]);
  });
});

test("a fee that the venue told outlasts an amendment, and one that is amended is all of the fee", () => {
  expect(new Told().fill("f", "10", "50", { fees_cents: "15" }).amend("f", { price_cents: "40" }).fees).toEqual(["f: 15, told"]);
  expect(new Told().fill("f", "10", "50").amend("f", { price_cents: "40", fee_cents: "16" }).amend("f", { quantity: "20" }).fees).toEqual(["f: 16, told"]);
  const inShares = new Told();
  inShares.take({ pair_id: "P", arb_type: "poly_only", id: "f", timestamp: "2026-04-01", polymarket_market: "0x1", polymarket_side: "yes", polymarket_price_cents: "50", polymarket_quantity: "10", polymarket_category: "sports" });
  expect(inShares.amend("f", { venue: "polymarket", market: "0x1", fee_cents: "7.5" }).fees).toEqual(["f: 7.5, told"]); // no contracts beside it
});

test("what a venue took in contracts is its own fee: none is computed beside it, it replaces a computed one, and another is another fill", () => {
  const row: PairTexts = { pair_id: "P", id: "f", venue: "polymarket", symbol: "0x1", side: "yes", quantity: "5", price_cents: "29", timestamp: "2026-02-20" };
  const feesOf = () => ({ category: "crypto_15m" });
  const booked = (...shares: string[]) => {
    const told = new Told({ feesOf });
    return [...shares.map((fee_shares) => told.take({ ...row, fee_shares }).is), ...told.fees];
  };
  // by the schedule 0.25 × 5 × 0.29 × (0.29 × 0.71)² dollars, paid in contracts of 0.29 each: 0.0529935, to six decimals
  expect(booked("")).toEqual(["news", "f: 0 and 0.052994 contracts"]);
  expect(booked("0.1065", "0.1065", "")).toEqual(["news", "known", "known", "f: 0 and 0.1065 contracts, told"]);
  expect(booked("", "0.1065", "0.1065")).toEqual(["news", "news", "known", "f: 0 and 0.1065 contracts, told"]);
  expect(booked("0.1065", "0.2")).toEqual(["news", "refused", "f: 0 and 0.1065 contracts, told"]);
});

test("the same amendment again is a repeat, and an export of it gives the same pair whatever schedules say there", () => {
  const told = ["1", "2", "3", "4", "5"].reduce((so, id) => so.fill(id, "1", "50", { order_id: "o" }), new Told()).amend("1", { price_cents: "10" });
  const facts = told.book.factsOf("P");
  expect(told.take({ type: "pair_fill_amended", pair_id: "P", id: "a1", timestamp: "2026-08-20", venue: "kalshi", market: "KXBTCD-1", fill: "1", price_cents: "10" })).toMatchObject({ is: "known" });
  expect(told.take({ type: "pair_fill_amended", pair_id: "P", id: "a1", timestamp: "2026-08-20", venue: "kalshi", market: "KXBTCD-1", fill: "1", price_cents: "11" })).toMatchObject({ is: "refused", code: "conflicting_fact" });
  const other = new Told({ schedules: withOwnSchedules({ kalshiRates: [{ from: "2026-07-31", taker: "0.5", maker: "0.5", source: "ours" }] }) });
  for (const fact of facts) expect(other.take(pairFactTexts(fact))).toMatchObject({ is: "news" });
  expect(other.book.factsOf("P")).toEqual(facts);
  expect(other.book.pair("P")).toEqual(told.book.pair("P"));
});

test("an order with a fill amended, and one without a fill, has the fees that it would have had from the start", () => {
  const cents = fc.integer({ min: 1, max: 99 }).map(String);
  const lot = fc.record({ quantity: fc.constantFrom("1", "0.3", "2.07", "10"), cents, liquidity: fc.constantFrom("taker", "maker") });
  fc.assert(fc.property(fc.array(lot, { minLength: 1, maxLength: 8 }), fc.nat(), fc.option(cents), (lots, pick, to) => {
    const at = pick % lots.length;
    const booked = (changed: boolean): Told => lots.reduce((told, { quantity, cents: price, liquidity }, i) => (changed && i === at && to === null ? told : told.fill(`${i}`, quantity, changed && i === at ? to! : price, { order_id: "o", liquidity, symbol: "KXFED-1" })), new Told());
    const told = booked(false);
    const of: PairTexts = { pair_id: "P", id: "c", timestamp: "2026-08-20", venue: "kalshi", market: "KXFED-1", fill: `${at}` };
    told.take(to === null ? { ...of, type: "pair_voided", why: "error" } : { ...of, type: "pair_fill_amended", price_cents: to });
    expect(told.fees).toEqual(booked(true).fees);
  }));
});

test("a tracker computes them anew, too", () => {
  const tracker = new PairTracker({ now: () => 0n });
  tracker.recordFill({ pair_id: "P", id: "f", venue: "kalshi", symbol: "KXBTCD-1", side: "yes", quantity: "10", price_cents: "50", timestamp: "2026-08-01" });
  expect(tracker.getPosition("P")).toMatchObject({ feesCents: "18" });
  tracker.recordFill({ type: "pair_fill_amended", pair_id: "P", id: "a", timestamp: "2026-08-20", venue: "kalshi", market: "KXBTCD-1", fill: "f", price_cents: "40" });
  expect(tracker.getPosition("P")).toMatchObject({ feesCents: "17", costCents: "417" });
});

test.each(["soon", "{}", "[{}]", "[null]", '[{"id": "f", "feeCents": 5}]', '[{"id": "f", "feeCents": "NaN"}]'])("%s is no list of fees of an order", (order_fees) => {
  expect(new Told().fill("f", "10", "50").take({ type: "pair_voided", pair_id: "P", id: "v", timestamp: "2026-08-20", venue: "kalshi", market: "KXBTCD-1", fill: "f", order_fees })).toMatchObject({ is: "refused", field: "order_fees" });
});
