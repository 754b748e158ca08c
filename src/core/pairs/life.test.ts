import { describe, expect, test } from "vitest";
import { dec, ToldPair } from "../../../test/pair-kit.ts";
import { byVenue, NO_WINS, pnlIf, YES_WINS } from "./index.ts";
import { formatDecimal } from "../num/index.ts";

const hedged = () => new ToldPair().buy("kalshi", "no", "100", "48", { fee: "175" }).buy("polymarket", "yes", "100", "47", { fee: "124.55" });

describe("one venue settles days before the other:", () => {
  test("its money is booked, the other leg stays, and the pair is closing", () => {
    const pair = hedged().settle("kalshi", "0");
    expect(pair.view()).toMatchObject({ status: "closing", realizedPnlCents: "5025", costCents: "4824.55", capitalLockedCents: "4824.55", guaranteedTotalCents: "200.45", realizedBy: { settled: "5025" } });
    expect(pair.view().legs).toMatchObject([{ venue: "kalshi", openQuantity: "0", settledQuantity: "100" }, { venue: "polymarket", side: "yes", openQuantity: "100" }]);
  });

  test.each([["0", "200.45"], ["100", "10200.45"], ["50", "5200.45"]])("then the other pays %s a YES, and all that is realized is %s", (cents, realized) => {
    expect(hedged().settle("kalshi", "0").settle("polymarket", cents).view()).toMatchObject({ status: "closed", realizedPnlCents: realized, costCents: "0" });
  });
});

test.each<[holds: "yes" | "no", price: string, fee: string, realized: string]>([["yes", "97", "0.21", "-47.21"], ["no", "98", "0.14", "-48.14"]])("a tie that settles at 50 pays a %s bought at %s with fee %s half: %s", (side, price, fee, realized) => {
  const pair = new ToldPair().buy("kalshi", side, "1", price, { fee }).settle("kalshi", "50");
  expect(pair.view()).toMatchObject({ realizedPnlCents: realized, status: "closed" });
});

test("a result between 0 and 100 pays the net contracts in whole cents, and what was netted is paid before", () => {
  const pair = new ToldPair().buy("kalshi", "yes", "19.00", "0").buy("kalshi", "no", "18.86", "0");
  expect(pair.view()).toMatchObject({ realizedBy: { netted: "1886" } });
  pair.settle("kalshi", "45");
  expect(pair.view()).toMatchObject({ realizedBy: { netted: "1886", settled: "6" }, realizedPnlCents: "1892" });
});

test.each<[side: "yes" | "no", quantity: string, price: string, fee: string, yesPays: string, realized: string]>([["no", "4", "98", "0.55", "0", "7.45"], ["yes", "32.09", "93", "14.65", "100", "209.98"]])("a leg that wins: %s %s at %s with fee %s", (side, quantity, price, fee, yesPays, realized) => {
  expect(new ToldPair().buy("kalshi", side, quantity, price, { fee }).settle("kalshi", yesPays).view().realizedPnlCents).toBe(realized);
});

test("only a final result books money; an amended one replaces the first", () => {
  const pair = new ToldPair().buy("kalshi", "no", "10", "50").buy("polymarket", "yes", "10", "45").settle("kalshi", "100", { stage: "provisional" });
  expect(pair.view()).toMatchObject({ realizedPnlCents: "0", provisionalPnlCents: "-500", status: "open" });
  pair.settle("kalshi", "0", { stage: "disputed" }).settle("kalshi", "0");
  expect(pair.view()).toMatchObject({ realizedPnlCents: "500", provisionalPnlCents: null, status: "closing" });
  expect(pair.settle("polymarket", "0").view()).toMatchObject({ realizedPnlCents: "50", status: "closed" });
});

test("a final result that is amended after it was booked is booked anew, and a dispute takes it back", () => {
  const pair = new ToldPair().buy("kalshi", "no", "10", "50").settle("kalshi", "100");
  expect(pair.view()).toMatchObject({ realizedPnlCents: "-500", status: "closed" });
  expect(pair.settle("kalshi", "100", { stage: "disputed" }).view()).toMatchObject({ realizedPnlCents: "0", status: "open" });
  expect(pair.settle("kalshi", "0").view()).toMatchObject({ realizedPnlCents: "500", status: "closed" });
  expect(pair.view().changes.map(({ from, to, cause }) => `${from} ${to} ${cause}`)).toEqual(["open closed settled", "closed open corrected", "open closed corrected"]);
});

