import { describe, expect, test } from "vitest";
import { dec, ToldPair } from "../../../test/pair-kit.ts";
import { zero } from "../num/index.ts";
import { factsOf, PairBook, reconcile, settledYesCents, type PairFact, type VenueAccount, type VenueFill, type VenuePosition, type VenueSettlement } from "./index.ts";

const asked = { ns: 1_000_000_000_000n, unit: "s" as const };
const kalshi = (told: Partial<VenueAccount>): VenueAccount => ({ venue: "kalshi", account: "A", asked, ...told });
const polymarket = (told: Partial<VenueAccount>): VenueAccount => ({ ...kalshi(told), venue: "polymarket" });
const position = (quantity: string, rest: Partial<VenuePosition> = {}): VenuePosition => ({ venue: "kalshi", market: "m", token: undefined, quantity: dec(quantity), costCents: undefined, realizedCents: undefined, feesCents: undefined, isRedeemable: false, ...rest });
const token = (name: string, quantity: string, isRedeemable = false) => position(quantity, { venue: "polymarket", token: name, isRedeemable });
const fill = (id: string, quantity: string, cents: string, rest: Partial<VenueFill> = {}): VenueFill => ({
  account: "A", venue: "kalshi", market: "m", token: undefined, side: "no", action: "buy", quantity: dec(quantity), priceCents: dec(cents), feeCents: undefined, role: "taker", status: "final", id, orderId: "", time: { ns: 3_000_000_000n, unit: "s" }, ...rest,
});
const settlement = (rest: Partial<VenueSettlement>): VenueSettlement => ({
  venue: "kalshi", market: "m", result: "no", yesQuantity: zero, noQuantity: dec("10"), yesCostCents: undefined, noCostCents: undefined, revenueCents: dec("1000"), valueCents: undefined, feesCents: undefined, time: undefined, ...rest,
});

/** Ten NO on Kalshi and ten YES on Polymarket, with their tokens. */
const pair = () =>
  new ToldPair()
    .define("poly_yes_kalshi_no", { venue: "kalshi", market: "m", orientation: "same" }, { venue: "polymarket", market: "m", orientation: "same", yesToken: "111", noToken: "222" })
    .buy("kalshi", "no", "10", "50", { id: "k1", fee: "17.5" }).buy("polymarket", "yes", "10", "45", { id: "p1" });

/** What is left to say once everything that was offered is taken. */
function afterMending(told: ToldPair, account: VenueAccount): string[] {
  for (const { mends } of reconcile(told.book, account)) for (const fact of mends) expect(told.book.take(fact).is).toBe("new");
  return reconcile(told.book, account).map(({ cause }) => cause);
}
const causes = (told: ToldPair, account: VenueAccount) => reconcile(told.book, account).map(({ cause, mends }) => [cause, ...mends.map(({ type }) => type)].join(" "));

