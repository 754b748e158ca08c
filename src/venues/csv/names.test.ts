import { expect, test } from "vitest";
import { FILL_COLUMNS } from "./index.ts";
import { nearest, snakeCase } from "./names.ts";

test.each([
  ["qty", "quantity"],
  ["Quantity", "quantity"],
  ["quantitiy", "quantity"],
  ["prise", "price"],
  ["time", "timestamp"],
  ["trade_id", "id"],
  ["orderId", "order_id"],
  ["feeCurrency", "fee_currency"],
  ["commission", "fee"],
  ["ticker", "symbol"],
  ["zzzzzzzzz", undefined],
])("%s is nearest to %s", (name, meant) => {
  expect(nearest(name, FILL_COLUMNS)).toBe(meant);
});

test("a JSON key stands for a column", () => {
  expect(["venueType", "latencyMs", "id", "fee_currency"].map(snakeCase)).toEqual(["venue_type", "latency_ms", "id", "fee_currency"]);
});