test("Kalshi nets YES with NO at once: the pair is closed by its second leg", () => {
  const pair = new ToldPair().buy("kalshi", "yes", "10", "40").buy("kalshi", "no", "10", "55");
  expect(pair.view()).toMatchObject({ arbType: "kalshi_only", status: "closed", realizedPnlCents: "50", capitalLockedCents: "0", isFullyHedged: true, guaranteedProfitCents: "50" });
  expect(pair.view().legs.map(({ openQuantity, nettedQuantity }) => [openQuantity, nettedQuantity])).toEqual([["0", "10"], ["0", "10"]]);
  expect(pair.settle("kalshi", "100").view()).toMatchObject({ realizedPnlCents: "50", realizedBy: { settled: "0" } });
});

test("a market that closed without a result is no loss: the pair has expired, and what it realized is not known", () => {
  const pair = new ToldPair().buy("polymarket", "yes", "10", "45").end("polymarket");
  expect(pair.view()).toMatchObject({ status: "expired", realizedPnlCents: null });
  expect(pair.settle("polymarket", "100").view()).toMatchObject({ status: "closed", realizedPnlCents: "550" });
});

describe("an unwind:", () => {
  test("the hedge failed, the leg is sold at a loss with its fee", () => {
    const pair = new ToldPair().buy("polymarket", "yes", "10", "45", { fee: "0" }).sell("polymarket", "yes", "10", "43", { fee: "12.255" });
    expect(pair.view()).toMatchObject({ status: "closed", realizedPnlCents: "-32.255", hedgedQuantity: "0", realizedBy: { sold: "-32.255" } });
  });

  test("the excess is sold, the rest is hedged and open", () => {
    const pair = new ToldPair().buy("polymarket", "yes", "10", "45").buy("kalshi", "no", "8", "50").sell("polymarket", "yes", "2", "40");
    expect(pair.view()).toMatchObject({ status: "open", realizedPnlCents: "-10", costCents: "760", hedgedQuantity: "8", isFullyHedged: true, guaranteedProfitCents: "40", guaranteedTotalCents: "30" });
  });

  test("while the excess is being sold, the pair is closing", () => {
    const pair = new ToldPair().buy("polymarket", "yes", "10", "45").buy("kalshi", "no", "8", "50").sell("polymarket", "yes", "1", "40");
    expect(pair.view().status).toBe("closing");
    expect(pair.sell("polymarket", "yes", "1", "40").view().status).toBe("open");
  });

  test("what Kalshi says of a sale in terms of NO is what 100 lacks of the proceeds", () => {
    expect(new ToldPair().buy("kalshi", "yes", "1", "9", { fee: "1" }).sell("kalshi", "yes", "1", "8", { fee: "1" }).view().realizedPnlCents).toBe("-3");
    expect(new ToldPair().buy("kalshi", "yes", "7", "80", { fee: "8" }).sell("kalshi", "yes", "7", "84", { fee: "7" }).view().realizedPnlCents).toBe("13");
    expect(new ToldPair().buy("kalshi", "yes", "7", "80", { fee: "8" }).buy("kalshi", "no", "7", "16", { fee: "7" }).view().realizedPnlCents).toBe("13");
  });

  test("both legs are closed early: the fees of the way out make a loss of a gain", () => {
    const pair = hedged().sell("kalshi", "no", "100", "52", { fee: "175" });
    expect(pair.view()).toMatchObject({ realizedPnlCents: "50", status: "closing" });
    pair.sell("polymarket", "yes", "100", "46", { fee: "124.2" });
    expect(pair.view()).toMatchObject({ realizedPnlCents: "-298.75", status: "closed" });
  });
});

