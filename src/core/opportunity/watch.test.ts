import { describe, expect, test } from "vitest";
import { decimal, message } from "../../../test/ladders.ts";
import { LadderSet, SymbolMap, TakerFees, type LadderMessage } from "../market/index.ts";
import { OpportunityWatch, type OpportunityOptions, type OpportunityView } from "./index.ts";

const EVER = Number.NEGATIVE_INFINITY;
const SECOND = 1_000_000;
const rules = new SymbolMap([
  {
    version: "1", fromUs: EVER, conversions: [{ from: "EUR", to: "USD", rate: decimal("1.1") }],
    symbols: [{ symbol: "BTC-PERP", base: "BTC", quote: "USD", kind: "perpetual" }, { symbol: "BTC-MAR", base: "BTC", quote: "USD", kind: "future", expiresUs: 9e15 }, { symbol: "XBT", base: "BTC", quote: "USD", multiplier: decimal("0.1") }],
  },
]);
const tenth = (venues: string, rate = "0.001") => new TakerFees(venues.split(" ").map((venue) => ({ venue, fromUs: EVER, rate: decimal(rate) })));

interface Run {
  readonly watch: OpportunityWatch;
  readonly ended: OpportunityView[];
}

function run(messages: readonly LadderMessage[], options: Partial<OpportunityOptions> = {}): Run {
  const ended: OpportunityView[] = [];
  const watch = new OpportunityWatch(new LadderSet(rules), { fees: tenth("a b c"), maxAgeUs: SECOND, onEnded: (one) => ended.push(one), ...options });
  for (const one of messages) watch.take(one);
  watch.refresh(0);
  return { watch, ended };
}

const cheap = message("snapshot", "99 x 1", "100 x 1, 101 x 2, 102.9 x 5", { venue: "a" });
const dear = message("snapshot", "103 x 2, 102 x 3", "104 x 1", { venue: "b" });

describe("one venue asks less than another bids", () => {
  test("both ladders are walked as long as a unit earns something after both fees", () => {
    // buy 1 at 100 and 1 at 101, sell both at 103; buy 1 more at 101, sell at 102; 102.9 is too dear
    const [found, ...others] = run([cheap, dear]).watch.live();
    expect(others).toEqual([]);
    expect(found).toEqual({
      kind: "cross", symbol: "BTC/USD", currency: "USD", buyVenue: "a", buySymbol: "BTC/USD", sellVenue: "b", sellSymbol: "BTC/USD",
      quantity: "3", buyPrice: "100.666666667", sellPrice: "102.666666667", grossProfit: "6", fees: "0.61", transferCost: "0", netProfit: "5.39", basisPoints: 178.476821192,
      bestNetProfit: "5.39", firstSeen: "1970-01-01T00:00:00Z", lastSeen: "1970-01-01T00:00:00Z", lifeMs: 0, ageMs: 0, buyAgeMs: 0, sellAgeMs: 0,
      capital: "302.302", usesInventory: false, inventoryQuantity: "0", latencyMs: null, latencyRisk: null, latencyRiskReason: "no_venue_stats",
    });
  });

  test("fees can take all of it, and where one is unknown there is none", () => {
    expect(run([cheap, dear], { fees: tenth("a b", "0.02") }).watch.live()).toEqual([]);
    expect(run([cheap, dear], { fees: tenth("a") }).watch.live()).toEqual([]);
  });

  test("other quotes, contracts of another size and both digits are stated alike", () => {
    const euros = message("snapshot", "91 x 2", "95 x 1", { venue: "b", symbol: "BTC-EUR" }); // 100.1 dollars
    const tenths = message("snapshot", "97 x 5", "99.5 x 4", { venue: "a", symbol: "XBT" }); // 0.4 whole ones
    const [found] = run([euros, tenths], { fees: tenth("a b", "0") }).watch.live();
    expect(found).toMatchObject({ symbol: "BTC/USD", buySymbol: "XBT", sellSymbol: "BTC-EUR", quantity: "0.4", buyPrice: "99.5", sellPrice: "100.1", netProfit: "0.24" });
  });

  test("a perpetual against spot is basis; two kinds of contract are no goods of one kind", () => {
    const perpetual = { ...dear, symbol: "BTC-PERP" };
    expect(run([cheap, perpetual]).watch.live()).toMatchObject([{ kind: "basis", sellSymbol: "BTC-PERP", netProfit: "5.39" }]);
    expect(run([{ ...cheap, symbol: "BTC-MAR" }, perpetual]).watch.live()).toEqual([]);
    expect(run([{ ...cheap, symbol: "BTC-PERP" }, perpetual]).watch.live()).toMatchObject([{ kind: "cross" }]);
  });

  test("a unit that earns less than the least is not taken, and the whole must earn enough", () => {
    // after fees: 100 → 103 earns 2.797, 101 → 103 1.796 (178 bp), 101 → 102 0.797 (79 bp)
    expect(run([cheap, dear], { minBasisPoints: decimal("100") }).watch.live()).toMatchObject([{ quantity: "2", netProfit: "4.593" }]);
    expect(run([cheap, dear], { minBasisPoints: decimal("300") }).watch.live()).toEqual([]);
    expect(run([cheap, dear], { minNetProfit: decimal("5.39") }).watch.live()).toHaveLength(1);
    expect(run([cheap, dear], { minNetProfit: decimal("5.3900001") }).watch.live()).toEqual([]);
  });

  test("a unit that earns exactly nothing is no gain", () => {
    const equal = [message("snapshot", "", "100 x 1", { venue: "a" }), message("snapshot", "100 x 1", "", { venue: "b" })];
    expect(run(equal, { fees: tenth("a b", "0") }).watch.live()).toEqual([]);
    const paid = run(equal, { fees: tenth("a b", "-0.0001") }).watch.live(); // makers of markets may be paid for taking
    expect(paid).toMatchObject([{ grossProfit: "0", fees: "-0.02", netProfit: "0.02" }]);
  });
});

