import fc from "fast-check";
import { expect, test } from "vitest";
import { addDecimals, formatDecimal, readDecimal, trimmed, zero, type Decimal } from "../num/index.ts";
import type { CostMethod, Fill } from "../model/index.ts";
import { anyStory, COIN_SYMBOLS, DOLLAR_SYMBOLS, told, type Step } from "../../../test/stories.ts";
import { followerOf, pnlBy, PNL_KEYS, PNL_VIEWS, type PnlKey, type PnlView, type PnlViewName } from "./index.ts";

const now = { nowNs: 0n };

function viewed(steps: readonly Step[], by: PnlKey, view: PnlViewName, options: Parameters<typeof told>[1] = {}): PnlView {
  const watcher = followerOf(view, by, told(steps, options).rates);
  return pnlBy(told(steps, { ...options, watcher }), by, now, undefined, view, watcher);
}

const decimal = (text: string) => readDecimal(text) as Decimal;
const fill = (quantity: string, price: string, fee: string, strategy: string, rest: Partial<Fill> = {}): Step => ({
  fill: { account: "a", venue: "x", symbol: "ACME", id: "", quantity: decimal(quantity), price: decimal(price), fee: decimal(fee), feeCurrency: "", time: { ns: 0n, unit: "ns" }, venueType: "unknown", liquidity: "", strategy, signalId: "", ...rest },
});
const marks = [{ venue: "", symbol: "ACME", price: "130", timeNs: 0n }];

test("one book in five views", () => {
  const steps = [fill("10", "100", "1", ""), fill("10", "120", "3", ""), fill("-5", "130", "0.5", "")];
  const total = (view: PnlViewName) => viewed(steps, "symbol", view, { marks }).total;
  // average cost 110: 5 × 20 realized, 15 × 20 open; first in, first out: 5 × 30, and 5 × 30 + 10 × 10
  expect(total("gross")).toEqual({ realized: "100", unrealized: "300", fees: "4.5", funding: "0", net: "395.5" });
  expect(total("net")).toEqual({ realized: "95.5", unrealized: "300", fees: "0", funding: "0", net: "395.5" });
  expect(total("exit")).toEqual({ realized: "98.5", unrealized: "297", fees: "0", funding: "0", net: "395.5" }); // a quarter of 4 came out
  expect(total("lots")).toEqual({ realized: "150", unrealized: "250", fees: "4.5", funding: "0", net: "395.5" });
  expect(total("tax")).toEqual({ realized: "149", unrealized: "246.5", fees: "0", funding: "0", net: "395.5" }); // half of the first lot's 1
});

test("the fee of opening comes out with its share, also under a new name, and to the last digit at the end; an unknown one only while it is carried", () => {
  const rename = { event: { type: "renamed", id: "", timeNs: 0n, symbol: "ACME", to: "NEWACME" } } as const;
  const renamed = { symbol: "NEWACME" };
  const steps = [fill("3", "100", "1", ""), rename, fill("-1", "100", "0", "", renamed), fill("-2", "100", "0", "", renamed)];
  const exit = (upTo: number) => viewed(steps.slice(0, upTo), "account", "exit", { marks: [{ ...marks[0]!, symbol: "NEWACME" }] }).total;
  expect(exit(3)).toMatchObject({ realized: "-0.333333333333333333", unrealized: "59.333333333333333333" });
  expect(exit(4)).toMatchObject({ realized: "-1", unrealized: "0" });
  const unknown = [fill("1", "100", "1", "", { feeCurrency: "XYZ" }), fill("-1", "130", "0", ""), fill("1", "130", "2", "")];
  expect(viewed(unknown, "account", "exit", { marks }).total).toEqual({ realized: null, unrealized: "-2", fees: "0", funding: "0", net: null });
});

test("a tag has what its lots made: the closing fill's own tag has nothing of it", () => {
  const steps = [fill("1", "100", "1", "carry"), fill("2", "110", "2", "trend"), fill("-2", "130", "4", "exits"), fill("-3", "120", "3", "")];
  const { groups, total } = viewed(steps, "strategy", "gross", { marks });
  expect(groups).toEqual([
    { key: "", realized: "0", unrealized: "-20", fees: "2", funding: "0", net: "-22" }, // short 2 from 120; two thirds of its fee
    { key: "carry", realized: "30", unrealized: "0", fees: "3", funding: "0", net: "27" }, // half of 4
    { key: "trend", realized: "30", unrealized: "0", fees: "5", funding: "0", net: "25" }, // half of 4, a third of 3
  ]);
  expect(total).toMatchObject({ realized: "60", unrealized: "-20", fees: "10", net: "30" });
});

test("funding belongs to what is held, to nobody when nothing is; without a mark a tag's unrealized P&L is not known", () => {
  const funded = { event: { type: "funded", id: "", timeNs: 0n, account: "a", venue: "x", symbol: "ACME", amount: decimal("3"), currency: "USD" } } as const;
  const steps = [fill("1", "100", "0", "carry"), fill("2", "100", "0", "trend"), funded, fill("-3", "100", "0", ""), funded, fill("1", "100", "0", "carry")];
  expect(viewed(steps, "strategy", "gross", { marks: [] }).groups).toEqual([
    { key: "", realized: "0", unrealized: "0", fees: "0", funding: "3", net: "3" },
    { key: "carry", realized: "0", unrealized: null, fees: "0", funding: "1", net: null },
    { key: "trend", realized: "0", unrealized: "0", fees: "0", funding: "2", net: "2" },
  ]);
});