test("what a part of a leg cost is rounded half-even at a hundred-millionth of a cent, and the rest stays", () => {
  const pair = new ToldPair().buy("kalshi", "yes", "3", "33.3", { gross: "100" }).sell("kalshi", "yes", "2", "50");
  expect(pair.view()).toMatchObject({ realizedPnlCents: "33.33333333", costCents: "33.33333333" });
  expect(pair.settle("kalshi", "100").view().realizedPnlCents).toBe("100");
});

test("a merge gives back 100 cents a set, and the rest goes on", () => {
  const pair = new ToldPair().buy("polymarket", "yes", "100", "48").buy("polymarket", "no", "100", "50").merge("60");
  expect(pair.view()).toMatchObject({ arbType: "poly_only", realizedPnlCents: "120", realizedBy: { merged: "120", sold: "0" }, yesQuantity: "40", noQuantity: "40", costCents: "3920", guaranteedProfitCents: "80", mergeableQuantity: "40", status: "open" });
});

test("a split costs 50 cents a contract, and one side of it is sold", () => {
  const pair = new ToldPair().split("50").sell("polymarket", "yes", "50", "60", { fee: "0" });
  expect(pair.view()).toMatchObject({ realizedPnlCents: "500", noQuantity: "50", yesQuantity: "0", costCents: "2500" });
});

describe("corrections:", () => {
  test("a fill that was matched and failed on chain was never there", () => {
    const pair = new ToldPair().buy("polymarket", "yes", "25", "40", { id: "ghost", isFinal: false }).buy("kalshi", "no", "25", "55", { fee: "44" });
    expect(pair.view()).toMatchObject({ costCents: "2419", guaranteedProfitCents: "81", confirmedGuaranteedProfitCents: "-1419", isFullyHedged: true });
    pair.void("polymarket", "ghost");
    expect(pair.view()).toMatchObject({ costCents: "1419", hedgedQuantity: "0", guaranteedProfitCents: "-1419", confirmedGuaranteedProfitCents: "-1419", maxProfitCents: "1081", maxLossCents: "1419", isFullyHedged: false });
  });

  test("the same fill by two channels counts once", () => {
    const pair = new ToldPair().buy("polymarket", "yes", "10", "45", { id: "t1" }).buy("kalshi", "no", "10", "50", { id: "k1" });
    const again = pair.book.fillsOf("P")[1]!;
    pair.take({ ...again, time: { ns: again.time.ns + 5_000_000n, unit: "ms" } });
    expect(pair.verdicts.at(-1)).toEqual({ is: "duplicate", mends: undefined });
    expect(pair.view()).toMatchObject({ costCents: "950", guaranteedProfitCents: "50" });
  });

  test("a trade split over buckets is as many fills as there are ids", () => {
    const pair = new ToldPair();
    for (const [id, quantity] of [["a", "4"], ["b", "3"], ["c", "3"]] as const) pair.buy("polymarket", "yes", quantity, "45", { id });
    expect(pair.buy("kalshi", "no", "10", "50").view()).toMatchObject({ yesQuantity: "10", costCents: "950", guaranteedProfitCents: "50" });
  });

  test("the same id with other content is refused, and says what to do", () => {
    const pair = new ToldPair().buy("kalshi", "no", "10", "50", { id: "k1" }).buy("kalshi", "no", "11", "50", { id: "k1" });
    expect(pair.verdicts[1]).toMatchObject({ is: "refused", code: "conflicting_fill", why: expect.stringContaining("amend it") as string });
    expect(pair.view().noQuantity).toBe("10");
  });

  test("a repeat that knows the venue's fee offers it, and the amendment takes it", () => {
    const pair = new ToldPair().buy("kalshi", "no", "10", "50", { id: "k1" });
    const [fill] = pair.book.fillsOf("P");
    const verdict = pair.book.take({ ...fill!, feeCents: dec("17.5") });
    expect(verdict).toMatchObject({ is: "duplicate", mends: { type: "pair_fill_amended", feeCents: dec("17.5") } });
    if (verdict.is === "duplicate") pair.take(verdict.mends!);
    expect(pair.view()).toMatchObject({ feesCents: "17.5", costCents: "517.5" });
    expect(pair.book.take({ ...fill!, feeCents: dec("17.5") })).toEqual({ is: "duplicate", mends: undefined });
  });

  test("a fee is adjusted after the contracts were sold: realized P&L follows", () => {
    const pair = new ToldPair().buy("kalshi", "yes", "10", "40", { id: "k1", fee: "10" }).sell("kalshi", "yes", "10", "50", { fee: "0" });
    expect(pair.view().realizedPnlCents).toBe("90");
    const { pairId, id, time } = pair.head();
    pair.take({ type: "pair_fill_amended", pairId, id, time, fill: { account: "A", venue: "kalshi", market: "m", id: "k1" }, quantity: undefined, priceCents: undefined, feeCents: dec("7") });
    expect(pair.view()).toMatchObject({ realizedPnlCents: "93" });
  });

  test("rebates are income of their own", () => {
    const pair = hedged();
    pair.take({ type: "pair_rebated", ...pair.head(), venue: "polymarket", market: "m", amountCents: dec("12.3") });
    expect(pair.view()).toMatchObject({ realizedPnlCents: "12.3", realizedBy: { rebates: "12.3" }, guaranteedTotalCents: "212.75" });
  });

  test("a fill that comes after its market has settled is settled, too", () => {
    const early = new ToldPair().buy("kalshi", "no", "10", "50").settle("kalshi", "0").buy("kalshi", "no", "2", "60");
    expect(early.view()).toMatchObject({ realizedPnlCents: "580", status: "closed" });
    const told = new ToldPair().buy("kalshi", "no", "10", "50").settle("kalshi", "0", { revenue: "1200" });
    expect(told.view().realizedPnlCents).toBe("700");
    expect(told.buy("kalshi", "no", "2", "60").view().realizedPnlCents).toBe("580");
  });
});