describe("the book and a venue", () => {
  test("agree: nothing is said", () => {
    expect(reconcile(pair().book, kalshi({ fills: [fill("k1", "10", "50", { feeCents: dec("17.5"), time: { ns: 2_000_000_000n, unit: "s" } })], fillsSinceNs: 0n, positions: [position("-10")] }))).toEqual([]);
    expect(reconcile(pair().book, polymarket({ positions: [token("111", "10")] }))).toEqual([]);
  });

  const known = fill("k1", "10", "50", { feeCents: dec("17.5") });
  test.each<[what: string, account: VenueAccount, expected: string[], left: string[]]>([
    ["a fill that was missed is told once, not as a position too", kalshi({ fills: [known, fill("k2", "3", "51")], positions: [position("-13")] }), ["missing_fill pair_filled"], []],
    ["a fill that the venue does not know", kalshi({ fills: [], fillsSinceNs: 0n, positions: [] }), ["unknown_fill pair_voided"], []],
    ["another fee", kalshi({ fills: [{ ...known, feeCents: dec("18") }] }), ["fee pair_fill_amended"], []],
    ["another price", kalshi({ fills: [{ ...known, priceCents: dec("51") }] }), ["content pair_fill_amended"], []],
    ["a position that no fill explains", kalshi({ positions: [position("-12")] }), ["quantity"], ["quantity"]],
    ["a market of no pair", kalshi({ positions: [position("-10"), position("3", { market: "else" })] }), ["quantity"], ["quantity"]],
    ["a settlement", kalshi({ settlements: [settlement({})], positions: [] }), ["settlement pair_settled"], []],
    ["a failed trade", polymarket({ fills: [fill("p1", "10", "45", { venue: "polymarket", side: undefined, token: "111", status: "failed" })], positions: [] }), ["failed_fill pair_voided"], []],
    ["dust that is not listed", polymarket({ positions: [token("111", "9.4")] }), ["dust"], ["dust"]],
    ["a result, with contracts listed until they are redeemed", polymarket({ resolutions: [{ venue: "polymarket", market: "m", payouts: [{ token: "222", cents: dec("0") }], stage: "final", time: undefined }], positions: [token("111", "10", true)] }), ["settlement pair_settled"], []],
    ["a market that closed without a result", polymarket({ resolutions: [{ venue: "polymarket", market: "m", payouts: [], stage: "final", time: undefined }] }), ["settlement pair_market_ended"], []],
  ])("differ by %s", (_what, account, expected, left) => {
    expect(causes(pair(), account)).toEqual(expected);
    expect(afterMending(pair(), account)).toEqual(left);
  });

  test("differ by a fill whose venue tells no fee: it is offered with that of its schedule", () => {
    const told = new ToldPair().define("poly_only", { venue: "polymarket", market: "m", orientation: "same", yesToken: "111", noToken: "222", fees: { category: "politics" } });
    const august = { ns: BigInt(Date.parse("2026-08-01")) * 1_000_000n, unit: "s" as const };
    const account = polymarket({ fills: [fill("p1", "10", "50", { venue: "polymarket", side: undefined, token: "111", time: august })] });
    // 0.04 × 10 × 0.5 × 0.5 dollars
    expect(reconcile(told.book, account)).toMatchObject([{ cause: "missing_fill", mends: [{ feeCents: dec("10"), feeIsComputed: true }, { type: "pair_confirmed" }] }]);
    expect(afterMending(told, account)).toEqual([]);
  });

  test("differ by sets that were merged, or split", () => {
    const both = () => pair().buy("polymarket", "no", "10", "54", { id: "p2" });
    expect(causes(both(), polymarket({ positions: [token("111", "4"), token("222", "4")] }))).toEqual(["netting pair_merged"]);
    expect(afterMending(both(), polymarket({ positions: [token("111", "4"), token("222", "3")] }))).toEqual(["quantity"]);
    expect(causes(both(), polymarket({ positions: [token("111", "15"), token("222", "15")] }))).toEqual(["netting pair_split"]);
  });

  test("differ by dust on both sides where one is not listed: nothing was merged", () => {
    const uneven = pair().buy("polymarket", "no", "0.3", "54", { id: "p2" });
    expect(causes(uneven, polymarket({ positions: [token("111", "9.7")] }))).toEqual(["dust", "dust"]);
  });

  test("a trade without an id is met by its content, and cannot be booked where it is not", () => {
    const listed = fill("", "10", "45", { venue: "polymarket", side: undefined, token: "111", time: { ns: 3_000_000_000n, unit: "s" } });
    expect(causes(pair(), polymarket({ fills: [listed] }))).toEqual([]);
    const [difference] = reconcile(pair().book, polymarket({ fills: [{ ...listed, quantity: dec("11") }] }));
    expect(difference).toMatchObject({ cause: "missing_fill", mends: [], why: expect.stringContaining("has no id on this channel") as string });
  });
});