const stories = fc.oneof(anyStory(DOLLAR_SYMBOLS), anyStory(COIN_SYMBOLS));
const anyMethod = fc.constantFrom<CostMethod>("average", "fifo", "lifo", "hifo");
const names = ["realized", "unrealized", "fees", "funding"] as const;

test("all views of all groups have the book's net total, and their groups add up to it, to the last digit", () => {
  fc.assert(
    fc.property(stories, anyMethod, fc.constantFrom(...PNL_KEYS), (steps, method, by) => {
      const { total: book } = viewed(steps, "symbol", "gross", { method });
      expect(book.net).not.toBeNull();
      for (const view of PNL_VIEWS) {
        const { groups, total } = viewed(steps, by, view, { method });
        expect([view, total.net]).toEqual([view, book.net]);
        expect(formatDecimal(groups.reduce((sum, { net }) => addDecimals(sum, exact(net!)), zero))).toBe(book.net);
        const { realized, unrealized, fees, funding } = Object.fromEntries(names.map((name) => [name, exact(total[name]!)])) as Record<(typeof names)[number], Decimal>;
        expect(formatDecimal(addDecimals(addDecimals(realized, unrealized), addDecimals(funding, { ...fees, mantissa: -fees.mantissa })))).toBe(book.net);
      }
    }),
    { numRuns: 300 },
  );
});

test("lots are those of an account that counts first in, first out", () => {
  const fifo = { method: "fifo" } as const;
  fc.assert(
    fc.property(stories, fc.constantFrom("account", "symbol", "venue"), (steps, by) => {
      const isRenamed = steps.some((step) => "event" in step && step.event.type === "renamed"); // rows then meet at the cost of their own method
      if (!isRenamed) expect(viewed(steps, by, "lots", fifo).groups).toEqual(viewed(steps, by, "gross", fifo).groups);
    }),
    { numRuns: 200 },
  );
});

/** One share after the other: what each tag realized, what it holds, and the fees, which divide evenly here. */
function reckoned(fills: readonly Fill[], mark: bigint) {
  const queue: { readonly tag: string; readonly price: bigint; readonly side: bigint; readonly fee: bigint }[] = [];
  const tags = new Map<string, { realized: bigint; fees: bigint; carried: bigint; unrealized: bigint }>();
  const of = (tag: string) => {
    if (!tags.has(tag)) tags.set(tag, { realized: 0n, fees: 0n, carried: 0n, unrealized: 0n });
    return tags.get(tag)!;
  };
  for (const { quantity, price, fee, strategy } of fills) {
    const count = quantity.mantissa < 0n ? -quantity.mantissa : quantity.mantissa;
    const side = quantity.mantissa / count;
    for (let share = 0n; share < count; share += 1n) {
      const lot = queue[0]?.side === -side ? queue.shift() : undefined;
      of(lot?.tag ?? strategy).fees += fee.mantissa / count;
      if (lot === undefined) queue.push({ tag: strategy, price: price.mantissa, side, fee: fee.mantissa / count });
      else of(lot.tag).realized += lot.side * (price.mantissa - lot.price);
    }
  }
  for (const { tag, price, side, fee } of queue) {
    of(tag).unrealized += side * (mark - price);
    of(tag).carried += fee;
  }
  return new Map([...tags].sort(([a], [b]) => (a < b ? -1 : 1)));
}

test("an independent computation of tags, share by share, agrees", () => {
  const share = fc.record({ count: fc.integer({ min: 1, max: 4 }), sell: fc.boolean(), price: fc.integer({ min: 1, max: 200 }), fee: fc.integer({ min: -9, max: 9 }), tag: fc.constantFrom("", "carry", "trend", "swing") });
  fc.assert(
    fc.property(fc.array(share, { maxLength: 30 }), (shares) => {
      const steps = shares.map(({ count, sell, price, fee, tag }) => fill(`${sell ? -count : count}`, `${price}`, `${fee * 12}`, tag));
      const expected = [...reckoned(steps.map((step) => (step as { fill: Fill }).fill), 130n)];
      const groups = (view: PnlViewName) => viewed(steps, "strategy", view, { marks }).groups.map(({ key, realized, unrealized, fees }) => ({ key, realized, unrealized, fees }));
      expect(groups("gross")).toEqual(expected.map(([key, { realized, unrealized, fees }]) => ({ key, realized: `${realized}`, unrealized: `${unrealized}`, fees: `${fees}` })));
      expect(groups("tax")).toEqual(expected.map(([key, { realized, unrealized, fees, carried }]) => ({ key, realized: `${realized - fees + carried}`, unrealized: `${unrealized - carried}`, fees: "0" })));
    }),
    { numRuns: 200 },
  );
});

function exact(text: string): Decimal {
  const [whole = "", fraction = ""] = text.split("."); // more digits than can be typed in
  return trimmed(BigInt(whole + fraction), fraction.length);
}
