import fc from "fast-check";
import { expect, test } from "vitest";
import { dec, ToldPair } from "../../../test/pair-kit.ts";
import { addDecimals, compareDecimals, formatDecimal, multiplyDecimals, negatedDecimal, roundDecimal, subtractDecimals, zero, type Decimal } from "../num/index.ts";
import { byVenue, figuresOf, foldPair, NO_WINS, pnlIf, STATUS_CHANGES, wholeCents, YES_WINS, type Ending, type PairSide, type PairState, type PairVenue } from "./index.ts";

/** One thing that happens to a pair; quantities and prices as text. */
type Act =
  | { readonly is: "buy" | "sell"; readonly venue: PairVenue; readonly side: PairSide; readonly quantity: string; readonly cents: string; readonly fee: string }
  | { readonly is: "merge" | "split"; readonly quantity: string }
  | { readonly is: "settle"; readonly venue: PairVenue; readonly cents: string; readonly stage: "provisional" | "disputed" | "final" }
  | { readonly is: "end"; readonly venue: PairVenue }
  | { readonly is: "ask" | "withdraw" };

const anyVenue = fc.constantFrom("kalshi" as const, "polymarket" as const);
const anySide = fc.constantFrom("yes" as const, "no" as const);
const anyQuantity = fc.oneof(fc.constantFrom("1", "10", "100", "5.077775", "0.01"), fc.integer({ min: 1, max: 99_999 }).map((n) => `${n / 100}`));
const anyCents = fc.oneof(fc.constantFrom("50", "0.5", "99.9", "33.01"), fc.integer({ min: 0, max: 100 }).map(String));
const anyFee = fc.constantFrom("0", "1.75", "17.5", "-0.2", "0.8736");
const anyTrade: fc.Arbitrary<Act> = fc.record({ is: fc.constantFrom("buy" as const, "buy" as const, "buy" as const, "sell" as const), venue: anyVenue, side: anySide, quantity: anyQuantity, cents: anyCents, fee: anyFee });
const anyBuy: fc.Arbitrary<Act> = fc.record({ is: fc.constant("buy" as const), venue: anyVenue, side: anySide, quantity: anyQuantity, cents: anyCents, fee: anyFee });
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 10, arbitrary: anyTrade },
  { weight: 1, arbitrary: fc.record({ is: fc.constantFrom("merge" as const, "split" as const), quantity: anyQuantity }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant("settle" as const), venue: anyVenue, cents: fc.constantFrom("0", "100", "50", "58.43"), stage: fc.constantFrom("provisional" as const, "disputed" as const, "final" as const) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant("end" as const), venue: anyVenue }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constantFrom("ask" as const, "withdraw" as const) }) },
);
const anyStory = fc.array(anyAct, { minLength: 1, maxLength: 14 });

function tell(acts: readonly Act[]): ToldPair {
  const pair = new ToldPair();
  acts.forEach((act, i) => {
    if (act.is === "buy" || act.is === "sell") pair[act.is](act.venue, act.side, act.quantity, act.cents, { fee: act.fee, id: `f${i}` });
    else if (act.is === "merge" || act.is === "split") pair[act.is](act.quantity);
    else if (act.is === "settle") pair.settle(act.venue, act.cents, { stage: act.stage });
    else if (act.is === "end") pair.end(act.venue);
    else if (act.is === "ask") pair.askToClose();
    else pair.take({ type: "pair_close_withdrawn", ...pair.head(), by: "hand" });
  });
  return pair;
}

const sum = (...parts: readonly Decimal[]): Decimal => parts.reduce(addDecimals, zero);
const heldStates = (acts: readonly Act[]): PairState | undefined => tell(acts).book.pair("P");
const allRealized = ({ realized }: PairState): Decimal => sum(...Object.values(realized) as Decimal[]);
const withoutHistory = ({ changes: _changes, lastNs: _last, openedAtNs: _opened, ...pair }: PairState) => pair;

test("what is locked and what is exposed make up the whole, in each outcome", () => {
  fc.assert(fc.property(fc.array(anyTrade, { minLength: 1, maxLength: 12 }), (acts) => {
    const figures = figuresOf(heldStates(acts)!);
    expect(sum(figures.hedgedCostCents, figures.exposedCostCents)).toEqual(figures.costCents);
    if (figures.yesQuantity.mantissa < 0n || figures.noQuantity.mantissa < 0n) return;
    const excess = multiplyDecimals(figures.unhedgedQuantity, dec("100"));
    for (const side of ["yes", "no"] as const) {
      const whole = subtractDecimals(sum(figures.lockedCents, figures.unhedgedSide === side ? excess : zero), figures.exposedCostCents);
      expect(formatDecimal(whole)).toBe(formatDecimal(side === "yes" ? figures.yesCents : figures.noCents));
    }
  }), { numRuns: 500 });
});

