import { expect, test } from "vitest";
import { kalshiTerms, polymarketTerms, withOwnSchedules } from "../../core/market/index.ts";
import { formatDecimal } from "../../core/num/index.ts";
import { readFeeSchedules } from "./fee-schedules.ts";

const OWN = `
kalshi:
  rates:
    - {from: 2026-12-01, taker: 0.08, maker: 0.02, source: a notice}
  series:
    - {series: KXNEW, from: 2026-11-01, type: quadratic_with_maker_fees, multiplier: 0.5}
    - {series: KXMLBGAME, from: 2026-08-07, multiplier: 2}
polymarket:
  rates:
    - {category: sports, from: 2026-12-01, rate: 0.06}
    - {category: chess, from: 2026-12-01, rate: 0.01, exponent: 2, digits: 4}
`;
const schedules = withOwnSchedules(readFeeSchedules(OWN, "fees.yaml"));
const kalshi = (ticker: string, day: string) => {
  const { taker, maker, source } = kalshiTerms(ticker, day, {}, schedules)!;
  return [formatDecimal(taker), formatDecimal(maker), source];
};
const rateOf = (category: string, day: string) => {
  const terms = polymarketTerms(day, { category }, schedules);
  return terms && [formatDecimal(terms.rate), terms.exponent, terms.digits];
};

test("a row of one's own counts from its day on, and before it what was published", () => {
  expect(kalshi("KXRAIN-1", "2026-11-30")).toEqual(["0.07", "0", expect.stringMatching(/^Kalshi fee schedule/)]);
  expect(kalshi("KXRAIN-1", "2026-12-01")).toEqual(["0.08", "0", "a notice"]);
  expect(kalshi("KXNEW-1", "2026-10-31")).toEqual(["0.07", "0", expect.any(String)]);
  expect(kalshi("KXNEW-1", "2026-12-01")).toEqual(["0.04", "0.01", "fees.yaml"]);
  expect(rateOf("sports", "2026-11-30")).toEqual(["0.05", 1, 5]);
  expect(rateOf("sports", "2026-12-01")).toEqual(["0.06", 1, 5]);
});

test("of two rows of one day the own one counts, and a later published one goes before an earlier own one", () => {
  expect(kalshi("KXMLBGAME-1", "2026-08-08")).toEqual(["0.14", "0", "fees.yaml"]);
  const early = withOwnSchedules(readFeeSchedules("kalshi: {series: [{series: KXMLBGAME, from: 2026-08-01, multiplier: 3}]}", "f"));
  expect(["2026-08-02", "2026-08-08"].map((day) => formatDecimal(kalshiTerms("KXMLBGAME", day, {}, early)!.taker))).toEqual(["0.21", "0.035"]);
});

test("a category that nobody published has the rate that is said, and none is charged before its day", () => {
  expect(rateOf("chess", "2026-12-02")).toEqual(["0.01", 2, 4]);
  expect(rateOf("chess", "2026-11-30")).toEqual(["0", 1, 5]);
  expect(rateOf("go", "2026-12-02")).toBeUndefined();
});

test.each([
  ["another venue", "kraken: {rates: []}", /^f:1:1: "kraken" is no venue with schedules/],
  ["another list", "polymarket: {series: []}", /^f:1:14: polymarket has no list "series": write rates$/],
  ["a value for a list", "kalshi: {rates: 0.07}", /kalshi\.rates: is a list of rows such as \{from/],
  ["a row without its day", "kalshi: {series: [{series: KXA}]}", /^f:1:19: kalshi\.series: a row without from/],
  ["a day that does not exist", "kalshi: {rates: [{from: 2026-02-30, taker: 0.07, maker: 0}]}", /from: "2026-02-30" is no time like/],
  ["a time in seconds", "kalshi: {rates: [{from: 1780000000, taker: 0.07, maker: 0}]}", /is no time like/],
  ["a percentage", "kalshi: {rates: [{from: 2026-12-01, taker: 7, maker: 0}]}", /taker: "7": a rate is a share below 1/],
  ["a rate below 0", "polymarket: {rates: [{category: a, from: 2026-12-01, rate: -0.1}]}", /is not a number of at least 0/],
  ["a slip", "kalshi: {rates: [{from: 2026-12-01, takr: 0.07, maker: 0}]}", /"takr" is no key of a row: its keys are from, taker, maker, source/],
  ["a type nobody knows", "kalshi: {series: [{series: A, from: 2026-12-01, type: flat}]}", /type: "flat" is none of quadratic/],
  ["a day twice", "kalshi: {series: [{series: A, from: 2026-12-01}, {series: A, from: 2026-12-01}]}", /A from 2026-12-01 is said at f:1:19 already/],
  ["no YAML", "kalshi: [", /^f:1:\d+: not YAML/],
  ["nothing", "", /the file holds keys/],
])("%s is told with its place", (_, text, says) => {
  expect(() => readFeeSchedules(text, "f")).toThrow(says);
});