describe("bringing the goods", () => {
  const transferCost = () => decimal("1.000000000000000001");
  test("costs what is configured, for goods only", () => {
    expect(run([cheap, dear], { transferCost }).watch.live()).toMatchObject([{ transferCost: "1.000000000000000001", netProfit: "4.389999999999999999" }]);
    expect(run([cheap, { ...dear, symbol: "BTC-PERP" }], { transferCost }).watch.live()).toMatchObject([{ transferCost: "0" }]);
    expect(run([cheap, dear], { transferCost: () => decimal("6") }).watch.live()).toEqual([]);
  });

  test.each([
    ["long on both: sold out of what is held", "5", "4", true, "3", "0", "0"],
    ["held in part", "5", "1", true, "1", "201.534666666667", "1.000000000000000001"],
    ["short here, long there: both are closed", "-3", "3", true, "3", "0", "0"],
    ["short on both: the purchase closes", "-1", "-8", true, "1", "201.534666666667", "1.000000000000000001"],
    ["long here, short there: both would grow", "3", "-3", false, "0", "302.302", "1.000000000000000001"],
    ["held on one venue only", "0", "3", false, "0", "302.302", "1.000000000000000001"],
  ])("%s", (_, onA, onB, usesInventory, inventoryQuantity, capital, cost) => {
    const held = (venue: string) => decimal(venue === "a" ? onA : onB);
    const [found] = run([cheap, dear], { held, transferCost }).watch.live();
    expect(found).toMatchObject({ usesInventory, inventoryQuantity, transferCost: cost });
    expect(Number(found!.capital)).toBeCloseTo(Number(capital), 9);
  });
});

test("the risk of being late is what prices move while the slower venue answers", () => {
  const statsOf = (venue: string) => ({ latencyMs: venue === "a" ? 40 : 250 });
  expect(run([cheap, dear], { statsOf }).watch.live()).toMatchObject([{ latencyMs: 250, latencyRisk: null, latencyRiskReason: "no_deviation" }]);
  const [found] = run([cheap, dear], { statsOf, deviationPerSecond: () => 0.0004 }).watch.live();
  expect(found!.latencyRisk).toBeCloseTo(0.0004 * Math.sqrt(0.25) * 302, 12);
});