test("what is guaranteed is no more than any outcome on which the venues agree, and the worst is no more than any at all", () => {
  fc.assert(fc.property(fc.array(anyTrade, { minLength: 1, maxLength: 12 }), (acts) => {
    const pair = heldStates(acts)!;
    const { guaranteedCents, maxProfitCents, maxLossCents, worstCents } = figuresOf(pair);
    const [agreed, split] = [[pnlIf(pair, () => YES_WINS), pnlIf(pair, () => NO_WINS)], [pnlIf(pair, byVenue(YES_WINS, NO_WINS)), pnlIf(pair, byVenue(NO_WINS, YES_WINS))]];
    expect(agreed.map(formatDecimal)).toEqual(expect.arrayContaining([guaranteedCents, maxProfitCents].map(formatDecimal)));
    for (const pnl of agreed) expect(compareDecimals(guaranteedCents, pnl) <= 0 && compareDecimals(pnl, maxProfitCents) <= 0).toBe(true);
    for (const pnl of [...agreed, ...split]) expect(compareDecimals(worstCents, pnl)).toBeLessThanOrEqual(0);
    expect(maxLossCents.mantissa >= 0n && compareDecimals(negatedDecimal(maxLossCents), guaranteedCents) <= 0).toBe(true);
  }), { numRuns: 500 });
});

test("whole cents promise no more and hide no loss", () => {
  fc.assert(fc.property(fc.array(anyTrade, { minLength: 1, maxLength: 8 }), (acts) => {
    const { guaranteedProfitCents, guaranteedProfitWholeCents, maxLossCents, maxLossWholeCents } = tell(acts).view();
    expect(compareDecimals(dec(guaranteedProfitWholeCents), dec(guaranteedProfitCents))).toBeLessThanOrEqual(0);
    expect(compareDecimals(dec(maxLossWholeCents), dec(maxLossCents))).toBeGreaterThanOrEqual(0);
    expect(guaranteedProfitWholeCents).toBe(wholeCents(dec(guaranteedProfitCents), "floor"));
    expect([guaranteedProfitWholeCents, maxLossWholeCents].join(" ")).toMatch(/^-?\d+ \d+$/);
  }));
});

test("no cent is made or lost: what was realized less what is still invested is the cash that moved", () => {
  // a sale on Kalshi of what is not held is a purchase of the other outcome: that law is further down
  fc.assert(fc.property(anyStory.map((acts) => acts.filter((act) => act.is !== "sell" || act.venue === "polymarket")), (acts) => {
    const pair = tell(acts);
    const state = pair.book.pair("P");
    if (state === undefined) return;
    const cash = acts.map((act, i): Decimal => {
      if (act.is === "buy" || act.is === "sell") {
        const gross = multiplyDecimals(dec(act.quantity), dec(act.cents));
        return subtractDecimals(act.is === "buy" ? negatedDecimal(gross) : gross, dec(act.fee));
      }
      if (act.is !== "merge" && act.is !== "split") return zero;
      if (pair.verdicts[i]!.is === "refused") return zero;
      const sets = multiplyDecimals(dec(act.quantity), dec("100"));
      return act.is === "merge" ? sets : negatedDecimal(sets);
    });
    // Kalshi's 100 cents a netted set, and settlements: what they paid is told by what no leg holds any more
    const settled = state.results.filter((one) => one.settled?.stage === "final").map(({ venue, settled: result }) => {
      const legs = state.legs.filter((leg) => leg.venue === venue);
      const exact = sum(...legs.map((leg) => multiplyDecimals(leg.settled, leg.venueSide === "yes" ? centsOf(result!.payout) : subtractDecimals(dec("100"), centsOf(result!.payout)))));
      const isWhole = venue === "kalshi" && !["0", "100"].includes(formatDecimal(centsOf(result!.payout)));
      return venue === "polymarket" ? roundDecimal(exact, 4, "floor") : isWhole ? roundDecimal(exact, 0, "floor") : exact;
    });
    const netted = state.legs.filter(({ venueSide }) => venueSide === "yes").map((leg) => multiplyDecimals(leg.netted.quantity, dec("100")));
    const invested = figuresOf(state).capitalCents;
    expect(formatDecimal(subtractDecimals(allRealized(state), invested))).toBe(formatDecimal(sum(...cash, ...settled, ...netted)));
  }), { numRuns: 500 });
});

function centsOf(payout: Ending): Decimal {
  if (payout.is === "refund") throw new Error("no refunds in these stories");
  return payout.cents;
}

