import { describe, expect, test } from "vitest";
import { isEventProblem, readEvent, type EventTexts } from "./read-event.ts";

const NOW = 7n;
const day = { timestamp: "2024-03-01" };
const dayNs = 1_709_251_200_000_000_000n;
const route = { account: "a", venue: "x", symbol: "ABC" };
const read = (texts: EventTexts) => readEvent(texts, NOW);

describe("what is read", () => {
  const fill = { account: "default", venue: "x", symbol: "ABC", id: "f1" };
  const bust = { venue: "x", symbol: "ABC", fill: "f1" };
  test.each<[string, EventTexts, object]>([
    ["funding, in the settle currency unless it says otherwise", { type: "funding", ...route, ...day, amount: "-1.50" }, { type: "funded", id: "", timeNs: dayNs, ...route, amount: { mantissa: -15n, digits: 1 }, currency: "" }],
    ["a deposit of an asset", { type: "deposit", ...route, ...day, id: "d1", quantity: "2", cost: "300" }, { type: "moved", id: "d1", timeNs: dayNs, ...route, quantity: { mantissa: 2n, digits: 0 }, cost: { mantissa: 300n, digits: 0 } }],
    ["a withdrawal of an asset: quantity and cost leave", { type: "withdrawal", ...route, ...day, quantity: "2", cost: "300" }, { type: "moved", id: "", timeNs: dayNs, ...route, quantity: { mantissa: -2n, digits: 0 }, cost: { mantissa: -300n, digits: 0 } }],
    ["a withdrawal at its book cost", { type: "withdrawal", ...route, ...day, quantity: "2" }, { type: "moved", id: "", timeNs: dayNs, ...route, quantity: { mantissa: -2n, digits: 0 }, cost: undefined }],
    ["a deposit of cash", { type: "deposit", ...day, currency: "USD", amount: "10" }, { type: "capital", id: "", timeNs: dayNs, account: "default", currency: "USD", amount: { mantissa: 10n, digits: 0 } }],
    ["a withdrawal of cash", { type: "withdrawal", ...day, currency: "USD", amount: "10" }, { type: "capital", id: "", timeNs: dayNs, account: "default", currency: "USD", amount: { mantissa: -10n, digits: 0 } }],
    ["a split in thirds, reduced", { type: "split", symbol: "ABC", ...day, ratio: "6/4" }, { type: "split", id: "", timeNs: dayNs, symbol: "ABC", over: 3n, under: 2n }],
    ["a reverse split as a decimal", { type: "Split", symbol: "ABC", ...day, ratio: " 0.1 " }, { type: "split", id: "", timeNs: dayNs, symbol: "ABC", over: 1n, under: 10n }],
    ["a rename", { type: "rename", symbol: "FB", to: "META", ...day }, { type: "renamed", id: "", timeNs: dayNs, symbol: "FB", to: "META" }],
    ["a settlement of every account and venue", { type: "settlement", symbol: "ABC", ...day, price: "1" }, { type: "settled", id: "", timeNs: dayNs, account: "", venue: "", symbol: "ABC", price: { mantissa: 1n, digits: 0 } }],
    ["limits, all of them", { type: "limit", limits: "max_var=5000 concentration_limit=0.20", by: "request", timestamp: "1970-01-01" }, { type: "limited", id: "", timeNs: 0n, by: "request", limits: { max_var: { mantissa: 5000n, digits: 0 }, concentration_limit: { mantissa: 2n, digits: 1 } } }],
    ["no limits", { type: "limit", limits: "none" }, { type: "limited", id: "", timeNs: NOW, by: "event", limits: {} }],
    ["a bust that names its fill as fills name themselves", { type: "bust", venue: "x", symbol: "ABC", id: "f1" }, { type: "bust", id: "", timeNs: NOW, fill }],
    ["a bust with an id of its own", { type: "bust", ...bust, id: "e1" }, { type: "bust", id: "e1", timeNs: NOW, fill }],
    ["a bust, now where it says no time", { type: "bust", ...bust }, { type: "bust", id: "", timeNs: NOW, fill }],
    [
      "an amendment of all that may change",
      { type: "amend", ...bust, side: "SELL", quantity: "3", price: "-4", fee: "-0.1", fee_currency: "BNB", fill_timestamp: "1709251200", strategy: "s", signal_id: "g" },
      {
        type: "amend", id: "", timeNs: NOW, fill,
        changes: { side: "sell", quantity: { mantissa: 3n, digits: 0 }, price: { mantissa: -4n, digits: 0 }, fee: { mantissa: -1n, digits: 1 }, feeCurrency: "BNB", time: { ns: dayNs, unit: "s" }, strategy: "s", signalId: "g" },
      },
    ],
    ["a cost method", { type: "configure", account: "a", method: "FIFO" }, { type: "chosen", id: "", timeNs: NOW, account: "a", method: "fifo" }],
  ])("%s", (_, texts, report) => {
    expect(read(texts)).toStrictEqual(report);
  });
});