describe("it lives", () => {
  test("from when it is first seen until it is gone, and its best is kept", () => {
    const { watch, ended } = run([cheap, dear]);
    watch.take(message("update", "103 x 0", "", { venue: "b", timeUs: 200_000 }));
    watch.refresh(200_000);
    expect(watch.live()).toMatchObject([{ quantity: "3", netProfit: "3.392", bestNetProfit: "5.39", lifeMs: 200, ageMs: 200, buyAgeMs: 200, sellAgeMs: 0 }]);
    watch.refresh(300_000);
    watch.take(message("update", "102 x 0", "", { venue: "b", timeUs: 400_000 }));
    watch.refresh(400_000);
    expect(watch.live()).toEqual([]);
    expect(ended).toMatchObject([{ firstSeen: "1970-01-01T00:00:00Z", lastSeen: "1970-01-01T00:00:00.3Z", lifeMs: 300, netProfit: "3.392", bestNetProfit: "5.39" }]);
  });

  test("on when two ladders move in one moment, and ends when they are judged one after the other", () => {
    const up = [message("snapshot", "", "200 x 1", { venue: "a" }), message("snapshot", "210 x 1", "", { venue: "b" })];
    const together = run([cheap, dear]);
    for (const one of up) together.watch.take(one);
    together.watch.refresh(1);
    expect([together.watch.alive, together.ended.length]).toEqual([1, 0]);
    const apart = run([cheap, dear]);
    for (const one of up) {
      apart.watch.take(one);
      apart.watch.refresh(1);
    }
    expect([apart.watch.alive, apart.ended.length]).toEqual([1, 1]);
  });

  test.each([
    ["a side is too old", (watch: OpportunityWatch) => watch.refresh(SECOND + 1)],
    ["an update was lost", (watch: OpportunityWatch) => watch.take(message("update", "", "100 x 1", { venue: "a", sequence: 9 }))],
    ["a ladder crosses itself", (watch: OpportunityWatch) => watch.take(message("update", "", "102.5 x 1", { venue: "b" }))],
    ["a checksum does not fit", (watch: OpportunityWatch) => watch.take(message("update", "", "", { venue: "a", sequence: 2, checksum: { kind: "okx", value: 1 } }))],
    ["a side empties", (watch: OpportunityWatch) => watch.take({ ...dear, bids: [] })],
  ])("not where %s", (_, happen) => {
    const { watch, ended } = run([{ ...cheap, sequence: 1 }, dear]);
    expect(watch.alive).toBe(1);
    happen(watch);
    watch.refresh(1);
    expect([watch.alive, ended.length, watch.live()]).toEqual([0, 1, []]);
  });

  test("again when a ladder that was lost is mended", () => {
    const { watch } = run([{ ...cheap, sequence: 1 }, dear]);
    watch.take(message("update", "", "100 x 1", { venue: "a", sequence: 9 }));
    watch.refresh(1);
    watch.take({ ...cheap, sequence: 9 });
    watch.refresh(2);
    expect(watch.live()).toMatchObject([{ netProfit: "5.39", firstSeen: "1970-01-01T00:00:00.000002Z" }]);
  });

  test("when a level that nobody reaches comes with a time that has passed", () => {
    const { watch, ended } = run([{ ...cheap, sequence: 0 }, { ...dear, sequence: 0 }]);
    expect(watch.change(0, false, 1_029, 7, 0, 1, -2 * SECOND)).toBe(true); // 102.9, in tenths
    watch.refresh(1);
    expect([watch.alive, ended.length]).toEqual([0, 1]);
  });

  test("by the fees of the day", () => {
    const fees = new TakerFees([...["a", "b"].map((venue) => ({ venue, fromUs: EVER, rate: decimal("0.001") })), { venue: "a", fromUs: 500, rate: decimal("0.05") }]);
    const { watch, ended } = run([cheap, dear], { fees });
    watch.refresh(499);
    expect([watch.alive, ended.length]).toEqual([1, 0]);
    watch.refresh(500);
    expect([watch.alive, ended.length]).toEqual([0, 1]);
  });

  test("by the rules of the day", () => {
    const ladders = new LadderSet(new SymbolMap([{ version: "1", fromUs: EVER, symbols: [], conversions: [{ from: "EUR", to: "USD", rate: decimal("1") }] }, { version: "2", fromUs: 500, symbols: [], conversions: [] }]));
    const watch = new OpportunityWatch(ladders, { fees: tenth("a b"), maxAgeUs: SECOND });
    for (const one of [cheap, { ...dear, symbol: "BTC/EUR" }]) watch.take(one);
    watch.refresh(0);
    expect(watch.alive).toBe(1);
    watch.refresh(500);
    expect(watch.alive).toBe(0);
  });

  test("until the end is said", () => {
    const { watch, ended } = run([cheap, dear]);
    watch.refresh(1_000);
    watch.end();
    expect([watch.alive, ended]).toMatchObject([0, [{ lifeMs: 1 }]]);
  });
});