test("settlement pays what the table of outcomes said", () => {
  fc.assert(fc.property(fc.array(anyTrade, { minLength: 1, maxLength: 10 }), anySide, anySide, fc.boolean(), (acts, kalshi, polymarket, kalshiFirst) => {
    const pair = tell(acts);
    const ending = (side: PairSide): Ending => (side === "yes" ? YES_WINS : NO_WINS);
    const said = subtractDecimals(sum(pnlIf(pair.state, byVenue(ending(kalshi), ending(polymarket))), allRealized(pair.state)), pair.state.realized.netted);
    const settlements = [["kalshi", kalshi], ["polymarket", polymarket]] as const;
    for (const [venue, side] of kalshiFirst ? settlements : settlements.toReversed()) pair.settle(venue, side === "yes" ? "100" : "0");
    expect(formatDecimal(allRealized(pair.state))).toBe(formatDecimal(said));
    expect(pair.view()).toMatchObject({ status: "closed", capitalLockedCents: "0" });
  }), { numRuns: 500 });
});

test("buys come to the same pair in any order, where nothing is netted", () => {
  const oneSided = fc.array(anyBuy, { minLength: 1, maxLength: 8 }).map((acts) => acts.filter((act) => act.is !== "buy" || act.venue === "polymarket" || act.side === "no"));
  fc.assert(fc.property(oneSided.filter((acts) => acts.length > 0).chain((acts) => fc.tuple(fc.constant(acts), fc.shuffledSubarray(acts, { minLength: acts.length }))), ([acts, shuffled]) => {
    const figures = (told: readonly Act[]) => ({ ...tell(told).view(), openedAt: null });
    expect(figures(shuffled)).toEqual(figures(acts));
  }));
});

test("whatever the order of trades, all that is made in the end is the same", () => {
  const total = (acts: readonly Act[], cents: string): string => formatDecimal(allRealized(tell(acts).settle("kalshi", cents).settle("polymarket", cents).state));
  fc.assert(fc.property(fc.array(anyTrade, { minLength: 1, maxLength: 8 }).chain((acts) => fc.tuple(fc.constant(acts), fc.shuffledSubarray(acts, { minLength: acts.length }))), fc.constantFrom("0", "100"), ([acts, shuffled], cents) => {
    expect(total(shuffled, cents)).toBe(total(acts, cents));
  }), { numRuns: 500 });
});

test("to sell one outcome on Kalshi is to buy the other: the same is made", () => {
  fc.assert(fc.property(anyQuantity, anyCents, anyCents, anySide, fc.constantFrom("0", "100"), (quantity, paid, got, side, result) => {
    const bought = new ToldPair().buy("kalshi", side, quantity, paid, { fee: "1.75" });
    const other = side === "yes" ? "no" : "yes";
    const sold = new ToldPair().buy("kalshi", side, quantity, paid, { fee: "1.75" }).sell("kalshi", side, quantity, got, { fee: "2" });
    bought.buy("kalshi", other, quantity, formatDecimal(subtractDecimals(dec("100"), dec(got))), { fee: "2" });
    expect(sold.view().realizedPnlCents).toBe(bought.view().realizedPnlCents);
    const unheld = new ToldPair().sell("kalshi", side, quantity, got).settle("kalshi", result);
    const instead = new ToldPair().buy("kalshi", other, quantity, formatDecimal(subtractDecimals(dec("100"), dec(got)))).settle("kalshi", result);
    expect(unheld.view().realizedPnlCents).toBe(instead.view().realizedPnlCents);
  }));
});

test("a pair that was told step by step is the pair that is read from its facts at once", () => {
  fc.assert(fc.property(anyStory, (acts) => {
    const pair = tell(acts);
    if (pair.book.pair("P") === undefined) return;
    expect(withoutHistory(foldPair("P", pair.book.factsOf("P")))).toEqual(withoutHistory(pair.state));
  }), { numRuns: 500 });
});

test("the same facts again change nothing", () => {
  fc.assert(fc.property(anyStory, (acts) => {
    const { book } = tell(acts);
    const before = book.pair("P");
    for (const fact of [...book.factsOf("P")]) expect(book.take(fact)).toEqual({ is: "duplicate", mends: undefined });
    expect(book.pair("P")).toBe(before);
  }));
});

test("a voided fill leaves the pair that never had it", () => {
  fc.assert(fc.property(anyStory, fc.nat(), (acts, which) => {
    const trades = acts.flatMap((act, i) => (act.is === "buy" || act.is === "sell" ? [i] : []));
    if (trades.length < 2) return;
    const gone = trades[which % trades.length]!;
    const { venue } = acts[gone] as Extract<Act, { readonly cents: string }>;
    const pair = tell(acts);
    pair.void(venue, `f${gone}`);
    const rest = pair.book.factsOf("P").filter((fact) => fact.type !== "pair_voided" && fact.id !== `f${gone}`);
    expect(withoutHistory(pair.state)).toEqual(withoutHistory(foldPair("P", rest)));
  }), { numRuns: 500 });
});

test("a status changes only as the table of changes allows, and every change says why", () => {
  fc.assert(fc.property(anyStory, (acts) => {
    for (const { from, to, cause } of heldStates(acts)?.changes ?? []) {
      if (cause !== "corrected") expect([from, to, STATUS_CHANGES[from][to]]).toEqual([from, to, expect.arrayContaining([cause])]);
    }
  }), { numRuns: 500 });
});