describe("what is refused, by column and with a way out", () => {
  const split = { type: "split", symbol: "ABC", ...day };
  const amend = { type: "amend", venue: "x", symbol: "ABC", fill: "f1" };
  test.each<[string, EventTexts, column: string, says: string]>([
    ["no type", {}, "type", "is missing: write one of funding,"],
    ["a type that says nothing", { type: " " }, "type", "is empty: write one of funding,"],
    ["an unknown type", { type: "dividend" }, "type", '"dividend" is none of funding,'],
    ["a column that no event has", { ...split, ratio: "2", rate: "1" }, "rate", "is no column of events"],
    ["a column that the type does not use", { ...split, ratio: "2", venue: "x" }, "venue", "says nothing in a split"],
    ["an asset and cash at once", { type: "deposit", ...route, ...day, quantity: "1", amount: "5" }, "amount", "says nothing in a deposit of an asset"],
    ["a venue of cash", { type: "deposit", ...day, currency: "USD", amount: "5", venue: "x" }, "venue", "says nothing in a deposit of cash"],
    ["a deposit of nothing", { type: "deposit", ...day }, "symbol", "symbol and quantity for an asset, or currency and amount for cash"],
    ["a quantity without a symbol", { type: "deposit", ...day, venue: "x", quantity: "1" }, "symbol", "is missing"],
    ["an amount without a currency", { type: "withdrawal", ...day, amount: "1" }, "currency", "is missing"],
    ["a negative deposit", { type: "deposit", ...route, ...day, quantity: "-1" }, "quantity", "the type says deposit or withdrawal"],
    ["a withdrawal of 0", { type: "withdrawal", ...day, currency: "USD", amount: "0" }, "amount", "moves nothing"],
    ["a missing time", { type: "split", symbol: "ABC", ratio: "2" }, "timestamp", "is missing: a split needs it"],
    ["a day that is none", { ...split, ratio: "2", timestamp: "2023-02-29" }, "timestamp", "a day that does not exist"],
    ["a ratio of words", { ...split, ratio: "2:1" }, "ratio", "write new units for one old, like 2, 0.1 or 3/2"],
    ["a ratio of 0", { ...split, ratio: "1/0" }, "ratio", "is not above 0"],
    ["a name that cannot be shown", { ...split, symbol: "A\u0007", ratio: "2" }, "symbol", "cannot be printed"],
    ["a number that is none", { type: "funding", ...route, ...day, amount: "1,000" }, "amount", "without thousands separators"],
    ["an amendment of nothing", amend, "fill", "nothing of it is amended"],
    ["an amended quantity below 0", { ...amend, quantity: "-1" }, "quantity", "the side says buy or sell"],
    ["an amended side that is none", { ...amend, side: "hold" }, "side", '"hold" is none of buy, sell'],
    ["a correction without a venue", { type: "bust", symbol: "ABC", fill: "f1" }, "venue", "is missing: a bust needs it"],
    ["an unknown method", { type: "configure", method: "best" }, "method", '"best" is none of average, fifo, lifo, hifo'],
  ])("%s", (_, texts, column, says) => {
    const problem = read(texts);
    expect(problem).toMatchObject({ column, reason: expect.stringContaining(says) as string });
    expect(isEventProblem(problem as never)).toBe(true);
  });
});
