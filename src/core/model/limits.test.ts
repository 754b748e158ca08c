import fc from "fast-check";
import { expect, test } from "vitest";
import { decimalOf, type Decimal } from "../num/index.ts";
import { changedOverrides, checkOf, limitFor, LIMIT_NAMES, overridesText, plainOverrides, readLimit, readOverrides, type LimitSet, type LimitSubject } from "./index.ts";

const set: LimitSet = {
  limits: { max_var: decimalOf("5000") },
  overrides: {
    account: new Map([["big", { max_var: decimalOf("9000") }], ["free", { max_var: "none" as const }]]),
    symbol: new Map([["BTC/USD", { max_var: decimalOf("2000") }]]),
    strategy: new Map([["s", { max_var: decimalOf("1999.5"), max_leverage: decimalOf("2") }]]),
  },
};

test.each<[string, LimitSubject, string | undefined]>([
  ["nothing that has one of its own: the common one", { account: "main", symbol: "ETH/USD", venue: "x" }, "5000"],
  ["an account with a wider one: that", { account: "big" }, "9000"],
  ["an account that has none: no limit", { account: "free" }, undefined],
  ["a wider one of the account and a tighter one of the symbol: the tighter", { account: "big", symbol: "BTC/USD" }, "2000"],
  ["none of the account and one of the symbol: that of the symbol", { account: "free", symbol: "BTC/USD" }, "2000"],
  ["three of them: the tightest, by exact value", { account: "big", symbol: "BTC/USD", strategy: "s" }, "1999.5"],
  ["a name that another scope has: the common one", { account: "BTC/USD", symbol: "big" }, "5000"],
])("what holds for %s", (_, subject, value) => {
  expect(limitFor(set, "max_var", subject)).toEqual(value === undefined ? undefined : decimalOf(value));
});

test("a limit that is common to none may be one of a strategy alone", () => {
  expect([limitFor(set, "max_leverage", { strategy: "s" }), limitFor(set, "max_leverage")]).toEqual([decimalOf("2"), undefined]);
});

const anyValue = fc.option(fc.oneof(fc.constant("none" as const), fc.integer({ min: 0, max: 50 }).map((n): Decimal => decimalOf(`${n / 10}`))), { nil: undefined });
test("the limit is the least of those that were set for it, none of which is infinite, and else the common one", () => {
  fc.assert(fc.property(anyValue, anyValue, anyValue, anyValue, fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }), (account, venue, symbol, strategy, common) => {
    const of = (value: Decimal | "none" | undefined) => new Map([["n", value === undefined ? {} : { max_leverage: value }]]);
    const limits: LimitSet = { limits: common === undefined ? {} : { max_leverage: decimalOf(`${common}`) }, overrides: { account: of(account), venue: of(venue), symbol: of(symbol), strategy: of(strategy) } };
    const number = (value: Decimal | "none") => (value === "none" ? Number.POSITIVE_INFINITY : Number(value.mantissa) / 10 ** value.digits);
    const own = [account, venue, symbol, strategy].filter((value) => value !== undefined).map(number);
    const expected = own.length === 0 ? (common ?? Number.POSITIVE_INFINITY) : Math.min(...own);
    expect(number(limitFor(limits, "max_leverage", { account: "n", venue: "n", symbol: "n", strategy: "n" }) ?? "none")).toBe(expected);
  }));
});

test("overrides are written and read again, names of any kind among them", () => {
  const names = fc.constantFrom("main", "__proto__", "constructor", 'a"b', "BTC/USD");
  const anyOverrides = fc.dictionary(fc.constantFrom("account", "venue", "symbol", "strategy"), fc.array(fc.tuple(names, fc.constantFrom("none", "1", "0.25")), { maxLength: 3 }));
  fc.assert(fc.property(anyOverrides, (scopes) => {
    const overrides = Object.fromEntries(Object.entries(scopes).map(([scope, all]) => [scope, new Map(all.map(([name, text]) => [name, { max_leverage: readLimit("max_leverage", text) as Decimal | "none" }]))]));
    const read = readOverrides(JSON.parse(overridesText(overrides) || "{}"));
    expect("why" in read ? read.why : plainOverrides(read)).toEqual(plainOverrides(overrides));
    expect("why" in read ? read.why : changedOverrides(read, overrides)).toEqual(read);
  }));
});

test("every limit but the level that warns is compared with by one check, and no check has two", () => {
  const checks = LIMIT_NAMES.map(checkOf);
  expect([new Set(checks).size, checks.indexOf(undefined)]).toEqual([LIMIT_NAMES.length, LIMIT_NAMES.indexOf("warning_level")]);
});
