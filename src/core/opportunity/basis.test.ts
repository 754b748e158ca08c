import { expect, test } from "vitest";
import { decimal, message } from "../../../test/ladders.ts";
import { LadderSet, SymbolMap, TakerFees, type Funding, type LadderMessage } from "../market/index.ts";
import { basisOf } from "./index.ts";

const EVER = Number.NEGATIVE_INFINITY;
const DAY = 86_400_000_000;
const rules = new SymbolMap([
  {
    version: "1", fromUs: EVER, conversions: [],
    symbols: [{ symbol: "PERP", base: "BTC", quote: "USD", kind: "perpetual" }, { symbol: "MAR", base: "BTC", quote: "USD", kind: "future", expiresUs: 73 * DAY }],
  },
]);

function view(messages: readonly LadderMessage[], fundingOf?: () => Funding | undefined, venues = "s p") {
  const ladders = new LadderSet(rules);
  for (const one of messages) ladders.take(one);
  const fees = new TakerFees(venues.split(" ").map((venue) => ({ venue, fromUs: EVER, rate: decimal("0.001") })));
  return basisOf("BTC/USD", ladders.all, 0, { fees, maxAgeUs: 1_000, ...(fundingOf === undefined ? {} : { fundingOf }) });
}

const spot = message("snapshot", "99 x 1", "101 x 1", { venue: "s" });
const paper = (symbol: string) => message("snapshot", "101 x 1", "102 x 1", { venue: "p", symbol, timeUs: -500 });

test("a perpetual stands above spot, and its funding pays the fees back in so many days", () => {
  expect(view([spot, paper("PERP")], () => ({ rate: 0.0005, intervalHours: 8 }))).toEqual([
    {
      symbol: "BTC/USD", currency: "USD", kind: "perpetual", spotVenue: "s", contractVenue: "p", contractSymbol: "PERP",
      spotPrice: "100", contractPrice: "101.5", basis: "1.5", basisPoints: 150,
      premiumEdge: "-0.202", discountEdge: "-3.201", // 101 × 0.999 − 101 × 1.001; 99 × 0.999 − 102 × 1.001
      annualized: null, fundingPerDay: 0.0015, breakEvenDays: 0.004 / 0.0015, ageMs: 0.5,
    },
  ]);
});

test("a future has its basis to the day it expires; what is not known is null", () => {
  expect(view([spot, paper("MAR")])).toMatchObject([{ kind: "future", annualized: 0.015 * 5, fundingPerDay: null, breakEvenDays: null }]);
  expect(view([spot, paper("PERP")], undefined, "s")).toMatchObject([{ premiumEdge: null, discountEdge: null, fundingPerDay: null, breakEvenDays: null }]);
});

test("a ladder that is unusable or has one side only has no basis", () => {
  expect(view([spot, { ...paper("PERP"), timeUs: -1_001 }])).toEqual([]);
  expect(view([spot, { ...paper("PERP"), bids: [] }])).toEqual([]);
  expect(view([spot])).toEqual([]);
});

test("where spot stands at 0 there is a basis, and no share of spot", () => {
  const free = message("snapshot", "-1 x 1", "1 x 1", { venue: "s" });
  expect(view([free, paper("MAR")])).toMatchObject([{ spotPrice: "0", basis: "101.5", basisPoints: null, annualized: null }]);
});