test("a redemption pays what was settled, or settles where nothing was said", () => {
  const redeem = (pair: ToldPair) => pair.take({ type: "pair_redeemed", ...pair.head(), venue: "polymarket", market: "m", side: "yes", quantity: dec("10"), payoutCents: dec("1000") });
  const settled = new ToldPair().buy("polymarket", "yes", "10", "45").settle("polymarket", "100");
  expect(settled.view()).toMatchObject({ claimableCents: "1000", realizedPnlCents: "550" });
  expect(redeem(settled).view()).toMatchObject({ claimableCents: "0", realizedPnlCents: "550" });
  const unsaid = redeem(new ToldPair().buy("polymarket", "yes", "10", "45"));
  expect(unsaid.view()).toMatchObject({ claimableCents: "0", realizedPnlCents: "550", status: "closed" });
  expect(unsaid.settle("polymarket", "100").view()).toMatchObject({ claimableCents: "0", realizedPnlCents: "550" });
});

test("what a void and a 50/50 would leave is told beforehand, and is what they leave", () => {
  const pair = new ToldPair().buy("polymarket", "yes", "10", "45", { fee: "3" }).buy("kalshi", "no", "8", "50", { fee: "14" });
  expect(pair.view().outcomes).toMatchObject({ fiftyFifty: "33", refund: "-17" }); // 18 × 50 − 850 − 17
  expect(pair.settle("polymarket", "50").settle("kalshi", "50").view()).toMatchObject({ realizedPnlCents: "33" });
  expect(pair.settle("polymarket", "refund").settle("kalshi", "refund").view()).toMatchObject({ realizedPnlCents: "-17" });
});

test("a market that is void gives back what was paid, without fees", () => {
  const pair = hedged().settle("kalshi", "refund");
  expect(pair.view()).toMatchObject({ realizedPnlCents: "-175", status: "closing" });
});

test("a close that is asked for makes a pair closing until nothing of it is held, or until it is taken back", () => {
  const pair = hedged().askToClose();
  expect(pair.view().status).toBe("closing");
  expect(pair.take({ type: "pair_close_withdrawn", ...pair.head(), by: "hand" }).view().status).toBe("open");
  pair.askToClose().sell("kalshi", "no", "100", "52").sell("polymarket", "yes", "100", "46");
  expect(pair.view().changes.map(({ from, to, cause }) => `${from} ${to} ${cause}`)).toEqual(["open closing close_asked", "closing open close_withdrawn", "open closing close_asked", "closing closed sold"]);
});

