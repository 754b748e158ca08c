import fc from "fast-check";
import { expect, test } from "vitest";
import { decimalOf, zero } from "../num/index.ts";
import type { Fill } from "../model/index.ts";
import { anyStory, COIN_SYMBOLS, DOLLAR_SYMBOLS, told } from "../../../test/stories.ts";
import { Exposures } from "./exposures.ts";
import { positionOf } from "./view.ts";
import { whatIf } from "./what-if.ts";

const moment = { nowNs: 10n ** 15n };

test("law: what a fill would make of a position is what it makes of it, by every method, and the book stays as it was", () => {
  const anyLast = fc.record({ account: fc.constantFrom("a", "b", "new"), venue: fc.constantFrom("x", "y", "z"), quantity: fc.constantFrom("1", "-2", "0.5", "-7"), price: fc.constantFrom("101", "99.5") });
  for (const symbols of [DOLLAR_SYMBOLS, COIN_SYMBOLS]) {
    fc.assert(
      fc.property(anyStory(symbols), anyLast, fc.constantFrom(...symbols), fc.constantFrom("average" as const, "fifo" as const), (steps, last, symbol, method) => {
        const fill: Fill = { ...last, symbol, id: "order", quantity: decimalOf(last.quantity), price: decimalOf(last.price), fee: zero, feeCurrency: "", time: { ns: 50n * 10n ** 9n, unit: "ns" }, venueType: "unknown", liquidity: "", strategy: "", signalId: "" };
        const real = told(steps, { method });
        const before = JSON.stringify([...real.nets()].map((net) => positionOf(real, net, moment)));
        const { book, net } = whatIf(real, fill);
        const might = positionOf(book, net, moment);
        expect(JSON.stringify([...real.nets()].map((one) => positionOf(real, one, moment)))).toBe(before);
        const done = told([...steps, { fill }], { method });
        const is = done.netRowOf(done.directory.findRoute(fill.account, fill.venue, fill.symbol)!);
        expect(might).toEqual({ ...positionOf(done, is, moment), venues: expect.anything() as unknown });
        expect([...might.venues].sort(byVenue)).toEqual([...positionOf(done, is, moment).venues].sort(byVenue));
      }),
      { numRuns: 60 },
    );
  }
});

test("an exposure is signed; a hedge on another venue nets, and is still held there; contracts are owed their gain only", () => {
  const fill = (venue: string, symbol: string, quantity: string, price: string): { fill: Fill } => ({
    fill: { account: "a", venue, symbol, id: `${venue}${symbol}${quantity}`, quantity: decimalOf(quantity), price: decimalOf(price), fee: zero, feeCurrency: "", time: { ns: 1n, unit: "ns" }, venueType: "unknown", liquidity: "", strategy: "", signalId: "" },
  });
  const marks = [{ venue: "", symbol: "ACME", price: "110", timeNs: 0n }, { venue: "", symbol: "COIN", price: "50", timeNs: 0n }, { venue: "", symbol: "BTC/USD", price: "50", timeNs: 0n }, { venue: "", symbol: "FUT", price: "99", timeNs: 0n }];
  const book = told([fill("x", "ACME", "3", "100"), fill("y", "ACME", "-3", "100"), fill("x", "COIN", "10", "40"), fill("x", "FUT", "-1", "100"), fill("y", "CALL", "1", "2")], { marks });
  const exposures = new Exposures(book, moment, "USD");
  const all = [...book.nets()].map((net) => exposures.of(net));
  expect(all.map(({ symbol, value, venues }) => [symbol, value, venues.map(({ venue, heldThere }) => [venue, heldThere])])).toEqual([
    ["ACME", zero, [["x", decimalOf("330")], ["y", zero]]],
    ["COIN", decimalOf("1000"), [["x", decimalOf("250")]]], // 10 × 100 dollars; 25 − 20 BTC gained, at 50
    ["FUT", decimalOf("-4950"), [["x", decimalOf("50")]]],
    ["CALL", undefined, [["y", undefined]]],
  ]);
});

function byVenue(a: { readonly venue: string }, b: { readonly venue: string }): number {
  return a.venue < b.venue ? -1 : 1;
}
