import fc from "fast-check";
import { expect, test } from "vitest";
import { anyDecimal } from "../../../test/generators.ts";
import { AssertionFailed } from "./assert.ts";
import { addDecimals, zero, type Decimal } from "./decimal.ts";
import { addMoney, MoneyBag } from "./money.ts";

const cents = (n: bigint): Decimal => ({ mantissa: n, digits: 2 });

test("two amounts of one currency add up", () => {
  expect(addMoney({ currency: "USD", amount: cents(150n) }, { currency: "USD", amount: cents(-25n) })).toEqual({ currency: "USD", amount: cents(125n) });
});

test("two currencies never add up", () => {
  expect(() => addMoney({ currency: "USD", amount: cents(1n) }, { currency: "EUR", amount: zero })).toThrow(AssertionFailed);
});

test("a bag shows what it holds, by name, without what came to nothing", () => {
  const bag = new MoneyBag();
  bag.add("USD", cents(150n));
  bag.add("BNB", { mantissa: 1n, digits: 3 });
  bag.add("EUR", cents(7n));
  bag.add("EUR", cents(-7n));
  expect(JSON.stringify(bag)).toBe('{"BNB":"0.001","USD":"1.5"}');
  expect(bag.get("EUR")).toEqual(zero);
  expect(bag.get("JPY")).toEqual(zero);
});

test("a bag holds for each currency the sum of that currency's amounts and of no other's", () => {
  const anyAmount = fc.tuple(fc.constantFrom("USD", "EUR", "BNB", "__proto__"), anyDecimal(18));
  fc.assert(
    fc.property(fc.array(anyAmount), (amounts) => {
      const bag = new MoneyBag();
      for (const [currency, amount] of amounts) bag.add(currency, amount);
      for (const currency of ["USD", "EUR", "BNB", "__proto__"]) {
        const own = amounts.filter(([of]) => of === currency).map(([, amount]) => amount);
        expect(bag.get(currency)).toEqual(own.reduce(addDecimals, zero));
      }
    }),
  );
});