test("what is closed cannot be asked to close, nor a close be taken back that nobody asked for", () => {
  const pair = hedged();
  const refused = (why: RegExp) => ({ is: "refused", code: "impossible_change", why: expect.stringMatching(why) as string });
  const last = () => pair.verdicts.at(-1);
  pair.take({ type: "pair_close_withdrawn", ...pair.head(), by: "hand" });
  expect(last()).toEqual(refused(/nobody asked that the pair P be closed/));
  pair.settle("kalshi", "0").settle("polymarket", "0");
  const closed = pair.view();
  pair.askToClose();
  expect(last()).toEqual(refused(/the pair P is closed: nothing of it is held/));
  expect(pair.view()).toEqual(closed);
});

test("a fill cannot be amended to fewer contracts than were taken of it as a fee", () => {
  const pair = new ToldPair();
  pair.take({ ...pair.fill("buy", "polymarket", "yes", "5", "29", { id: "a" }), feeShares: dec("0.5") });
  const amend = (quantity: string) => pair.take({ type: "pair_fill_amended", ...pair.head(), fill: { account: "A", venue: "polymarket", market: "m", id: "a" }, quantity: dec(quantity), priceCents: undefined, feeCents: undefined }).verdicts.at(-1);
  expect(amend("0.5")).toMatchObject({ is: "refused", code: "impossible_amount" });
  expect(amend("0.6")).toMatchObject({ is: "new" });
  expect(pair.view()).toMatchObject({ yesQuantity: "0.1" });
});

describe("where YES of one market is NO of the other", () => {
  const turned = () =>
    new ToldPair()
      .define("poly_yes_kalshi_no", { venue: "kalshi", market: "m", orientation: "same" }, { venue: "polymarket", market: "m", orientation: "opposite", yesToken: "1", noToken: "2" })
      .buy("kalshi", "no", "10", "50").buy("polymarket", "no", "10", "45");

  test("two NO hedge each other", () => {
    expect(turned().view()).toMatchObject({ isFullyHedged: true, yesQuantity: "10", noQuantity: "10", guaranteedProfitCents: "50", outcomes: { yes: "50", no: "50", kalshiYesPolyNo: "-950", kalshiNoPolyYes: "1050" } });
    expect(turned().view().legs).toMatchObject([{ venue: "kalshi", side: "no", venueSide: "no" }, { venue: "polymarket", side: "yes", venueSide: "no" }]);
  });

  test("and each market settles in its own words", () => {
    expect(turned().settle("kalshi", "100").view()).toMatchObject({ realizedPnlCents: "-500", guaranteedTotalCents: "50" });
    expect(turned().settle("kalshi", "100").settle("polymarket", "0").view()).toMatchObject({ realizedPnlCents: "50", status: "closed" });
  });

  test("a definition that comes after the fills turns them", () => {
    const pair = new ToldPair().buy("kalshi", "no", "10", "50").buy("polymarket", "no", "10", "45");
    expect(pair.view()).toMatchObject({ isFullyHedged: false, noQuantity: "20", guaranteedProfitCents: "-950" });
    pair.define("poly_yes_kalshi_no", { venue: "kalshi", market: "m", orientation: "same" }, { venue: "polymarket", market: "m", orientation: "opposite" });
    expect(pair.view()).toMatchObject({ isFullyHedged: true, guaranteedProfitCents: "50" });
  });
});

test("every ending of one pair: void, half and half, in between", () => {
  const pair = new ToldPair().buy("kalshi", "yes", "100", "40", { fee: "168" }).buy("polymarket", "no", "100", "55", { fee: "99" }).state;
  const at = (cents: string) => ({ is: "cents" as const, cents: dec(cents) });
  const pnl = (...endings: Parameters<typeof byVenue>) => formatDecimal(pnlIf(pair, byVenue(...endings)));
  expect([pnl(YES_WINS, at("50")), pnl(NO_WINS, at("50")), pnl(at("50"), at("50")), pnl(at("60"), NO_WINS), pnl(at("60"), YES_WINS)]).toEqual(["5233", "-4767", "233", "6233", "-3767"]);
  expect(pnl({ is: "refund" }, { is: "refund" })).toBe("-267");
});
