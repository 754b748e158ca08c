import fc from "fast-check";
import { expect, test } from "vitest";
import { addDecimals, decimalOf, zero } from "../num/index.ts";
import type { Fill } from "../model/index.ts";
import { anyStory, DOLLAR_SYMBOLS, told, type Step } from "../../../test/stories.ts";
import { Exposures } from "./exposures.ts";
import { StrategyValues } from "./strategy-values.ts";

const moment = { nowNs: 10n ** 15n };
const fill = (quantity: string, strategy: string): Step => ({
  fill: { account: "a", venue: "x", symbol: "ACME", id: `${quantity}${strategy}`, quantity: decimalOf(quantity), price: decimalOf("100"), fee: zero, feeCurrency: "", time: { ns: 1n, unit: "ns" }, venueType: "unknown", liquidity: "", strategy, signalId: "" } satisfies Fill,
});

test("a sale closes the lots of whoever bought first; what is left is worth its share", () => {
  const strategies = new StrategyValues();
  const book = told([fill("3", "carry"), fill("2", "trend"), fill("-4", "carry"), fill("1", "")], { watcher: strategies, marks: [{ venue: "", symbol: "ACME", price: "10", timeNs: 0n }] });
  const [net] = [...book.nets()];
  expect([...strategies.of(net!, decimalOf("20"))].sort()).toEqual([["", decimalOf("10")], ["trend", decimalOf("10")]]);
});

test("law: the parts of the strategies add up to each position's value", () => {
  fc.assert(
    fc.property(anyStory(DOLLAR_SYMBOLS), (steps) => {
      const strategies = new StrategyValues();
      const book = told(steps, { watcher: strategies });
      const exposures = new Exposures(book, moment, "USD");
      for (const net of book.nets()) {
        const { value } = exposures.of(net);
        expect([...strategies.of(net, value).values()].reduce((sum, part) => sum && part && addDecimals(sum, part), zero as typeof value)).toEqual(value);
      }
    }),
  );
});
