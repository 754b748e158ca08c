import { expect, test } from "vitest";
import { BreachWatch } from "./breach-watch.ts";
import type { Check, Judgement } from "./checks.ts";

const judged = (value: number | null, limit = 10): Judgement => {
  const check: Check = { value, limit, breach: value === null ? null : value > limit, utilization: null, warning: false };
  return { limit: "max_portfolio_var", scope: "portfolio", account: "", check };
};
const known = [{ limit: "max_portfolio_var", scope: "portfolio", account: "" }];

test("a breach begins at once, and is told once", () => {
  const watch = new BreachWatch(60n);
  expect(watch.changes([judged(11)], [], [], 0n)).toEqual([{ is: "begun", limit: "max_portfolio_var", scope: "portfolio", account: "", value: "11", threshold: "10", check: "portfolio_var" }]);
  expect(watch.changes([judged(12)], [], known, 1n)).toEqual([]);
});

test("it ends when the figure was known and within its limit for a while; wavering is one breach, and the unknown neither begins nor ends one", () => {
  const watch = new BreachWatch(60n);
  expect(watch.changes([judged(null)], [], [], 0n)).toEqual([]);
  for (const [at, value] of [[0n, 9], [50n, 11], [59n, 9], [100n, null], [110n, 9], [169n, 9]] as const) expect(watch.changes([judged(value)], [], known, at)).toEqual([]);
  expect(watch.changes([judged(8)], [], known, 170n)).toMatchObject([{ is: "ended", value: "8", threshold: "10" }]);
});

test("a breach of what is not there any more ends after the while, without a value", () => {
  const watch = new BreachWatch(60n);
  expect(watch.changes([], [], known, 0n)).toEqual([]);
  expect(watch.changes([], [], known, 60n)).toMatchObject([{ is: "ended", value: "", threshold: "" }]);
});

test("a signal is a breach of no limit", () => {
  const watch = new BreachWatch(60n);
  const burst = [{ signal: "refusal_burst", value: 120, threshold: 100 }] as const;
  expect(watch.changes([], burst, [], 0n)).toMatchObject([{ is: "begun", limit: "refusal_burst", scope: "portfolio", value: "120", check: "refusal_burst" }]);
  expect(watch.changes([], [], [{ limit: "refusal_burst", scope: "portfolio", account: "" }], 0n)).toEqual([]);
});

test("of two positions of one name the worse counts: the other, at peace, does not end its breach", () => {
  const watch = new BreachWatch(0n);
  expect(watch.changes([judged(9), judged(11), judged(null)], [], [], 0n)).toMatchObject([{ is: "begun", value: "11" }]);
  expect(watch.changes([judged(9), judged(11)], [], known, 1n)).toEqual([]);
  expect(watch.changes([judged(9), judged(null)], [], known, 2n)).toEqual([]);
});