describe("a venue's word becomes a fact", () => {
  const facts = (report: Parameters<typeof factsOf>[0], of = pair()) => factsOf(report, of.book.pairs(), asked);

  test("of the outcome that the token was defined to be, whatever its label", () => {
    expect(facts({ is: "fill", fill: fill("p9", "1", "45", { venue: "polymarket", side: undefined, token: "222" }) })).toMatchObject([{ type: "pair_filled", pairId: "P", side: "no", isFinal: true }, { type: "pair_confirmed" }]);
    expect(facts({ is: "fill", fill: fill("p9", "1", "45", { venue: "polymarket", side: undefined, token: "333" }) })).toMatchObject({ problem: "unknown_token" });
  });

  test("not where no pair, or more than one, holds the market", () => {
    expect(facts({ is: "fill", fill: fill("k9", "1", "45", { market: "else" }) })).toMatchObject({ problem: "unknown_market" });
    const [one, two] = [pair().state, { ...pair().state, pairId: "Q" }];
    expect(factsOf({ is: "fill", fill: fill("k9", "1", "45") }, [one, two], asked)).toMatchObject({ problem: "ambiguous_market", why: expect.stringContaining("P, Q") as string });
    expect(factsOf({ is: "settlement", settlement: settlement({}) }, [one, two], asked)).toMatchObject([{ pairId: "P", revenueCents: undefined }, { pairId: "Q", revenueCents: undefined }]);
    expect(facts({ is: "settlement", settlement: settlement({}) })).toMatchObject([{ pairId: "P", revenueCents: dec("1000") }]);
  });

  test("nothing comes of positions and orders", () => {
    expect(facts({ is: "position", position: position("1") })).toEqual([]);
  });

  test.each<[what: string, of: Partial<VenueSettlement>, yesCents: string | undefined]>([
    ["yes", { result: "yes", revenueCents: dec("0"), valueCents: dec("200") }, "100"],
    ["in between, told of YES, paid in whole cents", { result: "scalar", yesQuantity: dec("19"), noQuantity: dec("18.86"), revenueCents: dec("6"), valueCents: dec("45") }, "45"],
    ["in between, told of the side that was held", { result: "scalar", noQuantity: dec("1"), revenueCents: dec("82"), valueCents: dec("82") }, "18"],
    ["in between, told of the side that was held, paid in whole cents", { result: "scalar", yesQuantity: dec("18.86"), noQuantity: dec("19"), revenueCents: dec("6"), valueCents: dec("45") }, "55"],
    ["in between, with a value that explains nothing: what was paid counts", { result: "scalar", noQuantity: dec("4"), revenueCents: dec("100"), valueCents: dec("60") }, "75"],
    ["in between, nothing held at the end", { result: "scalar", yesQuantity: dec("2"), noQuantity: dec("2"), revenueCents: dec("0"), valueCents: dec("60") }, "60"],
    ["in between, nothing held and nothing told", { result: "scalar", yesQuantity: dec("2"), noQuantity: dec("2"), revenueCents: dec("0") }, undefined],
  ])("a settlement %s", (_what, of, yesCents) => {
    expect(settledYesCents(settlement(of))).toEqual(yesCents === undefined ? undefined : dec(yesCents));
  });
});

describe("what cannot be a fact is refused with a reason:", () => {
  const head = { pairId: "P", id: "x", time: asked };
  const ref = { account: "A", venue: "kalshi" as const, market: "m", id: "k1" };
  test.each<[what: string, fact: PairFact, code: string]>([
    ["a void of a fill nobody knows", { type: "pair_voided", ...head, fill: { ...ref, id: "k9" }, why: "" }, "unknown_fill"],
    ["a close of a pair nobody knows", { type: "pair_close_asked", ...head, pairId: "Z", by: "me" }, "unknown_pair"],
    ["a market that the pair does not have", { type: "pair_merged", ...head, venue: "polymarket", market: "else", quantity: dec("1") }, "unknown_market"],
    ["a quantity of 0", { type: "pair_merged", ...head, venue: "polymarket", market: "m", quantity: zero }, "impossible_amount"],
    ["a payout above a dollar", { type: "pair_settled", ...head, venue: "kalshi", market: "m", stage: "final", payout: { is: "cents", cents: dec("101") }, revenueCents: undefined }, "impossible_amount"],
    ["an amendment to a price below 0", { type: "pair_fill_amended", ...head, fill: ref, quantity: undefined, priceCents: dec("-1"), feeCents: undefined }, "impossible_amount"],
    ["no id", { type: "pair_close_asked", ...head, id: "", by: "me" }, "missing_id"],
    ["a pair of one venue with markets of two", { type: "pair_defined", ...head, arbType: "kalshi_only", markets: [{ venue: "kalshi", market: "m", orientation: "same" }, { venue: "polymarket", market: "m", orientation: "same" }] }, "conflicting_pair"],
    ["a definition without the market that was filled", { type: "pair_defined", ...head, arbType: "poly_yes_kalshi_no", markets: [{ venue: "kalshi", market: "other", orientation: "same" }, { venue: "polymarket", market: "m", orientation: "same" }] }, "conflicting_pair"],
  ])("%s", (_what, fact, code) => {
    expect(pair().book.take(fact)).toMatchObject({ is: "refused", code, why: expect.any(String) as string });
  });

  test("the same id for something else", () => {
    const told = pair();
    const fact: PairFact = { type: "pair_merged", ...head, venue: "polymarket", market: "m", quantity: dec("1") };
    expect([told.book.take(fact).is, told.book.take(fact).is, told.book.take({ ...fact, quantity: dec("2") })]).toMatchObject(["new", "duplicate", { is: "refused", code: "conflicting_fact" }]);
  });

  test("a fill of one venue belongs to one pair", () => {
    const book = new PairBook();
    const [first] = pair().book.fillsOf("P");
    expect([book.take(first!).is, book.take({ ...first!, pairId: "Q" })]).toMatchObject(["new", { is: "refused", code: "conflicting_fill" }]);
  });
});
