import fc from "fast-check";
import { expect, test } from "vitest";
import { AssertionFailed } from "../num/index.ts";
import { Directory } from "./directory.ts";

const anyName = fc.oneof(fc.constantFrom("", "USD", "BNB", "carry"), fc.string({ unit: "binary", maxLength: 3 }));
const anyRoute = fc.tuple(anyName, anyName, anyName);

test("numbers count up from 0 in the order of first use", () => {
  const directory = new Directory();
  expect(["USD", "BNB", "USD", ""].map((name) => directory.nameNumber(name))).toEqual([0, 1, 0, -1]);
  expect(directory.routeNumber("default", "kraken", "ETH/USD")).toBe(0);
  expect(directory.routeNumber("default", "kraken", "BTC/USD")).toBe(1);
  expect(directory.routeNumber("default", "kraken", "ETH/USD")).toBe(0);
  expect(directory.route(1)).toEqual({ account: "default", venue: "kraken", symbol: "BTC/USD" });
  expect([directory.name(1), directory.name(-1), directory.nameCount, directory.routeCount]).toEqual(["BNB", "", 2, 2]);
});

test("a number that was never given is a bug", () => {
  expect(() => new Directory().name(0)).toThrow(AssertionFailed);
  expect(() => new Directory().route(0)).toThrow(AssertionFailed);
});

test("a text that is only looked up gets no number", () => {
  const directory = new Directory();
  expect([directory.findName("USD"), directory.nameCount]).toEqual([undefined, 0]);
  directory.nameNumber("USD");
  expect(directory.findName("USD")).toBe(0);
});

test("different texts have different numbers, and a number leads back to its text", () => {
  fc.assert(
    fc.property(fc.array(anyRoute), (routes) => {
      const directory = new Directory();
      for (const [account, venue, symbol] of routes) {
        expect(directory.route(directory.routeNumber(account, venue, symbol))).toEqual({ account, venue, symbol });
        expect(directory.name(directory.nameNumber(account))).toBe(account);
      }
      expect(directory.routeCount).toBe(new Set(routes.map((route) => JSON.stringify(route))).size);
    }),
  );
});

test.each(["", "\u0000", ",", "1", "/"])("routes stay apart with %j between their texts", (mark) => {
  const directory = new Directory();
  expect(directory.routeNumber(`a${mark}b`, "c", "d")).toBe(0);
  expect(directory.routeNumber("a", `b${mark}c`, "d")).toBe(1);
  expect(directory.routeNumber("a", "b", `c${mark}d`)).toBe(2);
});

test("pages, taken after every few uses and added in order, rebuild the same numbers", () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyRoute, { maxLength: 4 })), (steps) => {
      const original = new Directory();
      const copy = new Directory();
      for (const routes of steps) {
        const [names, known] = [original.nameCount, original.routeCount];
        for (const [account, venue, symbol] of routes) {
          original.nameNumber(symbol);
          original.routeNumber(account, venue, symbol);
        }
        const page = original.since(names, known);
        expect([page.names.length, page.routes.length]).toEqual([original.nameCount - names, original.routeCount - known]); // nothing twice
        copy.add(page);
      }
      expect(copy.since(0, 0)).toEqual(original.since(0, 0));
    }),
  );
});
