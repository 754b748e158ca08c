import { describe, expect, test } from "vitest";
import { feeCases, runPairCase, type PairCase } from "../src/cli/cases/pair-case.ts";

/** A pair with a Kalshi leg in lots, as a case file tells it; its figures are worked by hand. */
const lots: PairCase = {
  id: "lots", arb_type: "kalshi_yes_poly_no",
  legs: [
    { venue: "kalshi", side: "YES", qty: "3", gross_cost_cents: "16.5", fee_cents: "3.5", fee_model: "acc:1|1|1:85/10000", role: "taker", price_cents: "5.5" },
    { venue: "polymarket", side: "NO", qty: "2", gross_cost_cents: "184", fee_cents: "0.589", fee_model: "p:4/100", role: "taker", price_cents: "92" },
  ],
  expect: {
    cost_cents: "204.589", fees_cents: "4.089", yes_qty: "3", no_qty: "2", hedged_qty: "2", unhedged_side: "YES", unhedged_qty: "1", fully_hedged: false, status: "Open",
    guaranteed_profit_cents: "-4.589", guaranteed_profit_cents_floor: -5, max_profit_cents: "95.411", max_loss_cents: "4.589", locked_profit_on_hedged_cents: "2077667/1000000",
    pnl_if_yes_everywhere: "95.411", pnl_if_no_everywhere: "-4.589", pnl_if_kalshi_yes_poly_no: "295.411", pnl_if_kalshi_no_poly_yes: "-204.589", worst_with_divergence_cents: "-204.589",
    extra: { kalshi_yes_poly_50_50: "195.411", kalshi_scalar_40_poly_no: "115.411", pnl_if_50_50: "45.411", "pnl_if_scalar_12.5_everywhere": "7.911", mergeable_now: false, realized_cents: "0" },
  },
};
lots.legs.forEach(Object.freeze);

/** The same with one thing changed. */
function changed(of: PairCase, expected: object): PairCase {
  return { ...of, expect: { ...of.expect, ...expected } };
}

test("a case is met, and each wrong figure of it is told with what was found", () => {
  expect(runPairCase(lots)).toEqual([]);
  for (const [name, value] of Object.entries(lots.expect)) {
    if (name === "extra") continue;
    const wrong = typeof value === "boolean" ? !value : name === "status" ? "Closed" : name === "unhedged_side" ? "NO" : "7.0001";
    expect(runPairCase(changed(lots, { [name]: wrong })), name).toEqual([expect.stringContaining(`${name}: expected `) as string]);
  }
  expect(runPairCase(changed(lots, { extra: { kalshi_yes_poly_50_50: "195.4111", mergeable_now: true } }))).toHaveLength(2);
});

test("a figure that is not known, and an ending that leaves a venue open, fail the case", () => {
  expect(runPairCase(changed(lots, { extra: { horoscope: "1", kalshi_yes: "1", poly_no: "1" } }))).toEqual(["horoscope: no such figure", "kalshi_yes: no such figure", "poly_no: no such figure"]);
});

test("what Kalshi nets is realized at once, and the pair is closed when nothing is left", () => {
  const leg = { venue: "kalshi" as const, fee_cents: "0", fee_model: "none", price_cents: "50", gross_cost_cents: "500", qty: "10" };
  expect(runPairCase({ id: "net", arb_type: "kalshi_only", legs: [{ ...leg, side: "YES" }, { ...leg, side: "NO", gross_cost_cents: "450" }], expect: { status: "Closed", yes_qty: "10", guaranteed_profit_cents: "50", unhedged_side: null, extra: { realized_cents: "50", open_qty: "0" } } })).toEqual([]);
});

describe("a fee model", () => {
  const withFee = (fee_model: string, fee_cents: string, rest: Partial<PairCase["legs"][number]> = {}): string[] =>
    runPairCase({ id: "fee", arb_type: "kalshi_yes_poly_no", legs: [{ venue: "kalshi", side: "YES", qty: "100", gross_cost_cents: "5000", price_cents: "50", fee_cents, fee_model, ...rest }], expect: {} });

  test.each([
    ["none", "0"], ["k_cent:7/100", "175"], ["k_cent:0.0175", "44"], ["k_cc:7/200", "87.5"], ["lots:7/100:50|50", "176"], ["acc:100:1.755", "176"], ["p:7/100", "175"], ["recorded:12.34", "12.34"], ["shares", "0"],
  ])("%s of a hundred at 50 is %s", (model, cents) => {
    expect(withFee(model, cents)).toEqual([]);
    expect(withFee(model, `${cents}9`.replace(/^(\d+)9$/, "$1.9"))).toEqual([expect.stringContaining(`fee of leg 1 by ${model}: expected`) as string].filter(() => model !== "shares"));
  });

  test("that nobody knows, or that does not fit its leg, is an error", () => {
    expect(() => withFee("flat:1", "1")).toThrow("the fee model flat:1 is not known");
    expect(() => withFee("lots:7/100:50|49", "175")).toThrow("the lots come to 99 contracts, not 100");
    expect(() => withFee("k_cc:1/3", "175")).toThrow("1/3 has no end as a decimal");
    expect(withFee("shares:0.03", "0", { qty: "4.8935", price_cents: "29", ordered_qty: "5", gross_cost_cents: "145" })).toEqual([]);
    expect(() => withFee("shares:0.03", "0", { qty: "4.9", price_cents: "29", ordered_qty: "5", gross_cost_cents: "145" })).toThrow("of 5 shares 4.8935 come, not 4.9");
  });
});

test("published tables and recorded fees are cases; a recorded fee that differs is met when it is said to differ", () => {
  const recorded = { name: "Polymarket buy 5@29", fee_model: "shares:0.03", recorded_shares_received: "4.8935", formula_shares_received: "4.8935", match: true };
  const charged = { name: "Kalshi 132@36", fee_model: "k_cc:7/100", contracts: "132", price_cents: "36", recorded_fee_cents: "56", formula_fee_cents: "212.89", match: false };
  const cases = feeCases({
    kalshi_published_table_cents: [{ price_cents: 5, fee_1: 1, fee_100: 34 }],
    polymarket_published_table_100_shares_cents: { sports: { rate: "5/100", fee: { 5: 24, 50: 125 } } },
    recorded_fee_checks: [recorded, charged, { ...charged, match: true }, { ...recorded, name: "no numbers" }, { ...charged, formula_fee_cents: "213" }],
  });
  expect(cases.map(({ run }) => run().length)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1]);
  expect(feeCases({ kalshi_published_table_cents: [{ price_cents: 5, fee_1: 2 }] })[0]!.run()).toEqual(["expected 2, found 1"]);
  expect(feeCases({})).toEqual([]);
});
