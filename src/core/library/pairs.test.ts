import { expect, test } from "vitest";
import { Book } from "./book.ts";

const book = () => new Book({ now: () => "2026-02-09", onListenerError: () => undefined });
const row = { id: "1", pairId: "P", arbType: "poly_yes_kalshi_no", timestamp: "2026-02-08", kalshiSide: "no", kalshiPriceCents: "50", kalshiQuantity: "8", kalshiFeesCents: "14", polymarketSide: "yes", polymarketPriceCents: "45", polymarketQuantity: "10", polymarketFeesCents: "0" } as const;

test("a program records fills of a pair, asks for it and for all of them, and has it closed", () => {
  const pairs = book();
  expect(pairs.recordPairFill(row)).toEqual({ status: "accepted", seq: 4 });
  expect(pairs.recordPairFill(row)).toEqual({ status: "duplicate", seq: 4 });
  expect(pairs.recordPairFill({ ...row, id: "2", kalshiSide: "maybe" })).toMatchObject({ status: "refused", code: "unreadable", field: "kalshiSide" });
  expect(pairs.recordPairFill({ id: "3", pairId: "P", venue: "kalshi", side: "no", quantity: "2", price: "0.5", fee: "0.04", timestamp: "2026-02-08" })).toMatchObject({ status: "accepted", seq: 5 });
  expect(pairs.pair("P")).toMatchObject({ isFullyHedged: true, costCents: "968", guaranteedProfitCents: "32" });
  expect(pairs.pairs({ status: "open" })).toEqual([pairs.pair("P")]);
  expect(pairs.pairs({ status: "closed" })).toEqual([]);
  expect(pairs.pairsSummary()).toMatchObject({ totalPositions: 1, feesCents: "18" });
  expect(pairs.closePair("P")).toMatchObject({ status: "accepted" });
  expect(pairs.closePair("P")).toMatchObject({ status: "duplicate" });
  expect(pairs.pair("P")).toMatchObject({ status: "closing" });
  expect(pairs.closePair("Q")).toMatchObject({ status: "refused", code: "unknown_pair" });
  expect(pairs.pair("Q")).toBeUndefined();
});
