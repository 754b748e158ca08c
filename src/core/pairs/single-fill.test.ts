import { expect, test } from "vitest";
import { PairBook, recordPairs, type PairTexts } from "./index.ts";

const fill = { id: "1", pair_id: "P", venue: "kalshi", symbol: "KXRAIN", side: "buy", quantity: "10", price: "0.45", fee: "0", timestamp: "2026-02-08" } as const satisfies PairTexts;

test("a fill of one venue that says the type of its pair is booked as a fill; the type says which outcome it is of", () => {
  const book = new PairBook();
  expect(recordPairs(book, { ...fill, arb_type: "poly_yes_kalshi_no" })).toMatchObject({ is: "news", facts: [{ type: "pair_filled", side: "no", quantity: { mantissa: 10n, digits: 0 } }] });
  expect(recordPairs(book, { ...fill, arb_type: "poly_yes_kalshi_no" })).toMatchObject({ is: "known" });
});

test("a row that names neither a venue nor a leg is refused: it is no repeat of anything", () => {
  const row = { id: "1", pair_id: "P", arb_type: "poly_yes_kalshi_no", timestamp: "2026-02-08" };
  expect(recordPairs(new PairBook(), row)).toMatchObject({ is: "refused", field: "kalshi_quantity", why: expect.stringContaining("a leg that did not fill has 0") as string });
  expect(recordPairs(new PairBook(), { ...row, kalshi_quantity: "0", polymarket_quantity: "0" })).toMatchObject({ is: "news", facts: [{ type: "pair_defined" }] });
});
