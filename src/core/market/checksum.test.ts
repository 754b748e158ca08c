import { expect, test } from "vitest";
import { levels } from "../../../test/ladders.ts";
import { Ladder, type LadderMessage } from "./index.ts";

const base = { venue: "v", symbol: "BTC/USD", timeUs: 0 } as const;

test("the example of Kraken's documentation", () => {
  const of = (prices: readonly number[]) => levels(prices.map((price) => `${price / 100_000} x 0.00000500`).join(", "));
  const message: LadderMessage = {
    type: "snapshot", ...base, digits: { price: 5, quantity: 8 }, checksum: { kind: "kraken", value: 974_947_235 },
    asks: of([5005, 5010, 5015, 5020, 5025, 5030, 5035, 5040, 5045, 5050]), bids: of([5000, 4995, 4990, 4980, 4975, 4970, 4965, 4960, 4955, 4950]),
  };
  expect(new Ladder("v", "BTC/USD").take(message)).toEqual({ code: "taken" });
  const other = new Ladder("v", "BTC/USD");
  expect(other.take({ ...message, bids: message.bids.slice(1) })).toMatchObject({ code: "mismatch", expected: 974_947_235 });
  expect(other.broken).toBe("checksum");
  expect(other.take(message)).toEqual({ code: "taken" });
  expect(other.broken).toBeUndefined();
});

test.each([
  ["3366.1 x 7, 3366 x 6", "3366.8 x 9, 3368 x 8", -1_881_014_294],
  ["3366.1 x 7", "3366.8 x 9, 3368 x 8, 3372 x 8", 831_078_360],
])("the examples of OKX's documentation: %s | %s", (bids, asks, value) => {
  const message: LadderMessage = { type: "snapshot", ...base, bids: levels(bids), asks: levels(asks), checksum: { kind: "okx", value } };
  expect(new Ladder("v", "BTC/USD").take(message)).toEqual({ code: "taken" });
});
